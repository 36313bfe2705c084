//! Getting, keeping and losing the right to work at a target.

use seatlink_domain::{
    Secret,
    integrations::{self, Secrets, Status, Tokens},
    log::{Quoted, Said, StatusReason, TokenTrouble, Trouble},
};
use serde_json::json;

use super::world::{World, oauth, on_each_database, state_of};
use crate::{
    authorize::{self, Callback, CompleteError, Obstacle},
    engine::*,
    fake::Reply,
    test_connection::{self, Choice, TestError},
};

#[tokio::test]
async fn the_code_is_exchanged_with_the_credentials_in_the_form_and_a_proof_key() {
    on_each_database(async |database| {
        let world = World::with_oauth(database).await;
        let token = world.target.seen()[0].clone();
        assert_eq!(token.target, "/auth/token");
        for (name, value) in [
            ("grant_type", "authorization_code"),
            ("code", "code-1"),
            ("client_id", "client-1"),
            ("client_secret", "s3cret"),
            ("redirect_uri", "http://id.localhost:8080/admin/app/cpc/cxone_1/oauth/callback"),
        ] {
            assert_eq!(token.form(name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(token.form("code_verifier").unwrap().len(), 43);
        assert_eq!(world.integration().await.status, Status::Ready);
    })
    .await;
}

#[tokio::test]
async fn credentials_go_into_the_header_when_the_form_is_refused() {
    on_each_database(async |database| {
        let secrets = Secrets { client_secret: Some(Secret::new("s3cret")), ..Secrets::default() };
        let world = World::new(database, oauth, secrets).await;
        world.target.answer_next("TOKEN", Reply::new(401, "{\"error\":\"invalid_client\"}"));
        world.authorize().await;
        let second = world.target.seen()[1].clone();
        assert!(second.header("authorization").starts_with("Basic "));
        assert_eq!(second.form("client_secret"), None);
    })
    .await;
}

#[tokio::test]
async fn a_state_is_good_once_and_only_if_it_was_given_out() {
    on_each_database(async |database| {
        let world = World::with_oauth(database).await;
        let url = world.begin().await;
        assert!(url.as_str().contains("/auth/authorize?scope=openid&response_type=code&"), "{url}");
        let complete = |state: String| {
            let callback = Callback::Code("code-2".to_owned());
            let (platform, http) = (world.platform().clone(), world.shared.http.clone());
            async move { authorize::complete(&platform, &http, &state, callback).await }
        };
        assert!(complete(state_of(&url)).await.is_ok());
        for state in [state_of(&url), "guessed".to_owned()] {
            assert!(matches!(complete(state).await, Err(CompleteError::UnknownState)));
        }
    })
    .await;
}

#[tokio::test]
async fn a_refusal_by_the_authorization_server_is_told_in_its_words() {
    on_each_database(async |database| {
        let world = World::with_oauth(database).await;
        let url = world.begin().await;
        let callback = Callback::Refused {
            error: "access_denied".to_owned(),
            description: Some("the role lacks SCIM".to_owned()),
        };
        let http = &world.shared.http;
        let error = authorize::complete(world.platform(), http, &state_of(&url), callback)
            .await
            .unwrap_err();
        let CompleteError::Failed { obstacle, .. } = error else { unreachable!("{error}") };
        let refused = Obstacle::Tokens(TokenTrouble::Refused {
            code: Quoted::new("access_denied"),
            said: Some(Said::Words(Quoted::new("the role lacks SCIM"))),
        });
        assert_eq!(obstacle, refused);
    })
    .await;
}

#[tokio::test]
async fn a_token_about_to_expire_is_refreshed_once_for_everybody() {
    on_each_database(async |database| {
        let world = World::with_oauth(database).await;
        let mut people = Vec::new();
        for number in 0..20 {
            people.push(world.person(&format!("p{number}@example.com")).await);
        }
        world.assign(&people).await;
        world.clock.advance(Duration::from_secs(3_600 - 30));
        let lines = world.requests().await;
        let refreshes = lines.iter().filter(|line| line.starts_with("POST /auth/token")).count();
        assert_eq!(refreshes, 1, "{lines:?}");
        assert_eq!(world.standing().await.active, 20);
    })
    .await;
}

#[tokio::test]
async fn a_refused_token_is_refreshed_and_the_request_repeated() {
    on_each_database(async |database| {
        let world = World::with_oauth(database).await;
        let pat = world.person("pat@example.com").await;
        world.target.accept_only("Bearer another");
        world.assign(&[pat]).await;
        let lines = world.requests().await;
        assert_eq!(lines.len(), 4, "refused, refreshed, looked up, created: {lines:?}");
        assert_eq!(lines[1], "POST /auth/token");
        assert_eq!(world.standing().await.active, 1);
        let stored = integrations::secrets(world.platform(), &world.actor, world.integration);
        let tokens = stored.await.unwrap().tokens.unwrap();
        assert_eq!(tokens.refresh_token.unwrap().expose(), "refresh-2");
    })
    .await;
}

#[tokio::test]
async fn a_refresh_without_a_new_refresh_token_keeps_the_old_one() {
    on_each_database(async |database| {
        let world = World::with_oauth(database).await;
        let pat = world.person("pat@example.com").await;
        let answer = json!({"access_token": "a2", "token_type": "bearer", "expires_in": "60"});
        world.target.accept_only("Bearer a2");
        world.target.answer_next("TOKEN", Reply::new(200, &answer.to_string()));
        world.assign(&[pat]).await;
        world.work().await;
        let stored = integrations::secrets(world.platform(), &world.actor, world.integration);
        let tokens = stored.await.unwrap().tokens.unwrap();
        assert_eq!(tokens.access_token.expose(), "a2");
        assert_eq!(tokens.refresh_token.unwrap().expose(), "refresh-1");
    })
    .await;
}

#[tokio::test]
async fn a_lost_authorization_stops_the_work_and_authenticating_again_resumes_it() {
    on_each_database(async |database| {
        let world = World::with_oauth(database).await;
        let pat = world.person("pat@example.com").await;
        world.target.accept_only("Bearer another");
        world.target.answer_next("TOKEN", Reply::new(400, "{\"error\":\"invalid_grant\"}"));
        world.assign(&[pat]).await;
        world.work().await;
        let integration = world.integration().await;
        assert_eq!(integration.status, Status::NeedsAuthorization);
        let reason = integration.status_reason.unwrap();
        assert!(
            matches!(&reason, StatusReason::AuthorizationLost(problem)
            if matches!(problem.trouble, Trouble::Credentials(_))),
            "{reason:?}"
        );
        assert_eq!(world.work().await, Ended::Stuck);
        assert_eq!(world.standing().await.waiting, 1);

        world.authorize().await;
        assert_eq!(world.work().await, Ended::Idle);
        assert_eq!(world.standing().await.active, 1);
    })
    .await;
}

#[tokio::test]
async fn a_forbidden_look_up_needs_authorization_and_says_why() {
    on_each_database(async |database| {
        let world = World::with_oauth(database).await;
        let pat = world.person("pat@example.com").await;
        world.target.answer_next("GET", Reply::error(403, "your role lost the SCIM permission"));
        world.assign(&[pat]).await;
        world.work().await;
        let integration = world.integration().await;
        assert_eq!(integration.status, Status::NeedsAuthorization);
        let reason = integration.status_reason.unwrap();
    let said = Some(Said::Words(Quoted::new("your role lost the SCIM permission")));
    let answered = Trouble::Answered { status: 403, said };
    assert!(
        matches!(&reason, StatusReason::AuthorizationLost(problem) if problem.trouble == answered),
        "{reason:?}"
    );
    })
    .await;
}

#[tokio::test]
async fn a_refresh_that_cannot_reach_the_server_costs_nothing_but_time() {
    on_each_database(async |database| {
        let world = World::with_oauth(database).await;
        let pat = world.person("pat@example.com").await;
        world.clock.advance(Duration::from_hours(2));
        world.target.answer_next("TOKEN", Reply::new(503, "down"));
        world.assign(&[pat]).await;
        world.work().await;
        assert_eq!(world.integration().await.status, Status::Ready);
        world.clock.advance(Duration::from_mins(1));
        world.work().await;
        assert_eq!(world.standing().await.active, 1);
    })
    .await;
}

#[tokio::test]
async fn testing_the_connection_reports_each_action() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let http = &world.shared.http;
        let report = test_connection::test(world.platform(), &world.actor, http, world.integration);
        let report = report.await.unwrap();
        let chosen: Vec<&str> = report
            .actions
            .iter()
            .filter(|(_, choice)| *choice == Choice::Selected)
            .map(|(action, _)| action.label())
            .collect();
        assert_eq!(chosen, ["Create Users", "Update User Attributes"]);
        assert_eq!(world.target.take_lines(), ["GET /Users?startIndex=1&count=2"]);
    })
    .await;
}

#[tokio::test]
async fn wrong_credentials_are_told_before_they_are_saved() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        world.target.accept_only("Bearer good");
        let connection = world.integration().await.settings.connection.unwrap();
        let http = &world.shared.http;
        let typed = |header| Secrets { header: Some(Secret::new(header)), ..Secrets::default() };
        assert!(test_connection::try_out(http, &connection, &typed("good")).await.is_ok());
        let error = test_connection::try_out(http, &connection, &typed("bad")).await.unwrap_err();
        let TestError::Failed(trouble) = error else { unreachable!("{error}") };
        let said = Some(Said::Words(Quoted::new("the token is not valid")));
        assert_eq!(trouble, Trouble::Credentials(said));
    })
    .await;
}

#[tokio::test]
async fn no_secret_is_shown_by_anything_that_can_be_printed() {
    on_each_database(async |database| {
        let world = World::with_oauth(database).await;
        let secrets =
            integrations::secrets(world.platform(), &world.actor, world.integration).await.unwrap();
        let Tokens { access_token, .. } = secrets.tokens.clone().unwrap();
        let integration = world.integration().await;
        let printed = format!("{secrets:?} {integration:?}");
        assert!(!printed.contains("s3cret"), "{printed}");
        assert!(!printed.contains(access_token.expose()), "{printed}");
    })
    .await;
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_used_to_its_end() {
    on_each_database(async |database| {
        let secrets = Secrets { client_secret: Some(Secret::new("s3cret")), ..Secrets::default() };
        let world = World::new(database, oauth, secrets).await;
        let answer = json!({"access_token": "only", "token_type": "Bearer", "expires_in": 3600});
        world.target.answer_next("TOKEN", Reply::new(200, &answer.to_string()));
        world.authorize().await;
        world.clock.advance(Duration::from_secs(3_590));
        let pat = world.person("pat@example.com").await;
        world.assign(&[pat]).await;
        world.work().await;
        assert_eq!(world.standing().await.active, 1);

        world.clock.advance(Duration::from_secs(20));
        world.change(pat, "title", json!("Clerk")).await;
        world.work().await;
        assert_eq!(world.integration().await.status, Status::NeedsAuthorization);
    })
    .await;
}
