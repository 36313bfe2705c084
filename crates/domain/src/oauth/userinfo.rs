//! Userinfo (OpenID Connect Core §5.3): what the scopes of an access token release about its
//! person.

use seatlink_oauth::{Error, ScopeSet, claims::UserInfo, scope};
use seatlink_store as store;

use super::{OauthError, claims};
use crate::{Platform, access::bearer, settings::Realm};

pub async fn userinfo(
    platform: &Platform,
    realm: Realm,
    token: &str,
) -> Result<UserInfo, OauthError> {
    let record = bearer::resolve(platform, realm, token).await?;
    let scope = ScopeSet::parse(&record.scope)
        .map_err(|_| store::Error::inconsistent("tokens", record.id))?;
    let user = record.user.filter(|_| scope.contains(scope::OPENID)).ok_or_else(|| {
        Error::insufficient_scope(
            "Userinfo needs a token that a person gave with the scope openid.",
        )
    })?;
    let standing = platform
        .db()
        .read(record.tenant, move |mut tx| async move {
            store::users::find_standing(&mut tx, user).await
        })
        .await?
        .ok_or_else(|| Error::invalid_token("The user of this token no longer exists."))?;
    let person = claims::person(&standing).released_by(&scope);
    Ok(UserInfo { sub: user.to_string(), person })
}
