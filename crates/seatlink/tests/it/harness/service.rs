//! One tenant of the receiving side with a static token, for tests of the SCIM service alone.

use std::collections::BTreeMap;

use anyhow::Result;
use seatlink_domain::{
    Actor, Realm, TenantId,
    access::{
        connections::{self, Policy},
        tokens::{self, TokenScope},
    },
    tenants::{self, InitialRoles, NewTenant, Profile, TenantSettings},
};
use serde_json::{Value, json};

use super::{Ground, Scim};
use seatlink::demo::sides::RECEIVING_REGION;

pub(crate) struct Service {
    pub(crate) actor: Actor,
    pub(crate) scim: Scim,
    pub(crate) token: String,
    /// What the token comes in by.
    pub(crate) connection: String,
}

impl Service {
    /// A new tenant with the roles out of the box.
    pub(crate) async fn new(ground: &Ground, profile: Profile, business_unit: i64) -> Result<Self> {
        let platform = ground.platform();
        let new = NewTenant {
            business_unit,
            name: format!("Tenant {business_unit}"),
            profile,
            region: String::from(RECEIVING_REGION),
            realm: Realm::Commercial,
            settings: TenantSettings::all_fields(),
            roles: InitialRoles::OutOfTheBox,
        };
        let tenant: TenantId = tenants::create(platform, new).await?.id;
        let actor = Actor::operator(tenant);
        let (id, token) = tokens::create(platform, &actor, "Test", TokenScope::Scim, None).await?;
        let token = token.expose().to_owned();
        Ok(Self { scim: ground.scim(&token), actor, token, connection: id.to_string() })
    }

    /// From the next request on.
    pub(crate) async fn policy(&self, ground: &Ground, policy: Policy) -> Result<()> {
        connections::set_policy(ground.platform(), &self.actor, &self.connection, policy.into())
            .await?;
        Ok(())
    }

    /// The quirks counted so far, each with its number.
    pub(crate) async fn repairs(&self, ground: &Ground) -> Result<BTreeMap<&'static str, i64>> {
        let shown =
            connections::get(ground.platform(), &self.actor, &self.connection).await?.repairs;
        Ok(shown.iter().map(|repair| (repair.quirk.id(), repair.times)).collect())
    }

    /// What makes a user of that name.
    pub(crate) fn body(user_name: &str) -> Value {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": user_name,
            "name": { "givenName": "Pat", "familyName": "Lee" },
            "emails": [{ "value": user_name, "type": "work", "primary": true }],
        })
    }

    /// Makes a user and answers with the path of it.
    pub(crate) async fn user(&self, user_name: &str) -> Result<String> {
        let made = self.scim.post("/Users", &Self::body(user_name)).await?.expect(201)?;
        Ok(format!("/Users/{}", made["id"].as_str().unwrap_or_default()))
    }
}
