//! The authorization endpoint: what is refused where, and what is asked of whom.

use seatlink_domain::{
    Permission, Permissions, Realm,
    apps::{self, AuthMethod, ClientType, Tenancy},
    oauth::authorize::{self, AuthorizeError, Step},
};
use seatlink_oauth::{ErrorCode, Params};

use super::world::{ADMIN, CALLBACK, PASSWORD, World, new_tenant, parameter, person_in};

fn page<T>(result: Result<T, AuthorizeError>) -> Option<ErrorCode> {
    match result {
        Err(AuthorizeError::Page(error)) => Some(error.code),
        Ok(_) | Err(_) => None,
    }
}

fn redirect<T>(result: Result<T, AuthorizeError>) -> (String, String) {
    match result {
        Err(AuthorizeError::Redirect { uri, error }) => (uri, error.code.to_string()),
        Ok(_) | Err(_) => (String::new(), String::new()),
    }
}

#[tokio::test]
async fn nothing_is_sent_to_an_address_that_is_not_registered() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let good = World::query(&client, "");
    for evil in
        ["https%3A%2F%2Fevil.example%2Fcb", &format!("{CALLBACK}%2F"), &CALLBACK.to_uppercase()]
    {
        let query = format!("response_type=code&client_id={}&redirect_uri={evil}", client.id);
        assert_eq!(page(world.check(&query).await), Some(ErrorCode::InvalidRequest), "{evil}");
    }
    let unknown = good.replace(&client.id, "nobody");
    assert_eq!(page(world.check(&unknown).await), Some(ErrorCode::InvalidClient));
}

#[tokio::test]
async fn a_wrong_request_of_a_known_client_is_told_to_it_with_state_and_issuer() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let query = World::query(&client, "").replace("response_type=code", "response_type=token");
    let (uri, code) = redirect(world.check(&query).await);
    assert_eq!(code, "unsupported_response_type");
    assert!(uri.starts_with(CALLBACK));
    assert_eq!(parameter(&uri, "state").as_deref(), Some("st-1"));
    assert_eq!(parameter(&uri, "iss").as_deref(), Some("https://as.example"));
}

#[tokio::test]
async fn a_disabled_application_and_a_back_end_one_cannot_sign_people_in() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    apps::disable(&world.platform, &world.operator(), client.app).await.unwrap();
    assert_eq!(
        page(world.check(&World::query(&client, "")).await),
        Some(ErrorCode::UnauthorizedClient)
    );
    let back_end = world
        .client_with(ClientType::BackEnd, |form| {
            form.app_name = String::from("Back-end");
            form.urls.redirects.clear();
        })
        .await;
    let refused = world.check(&World::query(&back_end, "")).await;
    assert_eq!(page(refused), Some(ErrorCode::UnauthorizedClient));
}

#[tokio::test]
async fn a_client_of_one_realm_is_unknown_in_the_other() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let params = Params::from_query(&World::query(&client, "")).unwrap();
    let asked = authorize::check(&world.platform, Realm::Government, &params).await;
    assert_eq!(page(asked), Some(ErrorCode::InvalidClient));
}

#[tokio::test]
async fn somebody_without_the_scim_permission_is_refused_and_the_log_says_why() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    world.switch_scim(Permissions::all().without(Permission::Scim)).await;
    let session = world.session().await;
    let asked = world.check(&World::query(&client, "")).await.unwrap();
    let step = authorize::next_step(&world.platform, Some(&session), &asked).await;
    let (uri, code) = redirect(step);
    assert_eq!(code, "access_denied");
    assert_eq!(parameter(&uri, "state").as_deref(), Some("st-1"));
    assert!(parameter(&uri, "error_description").unwrap().contains("General Permissions > SCIM"));
    assert_eq!(world.reasons().await[0], "missing-permission");

    // The page may have been open while the permission was taken away.
    let (_, code) = redirect(authorize::approve(&world.platform, &session, &asked).await);
    assert_eq!(code, "access_denied");
}

#[tokio::test]
async fn an_application_that_only_asks_who_somebody_is_needs_no_scim_permission() {
    let world = World::new().await;
    let client = world
        .client_with(ClientType::UserConfidential, |form| {
            form.scopes = vec![apps::ApiScope::Reporting];
        })
        .await;
    world.person("agent@example.com").await;
    let session = world.try_sign_in("agent@example.com", PASSWORD).await.unwrap().session;
    let asked = world.check(&World::query(&client, "")).await.unwrap();
    let step = authorize::next_step(&world.platform, Some(&session), &asked).await.unwrap();
    assert_eq!(step, Step::Consent);
    let (access, _) = world.connect(&client).await;
    assert!(!world.reaches_scim(&access).await, "not even for an administrator");
}

#[tokio::test]
async fn consent_is_asked_once_and_again_when_the_client_wants_it() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let session = world.session().await;
    let step = async |more: &str| {
        let asked = world.check(&World::query(&client, more)).await.unwrap();
        authorize::next_step(&world.platform, Some(&session), &asked).await
    };
    assert_eq!(redirect(step("&prompt=none").await).1, "consent_required");
    assert_eq!(step("").await.unwrap(), Step::Consent);
    world.code(&client, "").await;
    assert_eq!(step("").await.unwrap(), Step::Approve);
    assert_eq!(step("&prompt=none").await.unwrap(), Step::Approve);
    assert_eq!(step("&prompt=consent").await.unwrap(), Step::Consent);
    assert_eq!(step("&prompt=login").await.unwrap(), Step::SignIn);
}

#[tokio::test]
async fn a_public_client_is_never_waved_through() {
    let world = World::new().await;
    let client = world
        .client_with(ClientType::UserPublic, |form| form.auth_method = AuthMethod::ClientSecretPost)
        .await;
    let session = world.session().await;
    world.code(&client, "").await;
    let asked = world.check(&World::query(&client, "")).await.unwrap();
    let step = authorize::next_step(&world.platform, Some(&session), &asked).await.unwrap();
    assert_eq!(step, Step::Consent);
}

#[tokio::test]
async fn a_sign_in_that_is_too_old_or_missing_is_asked_for() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let session = world.session().await;
    world.later(61);
    let asked = world.check(&World::query(&client, "&max_age=60")).await.unwrap();
    let step = authorize::next_step(&world.platform, Some(&session), &asked).await.unwrap();
    assert_eq!(step, Step::SignIn);
    let asked = world.check(&World::query(&client, "&prompt=none")).await.unwrap();
    let refused = authorize::next_step(&world.platform, None, &asked).await;
    assert_eq!(redirect(refused).1, "login_required");
}

#[tokio::test]
async fn what_asked_for_a_sign_in_is_gone_from_the_way_back() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let asked =
        world.check(&World::query(&client, "&prompt=login+consent&max_age=0")).await.unwrap();
    let back = world.check(&asked.query_after_sign_in()).await.unwrap();
    assert!(!back.request.prompt.login() && back.request.prompt.consent());
    assert_eq!(back.request.max_age, None);
    assert_eq!(back.request.state.as_deref(), Some("st-1"));
}

#[tokio::test]
async fn an_application_for_one_tenant_refuses_people_of_another() {
    let world = World::new().await;
    let other = new_tenant(&world.platform, 4_712, Realm::Commercial).await;
    person_in(&world.platform, other, "eve@example.com").await;
    let eve = world.try_sign_in("eve@example.com", PASSWORD).await.unwrap().session;

    let single = world.client(ClientType::UserConfidential).await;
    let asked = world.check(&World::query(&single, "")).await.unwrap();
    let refused = authorize::next_step(&world.platform, Some(&eve), &asked).await;
    assert_eq!(redirect(refused).1, "access_denied");

    let all = world
        .client_with(ClientType::UserConfidential, |form| {
            form.app_name = String::from("For all");
            form.tenancy = Tenancy::All;
            form.scopes = vec![apps::ApiScope::Reporting];
        })
        .await;
    let asked = world.check(&World::query(&all, "")).await.unwrap();
    let uri = authorize::approve(&world.platform, &eve, &asked).await.unwrap();
    let issued = world.redeem(&all, &parameter(&uri, "code").unwrap(), None).await.unwrap();
    let actor = world.bearer(issued.access_token.expose()).await.unwrap();
    assert_eq!(actor.tenant, other, "a token acts in the tenant of its person");
}

#[tokio::test]
async fn asking_for_offline_access_alone_is_like_asking_for_nothing() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let query = World::query(&client, "").replace("scope=openid", "scope=offline_access");
    let asked = world.check(&query).await.unwrap();
    assert!(asked.scope.contains("openid") && asked.scope.contains("Admin"));
}

#[tokio::test]
async fn a_no_is_told_to_the_client_and_logged() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let session = world.session().await;
    let asked = world.check(&World::query(&client, "")).await.unwrap();
    let uri = authorize::deny(&world.platform, &session, &asked).await.unwrap();
    assert_eq!(parameter(&uri, "error").as_deref(), Some("access_denied"));
    assert_eq!(world.reasons().await[0], "denied");
    assert_eq!(session.user_name, ADMIN);
}
