//! Filters as clients send them over HTTP: wrong ones, hostile ones, and ones with any character in
//! them.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{access::connections::Policy, tenants::Profile};
use seatlink_scim::Leniency;
use serde_json::{Value, json};
use url::Url;

use crate::harness::{Answer, Ground, Service, on_each_database};

/// What takes no time at all, on a machine that does other things too; a bomb that works takes
/// minutes.
const AT_ONCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_wrong_filter_is_an_invalid_filter() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        for filter in [
            "userName",
            "userName eq",
            "userName zz \"x\"",
            "(userName eq \"x\"",
            "userName eq \"x\")",
            "userName eq 'x'",
            "noSuchThing eq \"x\"",
            "active gt true",
            "emails[type eq \"work\"",
            "userName eq \"x\" and",
            "not userName eq \"x\"",
        ] {
            let answer = list(ground, &service, filter).await?;
            answer.refusal(400, Some("invalidFilter")).context(filter)?;
        }
        Ok(())
    })
    .await
}

/// Java, Python and the URLSearchParams of browsers encode a query as a form.
#[tokio::test]
async fn a_plus_sign_is_a_space_or_itself_on_every_connection() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let mut body = Service::body("a+b@example.com");
        body["title"] = json!("two words");
        service.scim.post("/Users", &body).await?.expect(201)?;
        for leniency in [Leniency::Strict, Leniency::Forgiving] {
            service.policy(ground, Policy { leniency, ..Policy::default() }).await?;
            for (query, found) in [
                ("filter=userName+eq+%22a%2Bb%40example.com%22", 1),
                ("filter=userName%20eq%20%22a+b@example.com%22", 1),
                ("filter=title+eq+%22two+words%22+and+active+eq+true", 1),
                ("filter=not+(title+pr)", 0),
                ("attributes=id,+title&sortBy=title&filter=title+eq+%22two%20words%22", 1),
            ] {
                let page = service.scim.get(&format!("/Users?{query}")).await?.expect(200)?;
                ensure!(page["totalResults"] == found, "{query} {page}");
                if query.contains("attributes") {
                    ensure!(page["Resources"][0]["title"] == "two words", "{page}");
                }
            }
        }
        assert!(service.repairs(ground).await?.is_empty());
        Ok(())
    })
    .await
}

/// Latin-1 in an address finds nobody, which a client would take for leave to create.
#[tokio::test]
async fn a_filter_that_is_no_utf_8_is_refused_and_the_replacement_character_is_not() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        service.user("jos\u{e9}").await?;
        service.user("jos\u{fffd}").await?;
        let found = async |encoded: &str| {
            let path = format!("/Users?filter=userName%20eq%20%22{encoded}%22");
            service.scim.get(&path).await
        };
        let said = found("jos%E9").await?.refusal(400, Some("invalidFilter"))?;
        assert!(said.contains("UTF-8"), "{said}");
        for encoded in ["jos%C3%A9", "jos%EF%BF%BD", "jos%ef%bf%bd"] {
            assert_eq!(found(encoded).await?.expect(200)?["totalResults"], 1, "{encoded}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_filter_bomb_is_refused_at_once() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let bombs = [
            format!("{}userName pr{}", "(".repeat(100_000), ")".repeat(100_000)),
            format!("{}userName pr{}", "not (".repeat(50_000), ")".repeat(50_000)),
            format!("userName pr{}", " or userName pr".repeat(20_000)),
            format!("userName eq \"{}\"", "x".repeat(1_000_000)),
            "emails[".repeat(50_000),
            "\"".repeat(100_000),
        ];
        for bomb in bombs {
            let started = Instant::now();
            let answer = search(&service, &bomb).await?;
            let body = answer.expect(400)?;
            let scim_type = body["scimType"].as_str().unwrap_or_default();
            ensure!(["invalidFilter", "tooMany"].contains(&scim_type), "{}", answer.text);
            ensure!(answer.text.len() < 1_000, "the bomb is not sent back");
            ensure!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
        }
        // As long as a request line may be; beyond it the connection itself refuses.
        let long = format!("userName eq \"{}\"", "x".repeat(60_000));
        list(ground, &service, &long).await?.refusal(400, Some("invalidFilter"))?;
        service.scim.get("/Users").await?.expect(200)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn every_character_of_a_value_is_only_a_character() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let names = [
            "José's Team",
            "王 伟",
            "100 % _off_",
            "a\\b \"c\"",
            "🙂 ru\u{202e}b",
            "'; DROP TABLE users; --",
        ];
        for (index, name) in names.iter().enumerate() {
            let mut body = Service::body(&format!("p{index}@example.com"));
            body["displayName"] = Value::from(*name);
            service.scim.post("/Users", &body).await?.expect(201)?;
        }
        for name in names {
            for (operator, value) in [("eq", name), ("co", name), ("sw", name), ("ew", name)] {
                let filter = format!("displayName {operator} {}", Value::from(value));
                let page = list(ground, &service, &filter).await?.expect(200)?;
                ensure!(page["totalResults"] == 1, "{filter} finds {}", page["totalResults"]);
                ensure!(page["Resources"][0]["displayName"] == name, "{filter}: {page}");
            }
        }
        for (filter, found) in [
            ("userName eq \"x' OR '1'='1\"", 0),
            ("userName co \"%\"", 0),
            ("displayName co \"_off_\"", 1),
            ("displayName co \"%\"", 1),
            ("displayName sw \"jose\"", 0),
            ("displayName sw \"JOSÉ\"", 1),
            ("userName eq \"P0@EXAMPLE.COM\"", 1),
        ] {
            let page = list(ground, &service, filter).await?.expect(200)?;
            ensure!(page["totalResults"] == found, "{filter} finds {}", page["totalResults"]);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_page_holds_what_was_asked_for_and_counts_the_rest() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        for index in 0..5 {
            service.user(&format!("p{index}@example.com")).await?;
        }
        let mut seen = Vec::new();
        for start in [1, 3, 5] {
            let page = service.scim.get(&format!("/Users?startIndex={start}&count=2")).await?;
            let page = page.expect(200)?;
            ensure!(page["totalResults"] == 5 && page["startIndex"] == start, "{page}");
            let rows = page["Resources"].as_array().context("a page of users")?;
            ensure!(page["itemsPerPage"] == rows.len(), "{page}");
            seen.extend(rows.iter().map(|row| row["userName"].to_string()));
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 5, "everybody once");
        let beyond = service.scim.get("/Users?startIndex=6&count=2").await?.expect(200)?;
        assert_eq!((&beyond["totalResults"], &beyond["Resources"]), (&json!(5), &json!([])));
        for wrong in ["count=many", "startIndex=first"] {
            let answer = service.scim.get(&format!("/Users?{wrong}")).await?;
            answer.refusal(400, Some("invalidValue")).context(wrong)?;
        }
        Ok(())
    })
    .await
}

async fn list(ground: &Ground, service: &Service, filter: &str) -> Result<Answer> {
    let url =
        Url::parse_with_params(&format!("{}/Users", service.scim.base()), [("filter", filter)])?;
    Answer::of(ground.http.get(url).bearer_auth(&service.token)).await
}

async fn search(service: &Service, filter: &str) -> Result<Answer> {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": filter,
    });
    service.scim.post("/Users/.search", &body).await
}
