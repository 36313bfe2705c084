//! Lists over HTTP: sorted, walked by cursor, over all types, and while others write.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::tenants::Profile;
use serde_json::{Value, json};
use url::Url;

use crate::harness::{Answer, Ground, Service, on_each_database};

const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

async fn list(
    ground: &Ground,
    service: &Service,
    path: &str,
    parameters: &[(&str, &str)],
) -> Result<Answer> {
    let url = Url::parse_with_params(&format!("{}{path}", service.scim.base()), parameters)?;
    Answer::of(ground.http.get(url).bearer_auth(&service.token)).await
}

fn texts(page: &Value, name: &str) -> Result<Vec<String>> {
    let rows = page["Resources"].as_array().context("a page of resources")?;
    Ok(rows.iter().map(|row| row[name].as_str().unwrap_or("-").to_owned()).collect())
}

/// Every page of a walk by cursor, with these parameters.
async fn walk(
    ground: &Ground,
    service: &Service,
    path: &str,
    parameters: &[(&str, &str)],
) -> Result<Vec<Value>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let mut all = parameters.to_vec();
        all.push(("cursor", &cursor));
        let page = list(ground, service, path, &all).await?.expect(200)?;
        let next = page["nextCursor"].as_str().map(str::to_owned);
        ensure!(page.get("startIndex").is_none(), "{page}");
        pages.push(page);
        match next {
            Some(next) => cursor = next,
            None => return Ok(pages),
        }
        ensure!(pages.len() < 1_000, "the walk does not end");
    }
}

async fn group(ground: &Ground, service: &Service, name: &str, members: &[&str]) -> Result<String> {
    // What is made later has the larger id.
    ground.later(Duration::from_millis(1));
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": name,
        "members": members,
    });
    let made = service.scim.post("/Groups", &body).await?.expect(201)?;
    Ok(made["id"].as_str().unwrap_or_default().to_owned())
}

async fn named(ground: &Ground, service: &Service, user_name: &str, more: Value) -> Result<String> {
    ground.later(Duration::from_millis(1));
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": user_name,
    });
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    let made = service.scim.post("/Users", &body).await?.expect(201)?;
    Ok(made["id"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn lists_are_sorted_by_any_attribute() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let both = json!(["urn:ietf:params:scim:schemas:core:2.0:User", enterprise]);
        let people = [
            ("b", json!({ "title": "Zoo", "externalId": "B", "schemas": both, enterprise: { "department": "y" } })),
            ("A", json!({ "title": "apple", "externalId": "a", "emails": [
                { "value": "z@x.com", "type": "home" }, { "value": "a@x.com", "primary": true }] })),
            ("c", json!({ "name": { "familyName": "Ä" }, "emails": [{ "value": "m@x.com" }] })),
            ("D", json!({ "title": "Äpfel", "schemas": both, enterprise: { "department": "X" } })),
        ];
        for (user_name, more) in people {
            named(ground, &service, user_name, more).await?;
            ground.later(Duration::from_secs(1));
        }
        let by_department = format!("{enterprise}:DEPARTMENT");
        for (sort_by, order, expected) in [
            ("userName", "ascending", "A b c D"),
            ("userName", "descending", "D c b A"),
            ("title", "ascending", "A b D c"),
            ("title", "descending", "c D b A"),
            ("externalId", "", "b A c D"),
            ("emails", "ascending", "A c b D"),
            ("emails.value", "Descending", "D b c A"),
            ("meta.created", "descending", "D c A b"),
            ("META.lastModified", "ascending", "b A c D"),
            (&*by_department, "ascending", "D b A c"),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "ascending", "A b c D"),
            ("name.familyName", "ascending", "c b A D"),
            ("id", "descending", "D c A b"),
        ] {
            let parameters = [("sortBy", sort_by), ("sortOrder", order)];
            let page = list(ground, &service, "/Users", &parameters).await?.expect(200)?;
            ensure!(texts(&page, "userName")?.join(" ") == expected, "{sort_by} {order}: {page}");
            let by_twos = [parameters[0], parameters[1], ("count", "2")];
            let pages = walk(ground, &service, "/Users", &by_twos).await?;
            let walked: Vec<String> = pages
                .iter()
                .map(|page| texts(page, "userName"))
                .collect::<Result<Vec<_>>>()?
                .concat();
            ensure!(walked.join(" ") == expected, "{sort_by} {order}: {walked:?}");
        }
        for wrong in ["nothing", "password", "name", "urn:x:y:userName", "emails[0]"] {
            let answer = list(ground, &service, "/Users", &[("sortBy", wrong)]).await?;
            answer.refusal(400, Some("invalidValue")).context(wrong)?;
        }
        let upside_down = [("sortBy", "userName"), ("sortOrder", "upwards")];
        list(ground, &service, "/Users", &upside_down).await?.refusal(400, Some("invalidValue"))?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_walk_by_cursor_meets_everyone_and_ends() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        for index in 0..7 {
            named(ground, &service, &format!("p{index}"), json!({ "active": index % 2 == 0 }))
                .await?;
        }
        for (count, sizes) in [("3", vec![3, 3, 1]), ("7", vec![7]), ("1", vec![1; 7])] {
            let pages = walk(ground, &service, "/Users", &[("count", count)]).await?;
            let met: Vec<usize> =
                pages.iter().map(|page| page["Resources"].as_array().map_or(0, Vec::len)).collect();
            assert_eq!(met, sizes);
            for page in &pages {
                ensure!(page["totalResults"] == 7, "{page}");
                let rows = page["Resources"].as_array().map_or(0, Vec::len);
                ensure!(page["itemsPerPage"] == rows, "{page}");
            }
        }
        let filter = [("filter", "active eq true"), ("count", "3")];
        let pages = walk(ground, &service, "/Users", &filter).await?;
        assert_eq!(pages.len(), 2);
        ensure!(pages.iter().all(|page| page["totalResults"] == 4), "{pages:?}");

        let body =
            json!({ "schemas": [SEARCH], "cursor": "", "count": 4, "attributes": ["userName"] });
        let first = service.scim.post("/Users/.search", &body).await?.expect(200)?;
        let cursor = first["nextCursor"].as_str().context("a next page")?;
        let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        ensure!(cursor.chars().all(unreserved), "{cursor}");
        // Without count the walk keeps to the size it began with.
        let body = json!({ "schemas": [SEARCH], "cursor": cursor });
        let second = service.scim.post("/Users/.search", &body).await?.expect(200)?;
        assert_eq!(texts(&second, "userName")?, ["p4", "p5", "p6"]);
        ensure!(second.get("nextCursor").is_none(), "{second}");

        let none = list(ground, &service, "/Users", &[("cursor", ""), ("count", "0")]).await?;
        let none = none.expect(200)?;
        ensure!(none["totalResults"] == 7 && none["Resources"] == json!([]), "{none}");
        ensure!(none.get("nextCursor").is_none(), "{none}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_cursor_is_good_for_nothing_else() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let stranger = Service::new(ground, Profile::Standard, 2).await?;
        for index in 0..3 {
            named(ground, &service, &format!("p{index}"), json!({})).await?;
            named(ground, &stranger, &format!("p{index}"), json!({})).await?;
        }
        let first = list(ground, &service, "/Users", &[("cursor", ""), ("count", "2")]).await?;
        let first = first.expect(200)?;
        let cursor = first["nextCursor"].as_str().context("a next page")?;
        let good = [("cursor", cursor), ("count", "2")];
        list(ground, &service, "/Users", &good).await?.expect(200)?;

        list(ground, &stranger, "/Users", &good).await?.refusal(400, Some("invalidCursor"))?;
        list(ground, &service, "/Groups", &good).await?.refusal(400, Some("invalidCursor"))?;
        list(ground, &service, "", &good).await?.refusal(400, Some("invalidCursor"))?;
        for more in [("filter", "active eq true"), ("sortBy", "userName")] {
            let answer = list(ground, &service, "/Users", &[good[0], good[1], more]).await?;
            answer.refusal(400, Some("invalidCursor")).context(more.0)?;
        }
        let mut flipped = cursor.to_owned();
        let last = if flipped.pop() == Some('A') { 'B' } else { 'A' };
        flipped.insert(0, last);
        for forged in [&*flipped, "x", "%00", "AAAA", "🙂", &cursor[..cursor.len() - 4]] {
            let answer = list(ground, &service, "/Users", &[("cursor", forged)]).await?;
            answer.refusal(400, Some("invalidCursor")).context(forged.to_owned())?;
        }
        for (cursor, count) in
            [(cursor, "3"), (cursor, "0"), ("", "1001"), ("", "many"), (cursor, "x")]
        {
            let parameters = [("cursor", cursor), ("count", count)];
            let answer = list(ground, &service, "/Users", &parameters).await?;
            answer.refusal(400, Some("invalidCount")).context(count.to_owned())?;
        }
        let both = [("cursor", ""), ("startIndex", "1")];
        list(ground, &service, "/Users", &both).await?.refusal(400, Some("invalidValue"))?;

        ground.later(Duration::from_secs(3_601));
        list(ground, &service, "/Users", &good).await?.refusal(400, Some("expiredCursor"))?;
        let config = service.scim.get("/ServiceProviderConfig").await?.expect(200)?;
        assert_eq!(config["sort"]["supported"], true);
        assert_eq!(
            config["pagination"],
            json!({
                "cursor": true, "index": true, "defaultPaginationMethod": "index",
                "defaultPageSize": 100, "maxPageSize": 1000, "cursorTimeout": 3600,
            })
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_query_at_the_root_covers_all_types() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let mut people = Vec::new();
        for name in ["ann", "ben", "cem"] {
            people.push(named(ground, &service, name, json!({ "displayName": name })).await?);
        }
        group(ground, &service, "Bees", &[&people[0]]).await?;
        group(ground, &service, "ants", &[]).await?;

        let all = list(ground, &service, "", &[]).await?.expect(200)?;
        ensure!(all["totalResults"] == 5 && all["itemsPerPage"] == 5, "{all}");
        for (filter, expected) in [
            ("displayName pr", "ann ben cem Bees ants"),
            ("userName pr", "ann ben cem"),
            ("userName eq \"ben\"", "ben"),
            ("members.value pr", "Bees"),
            ("not (userName pr)", "Bees ants"),
            ("userName ne \"ben\"", "ann cem Bees ants"),
            ("userName eq \"ben\" or displayName eq \"ANTS\"", "ben ants"),
            ("meta.resourceType eq \"Group\"", "Bees ants"),
            ("meta.resourceType eq \"User\" and displayName sw \"a\"", "ann"),
            ("meta.resourceType eq \"Device\"", ""),
            ("urn:ietf:params:scim:schemas:core:2.0:Group:displayName sw \"b\"", "Bees"),
            ("schemas eq \"urn:ietf:params:scim:schemas:core:2.0:Group\"", "Bees ants"),
        ] {
            let page = list(ground, &service, "", &[("filter", filter)]).await?.expect(200)?;
            let found = texts(&page, "displayName")?;
            ensure!(found.join(" ") == expected, "{filter}: {page}");
            ensure!(page["totalResults"] == found.len(), "{filter}: {page}");
        }
        let wrong = list(ground, &service, "", &[("filter", "nothing eq 1")]).await?;
        wrong.refusal(400, Some("invalidFilter"))?;

        for (sort_by, order, expected) in [
            ("displayName", "ascending", "ann ants Bees ben cem"),
            ("displayName", "descending", "cem ben Bees ants ann"),
            ("userName", "ascending", "ann ben cem Bees ants"),
            ("userName", "descending", "ants Bees cem ben ann"),
            ("meta.resourceType", "ascending", "Bees ants ann ben cem"),
            ("id", "ascending", "ann ben cem Bees ants"),
        ] {
            let parameters = [("sortBy", sort_by), ("sortOrder", order), ("count", "2")];
            let pages = walk(ground, &service, "", &parameters).await?;
            let walked: Vec<String> = pages
                .iter()
                .map(|page| texts(page, "displayName"))
                .collect::<Result<Vec<_>>>()?
                .concat();
            ensure!(walked.join(" ") == expected, "{sort_by} {order}: {walked:?}");
            ensure!(pages.iter().all(|page| page["totalResults"] == 5), "{pages:?}");
            let mut numbered = Vec::new();
            for start in ["1", "3", "5", "7"] {
                let mut parameters = parameters.to_vec();
                parameters.push(("startIndex", start));
                let page = list(ground, &service, "", &parameters).await?.expect(200)?;
                ensure!(page["totalResults"] == 5, "{page}");
                numbered.extend(texts(&page, "displayName")?);
            }
            ensure!(numbered.join(" ") == expected, "{sort_by} {order}: {numbered:?}");
        }
        let unsorted = walk(ground, &service, "", &[("count", "2")]).await?;
        let sizes: Vec<&Value> = unsorted.iter().map(|page| &page["itemsPerPage"]).collect();
        assert_eq!(sizes, [2, 2, 1]);

        // Each type is shown by its own schema.
        let body = json!({
            "schemas": [SEARCH], "attributes": ["userName", "members.value"], "startIndex": 3, "count": 2,
        });
        let page = service.scim.post("/.search", &body).await?.expect(200)?;
        ensure!(page["startIndex"] == 3 && page["totalResults"] == 5, "{page}");
        let [user, group] = page["Resources"].as_array().map_or(&[][..], Vec::as_slice) else {
            anyhow::bail!("a user and a group: {page}");
        };
        ensure!(user["userName"] == "cem" && user.get("displayName").is_none(), "{user}");
        ensure!(group["members"][0]["value"] == people[0].as_str(), "{group}");
        ensure!(group.get("displayName").is_none() && group["id"].is_string(), "{group}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn totals_follow_whatever_comes_and_goes() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let count = async |path: &str, filter: &str| -> Result<u64> {
            let parameters = [("filter", filter), ("count", "0")];
            let used = if filter.is_empty() { &parameters[1..] } else { &parameters[..] };
            let page = list(ground, &service, path, used).await?.expect(200)?;
            page["totalResults"].as_u64().context("a number")
        };
        assert_eq!(count("/Users", "").await?, 0);
        let mut ids = Vec::new();
        for index in 0..5 {
            ids.push(named(ground, &service, &format!("p{index}"), json!({})).await?);
        }
        group(ground, &service, "G", &[&ids[0]]).await?;
        let off = json!([{ "op": "replace", "path": "active", "value": false }]);
        service.scim.patch(&format!("/Users/{}", ids[0]), off.clone()).await?.expect(200)?;
        service.scim.patch(&format!("/Users/{}", ids[1]), off.clone()).await?.expect(200)?;
        service.scim.patch(&format!("/Users/{}", ids[1]), off).await?.expect(200)?;
        // A write that is refused leaves no trace in the numbers either.
        let taken = service.scim.post("/Users", &Service::body("p3")).await?;
        taken.refusal(409, Some("uniqueness"))?;
        let state = async || -> Result<[u64; 4]> {
            Ok([
                count("/Users", "").await?,
                count("/Users", "active eq true").await?,
                count("/Users", "active eq false").await?,
                count("/Groups", "").await?,
            ])
        };
        assert_eq!(state().await?, [5, 3, 2, 1]);
        let on = json!([{ "op": "replace", "path": "active", "value": true }]);
        service.scim.patch(&format!("/Users/{}", ids[0]), on).await?.expect(200)?;
        service.scim.delete(&format!("/Users/{}", ids[1])).await?;
        service.scim.delete(&format!("/Users/{}", ids[2])).await?;
        assert_eq!(state().await?, [3, 3, 0, 1]);
        assert_eq!(count("", "").await?, 4);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_stays_is_met_once_while_others_come_and_go() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let mut staying = Vec::new();
        let mut leaving = Vec::new();
        for index in 0..30 {
            let id = named(ground, &service, &format!("p{index:02}"), json!({})).await?;
            if index % 3 == 0 { leaving.push(id) } else { staying.push(id) }
        }
        let writing = async {
            for (index, id) in leaving.iter().enumerate() {
                named(ground, &service, &format!("n{index:02}"), json!({})).await?;
                service.scim.delete(&format!("/Users/{id}")).await?;
                let id = &staying[index];
                let title = json!([{ "op": "add", "path": "title", "value": "changed" }]);
                service.scim.patch(&format!("/Users/{id}"), title).await?.expect(200)?;
            }
            anyhow::Ok(())
        };
        let walking = async {
            for parameters in [
                vec![("count", "4")],
                vec![("count", "4"), ("sortBy", "userName")],
                vec![("count", "4"), ("sortBy", "userName"), ("sortOrder", "descending")],
                vec![("count", "4"), ("filter", "userName pr")],
                vec![("count", "4"), ("sortBy", "meta.created")],
            ] {
                for path in ["/Users", ""] {
                    let mut met: BTreeMap<String, usize> = BTreeMap::new();
                    for page in walk(ground, &service, path, &parameters).await? {
                        for id in texts(&page, "id")? {
                            *met.entry(id).or_default() += 1;
                        }
                    }
                    ensure!(met.values().all(|times| *times == 1), "{parameters:?}: {met:?}");
                    ensure!(staying.iter().all(|id| met.contains_key(id)), "{parameters:?}");
                }
            }
            Ok(())
        };
        let (written, walked) = tokio::join!(writing, walking);
        written?;
        walked
    })
    .await
}

#[tokio::test]
async fn a_list_shows_the_groups_of_everyone_on_it() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let mut people = Vec::new();
        for name in ["ann", "ben", "cem", "dan"] {
            people.push(named(ground, &service, name, json!({})).await?);
        }
        group(ground, &service, "One", &[&people[0], &people[2]]).await?;
        group(ground, &service, "Two", &[&people[2], &people[3]]).await?;
        for parameters in [
            vec![],
            vec![("filter", "userName pr")],
            vec![("sortBy", "userName")],
            vec![("sortBy", "id"), ("sortOrder", "descending")],
        ] {
            let page = list(ground, &service, "/Users", &parameters).await?.expect(200)?;
            let mut shown: Vec<(String, Vec<String>)> = Vec::new();
            for row in page["Resources"].as_array().context("rows")? {
                let groups = row["groups"].as_array().map_or(&[][..], Vec::as_slice);
                let mut names: Vec<String> =
                    groups.iter().map(|group| group["display"].to_string()).collect();
                names.sort();
                shown.push((row["userName"].as_str().unwrap_or_default().to_owned(), names));
            }
            shown.sort();
            let expected = [
                ("ann", vec!["\"One\""]),
                ("ben", vec![]),
                ("cem", vec!["\"One\"", "\"Two\""]),
                ("dan", vec!["\"Two\""]),
            ]
            .map(|(name, groups)| {
                (name.to_owned(), groups.into_iter().map(str::to_owned).collect::<Vec<_>>())
            });
            ensure!(shown == expected, "{parameters:?}: {shown:?}");
            let one = service.scim.get(&format!("/Users/{}", people[2])).await?.expect(200)?;
            let listed = page["Resources"]
                .as_array()
                .and_then(|rows| rows.iter().find(|row| row["id"] == people[2].as_str()));
            ensure!(listed == Some(&one), "{listed:?} is shown as {one}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn pages_by_index_stay_right_when_the_list_changes_between_them() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let mut ids = Vec::new();
        for index in 0..8 {
            ids.push(named(ground, &service, &format!("p{index}"), json!({})).await?);
        }
        let page = async |start: &str| -> Result<(u64, String)> {
            let parameters = [("startIndex", start), ("count", "2")];
            let page = list(ground, &service, "/Users", &parameters).await?.expect(200)?;
            Ok((page["totalResults"].as_u64().unwrap_or(0), texts(&page, "userName")?.join(" ")))
        };
        let is = |total, names: &str| (total, names.to_owned());
        assert_eq!(page("1").await?, is(8, "p0 p1"));
        assert_eq!(page("3").await?, is(8, "p2 p3"));
        // The page that is asked for next was remembered to begin behind p3, which is no longer
        // where it begins.
        service.scim.delete(&format!("/Users/{}", ids[0])).await?;
        assert_eq!(page("5").await?, is(7, "p5 p6"));
        assert_eq!(page("7").await?, is(7, "p7"));
        named(ground, &service, "p8", json!({})).await?;
        assert_eq!(page("7").await?, is(8, "p7 p8"));
        // One comes and one goes: as many as before, but not the same.
        assert_eq!(page("3").await?, is(8, "p3 p4"));
        service.scim.delete(&format!("/Users/{}", ids[1])).await?;
        named(ground, &service, "p9", json!({})).await?;
        assert_eq!(page("5").await?, is(8, "p6 p7"));
        assert_eq!(page("9").await?, is(8, ""));
        Ok(())
    })
    .await
}
