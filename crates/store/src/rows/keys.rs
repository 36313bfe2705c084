//! Signing keys of a realm, sealed.

use crate::{Error, Param, SystemTx, Timestamp};

statements! {
    LIST = "SELECT alg, sealed FROM signing_keys WHERE realm = $1 ORDER BY alg";
    INSERT = "INSERT INTO signing_keys (realm, alg, sealed, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (realm, alg) DO NOTHING";
}

pub async fn list(tx: &mut SystemTx, realm: &str) -> Result<Vec<(String, Vec<u8>)>, Error> {
    tx.fetch_all(LIST, &[Param::Text(realm)], |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Two nodes that start at once both offer a key; the first one stays.
pub async fn insert(
    tx: &mut SystemTx,
    realm: &str,
    alg: &str,
    sealed: &[u8],
    at: Timestamp,
) -> Result<(), Error> {
    let params =
        [Param::Text(realm), Param::Text(alg), Param::Bytes(sealed), Param::Int(at.micros())];
    tx.execute(INSERT, &params).await?;
    Ok(())
}
