//! Bearer tokens: who they stand for, and when they stop.

use std::time::Duration;

use seatlink_domain::{
    Actor, Permission, Permissions, Realm,
    access::{
        bearer::{self, BearerError},
        last_used,
        tokens::{self, AccessError, TokenScope},
    },
    apps::{self, ClientType},
    login::sessions,
    oauth::{expiry, introspect::introspect, revoke::revoke, userinfo::userinfo},
};
use seatlink_oauth::{ErrorCode, TokenRequest};

use super::world::{ADMIN, PASSWORD, World, pair, refusal};

#[tokio::test]
async fn a_role_that_loses_the_scim_permission_counts_at_the_next_request() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (access, refresh) = world.connect(&client).await;
    assert!(world.reaches_scim(&access).await);
    world.switch_scim(Permissions::all().without(Permission::Scim)).await;
    let actor = world.bearer(&access).await.unwrap();
    assert!(!actor.permissions.contains(Permission::Scim));
    assert_eq!(&*actor.name, ADMIN);
    let (access, _) = pair(&world.refresh(&client, &refresh).await.unwrap());
    assert!(!world.reaches_scim(&access).await, "a refresh does not bring it back");
    world.switch_scim(Permissions::all()).await;
    assert!(world.reaches_scim(&access).await);
}

#[tokio::test]
async fn deactivation_ends_everything_at_once_and_reactivation_revives_nothing() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (access, refresh) = world.connect(&client).await;
    let cookie = world.try_sign_in(ADMIN, PASSWORD).await.unwrap().cookie;
    let pending = world.code(&client, "").await;

    for active in [false, true] {
        world.set_active(world.admin, active).await;
        assert!(world.bearer(&access).await.is_err());
        assert_eq!(refusal(world.refresh(&client, &refresh).await), Some(ErrorCode::InvalidGrant));
        assert_eq!(
            refusal(world.redeem(&client, &pending, None).await),
            Some(ErrorCode::InvalidGrant)
        );
        let session =
            sessions::authenticate(&world.platform, Realm::Commercial, cookie.expose()).await;
        assert!(session.unwrap().is_none());
    }
    assert!(world.try_sign_in(ADMIN, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn an_access_token_ends_after_an_hour() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (access, _) = world.connect(&client).await;
    world.later(3_599);
    assert!(world.reaches_scim(&access).await);
    world.later(1);
    assert!(matches!(world.bearer(&access).await, Err(BearerError::Expired)));
}

#[tokio::test]
async fn a_token_of_one_realm_is_unknown_in_the_other() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (access, _) = world.connect(&client).await;
    let elsewhere = bearer::authenticate(&world.platform, Realm::Government, &access).await;
    assert!(matches!(elsewhere, Err(BearerError::Unknown)));
}

#[tokio::test]
async fn a_disabled_application_and_junk_open_nothing() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (access, refresh) = world.connect(&client).await;
    apps::disable(&world.platform, &world.operator(), client.app).await.unwrap();
    assert!(world.bearer(&access).await.is_err());
    assert_eq!(refusal(world.refresh(&client, &refresh).await), Some(ErrorCode::InvalidClient));
    for junk in ["", "slat_", "eyJhbGciOiJub25lIn0.e30.", &access[1..]] {
        assert!(matches!(world.bearer(junk).await, Err(BearerError::Unknown)), "{junk}");
    }
}

/// What this process ends counts at once, which the other tests show with a clock that stands
/// still.
#[tokio::test]
async fn what_another_process_revokes_counts_within_milliseconds() {
    let world = World::new().await;
    let (platform, operator) = (&world.platform, world.operator());
    let (id, token) =
        tokens::create(platform, &operator, "Okta", TokenScope::Scim, None).await.unwrap();
    assert!(world.bearer(token.expose()).await.is_ok());
    let elsewhere = world.elsewhere().await;
    tokens::revoke(&elsewhere, &operator, id).await.unwrap();
    world.clock.advance(Duration::from_millis(20));
    assert!(matches!(world.bearer(token.expose()).await, Err(BearerError::Revoked)));
    elsewhere.close().await;
}

#[tokio::test]
async fn a_static_token_works_until_it_expires_or_is_revoked() {
    let world = World::new().await;
    let (platform, operator) = (&world.platform, world.operator());
    let (id, forever) =
        tokens::create(platform, &operator, "Entra", TokenScope::Scim, None).await.unwrap();
    let soon = world.platform.now().plus(Duration::from_mins(1));
    let (_, brief) =
        tokens::create(platform, &operator, "Test", TokenScope::Scim, Some(soon)).await.unwrap();
    let actor = world.bearer(forever.expose()).await.unwrap();
    assert_eq!(actor.permissions, Permissions::default().with(Permission::Scim));
    assert_eq!(actor.connection.as_deref(), Some(id.to_string().as_str()));

    last_used::flush(platform).await.unwrap();
    let listed = tokens::list(platform, &operator).await.unwrap();
    let last_used = |name: &str| listed.iter().find(|one| one.name == name).unwrap().last_used_at;
    assert_eq!(last_used("Entra"), Some(world.platform.now()));
    assert_eq!(last_used("Test"), None);

    world.later(60);
    assert!(matches!(world.bearer(brief.expose()).await, Err(BearerError::Expired)));
    tokens::revoke(platform, &operator, id).await.unwrap();
    assert!(matches!(world.bearer(forever.expose()).await, Err(BearerError::Revoked)));
    let again = tokens::revoke(platform, &operator, id).await;
    assert!(matches!(again, Err(AccessError::NotFound(_))));
}

#[tokio::test]
async fn a_token_never_gives_more_than_its_maker_has() {
    let world = World::new().await;
    let maker = Actor {
        permissions: [Permission::TokensCreate, Permission::Scim].into_iter().collect(),
        ..world.operator()
    };
    let made = tokens::create(&world.platform, &maker, "a", TokenScope::Scim, None).await;
    assert!(made.is_ok());
    let refused = tokens::create(&world.platform, &maker, "b", TokenScope::Admin, None).await;
    assert!(matches!(refused, Err(AccessError::Forbidden(_))));
}

#[tokio::test]
async fn client_credentials_give_an_hour_of_scim_and_nothing_else() {
    let world = World::new().await;
    for kind in [ClientType::BackEnd, ClientType::UserConfidential] {
        let client =
            world.client_with(kind, |form| form.app_name = format!("App {}", kind.as_str())).await;
        let request = TokenRequest::ClientCredentials { scope: None };
        let issued = world.token(&client, request).await.unwrap();
        assert_eq!(issued.expires_in, 3_600);
        assert!(issued.refresh_token.is_none() && issued.id_token.is_none());
        let actor = world.bearer(issued.access_token.expose()).await.unwrap();
        assert_eq!(actor.permissions, Permissions::default().with(Permission::Scim));
        assert_eq!(&*actor.name, format!("App {}", kind.as_str()));
    }
    let public = world.client(ClientType::UserPublic).await;
    let refused = world.token(&public, TokenRequest::ClientCredentials { scope: None }).await;
    assert_eq!(refusal(refused), Some(ErrorCode::UnauthorizedClient));
}

#[tokio::test]
async fn a_client_gives_back_its_own_tokens_only() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let other = world
        .client_with(ClientType::UserConfidential, |form| form.app_name = String::from("B"))
        .await;
    let (access, refresh) = world.connect(&client).await;
    let give_back = async |by: &super::world::Client, token: &str| {
        revoke(&world.platform, Realm::Commercial, by.credential(), token).await.unwrap();
    };
    give_back(&other, &refresh).await;
    give_back(&client, "slrt_unknown").await;
    assert!(world.reaches_scim(&access).await);
    give_back(&client, &refresh).await;
    assert!(matches!(world.bearer(&access).await, Err(BearerError::Revoked)));
}

#[tokio::test]
async fn introspection_tells_a_client_about_its_own_live_tokens() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let other = world
        .client_with(ClientType::UserConfidential, |form| form.app_name = String::from("B"))
        .await;
    let (access, refresh) = world.connect(&client).await;
    let ask = async |by: &super::world::Client, token: &str| {
        introspect(&world.platform, Realm::Commercial, by.credential(), token).await.unwrap()
    };
    let facts = ask(&client, &access).await;
    assert_eq!(facts["active"], true);
    assert_eq!(facts["username"], ADMIN);
    assert_eq!(facts["sub"], world.admin.to_string());
    let inactive = serde_json::json!({ "active": false });
    assert_eq!(ask(&other, &access).await, inactive);
    assert_eq!(ask(&client, "slat_unknown").await, inactive);
    world.refresh(&client, &refresh).await.unwrap();
    assert_eq!(ask(&client, &refresh).await, inactive, "it was replaced");
    world.later(3_600);
    assert_eq!(ask(&client, &access).await, inactive);
}

#[tokio::test]
async fn userinfo_follows_the_scopes() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let code = world.code(&client, "").await;
    let access = world.redeem(&client, &code, None).await.unwrap().access_token;
    let person = userinfo(&world.platform, Realm::Commercial, access.expose()).await.unwrap();
    assert_eq!((person.sub, person.person.name), (world.admin.to_string(), None));

    let code = world.code_for(&client, "openid+profile+email").await;
    let access = world.redeem(&client, &code, None).await.unwrap().access_token;
    let person =
        userinfo(&world.platform, Realm::Commercial, access.expose()).await.unwrap().person;
    assert_eq!(person.given_name.as_deref(), Some("Augusta"));
    assert_eq!(person.email.as_deref(), Some(ADMIN));

    let own = world.token(&client, TokenRequest::ClientCredentials { scope: None }).await.unwrap();
    let refused = userinfo(&world.platform, Realm::Commercial, own.access_token.expose()).await;
    assert_eq!(refusal(refused), Some(ErrorCode::InsufficientScope));
}

#[tokio::test]
async fn what_expired_is_removed_after_a_day_and_the_rest_stays() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (expired, refresh) = world.connect(&client).await;
    world.later(3_600);
    expiry::remove(&world.platform).await.unwrap();
    assert!(matches!(world.bearer(&expired).await, Err(BearerError::Expired)));
    world.later(2 * 86_400);
    expiry::remove(&world.platform).await.unwrap();
    assert!(matches!(world.bearer(&expired).await, Err(BearerError::Unknown)));
    let (access, _) = pair(&world.refresh(&client, &refresh).await.unwrap());
    assert!(world.reaches_scim(&access).await);
}
