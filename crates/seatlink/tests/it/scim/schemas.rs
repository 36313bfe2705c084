//! Schemas that a tenant registers: everything the service does, it does with them.

mod characteristics;
mod elsewhere;
mod extension;
mod registering;
mod resource_type;
mod unique_parts;
mod write_only;

use anyhow::{Context as _, Result};
use reqwest::Method;
use seatlink_domain::{
    Actor,
    access::tokens::{self, TokenScope},
    directory::schemas::{self, NewSchema, Registered, SchemaError},
    tenants::Profile,
};
use serde_json::{Value, json};
use url::Url;

use crate::harness::{Answer, Ground, Service};

pub(super) const BADGE: &str = "urn:example:params:scim:schemas:extension:badge:1.0:User";
pub(super) const DEVICE: &str = "urn:example:params:scim:schemas:1.0:Device";
/// Ends in a version, which is no attribute name.
pub(super) const LEASE: &str = "urn:example:params:scim:schemas:lease:1.0";

/// Every characteristic there is.
pub(super) fn badge() -> Value {
    json!({
        "id": BADGE,
        "name": "Badge",
        "attributes": [
            { "name": "number", "required": true, "caseExact": true, "uniqueness": "server" },
            { "name": "color", "canonicalValues": ["red", "green"] },
            { "name": "level", "type": "integer" },
            { "name": "weight", "type": "decimal" },
            { "name": "issued", "type": "dateTime", "mutability": "immutable" },
            { "name": "pin", "mutability": "writeOnly" },
            { "name": "note", "returned": "request" },
            { "name": "secret", "returned": "never" },
            { "name": "tag", "returned": "always" },
            { "name": "score", "type": "integer", "mutability": "readOnly" },
            { "name": "aliases", "multiValued": true, "uniqueness": "global" },
            { "name": "photo", "type": "reference", "referenceTypes": ["external"] },
            { "name": "doors", "type": "complex", "multiValued": true, "subAttributes": [
                { "name": "value", "caseExact": true },
                { "name": "open", "type": "boolean" },
                { "name": "primary", "type": "boolean" },
            ]},
            { "name": "place", "type": "complex", "subAttributes": [
                { "name": "room", "mutability": "immutable" },
                { "name": "desk", "type": "string" },
            ]},
        ],
    })
}

pub(super) fn device() -> Value {
    json!({
        "id": DEVICE,
        "name": "Device",
        "description": "A thing that is lent to people.",
        "attributes": [
            { "name": "serial", "required": true, "uniqueness": "server" },
            { "name": "displayName" },
            { "name": "active", "type": "boolean" },
            { "name": "size", "type": "integer" },
            { "name": "parent", "type": "reference", "referenceTypes": ["Device"] },
            { "name": "members", "type": "complex", "multiValued": true, "subAttributes": [
                { "name": "value" }, { "name": "weight", "type": "decimal" },
            ]},
        ],
    })
}

pub(super) fn lease() -> Value {
    json!({ "id": LEASE, "attributes": [{ "name": "until", "type": "dateTime" }, { "name": "by" }] })
}

pub(super) async fn extend(
    ground: &Ground,
    actor: &Actor,
    resource_type: &str,
    schema: Value,
) -> Result<Vec<Registered>, SchemaError> {
    let resource_type = resource_type.to_owned();
    let new = NewSchema::Extension { resource_type, required: false, schema };
    schemas::add(ground.platform(), actor, new).await
}

/// A tenant with devices that can be leased.
pub(super) async fn with_devices(ground: &Ground, business_unit: i64) -> Result<Service> {
    let service = Service::new(ground, Profile::Standard, business_unit).await?;
    let definition = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "name": "Device",
        "endpoint": "/Devices",
        "description": "Devices",
        "schema": DEVICE,
        "schemaExtensions": [{ "schema": LEASE, "required": false }],
    });
    let new = NewSchema::ResourceType { definition, schemas: vec![device(), lease()] };
    schemas::add(ground.platform(), &service.actor, new).await?;
    Ok(service)
}

pub(super) async fn list(
    ground: &Ground,
    service: &Service,
    endpoint: &str,
    parameters: &[(&str, &str)],
) -> Result<Answer> {
    let url = format!("{}{endpoint}", service.scim.base());
    let url = Url::parse_with_params(&url, parameters)?;
    Answer::of(ground.http.get(url).bearer_auth(&service.token)).await
}

/// How many resources a filter finds.
pub(in crate::scim) async fn hits(
    ground: &Ground,
    service: &Service,
    endpoint: &str,
    filter: &str,
) -> Result<u64> {
    let page = list(ground, service, endpoint, &[("filter", filter)]).await?;
    let page = page.expect(200).with_context(|| filter.to_owned())?;
    page["totalResults"].as_u64().context("totalResults")
}

/// A caller of `/manage/v1/schemas`.
pub(super) struct Api<'a> {
    ground: &'a Ground,
    token: String,
}

impl<'a> Api<'a> {
    pub(super) async fn new(ground: &'a Ground, actor: &Actor) -> Result<Self> {
        let platform = ground.platform();
        let (_, token) = tokens::create(platform, actor, "Api", TokenScope::Admin, None).await?;
        Ok(Self { ground, token: token.expose().to_owned() })
    }

    pub(super) async fn call(
        &self,
        method: Method,
        below: &str,
        body: Option<&Value>,
    ) -> Result<Answer> {
        let url = format!("{}/manage/v1/schemas{below}", self.ground.sides.sending);
        let mut request = self.ground.http.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::of(request).await
    }
}
