//! Signing in: passwords, lockout and sessions, and how all of it ends when somebody leaves.
//!
//! One sentence answers every refused sign-in, and an unknown user costs as much work as a known
//! one, so neither text nor time tells who exists.

pub mod password;
pub mod sessions;
mod sign_in;

use seatlink_store::{self as store, Timestamp, Tx, UserId};

use crate::{actor::Forbidden, log::Reason};

pub use self::{
    sessions::{NewSession, Session},
    sign_in::sign_in,
};

#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Unknown, wrong, locked and inactive are one answer.
    #[error("wrong user name or password, or this account cannot sign in right now")]
    Refused,
    /// The password is right in more than one business unit.
    #[error("this user name exists in several business units; enter the business unit id as well")]
    SeveralBusinessUnits,
    #[error("{0}")]
    WeakPassword(&'static str),
    #[error("there is no user with this id")]
    UnknownUser,
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the sign-in could not be read or written")]
    Store(#[from] store::Error),
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

/// What ended with a user's access.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ended {
    pub(crate) sessions: u64,
    pub(crate) grants: u64,
}

/// Ends sessions, codes and grants of a user in the transaction that deactivates them. Tokens hang
/// from their grants, so the next request with one is refused.
pub(crate) async fn end_access(
    tx: &mut Tx,
    user: UserId,
    at: Timestamp,
    reason: Reason,
) -> Result<Ended, store::Error> {
    let sessions = store::sessions::delete_of_user(tx, user).await?;
    let grants = store::grants::revoke_of_user(tx, user, at, reason.as_str()).await?;
    let sessions = tx.count(sessions).await?;
    Ok(Ended { sessions, grants })
}
