//! What an import did.

use seatlink_domain::directory::import::ImportSummary;
use serde::Serialize;
use utoipa::ToSchema;

/// What an import did, in people and groups.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportReport {
    created: u64,
    updated: u64,
    unchanged: u64,
    groups: u64,
}

impl From<ImportSummary> for ImportReport {
    fn from(summary: ImportSummary) -> Self {
        let ImportSummary { created, updated, unchanged, groups } = summary;
        Self { created, updated, unchanged, groups }
    }
}
