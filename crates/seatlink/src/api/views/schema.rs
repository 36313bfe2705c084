//! Schemas of the tenant's own.

use seatlink_domain::directory::schemas::{NewSchema, Registered};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{
    ToSchema,
    openapi::{Object, OneOfBuilder, Ref, Schema, Type},
};

/// Schemas that the tenant registered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegisteredSchemaList)]
pub(crate) struct RegisteredSchemaList {
    schemas: Vec<RegisteredSchemaView>,
}

/// A schema of the tenant's own: an extension, or the core schema of a resource type.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegisteredSchema)]
pub(crate) struct RegisteredSchemaView {
    resource_type: String,
    /// Null for an extension.
    #[schema(required)]
    endpoint: Option<String>,
    required: bool,
    /// In the form of RFC 7643 section 7.
    #[schema(value_type = Object)]
    schema: Value,
    #[schema(format = DateTime)]
    created_at: String,
}

impl RegisteredSchemaView {
    pub(crate) fn of(registered: &Registered) -> Self {
        Self {
            resource_type: registered.resource_type.clone(),
            endpoint: registered.endpoint.clone(),
            required: registered.required,
            schema: registered.schema.to_json(),
            created_at: registered.created_at.rfc3339(),
        }
    }
}

impl RegisteredSchemaList {
    pub(crate) fn of(registered: &[Registered]) -> Self {
        Self { schemas: registered.iter().map(RegisteredSchemaView::of).collect() }
    }
}

/// A schema to register. Which form it is follows from `resource_type`: a name means an extension
/// of that type, an object a new type.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSchema)]
pub(crate) struct NewSchemaBody {
    #[schema(schema_with = name_or_definition)]
    resource_type: NameOrDefinition,
    /// For an extension: whether every resource must have it.
    #[serde(default)]
    required: bool,
    /// In the form of RFC 7643 section 7.
    #[schema(value_type = OwnSchema)]
    schema: Value,
    /// For a new type: the schemas of its extensions.
    #[serde(default)]
    #[schema(value_type = Vec<OwnSchema>)]
    extensions: Vec<Value>,
}

/// The name of the type to extend, or a new type in the form of RFC 7643 section 6.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum NameOrDefinition {
    Name(String),
    Definition(Map<String, Value>),
}

fn name_or_definition() -> Schema {
    OneOfBuilder::new()
        .item(Object::with_type(Type::String))
        .item(Ref::from_schema_name("OwnResourceType"))
        .description(Some("The name of the type to extend, or a new type."))
        .build()
        .into()
}

/// A schema in the form of RFC 7643 section 7. The directory reads it, not this type.
#[expect(dead_code, reason = "it describes a document that another reader reads")]
#[derive(ToSchema)]
pub(crate) struct OwnSchema {
    /// A URN.
    id: String,
    #[schema(required = false, nullable = false)]
    name: Option<String>,
    #[schema(required = false, nullable = false)]
    description: Option<String>,
    #[schema(min_items = 1, value_type = Vec<Object>)]
    attributes: Vec<Value>,
}

/// A resource type in the form of RFC 7643 section 6. The directory reads it, not this type.
#[expect(dead_code, non_snake_case, reason = "it describes a document that another reader reads")]
#[derive(ToSchema)]
pub(crate) struct OwnResourceType {
    name: String,
    endpoint: String,
    #[schema(required = false, nullable = false)]
    description: Option<String>,
    schema: String,
    #[schema(required = false, nullable = false, value_type = Vec<Object>)]
    schemaExtensions: Option<Vec<Value>>,
}

impl From<NewSchemaBody> for NewSchema {
    fn from(body: NewSchemaBody) -> Self {
        let NewSchemaBody { resource_type, required, schema, mut extensions } = body;
        match resource_type {
            NameOrDefinition::Name(resource_type) => {
                Self::Extension { resource_type, required, schema }
            }
            NameOrDefinition::Definition(definition) => {
                extensions.insert(0, schema);
                Self::ResourceType { definition: Value::Object(definition), schemas: extensions }
            }
        }
    }
}
