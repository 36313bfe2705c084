//! `seatlink people import`: a file of people, and `sample`, which makes one up.

use std::{
    fs,
    io::{self, BufWriter, Write as _},
    path::PathBuf,
    sync::Arc,
};

use clap::Subcommand;
use seatlink_domain::{
    Platform,
    actor::Actor,
    directory::{
        import::{
            self, ImportError, ImportSummary,
            large::{self, Progress},
        },
        people_file,
    },
};
use serde_json::json;

use crate::demo::people as made_up;

use super::{
    find::TenantArgument,
    progress,
    report::{Failure, Report},
};

/// Files up to this size are read into memory and imported in one transaction.
const SMALL_FILE: u64 = 64 * 1024 * 1024;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Import people from a CSV or SCIM JSON file; a second import updates them
    Import(Import),
    /// Print sample people in the format that import reads
    Sample(Sample),
}

#[derive(Debug, clap::Args)]
pub(super) struct Sample {
    /// Number of people
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    count: u32,
}

impl Sample {
    /// Prints as it goes, because the file may be larger than memory.
    pub(super) fn print(&self) -> Result<Report, Failure> {
        let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
        let people = made_up::endless().take(usize::try_from(self.count).unwrap_or(usize::MAX));
        let written = made_up::write_csv(&mut out, people).and_then(|()| out.flush());
        match written {
            // Whoever reads may have seen enough.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::input(format!("The people cannot be printed: {error}.")))
            }
            _ => Ok(Report::nothing()),
        }
    }

    pub(super) fn make(&self) -> Result<Report, Failure> {
        let people = made_up::endless().take(usize::try_from(self.count).unwrap_or(usize::MAX));
        let mut csv = Vec::new();
        let made = made_up::write_csv(&mut csv, people)
            .map(|()| String::from_utf8_lossy(&csv).into_owned());
        let csv = made.map_err(|error| Failure::input(error.to_string()))?;
        let text = csv.trim_end().to_owned();
        Ok(Report::new(json!({ "csv": csv }), text))
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Import {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Write in batches; the default for files above 64 MiB
    #[arg(long)]
    batches: bool,
    /// CSV with the columns userName, givenName, familyName, email, or JSON: an array of users, or
    /// one user per line
    file: PathBuf,
}

impl Command {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        match self {
            Self::Import(import) => import.run(platform).await,
            Self::Sample(sample) => sample.make(),
        }
    }
}

impl Import {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let unreadable = |error: &io::Error| {
            Failure::input(format!("The file {} cannot be read: {error}.", self.file.display()))
        };
        let size = fs::metadata(&self.file).map_err(|error| unreadable(&error))?.len();
        if self.batches || size > SMALL_FILE {
            return self.import_large(platform, &actor, size).await;
        }
        let bytes = fs::read(&self.file).map_err(|error| unreadable(&error))?;
        let file = people_file::parse(&bytes).map_err(ImportError::Rows)?;
        let bar = progress::bar(file.people.len(), "importing");
        let seen = bar.clone();
        let outcome =
            import::people(platform, &actor, file, move |done| seen.set_position(done)).await;
        bar.finish_and_clear();
        Ok(report(outcome?))
    }

    async fn import_large(
        self,
        platform: &Platform,
        actor: &Actor,
        size: u64,
    ) -> Result<Report, Failure> {
        let checking = progress::bytes(size, "checking");
        let writing = progress::bar(0, "importing");
        let (checked, written) = (checking.clone(), writing.clone());
        let tell: large::Tell = Arc::new(move |progress| match progress {
            Progress::Checked { bytes } => checked.set_position(bytes),
            Progress::Good { people } => {
                checked.finish_and_clear();
                written.set_length(people);
                written.reset();
            }
            Progress::Written { people } => written.set_position(people),
        });
        let outcome = large::people(platform, actor, self.file, tell).await;
        checking.finish_and_clear();
        writing.finish_and_clear();
        Ok(report(outcome?))
    }
}

fn report(summary: ImportSummary) -> Report {
    let text = format!(
        "{} created, {} updated, {} unchanged; groups: {}.",
        summary.created, summary.updated, summary.unchanged, summary.groups
    );
    Report::new(json!(summary), text)
}
