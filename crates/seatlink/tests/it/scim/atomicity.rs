//! Nothing half done: a PATCH of a group does all of its operations or none, and what fails in a
//! bulk request leaves no trace while the rest is as if it had come alone. On random requests.

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use seatlink_domain::{log, tenants::Profile};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Call, Ground, Service, on_each_database},
    scim::properties::Random,
};

const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const ROUNDS: usize = 40;
const NOBODY: &str = "018f0000-0000-7000-8000-000000000000";

/// One group in the middle: users below it, a group below and a group above.
struct Circle {
    path: String,
    above: String,
    below: String,
    users: Vec<String>,
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

async fn group(service: &Service, name: &str, members: &[&str]) -> Result<String> {
    let members: Vec<Value> = members.iter().map(|path| json!({ "value": id(path) })).collect();
    let body = json!({ "schemas": [GROUP], "displayName": name, "members": members });
    let made = service.scim.post("/Groups", &body).await?.expect(201)?;
    Ok(format!("/Groups/{}", made["id"].as_str().unwrap_or_default()))
}

impl Circle {
    async fn new(service: &Service) -> Result<Self> {
        let mut users = Vec::new();
        for name in ["ann", "ben", "cyd", "dan", "eve", "fay"] {
            users.push(service.user(&format!("{name}@example.com")).await?);
        }
        let below = group(service, "Below", &[&users[5]]).await?;
        let path = group(service, "Middle", &[&users[0], &users[1]]).await?;
        let above = group(service, "Above", &[&path]).await?;
        Ok(Self { path, above, below, users })
    }

    fn member(&self, random: &mut Random) -> Value {
        let mut paths: Vec<&str> = self.users.iter().map(String::as_str).collect();
        paths.push(&self.below);
        json!({ "value": id(random.pick(&paths)) })
    }

    fn members(&self, random: &mut Random) -> Value {
        (0..random.below(4)).map(|_| self.member(random)).collect()
    }

    /// What can be done, whatever the group is.
    fn operation(&self, random: &mut Random) -> Value {
        let filter = format!("members[value eq {}]", self.member(random)["value"]);
        match random.below(8) {
            0 | 1 => json!({ "op": "add", "path": "members", "value": self.members(random) }),
            2 => json!({ "op": "remove", "path": filter }),
            3 => json!({ "op": "replace", "path": "members", "value": self.members(random) }),
            4 => json!({ "op": "remove", "path": "members" }),
            5 => {
                json!({ "op": "replace", "path": "displayName", "value": format!("Name {}", random.below(99)) })
            }
            6 => json!({ "op": "replace", "path": "externalId", "value": random.word() }),
            _ => {
                json!({ "op": "add", "value": { "members": self.members(random), "externalId": random.word() } })
            }
        }
    }

    /// What cannot be done: ill-formed, against the schema, or against what else there is.
    fn impossible(&self, random: &mut Random) -> Value {
        random.pick(&[
            json!({ "op": "replace", "path": "noSuchThing", "value": 1 }),
            json!({ "op": "remove" }),
            json!({ "op": "replace", "path": "id", "value": "x" }),
            json!({ "op": "remove", "path": "displayName" }),
            json!({ "op": "replace", "path": "displayName", "value": "above" }),
            json!({ "op": "replace", "path": "displayName", "value": "\0" }),
            json!({ "op": "add", "path": "members", "value": [{ "value": NOBODY }] }),
            json!({ "op": "add", "path": "members", "value": [{ "value": "\0" }] }),
            json!({ "op": "add", "path": "members", "value": [{ "value": id(&self.users[2]) }, { "value": NOBODY }] }),
            json!({ "op": "replace", "path": "members", "value": [{ "value": NOBODY }] }),
            json!({ "op": "add", "path": "members", "value": "x" }),
            json!({ "op": "remove", "path": "members[value eq" }),
            json!({ "op": "move", "path": "members", "value": [] }),
        ])
    }

    /// Everything that shows the members: the group, the groups around it, and each user's own list
    /// of groups.
    async fn seen(&self, service: &Service) -> Result<Vec<String>> {
        let mut seen = Vec::new();
        let groups = [&self.path, &self.above, &self.below];
        for path in groups.into_iter().chain(&self.users) {
            let answer = service.scim.get(path).await?;
            ensure!(answer.status == 200, "{path}: {}", answer.text);
            seen.push(format!("{} {}", answer.header("etag"), answer.text));
        }
        Ok(seen)
    }

    /// The rows of the log about the group that tell of a change.
    async fn changes(&self, ground: &Ground, service: &Service) -> Result<usize> {
        let rows = log::history(ground.platform(), &service.actor, id(&self.path).parse()?).await?;
        Ok(rows.iter().filter(|row| row.difference.is_some()).count())
    }
}

/// Whether it was refused, and in the right form.
fn is_refused(answer: &Answer) -> Result<bool> {
    if answer.status < 400 {
        return Ok(false);
    }
    let kind = answer.json()?["scimType"].as_str().map(str::to_owned);
    ensure!(matches!(answer.status, 400 | 404 | 409 | 412), "{} {}", answer.status, answer.text);
    answer.refusal(answer.status, kind.as_deref())?;
    Ok(true)
}

#[tokio::test]
async fn a_patch_of_a_group_with_one_impossible_operation_changes_nothing() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let circle = Circle::new(&service).await?;
        let mut random = Random(0x6120_0B5E);
        let mut moved = 0;
        for round in 0..ROUNDS {
            ground.later(std::time::Duration::from_secs(1));
            let before = circle.seen(&service).await?;
            let told = circle.changes(ground, &service).await?;
            let mut operations: Vec<Value> =
                (0..random.below(5)).map(|_| circle.operation(&mut random)).collect();
            let impossible = circle.impossible(&mut random);
            // A name that is taken may be given up again by what follows.
            let is_name = impossible["path"] == "displayName";
            let at = if is_name { operations.len() } else { random.below(operations.len() + 1) };
            operations.insert(at, impossible);
            let operations = Value::from(operations);
            let answer = service.scim.patch(&circle.path, operations.clone()).await?;
            let said = || format!("round {round}: {operations}");
            ensure!(is_refused(&answer).with_context(said)?, "{}: {}", said(), answer.text);
            assert_eq!(circle.seen(&service).await?, before, "{}", said());
            assert_eq!(circle.changes(ground, &service).await?, told, "{}", said());
            // The same on a version that is not the present one, though each operation could be
            // done.
            let possible = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [circle.operation(&mut random)],
            });
            let stale = Call {
                method: Method::PATCH,
                path: &circle.path,
                headers: &[("content-type", "application/scim+json"), ("if-match", "W/\"999999\"")],
                body: Some(possible.to_string()),
            };
            service.scim.call(stale).await?.refusal(412, None)?;
            assert_eq!(circle.seen(&service).await?, before, "{possible}");
            // Then something that can be done, so that the next round starts elsewhere.
            let operation = circle.operation(&mut random);
            let answer = service.scim.patch(&circle.path, json!([operation])).await?;
            ensure!(!is_refused(&answer)?, "{operation}: {} {}", answer.status, answer.text);
            moved += usize::from(circle.seen(&service).await? != before);
        }
        ensure!(moved > ROUNDS / 2, "only {moved} rounds changed anything");
        Ok(())
    })
    .await
}

/// An operation of a bulk request, with what differs between tenants left open: ids are of the
/// `n`th user or group.
fn bulk_operation(random: &mut Random, number: usize) -> Value {
    let user = format!("/Users/{{user{}}}", random.below(4));
    let group = format!("/Groups/{{group{}}}", random.below(2));
    let name = format!("new{}@example.com", random.below(6));
    let bulk_id = format!("b{number}");
    let patch = |operation: Value| {
        json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
            { "op": "replace", "path": "displayName", "value": format!("Name {number}") }, operation,
        ] })
    };
    match random.below(9) {
        0 | 1 => {
            json!({ "method": "POST", "path": "/Users", "bulkId": bulk_id, "data": Service::body(&name) })
        }
        2 => {
            json!({ "method": "POST", "path": "/Users", "bulkId": bulk_id, "data": { "userName": "" } })
        }
        3 => json!({ "method": "PATCH", "path": user,
            "data": patch(json!({ "op": "replace", "path": "title", "value": random.word() })) }),
        4 => json!({ "method": "PATCH", "path": user,
            "data": patch(json!({ "op": "replace", "path": "active", "value": "perhaps" })) }),
        5 => {
            json!({ "method": "PATCH", "path": group, "data": patch(json!({ "op": "add", "path": "members",
            "value": [{ "value": format!("{{user{}}}", random.below(4)) }] })) })
        }
        6 => {
            json!({ "method": "PATCH", "path": group, "data": patch(json!({ "op": "add", "path": "members",
            "value": [{ "value": format!("{{user{}}}", random.below(4)) }, { "value": NOBODY }] })) })
        }
        7 => json!({ "method": "PUT", "path": user, "data": Service::body(&name) }),
        _ => json!({ "method": "DELETE", "path": format!("/Users/{NOBODY}") }),
    }
}

/// One of two tenants that are told the same.
struct Twin {
    service: Service,
    users: Vec<String>,
    groups: Vec<String>,
}

impl Twin {
    async fn new(ground: &Ground, business_unit: i64) -> Result<Self> {
        let service = Service::new(ground, Profile::Standard, business_unit).await?;
        let mut users = Vec::new();
        for name in ["ann", "ben", "cyd", "dan"] {
            users.push(service.user(&format!("{name}@example.com")).await?);
        }
        let groups =
            vec![group(&service, "One", &[&users[0]]).await?, group(&service, "Two", &[]).await?];
        Ok(Self { service, users, groups })
    }

    fn told(&self, operation: &Value) -> Result<Value> {
        let mut text = operation.to_string();
        for (name, paths) in [("user", &self.users), ("group", &self.groups)] {
            for (position, path) in paths.iter().enumerate() {
                text = text.replace(&format!("{{{name}{position}}}"), id(path));
            }
        }
        Ok(serde_json::from_str(&text)?)
    }

    /// One operation as a request of its own.
    async fn alone(&self, operation: &Value) -> Result<String> {
        let operation = self.told(operation)?;
        let text = |name: &str| operation[name].as_str().unwrap_or_default();
        let call = Call {
            method: text("method").parse()?,
            path: text("path"),
            headers: &[("content-type", "application/scim+json")],
            body: operation.get("data").map(Value::to_string),
        };
        let answer = self.service.scim.call(call).await?;
        is_refused(&answer)?;
        Ok(answer.status.to_string())
    }

    /// All users and groups, without what differs between tenants.
    async fn state(&self) -> Result<Vec<String>> {
        let mut state = Vec::new();
        for path in ["/Users?count=1000", "/Groups?count=1000"] {
            let page = self.service.scim.get(path).await?.expect(200)?;
            for resource in page["Resources"].as_array().into_iter().flatten() {
                let mut resource = resource.clone();
                let version = resource["meta"]["version"].as_str().unwrap_or_default();
                // The stamp of the computed groups is made of ids.
                let number = version.split(['-', '"']).nth(1).unwrap_or_default().to_owned();
                let named = |list: &Value| {
                    let mut names: Vec<String> = list
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|one| format!("{} {}", one["display"], one["type"]))
                        .collect();
                    names.sort();
                    Value::from(names)
                };
                resource["groups"] = named(&resource["groups"]);
                resource["members"] = named(&resource["members"]);
                resource["id"] = Value::Null;
                resource["meta"] = Value::from(number);
                state.push(resource.to_string());
            }
        }
        state.sort();
        Ok(state)
    }
}

#[tokio::test]
async fn a_bulk_request_does_what_its_operations_do_alone_and_those_that_fail_do_nothing()
-> Result<()> {
    on_each_database(async |ground| {
        let (bulk, alone) = (Twin::new(ground, 1).await?, Twin::new(ground, 2).await?);
        let mut random = Random(0xB01C_0DE5);
        let mut failed = 0;
        for round in 0..ROUNDS / 2 {
            let operations: Vec<Value> =
                (0..=random.below(8)).map(|number| bulk_operation(&mut random, number)).collect();
            let limit = random.below(4);
            let told = operations.iter().map(|operation| bulk.told(operation));
            let mut body =
                json!({ "schemas": [BULK], "Operations": told.collect::<Result<Value>>()? });
            if limit > 0 {
                body["failOnErrors"] = json!(limit);
            }
            let answer = bulk.service.scim.post("/Bulk", &body).await?.expect(200)?;
            let results = answer["Operations"].as_array().context("results")?;
            let statuses: Vec<&str> =
                results.iter().map(|one| one["status"].as_str().unwrap_or_default()).collect();
            let mut expected = Vec::new();
            let mut errors = 0;
            for operation in &operations {
                let status = alone.alone(operation).await?;
                errors += usize::from(*status >= *"400");
                expected.push(status);
                if limit > 0 && errors >= limit {
                    break;
                }
            }
            failed += errors;
            assert_eq!(statuses, expected, "round {round}: {body}");
            assert_eq!(bulk.state().await?, alone.state().await?, "round {round}: {body}");
        }
        ensure!(failed > ROUNDS / 4, "only {failed} operations failed");
        Ok(())
    })
    .await
}
