//! Several clients at the same moment: one of them wins, or all do, and nothing is lost or left
//! behind.

mod locks;

use std::{collections::BTreeSet, fmt::Write as _};

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use seatlink_domain::{
    directory::{groups, import, people_file},
    integrations,
    tenants::Profile,
};
use seatlink_scim::Projection;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{Answer, Call, Guide, Scim, Service, on_each_database};

const AT_ONCE: usize = 12;

/// The answers to all of these, asked at the same moment.
async fn at_once<F>(calls: impl IntoIterator<Item = F>) -> Result<Vec<Answer>>
where
    F: Future<Output = Result<Answer>> + Send + 'static,
{
    let mut asked = JoinSet::new();
    for call in calls {
        asked.spawn(call);
    }
    let mut answers = Vec::new();
    while let Some(answer) = asked.join_next().await {
        answers.push(answer??);
    }
    Ok(answers)
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

fn said(answers: &[Answer]) -> Vec<(u16, &str)> {
    answers.iter().map(|answer| (answer.status, answer.text.as_str())).collect()
}

async fn group(scim: &Scim, name: &str) -> Result<String> {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name,
    });
    let made = scim.post("/Groups", &body).await?.expect(201)?;
    Ok(format!("/Groups/{}", made["id"].as_str().unwrap_or_default()))
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

#[tokio::test]
async fn of_those_who_ask_for_one_name_one_gets_it() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let user = Service::body("pat@example.com");
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Support",
        });
        for (path, body) in [("/Users", user), ("/Groups", group)] {
            let answers = at_once((0..AT_ONCE).map(|_| {
                let (scim, body) = (service.scim.clone(), body.clone());
                async move { scim.post(path, &body).await }
            }))
            .await?;
            assert_eq!(count(&answers, 201), 1, "{:?}", said(&answers));
            for refused in answers.iter().filter(|answer| answer.status != 201) {
                refused.refusal(409, Some("uniqueness"))?;
            }
            let list = service.scim.get(path).await?.expect(200)?;
            assert_eq!(list["totalResults"], 1);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn of_several_patches_of_one_user_none_is_lost() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let path = service.user("pat@example.com").await?;
        let answers = at_once((0..AT_ONCE).map(|number| {
            let (scim, path) = (service.scim.clone(), path.clone());
            async move {
                let value = json!([{ "value": format!("pat{number}@example.com"), "type": "home" }]);
                scim.patch(&path, json!([{ "op": "add", "path": "emails", "value": value }])).await
            }
        }))
        .await?;
        assert_eq!(count(&answers, 200), AT_ONCE, "{:?}", said(&answers));
        let user = service.scim.get(&path).await?.expect(200)?;
        let emails = user["emails"].as_array().context("emails")?;
        assert_eq!(emails.len(), AT_ONCE + 1, "{user}");
        let version = user["meta"]["version"].as_str().context("a version")?;
        ensure!(version.starts_with(&format!("W/\"{}", AT_ONCE + 1)), "{version}");
        for number in 0..AT_ONCE {
            let filter = format!("/Users?filter=emails.value%20eq%20%22pat{number}@example.com%22");
            assert_eq!(service.scim.get(&filter).await?.expect(200)?["totalResults"], 1);
        }

        // Whoever names the version that all of them read: one is first.
        let version = version.to_owned();
        let answers = at_once((0..AT_ONCE).map(|number| {
            let (scim, path, version) = (service.scim.clone(), path.clone(), version.clone());
            async move {
                let body = json!({
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [{ "op": "replace", "path": "title", "value": format!("{number}") }],
                });
                let headers = &[("content-type", "application/scim+json"), ("if-match", &version)];
                let body = Some(body.to_string());
                scim.call(Call { method: Method::PATCH, path: &path, headers, body }).await
            }
        }))
        .await?;
        assert_eq!(count(&answers, 200), 1, "{:?}", said(&answers));
        assert_eq!(count(&answers, 412), AT_ONCE - 1, "{:?}", said(&answers));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn of_several_patches_of_one_group_none_is_lost() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let group = group(&service.scim, "Support").await?;
        let mut people = Vec::new();
        for number in 0..AT_ONCE {
            people.push(service.user(&format!("pat{number}@example.com")).await?);
        }
        let answers = at_once(people.iter().map(|person| {
            let (scim, group, id) = (service.scim.clone(), group.clone(), id_of(person).to_owned());
            async move {
                let operations = json!([
                    { "op": "add", "path": "members", "value": [{ "value": id }] },
                    { "op": "replace", "path": "displayName", "value": format!("Support {id}") },
                ]);
                scim.patch(&group, operations).await
            }
        }))
        .await?;
        ensure!(answers.iter().all(|answer| answer.status < 300), "{:?}", said(&answers));
        let shown = service.scim.get(&group).await?.expect(200)?;
        assert_eq!(shown["members"].as_array().map(Vec::len), Some(AT_ONCE), "{shown}");
        assert_eq!(shown["meta"]["version"], format!("W/\"{}\"", AT_ONCE + 1));
        Ok(())
    })
    .await
}

/// Everybody and every group that the list names can be read.
async fn nobody_is_left_behind(scim: &Scim, group: &str) -> Result<usize> {
    let shown = scim.get(group).await?.expect(200)?;
    let members = shown["members"].as_array().cloned().unwrap_or_default();
    for member in &members {
        let kind = if member["type"] == "Group" { "Groups" } else { "Users" };
        let id = member["value"].as_str().unwrap_or_default();
        let found = scim.get(&format!("/{kind}/{id}")).await?;
        ensure!(found.status == 200, "{member} is in the group and does not exist");
    }
    Ok(members.len())
}

#[tokio::test]
async fn nobody_joins_a_group_while_being_deleted() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        for round in 0..6 {
            let joined = group(&service.scim, &format!("Support {round}")).await?;
            let mut members = Vec::new();
            for number in 0..3 {
                members.push(service.user(&format!("pat{round}.{number}@example.com")).await?);
                members.push(group(&service.scim, &format!("Nested {round}.{number}")).await?);
            }
            let mut calls = Vec::new();
            for member in members {
                let body = json!([{
                    "op": "add", "path": "members", "value": [{ "value": id_of(&member) }],
                }]);
                calls.push((joined.clone(), Some(body)));
                calls.push((member, None));
            }
            let answers = at_once(calls.into_iter().map(|(path, operations)| {
                let scim = service.scim.clone();
                async move {
                    match operations {
                        Some(operations) => scim.patch(&path, operations).await,
                        None => scim.delete(&path).await,
                    }
                }
            }))
            .await?;
            let expected = |answer: &Answer| matches!(answer.status, 200 | 204 | 400);
            ensure!(answers.iter().all(expected), "{:?}", said(&answers));
            let left = nobody_is_left_behind(&service.scim, &joined).await?;
            assert_eq!(left, 0, "all of them were deleted");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn bulk_requests_at_the_same_moment_make_everybody_once() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let operations: Vec<Value> = (0..6)
            .map(|number| {
                let data = Service::body(&format!("pat{number}@example.com"));
                json!({ "method": "POST", "path": "/Users", "bulkId": format!("b{number}"), "data": data })
            })
            .collect();
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations,
        });
        let answers = at_once((0..6).map(|_| {
            let (scim, body) = (service.scim.clone(), body.clone());
            async move { scim.post("/Bulk", &body).await }
        }))
        .await?;
        let mut made = BTreeSet::new();
        let mut refused = 0;
        for answer in &answers {
            let answer = answer.expect(200)?;
            for operation in answer["Operations"].as_array().context("operations")? {
                match operation["status"].as_str() {
                    Some("201") => made.insert(operation["bulkId"].to_string()),
                    Some("409") => {
                        refused += 1;
                        true
                    }
                    _ => anyhow::bail!("{operation}"),
                };
            }
        }
        assert_eq!((made.len(), refused), (6, 30));
        assert_eq!(service.scim.total().await?, 6);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_file_that_two_import_at_the_same_moment_is_imported_once() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let mut text = String::from("userName,givenName,familyName,email,groups\n");
        for number in 0..400 {
            let name = format!("pat{number:04}@example.com");
            writeln!(text, "{name},Pat,Lee,{name},Team {}", number % 5)?;
        }
        let file =
            people_file::parse(text.as_bytes()).map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
        let mut imports = JoinSet::new();
        for _ in 0..3 {
            let (platform, actor) = (ground.platform().clone(), service.actor.clone());
            let file = file.clone();
            imports.spawn(async move { import::people(&platform, &actor, file, |_| {}).await });
        }
        let mut created = 0;
        while let Some(summary) = imports.join_next().await {
            let summary = summary??;
            assert_eq!(summary.people(), 400);
            created += summary.created;
        }
        assert_eq!((created, service.scim.total().await?), (400, 400));
        let groups = service.scim.get("/Groups").await?.expect(200)?;
        assert_eq!(groups["totalResults"], 5);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_import_and_the_patches_beside_it_both_count() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let mut paths = Vec::new();
        let mut text = String::from("userName,givenName,familyName,email,active\n");
        for number in 0..60 {
            let name = format!("pat{number:04}@example.com");
            paths.push(service.user(&name).await?);
            writeln!(text, "{name},Pat,Lee,{name},false")?;
        }
        let file =
            people_file::parse(text.as_bytes()).map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
        let (platform, actor) = (ground.platform().clone(), service.actor.clone());
        let import =
            tokio::spawn(async move { import::people(&platform, &actor, file, |_| {}).await });
        let answers = at_once(paths.iter().map(|path| {
            let (scim, path) = (service.scim.clone(), path.clone());
            async move {
                scim.patch(&path, json!([{ "op": "replace", "path": "title", "value": "Lead" }]))
                    .await
            }
        }))
        .await?;
        assert_eq!(count(&answers, 200), 60, "{:?}", said(&answers));
        assert_eq!(import.await??.people(), 60);
        for path in &paths {
            let user = service.scim.get(path).await?.expect(200)?;
            assert_eq!(
                (&user["title"], &user["active"]),
                (&json!("Lead"), &json!(false)),
                "{user}"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_is_deactivated_while_being_assigned_is_not_active_at_the_target() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        for round in 0..6 {
            let name = format!("pat{round}@example.com");
            let person = guide.person(&name, ("Pat", "Lee")).await?;
            tokio::try_join!(guide.assign(person), guide.set(person, "active", json!(false)))?;
            guide.settled().await?;
            let employee = guide.employees.find(&name).await?;
            ensure!(
                employee.is_none_or(|employee| employee["active"] == false),
                "{name} is active"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_leaves_a_group_while_it_is_assigned_is_not_active_at_the_target() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let (platform, actor) = (ground.platform(), &guide.sending.actor);
        for round in 0..6 {
            let name = format!("pat{round}@example.com");
            let person = guide.person(&name, ("Pat", "Lee")).await?;
            let body = json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
                "displayName": format!("Support {round}"),
                "members": [{ "value": person.to_string() }],
            });
            let group = groups::create(platform, actor, body, &Projection::all()).await?.id();
            let (id, integration) = (group.to_string(), guide.sending.integration);
            let assigned = integrations::assign_group(platform, actor, integration, group.into());
            let assigned = async { assigned.await.map_err(anyhow::Error::from) };
            tokio::try_join!(assigned, guide.leave(&id, person))?;
            guide.settled().await?;
            let employee = guide.employees.find(&name).await?;
            ensure!(
                employee.is_none_or(|employee| employee["active"] == false),
                "{name} is active"
            );
        }
        Ok(())
    })
    .await
}
