//! Bulk over HTTP: references between operations, also in a circle.

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::tenants::Profile;
use serde_json::{Value, json};

use crate::harness::{Service, on_each_database};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let data = json!({ "schemas": [GROUP], "displayName": name, "members": members });
    json!({ "method": "POST", "path": "/Groups", "bulkId": name, "data": data })
}

fn managed(name: &str, manager: &str) -> Value {
    let data = json!({
        "schemas": [USER, ENTERPRISE],
        "userName": name,
        ENTERPRISE: { "department": "Sales", "manager": { "value": manager } },
    });
    json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": data })
}

async fn run(service: &Service, operations: &[Value]) -> Result<Vec<Value>> {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": operations,
    });
    let done = service.scim.post("/Bulk", &body).await?.expect(200)?;
    Ok(done["Operations"].as_array().context("operations")?.clone())
}

fn statuses(done: &[Value]) -> Vec<&str> {
    done.iter().map(|one| one["status"].as_str().unwrap_or_default()).collect()
}

/// The path of what an operation made, and its id.
fn made(operation: &Value) -> Result<(String, String)> {
    let location = operation["location"].as_str().context("a location")?;
    let (_, path) = location.split_once("/scim/v2").context("a path")?;
    let id = path.rsplit('/').next().unwrap_or_default().to_owned();
    Ok((path.to_owned(), id))
}

#[tokio::test]
async fn a_circle_of_references_is_resolved() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let done = run(
            &service,
            &[
                group("A", &["bulkId:B", "bulkId:ann"]),
                group("B", &["bulkId:C"]),
                group("C", &["bulkId:A", "bulkId:bob"]),
                managed("ann", "bulkId:bob"),
                managed("bob", "bulkId:ann"),
                managed("cid", "bulkId:cid"),
            ],
        )
        .await?;
        assert_eq!(statuses(&done), ["201"; 6], "{done:?}");
        let made = done.iter().map(made).collect::<Result<Vec<_>>>()?;
        let wanted = [vec![1, 3], vec![2], vec![0, 4], vec![4], vec![3], vec![5]];
        for (position, wanted) in wanted.iter().enumerate() {
            let (path, _) = &made[position];
            let shown = service.scim.get(path).await?;
            // The stamp of the groups behind a user's version may have come later.
            let version = done[position]["version"].as_str().context("a version")?;
            let number = version.trim_end_matches('"').split('-').next().unwrap_or_default();
            ensure!(shown.header("etag").starts_with(number), "{version} {}", shown.header("etag"));
            let shown = shown.expect(200)?;
            let mut wanted: Vec<&str> = wanted.iter().map(|at| made[*at].1.as_str()).collect();
            wanted.sort_unstable();
            let mut found: Vec<&str> = match shown["members"].as_array() {
                Some(members) => members.iter().filter_map(|one| one["value"].as_str()).collect(),
                None => shown[ENTERPRISE]["manager"]["value"].as_str().into_iter().collect(),
            };
            found.sort_unstable();
            assert_eq!(found, wanted, "{shown}");
        }
        let ann = service.scim.get(&made[3].0).await?.expect(200)?;
        assert_eq!(ann[ENTERPRISE]["department"], "Sales");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_circle_that_cannot_be_closed_leaves_nothing() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        assert_eq!(statuses(&run(&service, &[group("Taken", &[])]).await?), ["201"]);
        let taken = json!({
            "method": "POST", "path": "/Groups", "bulkId": "B",
            "data": { "schemas": [GROUP], "displayName": "taken", "members": [{ "value": "bulkId:A" }] },
        });
        for operations in [
            vec![group("A", &["bulkId:B"]), taken.clone()],
            vec![taken, group("A", &["bulkId:B"])],
            vec![group("A", &["bulkId:A"])],
            vec![group("A", &["bulkId:nobody"])],
        ] {
            let done = run(&service, &operations).await?;
            for one in &done {
                let status = one["status"].as_str().unwrap_or_default();
                ensure!(matches!(status, "400" | "409") && one.get("location").is_none(), "{done:?}");
                ensure!(one["response"]["detail"].is_string(), "{done:?}");
            }
            let groups = service.scim.get("/Groups").await?.expect(200)?;
            assert_eq!(groups["totalResults"], 1, "{operations:?}");
        }
        Ok(())
    })
    .await
}
