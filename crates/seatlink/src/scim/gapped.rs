//! Answers with groups whose members are not all in memory: they are read page by page as the
//! client takes them.

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use seatlink_domain::{
    Actor, Platform,
    directory::{
        DirectoryError,
        groups::{self, Unread},
    },
};

use super::call::Call;
use seatlink_edge::chain;

/// A place in a text where members of a group are missing.
#[derive(Clone, Copy)]
pub(super) struct Gap {
    pub(super) at: usize,
    pub(super) unread: Unread,
}

/// The text as a body, with its gaps filled while it is sent.
pub(super) fn body(call: &Call<'_>, text: String, gaps: Vec<Gap>) -> Body {
    if gaps.is_empty() {
        return Body::from(text);
    }
    let filling = Filling {
        platform: call.state.platform.clone(),
        actor: call.actor.clone(),
        base: call.base().to_owned(),
        request: call.facts.id.to_string(),
        text: Bytes::from(text),
        sent: 0,
        gaps: gaps.into_iter(),
        open: None,
    };
    Body::from_stream(stream::try_unfold(filling, Filling::next))
}

struct Filling {
    platform: Platform,
    actor: Actor,
    base: String,
    request: String,
    text: Bytes,
    sent: usize,
    gaps: std::vec::IntoIter<Gap>,
    /// The gap that is being filled.
    open: Option<Unread>,
}

impl Filling {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, DirectoryError> {
        if let Some(unread) = self.open {
            let page = groups::more_members(&self.platform, &self.actor, unread, &self.base).await;
            let (text, left) = page.inspect_err(|error| {
                // The status is sent already; a body that breaks off is how the client learns of
                // it.
                tracing::error!(request = %self.request, error = chain(error), "an answer broke off");
            })?;
            self.open = left;
            return Ok(Some((Bytes::from(text), self)));
        }
        let gap = self.gaps.next();
        let end = gap.map_or(self.text.len(), |gap| gap.at);
        if gap.is_none() && self.sent == end {
            return Ok(None);
        }
        let piece = self.text.slice(self.sent..end);
        self.sent = end;
        self.open = gap.map(|gap| gap.unread);
        Ok(Some((piece, self)))
    }
}
