//! The create, read, update and deactivate test that Okta publishes: what the identity provider
//! does, our own sending side does; what the service provider must then show is read over SCIM.

use anyhow::{Result, bail};
use seatlink_domain::{UserId, directory::users};
use seatlink_scim::Precondition;
use serde_json::{Value, json};

use super::player::{Player, id, steps};
use crate::harness::{Guide, on_each_database};

const TEST: &str = include_str!("../cases/okta-crud-suite.json");
const EMAIL: &str = "crud.tester@example.com";

#[tokio::test]
async fn the_receiving_side_follows_every_action_of_the_sending_side() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let base = guide.employees.base().to_owned();
        let mut player = Player::new(ground.http.clone(), &[("scim", base)]);
        player.set("auth", format!("Bearer {}", guide.employees.token()));
        player.set("email", EMAIL);
        player.set("firstName", "Chris");
        player.set("firstNameUpdated", "Christina");
        player.set("lastName", "Tester");
        let mut person = None;
        for step in steps(TEST)? {
            if step["side"] == "sp" {
                player.play(&step).await?;
            } else {
                act(&guide, id(&step), &mut person).await?;
                guide.settled().await?;
            }
        }
        Ok(())
    })
    .await
}

async fn act(guide: &Guide<'_>, step: &str, person: &mut Option<UserId>) -> Result<()> {
    let (platform, actor) = (guide.ground.platform(), &guide.sending.actor);
    match (step, *person) {
        ("crud-01", None) => {
            guide.integration().await?;
        }
        ("crud-02", None) => {
            let mut body = profile("Chris");
            body["title"] = "Tester of tests".into();
            body["phoneNumbers"] = json!([{ "type": "mobile", "value": "+15550100" }]);
            *person = Some(users::create(platform, actor, body).await?.id().into());
        }
        ("crud-03" | "crud-10", Some(person)) => guide.assign(person).await?,
        ("crud-05", Some(person)) => {
            let (id, none) = (person.to_string(), Precondition::None);
            users::replace(platform, actor, &id, profile("Christina"), &none).await?;
        }
        ("crud-07", Some(person)) => guide.set(person, "active", json!(false)).await?,
        ("crud-09", Some(person)) => guide.set(person, "active", json!(true)).await?,
        ("crud-12", Some(person)) => guide.unassign(person).await?,
        (other, _) => bail!("nobody knows how to do {other}"),
    }
    Ok(())
}

fn profile(first_name: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": EMAIL,
        "name": { "givenName": first_name, "familyName": "Tester" },
        "emails": [{ "value": EMAIL, "type": "work", "primary": true }],
        "active": true,
    })
}
