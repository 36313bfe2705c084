//! The passwords of the demo's administrators.
//!
//! They are kept beside the data, so that a second run need not set them anew: a new password ends
//! everything the one before had opened, the connection of the two sides included.

use std::{collections::BTreeMap, fs, io, path::PathBuf};

use anyhow::{Context as _, Result};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use seatlink_domain::{Actor, Platform, Realm, Secret, UserId, login};

use super::report::Login;

pub(super) struct Logins {
    file: PathBuf,
    passwords: BTreeMap<String, String>,
}

/// Whether somebody's password had to be set, and with it everything it had opened was closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Password {
    Known,
    New,
}

impl Logins {
    pub(super) fn of(data: &std::path::Path) -> Self {
        let file = data.join("demo-logins.json");
        let known = fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok());
        Self { file, passwords: known.unwrap_or_default() }
    }

    /// Makes sure that the user can log in, with the password of an earlier run if it still works.
    pub(super) async fn ensure(
        &mut self,
        platform: &Platform,
        actor: &Actor,
        user: UserId,
        user_name: &str,
    ) -> Result<(Login, Password)> {
        let login = |password: &str| Login {
            username: user_name.to_owned(),
            password: password.to_owned(),
        };
        if let Some(password) = self.passwords.get(user_name) {
            let secret = Secret::new(password.clone());
            let tenant = Some(actor.tenant);
            let entered =
                login::sign_in(platform, Realm::Commercial, user_name, &secret, None, tenant).await;
            if entered.is_ok() {
                return Ok((login(password), Password::Known));
            }
        }
        let password = URL_SAFE_NO_PAD.encode(platform.random::<15>());
        login::password::set(platform, actor, user, &Secret::new(password.clone())).await?;
        self.passwords.insert(user_name.to_owned(), password.clone());
        self.save().with_context(|| format!("{} cannot be written", self.file.display()))?;
        Ok((login(&password), Password::New))
    }

    fn save(&self) -> io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&self.file)?;
        Ok(serde_json::to_writer_pretty(file, &self.passwords)?)
    }
}
