//! Signing keys: made when first needed, sealed in the database, remembered in memory.
//!
//! Each realm has its own. An ES256 key takes microseconds to make, an RS256 key some 70 ms, so the
//! latter is made only for the first client that registered RS256, on the blocking pool.

use std::{collections::HashMap, sync::Arc};

use parking_lot::RwLock;
use seatlink_oauth::jose::{self, SigningAlg, SigningKey};
use seatlink_store as store;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::OauthError;
use crate::{Platform, seal::Purpose, settings::Realm};

/// The keys of this process. They never change once made, so nothing here grows old.
#[derive(Default)]
pub(crate) struct Ring(RwLock<HashMap<(Realm, SigningAlg), Arc<SigningKey>>>);

impl Ring {
    fn get(&self, realm: Realm, alg: SigningAlg) -> Option<Arc<SigningKey>> {
        self.0.read().get(&(realm, alg)).cloned()
    }

    fn put(&self, realm: Realm, alg: SigningAlg, key: &Arc<SigningKey>) {
        self.0.write().insert((realm, alg), Arc::clone(key));
    }
}

/// The realm's key for this algorithm.
pub(crate) async fn signing_key(
    platform: &Platform,
    realm: Realm,
    alg: SigningAlg,
) -> Result<Arc<SigningKey>, OauthError> {
    if let Some(key) = platform.keys().get(realm, alg) {
        return Ok(key);
    }
    if let Some(key) = stored(platform, realm, alg).await? {
        return Ok(key);
    }
    let made = tokio::task::spawn_blocking(move || jose::generate(alg).map(Zeroizing::new))
        .await
        .map_err(|error| OauthError::Key(error.to_string()))?
        .map_err(|error| OauthError::Key(error.to_string()))?;
    let sealed = platform.sealer().seal(Purpose::SigningKey, &made);
    let at = platform.now();
    platform
        .db()
        .system_write(move |mut tx| async move {
            store::keys::insert(&mut tx, realm.as_str(), alg.as_str(), &sealed, at).await
        })
        .await?;
    // Another node may have been first; the key that is stored is the one everybody uses.
    stored(platform, realm, alg)
        .await?
        .ok_or_else(|| OauthError::Key(String::from("it was written but cannot be found")))
}

async fn stored(
    platform: &Platform,
    realm: Realm,
    alg: SigningAlg,
) -> Result<Option<Arc<SigningKey>>, OauthError> {
    let rows = platform
        .db()
        .system_read(move |mut tx| async move { store::keys::list(&mut tx, realm.as_str()).await })
        .await?;
    let Some((_, sealed)) = rows.into_iter().find(|(name, _)| name == alg.as_str()) else {
        return Ok(None);
    };
    let plain = Zeroizing::new(platform.sealer().open(Purpose::SigningKey, &sealed)?);
    let key =
        SigningKey::from_pkcs8(alg, &plain).map_err(|error| OauthError::Key(error.to_string()))?;
    let key = Arc::new(key);
    platform.keys().put(realm, alg, &key);
    Ok(Some(key))
}

/// Every key of the realm that may have signed something.
pub(crate) async fn all(
    platform: &Platform,
    realm: Realm,
) -> Result<Vec<Arc<SigningKey>>, OauthError> {
    let mut keys = vec![signing_key(platform, realm, SigningAlg::Es256).await?];
    let remembered = platform.keys().get(realm, SigningAlg::Rs256);
    let second = match remembered {
        Some(key) => Some(key),
        None => stored(platform, realm, SigningAlg::Rs256).await?,
    };
    keys.extend(second);
    Ok(keys)
}

/// The public halves, as `/auth/jwks` serves them (RFC 7517 §5).
pub async fn jwks(platform: &Platform, realm: Realm) -> Result<Value, OauthError> {
    let keys = all(platform, realm).await?;
    let public: Vec<Value> = keys.iter().map(|key| key.public_jwk()).collect();
    Ok(json!({ "keys": public }))
}
