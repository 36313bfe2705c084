//! Another process removes a schema, or registers it anew, while this one still remembers it:
//! nothing is written that no schema describes.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{directory::schemas, tenants::Profile};
use seatlink_testkit::{TestDatabase, databases};
use serde_json::{Value, json};

use super::{BADGE, DEVICE, LEASE, badge, device, extend, lease};
use crate::harness::{Answer, Ground, Scim, Service};

const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// Refused without a trace.
fn refused(answer: &Answer) -> Result<()> {
    let said = answer.refusal(409, None)?;
    ensure!(said.contains("a moment ago") && said.contains("again"), "{said}");
    Ok(())
}

async fn register_devices(here: &Ground, service: &Service) -> Result<()> {
    let definition = json!({ "name": "Device", "endpoint": "/Devices", "schema": DEVICE });
    let new = schemas::NewSchema::ResourceType { definition, schemas: vec![device()] };
    schemas::add(here.platform(), &service.actor, new).await?;
    extend(here, &service.actor, "Device", lease()).await?;
    Ok(())
}

async fn remembered_there(database: &TestDatabase) -> Result<()> {
    let here = Ground::start(database, |_| ()).await?;
    let there = Ground::start(database, |_| ()).await?;
    let service = Service::new(&here, Profile::Standard, 1).await?;
    extend(&here, &service.actor, "User", badge()).await?;
    extend(&here, &service.actor, "Group", badge()).await?;
    register_devices(&here, &service).await?;
    let scim: Scim = there.scim(&service.token);
    let made = scim.post("/Users", &Service::body("pat@example.com")).await?.expect(201)?;
    let pat = format!("/Users/{}", made["id"].as_str().context("an id")?);
    let group = json!({ "schemas": [GROUP], "displayName": "Support" });
    let made = scim.post("/Groups", &group).await?.expect(201)?;
    let support = format!("/Groups/{}", made["id"].as_str().context("an id")?);
    let kept = json!({ "schemas": [DEVICE], "serial": "1" });
    let made = scim.post("/Devices", &kept).await?.expect(201)?;
    let thing = format!("/Devices/{}", made["id"].as_str().context("an id")?);

    let (platform, actor) = (here.platform(), &service.actor);
    schemas::remove(platform, actor, BADGE, Some("User")).await?;
    schemas::remove(platform, actor, BADGE, Some("Group")).await?;
    schemas::remove(platform, actor, LEASE, None).await?;
    let data = json!({ "number": "1", "pin": "hidden" });
    let mut body = Service::body("sam@example.com");
    body[BADGE] = data.clone();
    refused(&scim.post("/Users", &body).await?)?;
    let mut body = Service::body("pat@example.com");
    body[BADGE] = data.clone();
    refused(&scim.put(&pat, &body).await?)?;
    let give = |value: &Value| json!([{ "op": "add", "path": BADGE, "value": value }]);
    refused(&scim.patch(&pat, give(&data)).await?)?;
    refused(&scim.patch(&support, give(&data)).await?)?;
    let mut body = json!({ "schemas": [GROUP], "displayName": "Sales" });
    body[BADGE] = data.clone();
    refused(&scim.post("/Groups", &body).await?)?;
    let mut body = json!({ "schemas": [DEVICE], "serial": "2" });
    body[LEASE] = json!({ "by": "Pat" });
    refused(&scim.post("/Devices", &body).await?)?;
    refused(&scim.put(&thing, &body).await?)?;
    for endpoint in ["/Users", "/Groups", "/Devices"] {
        let all = service.scim.get(endpoint).await?.expect(200)?;
        let text = all.to_string();
        ensure!(all["totalResults"] == 1 && !text.contains("hidden"), "{text}");
    }
    // What has nothing to do with it goes on.
    let title = json!([{ "op": "replace", "path": "title", "value": "Lead" }]);
    scim.patch(&pat, title).await?.expect(200)?;

    scim.delete(&thing).await?;
    schemas::remove(platform, actor, DEVICE, None).await?;
    refused(&scim.post("/Devices", &kept).await?)?;

    // What has that name now is another one.
    here.later(Duration::from_secs(5));
    let other = json!({ "id": BADGE, "attributes": [{ "name": "number", "type": "integer" }] });
    extend(&here, actor, "User", other).await?;
    refused(&scim.patch(&pat, give(&data)).await?)?;
    there.later(Duration::from_secs(5));
    scim.patch(&pat, give(&json!({ "number": 1 }))).await?.expect(200)?;
    there.sides.stop().await;
    here.sides.stop().await;
    Ok(())
}

#[tokio::test]
async fn nothing_is_written_that_no_schema_describes() -> Result<()> {
    for database in databases().await? {
        remembered_there(&database).await.with_context(|| database.name())?;
    }
    Ok(())
}

/// What a schema of another process keeps back is kept back here too, before this one has heard of
/// it.
async fn not_known_there_yet(database: &TestDatabase) -> Result<()> {
    let here = Ground::start(database, |_| ()).await?;
    let there = Ground::start(database, |_| ()).await?;
    let service = Service::new(&here, Profile::Standard, 1).await?;
    let scim: Scim = there.scim(&service.token);
    scim.get("/Users").await?.expect(200)?;
    for resource_type in ["User", "Group"] {
        extend(&here, &service.actor, resource_type, badge()).await?;
    }
    let data = json!({ "number": "1", "pin": "hidden", "secret": "hidden", "note": "hidden" });
    let mut body = Service::body("pat@example.com");
    body[BADGE] = data.clone();
    let made = service.scim.post("/Users", &body).await?.expect(201)?;
    let pat = format!("/Users/{}", made["id"].as_str().context("an id")?);
    let mut body = json!({ "schemas": [GROUP], "displayName": "Support" });
    body["members"] = json!([{ "value": made["id"] }]);
    body[BADGE] = data;
    let made = service.scim.post("/Groups", &body).await?.expect(201)?;
    let support = format!("/Groups/{}", made["id"].as_str().context("an id")?);
    let title = json!([{ "op": "replace", "path": "title", "value": "Lead" }]);
    for answer in [
        scim.get(&pat).await?,
        scim.get(&support).await?,
        scim.get("/Users").await?,
        scim.get("/Groups").await?,
        scim.patch(&pat, title).await?,
    ] {
        ensure!(answer.status == 200 && !answer.text.contains("hidden"), "{}", answer.text);
    }
    let group = scim.get(&support).await?.expect(200)?;
    ensure!(group["members"][0]["value"].is_string() && group["meta"].is_object(), "{group}");
    // Nor was anything lost.
    let shown = service.scim.get(&format!("{pat}?attributes=title,{BADGE}:note")).await?;
    let shown = shown.expect(200)?;
    ensure!(shown["title"] == "Lead" && shown[BADGE]["note"] == "hidden", "{shown}");
    there.sides.stop().await;
    here.sides.stop().await;
    Ok(())
}

#[tokio::test]
async fn what_is_kept_back_is_kept_back_by_those_who_do_not_know_it_yet() -> Result<()> {
    for database in databases().await? {
        not_known_there_yet(&database).await.with_context(|| database.name())?;
    }
    Ok(())
}

/// Writes data of a schema there while it is removed here, so often that each comes first at times.
async fn removed_at_that_moment(database: &TestDatabase) -> Result<()> {
    let here = Ground::start(database, |_| ()).await?;
    let there = Ground::start(database, |_| ()).await?;
    let service = Service::new(&here, Profile::Standard, 1).await?;
    let scim: Scim = there.scim(&service.token);
    for round in 0..20 {
        here.later(Duration::from_secs(2));
        there.later(Duration::from_secs(2));
        extend(&here, &service.actor, "User", badge()).await?;
        ensure!(scim.get(&format!("/Schemas/{BADGE}")).await?.status == 200);
        let mut body = Service::body(&format!("{round}@example.com"));
        body[BADGE] = json!({ "number": "1", "pin": "hidden" });
        let wait = Duration::from_micros(round * 150);
        let removed = async {
            tokio::time::sleep(wait).await;
            schemas::remove(here.platform(), &service.actor, BADGE, None).await
        };
        let (written, removed) = tokio::join!(scim.post("/Users", &body), removed);
        match (written?, removed) {
            (written, Err(schemas::SchemaError::InUse { count: 1, .. })) => {
                let made = written.expect(201)?;
                let path = format!("/Users/{}", made["id"].as_str().context("an id")?);
                scim.delete(&path).await?;
                schemas::remove(here.platform(), &service.actor, BADGE, None).await?;
            }
            (written, Ok(_)) => refused(&written)?,
            (written, removed) => anyhow::bail!("{} {removed:?}", written.text),
        }
        assert_eq!(service.scim.total().await?, 0);
    }
    there.sides.stop().await;
    here.sides.stop().await;
    Ok(())
}

#[tokio::test]
async fn of_writing_and_removing_at_once_one_is_refused() -> Result<()> {
    for database in databases().await? {
        removed_at_that_moment(&database).await.with_context(|| database.name())?;
    }
    Ok(())
}
