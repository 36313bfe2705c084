//! Opens a registration as its technical contact does: the file from one mail, the password from
//! the other.

use std::io::{Cursor, Read as _};

use anyhow::{Context as _, Result};
use seatlink_domain::{Actor, Platform, Secret, outbox};
use serde_json::Value;
use zip::ZipArchive;

/// Enough to find a registration's mails again on a second run.
const LOOK_BACK: i64 = 1_000;

pub(super) struct Opened {
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    pub(super) file_name: String,
    /// All mails of the registration, to all contacts.
    pub(super) mails: usize,
}

pub(super) async fn open_registration(
    platform: &Platform,
    actor: &Actor,
    contact: &str,
    tracking_number: &str,
) -> Result<Opened> {
    let messages = outbox::list(platform, actor, LOOK_BACK).await?;
    let of_registration: Vec<_> =
        messages.iter().filter(|mail| mail.subject.contains(tracking_number)).collect();
    let mine = || of_registration.iter().filter(|mail| mail.to == contact);
    let file = mine().find(|mail| mail.attachment.is_some()).context("the mail with the file")?;
    let password =
        mine().find(|mail| mail.attachment.is_none()).context("the mail with the password")?;
    let password = password.body.as_ref().context("the mail with the password has a text")?;
    let attachment = outbox::attachment(platform, actor, file.id).await?;
    let json = unpack(&attachment.content, password.expose())?;
    let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
    Ok(Opened {
        client_id: text("clientId").context("the file names the client ID")?,
        client_secret: Secret::new(text("clientSecret").context("the file holds the secret")?),
        file_name: attachment.name,
        mails: of_registration.len(),
    })
}

/// The password stands alone on a line of the mail.
fn unpack(archive: &[u8], mail: &str) -> Result<Value> {
    let candidates =
        mail.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains(' '));
    for password in candidates {
        if let Ok(json) = read_json(archive, password) {
            return Ok(json);
        }
    }
    anyhow::bail!("no line of the password mail opens the file")
}

fn read_json(archive: &[u8], password: &str) -> Result<Value> {
    let mut zip = ZipArchive::new(Cursor::new(archive))?;
    let name = "registration.json";
    let mut text = String::new();
    zip.by_name_decrypt(name, password.as_bytes())?.read_to_string(&mut text)?;
    Ok(serde_json::from_str(&text)?)
}
