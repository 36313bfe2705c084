//! Places in lists of administrators, sealed into text that travels in URLs.
//!
//! A cursor opens for its tenant and for the list, with its search and order, that it was made for;
//! the server keeps nothing. The lists of SCIM resources have their own, which RFC 9865 gives a
//! lifetime.

use aws_lc_rs::digest;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Platform, actor::Actor};

/// `list` names the list and everything that was asked of it.
pub(crate) fn seal<T: Serialize>(
    platform: &Platform,
    actor: &Actor,
    list: &str,
    place: &T,
) -> String {
    let plain = serde_json::to_vec(place).expect("places have text keys");
    let sealed = platform.sealer().seal_cursor(&bound_to(actor, list), &plain);
    BASE64_URL_SAFE_NO_PAD.encode(sealed)
}

/// `None` for a cursor that is none of ours, or one of another list.
pub(crate) fn open<T: DeserializeOwned>(
    platform: &Platform,
    actor: &Actor,
    list: &str,
    cursor: &str,
) -> Option<T> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let plain = platform.sealer().open_cursor(&bound_to(actor, list), &sealed).ok()?;
    serde_json::from_slice(&plain).ok()
}

fn bound_to(actor: &Actor, list: &str) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(actor.tenant.uuid().as_bytes());
    context.update(list.as_bytes());
    let mut bound = [0; 32];
    bound.copy_from_slice(context.finish().as_ref());
    bound
}
