//! The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.5).

use seatlink_oauth::{
    Error, ScopeSet, Secret, TokenRequest,
    grant::{CodeFacts, check_code, unusable_code},
    pkce::{ChallengeMethod, CodeChallenge},
    token as format,
};
use seatlink_store::{self as store, SystemTx, Timestamp, grants::CodeRecord};

use super::{
    GRANT_LIFE, OauthError,
    claims::IdToken,
    clients::Client,
    issued::{self, Fresh, Hanging, Issued},
};
use crate::{
    Platform,
    log::{self, Change, Event, Named, Only},
};

/// Exchanges a code. Of many requests at once with the same code one wins; the others get
/// `invalid_grant`, and since nobody can tell a lost race from a theft, what the winner got is
/// revoked.
pub(super) async fn exchange(
    platform: &Platform,
    client: Client,
    code: &Secret,
    request: TokenRequest,
) -> Result<Issued, OauthError> {
    if !format::looks_like(format::AUTHORIZATION_CODE, code.expose()) {
        return Err(unusable_code().into());
    }
    let hash = format::hash(code.expose());
    let fresh = Fresh::pair(platform);
    let outcome = platform
        .db()
        .system_write(move |mut tx| async move {
            let at = fresh.at();
            match store::grants::consume_code(&mut tx, &hash, &client.id, at).await? {
                Some(code) => redeem(tx, &client, &request, code, fresh).await,
                None => reused(tx, &client, &hash, at).await.map(Err),
            }
        })
        .await?;
    Ok(outcome?)
}

/// The inner error is an answer, not a failure: the code stays consumed (the transaction commits).
async fn redeem(
    tx: SystemTx,
    client: &Client,
    request: &TokenRequest,
    code: CodeRecord,
    fresh: Fresh,
) -> Result<Result<Issued, Error>, store::Error> {
    let at = fresh.at();
    let facts = CodeFacts {
        client_id: client.id.clone(),
        redirect_uri: code.redirect_uri,
        code_challenge: code
            .code_challenge
            .map(|value| CodeChallenge { method: ChallengeMethod::S256, value }),
        expires_at: code.expires_at.seconds(),
    };
    if let Err(error) = check_code(&facts, request, &client.id, at.seconds()) {
        return Ok(Err(error));
    }

    let mut tx = tx.enter(code.tenant);
    let standing = match issued::standing(&mut tx, code.user, at).await? {
        Ok(standing) => standing,
        Err(unfit) => return Ok(Err(unfit.error())),
    };
    let hanging = Hanging {
        grant: code.grant,
        client_id: &client.id,
        user: Some(code.user),
        ends_at: at.plus(GRANT_LIFE),
    };
    let scope = ScopeSet::parse(&code.scope)
        .map_err(|_| store::Error::inconsistent("codes", code.grant))?;
    fresh.insert(&mut tx, &hanging, &code.scope, &code.scope).await?;
    let actor = client.actor(code.tenant, Some(code.user), &standing.user_name);
    let user = Named::new(code.user, &standing.user_name);
    let event = Event::CodeExchanged { app: Only::new(client.app), user };
    log::record(&mut tx, &actor, at, &Change::new(event)).await?;
    let id_token =
        IdToken::new(code.tenant, code.user, standing, at).with_sign_in(code.nonce, code.auth_time);
    Ok(Ok(Issued { fresh, scope, id_token: Some(id_token) }))
}

/// RFC 6749 §4.1.2: a code used twice ends everything that was issued from it. A code that belongs
/// to another client is left alone: its owner did nothing wrong.
async fn reused(
    mut tx: SystemTx,
    client: &Client,
    hash: &[u8],
    at: Timestamp,
) -> Result<Error, store::Error> {
    let Some((tenant, grant, owner)) = store::grants::find_code(&mut tx, hash).await? else {
        return Ok(unusable_code());
    };
    if owner != client.id {
        return Ok(unusable_code());
    }
    let mut tx = tx.enter(tenant);
    let event = Event::CodeReused { app: Only::new(client.app) };
    if store::grants::revoke(&mut tx, grant, at, event.reason().as_str()).await? {
        let actor = client.actor(tx.tenant(), None, &client.id);
        log::record(&mut tx, &actor, at, &Change::new(event)).await?;
    }
    Ok(unusable_code())
}
