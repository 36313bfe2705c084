//! One business unit with an administrator, and the moves of the flow in short.

use std::time::Duration;

use seatlink_domain::{
    Actor, Clock, Db, Durability, Location, Options, Permission, Permissions, Platform, Realm,
    Sealer, Secret, Settings, TenantId, Timestamp, UserId,
    access::{
        bearer::{self, BearerError},
        roles,
    },
    apps::{
        self, ApiScope, AuthMethod, ClientType, DeliveryMethod, FedRamp, Registration, Tenancy,
        Urls,
    },
    directory, log,
    login::{self, LoginError, NewSession, Session},
    oauth::{
        OauthError,
        authorize::{self, AuthorizeError},
        token,
    },
    settings::Host,
    tenants::{self, InitialRoles, NewTenant, Profile, TenantSettings},
};
use seatlink_oauth::{ClientCredential, ErrorCode, Params, TokenRequest, TokenResponse};
use serde_json::json;
use tempfile::TempDir;

pub(crate) const CALLBACK: &str =
    "https://system-admin.okta.com/admin/app/cpc/seat_1/oauth/callback";
pub(crate) const PASSWORD: &str = "an umbrella for two";
pub(crate) const ADMIN: &str = "ada@example.com";

pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) clock: Clock,
    pub(crate) tenant: TenantId,
    pub(crate) admin: UserId,
    directory: TempDir,
}

/// A registered application, with its secret if it has one.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) app: seatlink_domain::AppId,
    pub(crate) secret: Option<String>,
}

impl Client {
    pub(crate) fn credential(&self) -> ClientCredential {
        match &self.secret {
            Some(secret) => ClientCredential::Post {
                id: self.id.clone(),
                secret: seatlink_oauth::Secret::new(secret.as_str()),
            },
            None => ClientCredential::None { id: self.id.clone() },
        }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let location = Location::Sqlite { path: directory.path().join("seatlink.db") };
        let db = Db::open(Options { location, durability: Durability::Normal }).await.unwrap();
        let clock = Clock::fixed(Timestamp::from_micros(1_800_000_000_000_000));
        let host = |origin: &str, realm| Host {
            origin: origin.to_owned(),
            realm,
            region: String::from("na1"),
            issuer: true,
        };
        let settings = Settings::new(vec![
            host("https://as.example", Realm::Commercial),
            host("https://as-gov.example", Realm::Government),
        ]);
        let platform = Platform::new(db, clock.clone(), Sealer::new(&[7; 32]), settings);
        let tenant = new_tenant(&platform, 4_711, Realm::Commercial).await;
        let mut world =
            Self { platform, clock, tenant, admin: UserId::from(uuid::Uuid::nil()), directory };
        world.admin = world.person(ADMIN).await;
        world.make_administrator(world.admin).await;
        world
    }

    pub(crate) fn operator(&self) -> Actor {
        Actor::operator(self.tenant)
    }

    pub(crate) fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// A person with a password and the Agent role.
    pub(crate) async fn person(&self, user_name: &str) -> UserId {
        person_in(&self.platform, self.tenant, user_name).await
    }

    pub(crate) async fn make_administrator(&self, user: UserId) {
        let role = self.administrator_role().await;
        let people = vec![user];
        roles::assign(&self.platform, &self.operator(), role.id, people, roles::Rank::Secondary)
            .await
            .unwrap();
        self.switch_scim(Permissions::all()).await;
    }

    async fn administrator_role(&self) -> roles::Role {
        let role = roles::find_by_name(&self.platform, &self.operator(), "Administrator").await;
        role.unwrap().unwrap()
    }

    /// Sets what the Administrator role gives.
    pub(crate) async fn switch_scim(&self, permissions: Permissions) {
        let role = self.administrator_role().await;
        let operator = self.operator();
        let edit = roles::Edit { permissions: Some(permissions), ..roles::Edit::default() };
        roles::edit(&self.platform, &operator, role.id, role.version, edit).await.unwrap();
    }

    pub(crate) async fn client(&self, client_type: ClientType) -> Client {
        self.client_with(client_type, |_| {}).await
    }

    pub(crate) async fn client_with(
        &self,
        client_type: ClientType,
        edit: impl FnOnce(&mut Registration),
    ) -> Client {
        let mut registration = Registration {
            requester_email: String::from("dev@example.com"),
            requester_name: String::from("Dev"),
            business_unit: 4_711,
            app_name: format!("Okta CXone Integration {}", self.platform.random::<1>()[0]),
            description: String::from("For SCIM, from Okta."),
            contacts: vec![String::from("dev@example.com")],
            delivery: DeliveryMethod::Email,
            tenancy: Tenancy::Single,
            fed_ramp: FedRamp::No,
            auth_method: AuthMethod::ClientSecretPost,
            scopes: ApiScope::ALL.to_vec(),
            app_type: client_type,
            id_token_alg: seatlink_domain::apps::SigningAlg::default(),
            urls: Urls { redirects: vec![CALLBACK.to_owned()], ..Urls::default() },
        };
        edit(&mut registration);
        let registered =
            apps::register(&self.platform, &self.operator(), registration).await.unwrap();
        Client {
            id: registered.client_id,
            app: registered.app_id,
            secret: registered.secret.map(|secret| secret.expose().to_owned()),
        }
    }

    pub(crate) async fn try_sign_in(
        &self,
        user_name: &str,
        password: &str,
    ) -> Result<NewSession, LoginError> {
        let password = Secret::new(password);
        login::sign_in(&self.platform, Realm::Commercial, user_name, &password, None, None).await
    }

    pub(crate) async fn session(&self) -> Session {
        self.try_sign_in(ADMIN, PASSWORD).await.unwrap().session
    }

    pub(crate) fn query(client: &Client, more: &str) -> String {
        let callback: String = url::form_urlencoded::byte_serialize(CALLBACK.as_bytes()).collect();
        format!(
            "scope=openid&response_type=code&client_id={}&redirect_uri={callback}&state=st-1{more}",
            client.id
        )
    }

    pub(crate) async fn check(&self, query: &str) -> Result<authorize::Asked, AuthorizeError> {
        let params = Params::from_query(query).unwrap();
        authorize::check(&self.platform, Realm::Commercial, &params).await
    }

    /// Consents as the administrator and takes the code out of the redirect.
    pub(crate) async fn code(&self, client: &Client, more: &str) -> String {
        let session = self.session().await;
        let asked = self.check(&Self::query(client, more)).await.unwrap();
        let uri = authorize::approve(&self.platform, &session, &asked).await.unwrap();
        parameter(&uri, "code").unwrap()
    }

    /// The same for other scopes than `openid`.
    pub(crate) async fn code_for(&self, client: &Client, scope: &str) -> String {
        let query = Self::query(client, "").replace("scope=openid", &format!("scope={scope}"));
        let asked = self.check(&query).await.unwrap();
        let session = self.session().await;
        let uri = authorize::approve(&self.platform, &session, &asked).await.unwrap();
        parameter(&uri, "code").unwrap()
    }

    pub(crate) async fn redeem(
        &self,
        client: &Client,
        code: &str,
        verifier: Option<&str>,
    ) -> Result<TokenResponse, OauthError> {
        let request = TokenRequest::AuthorizationCode {
            code: seatlink_oauth::Secret::new(code),
            redirect_uri: Some(CALLBACK.to_owned()),
            code_verifier: verifier.map(str::to_owned),
        };
        self.token(client, request).await
    }

    pub(crate) async fn refresh(
        &self,
        client: &Client,
        refresh_token: &str,
    ) -> Result<TokenResponse, OauthError> {
        let refresh_token = seatlink_oauth::Secret::new(refresh_token);
        self.token(client, TokenRequest::RefreshToken { refresh_token, scope: None }).await
    }

    /// The same data seen by another process.
    pub(crate) async fn elsewhere(&self) -> Platform {
        let location = Location::Sqlite { path: self.directory.path().join("seatlink.db") };
        let db = Db::open(Options { location, durability: Durability::Normal }).await.unwrap();
        Platform::new(
            db,
            self.clock.clone(),
            Sealer::new(&[7; 32]),
            self.platform.settings().clone(),
        )
    }

    pub(crate) async fn token(
        &self,
        client: &Client,
        request: TokenRequest,
    ) -> Result<TokenResponse, OauthError> {
        token::issue(&self.platform, Realm::Commercial, client.credential(), request).await
    }

    /// The whole flow: access token and refresh token.
    pub(crate) async fn connect(&self, client: &Client) -> (String, String) {
        let code = self.code(client, "").await;
        pair(&self.redeem(client, &code, None).await.unwrap())
    }

    pub(crate) async fn bearer(&self, token: &str) -> Result<Actor, BearerError> {
        bearer::authenticate(&self.platform, Realm::Commercial, token).await
    }

    /// Whether the token opens the SCIM service.
    pub(crate) async fn reaches_scim(&self, token: &str) -> bool {
        self.bearer(token).await.is_ok_and(|actor| actor.permissions.contains(Permission::Scim))
    }

    /// The reasons in the log, the newest first.
    pub(crate) async fn reasons(&self) -> Vec<String> {
        let rows = log::latest(&self.platform, &self.operator(), 50).await.unwrap();
        rows.into_iter().map(|row| row.reason).collect()
    }

    pub(crate) async fn set_active(&self, user: UserId, active: bool) {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "active", "value": active }],
        });
        let none = seatlink_scim::Precondition::None;
        directory::users::patch(&self.platform, &self.operator(), &user.to_string(), body, &none)
            .await
            .unwrap();
    }
}

pub(crate) async fn new_tenant(platform: &Platform, business_unit: i64, realm: Realm) -> TenantId {
    let new = NewTenant {
        business_unit,
        name: format!("Tenant {business_unit}"),
        profile: Profile::ContactCenter,
        region: String::from("na1"),
        realm,
        settings: TenantSettings::default(),
        roles: InitialRoles::OutOfTheBox,
    };
    tenants::create(platform, new).await.unwrap().id
}

pub(crate) async fn person_in(platform: &Platform, tenant: TenantId, user_name: &str) -> UserId {
    let operator = Actor::operator(tenant);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": user_name,
        "name": { "givenName": "Augusta", "familyName": "Byron" },
        "emails": [{ "value": user_name, "primary": true }],
        "active": true,
    });
    let stored = directory::users::create(platform, &operator, body).await.unwrap();
    let id = UserId::from(stored.id());
    login::password::set(platform, &operator, id, &Secret::new(PASSWORD)).await.unwrap();
    id
}

pub(crate) fn pair(response: &TokenResponse) -> (String, String) {
    let refresh = response.refresh_token.as_ref().unwrap().expose().to_owned();
    (response.access_token.expose().to_owned(), refresh)
}

pub(crate) fn parameter(uri: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(uri).unwrap();
    url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

/// The OAuth error code of a refusal.
pub(crate) fn refusal<T>(result: Result<T, OauthError>) -> Option<ErrorCode> {
    match result {
        Err(OauthError::Protocol(error)) => Some(error.code),
        Ok(_) | Err(_) => None,
    }
}
