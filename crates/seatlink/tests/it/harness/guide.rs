//! The guide walked to its end, with the demo's own steps: both sides integrated and nobody
//! assigned yet.

use anyhow::{Context as _, Result, bail};
use seatlink_domain::{
    Actor, Permission, Permissions, Platform, UserId,
    access::roles::{self, Edit, Role, RoleStatus},
    directory::{groups, users},
    integrations::{self, Integration, Status},
    log::{self, Entry},
    tenants,
    work::{self, Standing},
};
use seatlink_scim::{Precondition, Projection};
use serde_json::{Value, json};
use url::Url;

use super::{Ground, Scim, eventually};
use seatlink::demo::{
    browser::{Browser, Page},
    receiving::{self, Prepared},
    report::{Login, Report},
    sending::{self, Ready},
};
use seatlink_edge::words;

/// More than any test writes.
const WHOLE_LOG: i64 = 10_000;

pub(crate) struct Guide<'a> {
    pub(crate) ground: &'a Ground,
    pub(crate) receiving: Prepared,
    /// Administers the receiving side.
    pub(crate) receiver: Actor,
    pub(crate) sending: Ready,
    /// Reads the receiving side, as its own administrators might.
    pub(crate) employees: Scim,
    identity_admin: Login,
}

impl<'a> Guide<'a> {
    pub(crate) async fn walk(ground: &'a Ground) -> Result<Self> {
        let platform = ground.platform();
        let mut report = Report::default();
        let receiving =
            receiving::prepare(platform, &ground.sides, sending::APP_NAME, &mut report).await?;
        let tenant = tenants::find_by_business_unit(platform, receiving::BUSINESS_UNIT).await?;
        let receiver = Actor::operator(tenant.context("the tenant of the receiving side")?.id);
        let mut browser = ground.browser();
        let sending =
            sending::integrate(platform, &ground.sides, &receiving, &mut browser, &mut report)
                .await?;
        let employees = ground.scim(&report.receiving.bearer_token);
        Ok(Self {
            ground,
            receiving,
            receiver,
            sending,
            employees,
            identity_admin: report.sending.admin,
        })
    }

    fn platform(&self) -> &Platform {
        self.ground.platform()
    }

    /// A person in the sending side's directory; the local part of the name is the display name
    /// too.
    pub(crate) async fn person(
        &self,
        user_name: &str,
        (given, family): (&str, &str),
    ) -> Result<UserId> {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": user_name,
            "name": { "givenName": given, "familyName": family },
            "displayName": user_name.split('@').next(),
            "emails": [{ "value": user_name, "type": "work", "primary": true }],
        });
        Ok(users::create(self.platform(), &self.sending.actor, body).await?.id().into())
    }

    /// The person, assigned and provisioned.
    pub(crate) async fn employee(&self, user_name: &str) -> Result<UserId> {
        let person = self.person(user_name, ("Pat", "Lee")).await?;
        self.assign(person).await?;
        self.settled().await?;
        Ok(person)
    }

    /// Changes one attribute of a person on the sending side.
    pub(crate) async fn set(&self, person: UserId, path: &str, value: Value) -> Result<()> {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": path, "value": value }],
        });
        let (id, none) = (person.to_string(), Precondition::None);
        users::patch(self.platform(), &self.sending.actor, &id, body, &none).await?;
        Ok(())
    }

    pub(crate) async fn assign(&self, person: UserId) -> Result<()> {
        let Ready { actor, integration } = &self.sending;
        integrations::assign_people(self.platform(), actor, *integration, vec![person]).await?;
        Ok(())
    }

    pub(crate) async fn unassign(&self, person: UserId) -> Result<()> {
        let Ready { actor, integration } = &self.sending;
        integrations::unassign_people(self.platform(), actor, *integration, vec![person]).await?;
        Ok(())
    }

    /// Puts a person into a group of the sending side.
    pub(crate) async fn join(&self, group: &str, person: UserId) -> Result<()> {
        let value = json!([{ "value": person.to_string() }]);
        self.edit_group(group, json!({ "op": "add", "path": "members", "value": value })).await
    }

    pub(crate) async fn leave(&self, group: &str, person: UserId) -> Result<()> {
        let path = format!("members[value eq \"{person}\"]");
        self.edit_group(group, json!({ "op": "remove", "path": path })).await
    }

    async fn edit_group(&self, group: &str, operation: Value) -> Result<()> {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [operation],
        });
        let (actor, none) = (&self.sending.actor, Precondition::None);
        groups::patch(self.platform(), actor, group, body, &none, &Projection::all()).await?;
        Ok(())
    }

    pub(crate) async fn standing(&self) -> Result<Standing> {
        let Ready { actor, integration } = &self.sending;
        Ok(work::standing(self.platform(), actor, *integration).await?)
    }

    pub(crate) async fn integration(&self) -> Result<Integration> {
        let Ready { actor, integration } = &self.sending;
        Ok(integrations::get(self.platform(), actor, *integration).await?)
    }

    /// Waits until nothing is due any more; what failed is no longer due either.
    pub(crate) async fn quiet(&self) -> Result<Standing> {
        eventually("provisioning", async || {
            let standing = self.standing().await?;
            if standing.waiting == 0 {
                return Ok(Some(standing));
            }
            let integration = self.integration().await?;
            if integration.status != Status::Ready {
                bail!("the integration stopped: {:?}", integration.status_reason);
            }
            Ok(None)
        })
        .await
    }

    /// Waits until everything that was due has been delivered.
    pub(crate) async fn settled(&self) -> Result<Standing> {
        let standing = self.quiet().await?;
        if standing.failed > 0 {
            bail!("provisioning failed: {:?}", self.failed().await?);
        }
        Ok(standing)
    }

    /// Waits until the integration wants to be authenticated with again, and tells why.
    pub(crate) async fn needs_authorization(&self) -> Result<String> {
        eventually("the lost authorization", async || {
            let integration = self.integration().await?;
            let lost = integration.status == Status::NeedsAuthorization;
            Ok(lost.then(|| words::status_reason(&integration).unwrap_or_default()))
        })
        .await
    }

    pub(crate) async fn failed(&self) -> Result<Vec<work::Item>> {
        let Ready { actor, integration } = &self.sending;
        Ok(work::failed(self.platform(), actor, *integration, 100).await?)
    }

    /// Tries again what failed.
    pub(crate) async fn retry(&self, person: UserId) -> Result<()> {
        let Ready { actor, integration } = &self.sending;
        work::retry(self.platform(), actor, *integration, Some(person)).await?;
        Ok(())
    }

    /// The whole log of the receiving side, the newest first.
    pub(crate) async fn receiving_log(&self) -> Result<Vec<Entry>> {
        self.log(&self.receiver).await
    }

    pub(crate) async fn sending_log(&self) -> Result<Vec<Entry>> {
        self.log(&self.sending.actor).await
    }

    async fn log(&self, actor: &Actor) -> Result<Vec<Entry>> {
        Ok(log::latest(self.platform(), actor, WHOLE_LOG).await?)
    }

    /// A role of the receiving side.
    pub(crate) async fn role(&self, name: &str) -> Result<Role> {
        let role = roles::find_by_name(self.platform(), &self.receiver, name).await?;
        role.with_context(|| format!("there is no role {name}"))
    }

    pub(crate) async fn set_role_status(&self, name: &str, status: RoleStatus) -> Result<()> {
        let role = self.role(name).await?;
        roles::set_status(self.platform(), &self.receiver, role.id, status).await?;
        Ok(())
    }

    /// Admin > General Permissions > SCIM of the role that authorised the integration.
    pub(crate) async fn permit(
        &self,
        change: impl FnOnce(Permissions, Permission) -> Permissions,
    ) -> Result<()> {
        let role = self.role("Administrator").await?;
        let permissions = Some(change(role.permissions, Permission::Scim));
        let edit = Edit { permissions, ..Edit::default() };
        roles::edit(self.platform(), &self.receiver, role.id, role.version, edit).await?;
        Ok(())
    }

    /// The first page of the console, as the identity administrator sees it.
    pub(crate) async fn console(&self, browser: &mut Browser) -> Result<Page> {
        let page =
            browser.open(Url::parse(&format!("{}/console", self.ground.sides.sending))?).await?;
        sending::log_in(browser, page, &self.identity_admin).await
    }

    /// “Authenticate with …”, all of it in a browser.
    pub(crate) async fn authenticate(&self) -> Result<Page> {
        let mut browser = self.ground.browser();
        let console = self.console(&mut browser).await?;
        let page = browser.submit(console.form_to("/authenticate")?).await?;
        let page = sending::log_in(&mut browser, page, &self.receiving.admin).await?;
        allow(&mut browser, page).await
    }
}

/// Agrees when the page asks; who agreed before is not asked again.
pub(crate) async fn allow(browser: &mut Browser, page: Page) -> Result<Page> {
    match page.form_to("/auth/authorize") {
        Ok(mut form) => {
            form.press("decision", "allow");
            browser.submit(form).await
        }
        Err(_) => Ok(page),
    }
}

/// A parameter of the address that a browser ended up at.
pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}
