//! Section A of the guide: what an administrator of the contact centre does before integrating.
//!
//! Every step finds what an earlier, interrupted run left behind before it makes anything.

use anyhow::Result;
use seatlink_domain::{
    Actor, Permission, Permissions, Platform, Realm, Secret,
    access::{
        roles::{self, Edit, NewRole, Role, RoleStatus},
        tokens::{self, TokenScope},
    },
    apps::{
        self, ApiScope, AuthMethod, ClientType, DeliveryMethod, FedRamp, Registration, SigningAlg,
        Tenancy, Urls,
    },
    directory::users,
    tenants::{self, InitialRoles, NewTenant, Profile, Tenant, TenantSettings},
};
use serde_json::json;

use super::{
    logins::{Logins, Password},
    mails,
    report::{Login, Report, Step},
    sides::{RECEIVING_REGION, Sides},
};

pub const BUSINESS_UNIT: i64 = 4_510_001;
const ADMIN: &str = "admin@contact-center.example";
const CONTACTS: [&str; 2] = ["it@contact-center.example", "security@contact-center.example"];
/// What the sending side authenticates with.
const APPLICATION: &str = "Okta CXone Integration";
/// For whoever wants to try the flow by hand.
const BY_HAND: &str = "Flow by hand";

/// The receiving side, ready to be integrated with.
pub struct Prepared {
    pub admin: Login,
    /// A new one has ended what the administrator authorised before.
    pub(super) password: Password,
    pub client_id: String,
    /// Known only to the mails of the registration.
    pub client_secret: Secret,
}

pub async fn prepare(
    platform: &Platform,
    sides: &Sides,
    app_name: &str,
    report: &mut Report,
) -> Result<Prepared> {
    let tenant = tenant(platform).await?;
    let actor = Actor::operator(tenant.id);
    let administrator =
        role(platform, &actor, "Administrator", administrator_permissions()).await?;
    let (admin, password) = admin(platform, sides, &actor, &administrator).await?;

    let callbacks = callbacks(&sides.sending, app_name);
    let (client_id, client_secret) =
        register(platform, &actor, &tenant, APPLICATION, &callbacks, report).await?;

    let administrator = permit_scim(platform, &actor, administrator).await?;
    report.steps.push(Step {
        step: "A3",
        title: "The administrator's role has the SCIM permission",
        ok: administrator.permissions.contains(Permission::Scim),
        evidence: format!("Role “{}”: {} is On.", administrator.name, Permission::Scim.path()),
    });
    let agent = role(platform, &actor, "Agent", Permissions::default()).await?;
    report.steps.push(Step {
        step: "A4",
        title: "A role named Agent exists and is active",
        ok: agent.status == RoleStatus::Active,
        evidence: format!("Role “{}” ({}) is {}.", agent.name, agent.id, agent.status.as_str()),
    });

    describe(platform, sides, &actor, &tenant, &admin, report).await?;
    Ok(Prepared { admin, password, client_id, client_secret })
}

async fn tenant(platform: &Platform) -> Result<Tenant> {
    if let Some(tenant) = tenants::find_by_business_unit(platform, BUSINESS_UNIT).await? {
        return Ok(tenant);
    }
    // Without the roles out of the box: making Agent is a step of the guide.
    let new = NewTenant {
        business_unit: BUSINESS_UNIT,
        name: String::from("Contact Centre"),
        profile: Profile::ContactCenter,
        region: String::from(RECEIVING_REGION),
        realm: Realm::Commercial,
        settings: TenantSettings::all_fields(),
        roles: InitialRoles::None,
    };
    Ok(tenants::create(platform, new).await?)
}

fn administrator_permissions() -> Permissions {
    Permissions::all().without(Permission::Scim)
}

/// New Role > Name > Save & Activate.
async fn role(
    platform: &Platform,
    actor: &Actor,
    name: &str,
    permissions: Permissions,
) -> Result<Role> {
    if let Some(role) = roles::find_by_name(platform, actor, name).await? {
        return Ok(role);
    }
    let new = NewRole {
        name: name.to_owned(),
        description: String::new(),
        status: RoleStatus::Active,
        permissions,
    };
    Ok(roles::create(platform, actor, new).await?)
}

/// Admin > General Permissions > SCIM > On.
async fn permit_scim(platform: &Platform, actor: &Actor, role: Role) -> Result<Role> {
    if role.permissions.contains(Permission::Scim) {
        return Ok(role);
    }
    let permissions = Some(role.permissions.with(Permission::Scim));
    let edit = Edit { permissions, ..Edit::default() };
    Ok(roles::edit(platform, actor, role.id, role.version, edit).await?)
}

async fn admin(
    platform: &Platform,
    sides: &Sides,
    actor: &Actor,
    role: &Role,
) -> Result<(Login, Password)> {
    let id: seatlink_domain::UserId =
        if let Some(record) = users::find_by_user_name(platform, actor, ADMIN).await? {
            record.id
        } else {
            let body = json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                "userName": ADMIN,
                "name": { "givenName": "Ada", "familyName": "Minor" },
                "emails": [{ "value": ADMIN, "type": "work", "primary": true }],
                "roles": [{ "value": role.id.to_string(), "primary": true }],
            });
            users::create(platform, actor, body).await?.id().into()
        };
    Logins::of(&sides.data).ensure(platform, actor, id, ADMIN).await
}

/// The sending side's callback here, and the ones a real Okta tenant would use.
fn callbacks(sending_origin: &str, app_name: &str) -> Vec<String> {
    let path = format!("/admin/app/cpc/{app_name}/oauth/callback");
    ["https://system-admin.okta.com", "https://system-admin.okta-emea.com"]
        .into_iter()
        .chain([sending_origin])
        .map(|origin| format!("{origin}{path}"))
        .collect()
}

/// The registration wizard, and the credentials out of its two mails.
async fn register(
    platform: &Platform,
    actor: &Actor,
    tenant: &Tenant,
    name: &str,
    redirects: &[String],
    report: &mut Report,
) -> Result<(String, Secret)> {
    let known = apps::list(platform, actor).await?.into_iter().find(|app| app.name == name);
    let tracking_number = if let Some(app) = known {
        app.tracking_number
    } else {
        let registration = registration(tenant, name, redirects);
        apps::register(platform, actor, registration).await?.tracking_number
    };
    let opened = mails::open_registration(platform, actor, CONTACTS[0], &tracking_number).await?;
    if name == APPLICATION {
        report.steps.push(Step {
            step: "A1",
            title: "The application is registered",
            ok: true,
            evidence: format!(
                "“{name}”, tracking number {tracking_number}; {} mails for {} contacts.",
                opened.mails,
                CONTACTS.len()
            ),
        });
        report.steps.push(Step {
            step: "A2",
            title: "Client ID and secret are taken out of the encrypted file",
            ok: true,
            evidence: format!(
                "{} opened with the mailed password; client ID {}.",
                opened.file_name, opened.client_id
            ),
        });
    }
    Ok((opened.client_id, opened.client_secret))
}

fn registration(tenant: &Tenant, name: &str, redirects: &[String]) -> Registration {
    Registration {
        requester_email: ADMIN.to_owned(),
        requester_name: String::from("Ada Minor"),
        business_unit: tenant.business_unit,
        app_name: name.to_owned(),
        description: String::from(
            "For SCIM: the identity provider (Okta) provisions people into the contact centre.",
        ),
        contacts: CONTACTS.map(String::from).to_vec(),
        delivery: DeliveryMethod::Email,
        tenancy: Tenancy::Single,
        fed_ramp: FedRamp::No,
        auth_method: AuthMethod::ClientSecretPost,
        scopes: ApiScope::ALL.to_vec(),
        app_type: ClientType::UserConfidential,
        id_token_alg: SigningAlg::default(),
        urls: Urls { redirects: redirects.to_vec(), ..Urls::default() },
    }
}

async fn describe(
    platform: &Platform,
    sides: &Sides,
    actor: &Actor,
    tenant: &Tenant,
    admin: &Login,
    report: &mut Report,
) -> Result<()> {
    // With the scope `admin` it opens the outbox too, for programs that look around.
    let (_, token) = tokens::create(platform, actor, "Demo", TokenScope::Admin, None).await?;
    let by_hand = vec![String::from("http://127.0.0.1/callback")];
    let (client_id, client_secret) =
        register(platform, actor, tenant, BY_HAND, &by_hand, report).await?;
    let origin = &sides.receiving;
    let receiving = &mut report.receiving;
    receiving.base_url.clone_from(origin);
    receiving.scim_base_url = format!("{origin}/scim/v2");
    receiving.issuer.clone_from(origin);
    receiving.authorization_endpoint = format!("{origin}/auth/authorize");
    receiving.token_endpoint = format!("{origin}/auth/token");
    token.expose().clone_into(&mut receiving.bearer_token);
    receiving.client_id = client_id;
    client_secret.expose().clone_into(&mut receiving.client_secret);
    receiving.redirect_uri = by_hand.into_iter().next().unwrap_or_default();
    receiving.tenant_id = tenant.id.to_string();
    receiving.business_unit_id = tenant.business_unit;
    receiving.region.clone_from(&tenant.region);
    receiving.admin = admin.clone();
    receiving.outbox_url = format!("{origin}/manage/v1/outbox");
    Ok(())
}
