//! What the service says about itself: `/ServiceProviderConfig`, `/Schemas`, `/ResourceTypes`.

use axum::{
    http::{StatusCode, Uri},
    response::Response,
};
use seatlink_domain::directory::listing::{CURSOR_LIFETIME, PAGE_DEFAULT, PAGE_LIMIT};
use seatlink_scim::{
    Error as ScimError,
    discovery::{
        self, AuthenticationScheme, BulkCapability, Capabilities, CursorCapability, Preference,
        Support, service_provider_config,
    },
};
use serde_json::Value;
use url::form_urlencoded;

use super::{
    answer::{self, Refusal},
    bulk::MAX_OPERATIONS,
    call::{Call, LARGE_BODY_LIMIT},
};
use seatlink_edge::Facts;

/// The same for everybody, so that a client can learn how to authenticate (RFC 7643 §5). Every
/// statement is true of this server.
pub(super) fn provider_config(facts: &Facts, uri: &Uri) -> Result<Response, Refusal> {
    refuse_filter(uri)?;
    let mut config = service_provider_config(&Capabilities {
        documentation_uri: None,
        bulk: Some(BulkCapability {
            max_operations: u64::try_from(MAX_OPERATIONS).unwrap_or(u64::MAX),
            max_payload_size: u64::try_from(LARGE_BODY_LIMIT).unwrap_or(u64::MAX),
        }),
        max_results: PAGE_LIMIT,
        change_password: Support::Unsupported,
        sort: Support::Supported,
        etag: Support::Supported,
        cursor: Some(CursorCapability {
            default_page_size: PAGE_DEFAULT,
            max_page_size: PAGE_LIMIT,
            timeout_seconds: Some(CURSOR_LIFETIME.as_secs()),
        }),
        authentication_schemes: vec![
            AuthenticationScheme {
                kind: String::from("oauthbearertoken"),
                name: String::from("OAuth Bearer Token"),
                description: String::from(
                    "A bearer token in the Authorization header: an access token of the \
                     authorization server, or a static token of an administrator.",
                ),
                spec_uri: Some(String::from("https://www.rfc-editor.org/info/rfc6750")),
                preference: Preference::Primary,
            },
            AuthenticationScheme {
                kind: String::from("oauth2"),
                name: String::from("OAuth 2.0"),
                description: format!(
                    "Authorization code grant with the endpoints that \
                     {}/.well-known/openid-configuration names.",
                    facts.host.origin
                ),
                spec_uri: Some(String::from("https://www.rfc-editor.org/info/rfc6749")),
                preference: Preference::Secondary,
            },
        ],
    });
    config["meta"]["location"] = format!("{}/ServiceProviderConfig", facts.host.scim_base).into();
    Ok(answer::json(StatusCode::OK, config.to_string()))
}

/// What of the tenant's schemas is asked for.
pub(super) enum Part<'a> {
    Schemas,
    Schema(&'a str),
    ResourceTypes,
    ResourceType(&'a str),
}

pub(super) async fn describe(call: &Call<'_>, part: Part<'_>) -> Result<Response, Refusal> {
    call.require_scim()?;
    refuse_filter(&call.parts.uri)?;
    let registry = &call.tenant().await?.registry;
    let base = call.base();
    let value = match part {
        Part::Schemas => discovery::schemas_list(registry, base),
        Part::Schema(urn) => discovery::schema(registry, urn, base).ok_or_else(|| {
            ScimError::not_found("There is no schema with this URN; /Schemas lists all.")
        })?,
        Part::ResourceTypes => discovery::resource_types(registry, base),
        Part::ResourceType(name) => {
            discovery::resource_type(registry, name, base).ok_or_else(|| {
                ScimError::not_found(
                    "There is no resource type of this name; /ResourceTypes lists all.",
                )
            })?
        }
    };
    Ok(answer::json(StatusCode::OK, Value::to_string(&value)))
}

/// RFC 7644 §4: a filter is refused, because ignoring it would give a client more than it believes
/// to have asked for. All other parameters are ignored.
fn refuse_filter(uri: &Uri) -> Result<(), ScimError> {
    let query = uri.query().unwrap_or_default();
    if form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name.eq_ignore_ascii_case("filter"))
    {
        return Err(ScimError::forbidden(
            "Discovery endpoints take no filter; leave it out to get the whole list.",
        ));
    }
    Ok(())
}
