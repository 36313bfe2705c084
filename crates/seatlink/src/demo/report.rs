//! What a demo run did, for people on the terminal and for programs as JSON.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context as _, Result};
use serde::Serialize;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    pub receiving: Receiving,
    pub sending: Sending,
    pub(super) provisioned: Provisioned,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Receiving {
    pub(super) base_url: String,
    pub(super) scim_base_url: String,
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    /// A static token with full SCIM access.
    pub bearer_token: String,
    /// A second application, for whoever wants to try the flow by hand.
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) redirect_uri: String,
    pub(super) tenant_id: String,
    pub(super) business_unit_id: i64,
    pub(super) region: String,
    pub admin: Login,
    /// For programs; people open the page of the portal.
    pub(super) outbox_url: String,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Sending {
    pub(super) base_url: String,
    pub(super) api_token: String,
    pub(super) integration_id: String,
    pub admin: Login,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Login {
    pub username: String,
    pub password: String,
}

/// Distinct people.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Provisioned {
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) deactivated: i64,
    pub(super) reactivated: i64,
    pub(super) failed: i64,
}

/// One step of the guide and the evidence that it held.
#[expect(clippy::struct_field_names, reason = "the report's field is named so")]
#[derive(Clone, Debug, Serialize)]
pub(super) struct Step {
    pub(super) step: &'static str,
    pub(super) title: &'static str,
    pub(super) ok: bool,
    pub(super) evidence: String,
}

impl Report {
    pub(super) fn all_held(&self) -> bool {
        self.provisioned.failed == 0 && self.steps.iter().all(|step| step.ok)
    }

    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        // Written aside and renamed, so that whoever waits for the file never reads half of it.
        let aside = path.with_extension("partial");
        fs::write(&aside, text)
            .and_then(|()| fs::rename(&aside, path))
            .with_context(|| format!("the report cannot be written to {}", path.display()))
    }

    /// The table at the end: what happened, what to open, how to log in.
    pub(super) fn summary(&self) -> String {
        let mut out = String::new();
        let Provisioned { created, updated, deactivated, reactivated, failed } = self.provisioned;
        let held = self.steps.iter().filter(|step| step.ok).count();
        let rows: [(&str, String); 13] = [
            ("Guide steps", format!("{held} of {} held", self.steps.len())),
            (
                "People",
                format!(
                    "{created} created, {updated} updated, {deactivated} deactivated, {reactivated} reactivated, \
                     {failed} failed"
                ),
            ),
            ("", String::new()),
            ("Receiving side", self.receiving.base_url.clone()),
            ("  login", login(&self.receiving.admin)),
            ("  outbox", format!("{}/portal/outbox", self.receiving.base_url)),
            ("  SCIM", self.receiving.scim_base_url.clone()),
            ("  bearer token", self.receiving.bearer_token.clone()),
            (
                "  client",
                format!("{} / {}", self.receiving.client_id, self.receiving.client_secret),
            ),
            ("", String::new()),
            ("Sending side", self.sending.base_url.clone()),
            ("  login", login(&self.sending.admin)),
            ("  API token", self.sending.api_token.clone()),
        ];
        for (name, value) in rows {
            let line = format!("{name:<16}{value}");
            writeln!(out, "{}", line.trim_end()).expect("writing to a String cannot fail");
        }
        out
    }
}

fn login(login: &Login) -> String {
    format!("{} / {}", login.username, login.password)
}
