//! Refusals that a declaration of the management API names beside its own answers.
//!
//! Each stands for one or more shared responses of the document, in which the one form of a refusal
//! is described.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses,
    openapi::{Ref, RefOr, Response},
};

use super::operation::refusal_name;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $statuses:expr;)+) => { $(
        $(#[$doc])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                refused(&$statuses)
            }
        }
    )+ };
}

refusals! {
    /// What any request may get.
    Always = [401, 403, 421, 429, 500, 503];
    /// The body is larger than the limit or is not what the operation takes.
    BadBody = [400, 413];
    /// A parameter cannot be used.
    BadRequest = [400];
    /// What the address names is not there.
    NoSuch = [404];
    /// A value is taken, or something else stands in the way.
    Taken = [409];
    /// The request was understood and cannot be carried out.
    Unusable = [422];
    /// What a change of the settings of something may get.
    BadSettings = [400, 404, 413, 422];
}

fn refused(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    statuses
        .iter()
        .map(|status| {
            let name = refusal_name("Api", *status);
            (status.to_string(), RefOr::Ref(Ref::from_response_name(name)))
        })
        .collect()
}
