//! A tenant, its engine and a target, on a real database with a clock that stands still until it is
//! moved.

use std::sync::atomic::{AtomicI64, Ordering};

use seatlink_domain::{
    Actor, Clock, Db, Durability, Location, Options, Realm, Sealer, Secret, Settings, Timestamp,
    UserId, directory,
    integrations::{
        self, AuthMode, Connection, Integration, NewIntegration, Secrets, SupportedActions, Switch,
        ToApp, UpdateStyle,
    },
    log::Event,
    tenants::{self, InitialRoles, NewTenant, Profile, TenantSettings},
    work::{LinkState, Standing},
};
use seatlink_scim::Precondition;
use seatlink_testkit::{TestDatabase, databases};
use serde_json::{Value, json};

use crate::{
    authorize::{self, Callback},
    engine::*,
    fake::FakeTarget,
    targets::TargetPolicy,
};

/// Connections of one test to PostgreSQL.
const POOL_SIZE: usize = 4;

/// Runs a test on a database of each kind.
pub(super) async fn on_each_database(test: impl AsyncFn(&TestDatabase)) {
    for database in databases().await.unwrap() {
        // Which one a failed assertion is about.
        eprintln!("on {}", database.name());
        test(&database).await;
    }
}

/// A tenant with one integration that points at a target of its own.
pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) actor: Actor,
    pub(super) integration: IntegrationId,
    pub(super) target: FakeTarget,
    pub(super) shared: Arc<Shared>,
    pub(super) door: Arc<Door>,
    stop: watch::Sender<bool>,
}

impl World {
    pub(super) async fn with_header(database: &TestDatabase) -> Self {
        let secrets = Secrets { header: Some(Secret::new("Bearer good")), ..Secrets::default() };
        Self::new(database, |_| AuthMode::Header, secrets).await
    }

    /// Authorized, with a token that runs out in an hour.
    pub(super) async fn with_oauth(database: &TestDatabase) -> Self {
        let secrets = Secrets { client_secret: Some(Secret::new("s3cret")), ..Secrets::default() };
        let world = Self::new(database, oauth, secrets).await;
        world.authorize().await;
        world
    }

    pub(super) async fn new(
        database: &TestDatabase,
        auth: fn(&FakeTarget) -> AuthMode,
        secrets: Secrets,
    ) -> Self {
        // Some tests look at several tenants, one after the other.
        static BUSINESS_UNIT: AtomicI64 = AtomicI64::new(1);
        let location = match database.url() {
            Some(url) => Location::Postgres { url: url.to_owned(), pool_size: POOL_SIZE },
            None => Location::Sqlite { path: database.file() },
        };
        let db = Db::open(Options { location, durability: Durability::Normal }).await.unwrap();
        let clock = Clock::fixed(Timestamp::from_micros(1_780_000_000_000_000));
        let settings = Settings::single("http://id.localhost:8080", "na1");
        let platform = Platform::new(db, clock.clone(), Sealer::new(&[7; 32]), settings);
        let tenant = tenants::create(
            &platform,
            NewTenant {
                business_unit: BUSINESS_UNIT.fetch_add(1, Ordering::Relaxed),
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
            clock,
            actor,
            integration: integration.id,
            target,
            shared: Arc::new(Shared { platform, http, options, owner }),
            door: Arc::new(Door::new()),
            stop: watch::channel(false).0,
        }
    }

    pub(super) fn platform(&self) -> &Platform {
        &self.shared.platform
    }

    /// Works until nothing is due, as the engine does when it is woken.
    pub(super) async fn work(&self) -> Ended {
        let runner = Runner {
            shared: Arc::clone(&self.shared),
            tenant: self.actor.tenant,
            id: self.integration,
            door: Arc::clone(&self.door),
            stop: self.stop.subscribe(),
        };
        runner.run().await
    }

    /// Works and tells what the target was asked.
    pub(super) async fn requests(&self) -> Vec<String> {
        self.target.take_lines();
        self.work().await;
        self.target.take_lines()
    }

    pub(super) async fn person(&self, name: &str) -> UserId {
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

    pub(super) async fn change(&self, person: UserId, path: &str, value: Value) {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": path, "value": value}]
        });
        let id = person.to_string();
        let any = Precondition::Any;
        directory::users::patch(self.platform(), &self.actor, &id, body, &any).await.unwrap();
    }

    pub(super) async fn delete(&self, person: UserId) {
        let (id, any) = (person.to_string(), Precondition::Any);
        directory::users::delete(self.platform(), &self.actor, &id, &any).await.unwrap();
    }

    pub(super) async fn assign(&self, people: &[UserId]) {
        let people = people.to_vec();
        integrations::assign_people(self.platform(), &self.actor, self.integration, people)
            .await
            .unwrap();
    }

    pub(super) async fn unassign(&self, person: UserId) {
        let people = vec![person];
        integrations::unassign_people(self.platform(), &self.actor, self.integration, people)
            .await
            .unwrap();
    }

    /// A person who is assigned and has an account.
    pub(super) async fn provisioned(&self) -> UserId {
        let person = self.person("pat@example.com").await;
        self.assign(&[person]).await;
        assert_eq!(self.work().await, Ended::Idle);
        assert_eq!(self.target.users().len(), 1);
        self.target.take_lines();
        person
    }

    pub(super) async fn standing(&self) -> Standing {
        work::standing(self.platform(), &self.actor, self.integration).await.unwrap()
    }

    pub(super) async fn complaint(&self) -> Event {
        let failed = work::failed(self.platform(), &self.actor, self.integration, 10);
        failed.await.unwrap().remove(0).last.unwrap().event.unwrap()
    }

    pub(super) async fn retry(&self) {
        work::retry(self.platform(), &self.actor, self.integration, None).await.unwrap();
    }

    pub(super) async fn link_state(&self, person: UserId) -> Option<LinkState> {
        let state = work::assignment_state(self.platform(), &self.actor, self.integration, person);
        state.await.unwrap().1.map(|link| link.state)
    }

    pub(super) async fn integration(&self) -> Integration {
        integrations::get(self.platform(), &self.actor, self.integration).await.unwrap()
    }

    pub(super) async fn begin(&self) -> reqwest::Url {
        let callback = "http://id.localhost:8080/admin/app/cpc/cxone_1/oauth/callback";
        let http = &self.shared.http;
        authorize::begin(self.platform(), &self.actor, http, self.integration, callback)
            .await
            .unwrap()
    }

    pub(super) async fn authorize(&self) {
        let url = self.begin().await;
        let callback = Callback::Code("code-1".to_owned());
        authorize::complete(self.platform(), &self.shared.http, &state_of(&url), callback)
            .await
            .unwrap();
    }
}

pub(super) fn state_of(url: &reqwest::Url) -> String {
    url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

pub(super) fn oauth(target: &FakeTarget) -> AuthMode {
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
    integrations::connect(platform, actor, id, connection.into(), secrets).await.unwrap();
    let all = ToApp { create_users: true, update_user_attributes: true, deactivate_users: true };
    integrations::set_to_app(platform, actor, id, all.into()).await.unwrap()
}

pub(super) fn active(world: &World) -> Vec<bool> {
    world.target.users().iter().map(|user| user["active"] == true).collect()
}
