//! The resource types a service provider serves.

use std::sync::{Arc, LazyLock};

use super::check::{check_names, check_references, check_urns};
use super::{Extension, ResourceType, Schema, builtin};
use crate::Error;

/// Resource types in order. Cloning is cheap.
///
/// ```
/// use seatlink_scim::Registry;
///
/// let registry = Registry::standard();
/// assert_eq!(registry.by_endpoint("/Groups").map(|rt| rt.name.as_str()), Some("Group"));
/// ```
#[derive(Clone, Debug)]
pub struct Registry {
    types: Arc<Vec<ResourceType>>,
}

static STANDARD: LazyLock<Registry> = LazyLock::new(|| Registry {
    types: Arc::new(vec![builtin::user_type(), builtin::group_type()]),
});

impl Registry {
    /// Users with the Enterprise extension, and groups, as RFC 7643 §8.7.1 with its verified
    /// errata describes them.
    pub fn standard() -> Self {
        STANDARD.clone()
    }

    /// These types, in this order. Names, endpoints and URNs are the caller's responsibility: what
    /// somebody else wrote is added by [`Registry::with_resource_type`], which checks it.
    pub fn of(types: Vec<ResourceType>) -> Self {
        Self { types: Arc::new(types.into_iter().map(ResourceType::derive).collect()) }
    }

    pub(super) fn shared_standard() -> &'static Self {
        &STANDARD
    }

    /// The resource types, in order.
    pub fn resource_types(&self) -> &[ResourceType] {
        &self.types
    }

    /// A resource type by name, in any letter case.
    pub fn resource_type(&self, name: &str) -> Option<&ResourceType> {
        self.types.iter().find(|rt| rt.name.eq_ignore_ascii_case(name))
    }

    /// A resource type by endpoint, with or without the slash. Endpoints are URLs: case matters.
    pub fn by_endpoint(&self, endpoint: &str) -> Option<&ResourceType> {
        let wanted = endpoint.trim_start_matches('/');
        self.types.iter().find(|rt| rt.endpoint.trim_start_matches('/') == wanted)
    }

    /// Every schema in use, once each.
    pub fn schemas(&self) -> Vec<&Schema> {
        let mut schemas: Vec<&Schema> = Vec::new();
        for schema in self.types.iter().flat_map(ResourceType::schemas) {
            if !schemas.iter().any(|known| known.id == schema.id) {
                schemas.push(schema);
            }
        }
        schemas
    }

    /// Adds an extension to a resource type; `required` says whether every resource must carry it.
    ///
    /// ```
    /// use seatlink_scim::{Registry, Schema};
    /// use serde_json::json;
    ///
    /// let badge = Schema::register(&json!({
    ///     "id": "urn:example:params:scim:schemas:badge:1.0:User",
    ///     "attributes": [{ "name": "number", "type": "integer" }],
    /// }))?;
    /// let registry = Registry::standard().with_extension("User", badge.clone(), false)?;
    /// assert!(registry.with_extension("User", badge, false).is_err());
    /// # Ok::<(), seatlink_scim::Error>(())
    /// ```
    pub fn with_extension(
        self,
        resource_type: &str,
        schema: Schema,
        required: bool,
    ) -> Result<Self, Error> {
        schema.check()?;
        check_references(&self, &schema, None)?;
        self.refuse_other_use(&schema)?;
        if self.types.iter().any(|rt| rt.schema.id.eq_ignore_ascii_case(&schema.id)) {
            return Err(Error::conflict(format!("The schema {} is a core schema.", schema.id)));
        }
        let mut types = Arc::unwrap_or_clone(self.types);
        let Some(target) = types.iter_mut().find(|rt| rt.name.eq_ignore_ascii_case(resource_type))
        else {
            return Err(Error::not_found(format!("There is no resource type {resource_type}.")));
        };
        if target.extension(&schema.id).is_some() {
            return Err(Error::conflict(format!(
                "The resource type {} already has the schema {}.",
                target.name, schema.id
            )));
        }
        check_names(target, &schema)?;
        check_urns(target, &schema)?;
        target.extensions.push(Extension { schema: Arc::new(schema), required });
        *target = target.clone().derive();
        Ok(Self { types: Arc::new(types) })
    }

    /// Adds a resource type.
    pub fn with_resource_type(self, resource_type: ResourceType) -> Result<Self, Error> {
        resource_type.check()?;
        for schema in resource_type.schemas() {
            check_references(&self, schema, Some(&resource_type.name))?;
            self.refuse_other_use(schema)?;
        }
        let core = &resource_type.schema.id;
        if self.schemas().iter().any(|schema| schema.id.eq_ignore_ascii_case(core)) {
            return Err(Error::conflict(format!("The schema {core} is in use already.")));
        }
        let mut types = Arc::unwrap_or_clone(self.types);
        let taken = types.iter().any(|rt| {
            rt.name.eq_ignore_ascii_case(&resource_type.name)
                || rt.endpoint.eq_ignore_ascii_case(&resource_type.endpoint)
        });
        if taken {
            return Err(Error::conflict(format!(
                "The resource type {} or its endpoint {} exists already.",
                resource_type.name, resource_type.endpoint
            )));
        }
        types.push(resource_type.derive());
        Ok(Self { types: Arc::new(types) })
    }

    /// One URN is one schema: `/Schemas` could not show two.
    fn refuse_other_use(&self, schema: &Schema) -> Result<(), Error> {
        let other = self
            .schemas()
            .into_iter()
            .any(|known| known.id.eq_ignore_ascii_case(&schema.id) && known != schema);
        if other {
            return Err(Error::conflict(format!(
                "The schema {} exists already with other attributes; choose another URN.",
                schema.id
            )));
        }
        Ok(())
    }
}
