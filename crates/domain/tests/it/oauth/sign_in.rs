//! Passwords, lockout and sessions.

use seatlink_domain::{
    Actor, Permissions, Realm, Secret,
    login::{self, LoginError, sessions},
};

use super::world::{ADMIN, PASSWORD, World, new_tenant, person_in};

async fn known(world: &World, cookie: &Secret) -> bool {
    sessions::authenticate(&world.platform, Realm::Commercial, cookie.expose())
        .await
        .unwrap()
        .is_some()
}

#[tokio::test]
async fn the_user_name_is_taken_in_any_case_and_each_sign_in_has_its_own_cookie() {
    let world = World::new().await;
    let first = world.try_sign_in(ADMIN, PASSWORD).await.unwrap();
    let second = world.try_sign_in("  ADA@Example.com ", PASSWORD).await.unwrap();
    assert_eq!(first.session.user, second.session.user);
    assert_ne!(first.cookie.expose(), second.cookie.expose());
    assert!(known(&world, &first.cookie).await && known(&world, &second.cookie).await);
}

#[tokio::test]
async fn unknown_wrong_and_inactive_are_one_answer() {
    let world = World::new().await;
    let gone = world.person("gone@example.com").await;
    world.set_active(gone, false).await;
    let mut sentences = Vec::new();
    for (name, password) in
        [("nobody@example.com", PASSWORD), (ADMIN, "wrong"), ("gone@example.com", PASSWORD)]
    {
        sentences.push(world.try_sign_in(name, password).await.unwrap_err().to_string());
    }
    sentences.dedup();
    assert_eq!(sentences.len(), 1, "{sentences:?}");
}

#[tokio::test]
async fn six_wrong_passwords_lock_for_half_an_hour() {
    let world = World::new().await;
    for _ in 0..5 {
        world.try_sign_in(ADMIN, "wrong").await.unwrap_err();
    }
    assert_eq!(world.reasons().await[0], "wrong-password");
    world.try_sign_in(ADMIN, "wrong").await.unwrap_err();
    assert_eq!(world.reasons().await[0], "locked-out");
    assert!(
        world.try_sign_in(ADMIN, PASSWORD).await.is_err(),
        "locked, though the password is right"
    );
    world.later(30 * 60);
    world.try_sign_in(ADMIN, "wrong").await.unwrap_err();
    assert!(
        world.try_sign_in(ADMIN, PASSWORD).await.is_ok(),
        "the count starts again after a lock"
    );
}

#[tokio::test]
async fn a_sign_in_forgets_earlier_mistakes() {
    let world = World::new().await;
    for _ in 0..3 {
        for _ in 0..5 {
            world.try_sign_in(ADMIN, "wrong").await.unwrap_err();
        }
        assert!(world.try_sign_in(ADMIN, PASSWORD).await.is_ok());
    }
}

#[tokio::test]
async fn guesses_made_at_once_count_one_by_one() {
    let world = World::new().await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let platform = world.platform.clone();
        running.spawn(async move {
            let wrong = Secret::new("wrong");
            login::sign_in(&platform, Realm::Commercial, ADMIN, &wrong, None, None).await.is_ok()
        });
    }
    assert!(running.join_all().await.iter().all(|let_in| !let_in));
    assert!(world.try_sign_in(ADMIN, PASSWORD).await.is_err());
}

#[tokio::test]
async fn guesses_made_at_once_behind_a_lock_count_one_by_one() {
    let world = World::new().await;
    for _ in 0..6 {
        world.try_sign_in(ADMIN, "wrong").await.unwrap_err();
    }
    world.later(30 * 60);
    let mut running = tokio::task::JoinSet::new();
    // All of them read an account whose lock has run out.
    for _ in 0..9 {
        let platform = world.platform.clone();
        running.spawn(async move {
            let wrong = Secret::new("wrong");
            login::sign_in(&platform, Realm::Commercial, ADMIN, &wrong, None, None).await.is_ok()
        });
    }
    assert!(running.join_all().await.iter().all(|let_in| !let_in));
    assert!(world.try_sign_in(ADMIN, PASSWORD).await.is_err(), "locked once more");
}

#[tokio::test]
async fn a_right_guess_among_many_at_once_does_not_get_past_the_lock() {
    let world = World::new().await;
    let mut running = tokio::task::JoinSet::new();
    // All of them read the account before it is locked; hashing takes them in turn, the right one
    // last.
    for guess in ["1", "2", "3", "4", "5", "6", "7", "8", PASSWORD] {
        let platform = world.platform.clone();
        running.spawn(async move {
            let guess = Secret::new(guess);
            login::sign_in(&platform, Realm::Commercial, ADMIN, &guess, None, None).await.is_ok()
        });
    }
    assert!(running.join_all().await.iter().all(|let_in| !let_in));
}

#[tokio::test]
async fn the_same_name_and_password_in_two_business_units_needs_the_number() {
    let world = World::new().await;
    let other = new_tenant(&world.platform, 4_712, Realm::Commercial).await;
    person_in(&world.platform, other, ADMIN).await;
    let refused = world.try_sign_in(ADMIN, PASSWORD).await.unwrap_err();
    assert!(matches!(refused, LoginError::SeveralBusinessUnits));
    let password = Secret::new(PASSWORD);
    let signed_in =
        login::sign_in(&world.platform, Realm::Commercial, ADMIN, &password, Some(4_712), None)
            .await;
    assert_eq!(signed_in.unwrap().session.tenant, other);
}

#[tokio::test]
async fn a_user_of_one_realm_cannot_sign_in_to_the_other() {
    let world = World::new().await;
    let password = Secret::new(PASSWORD);
    let refused =
        login::sign_in(&world.platform, Realm::Government, ADMIN, &password, None, None).await;
    assert!(matches!(refused, Err(LoginError::Refused)));
    let cookie = world.try_sign_in(ADMIN, PASSWORD).await.unwrap().cookie;
    let elsewhere =
        sessions::authenticate(&world.platform, Realm::Government, cookie.expose()).await;
    assert!(elsewhere.unwrap().is_none());
}

#[tokio::test]
async fn a_session_ends_when_idle_when_old_and_when_signed_out() {
    let world = World::new().await;
    let idle = world.try_sign_in(ADMIN, PASSWORD).await.unwrap().cookie;
    let busy = world.try_sign_in(ADMIN, PASSWORD).await.unwrap().cookie;
    world.later(19 * 60);
    assert!(known(&world, &busy).await);
    world.later(60);
    assert!(!known(&world, &idle).await && known(&world, &busy).await);
    for _ in 0..28 {
        world.later(17 * 60);
        known(&world, &busy).await;
    }
    assert!(!known(&world, &busy).await, "eight hours are the end, however busy");

    let signed_out = world.try_sign_in(ADMIN, PASSWORD).await.unwrap().cookie;
    sessions::sign_out(&world.platform, signed_out.expose()).await.unwrap();
    assert!(!known(&world, &signed_out).await);
}

#[tokio::test]
async fn nobody_sets_the_password_of_somebody_who_may_do_more() {
    let world = World::new().await;
    let helper = Actor {
        permissions: [seatlink_domain::Permission::ManagePasswords].into_iter().collect(),
        ..world.operator()
    };
    let new = Secret::new("a brand-new phrase");
    let refused = login::password::set(&world.platform, &helper, world.admin, &new).await;
    assert!(matches!(refused, Err(LoginError::Forbidden(_))));
    let agent = world.person("agent@example.com").await;
    assert!(login::password::set(&world.platform, &helper, agent, &new).await.is_ok());
    let nobody = Actor { permissions: Permissions::default(), ..world.operator() };
    let refused = login::password::set(&world.platform, &nobody, agent, &new).await;
    assert!(matches!(refused, Err(LoginError::Forbidden(_))));
}

#[tokio::test]
async fn a_new_password_ends_sessions_and_is_not_the_persons_own_name() {
    let world = World::new().await;
    let cookie = world.try_sign_in(ADMIN, PASSWORD).await.unwrap().cookie;
    let operator = world.operator();
    for weak in ["short", "my-Password-1", "Byron-1234567", "ada@example.com"] {
        let refused =
            login::password::set(&world.platform, &operator, world.admin, &Secret::new(weak)).await;
        assert!(matches!(refused, Err(LoginError::WeakPassword(_))), "{weak}");
    }
    assert!(known(&world, &cookie).await);
    let new = Secret::new("a brand-new phrase");
    login::password::set(&world.platform, &operator, world.admin, &new).await.unwrap();
    assert!(!known(&world, &cookie).await);
    assert!(world.try_sign_in(ADMIN, PASSWORD).await.is_err());
    assert!(world.try_sign_in(ADMIN, new.expose()).await.is_ok());
}
