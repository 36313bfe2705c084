//! `seatlink token`: create, list and revoke static bearer tokens.

use std::time::Duration;

use clap::Subcommand;
use seatlink_domain::{
    Platform, Timestamp, TokenId,
    access::tokens::{self, StaticToken, TokenScope},
};
use serde_json::{Value, json};

use super::{
    find::TenantArgument,
    report::{Failure, Report},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a token and print it once
    Create(Create),
    /// List static tokens and when each was last used
    List {
        #[command(flatten)]
        tenant: TenantArgument,
    },
    /// Revoke a token; its next request is refused
    Revoke {
        #[command(flatten)]
        tenant: TenantArgument,
        /// Id of the token, as `token list` shows it
        id: TokenId,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Create {
    #[command(flatten)]
    tenant: TenantArgument,

    /// Name of the token in the log and in lists
    #[arg(long, default_value = "static token")]
    name: String,

    /// scim: the SCIM service. admin: the management API as well
    #[arg(long, value_name = "SCOPE", default_value = "scim", value_parser = scope)]
    scope: TokenScope,

    /// Days until the token expires [default: never]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u64).range(1..=3_650))]
    expires_in: Option<u64>,
}

fn scope(text: &str) -> Result<TokenScope, String> {
    TokenScope::parse(text).ok_or_else(|| String::from("use scim or admin"))
}

impl Command {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        match self {
            Self::Create(create) => create.run(platform).await,
            Self::List { tenant } => list(platform, &tenant).await,
            Self::Revoke { tenant, id } => {
                let actor = tenant.operator(platform).await?;
                tokens::revoke(platform, &actor, id).await?;
                Ok(Report::new(json!({ "id": id, "revoked": true }), "Revoked."))
            }
        }
    }
}

impl Create {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let expires_at =
            self.expires_in.map(|days| platform.now().plus(Duration::from_secs(days * 86_400)));
        let (id, secret) =
            tokens::create(platform, &actor, &self.name, self.scope, expires_at).await?;
        let json = json!({
            "token": secret.expose(),
            "id": id,
            "tenant_id": actor.tenant,
            "scope": self.scope,
            "expires_at": expires_at.map(Timestamp::rfc3339),
        });
        Ok(Report::new(json, secret.expose()))
    }
}

async fn list(platform: &Platform, tenant: &TenantArgument) -> Result<Report, Failure> {
    let actor = tenant.operator(platform).await?;
    let tokens = tokens::list(platform, &actor).await?;
    let moment = |at: Option<Timestamp>| at.map_or_else(|| String::from("-"), Timestamp::rfc3339);
    let rows: Vec<[String; 6]> = tokens
        .iter()
        .map(|token| {
            [
                token.id.to_string(),
                token.scope.as_str().to_owned(),
                moment(token.expires_at),
                moment(token.last_used_at),
                moment(token.revoked_at),
                token.name.clone(),
            ]
        })
        .collect();
    let json = tokens.iter().map(to_json).collect();
    Ok(Report::table(json, ["id", "scope", "expires", "last used", "revoked", "name"], &rows))
}

fn to_json(token: &StaticToken) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "scope": token.scope,
        "created_at": token.created_at.rfc3339(),
        "expires_at": token.expires_at.map(Timestamp::rfc3339),
        "last_used_at": token.last_used_at.map(Timestamp::rfc3339),
        "revoked_at": token.revoked_at.map(Timestamp::rfc3339),
    })
}
