//! One SCIM request on its way to an operation.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use seatlink_domain::{
    Actor, Permission,
    access::repairs,
    actor::Forbidden,
    directory::{Page, PagedBy, Stored},
    tenants::{self, Tenant},
};
use seatlink_scim::{
    Error as ScimError, ListQuery, Precondition, Projection, Quirk, Repair, ResourceType,
    message::{ListWriter, Paging, join_names},
};
use serde_json::Value;
use url::form_urlencoded;

use super::{
    answer::{self, Refusal},
    gapped::{self, Gap},
    json,
};
use seatlink_edge::{AppState, Facts, Turn};

/// The largest body of a user or of a PATCH of one.
pub(super) const BODY_LIMIT: usize = 1_024 * 1_024;
/// The largest body of a group, whose members all come in one piece: about 300,000 of them. Bulk's
/// as well (`bulk.maxPayloadSize`).
pub(super) const LARGE_BODY_LIMIT: usize = 16 * BODY_LIMIT;

/// What a handler knows about its request.
pub(super) struct Call<'a> {
    pub(super) state: &'a AppState,
    pub(super) facts: &'a Facts,
    pub(super) parts: &'a Parts,
    pub(super) actor: Actor,
    pub(super) query: Cow<'a, str>,
    /// Held by a request with a large body.
    pub(super) turn: OnceLock<Turn>,
}

impl Call<'_> {
    /// The base of locations: the configured address, whatever the request calls us.
    pub(super) fn base(&self) -> &str {
        &self.facts.host.scim_base
    }

    pub(super) async fn tenant(&self) -> Result<Arc<Tenant>, Refusal> {
        tenants::load(&self.state.platform, self.actor.tenant)
            .await
            .map_err(|error| Refusal::Directory(error.into()))
    }

    /// Discovery runs no operation that would ask for the permission.
    pub(super) fn require_scim(&self) -> Result<(), Refusal> {
        if self.actor.permissions.contains(Permission::Scim) {
            return Ok(());
        }
        let actor = self.actor.name.to_string();
        Err(Refusal::Forbidden(format!("{}.", Forbidden { actor, permission: Permission::Scim })))
    }

    pub(super) fn query(&self) -> form_urlencoded::Parse<'_> {
        form_urlencoded::parse(self.query.as_bytes())
    }

    /// What of the request itself was repaired, apart from the resource it is about.
    pub(super) fn count(&self, quirk: Option<Quirk>) {
        let at = self.parts.uri.path();
        let repairs = quirk.map(|quirk| Repair { quirk, at: at.to_owned() });
        repairs::count(&self.state.platform, &self.actor, repairs.as_slice());
    }

    pub(super) fn list_query(&self) -> Result<ListQuery, ScimError> {
        let mut replaced = false;
        let query = ListQuery::from_pairs(self.query().inspect(|(name, value)| {
            let is_filter = name.eq_ignore_ascii_case("filter");
            replaced |= is_filter && value.contains(char::REPLACEMENT_CHARACTER);
        }))?;
        // What stands for bytes that are no UTF-8 would be looked for, and nobody found: a client
        // would then create whoever is there already.
        if replaced && !self.query.to_ascii_uppercase().contains("%EF%BF%BD") {
            return Err(ScimError::invalid_filter(
                "The filter is not UTF-8; percent-encode the bytes of its UTF-8 form.",
            ));
        }
        Ok(query)
    }

    /// `attributes` and `excludedAttributes`, which every request that answers with a resource
    /// takes (RFC 7644 §3.9). Anything else in the query is ignored.
    pub(super) fn projection(&self, rt: &ResourceType) -> Result<Projection, ScimError> {
        if self.parts.uri.query().is_none() {
            return Ok(Projection::all());
        }
        let (mut attributes, mut excluded) = (None, None);
        for (name, value) in self.query() {
            if name.eq_ignore_ascii_case("attributes") {
                join_names(&mut attributes, &value);
            } else if name.eq_ignore_ascii_case("excludedAttributes") {
                join_names(&mut excluded, &value);
            }
        }
        Projection::parse(attributes.as_deref(), excluded.as_deref(), rt)
    }

    /// One resource as an answer.
    pub(super) fn one(
        &self,
        status: StatusCode,
        stored: &Stored,
        projection: &Projection,
        tenant: &Tenant,
    ) -> Response {
        let mut text = String::with_capacity(stored.rendered_size());
        let gap = stored.render_into(&mut text, self.base(), projection, tenant);
        let gaps = stored.unread().map(|unread| Gap { at: gap, unread });
        let body = gapped::body(self, text, gaps.into_iter().collect());
        answer::resource(status, stored, self.base(), body)
    }

    /// One page of a list as an answer. `chosen` tells what is shown of a resource type.
    pub(super) fn page<'p>(
        &self,
        page: &Page,
        tenant: &Tenant,
        chosen: impl Fn(&str) -> &'p Projection,
    ) -> Response {
        let paging = match &page.paged_by {
            PagedBy::Index(start) => Paging::Index(*start),
            PagedBy::Cursor(next) => Paging::Cursor(next.as_deref()),
        };
        let size = page.resources.iter().map(Stored::rendered_size).sum();
        let mut list = ListWriter::new(page.total, paging, page.resources.len(), size);
        let mut gaps = Vec::new();
        for stored in &page.resources {
            let chosen = chosen(stored.kind());
            let at = stored.render_into(list.resource(), self.base(), chosen, tenant);
            gaps.extend(stored.unread().map(|unread| Gap { at, unread }));
        }
        answer::json(StatusCode::OK, gapped::body(self, list.finish(), gaps))
    }

    /// What a change of a resource is bound to (RFC 9110 §13.2.2).
    pub(super) fn condition(&self) -> Precondition {
        self.if_match().unless(self.if_none_match())
    }

    pub(super) fn if_match(&self) -> Precondition {
        self.precondition(&header::IF_MATCH)
    }

    pub(super) fn if_none_match(&self) -> Precondition {
        self.precondition(&header::IF_NONE_MATCH)
    }

    fn precondition(&self, name: &HeaderName) -> Precondition {
        let mut values = self.parts.headers.get_all(name).iter().map(text);
        match (values.next(), values.next()) {
            (None, _) => Precondition::None,
            (Some(only), None) => Precondition::parse(Some(only)),
            // RFC 9110 §5.2: several lines are one list.
            (Some(first), Some(second)) => {
                let all = [first, second].into_iter().chain(values).collect::<Vec<_>>().join(",");
                Precondition::parse(Some(&all))
            }
        }
    }

    /// The JSON body (RFC 7644 §3.1, §3.8).
    pub(super) async fn body(&self, body: Body) -> Result<Value, Refusal> {
        self.body_up_to(BODY_LIMIT, body).await
    }

    /// [`Call::body`] where many members or operations may come along.
    pub(super) async fn large_body(&self, body: Body) -> Result<Value, Refusal> {
        self.body_up_to(LARGE_BODY_LIMIT, body).await
    }

    async fn body_up_to(&self, limit: usize, body: Body) -> Result<Value, Refusal> {
        check_content(&self.parts.headers)?;
        let (room, tenant) = (&self.state.room, self.actor.tenant);
        let held = room.read(tenant, &self.parts.headers, body, limit).await?;
        if held.bytes.len() > BODY_LIMIT {
            // Large ones are taken apart a few at a time, so that their number does not decide how
            // much memory is needed. The turn lasts as long as the request: in parts a body takes
            // twenty times the room of its bytes. Nobody has one while their body is still coming.
            let _ = self.turn.set(room.turn(tenant).await?);
        }
        Ok(json::parse(&held.bytes)?)
    }
}

/// What a list or search asks to be shown.
pub(super) fn projection_of(query: &ListQuery, rt: &ResourceType) -> Result<Projection, ScimError> {
    Projection::parse(query.attributes.as_deref(), query.excluded_attributes.as_deref(), rt)
}

fn text(value: &HeaderValue) -> &str {
    // What is no text names no version, and a precondition that names none fails.
    value.to_str().unwrap_or_default()
}

fn check_content(headers: &HeaderMap) -> Result<(), ScimError> {
    let mut given = headers.get_all(header::CONTENT_TYPE).iter().map(text);
    let content_type = given.next().unwrap_or_default();
    if !is_json(content_type) || given.next().is_some() {
        return Err(ScimError::unsupported_media_type(
            "Send the body as application/scim+json or application/json, in UTF-8.",
        ));
    }
    match headers.get(header::CONTENT_ENCODING).map(text) {
        None => Ok(()),
        Some(encoding) if encoding.eq_ignore_ascii_case("identity") => Ok(()),
        Some(_) => Err(ScimError::unsupported_media_type(
            "Send the body as it is: compressed bodies (Content-Encoding) are not read.",
        )),
    }
}

fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let known = essence.eq_ignore_ascii_case("application/scim+json")
        || essence.eq_ignore_ascii_case("application/json");
    known
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_json_types_are_taken_with_and_without_charset() {
        for good in [
            "application/scim+json",
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/scim+json;charset=\"utf-8\"",
            "application/json; odata=verbose",
        ] {
            assert!(is_json(good), "{good}");
        }
    }

    #[test]
    fn other_types_are_not_taken() {
        for bad in [
            "",
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "application/json-patch+json",
            "application/json; charset=utf-16",
        ] {
            assert!(!is_json(bad), "{bad}");
        }
    }

    #[test]
    fn a_compressed_body_is_not_read() {
        let headers = HeaderMap::from_iter([
            (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (header::CONTENT_ENCODING, HeaderValue::from_static("gzip")),
        ]);
        assert_eq!(check_content(&headers).map_err(|error| error.status), Err(415));
    }
}
