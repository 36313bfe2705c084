//! Introspection (RFC 7662): a client asks about a token of its own.
//!
//! Unknown, expired, revoked and foreign tokens are all `{"active": false}` and nothing more.

use seatlink_oauth::{Error, request::ClientCredential, token as format};
use seatlink_store::{self as store, tokens::TokenKind};
use serde_json::{Value, json};

use super::{
    OauthError,
    clients::{self, Proof},
    issuer,
};
use crate::{Platform, settings::Realm};

pub async fn introspect(
    platform: &Platform,
    realm: Realm,
    credential: ClientCredential,
    token: &str,
) -> Result<Value, OauthError> {
    let (client, proof) = clients::authenticate(platform, realm, &credential).await?;
    if proof == Proof::Nothing {
        return Err(Error::invalid_client("Introspection needs the client's secret.").into());
    }
    let issuer = issuer(platform, realm)?;
    let hash = format::hash(token);
    let now = platform.now();
    let found = platform
        .db()
        .system_read(move |mut tx| async move {
            let Some(record) = store::tokens::find(&mut tx, &hash).await? else { return Ok(None) };
            let user = match record.user {
                None => None,
                Some(user) => {
                    let mut tx = tx.enter(record.tenant);
                    match store::users::find_standing(&mut tx, user).await? {
                        Some(standing) if standing.active => Some(standing.user_name),
                        Some(_) | None => return Ok(None),
                    }
                }
            };
            Ok::<_, store::Error>(Some((record, user)))
        })
        .await?;
    let Some((record, user_name)) = found else { return Ok(inactive()) };
    let live = record.client_id.as_deref() == Some(&*client.id)
        && record.revoked_at.is_none()
        && record.grant_revoked_at.is_none()
        && record.rotated_at.is_none()
        && record.expires_at.is_none_or(|at| at > now);
    if !live {
        return Ok(inactive());
    }
    let mut answer = json!({
        "active": true,
        "scope": record.scope,
        "client_id": client.id,
        "iat": record.created_at.seconds(),
        "iss": issuer,
        "sub": record.user.map_or_else(|| client.id.clone(), |user| user.to_string()),
    });
    if record.kind == TokenKind::Access {
        answer["token_type"] = "Bearer".into();
    }
    if let Some(expires_at) = record.expires_at {
        answer["exp"] = expires_at.seconds().into();
    }
    if let Some(user_name) = user_name {
        answer["username"] = user_name.into();
    }
    Ok(answer)
}

fn inactive() -> Value {
    json!({ "active": false })
}
