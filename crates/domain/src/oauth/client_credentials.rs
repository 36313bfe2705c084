//! The client credentials grant (RFC 6749 §4.4), for provisioning clients that have no person to
//! sign in.
//!
//! No refresh token and no id token come with it (RFC 6749 §4.4.3).

use seatlink_oauth::{ScopeSet, scope};
use seatlink_store::{self as store, GrantId, grants::GrantRecord};

use super::{
    OauthError,
    clients::Client,
    issued::{Fresh, Hanging, Issued},
};
use crate::{
    Platform,
    log::{self, Change, Event, Only},
};

pub(super) async fn issue(
    platform: &Platform,
    client: Client,
    requested: Option<ScopeSet>,
) -> Result<Issued, OauthError> {
    // There is no person, so no scope that describes one; clients that send `openid` all the same
    // get the rest.
    let registered = &client.metadata.scopes;
    let named = scope::granted(&requested.unwrap_or_default(), registered);
    let scope = if named.is_empty() { registered.clone() } else { named };
    let fresh = Fresh::access_alone(platform);
    let id: GrantId = platform.new_id();
    let text = scope.to_string();
    let fresh = platform
        .db()
        .write(client.tenant, move |mut tx| async move {
            let at = fresh.at();
            let grant = GrantRecord {
                id,
                client_id: client.id.clone(),
                user: None,
                scope: text,
                created_at: at,
                expires_at: fresh.access_ends_at(),
                revoked_at: None,
            };
            store::grants::insert(&mut tx, &grant).await?;
            let hanging =
                Hanging { grant: id, client_id: &client.id, user: None, ends_at: grant.expires_at };
            fresh.insert(&mut tx, &hanging, &grant.scope, &grant.scope).await?;
            let actor = client.actor(client.tenant, None, &client.id);
            let event = Event::AppTokenIssued { app: Only::new(client.app) };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok::<_, store::Error>(fresh)
        })
        .await?;
    Ok(Issued { fresh, scope, id_token: None })
}
