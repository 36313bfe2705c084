//! Who locks the same rows in different orders, or gives what another one takes away.

use std::fmt::Write as _;

use anyhow::{Result, ensure};
use seatlink_domain::{
    Actor, Permissions,
    access::roles::{self, NewRole, RoleError, RoleStatus},
    directory::{import, people_file},
    tenants::Profile,
};
use serde_json::{Value, json};

use super::{at_once, count, group, id_of, said};
use crate::harness::{Service, on_each_database};

/// Whoever deletes people, imports them or gives them a manager locks the same rows, and none of it
/// fails for that.
#[tokio::test]
async fn an_import_and_the_deletions_beside_it_both_end() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        for round in 0..4 {
            let mut paths = Vec::new();
            let mut text = String::from("userName,givenName,familyName,email,title,groups\n");
            for number in 0..40 {
                let name = format!("pat{round}.{number:04}@example.com");
                paths.push(service.user(&name).await?);
                writeln!(text, "{name},Pat,Lee,{name},Lead,Team {}", number % 4)?;
            }
            for team in 0..4 {
                let people = paths.iter().skip(team).step_by(4);
                let members: Vec<Value> =
                    people.map(|path| json!({ "value": id_of(path) })).collect();
                let body = json!({
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
                    "displayName": format!("Team {team}"), "members": members,
                });
                let made = service.scim.post("/Groups", &body).await?;
                ensure!(matches!(made.status, 201 | 409), "{}", made.text);
            }
            let file = people_file::parse(text.as_bytes())
                .map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
            let (platform, actor) = (ground.platform().clone(), service.actor.clone());
            let import =
                tokio::spawn(async move { import::people(&platform, &actor, file, |_| {}).await });
            let answers = at_once(paths.iter().rev().map(|path| {
                let (scim, path) = (service.scim.clone(), path.clone());
                async move { scim.delete(&path).await }
            }))
            .await?;
            assert_eq!(count(&answers, 204), paths.len(), "{:?}", said(&answers));
            // Somebody may be gone between two of its statements, which it says instead of making
            // them anew.
            if let Err(error) = import.await? {
                ensure!(error.to_string().contains("nothing was imported"), "{error}");
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_manager_who_is_deleted_at_that_moment_is_nobodys() -> Result<()> {
    const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        for round in 0..12 {
            let boss = service.user(&format!("boss{round}@example.com")).await?;
            let pat = service.user(&format!("pat{round}@example.com")).await?;
            let value = json!({ "value": id_of(&boss) });
            let path = format!("{MANAGER}:manager");
            let operations = json!([{ "op": "add", "path": path, "value": value }]);
            let mut new = Service::body(&format!("new{round}@example.com"));
            new[MANAGER] = json!({ "manager": value });
            let (deleted, patched, created) = tokio::try_join!(
                service.scim.delete(&boss),
                service.scim.patch(&pat, operations),
                service.scim.post("/Users", &new)
            )?;
            assert_eq!(deleted.status, 204);
            for (answer, status) in [(patched, 200), (created, 201)] {
                let told = answer.expect(status)?;
                let id = told["id"].as_str().unwrap_or_default();
                let now = service.scim.get(&format!("/Users/{id}")).await?.expect(200)?;
                // Whoever was told of a manager had one, and has lost them since.
                let had = told[MANAGER]["manager"]["$ref"].is_string();
                assert_eq!(now[MANAGER]["manager"].is_null(), had, "{told} and then {now}");
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_role_that_is_deactivated_at_that_moment_is_nobodys() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let (platform, actor) = (ground.platform(), Actor::operator(service.actor.tenant));
        for round in 0..12 {
            let name = format!("Coach {round}");
            let new = NewRole {
                name: name.clone(),
                description: String::new(),
                status: RoleStatus::Active,
                permissions: Permissions::default(),
            };
            let role = roles::create(platform, &actor, new).await?;
            let mut body = Service::body(&format!("pat{round}@example.com"));
            body["roles"] = json!([{ "value": name }]);
            let switched = roles::set_status(platform, &actor, role.id, RoleStatus::Inactive);
            let (created, switched) = tokio::join!(service.scim.post("/Users", &body), switched);
            match created?.status {
                201 => ensure!(matches!(switched, Err(RoleError::Held { .. })), "{switched:?}"),
                400 => ensure!(switched.is_ok(), "{switched:?}"),
                other => anyhow::bail!("{other}"),
            }
        }
        Ok(())
    })
    .await
}

/// Each of two groups joins the other one.
#[tokio::test]
async fn groups_that_join_each_other_do_not_wait_for_each_other() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        for round in 0..6 {
            let one = group(&service.scim, &format!("One {round}")).await?;
            let other = group(&service.scim, &format!("Other {round}")).await?;
            let pairs = [(one.clone(), other.clone()), (other, one)];
            let answers = at_once(pairs.map(|(group, member)| {
                let scim = service.scim.clone();
                async move {
                    let value = json!([{ "value": id_of(&member) }]);
                    scim.patch(&group, json!([{ "op": "add", "path": "members", "value": value }]))
                        .await
                }
            }))
            .await?;
            assert_eq!(count(&answers, 200), 2, "{:?}", said(&answers));
        }
        Ok(())
    })
    .await
}
