//! Schemas in the JSON form of RFC 7643 §7, in both directions.

use serde_json::{Map, Value, json};

use super::{Attribute, Kind, Mutability, Returned, Schema, Uniqueness, common};
use crate::Error;
use crate::path::is_attribute_name;

const SCHEMA_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

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

    /// Whether the schema can be used: a URN, well-formed unique names, one level of nesting.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let is_urn = self.id.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
            && !self.id.ends_with(':')
            && self.id.chars().all(|c| c.is_ascii_graphic() && !"\"[]()".contains(c));
        if !is_urn {
            return Err(Error::invalid_value(format!("The schema id {} is not a URN.", self.id)));
        }
        check_attributes(&self.attributes, &self.id)?;
        for attribute in &self.attributes {
            if common().find(&attribute.name).is_some() {
                return Err(Error::invalid_value(format!(
                    "The attribute {} is common to all resources and cannot be defined again.",
                    attribute.name
                )));
            }
            let is_complex = attribute.kind == Kind::Complex;
            if is_complex == attribute.sub_attributes.is_empty() {
                return Err(Error::invalid_value(format!(
                    "The attribute {} must have sub-attributes exactly if it is complex.",
                    attribute.name
                )));
            }
            check_attributes(&attribute.sub_attributes, &attribute.name)?;
            for sub in &attribute.sub_attributes {
                // Erratum 8415 on RFC 7643 §2.3.8: complex values do not nest.
                if sub.kind == Kind::Complex || !sub.sub_attributes.is_empty() {
                    return Err(Error::invalid_value(format!(
                        "The sub-attribute {}.{} must not be complex.",
                        attribute.name, sub.name
                    )));
                }
                if sub.mutability == Mutability::WriteOnly {
                    return Err(Error::invalid_value(format!(
                        "Make {} write-only as a whole instead of its sub-attribute {}.",
                        attribute.name, sub.name
                    )));
                }
            }
        }
        Ok(())
    }
}

fn check_attributes(attributes: &[Attribute], parent: &str) -> Result<(), Error> {
    for (position, attribute) in attributes.iter().enumerate() {
        if !is_attribute_name(&attribute.name) {
            return Err(Error::invalid_value(format!(
                "{} in {parent} is not an attribute name.",
                attribute.name
            )));
        }
        let repeated = attributes[..position]
            .iter()
            .any(|earlier| earlier.name.eq_ignore_ascii_case(&attribute.name));
        if repeated {
            return Err(Error::invalid_value(format!(
                "The attribute {} appears twice in {parent}.",
                attribute.name
            )));
        }
    }
    Ok(())
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
    attribute.returned = parse(value, name, "returned", Returned::Default, Returned::from_keyword)?;
    attribute.uniqueness =
        parse(value, name, "uniqueness", Uniqueness::None, Uniqueness::from_keyword)?;
    attribute.canonical_values = texts(value, "canonicalValues");
    attribute.reference_types = texts(value, "referenceTypes");
    if let Some(sub_attributes) = value.get("subAttributes").and_then(Value::as_array) {
        attribute.sub_attributes =
            sub_attributes.iter().map(attribute_from_json).collect::<Result<_, _>>()?;
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
            Error::invalid_value(format!("The attribute {name} has an unknown {key}."))
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

fn texts(value: &Value, key: &str) -> Vec<String> {
    let items = value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
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
            assert_eq!(&Schema::from_json(&schema.to_json()).unwrap(), schema);
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
