//! Lists of the tenant's own resources.

use seatlink_scim::{ListQuery, Projection};

use super::OwnType;
use crate::{
    Platform,
    actor::Actor,
    directory::{
        DirectoryError, Page,
        listing::{self, Projections, Scope},
    },
};

/// RFC 7644 §3.4.2.
pub async fn list(
    platform: &Platform,
    actor: &Actor,
    own: &OwnType,
    query: &ListQuery,
) -> Result<Page, DirectoryError> {
    // Nothing of them is computed.
    let all = Projection::all();
    let shown = Projections { user: &all, group: &all };
    listing::list(platform, actor, Scope::Own(own), query, shown).await
}
