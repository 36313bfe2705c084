//! Operations and permissions: one table, compared with the sources and with what the operations
//! do.

mod drives;
mod table;

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{
    Actor, Permission, Permissions, UserId,
    access::{
        roles::{self, NewRole, RoleStatus},
        tokens::{self, TokenScope},
    },
    actor::ActorKind,
    apps::{
        self, ApiScope, AuthMethod, ClientType, DeliveryMethod, FedRamp, Registration, Tenancy,
        Urls,
    },
    directory::groups,
    integrations::{self, NewIntegration},
    log, outbox,
};
use seatlink_scim::Projection;
use serde_json::json;
use uuid::Uuid;

use crate::common::Center;
use drives::{DRIVES, Drive, Ids, Outcome};
use table::{Needs, OPERATIONS};

/// Operations with an actor that the table names and that are not called here, because what they
/// take cannot be had in a line: a resource of a registered type, the rest of a group's members, a
/// file, tokens of a target. The tests of each have their refusals.
const NOT_DRIVEN: &[&str] = &[
    "domain/directory/groups/listing::more_members",
    "domain/directory/import/large::people",
    "domain/directory/resources/list::list",
    "domain/directory/resources::create",
    "domain/directory/resources::delete",
    "domain/directory/resources::get",
    "domain/directory/resources::patch",
    "domain/directory/resources::replace",
    "domain/integrations/configure::connect",
    "domain/integrations/credentials::begin_authorization",
    "domain/integrations/credentials::save_tokens",
    "provision/authorize::begin",
    "provision/sweep::sweep",
    "provision/test_connection::connect",
    "provision/test_connection::test",
];

/// Reads that answer nothing, rather than that there is nothing, about what is not there; writes of
/// the actor's own tenant.
const DONE_ELSEWHERE: &[&str] = &[
    "domain/access/connections::list",
    "domain/access/roles/list::list",
    "domain/access/roles::find_by_name",
    "domain/access/tokens::list",
    "domain/apps::list",
    "domain/log/search::search",
    "domain/log/read::count_distinct",
    "domain/log/read::history",
    "domain/log/read::latest",
    "domain/directory/groups::list",
    "domain/directory/import::people",
    "domain/directory/listing::everything",
    "domain/directory/schemas::list",
    "domain/directory/users::count",
    "domain/directory/users::find_by_user_name",
    "domain/directory/users::list",
    "domain/integrations::find_by_name",
    "domain/integrations::list",
    "domain/outbox::list",
    "domain/tenants::update_settings",
    "domain/work::assignment_state",
    "domain/work::enqueue_all",
    "domain/work::failed",
    "domain/work::retry",
    "domain/work::standing",
];

#[test]
fn every_operation_is_in_the_table() -> Result<()> {
    let mut found = BTreeSet::new();
    let mut with_actor = BTreeSet::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the crates")?;
    for name in ["domain", "provision"] {
        let root = crates.join(name).join("src");
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let file = path.strip_prefix(&root)?.with_extension("");
                    let file = file.to_str().context("a path in UTF-8")?.replace('\\', "/");
                    for (operation, has_actor) in operations(&fs::read_to_string(&path)?) {
                        let operation = format!("{name}/{file}::{operation}");
                        if has_actor {
                            with_actor.insert(operation.clone());
                        }
                        found.insert(operation);
                    }
                }
            }
        }
    }
    assert!(found.len() > 100, "{} operations: were the sources read?", found.len());
    let listed: BTreeSet<String> = OPERATIONS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, listed, "the sources on the left, the table on the right");
    let asked: BTreeSet<String> = OPERATIONS
        .iter()
        .filter(|(_, needs)| matches!(needs, Needs::Any(_)))
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(with_actor, asked, "whoever takes an actor asks what the actor may do");
    let driven: BTreeSet<String> = DRIVES
        .iter()
        .map(|(name, _)| *name)
        .chain(NOT_DRIVEN.iter().copied())
        .map(String::from)
        .collect();
    assert_eq!(driven, asked, "what is called on the left");
    Ok(())
}

/// The public functions that stand on the platform, and whether they take an actor.
fn operations(source: &str) -> Vec<(String, bool)> {
    source
        .split("pub async fn ")
        .skip(1)
        .filter_map(|rest| {
            let signature = rest.split('{').next()?;
            let name = signature.split(['(', '<']).next()?.to_owned();
            signature.contains("&Platform").then(|| (name, signature.contains("&Actor")))
        })
        .collect()
}

#[test]
fn every_permission_is_asked_for_by_some_operation() {
    let asked: Permissions = OPERATIONS
        .iter()
        .filter_map(|(_, needs)| if let Needs::Any(sets) = needs { Some(sets) } else { None })
        .flat_map(|sets| sets.iter())
        .flat_map(|set| set.iter().copied())
        .collect();
    let unasked: Vec<Permission> = Permissions::all().beyond(asked).iter().collect();
    assert!(unasked.is_empty(), "offered, and good for nothing: {unasked:?}");
}

/// Somebody of the center, who is somewhere else than everything that is there.
fn person(center: &Center, permissions: Permissions) -> Actor {
    let kind = ActorKind::User(UserId::from(Uuid::from_u128(1)));
    Actor { kind, permissions, ..center.actor.clone() }
}

#[tokio::test]
async fn operations_ask_for_what_the_table_says_and_for_nothing_else() -> Result<()> {
    for center in Center::each().await? {
        for (name, drive) in DRIVES {
            let (_, needs) =
                OPERATIONS.iter().find(|(other, _)| other == name).context("a row of the table")?;
            let Needs::Any(sets) = needs else { continue };
            let call = |actor| drive(center.platform.clone(), actor, nobodys());
            let refused = |actor, who: String| async move {
                let outcome = call(actor).await;
                ensure!(outcome == Outcome::Forbidden, "{name}: {who} is not refused: {outcome:?}");
                Ok(())
            };
            let passes = |actor, who: String| async move {
                let outcome = call(actor).await;
                ensure!(outcome != Outcome::Forbidden, "{name}: {who} is refused");
                Ok(())
            };
            passes(center.actor.clone(), String::from("the operator")).await?;
            passes(person(&center, Permissions::all()), String::from("an administrator")).await?;
            refused(person(&center, Permissions::default()), String::from("nobody")).await?;
            for set in *sets {
                let exactly: Permissions = set.iter().copied().collect();
                passes(person(&center, exactly), format!("who has {set:?}")).await?;
                let others = sets.iter().flat_map(|set| set.iter()).copied().collect();
                for lacked in *set {
                    let most = Permissions::all().beyond(others).union(exactly).without(*lacked);
                    refused(person(&center, most), format!("who lacks {lacked:?}")).await?;
                }
            }
            let scim = Permissions::default().with(Permission::Scim);
            let kind = ActorKind::ProvisioningClient { authorised_by: None };
            let client = Actor { kind, permissions: scim, ..center.actor.clone() };
            let who = String::from("a provisioning client");
            if sets.contains(&[Permission::Scim].as_slice()) {
                passes(client, who).await?;
            } else {
                refused(client, who).await?;
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_administrator_of_another_tenant_finds_and_changes_nothing_here() -> Result<()> {
    for center in Center::each().await? {
        let ids = everything(&center).await?;
        let log = || log::latest(&center.platform, &center.actor, 1_000);
        let before = log().await?.len();
        for (name, drive) in DRIVES {
            let drive: &Drive = drive;
            let outcome = drive(center.platform.clone(), center.stranger.clone(), ids).await;
            if outcome == Outcome::Done {
                assert!(DONE_ELSEWHERE.contains(name), "{name} found something elsewhere");
            }
            assert_ne!(outcome, Outcome::Forbidden, "{name} refuses an operator");
        }
        assert_eq!(log().await?.len(), before, "nothing happened here on {}", center.name());
    }
    Ok(())
}

/// Things that no tenant has.
fn nobodys() -> Ids {
    let none = Uuid::from_u128(2);
    Ids {
        app: none.into(),
        group: none.into(),
        integration: none.into(),
        message: none.into(),
        role: none.into(),
        token: none.into(),
        user: none.into(),
    }
}

/// One of everything in the center.
async fn everything(center: &Center) -> Result<Ids> {
    let (platform, actor) = (&center.platform, &center.actor);
    let app = apps::register(platform, actor, form("Canary")).await?.app_id;
    let group = json!({ "displayName": "Canary" });
    let group = groups::create(platform, actor, group, &Projection::all()).await?.id().into();
    let integration = NewIntegration {
        label: String::from("Canary"),
        login_page_url: String::from("https://app.example.com/login"),
        app_name: None,
    };
    let integration = integrations::create(platform, actor, integration).await?.id;
    let message = outbox::list(platform, actor, 1).await?.first().context("a mail")?.id;
    let role = NewRole {
        name: String::from("Canary"),
        description: String::new(),
        status: RoleStatus::Active,
        permissions: Permissions::default(),
    };
    let role = roles::create(platform, actor, role).await?.id;
    let (token, _) = tokens::create(platform, actor, "Canary", TokenScope::Scim, None).await?;
    let user = center.person("canary@example.com").await?;
    Ok(Ids { app, group, integration, message, role, token, user })
}

/// A registration of the first center's that is right, if its name is.
fn form(name: &str) -> Registration {
    Registration {
        requester_email: String::from("dev@example.com"),
        requester_name: String::from("Dev"),
        business_unit: 1,
        app_name: name.to_owned(),
        description: String::from("Provisioning."),
        contacts: vec![String::from("dev@example.com")],
        delivery: DeliveryMethod::Email,
        tenancy: Tenancy::Single,
        fed_ramp: FedRamp::No,
        auth_method: AuthMethod::ClientSecretPost,
        scopes: ApiScope::ALL.to_vec(),
        app_type: ClientType::UserConfidential,
        id_token_alg: apps::SigningAlg::default(),
        urls: Urls {
            redirects: vec![String::from("https://idp.example/callback")],
            ..Urls::default()
        },
    }
}
