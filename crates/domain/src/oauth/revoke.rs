//! Revocation (RFC 7009).
//!
//! A refresh token ends its grant and with it every token of the grant; an access token ends alone.
//! An unknown token, or one of another client, is answered like one that was revoked.

use seatlink_oauth::{request::ClientCredential, token as format};
use seatlink_store::{self as store, tokens::TokenKind};

use super::{OauthError, clients};
use crate::{
    Platform,
    log::{self, Change, Event, Only, Reason},
    settings::Realm,
};

pub async fn revoke(
    platform: &Platform,
    realm: Realm,
    credential: ClientCredential,
    token: &str,
) -> Result<(), OauthError> {
    let (client, _) = clients::authenticate(platform, realm, &credential).await?;
    let hash = format::hash(token);
    let at = platform.now();
    platform
        .db()
        .system_write(move |mut tx| async move {
            let Some(record) = store::tokens::find(&mut tx, &hash).await? else { return Ok(()) };
            if record.client_id.as_deref() != Some(&*client.id) {
                return Ok(());
            }
            let mut tx = tx.enter(record.tenant);
            let app = Only::new(client.app);
            let (ended, event) = match (record.kind, record.grant) {
                (TokenKind::Refresh, Some(grant)) => (
                    store::grants::revoke(&mut tx, grant, at, Reason::TokenRevoked.as_str())
                        .await?,
                    Event::GrantReturned { app },
                ),
                (TokenKind::Refresh | TokenKind::Access | TokenKind::Static, _) => (
                    store::tokens::revoke(&mut tx, record.id, at).await?,
                    Event::AccessTokenReturned { app },
                ),
            };
            if ended {
                let actor = client.actor(record.tenant, record.user, &client.id);
                log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            }
            Ok::<_, store::Error>(())
        })
        .await?;
    Ok(())
}
