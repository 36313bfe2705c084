//! Import of people.

use axum::{body::Body, extract::State, http::HeaderMap};
use seatlink_domain::directory::{
    import::{self, ImportError},
    people_file,
};

use super::answer::{Answer, ok};
use seatlink_edge::{AppState, Bearer};

/// A hundred thousand people with many attributes.
const FILE_LIMIT: usize = 128 * 1_024 * 1_024;

/// `POST /api/v1/people/import`: a CSV or SCIM JSON file as the body. All rows or none.
pub(super) async fn import(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    // Nobody sends so much only to be told that they may not.
    import::may(&actor)?;
    let held = state.room.read(actor.tenant, &headers, body, FILE_LIMIT).await?;
    let _turn = state.room.turn(actor.tenant).await?;
    let file = people_file::parse(&held.bytes).map_err(ImportError::Rows)?;
    drop(held);
    let summary = import::people(&state.platform, &actor, file, |_| {}).await?;
    Ok(ok(&summary))
}
