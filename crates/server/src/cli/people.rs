//! `seatlink people import`: a file of people, all of them or none.

use std::{fs, path::PathBuf};

use clap::Subcommand;
use seatlink_domain::{
    Platform,
    directory::{
        import,
        people_file::{self, RowError},
    },
};
use serde_json::json;

use crate::demo::people as made_up;

use super::{
    find::TenantArgument,
    progress,
    report::{Failure, Report},
};

/// Enough to see what is wrong with a file; the rest is mostly the same.
const SHOWN_ROWS: usize = 100;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Bring in people from a CSV or SCIM JSON file; importing again updates
    Import(Import),
    /// Print made-up people as a file that import reads
    Sample(Sample),
}

#[derive(Debug, clap::Args)]
pub(super) struct Sample {
    /// How many
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    count: u32,
}

impl Sample {
    pub(super) fn make(&self) -> Report {
        let people = made_up::generate(usize::try_from(self.count).unwrap_or(usize::MAX));
        let csv = made_up::to_csv(&people);
        Report::new(json!({ "csv": csv }), csv.trim_end())
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Import {
    #[command(flatten)]
    tenant: TenantArgument,
    /// CSV with the columns userName, givenName, familyName, email, or JSON
    file: PathBuf,
}

impl Command {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        match self {
            Self::Import(import) => import.run(platform).await,
            Self::Sample(sample) => Ok(sample.make()),
        }
    }
}

impl Import {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let bytes = fs::read(&self.file).map_err(|error| {
            Failure::input(format!("The file {} cannot be read: {error}.", self.file.display()))
        })?;
        let file = people_file::parse(&bytes).map_err(|rows| bad_rows(&rows))?;
        let bar = progress::bar(file.people.len(), "importing");
        let seen = bar.clone();
        let outcome =
            import::people(platform, &actor, file, move |done| seen.set_position(done)).await;
        bar.finish_and_clear();
        let summary = outcome?;
        let text = format!(
            "{} created, {} updated, {} unchanged; groups: {}.",
            summary.created, summary.updated, summary.unchanged, summary.groups
        );
        Ok(Report::new(json!(summary), text))
    }
}

pub(super) fn bad_rows(rows: &[RowError]) -> Failure {
    let mut details: Vec<String> = rows.iter().take(SHOWN_ROWS).map(ToString::to_string).collect();
    if rows.len() > SHOWN_ROWS {
        details.push(format!("and {} more", rows.len() - SHOWN_ROWS));
    }
    let sentence = match rows.len() {
        1 => String::from("One row of the file is not right; nothing was imported:"),
        many => format!("{many} rows of the file are not right; nothing was imported:"),
    };
    Failure::input(sentence).with_details(details)
}
