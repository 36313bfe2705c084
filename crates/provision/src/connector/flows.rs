//! The order of requests that brings one account into the wanted state.
//!
//! Every flow starts by reading, so it can be cut off at any request and run again: an account that
//! was created by a lost answer is found by its identifier, a change that already arrived is seen
//! and not sent again.

use seatlink_domain::work::Delivered;
use serde_json::Value;

use seatlink_domain::log::Step;

use super::{
    Cause, Connector, Effect, Failure,
    wire::{Found, Read, RemoteId},
};
use crate::{
    mapping::{Goal, Mapped, Observed, field},
    plan::{OnMiss, Push},
};

/// How often a write is repeated on a fresh read when others keep changing the account.
const ROUNDS: usize = 3;

/// Whether a write was needed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Sent,
    WasRight,
}

impl Connector {
    /// Links the person's account when there is one, creates it when there is none.
    pub(crate) async fn link_or_create(
        &self,
        mapped: &Mapped,
        push: Push,
        on_miss: OnMiss,
    ) -> Result<Effect, Failure> {
        if let Some((id, account)) = self.find_one(mapped).await? {
            return self.adopt(id, account, mapped, push).await;
        }
        match on_miss {
            OnMiss::Refuse => Err(Failure { step: Step::LookUp, cause: Cause::NoMatch }),
            OnMiss::Create => match self.create(mapped).await {
                Ok(RemoteId(id)) => Ok(Effect::Created { id }),
                // Somebody was faster, or the answer to our own earlier request was lost.
                Err(Failure { cause: Cause::Conflict(remote), .. }) => {
                    match self.find_one(mapped).await? {
                        Some((id, account)) => self.adopt(id, account, mapped, push).await,
                        None => Err(Failure { step: Step::Create, cause: Cause::Rejected(remote) }),
                    }
                }
                Err(failure) => Err(failure),
            },
        }
    }

    /// Brings the linked account up to date; links or creates again when it is gone.
    pub(crate) async fn update(
        &self,
        id: &str,
        mapped: &Mapped,
        before: &Delivered,
        on_miss: OnMiss,
    ) -> Result<Effect, Failure> {
        let goal = Goal::Profile { mapped, before };
        match self.bring(Step::Update, &RemoteId(id.to_owned()), goal).await {
            Ok(_) => Ok(Effect::Updated { id: id.to_owned() }),
            Err(Failure { cause: Cause::NotFound(_), .. }) => {
                self.link_or_create(mapped, Push::Profile, on_miss).await
            }
            Err(failure) => Err(failure),
        }
    }

    /// Makes the linked account active again; links or creates again when it is gone.
    pub(crate) async fn reactivate(
        &self,
        id: &str,
        mapped: &Mapped,
        before: &Delivered,
        push: Push,
        on_miss: OnMiss,
    ) -> Result<Effect, Failure> {
        let goal = match push {
            Push::Profile => Goal::Profile { mapped, before },
            Push::ActiveOnly => Goal::Active(true),
        };
        match self.bring(Step::Reactivate, &RemoteId(id.to_owned()), goal).await {
            Ok(_) => Ok(Effect::Reactivated { id: id.to_owned(), pushed: push }),
            Err(Failure { cause: Cause::NotFound(_), .. }) => {
                self.link_or_create(mapped, push, on_miss).await
            }
            Err(failure) => Err(failure),
        }
    }

    /// Makes the linked account inactive, leaving everything else in it alone. Never deletes.
    pub(crate) async fn deactivate(&self, id: &str) -> Result<Effect, Failure> {
        let id = RemoteId(id.to_owned());
        match self.bring(Step::Deactivate, &id, Goal::Active(false)).await {
            Ok(Written::Sent) => Ok(Effect::Deactivated { id: id.0 }),
            Ok(Written::WasRight) => Ok(Effect::AlreadyInactive { id: id.0 }),
            // A wrong base URL answers 404 too, and then the account may well be active. Only a
            // service that is there can say that the account is not.
            Err(Failure { cause: Cause::NotFound(_), .. }) => {
                self.probe().await?;
                Ok(Effect::NoAccount)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Deactivates an account of ours that we hold no link to: one whose creation was cut off
    /// before it was recorded. Ours means that it carries our id of the person; an account that was
    /// there before us is left alone.
    pub(crate) async fn deactivate_unlinked(&self, mapped: &Mapped) -> Result<Effect, Failure> {
        match self.find_one(mapped).await? {
            Some((id, account))
                if field(&account.0, "externalId").and_then(Value::as_str)
                    == Some(mapped.external_id()) =>
            {
                self.deactivate(&id.0).await
            }
            Some(_) | None => Ok(Effect::NoAccount),
        }
    }

    async fn find_one(&self, mapped: &Mapped) -> Result<Option<(RemoteId, Observed)>, Failure> {
        match self.find(mapped).await? {
            Found::Nobody => Ok(None),
            Found::One(id, account) => Ok(Some((id, account))),
            Found::Several(matches) => {
                Err(Failure { step: Step::LookUp, cause: Cause::Ambiguous { matches } })
            }
        }
    }

    /// Makes a found account ours.
    async fn adopt(
        &self,
        id: RemoteId,
        found: Observed,
        mapped: &Mapped,
        push: Push,
    ) -> Result<Effect, Failure> {
        let nothing = Delivered::default();
        let goal = match push {
            Push::Profile => Goal::Profile { mapped, before: &nothing },
            Push::ActiveOnly if found.is_inactive() => Goal::Active(true),
            Push::ActiveOnly => return Ok(Effect::Linked { id: id.0, pushed: push }),
        };
        self.bring(Step::Update, &id, goal).await?;
        Ok(Effect::Linked { id: id.0, pushed: push })
    }

    /// Reads the account, changes what differs from the goal and writes it back, again from the
    /// start when somebody else changed it in between (RFC 7644 §3.14).
    async fn bring(&self, step: Step, id: &RemoteId, goal: Goal<'_>) -> Result<Written, Failure> {
        let mut round = 1;
        loop {
            let read = self.read(step, id).await?;
            match self.write_goal(step, id, &read, goal).await {
                Err(Failure { cause: Cause::Changed(_), .. }) if round < ROUNDS => round += 1,
                other => return other,
            }
        }
    }

    async fn write_goal(
        &self,
        step: Step,
        id: &RemoteId,
        read: &Read,
        goal: Goal<'_>,
    ) -> Result<Written, Failure> {
        let Some(update) = goal.difference(&read.account, self.style) else {
            return Ok(Written::WasRight);
        };
        self.update_account(step, id, update, read.version.as_deref()).await?;
        Ok(Written::Sent)
    }
}
