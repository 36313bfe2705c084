//! Static bearer tokens, for provisioning clients that cannot do OAuth.
//!
//! A token is shown once, when it is made; we keep its hash. It never gives more than its maker
//! has.

use seatlink_oauth::token;
use seatlink_store::{
    self as store, Timestamp, TokenId,
    tokens::{StaticTokenRecord, TokenKind, TokenWrite},
};
use serde::{Deserialize, Serialize};

use crate::{
    Platform,
    actor::{Actor, Forbidden},
    log::{self, Change, Event, Named, Only},
    permission::{Permission, Permissions},
    seal::Secret,
};

const NAME_LIMIT: usize = 100;

/// What a static token may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenScope {
    /// The SCIM service.
    #[default]
    Scim,
    /// Everything, our own API included.
    Admin,
}

impl TokenScope {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scim => "scim",
            Self::Admin => "admin",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "scim" => Some(Self::Scim),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }

    pub(crate) fn permissions(self) -> Permissions {
        match self {
            Self::Scim => Permissions::default().with(Permission::Scim),
            Self::Admin => Permissions::all(),
        }
    }
}

/// A static token as an administrator sees it.
#[derive(Clone, Debug)]
pub struct StaticToken {
    pub id: TokenId,
    pub name: String,
    pub scope: TokenScope,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl StaticToken {
    fn from_record(record: StaticTokenRecord) -> Result<Self, store::Error> {
        let broken = || store::Error::inconsistent("tokens", record.id);
        Ok(Self {
            id: record.id,
            name: record.name.ok_or_else(broken)?,
            scope: TokenScope::parse(&record.scope).ok_or_else(broken)?,
            created_at: record.created_at,
            expires_at: record.expires_at,
            last_used_at: record.last_used_at,
            revoked_at: record.revoked_at,
        })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error("a token needs a name of 1 to {NAME_LIMIT} characters")]
    BadName,
    #[error("a token that expires must expire in the future")]
    ExpiresInThePast,
    #[error("there is no token {0}, or it was revoked before")]
    NotFound(TokenId),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the token could not be read or written")]
    Store(#[from] store::Error),
}

/// Makes a token. The secret is in the answer and nowhere else.
pub async fn create(
    platform: &Platform,
    actor: &Actor,
    name: &str,
    scope: TokenScope,
    expires_at: Option<Timestamp>,
) -> Result<(TokenId, Secret), AccessError> {
    actor.require(Permission::TokensCreate)?;
    for permission in scope.permissions().iter() {
        actor.require(permission)?;
    }
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_LIMIT {
        return Err(AccessError::BadName);
    }
    let at = platform.now();
    if expires_at.is_some_and(|expires| expires <= at) {
        return Err(AccessError::ExpiresInThePast);
    }
    let id: TokenId = platform.new_id();
    let secret = token::format(token::STATIC_TOKEN, &platform.random());
    let hash = token::hash(secret.expose());
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let written = TokenWrite {
                hash: &hash,
                id,
                kind: TokenKind::Static,
                name: Some(&name),
                grant: None,
                client_id: None,
                user: None,
                scope: scope.as_str(),
                created_at: at,
                expires_at,
            };
            store::tokens::insert(&mut tx, written).await?;
            let scope = scope.as_str().to_owned();
            let event = Event::StaticTokenIssued { token: Named::new(id, name), scope };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok::<_, AccessError>(())
        })
        .await?;
    Ok((id, Secret::new(secret.expose())))
}

pub async fn list(platform: &Platform, actor: &Actor) -> Result<Vec<StaticToken>, AccessError> {
    actor.require(Permission::TokensView)?;
    let records = platform
        .db()
        .scan(actor.tenant, |mut tx| async move { store::tokens::list_static(&mut tx).await })
        .await?;
    let tokens = records.into_iter().map(StaticToken::from_record);
    Ok(tokens.collect::<Result<_, _>>()?)
}

/// Ends a token; its next request is refused.
pub async fn revoke(platform: &Platform, actor: &Actor, id: TokenId) -> Result<(), AccessError> {
    actor.require(Permission::TokensRevoke)?;
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            if !store::tokens::revoke(&mut tx, id, at).await? {
                return Err(AccessError::NotFound(id));
            }
            let event = Event::StaticTokenRevoked { token: Only::new(id) };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok(())
        })
        .await
}
