//! The command line: one file per group of commands, each command a thin call of domain operations.
//!
//! Results go to standard output, as text or with `--json` as one JSON value; everything else goes
//! to standard error. Exit status 0 is done, 1 is failed, 2 is wrong input. Commands work while a
//! server runs on the same data.

mod apps;
mod connections;
mod find;
mod history;
mod integrations;
mod people;
pub(crate) mod progress;
#[cfg(test)]
mod reference;
mod report;
mod roles;
mod schemas;
mod serve;
mod tenants;
mod tokens;
mod users;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{Parser, Subcommand, error::ErrorKind};
use seatlink_domain::Platform;
use tracing_subscriber::EnvFilter;

use self::report::{Failure, Report};
use crate::{
    boot,
    config::{Config, Options},
    demo::{self, DemoOptions, Ended},
};

/// User provisioning from both ends: SCIM service, authorization server, directory and outbound
/// provisioning.
#[derive(Debug, Parser)]
#[command(name = "seatlink", version, about, propagate_version = true)]
struct CommandLine {
    #[command(flatten)]
    options: Options,

    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,

    /// Log filter, such as info or seatlink=debug
    #[arg(long, value_name = "FILTER", env = "SEATLINK_LOG", global = true)]
    log: Option<String>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a whole integration with sample people, then keep both sides running to explore
    Demo(DemoOptions),
    /// Run the server
    Serve(serve::Serve),
    /// Tenants (business units); no data crosses from one to another
    #[command(subcommand)]
    Tenant(tenants::Command),
    /// Users of a tenant
    #[command(subcommand)]
    User(users::Command),
    /// Roles and their permissions
    #[command(subcommand)]
    Role(roles::Command),
    /// Schemas that a tenant registers: extensions and resource types
    #[command(subcommand)]
    Schema(schemas::Command),
    /// Static bearer tokens for SCIM clients and the management API
    #[command(subcommand)]
    Token(tokens::Command),
    /// Policies for provisioning clients, and the deviations that were repaired
    #[command(subcommand)]
    Connection(connections::Command),
    /// Registered applications and their OAuth clients
    #[command(subcommand)]
    App(apps::Command),
    /// Import of many people
    #[command(subcommand)]
    People(people::Command),
    /// Applications that people are provisioned to
    #[command(subcommand)]
    Integration(integrations::Command),
    /// Everything that happened to a user, and why
    History(history::History),
}

impl Command {
    const fn default_log(&self) -> &'static str {
        match self {
            Self::Serve(_) => "info",
            _ => "warn",
        }
    }
}

pub async fn run() -> ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(error) => return explain(&error),
    };
    start_log(line.log.as_deref().unwrap_or(line.command.default_log()));
    let outcome = match &line.command {
        Command::People(people::Command::Sample(sample)) if !line.json => sample.print(),
        _ => line.command.run(&line.options).await,
    };
    match outcome {
        Ok(report) => print(&if line.json { report.to_json() } else { report.into_text() }),
        Err(failure) => {
            eprintln!("seatlink: {failure}");
            failure.exit_code()
        }
    }
}

impl Command {
    async fn run(self, options: &Options) -> Result<Report, Failure> {
        match self {
            Self::Demo(options_of_demo) => return walk(options, &options_of_demo).await,
            Self::Serve(serve) => return serve.run(options).await,
            // Needs no data, so none is made.
            Self::People(people::Command::Sample(sample)) => return sample.make(),
            _ => {}
        }
        let config = Config::load(options)?;
        let platform = boot::open(&config, config.listen).await?;
        let outcome = self.run_on(&platform).await;
        platform.close().await;
        outcome
    }

    async fn run_on(self, platform: &Platform) -> Result<Report, Failure> {
        match self {
            Self::Demo(_) | Self::Serve(_) => Ok(Report::nothing()),
            Self::Tenant(command) => command.run(platform).await,
            Self::User(command) => command.run(platform).await,
            Self::Role(command) => command.run(platform).await,
            Self::Schema(command) => command.run(platform).await,
            Self::Token(command) => command.run(platform).await,
            Self::Connection(command) => command.run(platform).await,
            Self::App(command) => command.run(platform).await,
            Self::People(command) => command.run(platform).await,
            Self::Integration(command) => command.run(platform).await,
            Self::History(command) => command.run(platform).await,
        }
    }
}

async fn walk(options: &Options, demo: &DemoOptions) -> Result<Report, Failure> {
    match demo::run(options, demo).await {
        Ok(Ended::Held) => Ok(Report::nothing()),
        Ok(Ended::Broken) => {
            Err(Failure::failed("At least one step failed; the list above says which."))
        }
        Err(error) => Err(Failure::failed(format!("{error:#}."))),
    }
}

/// A closed pipe (`seatlink … | head`) is the reader's decision, not a failure.
fn print(text: &str) -> ExitCode {
    if text.is_empty() {
        return ExitCode::SUCCESS;
    }
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("seatlink: the result could not be printed: {error}");
            ExitCode::FAILURE
        }
        Ok(()) | Err(_) => ExitCode::SUCCESS,
    }
}

/// Help as clap writes it; a wrong option or value as one sentence.
fn explain(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => print(error.to_string().trim_end()),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            eprint!("{error}");
            ExitCode::from(report::WRONG_INPUT)
        }
        _ => {
            eprintln!("seatlink: {}", sentence_of(&error.to_string()));
            ExitCode::from(report::WRONG_INPUT)
        }
    }
}

/// The first paragraph of clap's message, on one line, and the tip if there is one.
fn sentence_of(message: &str) -> String {
    let mut paragraphs = message.split("\n\n").map(|paragraph| {
        paragraph
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    });
    let first = paragraphs.next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(&first).to_owned();
    let tip = paragraphs.find_map(|paragraph| paragraph.strip_prefix("tip: ").map(str::to_owned));
    match tip {
        Some(tip) => format!("{first} ({tip})"),
        None => format!("{first} (see --help)"),
    }
}

fn start_log(filter: &str) {
    let (filter, complaint) = match EnvFilter::try_new(filter) {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::new("info"), Some(error)),
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_target(false)
        .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
        .init();
    if let Some(error) = complaint {
        tracing::warn!(%error, "the log filter cannot be read; logging at info");
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn every_command_says_what_it_does() {
        fn look(command: &clap::Command, above: &str) {
            for one in command.get_subcommands() {
                let name = format!("{above} {}", one.get_name());
                let about = one.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(!about.is_empty() && !about.contains("a command is about"), "{name}");
                look(one, &name);
            }
        }
        look(&CommandLine::command(), "seatlink");
    }

    #[test]
    fn a_wrong_option_is_told_in_one_sentence() {
        let wrong = CommandLine::try_parse_from(["seatlink", "tenant", "create", "--nmae", "x"]);
        let sentence =
            sentence_of(&wrong.map_or_else(|error| error.to_string(), |_| String::new()));
        assert!(sentence.contains("--nmae") && !sentence.contains('\n'), "{sentence}");
        assert!(!sentence.starts_with("error:"), "{sentence}");
    }

    #[test]
    fn a_missing_option_is_named() {
        let wrong = CommandLine::try_parse_from(["seatlink", "tenant", "create", "--name", "x"]);
        let sentence =
            sentence_of(&wrong.map_or_else(|error| error.to_string(), |_| String::new()));
        assert!(sentence.contains("--business-unit"), "{sentence}");
    }
}
