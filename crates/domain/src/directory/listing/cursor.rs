//! Cursors: where a walk through a list goes on (RFC 9865).
//!
//! The server keeps nothing of a walk. A cursor is the place behind the last resource of a page,
//! sealed, so that clients can neither read nor make one. It opens only for the caller, the list,
//! the filter and the order that it was made for.

#[cfg(test)]
mod fuzz;

use aws_lc_rs::digest;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use seatlink_scim::{Error as ScimError, ListQuery, SortOrder};
use seatlink_store::listing::{Key, Position};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CURSOR_LIFETIME, PAGE_LIMIT, Part, Place};
use crate::{
    Platform,
    actor::{Actor, ActorKind},
};

/// What a cursor holds, with short names because it travels in URLs.
#[derive(Serialize, Deserialize)]
struct Content {
    #[serde(rename = "s", default, skip_serializing_if = "is_zero")]
    source: usize,
    #[serde(rename = "i")]
    id: Uuid,
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    key: Option<Value>,
    #[serde(rename = "c")]
    limit: u64,
    #[serde(rename = "t")]
    made_at: i64,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[derive(Serialize, Deserialize)]
enum Value {
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "m")]
    Time(i64),
    #[serde(rename = "n")]
    Number(String),
    #[serde(rename = "i")]
    Id(Uuid),
}

/// A walk under way, as its cursor tells it.
pub(super) struct Walk {
    pub(super) place: Place,
    /// Resources of a page.
    pub(super) limit: u64,
    /// How many there were in all when the walk began, where counting again would cost as much as
    /// the walk.
    pub(super) total: Option<u64>,
}

/// What a cursor is good for.
pub(super) struct Binding([u8; 32]);

impl Binding {
    pub(super) fn of(actor: &Actor, parts: &[Part], query: &ListQuery) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        let mut bind = |part: &[u8]| {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        };
        bind(actor.tenant.uuid().as_bytes());
        bind(actor.kind.as_str().as_bytes());
        bind(actor.connection.as_deref().unwrap_or_default().as_bytes());
        if let ActorKind::User(id) | ActorKind::ProvisioningClient { authorised_by: Some(id) } =
            &actor.kind
        {
            bind(id.uuid().as_bytes());
        }
        for part in parts {
            bind(part.kind.table().kind().as_bytes());
        }
        bind(query.filter.as_ref().map(ToString::to_string).unwrap_or_default().as_bytes());
        let sorted_by = query.sort_by.as_deref().unwrap_or_default().to_ascii_lowercase();
        bind(sorted_by.as_bytes());
        bind(match query.sort_order {
            SortOrder::Ascending => b"+",
            SortOrder::Descending => b"-",
        });
        let mut bound = [0; 32];
        bound.copy_from_slice(context.finish().as_ref());
        Self(bound)
    }

    pub(super) fn cursor(&self, platform: &Platform, walk: &Walk) -> String {
        let Position { key, id } = &walk.place.position;
        let content = Content {
            source: walk.place.source,
            id: *id,
            key: key.clone().map(|key| match key {
                Key::Text(text) => Value::Text(text),
                Key::Time(micros) => Value::Time(micros),
                Key::Number(digits) => Value::Number(digits),
                Key::Id(id) => Value::Id(id),
            }),
            limit: walk.limit,
            made_at: platform.now().seconds(),
            total: walk.total,
        };
        let plain = serde_json::to_vec(&content).expect("the content has string keys only");
        BASE64_URL_SAFE_NO_PAD.encode(platform.sealer().seal_cursor(&self.0, &plain))
    }

    /// Reads a cursor of ours. `count` is what the request asks for, if it does.
    pub(super) fn open(
        &self,
        platform: &Platform,
        cursor: &str,
        count: Option<u64>,
    ) -> Result<Walk, ScimError> {
        let content = self.content(platform, cursor).ok_or_else(|| {
            ScimError::invalid_cursor(
                "This cursor was not given out for this query; send nextCursor as it came, with all \
                 other parameters unchanged, or an empty cursor to begin again.",
            )
        })?;
        let age = platform.now().seconds().saturating_sub(content.made_at);
        if u64::try_from(age).is_ok_and(|age| age > CURSOR_LIFETIME.as_secs()) {
            return Err(ScimError::expired_cursor(format!(
                "This cursor is older than {} seconds; send an empty cursor to begin again.",
                CURSOR_LIFETIME.as_secs()
            )));
        }
        if count.is_some_and(|count| count != content.limit) {
            return Err(ScimError::invalid_count(format!(
                "This walk began with count={}; keep it, or leave count out.",
                content.limit
            )));
        }
        let key = content.key.map(|key| match key {
            Value::Text(text) => Key::Text(text),
            Value::Time(micros) => Key::Time(micros),
            Value::Number(digits) => Key::Number(digits),
            Value::Id(id) => Key::Id(id),
        });
        Ok(Walk {
            place: Place { source: content.source, position: Position { key, id: content.id } },
            limit: content.limit.min(PAGE_LIMIT),
            total: content.total,
        })
    }

    fn content(&self, platform: &Platform, cursor: &str) -> Option<Content> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let plain = platform.sealer().open_cursor(&self.0, &sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}
