//! Connecting with OAuth 2 as Okta does, and the client credentials that Entra uses.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::Method;
use seatlink_domain::{
    Permissions, UserId,
    access::roles::{self, Edit, Rank},
    apps::{ApiScope, AuthMethod},
    tenants::Profile,
};
use serde_json::{Value, json};

use super::player::{Player, id, steps};
use crate::harness::{
    Application, Call, Ground, STATE, Service, allow, login, on_each_database, parameter,
};
use seatlink::demo::{browser::Page, report::Login};

const TRANSCRIPT: &str = include_str!("../cases/okta-oauth-transcript.json");

#[tokio::test]
async fn a_connection_is_made_kept_and_lost_as_okta_expects() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let connection = Connection::prepare(ground, &service).await?;
        let mut player = connection.player(&service);
        for step in steps(TRANSCRIPT)? {
            connection.step(&mut player, step).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_applications_token_opens_the_scim_service_and_nothing_else_its_person_may_do()
-> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let connection = Connection::prepare(ground, &service).await?;
        let code = connection.code().await?;
        let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
        let tokens = connection.app.token(&form).await?.expect(200)?;
        let token = tokens["access_token"].as_str().context("a token")?;

        let users = service.scim.with_token(token).get("/Users?count=1").await?;
        assert_eq!(users.status, 200, "{}", users.text);
        let outbox = format!("{}/manage/v1/outbox", ground.sides.receiving);
        let asked = ground.http.get(outbox).bearer_auth(token);
        assert_eq!(asked.send().await?.status().as_u16(), 403, "the outbox holds credentials");
        let integrations = format!("{}/manage/v1/integrations", ground.sides.sending);
        let asked = ground.http.get(integrations).bearer_auth(token);
        assert_eq!(asked.send().await?.status().as_u16(), 403);
        Ok(())
    })
    .await
}

/// RFC 7644 §3.11: the person who authorised the application, who must be somebody.
#[tokio::test]
async fn me_is_the_person_who_authorised_the_application() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let connection = Connection::prepare(ground, &service).await?;
        let code = connection.code().await?;
        let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
        let tokens = connection.app.token(&form).await?.expect(200)?;
        let scim = service.scim.with_token(tokens["access_token"].as_str().context("a token")?);
        service.scim.get("/Me").await?.refusal(404, None)?;

        let me = scim.get("/Me").await?;
        let shown = me.expect(200)?;
        assert_eq!(shown["userName"], "admin@example.com");
        let path = format!("/Users/{}", shown["id"].as_str().context("an id")?);
        assert_eq!(scim.get(&path).await?.text, me.text);
        for name in ["location", "content-location"] {
            assert_eq!(me.header(name), shown["meta"]["location"].as_str().context("a place")?);
        }
        let cut = scim.get("/Me?attributes=userName").await?.expect(200)?;
        assert!(cut["userName"].is_string() && cut["name"].is_null(), "{cut}");

        let headers = &[("if-none-match", me.header("etag"))];
        let again = Call { method: Method::GET, path: "/Me", headers, body: None };
        assert_eq!(scim.call(again).await?.status, 304);
        let changed = json!([{ "op": "replace", "path": "name.givenName", "value": "Robin" }]);
        scim.patch("/Me", changed).await?.expect(200)?;
        let mut whole = scim.get(&path).await?.expect(200)?;
        assert_eq!(whole["name"]["givenName"], "Robin");
        whole["name"]["givenName"] = json!("Kim");
        assert_eq!(scim.put("/Me", &whole).await?.expect(200)?["name"]["givenName"], "Kim");
        scim.post("/Me", &whole).await?.refusal(405, None)?;
        assert_eq!(scim.delete("/Me").await?.status, 204);
        // In a contact center a deleted person is kept, inactive; whatever acted for them acts no
        // more.
        assert_eq!(scim.get("/Me").await?.status, 401);
        assert_eq!(service.scim.get(&path).await?.expect(200)?["active"], false);
        Ok(())
    })
    .await
}

/// What the steps that are no requests need: two people, of whom one may authorise the application.
struct Connection<'a> {
    ground: &'a Ground,
    app: Application<'a>,
    /// The same, registered with client_secret_basic.
    basic: Application<'a>,
    admin: Login,
    agent: Login,
}

impl<'a> Connection<'a> {
    async fn prepare(ground: &'a Ground, service: &Service) -> Result<Self> {
        let (platform, actor) = (ground.platform(), &service.actor);
        let name = "Okta CXone Integration";
        let app = Application::register(ground, actor, name, &ApiScope::ALL).await?;
        let method = AuthMethod::ClientSecretBasic;
        let basic =
            Application::register_with(ground, actor, "By header", &ApiScope::ALL, method).await?;
        let (_, agent) = person(ground, service, "agent@example.com").await?;
        let (id, admin) = person(ground, service, "admin@example.com").await?;
        let role = roles::find_by_name(platform, actor, "Administrator").await?;
        let role = role.context("a role out of the box")?;
        let edit = Edit { permissions: Some(Permissions::all()), ..Edit::default() };
        roles::edit(platform, actor, role.id, role.version, edit).await?;
        roles::assign(platform, actor, role.id, vec![id], Rank::Secondary).await?;
        Ok(Self { ground, app, basic, admin, agent })
    }

    fn player(&self, service: &Service) -> Player {
        let origin = &self.ground.sides.receiving;
        let targets = [
            ("authorize", format!("{origin}/auth/authorize?scope=openid")),
            ("token", format!("{origin}/auth/token")),
            ("scim", service.scim.base().to_owned()),
        ];
        let mut player = Player::new(self.ground.http.clone(), &targets);
        player.set("run", "run");
        player.set("clientId", self.app.client_id.as_str());
        player.set("clientSecret", self.app.secret.expose());
        player.set("redirectUri", self.app.redirect_uri.as_str());
        player
    }

    async fn step(&self, player: &mut Player, mut step: Value) -> Result<()> {
        match id(&step) {
            "az-login-consent" => player.set("code", self.code().await?),
            "az-no-permission" => {
                let back = self.authorize(&self.agent).await?;
                let error = parameter(&back.url, "error");
                ensure!(error.as_deref() == Some("access_denied"), "{}", back.url);
            }
            "tk-basic" => {
                self.exchange_with_basic(player, step).await?;
                // The second use of a code, two steps before, has ended what the first one gave
                // (RFC 6749 §4.1.2), so the connection goes on with the tokens of another approval.
                let code = self.code().await?;
                let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
                let tokens = self.app.token(&form).await?.expect(200)?;
                for (name, field) in [("access", "access_token"), ("refresh", "refresh_token")] {
                    player.set(name, tokens[field].as_str().context(field)?);
                }
            }
            "scim-expired" => {
                self.ground.later(Duration::from_hours(2));
                step["headers"]["Authorization"] = "Bearer {{access2}}".into();
                player.play(&step).await?;
            }
            other if step["action"].is_string() => bail!("nobody knows how to do {other}"),
            _ => player.play(&step).await?,
        }
        Ok(())
    }

    /// A client is held to the method it registered: the step as it stands is refused to one that
    /// registered the form, and succeeds for one that registered the header.
    async fn exchange_with_basic(&self, player: &mut Player, step: Value) -> Result<()> {
        player.set("freshCode", self.code().await?);
        let mut refused = step.clone();
        refused["expect"] = json!({ "status": [401] });
        player.play(&refused).await?;
        let back = self.authorize_for(&self.basic, &self.admin).await?;
        let code =
            parameter(&back.url, "code").with_context(|| format!("no code at {}", back.url))?;
        player.set("freshCode", code);
        player.set("clientId", self.basic.client_id.as_str());
        player.set("clientSecret", self.basic.secret.expose());
        player.play(&step).await?;
        player.set("clientId", self.app.client_id.as_str());
        player.set("clientSecret", self.app.secret.expose());
        Ok(())
    }

    async fn code(&self) -> Result<String> {
        let back = self.authorize(&self.admin).await?;
        parameter(&back.url, "code").with_context(|| format!("no code at {}", back.url))
    }

    /// Signs in, agrees, and ends up where the answer goes.
    async fn authorize(&self, who: &Login) -> Result<Page> {
        self.authorize_for(&self.app, who).await
    }

    async fn authorize_for(&self, app: &Application<'_>, who: &Login) -> Result<Page> {
        let mut browser = self.ground.browser();
        let page = app.authorize(&mut browser, "").await?;
        let mut form = page.form()?;
        form.fill_login(&who.username, &who.password);
        let page = browser.submit(form).await?;
        let back = allow(&mut browser, page).await?;
        ensure!(back.url.as_str().starts_with(&app.redirect_uri), "{}", back.url);
        ensure!(parameter(&back.url, "state").as_deref() == Some(STATE), "{}", back.url);
        Ok(back)
    }
}

async fn person(ground: &Ground, service: &Service, user_name: &str) -> Result<(UserId, Login)> {
    let made = service.scim.post("/Users", &Service::body(user_name)).await?.expect(201)?;
    let id: UserId = made["id"].as_str().context("an id")?.parse()?;
    Ok((id, login(ground, &service.actor, id, user_name).await?))
}
