//! Writes `docs/cli.md` from the declarations of the commands, and fails when the committed page
//! differs.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::CommandLine;
use crate::written_page::hold;

const INTRODUCTION: &str = "\
# Command line

<!-- `cargo xtask docs` writes this page from the declarations in crates/seatlink/src/cli. Do not edit it by hand. -->

Results go to standard output; everything else goes to standard error. The exit status is 0 for success, 1 for a failure
and 2 for wrong input. Commands work while a server runs on the same data.
";

#[test]
fn the_page_of_the_command_line_is_current() {
    let mut command = CommandLine::command();
    command.build();
    let mut page = String::from(INTRODUCTION);
    let options = options(command.get_arguments().filter(|argument| argument.is_global_set()));
    write!(page, "\n## Options of every command\n\n{options}").expect("a string takes text");
    describe(&command, "seatlink", &mut page);
    hold("docs/cli.md", &page);
}

fn describe(command: &Command, name: &str, page: &mut String) {
    for one in command.get_subcommands().filter(|one| one.get_name() != "help") {
        let name = format!("{name} {}", one.get_name());
        let about = one.get_about().map(ToString::to_string).unwrap_or_default();
        let heading = if command.get_name() == "seatlink" { "##" } else { "###" };
        write!(page, "\n{heading} {name}\n\n{about}.\n").expect("a string takes text");
        if !one.has_subcommands() {
            let usage = one.clone().render_usage().to_string();
            let usage = usage.trim_start_matches("Usage: ");
            write!(page, "\n    {usage}\n").expect("a string takes text");
            let own = options(one.get_arguments().filter(|argument| !argument.is_global_set()));
            if !own.is_empty() {
                write!(page, "\n{own}").expect("a string takes text");
            }
        }
        describe(one, &name, page);
    }
}

/// One row for each option or argument; nothing without any.
fn options<'a>(arguments: impl Iterator<Item = &'a Arg>) -> String {
    let rows: Vec<String> = arguments
        .filter(|argument| !["help", "version"].contains(&argument.get_id().as_str()))
        .map(row)
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("| option | meaning |\n|---|---|\n{}", rows.concat())
}

fn row(argument: &Arg) -> String {
    let values = argument.get_value_names().unwrap_or_default();
    let value = values.first().map(ToString::to_string).unwrap_or_default();
    let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let name = match argument.get_long() {
        Some(long) if takes_value => format!("`--{long} <{value}>`"),
        Some(long) => format!("`--{long}`"),
        None => format!("`<{value}>`"),
    };
    let mut meaning = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .filter(|value| takes_value && !value.is_empty())
        .collect();
    if !defaults.is_empty() {
        write!(meaning, " [default: {}]", defaults.join(", ")).expect("a string takes text");
    }
    if let Some(variable) = argument.get_env() {
        let variable = variable.to_string_lossy();
        write!(meaning, " [variable: `{variable}`]").expect("a string takes text");
    }
    format!("| {name} | {} |\n", meaning.trim().replace('|', "\\|").replace('<', "\\<"))
}
