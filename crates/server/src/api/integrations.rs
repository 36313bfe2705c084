//! Integrations: guide sections B to F, assignments, and what waits or failed.

use axum::{
    body::Body,
    extract::{Path, State},
};
use seatlink_domain::{
    Actor, GroupId, IntegrationId, Secret, UserId,
    integrations::{self, Connection, Integration, NewIntegration, Secrets, Switch, ToApp},
    log::Event,
    work::{self, Standing},
};
use seatlink_provision as provision;
use seatlink_texts::{Language, Texts};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, body, created, ok};
use crate::{
    http::{Bearer, RequestHost},
    state::{AppState, Served},
    words::{self, Reads},
};

/// More than anybody reads on one screen.
const FAILED_LIMIT: i64 = 500;

pub(super) async fn list(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
) -> Answer {
    let all = integrations::list(&state.platform, &actor).await?;
    let views: Vec<Value> = all.iter().map(|integration| view(&host, integration, None)).collect();
    Ok(ok(&json!({ "integrations": views })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    label: String,
    login_page_url: String,
    #[serde(default)]
    app_name: Option<String>,
}

pub(super) async fn create(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
    request: Body,
) -> Answer {
    let Create { label, login_page_url, app_name } = body(&state, &actor, request).await?;
    let new = NewIntegration { label, login_page_url, app_name };
    let integration = integrations::create(&state.platform, &actor, new).await?;
    Ok(created(&view(&host, &integration, None)))
}

pub(super) async fn show(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
    Path(id): Path<String>,
) -> Answer {
    let id = integration_id(&id)?;
    let integration = integrations::get(&state.platform, &actor, id).await?;
    let standing = work::standing(&state.platform, &actor, id).await?;
    Ok(ok(&view(&host, &integration, Some(standing))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enabled {
    enabled: bool,
}

pub(super) async fn scim_provisioning(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
    Path(id): Path<String>,
    request: Body,
) -> Answer {
    let id = integration_id(&id)?;
    let Enabled { enabled } = body(&state, &actor, request).await?;
    let switch = if enabled { Switch::On } else { Switch::Off };
    let integration = integrations::enable_scim(&state.platform, &actor, id, switch).await?;
    Ok(ok(&view(&host, &integration, None)))
}

#[derive(Deserialize)]
struct Connect {
    #[serde(flatten)]
    connection: Connection,
    #[serde(default)]
    password: Option<Secret>,
    /// The whole value of the Authorization header.
    #[serde(default)]
    header: Option<Secret>,
    #[serde(default)]
    client_secret: Option<Secret>,
}

/// Section D. As on the screen, credentials that do not work are not saved; OAuth is saved first and
/// authenticated with afterwards.
pub(super) async fn connect(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
    Path(id): Path<String>,
    request: Body,
) -> Answer {
    let id = integration_id(&id)?;
    // Before anything is sent anywhere: whoever may not see the integration may not try it either.
    integrations::get(&state.platform, &actor, id).await?;
    let Connect { connection, password, header, client_secret } =
        body(&state, &actor, request).await?;
    let secrets = Secrets { password, header, client_secret, tokens: None };
    let oauth = matches!(connection.auth, integrations::AuthMode::OAuth2 { .. });
    if !oauth {
        provision::try_out(&state.targets, &connection, &secrets).await?;
    }
    let integration =
        integrations::connect(&state.platform, &actor, id, connection, secrets).await?;
    Ok(ok(&view(&host, &integration, None)))
}

pub(super) async fn test(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Answer {
    let id = integration_id(&id)?;
    let message = Texts::of(Language::English).log().test_succeeded();
    let report = provision::test(&state.platform, &actor, &state.targets, id).await?;
    let actions: serde_json::Map<String, Value> = report
        .actions
        .iter()
        .map(|(action, choice)| {
            let selected = *choice == provision::Choice::Selected;
            (action.label().to_owned(), Value::Bool(selected))
        })
        .collect();
    Ok(ok(&json!({ "message": message, "actions": actions })))
}

pub(super) async fn to_app(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
    Path(id): Path<String>,
    request: Body,
) -> Answer {
    let id = integration_id(&id)?;
    let switches: ToApp = body(&state, &actor, request).await?;
    let integration = integrations::set_to_app(&state.platform, &actor, id, switches).await?;
    Ok(ok(&view(&host, &integration, None)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subjects {
    #[serde(default)]
    people: Vec<UserId>,
    #[serde(default)]
    groups: Vec<GroupId>,
}

pub(super) async fn assign(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    request: Body,
) -> Answer {
    let id = integration_id(&id)?;
    let Subjects { people, groups } = body(&state, &actor, request).await?;
    let platform = &state.platform;
    for group in &groups {
        integrations::assign_group(platform, &actor, id, *group).await?;
    }
    let count = integrations::assign_people(platform, &actor, id, people).await?;
    standing(
        &state,
        &actor,
        id,
        json!({ "assigned_people": count, "assigned_groups": groups.len() }),
    )
    .await
}

pub(super) async fn unassign(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    request: Body,
) -> Answer {
    let id = integration_id(&id)?;
    let Subjects { people, groups } = body(&state, &actor, request).await?;
    let platform = &state.platform;
    for group in &groups {
        integrations::unassign_group(platform, &actor, id, *group).await?;
    }
    let count = integrations::unassign_people(platform, &actor, id, people).await?;
    standing(
        &state,
        &actor,
        id,
        json!({ "unassigned_people": count, "unassigned_groups": groups.len() }),
    )
    .await
}

async fn standing(state: &AppState, actor: &Actor, id: IntegrationId, mut answer: Value) -> Answer {
    let standing = work::standing(&state.platform, actor, id).await?;
    answer["standing"] = json!(standing);
    Ok(ok(&answer))
}

pub(super) async fn failed(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Reads(language): Reads,
    Path(id): Path<String>,
) -> Answer {
    let id = integration_id(&id)?;
    let rows = work::failed(&state.platform, &actor, id, FAILED_LIMIT).await?;
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let last = row.last.as_ref();
            let event = last.and_then(|last| last.event.as_ref().ok());
            json!({
                "person": row.user,
                "attempts": row.attempts,
                "reason": last.map(|last| &last.reason),
                "message": last.map(|last| words::stored(&last.event, language).text()),
                "event": event.map(Event::to_json),
            })
        })
        .collect();
    Ok(ok(&json!({ "failed": rows })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Retry {
    #[serde(default)]
    person: Option<UserId>,
}

/// Everything that failed, or one person. An empty body means everything.
pub(super) async fn retry(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    request: Body,
) -> Answer {
    let id = integration_id(&id)?;
    let Retry { person } = body(&state, &actor, request).await?;
    let count = work::retry(&state.platform, &actor, id, person).await?;
    standing(&state, &actor, id, json!({ "retried": count })).await
}

pub(super) async fn sync(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Answer {
    let id = integration_id(&id)?;
    let count = provision::sweep(&state.platform, &actor, id).await?;
    standing(&state, &actor, id, json!({ "queued": count })).await
}

fn integration_id(text: &str) -> Result<IntegrationId, Refusal> {
    text.parse().map_err(|_| Refusal::not_found(format!("There is no integration {text}.")))
}

/// An integration without its secrets. The command line prints the same.
pub(crate) fn view(host: &Served, integration: &Integration, standing: Option<Standing>) -> Value {
    json!({
        "id": integration.id,
        "app_name": integration.app_name,
        "label": integration.label,
        "status": integration.status,
        "status_reason": words::status_reason(integration),
        "settings": integration.settings,
        "callback_url": format!("{}{}", host.origin, integration.callback_path()),
        "created_at": integration.created_at.rfc3339(),
        "standing": standing,
    })
}
