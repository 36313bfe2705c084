//! The authorization endpoint: from a request to a code, or to a refusal at the right place.
//!
//! [`check`] decides what can be decided without knowing the person, [`next_step`] what is missing
//! before a code can be given, and [`approve`] gives it. Until the client and its redirect address
//! are known to belong together nothing is ever sent to that address (RFC 6749 §4.1.2.1).

use std::sync::Arc;

use seatlink_oauth::{
    Error, Params, ScopeSet,
    client::{ClientType, authorize_checks, match_redirect_uri},
    redirect::{code_response, error_response},
    request::AuthorizeRequest,
    scope::OFFLINE_ACCESS,
    token as format,
};
use seatlink_store::{
    self as store, AppId, GrantId, Tx,
    grants::{CodeRecord, GrantRecord},
};

use super::{
    GRANT_LIFE, OauthError,
    clients::{self, Client},
    issuer, logout,
};
use crate::{
    Platform,
    access::roles,
    apps::Tenancy,
    log::{self, Change, Event, Named},
    login::Session,
    permission::Permission,
    settings::Realm,
    tenants::{self, Tenant},
};

/// A request that may be put before a person.
#[derive(Clone, Debug)]
pub struct Asked {
    pub request: AuthorizeRequest,
    /// Who asks, as the person knows it.
    pub app_name: String,
    /// The tenant that registered the application.
    pub tenant: Arc<Tenant>,
    /// What will be granted.
    pub scope: ScopeSet,
    /// Where the answer goes; registered by the client.
    pub redirect_uri: String,
    client: Client,
    issuer: String,
    realm: Realm,
}

impl Asked {
    fn named_app(&self) -> Named<AppId> {
        Named::new(self.client.app, &self.app_name)
    }

    fn refusal(&self, error: Error) -> AuthorizeError {
        let uri =
            error_response(&self.redirect_uri, &error, self.request.state.as_deref(), &self.issuer);
        AuthorizeError::Redirect { uri, error }
    }

    /// Whether its tokens will reach the SCIM service, which is more than any scope's name tells a
    /// person.
    pub fn reaches_scim(&self) -> bool {
        self.client.wants_scim()
    }

    /// The request to come back to after a sign-in, without what asked for that sign-in; otherwise
    /// it would ask for ever.
    pub fn query_after_sign_in(&self) -> String {
        let prompt = &self.request.prompt;
        let mut done = Vec::new();
        if prompt.login() || prompt.select_account() {
            done.push("prompt");
        }
        if self.request.max_age == Some(0) {
            done.push("max_age");
        }
        let mut query = self.request.to_query_without(&done);
        if done.contains(&"prompt") && prompt.consent() {
            query.push_str("&prompt=consent");
        }
        query
    }
}

#[derive(Debug, thiserror::Error)]
pub enum AuthorizeError {
    /// Shown on our own page: there is no address that could be trusted with it.
    #[error("{0}")]
    Page(Error),
    /// Reported to the client.
    #[error("{error}")]
    Redirect { uri: String, error: Error },
    #[error(transparent)]
    Failed(#[from] OauthError),
}

impl From<store::Error> for AuthorizeError {
    fn from(error: store::Error) -> Self {
        Self::Failed(OauthError::Store(error))
    }
}

/// Checks the request itself: the client, where the answer may go, and what is asked.
pub async fn check(
    platform: &Platform,
    realm: Realm,
    params: &Params,
) -> Result<Asked, AuthorizeError> {
    let issuer = issuer(platform, realm)?.to_owned();
    let (client_id, redirect_uri) =
        AuthorizeRequest::identify(params).map_err(AuthorizeError::Page)?;
    let client = clients::find(platform, realm, &client_id).await?.ok_or_else(|| {
        AuthorizeError::Page(Error::invalid_client(
            "No application with this client ID is registered here. Check the client ID, and that the \
             authorization address is the one of the right environment (commercial or FedRAMP).",
        ))
    })?;
    if !client.metadata.enabled {
        return Err(AuthorizeError::Page(Error::unauthorized_client(
            "This application is disabled. An administrator can enable it in the Developer Portal.",
        )));
    }
    let matched = match_redirect_uri(&client.metadata.redirect_uris, redirect_uri.as_deref());
    let redirect_uri = match (matched, client.metadata.client_type) {
        (Ok(uri), _) => uri,
        // It need not have registered any; saying that it is the wrong type helps more.
        (Err(_), ClientType::BackEnd) => return Err(AuthorizeError::Page(back_end())),
        (Err(error), ClientType::UserConfidential | ClientType::UserPublic) => {
            return Err(AuthorizeError::Page(error));
        }
    };

    // From here on the client may know.
    let tell = |error: Error| {
        let uri = error_response(&redirect_uri, &error, params.get("state"), &issuer);
        AuthorizeError::Redirect { uri, error }
    };
    let mut request = AuthorizeRequest::parse(params).map_err(tell)?;
    // Sent alone by clients that were told it brings a refresh token; the default scope brings one
    // as well.
    request.scope = request.scope.without(OFFLINE_ACCESS);
    authorize_checks(&client.metadata, &request).map_err(tell)?;
    let scope = client.metadata.granted(&request.scope);
    let tenant = tenants::load(platform, client.tenant)
        .await
        .map_err(|error| OauthError::Tenant(Box::new(error)))?;
    let (tenant_id, app) = (client.tenant, client.app);
    let app_name = platform
        .db()
        .read(tenant_id, move |mut tx| async move { store::apps::find(&mut tx, app).await })
        .await?
        .map_or_else(|| client.id.clone(), |app| app.name);
    Ok(Asked { request, app_name, tenant, scope, redirect_uri, client, issuer, realm })
}

fn back_end() -> Error {
    Error::unauthorized_client(
        "This application is registered as a back-end application, and those cannot sign people in. The type cannot be \
         changed: register the application again as “User, Confidential”.",
    )
}

/// What has to happen before a code can be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    SignIn,
    Consent,
    /// The person agreed before, to no less than this.
    Approve,
}

/// Decides the next step for the person who is signed in, if anybody is. A person who may not
/// authorise this application is refused here, at the client, with the reason in the log.
pub async fn next_step(
    platform: &Platform,
    session: Option<&Session>,
    asked: &Asked,
) -> Result<Step, AuthorizeError> {
    let silent = asked.request.prompt.none();
    let signed_in = match session {
        Some(session) if is_fit(platform, session, asked).await? => session,
        Some(_) | None if silent => {
            return Err(asked.refusal(Error::login_required(
                "Nobody is signed in who would fit this request.",
            )));
        }
        Some(_) | None => return Ok(Step::SignIn),
    };
    admit(platform, signed_in, asked).await?;
    if consent_needed(platform, signed_in, asked).await? {
        if silent {
            return Err(asked.refusal(Error::consent_required("The person has not agreed yet.")));
        }
        return Ok(Step::Consent);
    }
    Ok(Step::Approve)
}

/// Whether this sign-in is the one the request wants: recent enough, of the right person and
/// tenant.
async fn is_fit(
    platform: &Platform,
    session: &Session,
    asked: &Asked,
) -> Result<bool, AuthorizeError> {
    let request = &asked.request;
    if request.prompt.login() || request.prompt.select_account() || request.max_age == Some(0) {
        return Ok(false);
    }
    let now = platform.now().seconds();
    if request.is_sign_in_too_old(session.created_at.seconds(), now) {
        return Ok(false);
    }
    let tenant = session.tenant.to_string();
    if request.tenant_id.as_deref().is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&tenant)) {
        return Ok(false);
    }
    let Some(hint) = request.id_token_hint.as_deref() else { return Ok(true) };
    let hint = logout::verify_hint(platform, asked.realm, hint).await?;
    Ok(hint.is_some_and(|hint| hint.subject == session.user.to_string()))
}

async fn consent_needed(
    platform: &Platform,
    session: &Session,
    asked: &Asked,
) -> Result<bool, AuthorizeError> {
    // Whoever knows a public client's id can pose as it, so its requests are never waved through
    // (RFC 8252 §8.6).
    if asked.request.prompt.consent() || asked.client.metadata.client_type == ClientType::UserPublic
    {
        return Ok(true);
    }
    let (user, client_id) = (session.user, asked.client.id.clone());
    let given = platform
        .db()
        .read(session.tenant, move |mut tx| async move {
            store::grants::find_consent(&mut tx, user, &client_id).await
        })
        .await?;
    let given = given.and_then(|text| ScopeSet::parse(&text).ok());
    Ok(given.is_none_or(|given| !asked.scope.is_subset(&given)))
}

/// Why a person may not authorise this application.
#[derive(Clone, Copy)]
enum Obstacle {
    OtherTenant,
    NoScimPermission,
}

impl Obstacle {
    fn error(self) -> Error {
        match self {
            Self::OtherTenant => Error::access_denied(
                "This application is registered for one tenant only, and the signed-in user belongs to another.",
            ),
            Self::NoScimPermission => Error::access_denied(format!(
                "The signed-in user's role lacks the permission {}. Switch it on and authorize again.",
                Permission::Scim.path()
            )),
        }
    }

    fn event(self, session: &Session, app: Named<AppId>) -> Event {
        let user = session.named_user();
        match self {
            Self::OtherTenant => Event::AppOfOtherTenant { user, app },
            Self::NoScimPermission => {
                Event::ConsentNotPermitted { user, app, permission: Permission::Scim }
            }
        }
    }
}

/// An application that did not register the API scope of the SCIM service asks only who somebody
/// is, so it needs no permission for provisioning.
async fn obstacle(
    tx: &mut Tx,
    session: &Session,
    client: &Client,
) -> Result<Option<Obstacle>, store::Error> {
    if client.tenancy == Tenancy::Single && client.tenant != session.tenant {
        return Ok(Some(Obstacle::OtherTenant));
    }
    if client.wants_scim() {
        let held = roles::permissions_of(tx, session.user).await?;
        if !held.contains(Permission::Scim) {
            return Ok(Some(Obstacle::NoScimPermission));
        }
    }
    Ok(None)
}

async fn admit(
    platform: &Platform,
    session: &Session,
    asked: &Asked,
) -> Result<(), AuthorizeError> {
    let (who, client) = (session.clone(), asked.client.clone());
    let found = platform
        .db()
        .read(session.tenant, move |mut tx| async move { obstacle(&mut tx, &who, &client).await })
        .await?;
    let Some(obstacle) = found else { return Ok(()) };
    let change = Change::new(obstacle.event(session, asked.named_app()));
    log::record_alone(platform, &session.unprivileged_actor(), change).await?;
    Err(asked.refusal(obstacle.error()))
}

/// Records the person's yes and gives the client a code: the address to send the person to. Whether
/// they may give it is decided again in the transaction, because the page may have stood open for a
/// while.
pub async fn approve(
    platform: &Platform,
    session: &Session,
    asked: &Asked,
) -> Result<String, AuthorizeError> {
    let at = platform.now();
    let secret = format::format(format::AUTHORIZATION_CODE, &platform.random());
    let hash = format::hash(secret.expose());
    let scope = asked.scope.to_string();
    let grant = GrantRecord {
        id: platform.new_id::<GrantId>(),
        client_id: asked.client.id.clone(),
        user: Some(session.user),
        scope: scope.clone(),
        created_at: at,
        expires_at: at.plus(GRANT_LIFE),
        revoked_at: None,
    };
    let request = &asked.request;
    let code = CodeRecord {
        tenant: session.tenant,
        grant: grant.id,
        user: session.user,
        redirect_uri: request.redirect_uri.clone(),
        code_challenge: request.code_challenge.as_ref().map(|challenge| challenge.value.clone()),
        scope,
        nonce: request.nonce.clone(),
        auth_time: session.created_at,
        expires_at: at.plus(platform.settings().lifetimes.code),
    };
    let (who, client, app) = (session.clone(), asked.client.clone(), asked.named_app());
    let outcome = platform
        .db()
        .write(session.tenant, move |mut tx| async move {
            let actor = who.unprivileged_actor();
            // Whoever deactivates the person at this moment is waited for, or ends what is made
            // here.
            store::users::lock(&mut tx, who.user).await?;
            let standing = store::users::find_standing(&mut tx, who.user).await?;
            if !standing.is_some_and(|standing| standing.active) {
                return Ok(Err(Error::access_denied("The signed-in user is no longer active.")));
            }
            if let Some(obstacle) = obstacle(&mut tx, &who, &client).await? {
                let change = Change::new(obstacle.event(&who, app));
                log::record(&mut tx, &actor, at, &change).await?;
                return Ok(Err(obstacle.error()));
            }
            store::grants::save_consent(&mut tx, who.user, &client.id, &grant.scope, at).await?;
            store::grants::insert(&mut tx, &grant).await?;
            store::grants::insert_code(&mut tx, &hash, &client.id, &code).await?;
            let event = Event::Consented { user: who.named_user(), app, scope: grant.scope };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok::<_, store::Error>(Ok(()))
        })
        .await?;
    outcome.map_err(|error| asked.refusal(error))?;
    Ok(code_response(&asked.redirect_uri, &secret, request.state.as_deref(), &asked.issuer))
}

/// Records the person's no: the address to send the person to.
pub async fn deny(
    platform: &Platform,
    session: &Session,
    asked: &Asked,
) -> Result<String, AuthorizeError> {
    let event = Event::ConsentDenied { user: session.named_user(), app: asked.named_app() };
    log::record_alone(platform, &session.unprivileged_actor(), Change::new(event)).await?;
    let error = Error::access_denied("The person did not agree.");
    let state = asked.request.state.as_deref();
    Ok(error_response(&asked.redirect_uri, &error, state, &asked.issuer))
}
