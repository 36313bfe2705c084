//! OAuth clients as the endpoints need them: found within their realm, and authenticated.

use std::sync::Arc;

use seatlink_oauth::{
    ClientMetadata, Error,
    client::{ClientType, credential_matches_method},
    request::ClientCredential,
    token,
};
use seatlink_scim::Leniency;
use seatlink_store::{self as store, AppId, TenantId, UserId, apps::ClientRecord};

use super::OauthError;
use crate::{
    Platform,
    access::{bearer::SCIM_SCOPE, policy::Existing},
    actor::{Actor, ActorKind},
    apps::Tenancy,
    permission::Permissions,
    settings::Realm,
};

#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) tenant: TenantId,
    pub(crate) app: AppId,
    pub(crate) tenancy: Tenancy,
    pub(crate) metadata: ClientMetadata,
    secret_hash: Option<Vec<u8>>,
}

/// How a client showed who it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Proof {
    Secret,
    /// A public client without secret names itself; PKCE protects its codes, rotation its refresh
    /// tokens.
    Nothing,
}

impl Client {
    fn from_record(record: ClientRecord) -> Result<Self, store::Error> {
        let mut metadata: ClientMetadata = serde_json::from_str(&record.metadata)
            .map_err(|_| store::Error::inconsistent("clients", &record.id))?;
        metadata.enabled = record.enabled;
        metadata.has_secret = record.secret_hash.is_some();
        let tenancy = Tenancy::parse(&record.tenancy)
            .ok_or_else(|| store::Error::inconsistent("clients", &record.id))?;
        Ok(Self {
            id: record.id,
            tenant: record.tenant,
            app: record.app,
            tenancy,
            metadata,
            secret_hash: record.secret_hash,
        })
    }

    /// Whether its tokens may reach the SCIM service at all.
    pub(crate) fn wants_scim(&self) -> bool {
        self.metadata.scopes.contains(SCIM_SCOPE)
    }

    /// The client at work for a person or for itself, for rows of the log.
    pub(crate) fn actor(&self, tenant: TenantId, user: Option<UserId>, name: &str) -> Actor {
        Actor {
            tenant,
            kind: ActorKind::ProvisioningClient { authorised_by: user },
            name: Arc::from(name),
            permissions: Permissions::default(),
            connection: Some(Arc::from(self.id.as_str())),
            request_id: None,
            leniency: Leniency::default(),
            existing: Existing::UNASKED,
        }
    }
}

/// The client of this id, if the realm has one.
pub(crate) async fn find(
    platform: &Platform,
    realm: Realm,
    id: &str,
) -> Result<Option<Client>, store::Error> {
    let id = id.to_owned();
    let record = platform
        .db()
        .system_read(move |mut tx| async move { store::apps::find_client(&mut tx, &id).await })
        .await?;
    record.filter(|record| record.realm == realm.as_str()).map(Client::from_record).transpose()
}

/// Unknown, disabled and wrong are one answer.
fn refused() -> OauthError {
    Error::invalid_client("The client is unknown or disabled, or its authentication failed.").into()
}

/// Authenticates the client. One with a secret must send it, and in the way it registered: in the
/// header or in the body, never the other.
pub(crate) async fn authenticate(
    platform: &Platform,
    realm: Realm,
    credential: &ClientCredential,
) -> Result<(Client, Proof), OauthError> {
    let client = find(platform, realm, credential.id()).await?.ok_or_else(refused)?;
    if !client.metadata.enabled {
        return Err(refused());
    }
    credential_matches_method(&client.metadata, credential)?;
    let Some(secret) = credential.secret() else {
        return match client.metadata.client_type {
            ClientType::UserPublic => Ok((client, Proof::Nothing)),
            ClientType::UserConfidential | ClientType::BackEnd => Err(refused()),
        };
    };
    let right = client
        .secret_hash
        .as_deref()
        .is_some_and(|hash| token::constant_time_eq(hash, &token::hash(secret.expose())));
    if right { Ok((client, Proof::Secret)) } else { Err(refused()) }
}
