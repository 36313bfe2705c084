//! Every operation that takes an actor, called with as little as it takes.

use std::{fmt::Debug, pin::Pin};

use seatlink_domain::{
    Actor, AppId, GroupId, IntegrationId, MessageId, Platform, RoleId, Secret, TokenId, UserId,
    access::{
        connections,
        policy::PolicyChange,
        roles::{self, Becomes, Edit, NewRole, PeopleQuery, Rank, RoleQuery, RoleStatus},
        tokens::{self, TokenScope},
    },
    apps,
    directory::{groups, import, listing, people_file::PeopleFile, schemas, users},
    integrations::{self, NewIntegration, Switch, ToAppChange},
    log::{self, Problem, Step, Trouble},
    login, outbox, tenants, work,
};
use seatlink_scim::{ListQuery, Precondition, Projection};
use serde_json::json;

use super::form;

/// What the operations are about: things of a tenant, or of nobody.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ids {
    pub(super) app: AppId,
    pub(super) group: GroupId,
    pub(super) integration: IntegrationId,
    pub(super) message: MessageId,
    pub(super) role: RoleId,
    pub(super) token: TokenId,
    pub(super) user: UserId,
}

/// How an operation ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    Done,
    Forbidden,
    Failed(String),
}

pub(super) type Driven = Pin<Box<dyn Future<Output = Outcome>>>;
pub(super) type Drive = fn(Platform, Actor, Ids) -> Driven;

fn outcome<T, E: Debug>(result: Result<T, E>) -> Outcome {
    match result {
        Ok(_) => Outcome::Done,
        Err(error) => {
            let text = format!("{error:?}");
            if text.starts_with("Forbidden") { Outcome::Forbidden } else { Outcome::Failed(text) }
        }
    }
}

macro_rules! drives {
    ($(($p:ident, $a:ident, $i:ident) $name:literal => $call:expr;)+) => {
        pub(super) const DRIVES: &[(&str, Drive)] = &[$((
            $name,
            |platform, actor, ids| {
                Box::pin(async move {
                    let ($p, $a, $i) = (&platform, &actor, ids);
                    let _ = $i;
                    outcome($call.await)
                })
            },
        )),+];
    };
}

fn any() -> Precondition {
    Precondition::default()
}

fn all() -> Projection {
    Projection::all()
}

drives! {
    (p, a, i) "domain/access/connections::get" => connections::get(p, a, &i.token.to_string());
    (p, a, i) "domain/access/connections::list" => connections::list(p, a);
    (p, a, i) "domain/access/connections::set_policy" =>
        connections::set_policy(p, a, &i.token.to_string(), PolicyChange::default());
    (p, a, i) "domain/access/roles/list::list" => roles::list(p, a, &RoleQuery::default());
    (p, a, i) "domain/access/roles/loss::loss" => roles::loss(p, a, i.role, Becomes::Inactive);
    (p, a, i) "domain/access/roles/people::assign" =>
        roles::assign(p, a, i.role, vec![i.user], Rank::Secondary);
    (p, a, i) "domain/access/roles/people::people" =>
        roles::people(p, a, i.role, &PeopleQuery::default());
    (p, a, i) "domain/access/roles/people::unassign" =>
        roles::unassign(p, a, i.role, vec![i.user]);
    (p, a, i) "domain/access/roles/write::create" => roles::create(p, a, new_role());
    (p, a, i) "domain/access/roles/write::duplicate" => roles::duplicate(p, a, i.role, "Copy");
    (p, a, i) "domain/access/roles/write::edit" => roles::edit(p, a, i.role, 1, described());
    (p, a, i) "domain/access/roles/write::set_status" =>
        roles::set_status(p, a, i.role, RoleStatus::Inactive);
    (p, a, i) "domain/access/roles/write::set_to_default" => roles::set_to_default(p, a, i.role, 1);
    (p, a, i) "domain/access/roles::find_by_name" => roles::find_by_name(p, a, "Canary");
    (p, a, i) "domain/access/roles::get" => roles::get(p, a, i.role);
    (p, a, i) "domain/access/tokens::create" => tokens::create(p, a, "", TokenScope::Scim, None);
    (p, a, i) "domain/access/tokens::list" => tokens::list(p, a);
    (p, a, i) "domain/access/tokens::revoke" => tokens::revoke(p, a, i.token);
    (p, a, i) "domain/apps::disable" => apps::disable(p, a, i.app);
    (p, a, i) "domain/apps::enable" => apps::enable(p, a, i.app);
    (p, a, i) "domain/apps::get" => apps::get(p, a, i.app);
    (p, a, i) "domain/apps::list" => apps::list(p, a);
    (p, a, i) "domain/apps::register" => apps::register(p, a, form(""));
    (p, a, i) "domain/apps::reissue_secret" => apps::reissue_secret(p, a, i.app);
    (p, a, i) "domain/apps::update" => apps::update(p, a, i.app, apps::Update::default());
    (p, a, i) "domain/log/search::search" => log::search(p, a, &log::search::Search::default());
    (p, a, i) "domain/log/read::count_distinct" =>
        log::count_distinct(p, a, log::Reason::Created);
    (p, a, i) "domain/log/read::history" => log::history(p, a, i.role.uuid());
    (p, a, i) "domain/log/read::latest" => log::latest(p, a, 1);
    (p, a, i) "domain/directory/groups/delete::delete" =>
        groups::delete(p, a, &i.group.to_string(), &any());
    (p, a, i) "domain/directory/groups::create" => groups::create(p, a, json!({}), &all());
    (p, a, i) "domain/directory/groups::get" => groups::get(p, a, &i.group.to_string(), &all());
    (p, a, i) "domain/directory/groups::list" => groups::list(p, a, &ListQuery::default(), &all());
    (p, a, i) "domain/directory/groups::patch" =>
        groups::patch(p, a, &i.group.to_string(), patch(), &any(), &all());
    (p, a, i) "domain/directory/groups::replace" =>
        groups::replace(p, a, &i.group.to_string(), json!({ "displayName": "x" }), &any(), &all());
    (p, a, i) "domain/directory/import::people" =>
        import::people(p, a, PeopleFile { people: Vec::new() }, |_| ());
    (p, a, i) "domain/directory/listing::everything" => listing::everything(
        p, a, &ListQuery::default(), listing::Projections { user: &all(), group: &all() });
    (p, a, i) "domain/directory/schemas::add" => schemas::add(p, a, schemas::NewSchema::Extension {
        resource_type: String::from("User"), required: false, schema: json!({}) });
    (p, a, i) "domain/directory/schemas::list" => schemas::list(p, a);
    (p, a, i) "domain/directory/schemas::remove" => schemas::remove(p, a, "urn:x:y", None);
    (p, a, i) "domain/directory/users/edit::patch" =>
        users::patch(p, a, &i.user.to_string(), patch(), &any());
    (p, a, i) "domain/directory/users/edit::replace" =>
        users::replace(p, a, &i.user.to_string(), json!({ "userName": "x@example.com" }), &any());
    (p, a, i) "domain/directory/users::count" => users::count(p, a);
    (p, a, i) "domain/directory/users::create" => users::create(p, a, json!({}));
    (p, a, i) "domain/directory/users::delete" =>
        users::delete(p, a, &i.user.to_string(), &any());
    (p, a, i) "domain/directory/users::find_by_user_name" =>
        users::find_by_user_name(p, a, "canary@example.com");
    (p, a, i) "domain/directory/users::get" => users::get(p, a, &i.user.to_string());
    (p, a, i) "domain/directory/users::list" => users::list(p, a, &ListQuery::default(), &all());
    (p, a, i) "domain/integrations/assignments::assign_group" =>
        integrations::assign_group(p, a, i.integration, i.group);
    (p, a, i) "domain/integrations/assignments::assign_people" =>
        integrations::assign_people(p, a, i.integration, vec![i.user]);
    (p, a, i) "domain/integrations/assignments::unassign_group" =>
        integrations::unassign_group(p, a, i.integration, i.group);
    (p, a, i) "domain/integrations/assignments::unassign_people" =>
        integrations::unassign_people(p, a, i.integration, vec![i.user]);
    (p, a, i) "domain/integrations/configure::enable_scim" =>
        integrations::enable_scim(p, a, i.integration, Switch::On);
    (p, a, i) "domain/integrations/configure::set_to_app" =>
        integrations::set_to_app(p, a, i.integration, ToAppChange::default());
    (p, a, i) "domain/integrations/credentials::mark_needs_authorization" =>
        {
        let problem = Problem { step: Step::Create, trouble: Trouble::RateLimited };
        integrations::mark_needs_authorization(p, a, i.integration, problem)
    };
    (p, a, i) "domain/integrations/credentials::secrets" =>
        integrations::secrets(p, a, i.integration);
    (p, a, i) "domain/integrations::create" => integrations::create(p, a, NewIntegration {
        label: String::new(), login_page_url: String::new(), app_name: None });
    (p, a, i) "domain/integrations::find_by_name" => integrations::find_by_name(p, a, "canary");
    (p, a, i) "domain/integrations::get" => integrations::get(p, a, i.integration);
    (p, a, i) "domain/integrations::list" => integrations::list(p, a);
    (p, a, i) "domain/login/password::set" =>
        login::password::set(p, a, i.user, &Secret::new("an umbrella for two"));
    (p, a, i) "domain/outbox::attachment" => outbox::attachment(p, a, i.message);
    (p, a, i) "domain/outbox::list" => outbox::list(p, a, 1);
    (p, a, i) "domain/outbox::retry" => outbox::retry(p, a, i.message);
    (p, a, i) "domain/tenants::update_settings" =>
        tenants::update_settings(p, a, tenants::TenantSettings::default());
    (p, a, i) "domain/work::assignment_state" =>
        work::assignment_state(p, a, i.integration, i.user);
    (p, a, i) "domain/work::enqueue_all" => work::enqueue_all(p, a, i.integration);
    (p, a, i) "domain/work::failed" => work::failed(p, a, i.integration, 1);
    (p, a, i) "domain/work::retry" => work::retry(p, a, i.integration, None);
    (p, a, i) "domain/work::standing" => work::standing(p, a, i.integration);
}

fn new_role() -> NewRole {
    NewRole {
        name: String::new(),
        description: String::new(),
        status: RoleStatus::Draft,
        permissions: seatlink_domain::Permissions::default(),
    }
}

fn described() -> Edit {
    Edit { description: Some(String::from("Changed.")), ..Edit::default() }
}

fn patch() -> serde_json::Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "externalId", "value": "1" }],
    })
}
