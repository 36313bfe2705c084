//! `seatlink app`: the registration form of the portal, for the operator.

use clap::Subcommand;
use seatlink_domain::{
    AppId, Platform, Realm,
    apps::{
        self, ApiScope, App, AuthMethod, ClientType, DeliveryMethod, FedRamp, Registration,
        SigningAlg, Tenancy, Update, Urls,
    },
};
use serde_json::{Value, json};

use super::{
    find::TenantArgument,
    report::{Failure, Report},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Register an application: mail its contacts and print the client secret once
    Register(Box<Register>),
    /// List registered applications
    List {
        #[command(flatten)]
        tenant: TenantArgument,
    },
    /// Replace the redirect URLs of an application
    Redirects {
        #[command(flatten)]
        named: Named,
        /// Every URL to which the server may send an authorization code
        #[arg(required = true, value_name = "URL")]
        urls: Vec<String>,
    },
    /// Enable an application
    Enable(Named),
    /// Disable an application; its tokens stop working at once
    Disable(Named),
}

#[derive(Debug, clap::Args)]
pub(super) struct Named {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Id of the application, as `app list` shows it
    app: AppId,
}

#[derive(Debug, clap::Args)]
pub(super) struct Register {
    #[command(flatten)]
    tenant: TenantArgument,

    /// Application name
    #[arg(long)]
    name: String,

    #[arg(long, default_value = "SCIM provisioning")]
    description: String,

    #[arg(long, default_value = "Operator")]
    requester_name: String,

    /// E-mail address of the requester [default: the first contact]
    #[arg(long, value_name = "ADDRESS")]
    requester_email: Option<String>,

    /// E-mail addresses of the technical contacts
    #[arg(long = "contact", value_name = "ADDRESS", required = true)]
    contacts: Vec<String>,

    /// user-confidential, user-public or back-end; cannot be changed later
    #[arg(long = "type", value_name = "TYPE", default_value = "user-confidential", value_parser = app_type)]
    app_type: ClientType,

    /// How the client authenticates: client_secret_post, client_secret_basic or none
    #[arg(long, value_name = "METHOD", default_value = "client_secret_post", value_parser = auth_method)]
    auth_method: AuthMethod,

    /// Signature of id_tokens: ES256, or RS256 for clients that support nothing else
    #[arg(long, value_name = "ALGORITHM", default_value = "ES256", value_parser = id_token_alg)]
    id_token_alg: SigningAlg,

    /// Scopes of the application, or all
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "all")]
    scopes: Vec<String>,

    /// Tenants that may use it: single or all
    #[arg(long, default_value = "single", value_parser = tenancy)]
    tenancy: Tenancy,

    /// Redirect URL; compared character by character
    #[arg(long = "redirect-url", value_name = "URL")]
    redirects: Vec<String>,

    #[arg(long = "origin", value_name = "ORIGIN", id = "app_origin")]
    origins: Vec<String>,

    #[arg(long = "logout-url", value_name = "URL")]
    logouts: Vec<String>,
}

fn app_type(text: &str) -> Result<ClientType, &'static str> {
    match text {
        "user-confidential" => Ok(ClientType::UserConfidential),
        "user-public" => Ok(ClientType::UserPublic),
        "back-end" => Ok(ClientType::BackEnd),
        _ => Err("use user-confidential, user-public or back-end"),
    }
}

fn id_token_alg(text: &str) -> Result<SigningAlg, String> {
    match text {
        "ES256" => Ok(SigningAlg::Es256),
        "RS256" => Ok(SigningAlg::Rs256),
        _ => Err(String::from("write ES256 or RS256")),
    }
}

fn auth_method(text: &str) -> Result<AuthMethod, &'static str> {
    match text {
        "client_secret_post" => Ok(AuthMethod::ClientSecretPost),
        "client_secret_basic" => Ok(AuthMethod::ClientSecretBasic),
        "none" => Ok(AuthMethod::None),
        _ => Err("use client_secret_post, client_secret_basic or none"),
    }
}

fn tenancy(text: &str) -> Result<Tenancy, &'static str> {
    Tenancy::parse(text).ok_or("use single or all")
}

impl Command {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        match self {
            Self::Register(register) => register.run(platform).await,
            Self::List { tenant } => list(platform, &tenant).await,
            Self::Redirects { named, urls } => redirects(platform, &named, urls).await,
            Self::Enable(named) => {
                let actor = named.tenant.operator(platform).await?;
                apps::enable(platform, &actor, named.app).await?;
                Ok(Report::new(json!({ "id": named.app, "enabled": true }), "Enabled."))
            }
            Self::Disable(named) => {
                let actor = named.tenant.operator(platform).await?;
                apps::disable(platform, &actor, named.app).await?;
                Ok(Report::new(json!({ "id": named.app, "enabled": false }), "Disabled."))
            }
        }
    }
}

impl Register {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let tenant = self.tenant.find(platform).await?;
        let actor = self.tenant.operator(platform).await?;
        let scopes = ApiScope::parse_all(&self.scopes)
            .map_err(|problem| Failure::input(problem.to_string()))?;
        let requester_email =
            self.requester_email.or_else(|| self.contacts.first().cloned()).unwrap_or_default();
        let registration = Registration {
            requester_email,
            requester_name: self.requester_name,
            business_unit: tenant.business_unit,
            app_name: self.name,
            description: self.description,
            contacts: self.contacts,
            delivery: DeliveryMethod::Email,
            tenancy: self.tenancy,
            // The form asks a person; the operator's tenant has the answer already.
            fed_ramp: match tenant.realm {
                Realm::Commercial => FedRamp::No,
                Realm::Government => FedRamp::Yes,
            },
            auth_method: self.auth_method,
            scopes,
            app_type: self.app_type,
            id_token_alg: self.id_token_alg,
            urls: Urls { redirects: self.redirects, origins: self.origins, logouts: self.logouts },
        };
        let registered = apps::register(platform, &actor, registration).await?;
        for warning in &registered.warnings {
            eprintln!("seatlink: {warning}");
        }
        let secret = registered.secret.as_ref().map(seatlink_domain::Secret::expose);
        let mut text = format!(
            "tracking number  {}\nclient id        {}",
            registered.tracking_number, registered.client_id
        );
        if let Some(secret) = secret {
            text.push_str("\nclient secret    ");
            text.push_str(secret);
        }
        let json = json!({
            "id": registered.app_id,
            "client_id": registered.client_id,
            "client_secret": secret,
            "tracking_number": registered.tracking_number,
            "warnings": registered.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        });
        Ok(Report::new(json, text))
    }
}

async fn list(platform: &Platform, tenant: &TenantArgument) -> Result<Report, Failure> {
    let actor = tenant.operator(platform).await?;
    let apps = apps::list(platform, &actor).await?;
    let rows: Vec<[String; 5]> = apps
        .iter()
        .map(|app| {
            [
                app.registration.app_name.clone(),
                app.registration.app_type.as_str().to_owned(),
                if app.enabled { "enabled" } else { "disabled" }.to_owned(),
                app.client_id.clone(),
                app.id.to_string(),
            ]
        })
        .collect();
    let json = apps.iter().map(to_json).collect();
    Ok(Report::table(json, ["name", "type", "status", "client id", "id"], &rows))
}

async fn redirects(
    platform: &Platform,
    named: &Named,
    redirects: Vec<String>,
) -> Result<Report, Failure> {
    let actor = named.tenant.operator(platform).await?;
    let present = apps::get(platform, &actor, named.app).await?.registration.urls;
    let update = Update { urls: Some(Urls { redirects, ..present }), contacts: None };
    apps::update(platform, &actor, named.app, update).await?;
    let app = apps::get(platform, &actor, named.app).await?;
    Ok(Report::new(to_json(&app), app.registration.urls.redirects.join("\n")))
}

fn to_json(app: &App) -> Value {
    json!({
        "id": app.id,
        "client_id": app.client_id,
        "tracking_number": app.tracking_number,
        "enabled": app.enabled,
        "registration": app.registration,
        "created_at": app.created_at.rfc3339(),
    })
}
