//! `seatlink demo`: walks the whole guide by itself, with both sides real, and stays up to look
//! around.
//!
//! Administrators' steps are domain operations, as the screens and the command line call them;
//! logging in and consenting go through a browser's eyes; provisioning goes over HTTP with OAuth.
//! Every step looks for what an earlier run left behind, so a run that was killed goes on where it
//! was.

pub mod browser;
mod course;
mod logins;
mod mails;
pub mod people;
pub mod receiving;
pub mod report;
pub mod sending;
pub mod sides;
mod verify;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use seatlink_domain::directory::people_file::{self, PeopleFile};

use self::{browser::Browser, report::Report, sides::Sides};
use crate::{
    boot,
    config::{Config, Options},
};

/// How many people the demo makes up when no file is given.
const PEOPLE: usize = 1_000;

#[derive(Clone, Debug, clap::Args)]
pub struct DemoOptions {
    /// Address of the receiving side; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// Address of the sending side; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    sending_listen: SocketAddr,

    /// People to provision, as CSV or SCIM JSON [default: 1,000 sample people]
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,

    /// Exit after the last step, with 0 if every step succeeded
    #[arg(long)]
    once: bool,

    /// Write a report as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

const INTERRUPTED: &str = "the demo was interrupted before its last step";

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    Held,
    /// At least one step did not hold; the summary says which.
    Broken,
}

pub async fn run(options: &Options, demo: &DemoOptions) -> Result<Ended> {
    let people = read_people(demo.people.as_deref())?;
    if let Some(report) = &demo.report {
        let directory = report.parent().filter(|path| !path.as_os_str().is_empty());
        let there = directory.is_none_or(Path::is_dir);
        ensure!(there, "the report {} has no directory to be written to", report.display());
    }
    // Without a directory the demo leaves nothing behind.
    let scratch = match &options.data {
        Some(_) => None,
        None => {
            Some(tempfile::tempdir().context("a directory for the demo's data cannot be made")?)
        }
    };
    let mut options = options.clone();
    if let Some(scratch) = &scratch {
        options.data = Some(scratch.path().to_owned());
    }
    let config = Config::load(&options)?;
    // From here on Ctrl-C ends what is under way instead of the process, so that nothing is left
    // behind then either.
    let mut stop = pin!(boot::stop_signal());
    let sides = tokio::select! {
        started = Sides::start(config, demo.listen, demo.sending_listen) => started?,
        () = &mut stop => bail!(INTERRUPTED),
    };
    eprintln!("Receiving side on {}, sending side on {}.", sides.receiving, sides.sending);

    let mut report = Report::default();
    let walked = tokio::select! {
        walked = walk(&sides, people, &mut report) => walked,
        () = &mut stop => Err(anyhow!(INTERRUPTED)),
    };
    let ended = match &walked {
        Ok(()) if report.all_held() => Ended::Held,
        Ok(()) | Err(_) => Ended::Broken,
    };
    if let Some(path) = &demo.report {
        report.write(path)?;
    }
    for step in &report.steps {
        println!("{} {:<10} {}", if step.ok { "✓" } else { "✗" }, step.step, step.title);
        println!("             {}", step.evidence);
    }
    if let Err(error) = walked {
        sides.stop().await;
        return Err(error);
    }
    println!("\n{}", report.summary());
    if !demo.once {
        println!("Both sides stay up. Ctrl-C ends them.");
        stop.await;
    }
    sides.stop().await;
    Ok(ended)
}

async fn walk(sides: &Sides, people: PeopleFile, report: &mut Report) -> Result<()> {
    let platform = &sides.platform;
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_mins(1))
        .build()
        .context("an HTTP client")?;
    let prepared = receiving::prepare(platform, sides, sending::APP_NAME, report)
        .await
        .context("section A of the guide, on the receiving side")?;
    let mut browser = Browser::new(http.clone());
    let ready = sending::integrate(platform, sides, &prepared, &mut browser, report)
        .await
        .context("sections B to F of the guide, on the sending side")?;
    let travellers =
        course::walk(platform, &ready, people, report).await.context("what must then happen")?;
    verify::compare(&http, &travellers, report).await.context("comparing both sides")
}

fn read_people(path: Option<&Path>) -> Result<PeopleFile> {
    let Some(path) = path else { return Ok(PeopleFile { people: people::generate(PEOPLE) }) };
    let bytes =
        fs::read(path).with_context(|| format!("the file {} cannot be read", path.display()))?;
    let file = people_file::parse(&bytes).map_err(|rows| {
        let lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{} cannot be imported:\n{}", path.display(), lines.join("\n"))
    })?;
    ensure!(!file.people.is_empty(), "{} holds no people", path.display());
    Ok(file)
}
