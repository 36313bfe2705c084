//! Access, refresh and static bearer tokens, by hash. The token itself is never here.

use crate::{Error, GrantId, Param, Row, SystemTx, TenantId, Timestamp, TokenId, Tx, UserId};

statements! {
    INSERT = "INSERT INTO tokens (hash, tenant_id, id, kind, name, grant_id, client_id, user_id, scope, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    FIND = "SELECT t.tenant_id, t.id, t.kind, t.name, t.grant_id, t.client_id, t.user_id, t.scope, t.created_at,
            t.expires_at, t.last_used_at, t.rotated_at, t.revoked_at, g.revoked_at, g.expires_at, c.enabled
        FROM tokens t
        LEFT JOIN grants g ON g.tenant_id = t.tenant_id AND g.id = t.grant_id
        LEFT JOIN clients c ON c.id = t.client_id
        WHERE t.hash = $1";
    FIND_BEARER = "SELECT t.tenant_id, t.id, t.kind, t.name, t.client_id, t.user_id, t.scope, t.created_at, t.expires_at,
            t.last_used_at, t.revoked_at, g.revoked_at, n.realm, c.enabled, c.metadata, a.name, u.active, u.user_name,
            COALESCE(c.policy, t.policy)
        FROM tokens t
        JOIN tenants n ON n.id = t.tenant_id
        LEFT JOIN grants g ON g.tenant_id = t.tenant_id AND g.id = t.grant_id
        LEFT JOIN clients c ON c.id = t.client_id
        LEFT JOIN apps a ON a.tenant_id = c.tenant_id AND a.id = c.app_id
        LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.user_id
        WHERE t.hash = $1";
    ROTATE = "UPDATE tokens SET rotated_at = $2 WHERE hash = $1 AND rotated_at IS NULL AND revoked_at IS NULL";
    REVOKE = @changing_access "UPDATE tokens SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    USED = "UPDATE tokens SET last_used_at = $2 WHERE hash = $1";
    USED_CLIENT = "UPDATE clients SET last_used_at = $2 WHERE id = (SELECT client_id FROM tokens WHERE hash = $1)";
    LIST_STATIC = "SELECT id, name, scope, created_at, expires_at, last_used_at, revoked_at
        FROM tokens WHERE tenant_id = $1 AND kind = 'static' ORDER BY id";
    DELETE_EXPIRED = "DELETE FROM tokens WHERE expires_at IS NOT NULL AND expires_at < $1";
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    Access,
    Refresh,
    /// For provisioning clients that cannot do OAuth.
    Static,
}

impl TokenKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::Static => "static",
        }
    }
}

#[derive(Clone, Debug)]
pub struct TokenWrite<'a> {
    pub hash: &'a [u8],
    pub id: TokenId,
    pub kind: TokenKind,
    pub name: Option<&'a str>,
    pub grant: Option<GrantId>,
    pub client_id: Option<&'a str>,
    pub user: Option<UserId>,
    pub scope: &'a str,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// A token with the state of the grant and the client it hangs from.
#[derive(Clone, Debug)]
pub struct TokenRecord {
    pub tenant: TenantId,
    pub id: TokenId,
    pub kind: TokenKind,
    pub name: Option<String>,
    pub grant: Option<GrantId>,
    pub client_id: Option<String>,
    pub user: Option<UserId>,
    pub scope: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub rotated_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub grant_revoked_at: Option<Timestamp>,
    pub grant_expires_at: Option<Timestamp>,
    pub client_enabled: Option<bool>,
}

/// A static token as an administrator sees it.
#[derive(Clone, Debug)]
pub struct StaticTokenRecord {
    pub id: TokenId,
    pub name: Option<String>,
    pub scope: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// All that decides whether a bearer token opens the door, in one row.
#[derive(Clone, Debug)]
pub struct BearerRecord {
    pub tenant: TenantId,
    pub id: TokenId,
    pub kind: TokenKind,
    pub name: Option<String>,
    pub client_id: Option<String>,
    pub user: Option<UserId>,
    pub scope: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub grant_revoked_at: Option<Timestamp>,
    pub realm: String,
    pub client_enabled: Option<bool>,
    /// JSON: OAuth client metadata.
    pub client_metadata: Option<String>,
    pub app_name: Option<String>,
    pub user_active: Option<bool>,
    pub user_name: Option<String>,
    /// JSON: how the connection's requests are taken.
    pub policy: Option<String>,
}

impl TokenKind {
    fn parse(text: &str) -> Self {
        match text {
            "access" => Self::Access,
            "refresh" => Self::Refresh,
            _ => Self::Static,
        }
    }
}

fn from_row(row: &Row<'_>) -> Result<TokenRecord, Error> {
    Ok(TokenRecord {
        tenant: row.get(0)?,
        id: row.get(1)?,
        kind: TokenKind::parse(row.text(2)?),
        name: row.get(3)?,
        grant: row.get(4)?,
        client_id: row.get(5)?,
        user: row.get(6)?,
        scope: row.get(7)?,
        created_at: row.get(8)?,
        expires_at: row.get(9)?,
        last_used_at: row.get(10)?,
        rotated_at: row.get(11)?,
        revoked_at: row.get(12)?,
        grant_revoked_at: row.get(13)?,
        grant_expires_at: row.get(14)?,
        client_enabled: row.get(15)?,
    })
}

pub async fn insert(tx: &mut Tx, token: TokenWrite<'_>) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Bytes(token.hash),
        Param::Id(tenant),
        Param::Id(token.id.uuid()),
        Param::Text(token.kind.as_str()),
        Param::OptText(token.name),
        Param::OptId(token.grant.map(GrantId::uuid)),
        Param::OptText(token.client_id),
        Param::OptId(token.user.map(UserId::uuid)),
        Param::Text(token.scope),
        Param::Int(token.created_at.micros()),
        Param::OptInt(token.expires_at.map(Timestamp::micros)),
    ];
    tx.execute(INSERT, &params).await?;
    Ok(())
}

/// A bearer token is presented before its tenant is known.
pub async fn find_bearer(tx: &mut SystemTx, hash: &[u8]) -> Result<Option<BearerRecord>, Error> {
    tx.fetch_optional(FIND_BEARER, &[Param::Bytes(hash)], |row| {
        Ok(BearerRecord {
            tenant: row.get(0)?,
            id: row.get(1)?,
            kind: TokenKind::parse(row.text(2)?),
            name: row.get(3)?,
            client_id: row.get(4)?,
            user: row.get(5)?,
            scope: row.get(6)?,
            created_at: row.get(7)?,
            expires_at: row.get(8)?,
            last_used_at: row.get(9)?,
            revoked_at: row.get(10)?,
            grant_revoked_at: row.get(11)?,
            realm: row.get(12)?,
            client_enabled: row.get(13)?,
            client_metadata: row.get(14)?,
            app_name: row.get(15)?,
            user_active: row.get(16)?,
            user_name: row.get(17)?,
            policy: row.get(18)?,
        })
    })
    .await
}

/// The token with its grant; as with every token, its tenant is not known before.
pub async fn find(tx: &mut SystemTx, hash: &[u8]) -> Result<Option<TokenRecord>, Error> {
    tx.fetch_optional(FIND, &[Param::Bytes(hash)], from_row).await
}

/// Marks a refresh token as exchanged: of many at once, one wins.
pub async fn rotate(tx: &mut Tx, hash: &[u8], at: Timestamp) -> Result<bool, Error> {
    Ok(tx.execute(ROTATE, &[Param::Bytes(hash), Param::Int(at.micros())]).await? == 1)
}

pub async fn revoke(tx: &mut Tx, id: TokenId, at: Timestamp) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(id.uuid()), Param::Int(at.micros())];
    Ok(tx.execute(REVOKE, &params).await? == 1)
}

/// Written in batches, behind the requests that used the token.
pub async fn record_use(tx: &mut SystemTx, hash: &[u8], at: Timestamp) -> Result<(), Error> {
    let params = [Param::Bytes(hash), Param::Int(at.micros())];
    tx.execute(USED, &params).await?;
    tx.execute(USED_CLIENT, &params).await?;
    Ok(())
}

pub async fn list_static(tx: &mut Tx) -> Result<Vec<StaticTokenRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(LIST_STATIC, &[Param::Id(tenant)], |row| {
        Ok(StaticTokenRecord {
            id: row.get(0)?,
            name: row.get(1)?,
            scope: row.get(2)?,
            created_at: row.get(3)?,
            expires_at: row.get(4)?,
            last_used_at: row.get(5)?,
            revoked_at: row.get(6)?,
        })
    })
    .await
}

pub async fn delete_expired(tx: &mut SystemTx, before: Timestamp) -> Result<u64, Error> {
    tx.execute(DELETE_EXPIRED, &[Param::Int(before.micros())]).await
}
