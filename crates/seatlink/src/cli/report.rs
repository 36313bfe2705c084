//! What a command has to say: a result in two forms, or a failure with its exit status.

use std::{error::Error, fmt, process::ExitCode};

use seatlink_domain::{
    access::{connections::ConnectionError, roles::RoleError, tokens::AccessError},
    apps::AppError,
    directory::{DirectoryError, import::ImportError, people_file::RowError, schemas::SchemaError},
    integrations::IntegrationError,
    log::LogError,
    login::LoginError,
    tenants::TenantError,
    work::WorkError,
};
use serde::Serialize;
use serde_json::Value;

use crate::{boot::BootError, config::ConfigError};

use seatlink_edge::chain;

/// Exit status for options, files and values that are wrong.
pub(super) const WRONG_INPUT: u8 = 2;
const FAILED: u8 = 1;
/// Enough rows to see what is wrong with a file; the rest is mostly the same.
const SHOWN_ROWS: usize = 100;

/// A result: for programs, and for people.
#[derive(Debug)]
pub(super) struct Report {
    json: Value,
    text: String,
}

impl Report {
    pub(super) fn new(json: Value, text: impl Into<String>) -> Self {
        Self { json, text: text.into() }
    }

    /// What the API answers too.
    pub(super) fn view(view: &impl Serialize, text: impl Into<String>) -> Self {
        Self::new(json_of(view), text)
    }

    pub(super) fn views(views: impl Iterator<Item: Serialize>, text: impl Into<String>) -> Self {
        Self::new(list_of(views), text)
    }

    pub(super) fn nothing() -> Self {
        Self::new(Value::Null, "")
    }

    /// Rows in columns, each as wide as its widest cell.
    pub(super) fn table<const N: usize>(
        json: Value,
        head: [&str; N],
        rows: &[[String; N]],
    ) -> Self {
        let mut widths = head.map(|cell| cell.chars().count());
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let line = |cells: [&str; N]| {
            let padded: Vec<String> =
                cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            padded.join("  ").trim_end().to_owned()
        };
        let mut lines = vec![line(head)];
        lines.extend(
            rows.iter().map(|row| line(std::array::from_fn(|column| row[column].as_str()))),
        );
        Self::new(json, lines.join("\n"))
    }

    pub(super) fn to_json(&self) -> String {
        if self.json.is_null() { String::new() } else { self.json.to_string() }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// A view of the API as JSON.
pub(super) fn json_of(view: &impl Serialize) -> Value {
    serde_json::to_value(view).expect("views have text keys")
}

pub(super) fn list_of(views: impl Iterator<Item: Serialize>) -> Value {
    views.map(|view| json_of(&view)).collect()
}

/// Why a command ended without a result.
#[derive(Debug)]
pub(super) struct Failure {
    exit: u8,
    sentence: String,
    /// One line each, such as the bad rows of a file.
    details: Vec<String>,
}

impl Failure {
    pub(super) fn failed(sentence: impl Into<String>) -> Self {
        Self { exit: FAILED, sentence: sentence.into(), details: Vec::new() }
    }

    pub(super) fn input(sentence: impl Into<String>) -> Self {
        Self { exit: WRONG_INPUT, sentence: sentence.into(), details: Vec::new() }
    }

    pub(super) fn with_details(mut self, details: Vec<String>) -> Self {
        self.details = details;
        self
    }

    /// The same failure, after a part of the command was done.
    pub(super) fn after(mut self, done: &str) -> Self {
        self.sentence = format!("{done}: {}", self.sentence);
        self
    }

    pub(super) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit)
    }
}

/// A sentence ends with a full stop, whoever wrote it.
fn sentence(error: &(dyn Error + 'static)) -> String {
    let text = chain(error);
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

fn failed(error: &(dyn Error + 'static)) -> Failure {
    Failure::failed(sentence(error))
}

fn input(error: &(dyn Error + 'static)) -> Failure {
    Failure::input(sentence(error))
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)?;
        for detail in &self.details {
            write!(f, "\n  {detail}")?;
        }
        Ok(())
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        input(&error)
    }
}

impl From<BootError> for Failure {
    fn from(error: BootError) -> Self {
        match error {
            BootError::Config(error) => input(&error),
            BootError::Mail(error) => input(&error),
            other => failed(&other),
        }
    }
}

impl From<TenantError> for Failure {
    fn from(error: TenantError) -> Self {
        match error {
            TenantError::BadBusinessUnit(_) | TenantError::BadName => input(&error),
            other => failed(&other),
        }
    }
}

impl From<RoleError> for Failure {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::Invalid(_) => input(&error),
            other => failed(&other),
        }
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::BadName | AccessError::ExpiresInThePast => input(&error),
            other => failed(&other),
        }
    }
}

impl From<DirectoryError> for Failure {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Scim(_) => input(&error),
            other => failed(&other),
        }
    }
}

impl From<SchemaError> for Failure {
    fn from(error: SchemaError) -> Self {
        match error {
            SchemaError::Refused(_) | SchemaError::Ambiguous(_) => input(&error),
            other => failed(&other),
        }
    }
}

impl From<LoginError> for Failure {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::WeakPassword(_) => input(&error),
            other => failed(&other),
        }
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Rows(rows) => bad_rows(&rows),
            ImportError::File(error) => Self::input(format!("The file cannot be read: {error}.")),
            other => failed(&other),
        }
    }
}

fn bad_rows(rows: &[RowError]) -> Failure {
    let mut details: Vec<String> = rows.iter().take(SHOWN_ROWS).map(ToString::to_string).collect();
    if rows.len() > SHOWN_ROWS {
        details.push(format!("and {} more", rows.len() - SHOWN_ROWS));
    }
    let sentence = match rows.len() {
        1 => String::from("One row of the file is invalid; nothing was imported:"),
        many => format!("{many} rows of the file are invalid; nothing was imported:"),
    };
    Failure::input(sentence).with_details(details)
}

impl From<IntegrationError> for Failure {
    fn from(error: IntegrationError) -> Self {
        match error {
            IntegrationError::BadLabel
            | IntegrationError::BadName(_)
            | IntegrationError::BadUrl { .. }
            | IntegrationError::Underscore => input(&error),
            other => failed(&other),
        }
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Invalid(fields) => {
                let details = fields.iter().map(ToString::to_string).collect();
                Self::input("The registration is incomplete or invalid:").with_details(details)
            }
            other => failed(&other),
        }
    }
}

impl From<ConnectionError> for Failure {
    fn from(error: ConnectionError) -> Self {
        failed(&error)
    }
}

impl From<WorkError> for Failure {
    fn from(error: WorkError) -> Self {
        failed(&error)
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        failed(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            [String::from("坐席"), String::from("active")],
            [String::from("Agent"), String::new()],
        ];
        let report = Report::table(Value::Null, ["name", "status"], &rows);
        assert_eq!(report.into_text(), "name   status\n坐席     active\nAgent");
    }

    #[test]
    fn a_failure_lists_its_details_below_its_sentence() {
        let failure = Failure::input("Wrong:").with_details(vec![String::from("line 2: bad")]);
        assert_eq!(failure.to_string(), "Wrong:\n  line 2: bad");
    }
}
