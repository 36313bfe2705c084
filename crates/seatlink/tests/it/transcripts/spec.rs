//! The certification suite that Okta publishes for SCIM 2.0 servers.

use anyhow::Result;
use seatlink_domain::tenants::Profile;

use super::player::{Player, steps};
use crate::harness::{Ground, Service, on_each_database};

const SUITE: &str = include_str!("../cases/okta-spec-suite.json");

#[tokio::test]
async fn a_contact_center_passes_the_specification_suite() -> Result<()> {
    on_each_database(async |ground| pass(ground, Profile::ContactCenter).await).await
}

#[tokio::test]
async fn a_standard_directory_passes_the_specification_suite() -> Result<()> {
    on_each_database(async |ground| pass(ground, Profile::Standard).await).await
}

async fn pass(ground: &Ground, profile: Profile) -> Result<()> {
    let service = Service::new(ground, profile, 1).await?;
    // The suite wants one complete active user to be there.
    service.user("already@example.com").await?;
    let scim = service.scim.base().to_owned();
    let mut player = Player::new(ground.http.clone(), &[("scim", scim)]);
    player.set("auth", format!("Bearer {}", service.token));
    player.set("randomGivenName", "Runscope617");
    player.set("randomFamilyName", "Kqwzxyvut402");
    player.set("randomEmail", "Runscope617Kqwzxyvut402@example.com");
    player.set("randomUsername", "Runscope617Kqwzxyvut402@example.com");
    player.set("randomUsernameCaps", "RUNSCOPE617KQWZXYVUT402@EXAMPLE.COM");
    player.set("InvalidUserEmail", "nobody@example.com");
    player.set("UserIdThatDoesNotExist", "010101001010101011001010101011");
    for step in steps(SUITE)? {
        player.play(&step).await?;
    }
    Ok(())
}
