//! How often one address may fail to sign in.

use anyhow::{Context as _, Result};
use reqwest::{
    Response,
    header::{COOKIE, RETRY_AFTER, SET_COOKIE},
};
use seatlink_domain::tenants::Profile;

use super::harness::{Ground, Service, login, on_each_database_with};

const ATTEMPTS: u32 = 3;
const NAME: &str = "pat@example.com";

/// One try in a browser of its own, behind a proxy on this machine.
async fn sign_in(ground: &Ground, from: &str, name: &str, password: &str) -> Result<Response> {
    let page = format!("{}/login", ground.sides.receiving);
    let shown = ground.http.get(&page).header("x-forwarded-for", from).send().await?;
    let cookie = shown.headers().get(SET_COOKIE).context("a cookie")?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let (_, token) = cookie.split_once('=').context("a token")?;
    let form = [("csrf", token), ("user_name", name), ("password", password)];
    let sent = ground.http.post(&page).header("x-forwarded-for", from).header(COOKIE, &cookie);
    Ok(sent.form(&form).send().await?)
}

#[tokio::test]
async fn an_address_that_fails_for_many_people_has_to_wait_and_others_do_not() -> Result<()> {
    on_each_database_with(
        |config| config.lockout.attempts_of_address = ATTEMPTS,
        async |ground| {
            let service = Service::new(ground, Profile::ContactCenter, 1).await?;
            let path = service.user(NAME).await?;
            let id = path.rsplit('/').next().unwrap_or_default().parse()?;
            let password = login(ground, &service.actor, id, NAME).await?.password;
            let from = async |address: &str, name: &str, password: &str| {
                sign_in(ground, address, name, password).await
            };
            // Whoever signs in may do so as often as they like.
            for _ in 0..=ATTEMPTS {
                assert_eq!(from("203.0.113.1", NAME, &password).await?.status(), 303);
            }
            for number in 0..ATTEMPTS {
                let name = format!("lee{number}@example.com");
                assert_eq!(from("203.0.113.1", &name, "wrong").await?.status(), 403);
            }
            let refused = from("203.0.113.1", NAME, &password).await?;
            assert_eq!(refused.status(), 429);
            let wait = refused.headers().get(RETRY_AFTER).context("Retry-After")?.to_str()?;
            assert_eq!(wait, ground.platform().settings().lockout.lasts.as_secs().to_string());
            assert!(refused.text().await?.contains("from your network"));

            assert_eq!(from("203.0.113.2", NAME, &password).await?.status(), 303);
            // What the client wrote in front of what the proxy saw is not believed.
            let spoofed = from("198.51.100.7, 203.0.113.1", NAME, &password).await?;
            assert_eq!(spoofed.status(), 429);
            ground.later(ground.platform().settings().lockout.lasts);
            assert_eq!(from("203.0.113.1", NAME, &password).await?.status(), 303);
            Ok(())
        },
    )
    .await
}
