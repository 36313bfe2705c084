//! The code grant.

use seatlink_domain::{
    Realm,
    apps::{ClientType, SigningAlg},
    oauth,
};
use seatlink_oauth::{
    ErrorCode, TokenRequest,
    claims::IdTokenClaims,
    jose::{self, VerifyingKey},
    pkce::CodeChallenge,
};

use super::world::{CALLBACK, World, pair, refusal};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn challenge() -> String {
    format!(
        "&code_challenge={}&code_challenge_method=S256",
        CodeChallenge::of_verifier(VERIFIER).value
    )
}

#[tokio::test]
async fn a_confidential_client_needs_no_pkce_and_gets_all_tokens_for_openid_alone() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let code = world.code(&client, "&nonce=n-1").await;
    let issued = world.redeem(&client, &code, None).await.unwrap();

    assert_eq!((issued.expires_in, issued.scope.to_string()), (3_600, String::from("openid")));
    assert!(issued.refresh_token.is_some());
    assert!(world.reaches_scim(issued.access_token.expose()).await);

    let jwks = oauth::keys::jwks(&world.platform, Realm::Commercial).await.unwrap();
    let keys = VerifyingKey::from_jwks(&jwks);
    let id_token = issued.id_token.unwrap();
    let now = world.platform.now().seconds();
    let claims: IdTokenClaims =
        jose::verify(&keys, id_token.expose(), "https://as.example", &client.id, now).unwrap();
    assert_eq!(claims.sub, world.admin.to_string());
    assert_eq!(claims.nonce.as_deref(), Some("n-1"));
    assert_eq!(claims.auth_time, Some(now));
    assert_eq!(claims.person.email, None, "the scope email was not asked for");
}

#[tokio::test]
async fn a_client_that_registered_rs256_gets_its_id_token_so_signed_by_a_published_key() {
    let world = World::new().await;
    let client = world
        .client_with(ClientType::UserConfidential, |form| form.id_token_alg = SigningAlg::Rs256)
        .await;
    let code = world.code(&client, "").await;
    let id_token = world.redeem(&client, &code, None).await.unwrap().id_token.unwrap();

    let jwks = oauth::keys::jwks(&world.platform, Realm::Commercial).await.unwrap();
    let algorithms = jwks["keys"].as_array().unwrap().iter().map(|key| key["alg"].clone());
    assert!(algorithms.into_iter().any(|alg| alg == "RS256"), "{jwks}");
    let keys: Vec<VerifyingKey> = VerifyingKey::from_jwks(&jwks)
        .into_iter()
        .filter(|key| key.alg() == SigningAlg::Rs256)
        .collect();
    let now = world.platform.now().seconds();
    let claims: IdTokenClaims =
        jose::verify(&keys, id_token.expose(), "https://as.example", &client.id, now).unwrap();
    assert_eq!(claims.sub, world.admin.to_string());
}

#[tokio::test]
async fn a_public_client_without_secret_must_use_pkce() {
    let world = World::new().await;
    let client = world
        .client_with(ClientType::UserPublic, |form| {
            form.auth_method = seatlink_domain::apps::AuthMethod::None;
        })
        .await;
    assert!(client.secret.is_none());
    assert!(world.check(&World::query(&client, "")).await.is_err());
    let code = world.code(&client, &challenge()).await;
    assert!(world.redeem(&client, &code, Some(VERIFIER)).await.is_ok());
}

#[tokio::test]
async fn a_challenge_makes_its_verifier_mandatory() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let wrong = VERIFIER.to_lowercase();
    for (more, verifier) in [
        (challenge(), None),
        (challenge(), Some(wrong.as_str())),
        // A verifier without challenge is a sign of a stripped one.
        (String::new(), Some(VERIFIER)),
    ] {
        let code = world.code(&client, &more).await;
        let refused = world.redeem(&client, &code, verifier).await;
        assert_eq!(refusal(refused), Some(ErrorCode::InvalidGrant), "{verifier:?}");
    }
}

#[tokio::test]
async fn the_second_use_of_a_code_ends_what_the_first_one_gave() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let code = world.code(&client, "").await;
    let (access, refresh) = pair(&world.redeem(&client, &code, None).await.unwrap());

    assert_eq!(refusal(world.redeem(&client, &code, None).await), Some(ErrorCode::InvalidGrant));
    assert!(!world.reaches_scim(&access).await);
    assert_eq!(refusal(world.refresh(&client, &refresh).await), Some(ErrorCode::InvalidGrant));
    assert_eq!(world.reasons().await[0], "code-reused");
}

#[tokio::test]
async fn of_many_redemptions_at_once_one_wins() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let code = world.code(&client, "").await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (platform, credential, code) =
            (world.platform.clone(), client.credential(), code.clone());
        running.spawn(async move {
            let request = TokenRequest::AuthorizationCode {
                code: seatlink_oauth::Secret::new(code),
                redirect_uri: Some(CALLBACK.to_owned()),
                code_verifier: None,
            };
            oauth::token::issue(&platform, Realm::Commercial, credential, request).await
        });
    }
    let results = running.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
}

#[tokio::test]
async fn a_code_is_worth_nothing_to_another_client_and_stays_good_for_its_own() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let other = world
        .client_with(ClientType::UserConfidential, |form| form.app_name = String::from("B"))
        .await;
    let code = world.code(&client, "").await;
    assert_eq!(refusal(world.redeem(&other, &code, None).await), Some(ErrorCode::InvalidGrant));
    assert!(world.redeem(&client, &code, None).await.is_ok());
}

#[tokio::test]
async fn a_code_ends_after_a_minute() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let code = world.code(&client, "").await;
    world.later(60);
    assert_eq!(refusal(world.redeem(&client, &code, None).await), Some(ErrorCode::InvalidGrant));
}

#[tokio::test]
async fn the_redirect_address_must_be_repeated() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    for redirect_uri in [None, Some(format!("{CALLBACK}/"))] {
        let code = world.code(&client, "").await;
        let request = TokenRequest::AuthorizationCode {
            code: seatlink_oauth::Secret::new(code),
            redirect_uri,
            code_verifier: None,
        };
        assert_eq!(refusal(world.token(&client, request).await), Some(ErrorCode::InvalidGrant));
    }
}

#[tokio::test]
async fn a_locked_account_gets_no_token_for_its_pending_code() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let code = world.code(&client, "").await;
    for _ in 0..6 {
        world.try_sign_in(super::world::ADMIN, "wrong").await.unwrap_err();
    }
    assert_eq!(refusal(world.redeem(&client, &code, None).await), Some(ErrorCode::InvalidGrant));
}

#[tokio::test]
async fn a_wrong_secret_and_no_secret_are_refused() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let code = world.code(&client, "").await;
    for secret in [Some(String::from("wrong")), None] {
        let impostor = super::world::Client { secret, ..client.clone() };
        let refused = world.redeem(&impostor, &code, None).await;
        assert_eq!(refusal(refused), Some(ErrorCode::InvalidClient));
    }
    assert!(world.redeem(&client, &code, None).await.is_ok(), "the code was not touched");
}
