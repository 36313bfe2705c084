//! The refresh grant.

use seatlink_domain::apps::ClientType;
use seatlink_oauth::{ErrorCode, ScopeSet, TokenRequest};

use super::world::{World, pair, refusal};

const DAY: u64 = 86_400;

#[tokio::test]
async fn each_refresh_gives_a_new_pair_and_the_ninety_days_start_again() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (_, mut refresh) = world.connect(&client).await;
    for _ in 0..3 {
        world.later(89 * DAY);
        let (access, next) = pair(&world.refresh(&client, &refresh).await.unwrap());
        assert_ne!(next, refresh);
        assert!(world.reaches_scim(&access).await);
        refresh = next;
    }
    world.later(90 * DAY);
    assert_eq!(refusal(world.refresh(&client, &refresh).await), Some(ErrorCode::InvalidGrant));
}

#[tokio::test]
async fn a_connection_must_be_authorised_anew_after_two_years() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (_, mut refresh) = world.connect(&client).await;
    for _ in 0..8 {
        world.later(89 * DAY);
        refresh = pair(&world.refresh(&client, &refresh).await.unwrap()).1;
    }
    world.later(30 * DAY);
    assert_eq!(refusal(world.refresh(&client, &refresh).await), Some(ErrorCode::InvalidGrant));
}

#[tokio::test]
async fn a_client_that_lost_the_reply_may_ask_again_for_a_minute() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (_, refresh) = world.connect(&client).await;
    let (first, _) = pair(&world.refresh(&client, &refresh).await.unwrap());
    world.later(59);
    let (second, next) = pair(&world.refresh(&client, &refresh).await.unwrap());
    assert!(world.reaches_scim(&first).await && world.reaches_scim(&second).await);
    assert!(world.refresh(&client, &next).await.is_ok());
}

#[tokio::test]
async fn a_replaced_token_that_turns_up_later_ends_the_whole_family() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (_, stolen) = world.connect(&client).await;
    let (access, current) = pair(&world.refresh(&client, &stolen).await.unwrap());
    world.later(61);
    assert_eq!(refusal(world.refresh(&client, &stolen).await), Some(ErrorCode::InvalidGrant));
    assert_eq!(world.reasons().await[0], "token-reused");
    assert!(!world.reaches_scim(&access).await);
    assert_eq!(refusal(world.refresh(&client, &current).await), Some(ErrorCode::InvalidGrant));
}

#[tokio::test]
async fn a_refresh_narrows_one_access_token_and_never_widens() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let code = world.code_for(&client, "openid+profile").await;
    let (_, mut refresh) = pair(&world.redeem(&client, &code, None).await.unwrap());
    for (scope, expected) in [
        (Some("openid Admin"), Err(ErrorCode::InvalidScope)),
        (Some("openid"), Ok("openid")),
        // The narrower access token did not narrow the grant.
        (None, Ok("openid profile")),
    ] {
        let request = TokenRequest::RefreshToken {
            refresh_token: seatlink_oauth::Secret::new(refresh.as_str()),
            scope: scope.map(|text| ScopeSet::parse(text).unwrap()),
        };
        match (world.token(&client, request).await, expected) {
            (Ok(issued), Ok(expected)) => {
                assert_eq!(issued.scope.to_string(), expected);
                refresh = pair(&issued).1;
            }
            (result, expected) => assert_eq!(refusal(result), expected.err(), "{scope:?}"),
        }
    }
}

#[tokio::test]
async fn a_refresh_token_is_worth_nothing_to_another_client() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let other = world
        .client_with(ClientType::UserConfidential, |form| form.app_name = String::from("B"))
        .await;
    let (_, refresh) = world.connect(&client).await;
    assert_eq!(refusal(world.refresh(&other, &refresh).await), Some(ErrorCode::InvalidGrant));
    assert!(world.refresh(&client, &refresh).await.is_ok());
}

#[tokio::test]
async fn an_access_token_is_no_refresh_token_and_the_other_way_round() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (access, refresh) = world.connect(&client).await;
    assert_eq!(refusal(world.refresh(&client, &access).await), Some(ErrorCode::InvalidGrant));
    assert!(world.bearer(&refresh).await.is_err());
}

#[tokio::test]
async fn a_locked_account_is_not_refreshed_and_its_token_survives_the_lock() {
    let world = World::new().await;
    let client = world.client(ClientType::UserConfidential).await;
    let (_, refresh) = world.connect(&client).await;
    for _ in 0..6 {
        world.try_sign_in(super::world::ADMIN, "wrong").await.unwrap_err();
    }
    assert_eq!(
        refusal(world.refresh(&client, &refresh).await),
        Some(ErrorCode::TemporarilyUnavailable)
    );
    world.later(30 * 60);
    assert!(world.refresh(&client, &refresh).await.is_ok());
}
