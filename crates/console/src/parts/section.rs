//! A part of a page that is read by itself and fails by itself.

use axum::http::StatusCode;
use seatlink_domain::{Actor, Permission};
use seatlink_edge::chain;

use super::Empty;
use crate::viewer::Viewer;

/// A reader who lacks the permission, and one for whom it could not be read, still get the rest of
/// the page.
pub enum Section<T> {
    Shown(T),
    /// The permission that would show it.
    Withheld(Permission),
    /// It could not be read. The cause is in the log, under the id of the request.
    Failed,
}

impl<T> Section<T> {
    /// Reads the part if the actor has one of the permissions. Asking first keeps a look at the
    /// page from being logged as a refused operation; the operation itself still decides.
    pub async fn read<E>(
        actor: &Actor,
        any_of: &[Permission],
        read: impl Future<Output = Result<T, E>>,
    ) -> Self
    where
        E: std::error::Error + 'static,
    {
        if let [first, ..] = any_of
            && !any_of.iter().any(|one| actor.permissions.contains(*one))
        {
            return Self::Withheld(*first);
        }
        match read.await {
            Ok(part) => Self::Shown(part),
            Err(error) => {
                let request = actor.request_id.as_deref().unwrap_or_default();
                tracing::error!(request, error = chain(&error), "a section of a page failed");
                Self::Failed
            }
        }
    }

    /// The status of a page that is this section alone.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Shown(_) => StatusCode::OK,
            Self::Withheld(_) => StatusCode::FORBIDDEN,
            Self::Failed => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What stands in the place of a section that is not shown; `retry` is the address of the page.
    pub fn missing(&self, viewer: &Viewer, retry: impl Into<String>) -> Option<Empty> {
        let t = viewer.texts();
        match self {
            Self::Shown(_) => None,
            Self::Withheld(permission) => Some(Empty::not_allowed(t, *permission)),
            Self::Failed => Some(Empty::failed(t, &viewer.visitor.request, retry.into())),
        }
    }
}
