//! An application of the receiving side, with the moves that its browser and its back end make.

use anyhow::{Context as _, Result};
use seatlink_domain::{
    Actor, Secret, UserId,
    apps::{
        self, ApiScope, AuthMethod, ClientType, DeliveryMethod, FedRamp, Registration, SigningAlg,
        Tenancy, Urls,
    },
    login::password,
    tenants,
};
use url::Url;

use super::{Answer, Ground};
use seatlink::demo::{
    browser::{Browser, Page},
    report::Login,
};

const PASSWORD: &str = "three blue umbrellas";
/// What the answer of an authorization must bring back.
pub(crate) const STATE: &str = "st-run";

pub(crate) struct Application<'a> {
    ground: &'a Ground,
    pub(crate) client_id: String,
    pub(crate) secret: Secret,
    pub(crate) redirect_uri: String,
}

impl<'a> Application<'a> {
    /// Registers a confidential application that sends its secret in the form.
    pub(crate) async fn register(
        ground: &'a Ground,
        actor: &Actor,
        name: &str,
        scopes: &[ApiScope],
    ) -> Result<Self> {
        Self::register_with(ground, actor, name, scopes, AuthMethod::ClientSecretPost).await
    }

    pub(crate) async fn register_with(
        ground: &'a Ground,
        actor: &Actor,
        name: &str,
        scopes: &[ApiScope],
        auth_method: AuthMethod,
    ) -> Result<Self> {
        let platform = ground.platform();
        // An address that answers, so that the browser has somewhere to end up.
        let redirect_uri =
            format!("{}/admin/app/cpc/test_1/oauth/callback", ground.sides.receiving);
        let registration = Registration {
            requester_email: String::from("dev@example.com"),
            requester_name: String::from("Dev"),
            business_unit: tenants::load(platform, actor.tenant).await?.business_unit,
            app_name: name.to_owned(),
            description: String::from("For tests."),
            contacts: vec![String::from("dev@example.com")],
            delivery: DeliveryMethod::Email,
            tenancy: Tenancy::Single,
            fed_ramp: FedRamp::No,
            auth_method,
            scopes: scopes.to_vec(),
            app_type: ClientType::UserConfidential,
            id_token_alg: SigningAlg::default(),
            urls: Urls { redirects: vec![redirect_uri.clone()], ..Urls::default() },
        };
        let registered = apps::register(platform, actor, registration).await?;
        let secret = registered.secret.context("a confidential client has a secret")?;
        Ok(Self { ground, client_id: registered.client_id, secret, redirect_uri })
    }

    /// Sends a browser to the authorization endpoint; `more` goes behind the scope.
    pub(crate) async fn authorize(&self, browser: &mut Browser, more: &str) -> Result<Page> {
        let pairs = [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("state", STATE),
        ];
        let endpoint = format!("{}/auth/authorize?scope=openid{more}", self.ground.sides.receiving);
        browser.open(Url::parse_with_params(&endpoint, pairs)?).await
    }

    /// Asks for tokens.
    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> Result<Answer> {
        let own = [
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.secret.expose()),
            ("redirect_uri", &self.redirect_uri),
        ];
        let form: Vec<_> = form.iter().copied().chain(own).collect();
        let url = format!("{}/auth/token", self.ground.sides.receiving);
        Answer::of(self.ground.http.post(url).form(&form)).await
    }
}

/// Gives a user of the receiving side a password to log in with.
pub(crate) async fn login(
    ground: &Ground,
    actor: &Actor,
    user: UserId,
    user_name: &str,
) -> Result<Login> {
    password::set(ground.platform(), actor, user, &Secret::new(PASSWORD)).await?;
    Ok(Login { username: user_name.to_owned(), password: PASSWORD.to_owned() })
}
