//! Sections B to F of the guide: what an identity administrator does on the sending side.

use anyhow::{Context as _, Result, bail, ensure};
use seatlink_domain::{
    Actor, IntegrationId, Permissions, Platform, Realm,
    access::{
        roles::{self, NewRole, Rank, RoleStatus},
        tokens::{self, TokenScope},
    },
    directory::users,
    integrations::{
        self, AuthMode, Connection, Integration, NewIntegration, Secrets, Status, SupportedActions,
        Switch, ToApp, UpdateStyle,
    },
    tenants::{self, InitialRoles, NewTenant, Profile, Tenant, TenantSettings},
};
use serde_json::json;
use url::Url;

use super::{
    browser::{Browser, Page},
    logins::{Logins, Password},
    receiving::Prepared,
    report::{Login, Report, Step},
    sides::{SENDING_REGION, Sides},
};
use seatlink_edge::words;

const BUSINESS_UNIT: i64 = 4_510_002;
const ADMIN: &str = "identity@workforce.example";
const LABEL: &str = "CXone";
/// The internal name, known before the application exists because the demo makes both sides.
pub const APP_NAME: &str = "workforce_cxone_1";

pub struct Ready {
    pub actor: Actor,
    pub integration: IntegrationId,
}

pub async fn integrate(
    platform: &Platform,
    sides: &Sides,
    receiving: &Prepared,
    browser: &mut Browser,
    report: &mut Report,
) -> Result<Ready> {
    let tenant = tenant(platform).await?;
    let actor = Actor::operator(tenant.id);
    let admin = admin(platform, sides, &actor).await?;
    let (_, token) = tokens::create(platform, &actor, "Demo", TokenScope::Admin, None).await?;

    let integration = application(platform, &actor, sides, report).await?;
    let id = integration.id;
    let integration = configure(platform, &actor, sides, receiving, integration, report).await?;
    if integration.status != Status::Ready || receiving.password == Password::New {
        authenticate(platform, &actor, sides, receiving, &admin, browser, &integration).await?;
    }
    let integration = integrations::get(platform, &actor, id).await?;
    report.steps.push(Step {
        step: "E",
        title: "The application is authenticated with",
        ok: integration.status == Status::Ready,
        evidence: format!(
            "{} logged in on the receiving side, allowed it, and came back to {}; the integration is {}.",
            receiving.admin.username,
            integration.callback_path(),
            integration.status.as_str()
        ),
    });
    let all = ToApp { create_users: true, update_user_attributes: true, deactivate_users: true };
    let integration = integrations::set_to_app(platform, &actor, id, all.into()).await?;
    report.steps.push(Step {
        step: "F",
        title: "Create, update and deactivate are switched on",
        ok: integration.settings.to_app == all,
        evidence: String::from("Create Users, Update User Attributes, Deactivate Users."),
    });

    report.sending.base_url.clone_from(&sides.sending);
    token.expose().clone_into(&mut report.sending.api_token);
    report.sending.integration_id = id.to_string();
    report.sending.admin = admin;
    Ok(Ready { actor, integration: id })
}

async fn tenant(platform: &Platform) -> Result<Tenant> {
    if let Some(tenant) = tenants::find_by_business_unit(platform, BUSINESS_UNIT).await? {
        return Ok(tenant);
    }
    let new = NewTenant {
        business_unit: BUSINESS_UNIT,
        name: String::from("Workforce"),
        profile: Profile::Standard,
        region: String::from(SENDING_REGION),
        realm: Realm::Commercial,
        settings: TenantSettings::default(),
        roles: InitialRoles::None,
    };
    Ok(tenants::create(platform, new).await?)
}

async fn admin(platform: &Platform, sides: &Sides, actor: &Actor) -> Result<Login> {
    let role = if let Some(role) = roles::find_by_name(platform, actor, "Administrator").await? {
        role
    } else {
        let new = NewRole {
            name: String::from("Administrator"),
            description: String::from("Administers directory and applications."),
            status: RoleStatus::Active,
            permissions: Permissions::all(),
        };
        roles::create(platform, actor, new).await?
    };
    let id = if let Some(record) = users::find_by_user_name(platform, actor, ADMIN).await? {
        record.id
    } else {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": ADMIN,
            "name": { "givenName": "Ida", "familyName": "Provider" },
            "emails": [{ "value": ADMIN, "type": "work", "primary": true }],
        });
        users::create(platform, actor, body).await?.id().into()
    };
    roles::assign(platform, actor, role.id, vec![id], Rank::Secondary).await?;
    let (login, _) = Logins::of(&sides.data).ensure(platform, actor, id, ADMIN).await?;
    Ok(login)
}

/// Applications > Create App Integration > SWA > Next > Name > Done.
async fn application(
    platform: &Platform,
    actor: &Actor,
    sides: &Sides,
    report: &mut Report,
) -> Result<Integration> {
    let integration =
        if let Some(integration) = integrations::find_by_name(platform, actor, APP_NAME).await? {
            integration
        } else {
            let new = NewIntegration {
                label: String::from(LABEL),
                login_page_url: format!("{}/login", sides.receiving),
                app_name: Some(String::from(APP_NAME)),
            };
            integrations::create(platform, actor, new).await?
        };
    report.steps.push(Step {
        step: "B",
        title: "The application is created (SWA)",
        ok: true,
        evidence: format!(
            "“{}” ({}), login page {}.",
            integration.label, integration.app_name, integration.settings.login_page_url
        ),
    });
    Ok(integration)
}

async fn configure(
    platform: &Platform,
    actor: &Actor,
    sides: &Sides,
    receiving: &Prepared,
    integration: Integration,
    report: &mut Report,
) -> Result<Integration> {
    let id = integration.id;
    let integration = integrations::enable_scim(platform, actor, id, Switch::On).await?;
    report.steps.push(Step {
        step: "C",
        title: "SCIM provisioning is enabled",
        ok: integration.settings.scim_enabled,
        evidence: String::from("General > App Settings > Enable SCIM provisioning is on."),
    });
    let connection = Connection {
        base_url: format!("{}/scim/v2", sides.receiving),
        unique_identifier: String::from("userName"),
        actions: SupportedActions { push_new_users: true, push_profile_updates: true },
        auth: AuthMode::OAuth2 {
            token_endpoint: format!("{}/auth/token", sides.receiving),
            authorization_endpoint: format!("{}/auth/authorize?scope=openid", sides.receiving),
            client_id: receiving.client_id.clone(),
        },
        update_style: UpdateStyle::Put,
        concurrency: 64,
    };
    // Saving a secret forgets the tokens that came with the one before, so a second run leaves what
    // is connected already as it is.
    let connected = integration.status == Status::Ready
        && integration.settings.connection.as_ref() == Some(&connection);
    let integration = if connected {
        integration
    } else {
        let secrets =
            Secrets { client_secret: Some(receiving.client_secret.clone()), ..Secrets::default() };
        integrations::connect(platform, actor, id, connection.clone().into(), secrets).await?
    };
    report.steps.push(Step {
        step: "D",
        title: "The SCIM connection is configured",
        ok: integration.settings.connection.as_ref() == Some(&connection),
        evidence: format!(
            "{} with OAuth 2, unique identifier userName, Push New Users and Push Profile Updates.",
            connection.base_url
        ),
    });
    Ok(integration)
}

/// Provisioning > Integration > Authenticate with …, all of it in a browser.
async fn authenticate(
    platform: &Platform,
    actor: &Actor,
    sides: &Sides,
    receiving: &Prepared,
    admin: &Login,
    browser: &mut Browser,
    integration: &Integration,
) -> Result<()> {
    let overview = Url::parse(&format!("{}/admin", sides.sending))?;
    let login = browser.open(overview).await?;
    let overview = log_in(browser, login, admin).await.context("login on the sending side")?;
    ensure!(
        overview.status.is_success(),
        "the sending side's overview answers {}",
        overview.status
    );
    let authenticate = overview.form_to("/authenticate").with_context(|| {
        format!("the overview offers “Authenticate with {}”", integration.label)
    })?;
    let login = browser.submit(authenticate).await?;
    let consent =
        log_in(browser, login, &receiving.admin).await.context("login on the receiving side")?;
    let mut form = consent.form().with_context(|| {
        format!("the consent page, but {} answered {}", consent.url, consent.status)
    })?;
    form.press("decision", "allow");
    let back = browser.submit(form).await?;
    let integration = integrations::get(platform, actor, integration.id).await?;
    if integration.status != Status::Ready {
        bail!(
            "back at {} (status {}) the integration is {}: {}",
            back.url.path(),
            back.status,
            integration.status.as_str(),
            words::status_reason(&integration).unwrap_or_default()
        );
    }
    Ok(())
}

pub async fn log_in(browser: &mut Browser, page: Page, login: &Login) -> Result<Page> {
    let mut form = page.form()?;
    if !form.asks_for_password() {
        return Ok(page);
    }
    form.fill_login(&login.username, &login.password);
    let next = browser.submit(form).await?;
    if next.form().is_ok_and(|form| form.asks_for_password()) {
        bail!("{} does not let {} in", next.url, login.username);
    }
    Ok(next)
}
