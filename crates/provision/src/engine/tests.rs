//! The engine against a target, on a real database with a clock that stands still until it is moved.
#![expect(clippy::unwrap_used, reason = "a failed set-up should fail the test")]

use seatlink_domain::{
    Actor, Clock, Db, Durability, Location, Options, Realm, Sealer, Secret, Settings, Timestamp,
    UserId, directory,
    integrations::{
        self, AuthMode, Connection, Integration, NewIntegration, Secrets, Status, SupportedActions,
        Switch, ToApp, Tokens, UpdateStyle,
    },
    tenants::{self, InitialRoles, NewTenant, Profile, TenantSettings},
    work::{LinkState, Standing},
};
use seatlink_scim::Precondition;
use serde_json::{Value, json};

use super::*;
use crate::{
    authorize::{self, Callback, CompleteError},
    fake::{FakeTarget, Reply},
    targets::TargetPolicy,
    test_connection::{self, Choice, TestError},
};

/// A tenant with one integration that points at a target of its own.
struct World {
    _directory: tempfile::TempDir,
    clock: Clock,
    actor: Actor,
    integration: IntegrationId,
    target: FakeTarget,
    shared: Arc<Shared>,
    gate: Arc<Gate>,
    stop: watch::Sender<bool>,
}

impl World {
    async fn with_header() -> Self {
        let secrets = Secrets { header: Some(Secret::new("Bearer good")), ..Secrets::default() };
        Self::new(|_| AuthMode::Header, secrets).await
    }

    /// Authorized, with a token that runs out in an hour.
    async fn with_oauth() -> Self {
        let secrets = Secrets { client_secret: Some(Secret::new("s3cret")), ..Secrets::default() };
        let world = Self::new(oauth, secrets).await;
        world.authorize().await;
        world
    }

    async fn new(auth: fn(&FakeTarget) -> AuthMode, secrets: Secrets) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("seatlink.db");
        let location = Location::Sqlite { path };
        let db = Db::open(Options { location, durability: Durability::Normal }).await.unwrap();
        let clock = Clock::fixed(Timestamp::from_micros(1_780_000_000_000_000));
        let settings = Settings::single("http://id.localhost:8080", "na1");
        let platform = Platform::new(db, clock.clone(), Sealer::new(&[7; 32]), settings);
        let tenant = tenants::create(
            &platform,
            NewTenant {
                business_unit: 1,
                name: "Acme".to_owned(),
                profile: Profile::Standard,
                region: "na1".to_owned(),
                realm: Realm::Commercial,
                settings: TenantSettings::default(),
                roles: InitialRoles::None,
            },
        )
        .await
        .unwrap();
        let actor = Actor::operator(tenant.id);
        let target = FakeTarget::start().await;
        let integration = set_up(&platform, &actor, &target, auth(&target), secrets).await;
        let http = HttpClient::new(TargetPolicy::AllowLoopback).unwrap();
        let owner = "this process".to_owned();
        let options = EngineOptions::default();
        Self {
            _directory: directory,
            clock,
            actor,
            integration: integration.id,
            target,
            shared: Arc::new(Shared { platform, http, options, owner }),
            gate: Arc::new(Gate::new()),
            stop: watch::channel(false).0,
        }
    }

    fn platform(&self) -> &Platform {
        &self.shared.platform
    }

    /// Works until nothing is due, as the engine does when it is woken.
    async fn work(&self) -> Ended {
        let runner = Runner {
            shared: Arc::clone(&self.shared),
            tenant: self.actor.tenant,
            id: self.integration,
            gate: Arc::clone(&self.gate),
            stop: self.stop.subscribe(),
        };
        runner.run().await
    }

    /// Works and tells what the target was asked.
    async fn requests(&self) -> Vec<String> {
        self.target.take_lines();
        self.work().await;
        self.target.take_lines()
    }

    async fn person(&self, name: &str) -> UserId {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": name,
            "name": {"givenName": "Pat", "familyName": "Doe"},
            "emails": [{"value": name, "type": "work"}],
            "active": true
        });
        let stored = directory::users::create(self.platform(), &self.actor, body).await.unwrap();
        UserId::from(stored.id())
    }

    async fn change(&self, person: UserId, path: &str, value: Value) {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": path, "value": value}]
        });
        let id = person.to_string();
        let any = Precondition::Any;
        directory::users::patch(self.platform(), &self.actor, &id, body, &any).await.unwrap();
    }

    async fn assign(&self, people: &[UserId]) {
        let people = people.to_vec();
        integrations::assign_people(self.platform(), &self.actor, self.integration, people)
            .await
            .unwrap();
    }

    async fn unassign(&self, person: UserId) {
        let people = vec![person];
        integrations::unassign_people(self.platform(), &self.actor, self.integration, people)
            .await
            .unwrap();
    }

    /// A person who is assigned and has an account.
    async fn provisioned(&self) -> UserId {
        let person = self.person("pat@example.com").await;
        self.assign(&[person]).await;
        assert_eq!(self.work().await, Ended::Idle);
        assert_eq!(self.target.users().len(), 1);
        self.target.take_lines();
        person
    }

    async fn standing(&self) -> Standing {
        work::standing(self.platform(), &self.actor, self.integration).await.unwrap()
    }

    async fn complaint(&self) -> String {
        let failed = work::failed(self.platform(), &self.actor, self.integration, 10);
        failed.await.unwrap().remove(0).last_error.unwrap()
    }

    async fn retry(&self) {
        work::retry(self.platform(), &self.actor, self.integration, None).await.unwrap();
    }

    async fn link_state(&self, person: UserId) -> Option<LinkState> {
        let state = work::assignment_state(self.platform(), &self.actor, self.integration, person);
        state.await.unwrap().1.map(|link| link.state)
    }

    async fn integration(&self) -> Integration {
        integrations::get(self.platform(), &self.actor, self.integration).await.unwrap()
    }

    async fn begin(&self) -> reqwest::Url {
        let callback = "http://id.localhost:8080/admin/app/cpc/cxone_1/oauth/callback";
        let http = &self.shared.http;
        authorize::begin(self.platform(), &self.actor, http, self.integration, callback)
            .await
            .unwrap()
    }

    async fn authorize(&self) {
        let url = self.begin().await;
        let callback = Callback::Code("code-1".to_owned());
        authorize::complete(self.platform(), &self.shared.http, &state_of(&url), callback)
            .await
            .unwrap();
    }
}

fn state_of(url: &reqwest::Url) -> String {
    url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

fn oauth(target: &FakeTarget) -> AuthMode {
    AuthMode::OAuth2 {
        token_endpoint: format!("{}/auth/token", target.origin),
        authorization_endpoint: format!("{}/auth/authorize?scope=openid", target.origin),
        client_id: "client-1".to_owned(),
    }
}

async fn set_up(
    platform: &Platform,
    actor: &Actor,
    target: &FakeTarget,
    auth: AuthMode,
    secrets: Secrets,
) -> Integration {
    let new = NewIntegration {
        label: "CXone".to_owned(),
        login_page_url: target.origin.clone(),
        app_name: None,
    };
    let id = integrations::create(platform, actor, new).await.unwrap().id;
    integrations::enable_scim(platform, actor, id, Switch::On).await.unwrap();
    let connection = Connection {
        base_url: target.base_url(),
        unique_identifier: "userName".to_owned(),
        actions: SupportedActions { push_new_users: true, push_profile_updates: true },
        auth,
        update_style: UpdateStyle::Put,
        concurrency: 8,
    };
    integrations::connect(platform, actor, id, connection, secrets).await.unwrap();
    let all = ToApp { create_users: true, update_user_attributes: true, deactivate_users: true };
    integrations::set_to_app(platform, actor, id, all).await.unwrap()
}

fn active(world: &World) -> Vec<bool> {
    world.target.users().iter().map(|user| user["active"] == true).collect()
}

#[tokio::test]
async fn the_guides_table_holds_from_assignment_to_reassignment() {
    let world = World::with_header().await;
    let pat = world.person("pat@example.com").await;
    world.assign(&[pat]).await;
    assert_eq!(world.requests().await.len(), 2, "a look-up and a creation");
    assert_eq!(world.target.users()[0]["externalId"], pat.to_string());

    world.change(pat, "title", json!("Manager")).await;
    assert_eq!(world.requests().await, ["GET /Users/srv-1", "PUT /Users/srv-1"]);
    assert_eq!(world.target.users()[0]["title"], "Manager");

    world.unassign(pat).await;
    assert_eq!(world.requests().await, ["GET /Users/srv-1", "PUT /Users/srv-1"]);
    assert_eq!(active(&world), [false]);
    assert_eq!(world.link_state(pat).await, Some(LinkState::Inactive));

    world.assign(&[pat]).await;
    assert_eq!(world.requests().await, ["GET /Users/srv-1", "PUT /Users/srv-1"]);
    assert_eq!(active(&world), [true]);
    assert_eq!(world.target.users().len(), 1);
    assert_eq!(world.standing().await.waiting, 0);
}

#[tokio::test]
async fn deactivating_the_person_deactivates_the_account() {
    let world = World::with_header().await;
    let pat = world.provisioned().await;
    world.change(pat, "active", json!(false)).await;
    world.work().await;
    assert_eq!(active(&world), [false]);
}

#[tokio::test]
async fn a_sweep_over_people_who_are_right_sends_nothing() {
    let world = World::with_header().await;
    world.provisioned().await;
    let queued = sweep::sweep(world.platform(), &world.actor, world.integration).await.unwrap();
    assert_eq!(queued, 1);
    assert!(world.requests().await.is_empty());
    assert_eq!(world.standing().await.waiting, 0);
}

#[tokio::test]
async fn a_value_that_was_delivered_and_is_gone_is_cleared() {
    let world = World::with_header().await;
    let pat = world.provisioned().await;
    world.change(pat, "title", json!("Clerk")).await;
    world.work().await;
    world.change(pat, "title", json!("")).await;
    world.work().await;
    assert!(world.target.users()[0].get("title").is_none());
}

#[tokio::test]
async fn one_refused_person_waits_for_help_while_all_others_go_through() {
    let world = World::with_header().await;
    let mut people = Vec::new();
    for number in 0..40 {
        people.push(world.person(&format!("p{number}@example.com")).await);
    }
    world.target.answer_next("POST", Reply::error(400, "No active role named Agent"));
    world.assign(&people).await;
    assert_eq!(world.work().await, Ended::Idle);
    let standing = world.standing().await;
    assert_eq!((standing.active, standing.failed, standing.waiting), (39, 1, 0));
    let complaint = world.complaint().await;
    assert!(
        complaint
            .ends_with("Bad Request. Errors reported by remote server: No active role named Agent"),
        "{complaint}"
    );
    world.retry().await;
    world.work().await;
    assert_eq!(world.standing().await.active, 40);
    assert_eq!(world.target.users().len(), 40);
}

#[tokio::test]
async fn a_rate_limit_pauses_everybody_until_it_is_over() {
    let world = World::with_header().await;
    let pat = world.person("pat@example.com").await;
    let kim = world.person("kim@example.com").await;
    world.target.answer_next("POST", Reply::error(429, "slow").with_header("retry-after", "120"));
    world.assign(&[pat]).await;
    world.work().await;
    world.assign(&[kim]).await;
    assert_eq!(world.work().await, Ended::Stuck);
    assert_eq!(world.target.users().len(), 0);
    world.clock.advance(Duration::from_secs(119));
    assert_eq!(world.work().await, Ended::Stuck);
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(world.work().await, Ended::Idle);
    assert_eq!(world.target.users().len(), 2);
}

#[tokio::test]
async fn an_item_is_given_up_after_ten_rate_limits() {
    let world = World::with_header().await;
    let pat = world.person("pat@example.com").await;
    for _ in 0..10 {
        world.target.answer_next("GET", Reply::error(429, "slow"));
    }
    world.assign(&[pat]).await;
    for _ in 0..10 {
        world.work().await;
        world.clock.advance(Duration::from_hours(24));
    }
    assert_eq!(world.standing().await.failed, 1);
    assert!(world.complaint().await.contains("given up after 10 attempts"));
}

#[tokio::test]
async fn a_target_that_is_down_is_tried_again_until_it_is_back() {
    let world = World::with_header().await;
    let pat = world.person("pat@example.com").await;
    for _ in 0..12 {
        world.target.answer_next("GET", Reply::new(503, ""));
    }
    world.assign(&[pat]).await;
    for _ in 0..12 {
        world.work().await;
        assert_eq!(world.standing().await.waiting, 1);
        world.clock.advance(Duration::from_mins(5));
    }
    world.work().await;
    assert_eq!(world.standing().await.active, 1);
}

#[tokio::test]
async fn a_creation_whose_answer_was_lost_is_not_made_twice() {
    let world = World::with_header().await;
    let pat = world.person("pat@example.com").await;
    world.target.answer_next("POST", Reply::new(504, "").after_effect());
    world.assign(&[pat]).await;
    world.work().await;
    world.clock.advance(Duration::from_mins(1));
    world.work().await;
    assert_eq!(world.target.users().len(), 1);
    assert_eq!(world.standing().await.active, 1);
}

#[tokio::test]
async fn an_account_whose_creation_was_cut_off_does_not_outlive_the_assignment() {
    let world = World::with_header().await;
    let pat = world.person("pat@example.com").await;
    world.target.answer_next("POST", Reply::new(504, "").after_effect());
    world.assign(&[pat]).await;
    world.work().await;
    world.unassign(pat).await;
    world.work().await;
    assert_eq!(active(&world), [false]);
}

#[tokio::test]
async fn what_a_killed_process_held_is_worked_on_when_its_lease_runs_out() {
    let world = World::with_header().await;
    let pat = world.person("pat@example.com").await;
    world.assign(&[pat]).await;
    let (tenant, lasts) = (world.actor.tenant, Duration::from_mins(1));
    let dead =
        work::lease(world.platform(), tenant, world.integration, "dead", 10, lasts).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert!(world.requests().await.is_empty());
    world.clock.advance(Duration::from_secs(61));
    assert_eq!(world.requests().await.len(), 2);
    assert_eq!(world.standing().await.active, 1);
}

#[tokio::test]
async fn a_change_made_during_an_attempt_is_not_lost() {
    let world = World::with_header().await;
    let pat = world.person("pat@example.com").await;
    world.assign(&[pat]).await;
    let (tenant, lasts) = (world.actor.tenant, Duration::from_mins(1));
    let lease = work::lease(world.platform(), tenant, world.integration, "x", 1, lasts).await;
    let lease = lease.unwrap().remove(0);
    world.unassign(pat).await;
    let link = work::Link {
        remote_id: world.target.add_user(json!({"userName": "pat@example.com", "active": true})),
        state: LinkState::Active,
        fingerprint: [0; 32],
    };
    let outcome = work::Outcome::Done {
        action: work::Action::Create,
        link: Some(link),
        reason: seatlink_domain::changes::Reason::PushedNew,
        sentence: "created".to_owned(),
    };
    work::finish(world.platform(), &lease, outcome).await.unwrap();
    world.work().await;
    assert_eq!(active(&world), [false]);
}

#[tokio::test]
async fn the_code_is_exchanged_with_the_credentials_in_the_form_and_a_proof_key() {
    let world = World::with_oauth().await;
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
}

#[tokio::test]
async fn credentials_go_into_the_header_when_the_form_is_refused() {
    let secrets = Secrets { client_secret: Some(Secret::new("s3cret")), ..Secrets::default() };
    let world = World::new(oauth, secrets).await;
    world.target.answer_next("TOKEN", Reply::new(401, "{\"error\":\"invalid_client\"}"));
    world.authorize().await;
    let second = world.target.seen()[1].clone();
    assert!(second.header("authorization").starts_with("Basic "));
    assert_eq!(second.form("client_secret"), None);
}

#[tokio::test]
async fn a_state_is_good_once_and_only_if_it_was_given_out() {
    let world = World::with_oauth().await;
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
}

#[tokio::test]
async fn a_refusal_by_the_authorization_server_is_told_in_its_words() {
    let world = World::with_oauth().await;
    let url = world.begin().await;
    let callback = Callback::Refused {
        error: "access_denied".to_owned(),
        description: Some("the role lacks SCIM".to_owned()),
    };
    let http = &world.shared.http;
    let error = authorize::complete(world.platform(), http, &state_of(&url), callback)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.ends_with("access_denied: the role lacks SCIM"), "{error}");
}

#[tokio::test]
async fn a_token_about_to_expire_is_refreshed_once_for_everybody() {
    let world = World::with_oauth().await;
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
}

#[tokio::test]
async fn a_refused_token_is_refreshed_and_the_request_repeated() {
    let world = World::with_oauth().await;
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
}

#[tokio::test]
async fn a_refresh_without_a_new_refresh_token_keeps_the_old_one() {
    let world = World::with_oauth().await;
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
}

#[tokio::test]
async fn a_lost_authorization_stops_the_work_and_authenticating_again_resumes_it() {
    let world = World::with_oauth().await;
    let pat = world.person("pat@example.com").await;
    world.target.accept_only("Bearer another");
    world.target.answer_next("TOKEN", Reply::new(400, "{\"error\":\"invalid_grant\"}"));
    world.assign(&[pat]).await;
    world.work().await;
    let integration = world.integration().await;
    assert_eq!(integration.status, Status::NeedsAuthorization);
    let reason = integration.status_reason.unwrap();
    assert!(reason.contains("credentials used to connect to the API were invalid"), "{reason}");
    assert_eq!(world.work().await, Ended::Stuck);
    assert_eq!(world.standing().await.waiting, 1);

    world.authorize().await;
    assert_eq!(world.work().await, Ended::Idle);
    assert_eq!(world.standing().await.active, 1);
}

#[tokio::test]
async fn a_forbidden_look_up_needs_authorization_and_says_why() {
    let world = World::with_oauth().await;
    let pat = world.person("pat@example.com").await;
    world.target.answer_next("GET", Reply::error(403, "your role lost the SCIM permission"));
    world.assign(&[pat]).await;
    world.work().await;
    let integration = world.integration().await;
    assert_eq!(integration.status, Status::NeedsAuthorization);
    let reason = integration.status_reason.unwrap();
    assert!(reason.ends_with("your role lost the SCIM permission"), "{reason}");
}

#[tokio::test]
async fn a_refresh_that_cannot_reach_the_server_costs_nothing_but_time() {
    let world = World::with_oauth().await;
    let pat = world.person("pat@example.com").await;
    world.clock.advance(Duration::from_hours(2));
    world.target.answer_next("TOKEN", Reply::new(503, "down"));
    world.assign(&[pat]).await;
    world.work().await;
    assert_eq!(world.integration().await.status, Status::Ready);
    world.clock.advance(Duration::from_mins(1));
    world.work().await;
    assert_eq!(world.standing().await.active, 1);
}

#[tokio::test]
async fn testing_the_connection_reports_each_action() {
    let world = World::with_header().await;
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
}

#[tokio::test]
async fn wrong_credentials_are_told_before_they_are_saved() {
    let world = World::with_header().await;
    world.target.accept_only("Bearer good");
    let connection = world.integration().await.settings.connection.unwrap();
    let http = &world.shared.http;
    let typed = |header| Secrets { header: Some(Secret::new(header)), ..Secrets::default() };
    assert!(test_connection::try_out(http, &connection, &typed("good")).await.is_ok());
    let error = test_connection::try_out(http, &connection, &typed("bad")).await.unwrap_err();
    assert!(matches!(error, TestError::Failed { .. }));
    assert_eq!(
        error.to_string(),
        "Error authenticating: Unauthorized. Errors reported by remote server: the token is not \
         valid. The connector configuration could not be tested. Make sure that the URL, \
         Authentication Parameters are correct and that there is an implementation available at \
         the URL provided."
    );
}

#[tokio::test]
async fn no_secret_is_shown_by_anything_that_can_be_printed() {
    let world = World::with_oauth().await;
    let secrets =
        integrations::secrets(world.platform(), &world.actor, world.integration).await.unwrap();
    let Tokens { access_token, .. } = secrets.tokens.clone().unwrap();
    let integration = world.integration().await;
    let printed = format!("{secrets:?} {integration:?}");
    assert!(!printed.contains("s3cret"), "{printed}");
    assert!(!printed.contains(access_token.expose()), "{printed}");
}

#[tokio::test]
async fn a_started_engine_works_when_woken_and_stops_when_told() {
    let world = World::with_header().await;
    let options = EngineOptions { store_use: StoreUse::Alone, ..EngineOptions::default() };
    let engine = Engine::start(world.platform().clone(), world.shared.http.clone(), options);
    let pat = world.person("pat@example.com").await;
    world.assign(&[pat]).await;
    world.target.until(|users| users.len() == 1).await;
    world.unassign(pat).await;
    world.target.until(|users| users[0]["active"] == false).await;
    engine.stop().await;
    assert_eq!(world.standing().await.waiting, 0, "what was under way was recorded");
    world.assign(&[pat]).await;
    assert_eq!(active(&world), [false], "a stopped engine sends nothing");
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_used_to_its_end() {
    let secrets = Secrets { client_secret: Some(Secret::new("s3cret")), ..Secrets::default() };
    let world = World::new(oauth, secrets).await;
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
}
