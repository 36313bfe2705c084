//! Brackets around a unique part: its one holder is looked up, and is the answer only if all of one
//! element matches.

use anyhow::{Context as _, Result};
use seatlink_domain::tenants::Profile;
use serde_json::{Value, json};

use super::{extend, hits};
use crate::harness::{Service, on_each_database};

const FLEET: &str = "urn:example:params:scim:schemas:extension:fleet:1.0:User";

#[tokio::test]
async fn a_unique_part_in_brackets_finds_its_holder_by_the_element() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let parts = json!([
            { "name": "plate", "uniqueness": "server" },
            { "name": "color" },
            { "name": "seats", "type": "integer" },
        ]);
        let fleet = json!({ "id": FLEET, "attributes": [
            { "name": "cars", "type": "complex", "multiValued": true, "subAttributes": parts },
            { "name": "own", "type": "complex", "subAttributes": parts },
            { "name": "passes", "multiValued": true, "uniqueness": "server" },
            { "name": "numbers", "type": "integer", "multiValued": true, "uniqueness": "server" },
        ]});
        extend(ground, &service.actor, "User", fleet).await?;
        let car = |plate: &str, color: &str| json!({ "plate": plate, "color": color, "seats": 4 });
        for (name, content) in [
            ("a@example.com", json!({
                "cars": [car("B-1", "red"), car("B-2", "blue")], "own": car("P-1", "red"),
                "passes": ["north", "South"], "numbers": [1, 2],
            })),
            ("b@example.com", json!({
                "cars": [car("B-3", "blue")], "own": car("P-2", "blue"), "passes": ["east"], "numbers": [3],
            })),
            ("c@example.com", json!({ "passes": ["B-1"] })),
        ] {
            let mut body = Service::body(name);
            body["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:User", FLEET]);
            body[FLEET] = content;
            service.scim.post("/Users", &body).await?.expect(201)?;
        }
        for (filter, found) in [
            ("cars[plate eq \"b-1\"]", 1),
            ("cars[plate eq \"b-1\" and color eq \"RED\"]", 1),
            // Both are there, in different elements.
            ("cars[plate eq \"B-1\" and color eq \"blue\"]", 0),
            ("cars[color eq \"blue\" and (seats gt 3 and plate eq \"B-3\")]", 1),
            ("cars[plate eq \"B-1\" and plate eq \"B-2\"]", 0),
            ("cars[plate eq \"B-1\" or plate eq \"B-3\"]", 2),
            ("cars[plate eq \"B-1\" or color eq \"blue\"]", 2),
            ("cars[not (plate eq \"B-1\")]", 2),
            ("cars[plate ne \"B-3\" and color eq \"blue\"]", 1),
            ("cars[plate eq \"north\"]", 0),
            ("cars[plate eq null]", 0),
            ("own[plate eq \"p-1\" and color eq \"red\"]", 1),
            ("own[plate eq \"p-1\" and color eq \"blue\"]", 0),
            ("own[plate eq \"p-1\" or color eq \"blue\"]", 2),
            ("own[not (plate eq \"p-1\")]", 1),
            ("passes[value eq \"SOUTH\"]", 1),
            ("passes[value eq \"north\" and value eq \"South\"]", 0),
            ("numbers[value eq 3.0]", 1),
            ("numbers[value eq 3 and value gt 3]", 0),
        ] {
            let filter = format!("{FLEET}:{filter}");
            assert_eq!(hits(ground, &service, "/Users", &filter).await?, found, "{filter}");
            let negated = format!("not ({filter})");
            assert_eq!(hits(ground, &service, "/Users", &negated).await?, 3 - found, "{negated}");
        }
        // A PATCH selects elements, not holders.
        let page = service.scim.get("/Users?filter=userName%20sw%20%22a%22").await?.expect(200)?;
        let path = format!("/Users/{}", page["Resources"][0]["id"].as_str().context("an id")?);
        let remove = json!([{ "op": "remove", "path": format!("{FLEET}:cars[plate eq \"B-1\"]") }]);
        let left: Value = service.scim.patch(&path, remove).await?.expect(200)?;
        assert_eq!(left[FLEET]["cars"], json!([car("B-2", "blue")]));
        Ok(())
    })
    .await
}
