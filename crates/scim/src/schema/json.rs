//! Schemas in the JSON form of RFC 7643 §7, in both directions.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Attribute, Extension, Kind, Mutability, ResourceType, Returned, Schema, Uniqueness};
use crate::Error;

const SCHEMA_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
const RESOURCE_TYPE_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

impl Schema {
    /// Reads and checks a schema in the form of RFC 7643 §7.
    ///
    /// ```
    /// use seatlink_scim::Schema;
    /// use serde_json::json;
    ///
    /// let schema = Schema::from_json(&json!({
    ///     "id": "urn:example:params:scim:schemas:badge:1.0:User",
    ///     "attributes": [{ "name": "number", "type": "integer" }],
    /// }))?;
    /// assert_eq!(schema.attributes[0].name, "number");
    /// # Ok::<(), seatlink_scim::Error>(())
    /// ```
    pub fn from_json(value: &Value) -> Result<Self, Error> {
        let Some(id) = value.get("id").and_then(Value::as_str) else {
            return Err(Error::invalid_value("A schema needs an id that is a URN."));
        };
        let Some(attributes) = value.get("attributes").and_then(Value::as_array) else {
            return Err(Error::invalid_value(format!(
                "The schema {id} needs a list of attributes."
            )));
        };
        let schema = Self {
            id: id.to_owned(),
            name: text(value, "name").unwrap_or(id).to_owned(),
            description: text(value, "description").unwrap_or_default().to_owned(),
            attributes: attributes.iter().map(attribute_from_json).collect::<Result<_, _>>()?,
        };
        schema.check()?;
        Ok(schema)
    }

    /// Reads a schema that somebody registers for their own data: [`Schema::from_json`], but not in
    /// the name of the standard, and with canonical values that are meant ([`Schema::closed`]).
    ///
    /// ```
    /// use seatlink_scim::Schema;
    /// use serde_json::json;
    ///
    /// let core = json!({"id": "urn:ietf:params:scim:schemas:core:2.0:User", "attributes": []});
    /// assert!(Schema::register(&core).is_err());
    /// ```
    pub fn register(value: &Value) -> Result<Self, Error> {
        let schema = Self::from_json(value)?;
        schema.check_own()?;
        Ok(schema.closed())
    }

    /// The schema in the form of RFC 7643 §7, without `meta`.
    pub fn to_json(&self) -> Value {
        json!({
            "schemas": [SCHEMA_SCHEMA],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": self.attributes.iter().map(attribute_to_json).collect::<Vec<_>>(),
        })
    }
}

impl ResourceType {
    /// Reads a resource type in the form of RFC 7643 §6. Its schema and the schemas of its
    /// extensions are looked up among `schemas`.
    ///
    /// ```
    /// use seatlink_scim::{ResourceType, Schema};
    /// use serde_json::json;
    ///
    /// let schema = Schema::register(&json!({
    ///     "id": "urn:example:params:scim:schemas:1.0:Device",
    ///     "attributes": [{"name": "serial", "required": true}],
    /// }))?;
    /// let device = ResourceType::from_json(
    ///     &json!({
    ///         "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    ///         "name": "Device",
    ///         "endpoint": "/Devices",
    ///         "schema": "urn:example:params:scim:schemas:1.0:Device",
    ///     }),
    ///     &[schema],
    /// )?;
    /// assert_eq!(device.endpoint, "/Devices");
    /// # Ok::<(), seatlink_scim::Error>(())
    /// ```
    pub fn from_json(value: &Value, schemas: &[Schema]) -> Result<Self, Error> {
        let needed = |key: &str| {
            text(value, key).ok_or_else(|| {
                Error::invalid_value(format!("A resource type needs {key}, which is text."))
            })
        };
        let find = |urn: &str| {
            schemas.iter().find(|schema| schema.id.eq_ignore_ascii_case(urn)).ok_or_else(|| {
                Error::invalid_value(format!("The schema {urn} of the resource type is missing."))
            })
        };
        let mut rt =
            Self::new(needed("name")?, needed("endpoint")?, find(needed("schema")?)?.clone());
        if text(value, "id").is_some_and(|id| id != rt.name) {
            return Err(Error::invalid_value(
                "The id of a resource type is its name; leave it out.",
            ));
        }
        if let Some(description) = text(value, "description") {
            description.clone_into(&mut rt.description);
        }
        let extensions = match value.get("schemaExtensions") {
            None | Some(Value::Null) => &[],
            Some(Value::Array(extensions)) => extensions.as_slice(),
            Some(_) => {
                return Err(Error::invalid_value("schemaExtensions must be an array of objects."));
            }
        };
        for extension in extensions {
            let urn = text(extension, "schema").ok_or_else(|| {
                Error::invalid_value("Every schema extension needs the URN of its schema.")
            })?;
            let required = flag(extension, urn, "required")?.unwrap_or(false);
            rt.extensions.push(Extension { schema: Arc::new(find(urn)?.clone()), required });
        }
        rt.check()?;
        Ok(rt)
    }

    /// The resource type in the form of RFC 7643 §6, without `meta`.
    pub fn to_json(&self) -> Value {
        let extensions: Vec<Value> = self
            .extensions
            .iter()
            .map(|extension| json!({ "schema": extension.schema.id, "required": extension.required }))
            .collect();
        json!({
            "schemas": [RESOURCE_TYPE_SCHEMA],
            "id": self.id,
            "name": self.name,
            "endpoint": self.endpoint,
            "description": self.description,
            "schema": self.schema.id,
            "schemaExtensions": extensions,
        })
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn attribute_from_json(value: &Value) -> Result<Attribute, Error> {
    let Some(name) = text(value, "name") else {
        return Err(Error::invalid_value("Every attribute of a schema needs a name."));
    };
    let kind = parse(value, name, "type", Kind::String, Kind::from_keyword)?;
    let mut attribute = Attribute::new(name, kind, text(value, "description").unwrap_or_default());
    attribute.multi_valued = flag(value, name, "multiValued")?.unwrap_or(false);
    attribute.required = flag(value, name, "required")?.unwrap_or(false);
    if let Some(case_exact) = flag(value, name, "caseExact")? {
        // RFC 7643 §2.3.7: references are case exact, whatever the schema prints.
        attribute.case_exact = case_exact || kind == Kind::Reference;
    }
    attribute.mutability =
        parse(value, name, "mutability", Mutability::ReadWrite, Mutability::from_keyword)?;
    let returned = match attribute.mutability {
        Mutability::WriteOnly => Returned::Never,
        Mutability::ReadOnly | Mutability::ReadWrite | Mutability::Immutable => Returned::Default,
    };
    attribute.returned = parse(value, name, "returned", returned, Returned::from_keyword)?;
    attribute.uniqueness =
        parse(value, name, "uniqueness", Uniqueness::None, Uniqueness::from_keyword)?;
    attribute.canonical_values = texts(value, name, "canonicalValues")?;
    attribute.reference_types = texts(value, name, "referenceTypes")?;
    match value.get("subAttributes") {
        None | Some(Value::Null) => {}
        Some(Value::Array(sub_attributes)) => {
            attribute.sub_attributes =
                sub_attributes.iter().map(attribute_from_json).collect::<Result<_, _>>()?;
        }
        Some(_) => {
            return Err(Error::invalid_value(format!(
                "subAttributes of the attribute {name} must be an array of attributes."
            )));
        }
    }
    Ok(attribute)
}

fn parse<T>(
    value: &Value,
    name: &str,
    key: &str,
    default: T,
    from_keyword: fn(&str) -> Option<T>,
) -> Result<T, Error> {
    match value.get(key) {
        None | Some(Value::Null) => Ok(default),
        Some(keyword) => keyword.as_str().and_then(from_keyword).ok_or_else(|| {
            Error::invalid_value(format!("The attribute {name} has an unknown {key}: {keyword}."))
        }),
    }
}

fn flag(value: &Value, name: &str, key: &str) -> Result<Option<bool>, Error> {
    match value.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => {
            Err(Error::invalid_value(format!("{key} of the attribute {name} must be a boolean.")))
        }
    }
}

fn texts(value: &Value, name: &str, key: &str) -> Result<Vec<String>, Error> {
    let items = match value.get(key) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(not_texts(name, key)),
    };
    items
        .iter()
        .map(|item| item.as_str().map(str::to_owned).ok_or_else(|| not_texts(name, key)))
        .collect()
}

fn not_texts(name: &str, key: &str) -> Error {
    Error::invalid_value(format!("{key} of the attribute {name} must be an array of texts."))
}

fn attribute_to_json(attribute: &Attribute) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| {
        object.insert(key.to_owned(), value);
    };
    put("name", attribute.name.as_str().into());
    put("type", attribute.kind.keyword().into());
    put("multiValued", attribute.multi_valued.into());
    put("description", attribute.description.as_str().into());
    put("required", attribute.required.into());
    if !attribute.canonical_values.is_empty() {
        put("canonicalValues", attribute.canonical_values.clone().into());
    }
    if attribute.kind != Kind::Complex && attribute.kind != Kind::Boolean {
        put("caseExact", attribute.case_exact.into());
    }
    put("mutability", attribute.mutability.keyword().into());
    put("returned", attribute.returned.keyword().into());
    // Erratum 6004: complex attributes have no uniqueness.
    if attribute.kind != Kind::Complex {
        put("uniqueness", attribute.uniqueness.keyword().into());
    }
    if attribute.kind == Kind::Reference {
        put("referenceTypes", attribute.reference_types.clone().into());
    }
    if !attribute.sub_attributes.is_empty() {
        let subs: Vec<Value> = attribute.sub_attributes.iter().map(attribute_to_json).collect();
        put("subAttributes", subs.into());
    }
    Value::Object(object)
}

/// Gives an enum its keywords in both directions.
macro_rules! keywords {
    ($type:ident { $($variant:ident = $keyword:literal),+ $(,)? }) => {
        impl $type {
            /// The keyword in schema JSON.
            pub fn keyword(self) -> &'static str {
                match self { $(Self::$variant => $keyword),+ }
            }

            fn from_keyword(keyword: &str) -> Option<Self> {
                match keyword { $($keyword => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

keywords!(Kind {
    String = "string",
    Boolean = "boolean",
    Decimal = "decimal",
    Integer = "integer",
    DateTime = "dateTime",
    Binary = "binary",
    Reference = "reference",
    Complex = "complex",
});
keywords!(Mutability {
    ReadOnly = "readOnly",
    ReadWrite = "readWrite",
    Immutable = "immutable",
    WriteOnly = "writeOnly",
});
keywords!(Returned {
    Always = "always",
    Never = "never",
    Default = "default",
    Request = "request",
});
keywords!(Uniqueness { None = "none", Server = "server", Global = "global" });

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
    use serde_json::json;

    use super::Schema;
    use crate::Registry;

    #[test]
    fn every_built_in_schema_survives_its_json_form() {
        for schema in Registry::standard().schemas() {
            let mut schema = Schema::clone(schema);
            // Where a value is kept is nobody else's business, so the form has no word for it.
            schema.attributes.iter_mut().for_each(|attribute| attribute.set_aside = false);
            assert_eq!(Schema::from_json(&schema.to_json()).unwrap(), schema);
        }
    }

    #[test]
    fn unusable_schemas_are_refused() {
        let attribute = |attribute| json!({"id": "urn:x:1.0:User", "attributes": [attribute]});
        for bad in [
            json!({"attributes": []}),
            json!({"id": "badge", "attributes": []}),
            json!({"id": "urn:x:1.0:User"}),
            attribute(json!({"name": "1st"})),
            attribute(json!({"name": "a b"})),
            attribute(json!({"name": "id"})),
            attribute(json!({"name": "a", "type": "money"})),
            attribute(json!({"name": "a", "type": "complex"})),
            attribute(json!({"name": "a", "required": "yes"})),
            attribute(json!({"name": "a", "type": "complex", "subAttributes": [
                {"name": "b", "type": "complex", "subAttributes": [{"name": "c"}]}
            ]})),
            json!({"id": "urn:x:1.0:User", "attributes": [{"name": "a"}, {"name": "A"}]}),
        ] {
            assert_eq!(Schema::from_json(&bad).unwrap_err().status, 400, "{bad}");
        }
    }
}
