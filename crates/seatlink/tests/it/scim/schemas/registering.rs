//! Registering and removing schemas: over our API, and what is refused.

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use seatlink_domain::{
    directory::schemas::{self, NewSchema, SchemaError},
    log,
    tenants::Profile,
};
use serde_json::{Value, json};

use super::{Api, BADGE, DEVICE, LEASE, badge, device, extend, lease, with_devices};
use crate::harness::{Service, on_each_database};

#[tokio::test]
async fn the_api_registers_lists_and_removes() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let api = Api::new(ground, &service.actor).await?;
        let extension = json!({ "resource_type": "user", "schema": badge() });
        let made = api.call(Method::POST, "", Some(&extension)).await?.expect(201)?;
        ensure!(made["schemas"][0]["resource_type"] == "User", "{made}");
        let definition = json!({ "name": "Device", "endpoint": "/Devices", "schema": DEVICE,
            "schemaExtensions": [{ "schema": LEASE, "required": true }] });
        let new =
            json!({ "resource_type": definition, "schema": device(), "extensions": [lease()] });
        api.call(Method::POST, "", Some(&new)).await?.expect(201)?;
        let listed = api.call(Method::GET, "", None).await?.expect(200)?;
        assert_eq!(listed["schemas"].as_array().map(Vec::len), Some(3));

        // Once with everything it needs, then not twice.
        let bare = json!({ "schemas": [DEVICE], "serial": "1" });
        service.scim.post("/Devices", &bare).await?.refusal(400, Some("invalidValue"))?;
        for again in [&extension, &new] {
            let answer = api.call(Method::POST, "", Some(again)).await?.expect(409)?;
            ensure!(answer["error"]["code"] == "conflict", "{answer}");
        }
        let scim_only = api_with_scim_token(ground, &service).await?;
        assert_eq!(scim_only, 403);

        api.call(Method::DELETE, &format!("/{LEASE}"), None).await?.expect(200)?;
        service.scim.post("/Devices", &bare).await?.expect(201)?;
        let in_use = api.call(Method::DELETE, &format!("/{DEVICE}"), None).await?.expect(409)?;
        ensure!(in_use["error"]["code"] == "in-use", "{in_use}");
        api.call(Method::DELETE, &format!("/{BADGE}"), None).await?.expect(200)?;
        api.call(Method::DELETE, &format!("/{BADGE}"), None).await?.expect(404)?;
        let rows = log::latest(ground.platform(), &service.actor, 100).await?;
        let of_schemas: Vec<&str> = rows
            .iter()
            .filter(|row| row.resource_type == "Schema")
            .map(|row| row.reason.as_str())
            .collect();
        let refused = of_schemas.iter().filter(|reason| **reason == "refused").count();
        assert_eq!((of_schemas.len(), refused), (7, 3), "{of_schemas:?}");
        Ok(())
    })
    .await
}

/// The status a caller gets whose token is for SCIM alone.
async fn api_with_scim_token(ground: &crate::harness::Ground, service: &Service) -> Result<u16> {
    let url = format!("{}/manage/v1/schemas", ground.sides.sending);
    Ok(ground.http.get(url).bearer_auth(&service.token).send().await?.status().as_u16())
}

#[tokio::test]
async fn data_keeps_its_schema_from_being_removed() -> Result<()> {
    on_each_database(async |ground| {
        let service = with_devices(ground, 1).await?;
        let actor = &service.actor;
        extend(ground, actor, "User", badge()).await?;
        let mut body = Service::body("a@example.com");
        body[BADGE] = json!({ "number": "1", "secret": "s" });
        let made = service.scim.post("/Users", &body).await?.expect(201)?;
        // The URN in a text is no data.
        let mut other = Service::body("b@example.com");
        other["title"] = json!(format!("\"{BADGE}\":{{"));
        service.scim.post("/Users", &other).await?.expect(201)?;
        let device = json!({ "schemas": [DEVICE], "serial": "1", LEASE: { "by": "Pat" } });
        let device = service.scim.post("/Devices", &device).await?.expect(201)?;
        let remove = async |urn: &str| schemas::remove(ground.platform(), actor, urn, None).await;
        for urn in [BADGE, LEASE, DEVICE] {
            match remove(urn).await {
                Err(SchemaError::InUse { count: 1, .. }) => {}
                other => anyhow::bail!("{urn}: {other:?}"),
            }
        }
        let id = |made: &Value| made["id"].as_str().map(str::to_owned).context("an id");
        let clear = json!([{ "op": "remove", "path": BADGE }]);
        service.scim.patch(&format!("/Users/{}", id(&made)?), clear).await?.expect(200)?;
        remove(&BADGE.to_uppercase()).await?;
        service.scim.delete(&format!("/Devices/{}", id(&device)?)).await?;
        remove(DEVICE).await?;
        service.scim.get("/Devices").await?.refusal(404, None)?;
        service.scim.get(&format!("/Schemas/{LEASE}")).await?.refusal(404, None)?;
        ensure!(schemas::list(ground.platform(), actor).await?.is_empty());
        // What was free again can be had again.
        with_devices(ground, 2).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_type_that_others_refer_to_stays() -> Result<()> {
    on_each_database(async |ground| {
        let service = with_devices(ground, 1).await?;
        let schema = json!({ "id": BADGE, "attributes": [
            { "name": "laptop", "type": "reference", "referenceTypes": ["Device"] },
        ]});
        extend(ground, &service.actor, "User", schema).await?;
        let refused = schemas::remove(ground.platform(), &service.actor, DEVICE, None).await;
        ensure!(matches!(refused, Err(SchemaError::Refused(_))), "{refused:?}");
        service.scim.get("/Devices").await?.expect(200)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_a_reason() -> Result<()> {
    on_each_database(async |ground| {
        let service = with_devices(ground, 1).await?;
        let one = |attribute: Value| json!({ "id": BADGE, "attributes": [attribute] });
        let urn = |urn: &str| json!({ "id": urn, "attributes": [{ "name": "a" }] });
        let cases = [
            ("User", urn("badge"), "not a URN"),
            ("User", urn("urn:x"), "not a URN"),
            ("User", urn("urn:x:"), "not a URN"),
            ("User", urn("urn:x:a b"), "not a URN"),
            ("User", urn("urn:ietf:params:scim:schemas:core:2.0:Badge"), "belongs to the standard"),
            ("User", urn("urn:ietf:params:scim:api:messages:2.0:X"), "belongs to the standard"),
            ("User", urn("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"), "exists"),
            ("User", urn(DEVICE), "exists"),
            ("Gadget", badge(), "no resource type Gadget"),
            ("User", json!({ "id": BADGE }), "list of attributes"),
            ("User", json!({ "id": BADGE, "attributes": [] }), "no attributes"),
            ("User", one(json!({ "name": "1st" })), "not an attribute name"),
            ("User", one(json!({ "name": "a b" })), "not an attribute name"),
            ("User", one(json!({ "name": "ID" })), "common to all resources"),
            ("User", one(json!({ "name": "meta" })), "common to all resources"),
            ("User", one(json!({ "name": "username" })), "core schema of User"),
            ("User", one(json!({ "name": "a", "type": "money" })), "unknown type"),
            ("User", one(json!({ "name": "a", "mutability": "maybe" })), "unknown mutability"),
            ("User", one(json!({ "name": "a", "required": "yes" })), "must be a boolean"),
            ("User", one(json!({ "name": "a", "canonicalValues": [1] })), "array of texts"),
            ("User", one(json!({ "name": "a", "type": "complex" })), "exactly if it is complex"),
            (
                "User",
                one(json!({ "name": "a", "type": "complex", "subAttributes": [
                    { "name": "b", "type": "complex", "subAttributes": [{ "name": "c" }] },
                ]})),
                "must not be complex",
            ),
            (
                "User",
                one(json!({ "name": "a", "type": "complex", "uniqueness": "server",
                    "subAttributes": [{ "name": "b" }] })),
                "is complex",
            ),
            (
                "User",
                one(json!({ "name": "a", "mutability": "writeOnly", "returned": "default" })),
                "returned never",
            ),
            (
                "User",
                one(json!({ "name": "a", "mutability": "writeOnly", "uniqueness": "server" })),
                "cannot be unique",
            ),
            (
                "User",
                one(json!({ "name": "a", "type": "reference", "referenceTypes": ["Gadget"] })),
                "refers to Gadget",
            ),
            ("Device", one(json!({ "name": "serial" })), "core schema of Device"),
            ("Device", one(json!({ "name": "" })), "“” in"),
            // What `…:User:manager` means must not depend on who reads it.
            (
                "User",
                urn("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"),
                "as the attribute manager of",
            ),
            (
                "User",
                urn("urn:IETF:params:scim:schemas:extension:enterprise:2.0:user:Manager.value"),
                "as the attribute Manager.value of",
            ),
            ("Device", urn(&format!("{LEASE}:until")), "as the attribute until of"),
            (
                "Device",
                json!({ "id": "urn:example:params:scim:schemas:lease", "attributes": [{ "name": "1.0" }] }),
                "not an attribute name",
            ),
            (
                "Device",
                json!({ "id": "urn:example:params:scim:schemas:1.0", "attributes": [{ "name": "device" }] }),
                "as the attribute Device of",
            ),
        ];
        for (resource_type, schema, why) in cases {
            let refused = extend(ground, &service.actor, resource_type, schema.clone()).await;
            match refused {
                Err(SchemaError::Refused(error)) if error.detail.contains(why) => {}
                other => anyhow::bail!("{schema}: {other:?}"),
            }
        }
        let before = schemas::list(ground.platform(), &service.actor).await?.len();
        assert_eq!(before, 2, "nothing was registered");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn names_and_endpoints_that_mean_something_already_are_refused() -> Result<()> {
    on_each_database(async |ground| {
        let service = with_devices(ground, 1).await?;
        let urn = "urn:example:params:scim:schemas:1.0:Gadget";
        for (name, endpoint, schema, why) in [
            ("Gadget", "/Users", urn, "is taken"),
            ("Gadget", "/groups", urn, "is taken"),
            ("Gadget", "/Bulk", urn, "is taken"),
            ("Gadget", "/Me", urn, "is taken"),
            ("Gadget", "/Schemas", urn, "is taken"),
            ("Gadget", "/.search", urn, "one path segment"),
            ("Gadget", "/a/b", urn, "one path segment"),
            ("Gadget", "Gadgets", urn, "one path segment"),
            ("Gadget", "/devices", urn, "exists already"),
            ("device", "/Gadgets", urn, "exists already"),
            ("User", "/Gadgets", urn, "of the standard"),
            ("Schema", "/Gadgets", urn, "of the standard"),
            ("a b", "/Gadgets", urn, "needs a name"),
            ("Gadget", "/Gadgets", DEVICE, "exists already"),
            ("Gadget", "/Gadgets", LEASE, "exists already"),
            ("Gadget", "/Gadgets", "urn:example:missing", "is missing"),
        ] {
            let definition = json!({ "name": name, "endpoint": endpoint, "schema": schema });
            let id = if schema == "urn:example:missing" { urn } else { schema };
            let core = json!({ "id": id, "attributes": [{ "name": "a" }] });
            let new = NewSchema::ResourceType { definition, schemas: vec![core] };
            match schemas::add(ground.platform(), &service.actor, new).await {
                Err(SchemaError::Refused(error)) if error.detail.contains(why) => {}
                other => anyhow::bail!("{name} {endpoint} {schema}: {other:?}"),
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_required_extension_is_asked_of_new_writes_only() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let path = service.user("old@example.com").await?;
        let (resource_type, schema) = (String::from("User"), badge());
        let new = NewSchema::Extension { resource_type, required: true, schema };
        schemas::add(ground.platform(), &service.actor, new).await?;
        let without = service.scim.post("/Users", &Service::body("new@example.com")).await?;
        let sentence = without.refusal(400, Some("invalidValue"))?;
        ensure!(sentence.contains(BADGE), "{sentence}");
        let off = json!([{ "op": "replace", "path": "active", "value": false }]);
        service.scim.patch(&path, off).await?.expect(200)?;
        let put = service.scim.put(&path, &Service::body("old@example.com")).await?;
        put.refusal(400, Some("invalidValue"))?;
        Ok(())
    })
    .await
}
