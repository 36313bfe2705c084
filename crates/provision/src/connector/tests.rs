//! The connector against a target in memory: which requests go out, and what is made of the
//! answers.
#![expect(clippy::unwrap_used, reason = "a failed set-up should fail the test")]

use reqwest::header::HeaderValue;
use seatlink_domain::{
    DigestKey,
    log::{Quoted, Said},
    work::Delivered,
};
use serde_json::{Value, json};

use super::*;
use crate::{
    fake::{FakeTarget, Reply},
    plan::OnMiss,
    targets::TargetPolicy,
};

const LOOK_UP: &str =
    "GET /Users?filter=userName%20eq%20%22pat%40example.com%22&startIndex=1&count=100";

fn connector(target: &FakeTarget) -> Connector {
    Connector {
        http: HttpClient::new(TargetPolicy::AllowLoopback).unwrap(),
        base: BaseUrl::parse(&target.base_url()).unwrap(),
        identifier: Identifier::UserName,
        style: UpdateStyle::Put,
        authorization: Authorization::Fixed(HeaderValue::from_static("Bearer good")),
    }
}

fn mapped(document: Value) -> Mapped {
    match document {
        Value::Object(map) => Mapped::of(&map, "our-id".to_owned(), &DigestKey::new(&[7; 32])),
        _ => unreachable!("documents in these tests are objects"),
    }
}

fn pat() -> Mapped {
    mapped(
        json!({"userName": "pat@example.com", "name": {"givenName": "Pat", "familyName": "Doe"}}),
    )
}

async fn assign(target: &FakeTarget) -> Result<Effect, Failure> {
    connector(target).link_or_create(&pat(), Push::Profile, OnMiss::Create).await
}

fn problem(step: Step, trouble: Trouble) -> Problem {
    Problem { step, trouble }
}

fn answered(status: u16, said: Said) -> Trouble {
    Trouble::Answered { status, said: Some(said) }
}

fn words(text: &str) -> Said {
    Said::Words(Quoted::new(text))
}

#[tokio::test]
async fn the_probe_is_one_short_list_with_the_headers_of_a_scim_client() {
    let target = FakeTarget::start().await;
    connector(&target).probe().await.unwrap();
    let seen = target.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].target, "/scim/v2/Users?startIndex=1&count=2");
    assert_eq!(seen[0].header("accept"), "application/scim+json");
    assert_eq!(seen[0].header("authorization"), "Bearer good");
    assert!(seen[0].header("user-agent").starts_with("Seatlink-SCIM/"));
    assert_eq!(seen[0].header("content-type"), "");
}

#[tokio::test]
async fn a_gateway_page_is_told_with_its_phrase_and_as_invalid_json() {
    let target = FakeTarget::start().await;
    target.answer_next("GET", Reply::new(502, "error code: 502"));
    let failure = connector(&target).probe().await.unwrap_err();
    let start = Some(Quoted::new("error code: 502"));
    assert_eq!(failure.problem(), problem(Step::LookUp, answered(502, Said::NotJson(start))));
}

#[tokio::test]
async fn assigning_looks_up_and_then_creates() {
    let target = FakeTarget::start().await;
    assert_eq!(assign(&target).await.unwrap(), Effect::Created { id: "srv-1".to_owned() });
    let post = target.seen()[1].clone();
    assert_eq!(target.take_lines(), [LOOK_UP, "POST /Users"]);
    assert_eq!(post.header("content-type"), "application/scim+json; charset=utf-8");
    assert_eq!(post.json()["externalId"], "our-id");
    assert_eq!(post.json()["active"], true);
    assert!(post.json().get("password").is_none());
}

#[tokio::test]
async fn a_look_up_answered_with_404_means_nobody() {
    let target = FakeTarget::start().await;
    target.answer_next("GET", Reply::error(404, "no results"));
    assert!(matches!(assign(&target).await, Ok(Effect::Created { .. })));
}

#[tokio::test]
async fn an_existing_account_is_linked_and_told_the_profile() {
    let target = FakeTarget::start().await;
    target.add_user(json!({"userName": "PAT@example.com", "active": false, "roles": ["x"]}));
    let linked = Effect::Linked { id: "srv-1".to_owned(), pushed: Push::Profile };
    assert_eq!(assign(&target).await.unwrap(), linked);
    assert_eq!(target.take_lines(), [LOOK_UP, "GET /Users/srv-1", "PUT /Users/srv-1"]);
    let user = &target.users()[0];
    assert_eq!(user["active"], true);
    assert_eq!(user["name"]["givenName"], "Pat");
    assert_eq!(user["roles"], json!(["x"]));
}

#[tokio::test]
async fn linking_without_updates_only_makes_the_account_active() {
    let target = FakeTarget::start().await;
    target.add_user(json!({"userName": "pat@example.com", "title": "theirs", "active": false}));
    let connector = connector(&target);
    let effect = connector.link_or_create(&pat(), Push::ActiveOnly, OnMiss::Create).await.unwrap();
    assert_eq!(effect, Effect::Linked { id: "srv-1".to_owned(), pushed: Push::ActiveOnly });
    assert_eq!(target.users()[0]["active"], true);
    assert!(target.users()[0].get("name").is_none());
}

#[tokio::test]
async fn a_target_that_ignores_filters_does_not_get_the_wrong_person_linked() {
    let target = FakeTarget::start().await;
    let everybody = json!({"totalResults": 2, "Resources": [
        {"id": "a", "userName": "alice@example.com"},
        {"id": "b", "userName": "bob@example.com"}
    ]});
    target.answer_next("GET", Reply::new(200, &everybody.to_string()));
    assert!(matches!(assign(&target).await, Ok(Effect::Created { .. })));
}

#[tokio::test]
async fn several_matches_are_nobody_we_may_guess() {
    let target = FakeTarget::start().await;
    target.add_user(json!({"userName": "pat@example.com"}));
    target.add_user(json!({"userName": "Pat@example.com"}));
    let failure = assign(&target).await.unwrap_err();
    assert_eq!(failure.problem(), problem(Step::LookUp, Trouble::Ambiguous(2)));
    assert_eq!(target.take_lines(), [LOOK_UP]);
}

#[tokio::test]
async fn a_missing_account_is_refused_when_creating_is_off() {
    let target = FakeTarget::start().await;
    let result = connector(&target).link_or_create(&pat(), Push::Profile, OnMiss::Refuse).await;
    assert_eq!(result.unwrap_err().problem(), problem(Step::LookUp, Trouble::NoMatch));
}

#[tokio::test]
async fn a_creation_answered_with_nothing_is_an_error() {
    let target = FakeTarget::start().await;
    target.answer_next("POST", Reply::new(201, ""));
    let failure = assign(&target).await.unwrap_err();
    assert_eq!(failure.problem(), problem(Step::Create, Trouble::EmptyAnswer));
}

#[tokio::test]
async fn a_creation_answered_without_an_id_is_an_error() {
    let target = FakeTarget::start().await;
    target.answer_next("POST", Reply::new(201, "{\"userName\":\"pat@example.com\"}"));
    let failure = assign(&target).await.unwrap_err();
    assert_eq!(failure.problem(), problem(Step::Create, answered(201, Said::NoId)));
}

#[tokio::test]
async fn a_creation_whose_answer_was_lost_is_found_again() {
    let target = FakeTarget::start().await;
    target.answer_next("POST", Reply::new(504, "").after_effect());
    let failure = assign(&target).await.unwrap_err();
    assert!(matches!(failure.cause, Cause::Unavailable { .. }));
    assert!(matches!(assign(&target).await, Ok(Effect::Linked { .. })));
    assert_eq!(target.users().len(), 1);
}

#[tokio::test]
async fn a_conflict_at_creation_links_whoever_was_faster() {
    let target = FakeTarget::start().await;
    target.answer_next("POST", Reply::error(409, "taken").after_effect());
    assert!(matches!(assign(&target).await, Ok(Effect::Linked { .. })));
    assert_eq!(target.users().len(), 1);
}

#[tokio::test]
async fn a_conflict_with_an_account_that_cannot_be_found_is_told() {
    let target = FakeTarget::start().await;
    target.answer_next("POST", Reply::error(409, "taken by a deleted user"));
    let failure = assign(&target).await.unwrap_err();
    let taken = answered(409, words("taken by a deleted user"));
    assert_eq!(failure.problem(), problem(Step::Create, taken));
    assert_eq!(target.take_lines(), [LOOK_UP, "POST /Users", LOOK_UP]);
}

#[tokio::test]
async fn an_update_reads_merges_and_replaces() {
    let target = FakeTarget::start().await;
    let id = target.add_user(json!({
        "userName": "pat@example.com", "nickName": "theirs", "active": true,
        "name": {"givenName": "Patricia", "familyName": "Doe"}
    }));
    let connector = connector(&target);
    let before = &Delivered::default();
    let effect = connector.update(&id, &pat(), before, OnMiss::Create).await.unwrap();
    assert_eq!(effect, Effect::Updated { id: id.clone() });
    let put = target.seen()[1].json();
    assert_eq!(target.take_lines(), ["GET /Users/srv-1", "PUT /Users/srv-1"]);
    assert_eq!(put["id"], "srv-1");
    assert_eq!(put["meta"], json!({"resourceType": "User"}));
    assert_eq!(put["nickName"], "theirs");
    assert_eq!(put["name"]["givenName"], "Pat");
    connector.update(&id, &pat(), before, OnMiss::Create).await.unwrap();
    assert_eq!(target.take_lines(), ["GET /Users/srv-1"], "what is right is not written again");
}

#[tokio::test]
async fn a_patching_target_gets_operations_instead() {
    let target = FakeTarget::start().await;
    let id = target.add_user(json!({
        "userName": "pat@example.com", "externalId": "our-id", "active": true,
        "name": {"givenName": "Patricia", "familyName": "Doe"}
    }));
    let connector = Connector { style: UpdateStyle::Patch, ..connector(&target) };
    connector.update(&id, &pat(), &Delivered::default(), OnMiss::Create).await.unwrap();
    connector.deactivate(&id).await.unwrap();
    let seen = target.seen();
    assert_eq!(
        seen[1].json(),
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "name.givenName", "value": "Pat"}]
        })
    );
    assert_eq!(
        seen[3].json()["Operations"],
        json!([{"op": "replace", "path": "active", "value": false}])
    );
    assert_eq!(target.users()[0]["active"], false);
}

#[tokio::test]
async fn deactivating_changes_nothing_but_active_and_never_deletes() {
    let target = FakeTarget::start().await;
    let id = target.add_user(json!({"userName": "old-name", "title": "Clerk", "active": true}));
    let connector = connector(&target);
    let deactivated = connector.deactivate(&id).await.unwrap();
    assert_eq!(deactivated, Effect::Deactivated { id: id.clone() });
    assert_eq!(
        target.users()[0],
        json!({
            "userName": "old-name", "title": "Clerk", "active": false, "id": "srv-1",
            "meta": {"resourceType": "User"}
        })
    );
    assert_eq!(target.take_lines(), ["GET /Users/srv-1", "PUT /Users/srv-1"]);
    assert_eq!(connector.deactivate(&id).await.unwrap(), Effect::AlreadyInactive { id });
    target.remove_users();
    assert_eq!(connector.deactivate("srv-1").await.unwrap(), Effect::NoAccount);
}

#[tokio::test]
async fn a_wrong_base_url_does_not_pass_for_an_account_that_is_gone() {
    let target = FakeTarget::start().await;
    target.add_user(json!({"userName": "pat@example.com", "active": true}));
    target.answer_next("GET", Reply::new(404, "<h1>Not Found</h1>"));
    target.answer_next("GET", Reply::new(404, "<h1>Not Found</h1>"));
    let failure = connector(&target).deactivate("srv-1").await.unwrap_err();
    assert!(matches!(failure.cause, Cause::NotFound(_)), "{failure:?}");
}

#[tokio::test]
async fn reactivating_uses_the_same_account_with_the_profile_of_today() {
    let target = FakeTarget::start().await;
    let id = target.add_user(json!({"userName": "old@example.com", "active": false}));
    let connector = connector(&target);
    let effect = connector
        .reactivate(&id, &pat(), &Delivered::default(), Push::Profile, OnMiss::Create)
        .await
        .unwrap();
    assert_eq!(effect, Effect::Reactivated { id, pushed: Push::Profile });
    assert_eq!(target.users().len(), 1);
    assert_eq!(target.users()[0]["active"], true);
    assert_eq!(target.users()[0]["userName"], "pat@example.com");
}

#[tokio::test]
async fn an_account_that_vanished_is_looked_up_and_created_again() {
    let target = FakeTarget::start().await;
    let connector = connector(&target);
    let effect = connector.update("gone/1", &pat(), &Delivered::default(), OnMiss::Create).await;
    assert_eq!(effect.unwrap(), Effect::Created { id: "srv-1".to_owned() });
    assert_eq!(target.take_lines(), ["GET /Users/gone%2F1", LOOK_UP, "POST /Users"]);
}

#[tokio::test]
async fn an_account_of_ours_without_a_link_is_deactivated_and_others_are_left_alone() {
    let target = FakeTarget::start().await;
    let connector = connector(&target);
    target.add_user(json!({"userName": "pat@example.com", "externalId": "hr-7", "active": true}));
    assert_eq!(connector.deactivate_unlinked(&pat()).await.unwrap(), Effect::NoAccount);
    assert_eq!(target.users()[0]["active"], true);
    target.remove_users();
    target.add_user(json!({"userName": "pat@example.com", "externalId": "our-id", "active": true}));
    let effect = connector.deactivate_unlinked(&pat()).await.unwrap();
    assert_eq!(effect, Effect::Deactivated { id: "srv-2".to_owned() });
}

#[tokio::test]
async fn an_answer_about_somebody_else_is_never_written_back() {
    let target = FakeTarget::start().await;
    let id = target.add_user(json!({"userName": "pat@example.com", "active": true}));
    target.answer_next("GET", Reply::new(200, "{\"id\":\"srv-9\",\"userName\":\"eve\"}"));
    let failure = connector(&target).deactivate(&id).await.unwrap_err();
    assert!(matches!(failure.cause, Cause::InvalidAnswer(_)));
    assert_eq!(target.take_lines(), ["GET /Users/srv-1"]);
}

#[tokio::test]
async fn the_version_that_was_read_goes_with_the_write_and_a_412_starts_again() {
    let target = FakeTarget::start().await;
    target.give_versions();
    let id = target.add_user(json!({"userName": "pat@example.com", "active": true}));
    target.answer_next("PUT", Reply::error(412, "changed"));
    connector(&target).deactivate(&id).await.unwrap();
    let seen = target.seen();
    assert_eq!(seen[1].header("if-match"), "W/\"7\"");
    let line = ["GET /Users/srv-1", "PUT /Users/srv-1"];
    assert_eq!(target.take_lines(), [line, line].concat());
}

#[tokio::test]
async fn refusals_are_sorted_by_what_can_be_done_about_them() {
    type Expected = fn(&Cause) -> bool;
    let target = FakeTarget::start().await;
    let cases: [(Reply, Expected); 8] = [
        (Reply::error(401, "no"), |cause| matches!(cause, Cause::Unauthorized(_))),
        (Reply::error(403, "no"), |cause| {
            matches!(cause, Cause::Forbidden { access: Access::Read, .. })
        }),
        (Reply::error(429, "slow").with_header("retry-after", "120"), |cause| {
            *cause == Cause::RateLimited { retry_after: Some(Duration::from_mins(2)) }
        }),
        (Reply::error(429, "slow").with_header("retry-after", "1.5"), |cause| {
            *cause == Cause::RateLimited { retry_after: None }
        }),
        (
            Reply::error(503, "later").with_header("retry-after", "9"),
            |cause| matches!(cause, Cause::Unavailable { retry_after: Some(wait), .. } if wait.as_secs() == 9),
        ),
        (Reply::error(500, "oops"), |cause| matches!(cause, Cause::Broken(_))),
        (Reply::error(400, "no role named Agent"), |cause| {
            *cause == Cause::Rejected(answered(400, words("no role named Agent")))
        }),
        (Reply::new(302, "").with_header("location", "http://127.0.0.1:1/"), |cause| {
            *cause == Cause::Rejected(answered(302, Said::Redirect))
        }),
    ];
    for (reply, expected) in cases {
        target.answer_next("GET", reply.clone());
        let failure = connector(&target).probe().await.unwrap_err();
        assert!(expected(&failure.cause), "{reply:?} became {failure:?}");
    }
}

#[tokio::test]
async fn answers_that_are_not_scim_are_invalid() {
    let target = FakeTarget::start().await;
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for body in ["<html>", "", "[]", "{}", "{\"Resources\":7}", &deep] {
        target.answer_next("GET", Reply::new(200, body));
        let failure = connector(&target).probe().await.unwrap_err();
        assert!(matches!(failure.cause, Cause::InvalidAnswer(_)), "{body} became {failure:?}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let target = FakeTarget::start().await;
    target.answer_next("GET", Reply::new(200, &" ".repeat(5 * 1024 * 1024)));
    let failure = connector(&target).probe().await.unwrap_err();
    assert_eq!(failure.problem(), problem(Step::LookUp, Trouble::TooLarge(4)));
}

#[tokio::test]
async fn a_target_nobody_listens_at_is_unavailable() {
    let target = FakeTarget::start().await;
    let mut connector = connector(&target);
    connector.base = BaseUrl::parse("http://127.0.0.1:1/scim").unwrap();
    let failure = connector.probe().await.unwrap_err();
    assert!(matches!(failure.cause, Cause::Unavailable { .. }), "{failure:?}");
}

#[tokio::test]
async fn loopback_is_out_of_reach_by_address_and_by_name_unless_allowed() {
    let target = FakeTarget::start().await;
    let mut connector = connector(&target);
    connector.http = HttpClient::new(TargetPolicy::PublicHttpsOnly).unwrap();
    for base in ["https://127.0.0.1:8443/scim", "https://localhost:8443/scim", &target.base_url()] {
        connector.base = BaseUrl::parse(base).unwrap();
        let failure = connector.probe().await.unwrap_err();
        assert!(matches!(failure.cause, Cause::ForbiddenTarget(_)), "{base}: {failure:?}");
    }
    assert!(target.seen().is_empty());
}

#[test]
fn base_urls_lose_their_trailing_slash_and_query() {
    let base = BaseUrl::parse(" https://na1.example.com/scim/v2/?x=1#y ").unwrap();
    assert_eq!(base.join("/Users").as_str(), "https://na1.example.com/scim/v2/Users");
    assert!(BaseUrl::parse("na1.example.com/scim").is_err());
    assert!(BaseUrl::parse("mailto:x@example.com").is_err());
}

#[tokio::test]
async fn other_identifiers_are_looked_up_by_their_own_values() {
    let target = FakeTarget::start().await;
    let person = mapped(json!({"userName": "pat", "emails": [{"value": "p@x"}]}));
    let mut connector = connector(&target);
    for (typed, expected) in [
        ("externalId", "filter=externalId%20eq%20%22our-id%22&"),
        ("emails.value", "filter=emails.value%20eq%20%22p%40x%22&"),
        ("UserName ", "filter=userName%20eq%20%22pat%22&"),
    ] {
        connector.identifier = Identifier::parse(typed);
        let result = connector.link_or_create(&person, Push::Profile, OnMiss::Refuse).await;
        assert!(result.is_err());
        let line = target.take_lines().remove(0);
        assert!(line.contains(expected), "{line}");
    }
    connector.identifier = Identifier::parse("emails.value");
    let result = connector.link_or_create(&pat(), Push::Profile, OnMiss::Create).await;
    assert_eq!(result.unwrap_err().cause, Cause::NoIdentifier);
}
