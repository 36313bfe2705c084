//! What every grant type gives out: tokens made outside the transaction and written inside it, to
//! whoever may have them.

use seatlink_oauth::{Error, ScopeSet, Secret, token as format};
use seatlink_store::{
    self as store, GrantId, Timestamp, TokenId, Tx, UserId,
    tokens::{TokenKind, TokenWrite},
    users::StandingRecord,
};

use super::claims::IdToken;
use crate::Platform;

/// What a grant type gives back.
pub(super) struct Issued {
    pub(super) fresh: Fresh,
    pub(super) scope: ScopeSet,
    pub(super) id_token: Option<IdToken>,
}

/// Tokens that were made but not written yet: randomness and hashing stay outside the transaction.
pub(super) struct Fresh {
    at: Timestamp,
    access: One,
    refresh: Option<One>,
}

struct One {
    secret: Secret,
    hash: [u8; 32],
    id: TokenId,
    expires_at: Timestamp,
}

/// What new tokens hang from.
pub(super) struct Hanging<'a> {
    pub(super) grant: GrantId,
    pub(super) client_id: &'a str,
    pub(super) user: Option<UserId>,
    /// When the grant itself ends; no token outlives it.
    pub(super) ends_at: Timestamp,
}

impl Fresh {
    pub(super) fn access_alone(platform: &Platform) -> Self {
        let at = platform.now();
        let lifetimes = platform.settings().lifetimes;
        let access = One::make(platform, format::ACCESS_TOKEN, at.plus(lifetimes.access_token));
        Self { at, access, refresh: None }
    }

    /// With a refresh token: it comes with `openid` alone, because provisioning clients ask for
    /// nothing else.
    pub(super) fn pair(platform: &Platform) -> Self {
        let alone = Self::access_alone(platform);
        let ends = alone.at.plus(platform.settings().lifetimes.refresh_token);
        Self { refresh: Some(One::make(platform, format::REFRESH_TOKEN, ends)), ..alone }
    }

    /// What the client is answered: the access token, and the refresh token if there is one.
    pub(super) fn into_secrets(self) -> (Secret, Option<Secret>) {
        (self.access.secret, self.refresh.map(|one| one.secret))
    }

    pub(super) const fn at(&self) -> Timestamp {
        self.at
    }

    pub(super) fn access_ends_at(&self) -> Timestamp {
        self.access.expires_at
    }

    /// A refresh token keeps the grant's whole scope even when this access token is narrower (RFC
    /// 6749 §6).
    pub(super) async fn insert(
        &self,
        tx: &mut Tx,
        hanging: &Hanging<'_>,
        access_scope: &str,
        grant_scope: &str,
    ) -> Result<(), store::Error> {
        let all = [
            Some((&self.access, TokenKind::Access, access_scope)),
            self.refresh.as_ref().map(|one| (one, TokenKind::Refresh, grant_scope)),
        ];
        for (one, kind, scope) in all.into_iter().flatten() {
            let written = TokenWrite {
                hash: &one.hash,
                id: one.id,
                kind,
                name: None,
                grant: Some(hanging.grant),
                client_id: Some(hanging.client_id),
                user: hanging.user,
                scope,
                created_at: self.at,
                expires_at: Some(one.expires_at.min(hanging.ends_at)),
            };
            store::tokens::insert(tx, written).await?;
        }
        Ok(())
    }
}

impl One {
    fn make(platform: &Platform, prefix: &str, expires_at: Timestamp) -> Self {
        let secret = format::format(prefix, &platform.random());
        let hash = format::hash(secret.expose());
        Self { secret, hash, id: platform.new_id(), expires_at }
    }
}

/// Why a user may not be given a token now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unfit {
    Gone,
    Inactive,
    Locked,
}

impl Unfit {
    pub(super) fn error(self) -> Error {
        Error::invalid_grant(match self {
            Self::Gone => "The user who authorised this no longer exists.",
            Self::Inactive => "The user who authorised this is inactive.",
            Self::Locked => "The user who authorised this is locked after wrong passwords.",
        })
    }
}

/// Whether the user may be given a token now. A locked account gets none on any path, or guessing
/// its password would only need a pending code to go on.
pub(super) async fn standing(
    tx: &mut Tx,
    user: UserId,
    at: Timestamp,
) -> Result<Result<StandingRecord, Unfit>, store::Error> {
    Ok(match store::users::find_standing(tx, user).await? {
        None => Err(Unfit::Gone),
        Some(standing) if !standing.active => Err(Unfit::Inactive),
        Some(standing) if standing.locked_until.is_some_and(|until| until > at) => {
            Err(Unfit::Locked)
        }
        Some(standing) => Ok(standing),
    })
}
