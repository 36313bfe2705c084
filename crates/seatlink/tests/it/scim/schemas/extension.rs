//! An extension of users, with every characteristic.

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{log, tenants::Profile};
use serde_json::{Value, json};

use super::{BADGE, badge, extend, hits, list};
use crate::harness::{Ground, Service, on_each_database};

fn body(user_name: &str, content: Value) -> Value {
    let mut body = Service::body(user_name);
    body["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:User", BADGE]);
    body[BADGE] = content;
    body
}

async fn service(ground: &Ground, profile: Profile) -> Result<Service> {
    let service = Service::new(ground, profile, 1).await?;
    extend(ground, &service.actor, "User", badge()).await?;
    Ok(service)
}

async fn holder(service: &Service, user_name: &str, content: Value) -> Result<String> {
    let made = service.scim.post("/Users", &body(user_name, content)).await?.expect(201)?;
    Ok(format!("/Users/{}", made["id"].as_str().context("an id")?))
}

#[tokio::test]
async fn what_is_returned_follows_the_schema() -> Result<()> {
    on_each_database(async |ground| {
        for profile in [Profile::Standard, Profile::ContactCenter] {
            let unit = if profile == Profile::Standard { 1 } else { 2 };
            let service = Service::new(ground, profile, unit).await?;
            extend(ground, &service.actor, "User", badge()).await?;
            let content = json!({
                "NUMBER": "A-1", "level": 3, "pin": "1234", "note": "n", "secret": "s", "tag": "t",
                "score": 9,
            });
            let path = holder(&service, "a@example.com", content).await?;
            let shown = service.scim.get(&path).await?.expect(200)?;
            ensure!(shown[BADGE] == json!({ "number": "A-1", "level": 3, "tag": "t" }), "{shown}");
            ensure!(shown["schemas"][1] == BADGE, "{shown}");
            let asked = format!("{path}?attributes={BADGE}:note,{BADGE}:secret,{BADGE}:pin");
            let asked = service.scim.get(&asked).await?.expect(200)?;
            ensure!(asked[BADGE] == json!({ "note": "n", "tag": "t" }), "{asked}");
            let less = format!("{path}?excludedAttributes={BADGE}:number,{BADGE}:tag");
            let less = service.scim.get(&less).await?.expect(200)?;
            ensure!(less[BADGE] == json!({ "level": 3, "tag": "t" }), "{less}");
            let page = list(ground, &service, "/Users", &[("filter", "userName sw \"a\"")]).await?;
            ensure!(!page.text.contains("secret") && !page.text.contains("1234"), "{}", page.text);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_was_read_can_be_sent_back_without_losing_what_was_not_shown() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground, Profile::Standard).await?;
        let content = json!({ "number": "A-1", "note": "n", "secret": "s" });
        let path = holder(&service, "a@example.com", content).await?;
        let shown = service.scim.get(&path).await?;
        let again = service.scim.put(&path, &shown.json()?).await?;
        again.expect(200)?;
        assert_eq!(again.header("etag"), shown.header("etag"), "nothing changed");
        // What a client names as null is cleared all the same.
        let mut without = shown.json()?;
        without[BADGE]["note"] = Value::Null;
        service.scim.put(&path, &without).await?.expect(200)?;
        let asked = service.scim.get(&format!("{path}?attributes={BADGE}")).await?.expect(200)?;
        ensure!(asked[BADGE] == json!({ "number": "A-1" }), "{asked}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn decimals_come_back_as_they_were_sent() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground, Profile::Standard).await?;
        let path = holder(&service, "a@example.com", json!({ "number": "A-1" })).await?;
        let mut bits: u64 = 0x5EA7_11A4_0D0A;
        for _ in 0..40 {
            bits ^= bits << 13;
            bits ^= bits >> 7;
            bits ^= bits << 17;
            // From a thousandth to a thousand, with every digit that fits.
            let weight = f64::from_bits((bits >> 12) | ((0x3f5 + (bits & 0xf)) << 52));
            let set =
                json!([{ "op": "replace", "path": format!("{BADGE}:weight"), "value": weight }]);
            service.scim.patch(&path, set).await?.expect(200)?;
            let read = service.scim.get(&path).await?;
            assert_eq!(read.json()?[BADGE]["weight"].as_f64(), Some(weight), "{}", read.text);
            let put = service.scim.put(&path, &read.json()?).await?;
            ensure!(put.expect(200)? == read.json()? && put.text == read.text, "{}", put.text);
            let filter = format!("{BADGE}:weight eq {weight}");
            assert_eq!(hits(ground, &service, "/Users", &filter).await?, 1, "{filter}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn wrong_values_are_refused_and_nothing_is_stored() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground, Profile::Standard).await?;
        for (wrong, scim_type) in [
            (json!({ "level": 1 }), "invalidValue"),
            (json!({ "number": 1 }), "invalidValue"),
            (json!({ "number": ["a", "b"] }), "invalidValue"),
            (json!({ "number": "1", "color": "blue" }), "invalidValue"),
            (json!({ "number": "1", "level": 1.5 }), "invalidValue"),
            (json!({ "number": "1", "level": "high" }), "invalidValue"),
            (json!({ "number": "1", "issued": "yesterday" }), "invalidValue"),
            (json!({ "number": "1", "place": "here" }), "invalidValue"),
            (
                json!({ "number": "1", "doors": [
                    { "value": "a", "primary": true }, { "value": "b", "primary": true },
                ]}),
                "invalidValue",
            ),
            (json!({ "number": "x".repeat(2_000) }), "invalidValue"),
        ] {
            let answer = service.scim.post("/Users", &body("a@example.com", wrong.clone())).await?;
            answer.refusal(400, Some(scim_type)).with_context(|| wrong.to_string())?;
        }
        assert_eq!(service.scim.total().await?, 0);
        let fine = json!({ "number": "1", "color": "GREEN", "level": -4, "weight": 2.5 });
        holder(&service, "a@example.com", fine).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn patch_reaches_every_part_and_keeps_the_rules() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground, Profile::Standard).await?;
        let path = holder(&service, "a@example.com", json!({ "number": "A-1" })).await?;
        let patched = service
            .scim
            .patch(
                &path,
                json!([
                    { "op": "add", "path": format!("{BADGE}:doors"), "value": [
                        { "value": "north", "open": true }, { "value": "south", "open": false },
                    ]},
                    { "op": "replace", "path": format!("{BADGE}:doors[value eq \"south\"].open"),
                      "value": true },
                    { "op": "add", "path": format!("{BADGE}:issued"),
                      "value": "2026-01-01T00:00:00Z" },
                    { "op": "replace", "path": format!("{BADGE}:place.room"), "value": "12" },
                    { "op": "add", "value": { BADGE: { "level": 7, "color": "red" } } },
                ]),
            )
            .await?
            .expect(200)?;
        let content = &patched[BADGE];
        ensure!(content["doors"][1] == json!({ "value": "south", "open": true }), "{patched}");
        ensure!(content["level"] == 7 && content["place"]["room"] == "12", "{patched}");
        let before = service.scim.get(&path).await?.text;
        for (operation, scim_type) in [
            (
                json!({ "op": "replace", "path": format!("{BADGE}:issued"),
                     "value": "2027-01-01T00:00:00Z" }),
                "mutability",
            ),
            (
                json!({ "op": "replace", "path": format!("{BADGE}:place.room"), "value": "13" }),
                "mutability",
            ),
            (
                json!({ "op": "replace", "path": format!("{BADGE}:score"), "value": 1 }),
                "mutability",
            ),
            (json!({ "op": "remove", "path": format!("{BADGE}:number") }), "mutability"),
            (
                json!({ "op": "replace", "path": format!("{BADGE}:color"), "value": "blue" }),
                "invalidValue",
            ),
            (
                json!({ "op": "replace", "path": format!("{BADGE}:colour"), "value": "red" }),
                "invalidPath",
            ),
            (
                json!({ "op": "replace", "path": format!("{BADGE}:doors[value co \"west\"].open"),
                     "value": true }),
                "noTarget",
            ),
        ] {
            let both = json!([{ "op": "add", "path": "title", "value": "X" }, operation]);
            let answer = service.scim.patch(&path, both).await?;
            answer.refusal(400, Some(scim_type)).with_context(|| operation.to_string())?;
            assert_eq!(service.scim.get(&path).await?.text, before, "nothing is half applied");
        }
        // The whole extension goes at once, but not an immutable part of it.
        let all = json!([{ "op": "remove", "path": BADGE }]);
        service.scim.patch(&path, all.clone()).await?.refusal(400, Some("mutability"))?;
        let other = holder(&service, "b@example.com", json!({ "number": "B" })).await?;
        let bare = service.scim.patch(&other, all).await?.expect(200)?;
        ensure!(bare.get(BADGE).is_none() && bare["schemas"].as_array().map(Vec::len) == Some(1));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn filters_and_search_find_by_the_extension() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground, Profile::Standard).await?;
        let content = json!({
            "number": "A-1", "level": 3, "weight": 1.5, "color": "Red", "secret": "s",
            "issued": "2026-01-01T00:00:00+01:00",
            "doors": [{ "value": "north", "open": true }, { "value": "south", "open": false }],
        });
        holder(&service, "a@example.com", content).await?;
        holder(&service, "b@example.com", json!({ "number": "a-1", "level": 10 })).await?;
        service.user("c@example.com").await?;
        for (filter, found) in [
            ("number eq \"A-1\"", 1),
            ("number eq \"A-2\"", 0),
            ("color eq \"RED\"", 1),
            ("level ge 3", 2),
            ("level gt 3 and level lt 11", 1),
            ("weight le 1.5", 1),
            ("level pr", 2),
            ("not (level pr)", 1),
            ("level ne 3", 2),
            ("issued lt \"2026-01-01T00:00:00Z\"", 1),
            ("doors.value eq \"north\"", 1),
            ("doors[value eq \"south\" and open eq true]", 0),
            ("doors[value eq \"south\" and open eq false]", 1),
            ("secret eq \"s\"", 0),
            ("secret pr", 0),
        ] {
            let name = filter.replace("level", &format!("{BADGE}:level"));
            let qualified = if name == filter {
                match filter.strip_prefix("not (") {
                    Some(_) => name,
                    None => format!("{BADGE}:{filter}"),
                }
            } else {
                name
            };
            assert_eq!(hits(ground, &service, "/Users", &qualified).await?, found, "{qualified}");
        }
        let search = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "filter": format!("{BADGE}:doors[open eq true]"),
            "attributes": [format!("{BADGE}:number")],
        });
        let page = service.scim.post("/Users/.search", &search).await?.expect(200)?;
        ensure!(page["Resources"][0][BADGE] == json!({ "number": "A-1" }), "{page}");
        let wrong = format!("{BADGE}:level co \"3\"");
        let refused = list(ground, &service, "/Users", &[("filter", &wrong)]).await?;
        refused.refusal(400, Some("invalidFilter"))?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_unique_value_has_one_holder_until_it_is_given_back() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground, Profile::Standard).await?;
        let scim = &service.scim;
        let content = json!({ "number": "A-1", "aliases": ["x", "y"] });
        let first = holder(&service, "a@example.com", content).await?;
        let second = holder(&service, "b@example.com", json!({ "number": "a-1" })).await?;
        for taken in [json!({ "number": "A-1" }), json!({ "number": "C", "aliases": ["q", "Y"] })] {
            let answer = scim.post("/Users", &body("c@example.com", taken)).await?;
            answer.refusal(409, Some("uniqueness"))?;
        }
        let set = |value: &str| {
            json!([{ "op": "replace", "path": format!("{BADGE}:number"), "value": value }])
        };
        scim.patch(&second, set("A-1")).await?.refusal(409, Some("uniqueness"))?;
        assert_eq!(hits(ground, &service, "/Users", "userName sw \"c\"").await?, 0);
        // Keeping one's own is no conflict; giving one back makes it free.
        scim.patch(&first, set("A-1")).await?.expect(200)?;
        scim.patch(&first, set("A-9")).await?.expect(200)?;
        scim.patch(&second, set("A-1")).await?.expect(200)?;
        scim.delete(&first).await?;
        holder(&service, "c@example.com", json!({ "number": "A-9", "aliases": ["X"] })).await?;
        // Another tenant has its own.
        let other = Service::new(ground, Profile::Standard, 7).await?;
        extend(ground, &other.actor, "User", badge()).await?;
        holder(&other, "a@example.com", json!({ "number": "A-9" })).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn of_many_who_want_one_value_at_once_one_gets_it() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground, Profile::Standard).await?;
        let mut waiting = tokio::task::JoinSet::new();
        for index in 0..12 {
            let scim = service.scim.clone();
            let body = body(&format!("p{index}@example.com"), json!({ "number": "one" }));
            waiting.spawn(async move { scim.post("/Users", &body).await });
        }
        let mut made = 0;
        while let Some(answer) = waiting.join_next().await {
            let answer = answer??;
            if answer.status == 201 {
                made += 1;
            } else {
                answer.refusal(409, Some("uniqueness"))?;
            }
        }
        assert_eq!((made, service.scim.total().await?), (1, 1));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_log_keeps_no_secret() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground, Profile::Standard).await?;
        let content = json!({ "number": "A-1", "secret": "canary-1", "pin": "canary-2" });
        let path = holder(&service, "a@example.com", content).await?;
        let operations = json!([
            { "op": "replace", "path": format!("{BADGE}:secret"), "value": "canary-3" },
            { "op": "replace", "path": format!("{BADGE}:pin"), "value": "canary-4" },
            { "op": "replace", "path": format!("{BADGE}:level"), "value": 5 },
        ]);
        service.scim.patch(&path, operations).await?.expect(200)?;
        let rows = log::latest(ground.platform(), &service.actor, 100).await?;
        let text = format!("{rows:?}");
        ensure!(text.contains("level") && !text.contains("canary"), "{text}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn groups_can_be_extended_too() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let urn = "urn:example:params:scim:schemas:extension:cost:1.0:Group";
        let schema = json!({ "id": urn, "attributes": [
            { "name": "center", "uniqueness": "server" }, { "name": "budget", "type": "integer" },
        ]});
        extend(ground, &service.actor, "Group", schema).await?;
        let group = |name: &str, center: &str| {
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", urn],
                "displayName": name, urn: { "center": center, "budget": 10 },
            })
        };
        let made = service.scim.post("/Groups", &group("A", "1")).await?.expect(201)?;
        let path = format!("/Groups/{}", made["id"].as_str().context("an id")?);
        let taken = service.scim.post("/Groups", &group("B", "1")).await?;
        taken.refusal(409, Some("uniqueness"))?;
        let operations = json!([{ "op": "replace", "path": format!("{urn}:budget"), "value": 20 }]);
        ensure!(service.scim.patch(&path, operations).await?.status < 300);
        assert_eq!(hits(ground, &service, "/Groups", &format!("{urn}:budget eq 20")).await?, 1);
        service.scim.delete(&path).await?;
        service.scim.post("/Groups", &group("B", "1")).await?.expect(201)?;
        Ok(())
    })
    .await
}
