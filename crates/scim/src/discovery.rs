//! What a service provider says about itself (RFC 7643 §5 to §7, RFC 7644 §4).

use serde_json::{Value, json};

use crate::message::LIST_RESPONSE_SCHEMA;
use crate::{Registry, ResourceType, Schema};

/// What the running server can do; every statement must be true of it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// Where the documentation is.
    pub documentation_uri: Option<String>,
    /// Bulk requests, if they are served.
    pub bulk: Option<BulkCapability>,
    /// The largest page.
    pub max_results: u64,
    /// Passwords can be changed through SCIM.
    pub change_password: Support,
    /// Lists can be sorted.
    pub sort: Support,
    /// Versions are served and checked.
    pub etag: Support,
    /// Walking by cursor, if it is offered (RFC 9865 §4).
    pub cursor: Option<CursorCapability>,
    /// How clients authenticate.
    pub authentication_schemes: Vec<AuthenticationScheme>,
}

/// Whether a feature is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Support {
    /// It is.
    Supported,
    /// It is not.
    #[default]
    Unsupported,
}

impl Support {
    fn to_value(self) -> Value {
        json!({ "supported": self == Self::Supported })
    }
}

/// The limits of bulk requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BulkCapability {
    /// Operations per request.
    pub max_operations: u64,
    /// Bytes per request.
    pub max_payload_size: u64,
}

/// The limits of walking by cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CursorCapability {
    /// The page size when the client names none.
    pub default_page_size: u64,
    /// The largest page.
    pub max_page_size: u64,
    /// Seconds a cursor stays usable, if it is limited.
    pub timeout_seconds: Option<u64>,
}

/// One way to authenticate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationScheme {
    /// `oauthbearertoken`, `oauth2`, `httpbasic` and so on.
    pub kind: String,
    /// The name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Where it is specified.
    pub spec_uri: Option<String>,
    /// Whether it is the preferred one; one at most.
    pub preference: Preference,
}

/// Whether something is the preferred choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Preference {
    /// It is.
    Primary,
    /// It is not.
    #[default]
    Secondary,
}

/// The body of `/ServiceProviderConfig`, without `meta.location`, which the caller knows.
///
/// ```
/// use seatlink_scim::discovery::{Capabilities, service_provider_config};
///
/// let config = service_provider_config(&Capabilities { max_results: 200, ..Default::default() });
/// assert_eq!(config["patch"]["supported"], true);
/// assert_eq!(config["bulk"]["supported"], false);
/// ```
pub fn service_provider_config(capabilities: &Capabilities) -> Value {
    let bulk = capabilities.bulk;
    let mut config = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": {
            "supported": bulk.is_some(),
            "maxOperations": bulk.map_or(0, |bulk| bulk.max_operations),
            "maxPayloadSize": bulk.map_or(0, |bulk| bulk.max_payload_size),
        },
        "filter": { "supported": true, "maxResults": capabilities.max_results },
        "changePassword": capabilities.change_password.to_value(),
        "sort": capabilities.sort.to_value(),
        "etag": capabilities.etag.to_value(),
        "authenticationSchemes": capabilities
            .authentication_schemes
            .iter()
            .map(authentication_scheme)
            .collect::<Vec<_>>(),
    });
    if let Some(uri) = &capabilities.documentation_uri {
        config["documentationUri"] = uri.as_str().into();
    }
    let mut pagination = json!({
        "cursor": capabilities.cursor.is_some(),
        "index": true,
        "defaultPaginationMethod": "index",
        "maxPageSize": capabilities.max_results,
    });
    if let Some(cursor) = capabilities.cursor {
        pagination["defaultPageSize"] = cursor.default_page_size.into();
        pagination["maxPageSize"] = cursor.max_page_size.into();
        if let Some(seconds) = cursor.timeout_seconds {
            pagination["cursorTimeout"] = seconds.into();
        }
    }
    config["pagination"] = pagination;
    config["meta"] = json!({ "resourceType": "ServiceProviderConfig" });
    config
}

fn authentication_scheme(scheme: &AuthenticationScheme) -> Value {
    let mut value = json!({
        "type": scheme.kind,
        "name": scheme.name,
        "description": scheme.description,
    });
    if let Some(uri) = &scheme.spec_uri {
        value["specUri"] = uri.as_str().into();
    }
    if scheme.preference == Preference::Primary {
        value["primary"] = true.into();
    }
    value
}

/// The body of `/Schemas`.
pub fn schemas_list(registry: &Registry, base_url: &str) -> Value {
    let resources: Vec<Value> =
        registry.schemas().into_iter().map(|schema| schema_resource(schema, base_url)).collect();
    list(&resources)
}

/// The body of `/Schemas/{urn}`, or `None` if there is no such schema.
pub fn schema(registry: &Registry, urn: &str, base_url: &str) -> Option<Value> {
    registry
        .schemas()
        .into_iter()
        .find(|schema| schema.id.eq_ignore_ascii_case(urn))
        .map(|schema| schema_resource(schema, base_url))
}

/// The body of `/ResourceTypes`.
pub fn resource_types(registry: &Registry, base_url: &str) -> Value {
    let types = registry.resource_types().iter();
    let resources: Vec<Value> = types.map(|rt| resource_type_resource(rt, base_url)).collect();
    list(&resources)
}

/// The body of `/ResourceTypes/{name}`, or `None` if there is no such type.
pub fn resource_type(registry: &Registry, name: &str, base_url: &str) -> Option<Value> {
    registry.resource_type(name).map(|rt| resource_type_resource(rt, base_url))
}

fn list(resources: &[Value]) -> Value {
    json!({
        "schemas": [LIST_RESPONSE_SCHEMA],
        "totalResults": resources.len(),
        "startIndex": 1,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

fn schema_resource(schema: &Schema, base_url: &str) -> Value {
    let mut value = schema.to_json();
    value["meta"] = json!({
        "resourceType": "Schema",
        "location": format!("{}/Schemas/{}", base_url.trim_end_matches('/'), schema.id),
    });
    value
}

fn resource_type_resource(rt: &ResourceType, base_url: &str) -> Value {
    let mut value = rt.to_json();
    value["meta"] = json!({
        "resourceType": "ResourceType",
        "location": format!("{}/ResourceTypes/{}", base_url.trim_end_matches('/'), rt.id),
    });
    value
}
