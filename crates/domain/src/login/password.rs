//! Passwords: the rules for new ones, and Argon2id.
//!
//! Hashing takes 19 MiB and some 80 ms, so it runs on the blocking pool and only two at a time: a
//! burst of sign-ins then waits its turn instead of taking the memory and the cores of everything
//! else.

use std::sync::LazyLock;

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use seatlink_scim::fold;
use seatlink_store::{self as store, UserId};
use serde_json::Value;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{LoginError, end_access};
use crate::{
    Platform,
    access::roles,
    actor::{Actor, Forbidden},
    log::{self, Change, Event, Named, Reason},
    permission::Permission,
    seal::Secret,
};

const SHORTEST: usize = 8;
/// Far beyond what a person types; a bound for the work of normalising and hashing.
const LONGEST: usize = 1_024;
/// Words of a person's own name shorter than this occur in good passwords by chance.
const SHORTEST_OWN_WORD: usize = 3;

static HASHING: Semaphore = Semaphore::const_new(2);

/// What an unknown user's password is compared with, so that the answer takes as long as for a
/// known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    Argon2::default()
        .hash_password_with_salt(b"nobody has this password", b"nobody's salt 16")
        .expect("salt and password have lengths that Argon2 takes")
        .to_string()
});

/// Gives a user a new password. Whoever changes another's must hold every permission that user
/// holds: a password is a way to act as its owner. Sessions and grants made with the old one end.
pub async fn set(
    platform: &Platform,
    actor: &Actor,
    user: UserId,
    password: &Secret,
) -> Result<(), LoginError> {
    let own = actor.user() == Some(user);
    if !own {
        actor.require(Permission::ManagePasswords)?;
    }
    let (record, held) = platform
        .db()
        .read(actor.tenant, move |mut tx| async move {
            let record = store::users::find(&mut tx, user).await?.ok_or(LoginError::UnknownUser)?;
            let held = roles::permissions_of(&mut tx, user).await?;
            Ok::<_, LoginError>((record, held))
        })
        .await?;
    if let Some(permission) = held.iter().find(|one| !actor.permissions.contains(*one)) {
        return Err(Forbidden { actor: actor.name.to_string(), permission }.into());
    }
    check_new(password, &record.user_name, &record.document)?;
    let hash = hash(password).await?;

    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let user_name = record.user_name;
            if !store::users::set_password(&mut tx, user, &hash).await? {
                return Err(LoginError::UnknownUser);
            }
            let ended = end_access(&mut tx, user, at, Reason::Updated).await?;
            let event = Event::PasswordSet {
                user: Named::new(user, user_name),
                sessions: ended.sessions,
                authorizations: ended.grants,
            };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok(())
        })
        .await
}

/// Whether somebody of this name and document may have this password, to be asked before they are
/// made.
pub fn check(password: &Secret, user_name: &str, document: &Value) -> Result<(), LoginError> {
    check_new(password, user_name, &document.to_string())
}

/// NIST SP 800-63B-4 §3.1.1.2: a length, a block list with the context's own words, nothing about
/// composition.
fn check_new(password: &Secret, user_name: &str, document: &str) -> Result<(), LoginError> {
    let text = password.expose();
    if text.chars().count() < SHORTEST {
        return Err(LoginError::WeakPassword("A password has at least 8 characters."));
    }
    if text.len() > LONGEST {
        return Err(LoginError::WeakPassword("A password has at most 1024 bytes."));
    }
    let folded = Zeroizing::new(fold(text));
    if folded.contains("password") {
        return Err(LoginError::WeakPassword("A password cannot contain the word “password”."));
    }
    if own_words(user_name, document).iter().any(|word| folded.contains(word.as_str())) {
        return Err(LoginError::WeakPassword(
            "A password cannot contain the user's own name, user name or e-mail address.",
        ));
    }
    Ok(())
}

/// The user's names and addresses, folded; of an address also the part before the `@`.
fn own_words(user_name: &str, document: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let names = ["/name/givenName", "/name/familyName", "/displayName"];
    let emails = document.get("emails").and_then(Value::as_array).into_iter().flatten();
    names
        .into_iter()
        .filter_map(|pointer| document.pointer(pointer))
        .chain(emails.filter_map(|email| email.get("value")))
        .filter_map(Value::as_str)
        .chain([user_name])
        .map(|text| {
            let folded = fold(text.trim());
            folded.split_once('@').map_or(folded.clone(), |(local, _)| local.to_owned())
        })
        .filter(|word| word.chars().count() >= SHORTEST_OWN_WORD)
        .collect()
}

async fn hash(password: &Secret) -> Result<String, LoginError> {
    let password = prepared(password);
    blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| LoginError::Hash(error.to_string()))
    })
    .await?
}

/// Whether the password belongs to the hash.
pub(super) async fn verify(password: &Secret, hash: &str) -> Result<bool, LoginError> {
    let password = prepared(password);
    let hash = hash.to_owned();
    blocking(move || matches(&password, &hash)).await
}

/// The same work as [`verify`], for a user who does not exist.
pub(super) async fn verify_nobody(password: &Secret) -> Result<(), LoginError> {
    let password = prepared(password);
    blocking(move || matches(&password, &NOBODY)).await.map(|_| ())
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// RFC 8265 §4.2: the same password typed on two keyboards is one sequence of code points.
fn prepared(password: &Secret) -> Zeroizing<String> {
    let text = password.expose();
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    // Nothing longer can have been set, so what is cut off only ever belonged to a wrong password.
    Zeroizing::new(text[..end].nfc().collect())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, LoginError> {
    let permit = HASHING.acquire().await.expect("the semaphore is never closed");
    let done = tokio::task::spawn_blocking(work).await;
    drop(permit);
    done.map_err(|error| LoginError::Hash(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"name":{"givenName":"Ming","familyName":"Li"},
        "emails":[{"value":"ming.li@corp.example"}]}"#;

    fn refused(password: &str) -> bool {
        check_new(&Secret::new(password), "mli@corp.example", DOCUMENT).is_err()
    }

    #[test]
    fn own_names_and_addresses_are_refused_in_any_case() {
        assert!(refused("MING-rides-a-bike"));
        assert!(refused("xx mli xx xx"));
        assert!(refused("ming.li.1234"));
    }

    #[test]
    fn short_and_common_ones_are_refused_and_long_phrases_are_not() {
        assert!(refused("7chars!"));
        assert!(refused("PassWord2026"));
        assert!(!refused("correct horse battery staple"));
        assert!(!refused("电池订书钉马正确的密码"));
    }

    #[tokio::test]
    async fn composed_and_decomposed_letters_are_the_same_password() {
        let hash = hash(&Secret::new("caf\u{e9} au lait")).await.expect("it hashes");
        let typed = Secret::new("cafe\u{301} au lait");
        assert!(verify(&typed, &hash).await.expect("it verifies"));
    }
}
