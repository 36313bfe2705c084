//! Applications: what a developer registers, with the one OAuth client each has.
//!
//! A secret is made here, mailed to the contacts in an encrypted file and kept as a hash; nobody
//! but the operator of the command line is ever shown it. The type is fixed when an application is
//! registered. Deleting is not offered: a disabled application can neither authenticate nor call,
//! and keeps its history.

mod package;
mod registration;

use std::io;

use seatlink_oauth::{ClientMetadata, ScopeSet, token};
use seatlink_scim::fold;
use seatlink_store::{
    self as store, AppId, Constraint, Timestamp, Tx,
    apps::{AppRecord, ClientRecord},
};
use uuid::Uuid;

use crate::{
    Platform,
    actor::{Actor, ActorKind, Forbidden},
    log::{self, Change, Event, Named},
    outbox::{self, SealedMail},
    permission::Permission,
    seal::Secret,
    settings::Realm,
    tenants::{self, Tenant, TenantError},
};

use package::{Endpoints, Facts};
use registration::Complaints;
pub use registration::{
    ApiScope, DeliveryMethod, FedRamp, Field, FieldError, Problem, Registration, Tenancy, Urls,
    Warning,
};
pub use seatlink_oauth::{AuthMethod, ClientType, jose::SigningAlg};

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Every field that is wrong.
    #[error("{} fields of the registration are invalid", .0.len())]
    Invalid(Vec<FieldError>),
    #[error("there is no application {0}")]
    NotFound(AppId),
    #[error("this application has no secret; it signs in with PKCE")]
    NoSecret,
    #[error("no host is configured for the realm “{}”, so there is nothing to register with", .0.as_str())]
    NoHost(Realm),
    #[error("the encrypted file could not be created")]
    Package(#[source] io::Error),
    #[error("the tenant could not be read")]
    Tenant(#[from] TenantError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the applications could not be read or written")]
    Store(#[from] store::Error),
}

/// A registered application.
#[derive(Clone, Debug)]
pub struct App {
    pub id: AppId,
    pub name: String,
    pub client_id: String,
    pub tracking_number: String,
    pub registration: Registration,
    pub enabled: bool,
    pub created_at: Timestamp,
}

/// What a registration gave.
#[derive(Clone, Debug)]
pub struct Registered {
    pub app_id: AppId,
    pub client_id: String,
    pub tracking_number: String,
    /// Only for the operator of the command line; everybody else finds it in the mailed file.
    pub secret: Option<Secret>,
    pub warnings: Vec<Warning>,
}

/// What may be changed of a registered application. What is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Update {
    pub urls: Option<Urls>,
    pub contacts: Option<Vec<String>>,
}

/// Whether an application may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Switch {
    Enabled,
    Disabled,
}

/// Registers an application and queues the mails to its contacts.
pub async fn register(
    platform: &Platform,
    actor: &Actor,
    registration: Registration,
) -> Result<Registered, AppError> {
    actor.require(Permission::ApplicationsCreate)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    let registration = registration.checked(&tenant).map_err(AppError::Invalid)?;
    let warnings = registration.warnings();
    let endpoints = Endpoints::of(platform, &tenant).ok_or(AppError::NoHost(tenant.realm))?;
    let secret = registration.has_secret().then(|| new_secret(platform));
    let client_id = platform.new_id::<Uuid>().to_string();
    let tracking_number = package::tracking_number(platform);
    let facts = Facts {
        registration: &registration,
        tracking_number: &tracking_number,
        client_id: &client_id,
        secret: secret.as_ref(),
        endpoints: &endpoints,
    };
    let mails = sealed_mails(platform, &facts)?;
    let at = platform.now();
    let app = AppRecord {
        id: platform.new_id(),
        name: registration.app_name.clone(),
        tracking_number: tracking_number.clone(),
        registration: to_json(&registration),
        created_at: at,
    };
    let client = client_record(&tenant, app.id, &client_id, &registration, secret.as_ref());
    let (app_id, by) = (app.id, actor.clone());
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let name_key = fold(&app.name);
            store::apps::insert(&mut tx, &app, &name_key).await.map_err(name_taken)?;
            store::apps::insert_client(&mut tx, &client, at).await?;
            let event =
                Event::AppRegistered { app: Named::new(app.id, app.name), client_id: client.id };
            log::record(&mut tx, &by, at, &Change::new(event)).await?;
            enqueue(&mut tx, &by, &mails, at).await?;
            Ok::<_, AppError>(())
        })
        .await?;
    platform.wake();
    let secret = secret.filter(|_| actor.kind == ActorKind::Operator);
    Ok(Registered { app_id, client_id, tracking_number, secret, warnings })
}

/// Every application of the tenant, by name.
pub async fn list(platform: &Platform, actor: &Actor) -> Result<Vec<App>, AppError> {
    actor.require(Permission::ApplicationsView)?;
    platform
        .db()
        .scan(actor.tenant, |mut tx| async move {
            let mut apps = Vec::new();
            for record in store::apps::list(&mut tx).await? {
                let client = client_of(&mut tx, record.id).await?;
                apps.push(app(record, &client)?);
            }
            Ok(apps)
        })
        .await
}

pub async fn get(platform: &Platform, actor: &Actor, id: AppId) -> Result<App, AppError> {
    actor.require(Permission::ApplicationsView)?;
    platform
        .db()
        .read(actor.tenant, move |mut tx| async move {
            let (record, client) = find(&mut tx, id).await?;
            Ok(app(record, &client)?)
        })
        .await
}

/// Changes redirects, origins, logout URLs and contacts. Everything else is fixed.
pub async fn update(
    platform: &Platform,
    actor: &Actor,
    id: AppId,
    update: Update,
) -> Result<App, AppError> {
    actor.require(Permission::ApplicationsEdit)?;
    let at = platform.now();
    let by = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let (mut record, mut client) = find(&mut tx, id).await?;
            let before = parse_registration(&record)?;
            let after = updated(before.clone(), update)?;
            if after == before {
                return Ok(app(record, &client)?);
            }
            let mut metadata = metadata(&client)?;
            metadata.redirect_uris.clone_from(&after.urls.redirects);
            metadata.post_logout_redirect_uris.clone_from(&after.urls.logouts);
            client.metadata = to_json(&metadata);
            record.registration = to_json(&after);
            store::apps::update_registration(&mut tx, id, &record.registration).await?;
            store::apps::update_client(&mut tx, &client).await?;
            let difference = match (serde_json::to_value(&before), serde_json::to_value(&after)) {
                (Ok(serde_json::Value::Object(before)), Ok(serde_json::Value::Object(after))) => {
                    log::difference(&before, &after)
                }
                (_, _) => serde_json::Value::Null,
            };
            let event = Event::AppChanged { app: Named::new(id, &record.name) };
            let change = Change::new(event).with_difference(difference);
            log::record(&mut tx, &by, at, &change).await?;
            Ok(app(record, &client)?)
        })
        .await
}

pub async fn enable(platform: &Platform, actor: &Actor, id: AppId) -> Result<(), AppError> {
    switch(platform, actor, id, Switch::Enabled).await
}

/// The application can no longer authenticate, and its tokens are refused while it is disabled.
pub async fn disable(platform: &Platform, actor: &Actor, id: AppId) -> Result<(), AppError> {
    switch(platform, actor, id, Switch::Disabled).await
}

async fn switch(platform: &Platform, actor: &Actor, id: AppId, to: Switch) -> Result<(), AppError> {
    actor.require(Permission::ApplicationsEdit)?;
    let at = platform.now();
    let by = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let (record, mut client) = find(&mut tx, id).await?;
            let enabled = to == Switch::Enabled;
            if client.enabled == enabled {
                return Ok(());
            }
            let mut metadata = metadata(&client)?;
            metadata.enabled = enabled;
            client.enabled = enabled;
            client.metadata = to_json(&metadata);
            store::apps::update_client(&mut tx, &client).await?;
            let app = Named::new(id, record.name);
            let event = match to {
                Switch::Enabled => Event::AppEnabled { app },
                Switch::Disabled => Event::AppDisabled { app },
            };
            log::record(&mut tx, &by, at, &Change::new(event)).await?;
            Ok(())
        })
        .await
}

/// Makes a new secret and mails it to the contacts. The old one stops working at once.
pub async fn reissue_secret(
    platform: &Platform,
    actor: &Actor,
    id: AppId,
) -> Result<Registered, AppError> {
    actor.require(Permission::ApplicationsEdit)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    let endpoints = Endpoints::of(platform, &tenant).ok_or(AppError::NoHost(tenant.realm))?;
    let (record, client) = platform
        .db()
        .read(actor.tenant, move |mut tx| async move { find(&mut tx, id).await })
        .await?;
    let registration = parse_registration(&record)?;
    if !registration.has_secret() {
        return Err(AppError::NoSecret);
    }
    let secret = new_secret(platform);
    let facts = Facts {
        registration: &registration,
        tracking_number: &record.tracking_number,
        client_id: &client.id,
        secret: Some(&secret),
        endpoints: &endpoints,
    };
    let mails = sealed_mails(platform, &facts)?;
    let hash = token::hash(secret.expose()).to_vec();
    let at = platform.now();
    let by = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let (record, mut client) = find(&mut tx, id).await?;
            client.secret_hash = Some(hash);
            store::apps::update_client(&mut tx, &client).await?;
            let event = Event::AppSecretIssued { app: Named::new(id, record.name) };
            log::record(&mut tx, &by, at, &Change::new(event)).await?;
            enqueue(&mut tx, &by, &mails, at).await?;
            Ok::<_, AppError>(())
        })
        .await?;
    platform.wake();
    Ok(Registered {
        app_id: id,
        client_id: client.id,
        tracking_number: record.tracking_number,
        secret: (actor.kind == ActorKind::Operator).then_some(secret),
        warnings: Vec::new(),
    })
}

fn updated(mut registration: Registration, update: Update) -> Result<Registration, AppError> {
    let mut errors = Complaints::default();
    if let Some(urls) = update.urls {
        registration.urls = urls;
        registration.urls.check(registration.app_type, &mut errors);
    }
    if let Some(mut contacts) = update.contacts {
        errors.check(Field::Contacts, registration::contacts(&mut contacts));
        registration.contacts = contacts;
    }
    errors.none().map_err(AppError::Invalid)?;
    Ok(registration)
}

fn new_secret(platform: &Platform) -> Secret {
    Secret::new(token::format(token::CLIENT_SECRET, &platform.random()).expose())
}

fn sealed_mails(platform: &Platform, facts: &Facts<'_>) -> Result<Vec<SealedMail>, AppError> {
    let mails = package::mails(platform, facts).map_err(AppError::Package)?;
    Ok(mails.into_iter().map(|mail| outbox::seal(platform, mail)).collect())
}

async fn enqueue(
    tx: &mut Tx,
    actor: &Actor,
    mails: &[SealedMail],
    at: Timestamp,
) -> Result<(), store::Error> {
    for mail in mails {
        outbox::enqueue(tx, actor, mail, at).await?;
    }
    Ok(())
}

fn client_record(
    tenant: &Tenant,
    app: AppId,
    client_id: &str,
    registration: &Registration,
    secret: Option<&Secret>,
) -> ClientRecord {
    let metadata = ClientMetadata {
        client_id: client_id.to_owned(),
        client_type: registration.app_type,
        auth_method: registration.auth_method,
        redirect_uris: registration.urls.redirects.clone(),
        post_logout_redirect_uris: registration.urls.logouts.clone(),
        scopes: registered_scopes(&registration.scopes),
        has_secret: secret.is_some(),
        id_token_alg: registration.id_token_alg,
        enabled: true,
        require_pkce: false,
    };
    ClientRecord {
        id: client_id.to_owned(),
        tenant: tenant.id,
        app,
        realm: tenant.realm.as_str().to_owned(),
        tenancy: registration.tenancy.as_str().to_owned(),
        secret_hash: secret.map(|secret| token::hash(secret.expose()).to_vec()),
        enabled: true,
        metadata: to_json(&metadata),
    }
}

fn registered_scopes(scopes: &[ApiScope]) -> ScopeSet {
    let names: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    ScopeSet::parse(&names.join(" ")).expect("every scope's name is of printable ASCII")
}

fn name_taken(error: store::Error) -> AppError {
    match error {
        store::Error::Conflict(Constraint::AppName) => AppError::Invalid(vec![FieldError {
            field: Field::AppName,
            problem: Problem::NameTaken,
        }]),
        other => AppError::Store(other),
    }
}

async fn find(tx: &mut Tx, id: AppId) -> Result<(AppRecord, ClientRecord), AppError> {
    let record = store::apps::find(tx, id).await?.ok_or(AppError::NotFound(id))?;
    let client = client_of(tx, id).await?;
    Ok((record, client))
}

async fn client_of(tx: &mut Tx, id: AppId) -> Result<ClientRecord, store::Error> {
    let clients = store::apps::clients_of(tx, id).await?;
    clients.into_iter().next().ok_or_else(|| store::Error::inconsistent("clients", id))
}

fn app(record: AppRecord, client: &ClientRecord) -> Result<App, store::Error> {
    let registration = parse_registration(&record)?;
    Ok(App {
        id: record.id,
        name: record.name,
        client_id: client.id.clone(),
        tracking_number: record.tracking_number,
        registration,
        enabled: client.enabled,
        created_at: record.created_at,
    })
}

fn parse_registration(record: &AppRecord) -> Result<Registration, store::Error> {
    serde_json::from_str(&record.registration)
        .map_err(|_| store::Error::inconsistent("apps", record.id))
}

/// What the stored client is, in the words of the protocol.
fn metadata(record: &ClientRecord) -> Result<ClientMetadata, store::Error> {
    serde_json::from_str(&record.metadata)
        .map_err(|_| store::Error::inconsistent("clients", &record.id))
}

fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("registrations and metadata have text keys")
}

#[cfg(test)]
mod tests;
