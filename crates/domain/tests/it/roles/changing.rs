//! Making roles and changing them.

use anyhow::Result;
use seatlink_domain::{
    Permission, Permissions,
    access::roles::{
        self, Becomes, Edit, Field, FieldError, NewRole, Problem, Rank, RoleError, RoleStatus,
    },
    log::{self, search::Search},
    tenants::{self, TenantSettings},
};
use serde_json::Value;

use crate::common::Center;

/// What is wrong with which field; nothing, if that is not why it failed.
fn complaints<T>(result: Result<T, RoleError>) -> Vec<(Field, Problem)> {
    let Err(RoleError::Invalid(errors)) = result else { return Vec::new() };
    errors.into_iter().map(|FieldError { field, problem }| (field, problem)).collect()
}

#[tokio::test]
async fn a_role_says_everything_that_is_wrong_with_it() -> Result<()> {
    for center in Center::each().await? {
        let new = NewRole {
            name: String::from("a/b"),
            description: "x".repeat(201),
            status: RoleStatus::Draft,
            permissions: Permissions::default(),
        };
        let wrong = complaints(roles::create(&center.platform, &center.actor, new.clone()).await);
        assert_eq!(
            wrong,
            [(Field::Name, Problem::Character('/')), (Field::Description, Problem::TooLong(200)),]
        );
        for (name, problem) in
            [(String::from("  "), Problem::Missing), ("x".repeat(51), Problem::TooLong(50))]
        {
            let wrong = complaints(center.create(&name, RoleStatus::Draft).await);
            assert_eq!(wrong, [(Field::Name, problem)]);
        }
        let most = "坐".repeat(50);
        assert_eq!(center.create(&most, RoleStatus::Draft).await?.name, most);
    }
    Ok(())
}

#[tokio::test]
async fn a_name_once_used_is_never_another_roles_again() -> Result<()> {
    for center in Center::each().await? {
        let (platform, actor) = (&center.platform, &center.actor);
        let first = center.create("Trainer", RoleStatus::Draft).await?;
        let edit = Edit { name: Some(String::from("Coach")), ..Edit::default() };
        let renamed = roles::edit(platform, actor, first.id, first.version, edit).await?;
        assert_eq!((renamed.name.as_str(), renamed.version), ("Coach", 2));
        for name in ["TRAINER", "coach"] {
            let taken = Problem::Taken { name: String::from("Coach"), status: RoleStatus::Draft };
            let wrong = complaints(center.create(name, RoleStatus::Active).await);
            assert_eq!(wrong, [(Field::Name, taken)], "{}", center.name());
        }
        // Its own name it may have back.
        let edit = Edit { name: Some(String::from("trainer")), ..Edit::default() };
        assert!(roles::edit(platform, actor, first.id, 2, edit).await.is_ok());
    }
    Ok(())
}

#[tokio::test]
async fn of_two_edits_of_one_version_the_second_is_refused_and_nothing_is_lost() -> Result<()> {
    for center in Center::each().await? {
        let (platform, actor) = (&center.platform, &center.actor);
        let role = center.create("Trainer", RoleStatus::Draft).await?;
        let describe = |text: &str| Edit { description: Some(text.to_owned()), ..Edit::default() };
        let one = roles::edit(platform, actor, role.id, role.version, describe("One")).await?;
        let two = roles::edit(platform, actor, role.id, role.version, describe("Two")).await;
        assert!(matches!(two, Err(RoleError::Changed { current: 2 })), "{two:?}");
        assert_eq!(roles::get(platform, actor, role.id).await?, one);
        // Nothing to change is no new version.
        assert_eq!(roles::edit(platform, actor, role.id, 2, describe("One")).await?.version, 2);
    }
    Ok(())
}

#[tokio::test]
async fn a_change_is_logged_with_what_was_before_and_after() -> Result<()> {
    for center in Center::each().await? {
        let (platform, actor) = (&center.platform, &center.actor);
        let role = center.create("Trainer", RoleStatus::Draft).await?;
        let edit = Edit {
            permissions: Some(Permissions::default().with(Permission::EmployeesEdit)),
            activate: true,
            ..Edit::default()
        };
        roles::edit(platform, actor, role.id, role.version, edit).await?;
        let search = Search { resource: Some(role.id.uuid()), ..Search::default() };
        let page = log::search(platform, actor, &search).await?;
        assert_eq!(page.entries.len(), 2);
        let difference = page.entries[0].difference.as_deref().unwrap_or_default();
        let difference: Value = serde_json::from_str(difference)?;
        let expected = serde_json::json!({
            "status": { "from": "draft", "to": "active" },
            "permissions": { "from": [], "to": ["employees-view", "employees-edit"] },
        });
        assert_eq!(difference, expected);
    }
    Ok(())
}

#[tokio::test]
async fn nobody_gives_a_permission_that_they_lack() -> Result<()> {
    for center in Center::each().await? {
        let platform = &center.platform;
        let strong = Permissions::default().with(Permission::Outbox);
        let strong = center.create_with("Strong", RoleStatus::Active, strong).await?;
        let weak = center.create("Weak", RoleStatus::Active).await?;
        let pat = center.person("pat@example.com").await?;
        let clerk = center.with([
            Permission::RolesCreate,
            Permission::RolesEdit,
            Permission::RolesAssign,
            Permission::AuditRead,
        ]);
        let lacking = [(Field::Permissions, Problem::Lacking(Permission::Outbox))];
        let edit = Edit {
            permissions: Some(strong.permissions.with(Permission::AuditRead)),
            ..Edit::default()
        };
        let edited = roles::edit(platform, &clerk, weak.id, weak.version, edit.clone()).await;
        assert_eq!(complaints(edited), lacking);
        let duplicate = roles::duplicate(platform, &clerk, strong.id, "Copy").await;
        assert_eq!(complaints(duplicate), lacking);
        let given = roles::assign(platform, &clerk, strong.id, vec![pat], Rank::Secondary).await;
        assert_eq!(complaints(given), lacking);
        // What is there already may stay, and one's own may be given.
        assert!(roles::edit(platform, &clerk, strong.id, strong.version, edit).await.is_ok());
        assert_eq!(roles::assign(platform, &clerk, weak.id, vec![pat], Rank::Secondary).await?, 1);
    }
    Ok(())
}

#[tokio::test]
async fn a_role_of_a_new_tenant_can_have_its_first_permissions_again() -> Result<()> {
    for center in Center::each().await? {
        let (platform, actor) = (&center.platform, &center.actor);
        let manager = center.role("Manager").await?;
        let changed = center.set(&manager, Permissions::all()).await?;
        let back = roles::set_to_default(platform, actor, manager.id, changed.version).await?;
        assert_eq!(back.permissions, manager.permissions);
        assert_eq!(Some(back.permissions), back.defaults());
        let own = center.create("Trainer", RoleStatus::Draft).await?;
        let refused = roles::set_to_default(platform, actor, own.id, own.version).await;
        assert!(matches!(refused, Err(RoleError::NoDefault(_))), "{refused:?}");
        let copy = roles::duplicate(platform, actor, manager.id, "Leader").await?;
        assert_eq!((copy.status, copy.permissions), (RoleStatus::Draft, back.permissions));
    }
    Ok(())
}

#[tokio::test]
async fn a_role_keeps_its_name_and_stays_active_while_people_have_it() -> Result<()> {
    for center in Center::each().await? {
        let (platform, actor) = (&center.platform, &center.actor);
        let role = center.create("Trainer", RoleStatus::Active).await?;
        let pat = center.person("pat@example.com").await?;
        roles::assign(platform, actor, role.id, vec![pat], Rank::Secondary).await?;
        let held = roles::set_status(platform, actor, role.id, RoleStatus::Inactive).await;
        assert!(matches!(held, Err(RoleError::Held { holders: 1, .. })), "{held:?}");
        let edit = Edit { name: Some(String::from("Coach")), ..Edit::default() };
        let held = roles::edit(platform, actor, role.id, role.version, edit).await;
        assert_eq!(complaints(held), [(Field::Name, Problem::Held(1))]);
        let draft = roles::set_status(platform, actor, role.id, RoleStatus::Draft).await;
        assert_eq!(complaints(draft), [(Field::Status, Problem::DraftAgain)]);
        center.set_active(pat, false).await?;
        let inactive = roles::set_status(platform, actor, role.id, RoleStatus::Inactive).await?;
        assert_eq!(inactive.status, RoleStatus::Inactive);
    }
    Ok(())
}

#[tokio::test]
async fn the_last_who_may_edit_roles_keeps_that() -> Result<()> {
    for center in Center::each().await? {
        let (platform, actor) = (&center.platform, &center.actor);
        let administrator = center.role("Administrator").await?.id;
        let (ada, kim) =
            (center.person("ada@example.com").await?, center.person("kim@example.com").await?);
        let administer = |people| async move {
            roles::assign(platform, actor, administrator, people, Rank::Secondary).await
        };
        administer(vec![ada]).await?;
        let role = center.role("Administrator").await?;
        let fewer = role.permissions.switched_off(Permission::RolesEdit);
        let loss = roles::loss(platform, actor, role.id, Becomes::With(fewer)).await?;
        assert!(loss.last_manager, "{}", center.name());
        let last = [(Field::Permissions, Problem::LastManager)];
        assert_eq!(complaints(center.set(&role, fewer).await), last);
        let refused = roles::unassign(platform, actor, administrator, vec![ada]).await;
        assert!(matches!(refused, Err(RoleError::LastManager)), "{refused:?}");

        administer(vec![kim]).await?;
        assert_eq!(roles::unassign(platform, actor, administrator, vec![ada]).await?, 1);
        // Whoever is inactive does not count.
        administer(vec![ada]).await?;
        center.set_active(ada, false).await?;
        let refused = roles::unassign(platform, actor, administrator, vec![kim]).await;
        assert!(matches!(refused, Err(RoleError::LastManager)), "{refused:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_a_role_is_needed_for_is_said_beforehand() -> Result<()> {
    for center in Center::each().await? {
        let (platform, actor) = (&center.platform, &center.actor);
        let agent = center.role("Agent").await?;
        center.person("pat@example.com").await?;
        let loss = roles::loss(platform, actor, agent.id, Becomes::Inactive).await?;
        assert!(loss.needed_for_provisioning && loss.active_members == 1);
        assert!(!loss.last_manager && loss.connections.is_empty());
        let manager = center.role("Manager").await?;
        let loss = roles::loss(platform, actor, manager.id, Becomes::Inactive).await?;
        assert!(!loss.needed_for_provisioning);

        // Another role that everybody may be given does it too.
        let settings = TenantSettings {
            default_role: Some(String::from("Manager")),
            ..TenantSettings::default()
        };
        tenants::update_settings(platform, actor, settings).await?;
        for role in [agent, manager] {
            let loss = roles::loss(platform, actor, role.id, Becomes::Inactive).await?;
            assert!(!loss.needed_for_provisioning, "{}", role.name);
        }
    }
    Ok(())
}
