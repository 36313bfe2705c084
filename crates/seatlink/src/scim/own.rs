//! Endpoints of the resource types that the tenant registered.

use seatlink_domain::directory::resources::OwnType;
use seatlink_scim::Error as ScimError;

use super::{answer::Refusal, call::Call, endpoint::Endpoint, kind::Kind};

/// The endpoint of the tenant's own that a path names as it stands, and as it stands tidied.
pub(super) async fn endpoints<'a>(
    call: &Call<'_>,
    path: &'a str,
    tidied: Option<&'a str>,
) -> Result<(Option<Endpoint<'a>>, Option<Endpoint<'a>>), Refusal> {
    let tenant = call.tenant().await?;
    let find =
        |path: &'a str| Endpoint::parse_own(path, |name| OwnType::at(&tenant, name).is_some());
    Ok((find(path), tidied.and_then(find)))
}

/// Looked up again, for another process may just have removed it.
pub(super) async fn kind(call: &Call<'_>, name: &str) -> Result<Kind, Refusal> {
    let tenant = call.tenant().await?;
    let own = OwnType::at(&tenant, name).map(Kind::Own);
    Ok(own.ok_or_else(|| ScimError::not_found("There is no such endpoint any more."))?)
}
