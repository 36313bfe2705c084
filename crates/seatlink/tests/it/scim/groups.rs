//! Groups over HTTP: who is in which, also through other groups, and what that does to versions.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use reqwest::Method;
use seatlink_domain::{log, tenants::Profile};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Call, Service, on_each_database};

const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

async fn group(service: &Service, name: &str, members: &[&str]) -> Result<String> {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let body = json!({ "schemas": [GROUP], "displayName": name, "members": members });
    let made = service.scim.post("/Groups", &body).await?.expect(201)?;
    Ok(made["id"].as_str().unwrap_or_default().to_owned())
}

async fn user(service: &Service, name: &str) -> Result<String> {
    Ok(id_of(&service.user(name).await?).to_owned())
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Name and type of each group in a user's answer.
fn groups_in(user: &Value) -> BTreeSet<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    user["groups"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|group| (text(&group["display"]), text(&group["type"])))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    expected.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned())).collect()
}

/// The resource of that id in a list.
fn in_list(list: &Value, id: &str) -> Value {
    let resources = list["Resources"].as_array().into_iter().flatten();
    resources.into_iter().find(|resource| resource["id"] == id).cloned().unwrap_or_default()
}

async fn matches(service: &Service, endpoint: &str, filter: &str) -> Result<u64> {
    let query: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    let list = service.scim.get(&format!("{endpoint}?filter={query}&count=0")).await?;
    Ok(list.expect(200)?["totalResults"].as_u64().unwrap_or_default())
}

async fn get_unless(service: &Service, path: &str, tag: &str) -> Result<Answer> {
    let headers = &[("if-none-match", tag)];
    service.scim.call(Call { method: Method::GET, path, headers, body: None }).await
}

fn add(id: &str) -> Value {
    json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }])
}

#[tokio::test]
async fn a_user_shows_the_groups_above_it_and_cycles_end() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let pat = user(&service, "pat@example.com").await?;
        user(&service, "lou@example.com").await?;
        let team = group(&service, "Team", &[&pat]).await?;
        let unit = group(&service, "Unit", &[&team]).await?;
        let all = group(&service, "All", &[&unit, &pat]).await?;
        // A circle: the team holds everything that holds it.
        service.scim.patch(&format!("/Groups/{team}"), add(&all)).await?;
        let own = json!([{ "op": "add", "path": "members", "value": [{ "value": team }] }]);
        service
            .scim
            .patch(&format!("/Groups/{team}"), own)
            .await?
            .refusal(400, Some("invalidValue"))?;

        let expected = pairs(&[("Team", "direct"), ("Unit", "indirect"), ("All", "direct")]);
        let path = format!("/Users/{pat}");
        let shown = service.scim.get(&path).await?.expect(200)?;
        assert_eq!(groups_in(&shown), expected);
        let reference = format!("{}/Groups/{unit}", service.scim.base());
        let references = shown["groups"].as_array().into_iter().flatten();
        ensure!(references.into_iter().any(|group| group["$ref"] == reference.as_str()), "{shown}");
        let list = service.scim.get("/Users?filter=userName+sw+%22pat%22").await?.expect(200)?;
        assert_eq!(list["Resources"][0], shown);
        let rename = json!([{ "op": "replace", "path": "title", "value": "Lead" }]);
        let patched = service.scim.patch(&path, rename).await?.expect(200)?;
        assert_eq!(groups_in(&patched), expected);

        for (filter, count) in [
            (format!(r#"groups.value eq "{unit}""#), 1),
            (format!(r#"groups[value eq "{unit}" and type eq "indirect"]"#), 1),
            (format!(r#"groups[value eq "{unit}" and type eq "direct"]"#), 0),
            (r#"groups.display eq "unit""#.into(), 1),
            (r#"groups.type eq "indirect""#.into(), 1),
            (r#"groups[type eq "direct" and display sw "U"]"#.into(), 0),
            ("groups pr".into(), 1),
            ("not (groups pr)".into(), 1),
        ] {
            assert_eq!(matches(&service, "/Users", &filter).await?, count, "{filter}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_change_of_groups_makes_the_user_new_to_who_has_the_old_one() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let pat = user(&service, "pat@example.com").await?;
        let path = format!("/Users/{pat}");
        let mut known: Vec<String> = Vec::new();
        let mut look = async |what: &str| -> Result<String> {
            let answer = service.scim.get(&path).await?;
            let tag = answer.header("etag").to_owned();
            assert_eq!(answer.expect(200)?["meta"]["version"], tag.as_str());
            ensure!(!known.contains(&tag), "{what}: {tag} was there before");
            assert_eq!(get_unless(&service, &path, &tag).await?.status, 304, "{what}");
            for old in &known {
                assert_eq!(get_unless(&service, &path, old).await?.status, 200, "{what}");
            }
            known.push(tag.clone());
            Ok(tag)
        };
        look("at first").await?;
        let team = group(&service, "Team", &[&pat]).await?;
        look("in a group").await?;
        let unit = group(&service, "Unit", &[&team]).await?;
        look("in a group in a group").await?;
        let name = json!([{ "op": "replace", "path": "displayName", "value": "Division" }]);
        service.scim.patch(&format!("/Groups/{unit}"), name).await?;
        let before = look("the upper group renamed").await?;

        // Membership is not the user's own: a write on the version from before loses nothing.
        service.scim.delete(&format!("/Groups/{unit}")).await?;
        let headers = &[("if-match", before.as_str()), ("content-type", "application/scim+json")];
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "title", "value": "Lead" }],
        });
        let write =
            || Call { method: Method::PATCH, path: &path, headers, body: Some(body.to_string()) };
        service.scim.call(write()).await?.expect(200)?;
        service.scim.call(write()).await?.refusal(412, None)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn members_are_shown_with_type_reference_and_their_own_name() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let (pat, lou) = (user(&service, "pat@example.com").await?, user(&service, "lou@example.com").await?);
        let name = json!([{ "op": "add", "path": "displayName", "value": "Pat \"P\" Lee" }]);
        service.scim.patch(&format!("/Users/{pat}"), name).await?;
        let inner = group(&service, "Inner", &[]).await?;
        let outer = group(&service, "Outer", &[&pat, &lou, &inner]).await?;
        let path = format!("/Groups/{outer}");
        let base = service.scim.base().to_owned();
        let shown = service.scim.get(&path).await?.expect(200)?;
        let mut expected = vec![
            json!({ "value": pat, "$ref": format!("{base}/Users/{pat}"), "type": "User", "display": "Pat \"P\" Lee" }),
            json!({ "value": lou, "$ref": format!("{base}/Users/{lou}"), "type": "User" }),
            json!({ "value": inner, "$ref": format!("{base}/Groups/{inner}"), "type": "Group", "display": "Inner" }),
        ];
        expected.sort_unstable_by_key(|member| member["value"].as_str().map(str::to_owned));
        assert_eq!(shown["members"], Value::Array(expected));
        let only = service.scim.get(&format!("{path}?attributes=members.value")).await?.expect(200)?;
        let members = only["members"].as_array().map_or(&[][..], Vec::as_slice);
        ensure!(members.len() == 3 && members.iter().all(|member| member.as_object().is_some_and(|map| map.len() == 1)), "{only}");
        let without = service.scim.get(&format!("{path}?excludedAttributes=members")).await?;
        ensure!(without.expect(200)?.get("members").is_none(), "{}", without.text);

        for (filter, count) in [
            (r#"members.display eq "inner""#, 1),
            (r#"members[type eq "User" and display sw "pat"]"#, 1),
            (r#"members[type eq "Group" and display sw "pat"]"#, 0),
        ] {
            assert_eq!(matches(&service, "/Groups", filter).await?, count, "{filter}");
        }
        let remove = json!([{ "op": "remove", "path": r#"members[display sw "pat"]"# }]);
        service.scim.patch(&path, remove).await?;
        let left = service.scim.get(&path).await?.expect(200)?;
        assert_eq!(left["members"].as_array().map(Vec::len), Some(2), "{left}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn to_add_a_member_again_or_remove_a_stranger_is_no_change() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let (pat, lou) = (user(&service, "pat@example.com").await?, user(&service, "lou@example.com").await?);
        let id = group(&service, "Team", &[&pat]).await?;
        let path = format!("/Groups/{id}");
        let before = service.scim.get(&path).await?;
        let uuid: Uuid = id.parse()?;
        let rows = log::history(ground.platform(), &service.actor, uuid).await?.len();
        let stranger = json!([{ "op": "remove", "path": format!(r#"members[value eq "{lou}"]"#) }]);
        for operations in [add(&pat), stranger] {
            let answer = service.scim.patch(&path, operations).await?;
            assert_eq!((answer.status, &answer.text), (200, &before.text));
        }
        let after = service.scim.get(&path).await?;
        assert_eq!((after.header("etag"), &after.text), (before.header("etag"), &before.text));
        let history = log::history(ground.platform(), &service.actor, uuid).await?;
        assert_eq!(history.len(), rows);

        let nobody = Uuid::nil().to_string();
        let both = json!([{ "op": "add", "path": "members", "value": [{ "value": lou }, { "value": nobody }] }]);
        let said = service.scim.patch(&path, both).await?.refusal(400, Some("invalidValue"))?;
        ensure!(said.contains(&nobody), "{said}");
        assert_eq!(service.scim.get(&path).await?.text, before.text, "nothing is half applied");
        let as_group = json!([{ "op": "add", "path": "members", "value": [{ "value": lou, "type": "Group" }] }]);
        service.scim.patch(&path, as_group).await?.refusal(400, Some("invalidValue"))?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_is_deleted_leaves_every_group_with_a_new_version_and_a_row_of_the_log()
-> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let (pat, lou) =
            (user(&service, "pat@example.com").await?, user(&service, "lou@example.com").await?);
        let inner = group(&service, "Inner", &[&pat, &lou]).await?;
        let outer = group(&service, "Outer", &[&pat, &inner]).await?;
        for (gone, groups) in [
            (format!("/Users/{pat}"), vec![&inner, &outer]),
            (format!("/Groups/{inner}"), vec![&outer]),
        ] {
            let mut before = Vec::new();
            for id in &groups {
                before.push(
                    service.scim.get(&format!("/Groups/{id}")).await?.header("etag").to_owned(),
                );
            }
            assert_eq!(service.scim.delete(&gone).await?.status, 204);
            for (id, tag) in groups.iter().zip(before) {
                let after = get_unless(&service, &format!("/Groups/{id}"), &tag).await?;
                let shown = after.expect(200)?;
                ensure!(!after.text.contains(id_of(&gone)), "{shown}");
                let history = log::history(ground.platform(), &service.actor, id.parse()?).await?;
                let last = history.last().map(crate::harness::said).unwrap_or_default();
                ensure!(last.contains("was deleted"), "{last}");
            }
        }
        let left = service.scim.get(&format!("/Groups/{outer}")).await?.expect(200)?;
        ensure!(left.get("members").is_none(), "{left}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_name_is_taken_in_any_letter_case_and_free_after_a_rename_or_deletion() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let first = group(&service, "Sales", &[]).await?;
        let body = json!({ "schemas": [GROUP], "displayName": "SALES" });
        service.scim.post("/Groups", &body).await?.refusal(409, Some("uniqueness"))?;
        let other = group(&service, "Other", &[]).await?;
        let rename = |name: &str| json!([{ "op": "replace", "value": { "displayName": name } }]);
        let path = format!("/Groups/{other}");
        service.scim.patch(&path, rename("sales")).await?.refusal(409, Some("uniqueness"))?;
        service.scim.patch(&format!("/Groups/{first}"), rename("SaleS")).await?;
        service.scim.patch(&format!("/Groups/{first}"), rename("Former")).await?;
        let second = group(&service, "sales", &[]).await?;
        service.scim.delete(&format!("/Groups/{second}")).await?;
        assert_eq!(
            service.scim.patch(&path, rename("Sales")).await?.expect(200)?["displayName"],
            "Sales"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_large_group_is_answered_whole_alone_and_in_lists() -> Result<()> {
    const PEOPLE: usize = 2_300;
    const CHUNK: usize = 100;
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let mut ids: BTreeSet<String> = BTreeSet::new();
        // A thousand in one request take longer than an answer may take, on a machine that does
        // something else.
        for chunk in 0..PEOPLE.div_ceil(CHUNK) {
            let operations: Vec<Value> = (chunk * CHUNK..PEOPLE.min((chunk + 1) * CHUNK))
                .map(|number| {
                    let mut data = Service::body(&format!("p{number}@example.com"));
                    data["displayName"] = format!("Person {number}").into();
                    json!({ "method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": data })
                })
                .collect();
            let body = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                "Operations": operations,
            });
            let answer = service.scim.post("/Bulk", &body).await?.expect(200)?;
            ids.extend(answer["Operations"].as_array().into_iter().flatten().map(|operation| {
                id_of(operation["location"].as_str().unwrap_or_default()).to_owned()
            }));
        }
        assert_eq!(ids.len(), PEOPLE);
        let all: Vec<&str> = ids.iter().map(String::as_str).collect();
        let large = group(&service, "Large", &all).await?;
        let small = group(&service, "Small", &all[..3]).await?;
        let empty = group(&service, "Empty", &[]).await?;
        let path = format!("/Groups/{large}");
        let shown = service.scim.get(&path).await?.expect(200)?;
        let values = |group: &Value| -> Vec<String> {
            let members = group["members"].as_array().map_or(&[][..], Vec::as_slice);
            members.iter().map(|member| member["value"].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(values(&shown), all);
        let names = shown["members"].as_array().into_iter().flatten();
        ensure!(names.into_iter().all(|member| member["display"].as_str().is_some_and(|name| name.starts_with("Person "))), "every page has names");
        let list = service.scim.get("/Groups").await?.expect(200)?;
        for (id, count) in [(&large, PEOPLE), (&small, 3), (&empty, 0)] {
            assert_eq!(values(&in_list(&list, id)).len(), count, "{id}");
        }
        assert_eq!(in_list(&list, &large), shown);
        ensure!(in_list(&list, &empty).get("members").is_none(), "no members, no attribute");
        let chosen = "/Groups?attributes=members.value,displayName";
        let chosen = service.scim.get(chosen).await?.expect(200)?;
        assert_eq!(values(&in_list(&chosen, &large)), all);
        assert_eq!(in_list(&chosen, &small)["displayName"], "Small");

        // As it was read, without the last and with a name changed.
        let mut body = shown.clone();
        body["displayName"] = "Larger".into();
        body["members"].as_array_mut().and_then(Vec::pop);
        let put = service.scim.put(&path, &body).await?.expect(200)?;
        assert_eq!((values(&put).len(), &put["displayName"]), (PEOPLE - 1, &json!("Larger")));
        assert_eq!(values(&service.scim.get(&format!("/Groups/{small}")).await?.expect(200)?).len(), 3);

        // A change of a group is answered with the group, unless that is large; a client that chose
        // attributes asked for them.
        let answer = service.scim.patch(&path, add(all[PEOPLE - 1])).await?;
        assert_eq!((answer.status, &*answer.text), (204, ""));
        assert_eq!(answer.header("content-type"), "application/scim+json");
        let now = service.scim.get(&path).await?;
        assert_eq!((answer.header("etag"), values(&now.expect(200)?).len()), (now.header("etag"), PEOPLE));
        let counted = service.scim.patch(&format!("{path}?attributes=members.value"), add(all[0])).await?;
        assert_eq!(values(&counted.expect(200)?), all);
        let path = format!("/Groups/{small}");
        let grow = |from: usize, to: usize| {
            let value: Vec<Value> = all[from..to].iter().map(|id| json!({ "value": id })).collect();
            json!([{ "op": "add", "path": "members", "value": value }])
        };
        let hundred = service.scim.patch(&path, grow(3, 100)).await?;
        assert_eq!(values(&hundred.expect(200)?), all[..100]);
        assert_eq!(hundred.text, service.scim.get(&path).await?.text);
        assert_eq!(service.scim.patch(&path, grow(100, 101)).await?.status, 204);
        let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", all[0]) }]);
        assert_eq!(service.scim.patch(&path, remove.clone()).await?.status, 204, "it was large");
        assert_eq!(values(&service.scim.patch(&path, remove).await?.expect(200)?), all[1..101]);
        assert_eq!(service.scim.patch(&path, grow(0, 300)).await?.status, 204, "it has become large");
        Ok(())
    })
    .await
}
