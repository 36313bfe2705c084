//! What id tokens and userinfo say about a person.

use seatlink_oauth::{
    ScopeSet, Secret,
    claims::{IdTokenClaims, PersonClaims, at_hash},
};
use seatlink_store::{TenantId, Timestamp, UserId, users::StandingRecord};
use serde::Serialize;
use serde_json::Value;

use super::{OauthError, clients::Client, issuer, keys};
use crate::{Platform, settings::Realm, tenants};

/// The facts of one id token, gathered in the transaction that issued its tokens.
pub(super) struct IdToken {
    tenant: TenantId,
    user: UserId,
    standing: StandingRecord,
    at: Timestamp,
    nonce: Option<String>,
    auth_time: Option<Timestamp>,
    at_hash: Option<String>,
}

impl IdToken {
    pub(super) const fn new(
        tenant: TenantId,
        user: UserId,
        standing: StandingRecord,
        at: Timestamp,
    ) -> Self {
        Self { tenant, user, standing, at, nonce: None, auth_time: None, at_hash: None }
    }

    pub(super) fn with_sign_in(mut self, nonce: Option<String>, auth_time: Timestamp) -> Self {
        self.nonce = nonce;
        self.auth_time = Some(auth_time);
        self
    }

    pub(super) fn with_access_token(mut self, token: &Secret) -> Self {
        self.at_hash = Some(at_hash(token));
        self
    }
}

/// The standard's claims, and the receiving side's own names for tenant and business unit.
#[derive(Serialize)]
struct Claims {
    #[serde(flatten)]
    standard: IdTokenClaims,
    #[serde(rename = "userId")]
    user_id: String,
    #[serde(rename = "tenantId")]
    tenant_id: String,
    tenant: String,
    #[serde(rename = "icBUId")]
    business_unit: i64,
    area: String,
}

/// Signs an id token with the algorithm the client registered.
pub(super) async fn sign(
    platform: &Platform,
    realm: Realm,
    client: &Client,
    scope: &ScopeSet,
    facts: IdToken,
) -> Result<Secret, OauthError> {
    let tenant = tenants::load(platform, facts.tenant)
        .await
        .map_err(|error| OauthError::Tenant(Box::new(error)))?;
    let life = platform.settings().lifetimes.access_token;
    let claims = Claims {
        standard: IdTokenClaims {
            iss: issuer(platform, realm)?.to_owned(),
            sub: facts.user.to_string(),
            aud: client.id.clone(),
            exp: facts.at.plus(life).seconds(),
            iat: facts.at.seconds(),
            nonce: facts.nonce,
            auth_time: facts.auth_time.map(Timestamp::seconds),
            at_hash: facts.at_hash,
            person: person(&facts.standing).released_by(scope),
        },
        user_id: facts.user.to_string(),
        tenant_id: tenant.id.to_string(),
        tenant: tenant.name.clone(),
        business_unit: tenant.business_unit,
        area: tenant.region.clone(),
    };
    let key = keys::signing_key(platform, realm, client.metadata.id_token_alg).await?;
    let token = key.sign("JWT", &claims).map_err(|error| OauthError::Key(error.to_string()))?;
    Ok(Secret::new(token))
}

/// The person of a SCIM document. The e-mail address is the primary one, else the first; nobody has
/// proved to receive mail there, so nothing is said about that.
pub(super) fn person(standing: &StandingRecord) -> PersonClaims {
    let document: Value = serde_json::from_str(&standing.document).unwrap_or_default();
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let (given_name, family_name) = (text("/name/givenName"), text("/name/familyName"));
    let both = match (&given_name, &family_name) {
        (Some(given), Some(family)) => Some(format!("{given} {family}")),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    };
    let name = text("/displayName").or_else(|| text("/name/formatted")).or(both);
    let emails = document.get("emails").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let primary = emails
        .iter()
        .find(|email| email.get("primary").and_then(Value::as_bool) == Some(true))
        .or_else(|| emails.first());
    PersonClaims {
        name: name.or_else(|| Some(standing.user_name.clone())),
        given_name,
        family_name,
        preferred_username: Some(standing.user_name.clone()),
        locale: text("/locale"),
        zoneinfo: text("/timezone"),
        email: primary
            .and_then(|email| email.get("value"))
            .and_then(Value::as_str)
            .map(str::to_owned),
        email_verified: None,
    }
}
