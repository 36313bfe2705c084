//! Roles & Permissions.

use anyhow::Result;
use reqwest::{Method, StatusCode};
use seatlink_domain::{
    Permission,
    access::roles::{self, RoleStatus},
    tenants::Profile,
};

use super::{Admin, Shown};
use crate::harness::{Service, on_each_database};

#[tokio::test]
async fn a_role_is_made_by_a_form_that_keeps_what_was_typed() -> Result<()> {
    on_each_database(async |ground| {
        let admin = Admin::of(ground, 1).await?;
        admin.open("/admin/roles/new").await?.says("Save &#38; Activate")?;
        let typed =
            [("name", "Night <shift>"), ("description", "Answers at night."), ("activate", "on")];
        let refused = admin.send("/admin/roles/new", &typed).await?;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for kept in
            ["Night &#60;shift&#62;", "Answers at night.", "This character cannot be used: &#60;"]
        {
            refused.says(kept)?;
        }
        let made = admin.send("/admin/roles/new", &[("name", "坐席"), ("activate", "on")]).await?;
        assert_eq!(made.status, StatusCode::SEE_OTHER);
        let role = admin.role("坐席").await?;
        assert_eq!(role.status, RoleStatus::Active);
        assert_eq!(made.location, format!("/admin/roles/{}/permissions?notice=created", role.id));
        admin.open(&made.location).await?.says("The role was created.")?;
        admin.open_in("zh-CN", "/admin/roles").await?.says("角色和权限")?;

        admin.send("/admin/roles/new", &[("name", "Later")]).await?;
        assert_eq!(admin.role("Later").await?.status, RoleStatus::Draft);
        let taken = admin.send("/admin/roles/new", &[("name", "LATER")]).await?;
        taken.says("was used before. Activate the role of that name instead.")
    })
    .await
}

#[tokio::test]
async fn two_who_edit_a_role_are_told_what_the_other_did() -> Result<()> {
    on_each_database(async |ground| {
        let admin = Admin::of(ground, 1).await?;
        let role = admin.role("Evaluator").await?;
        let path = format!("/admin/roles/{}", role.id);
        let version = admin.open(&path).await?.hidden("version")?;
        let edit = |description, before| {
            [
                ("version", version.as_str()),
                ("name", "Evaluator"),
                ("name-before", "Evaluator"),
                ("description", description),
                ("description-before", before),
            ]
        };
        let first = admin.send(&path, &edit("First.", &role.description)).await?;
        assert_eq!(first.status, StatusCode::SEE_OTHER);
        let second = admin.send(&path, &edit("Second.", &role.description)).await?;
        assert_eq!(second.status, StatusCode::CONFLICT);
        second.says("Somebody else changed this role meanwhile")?;
        second.says("First.")?;
        second.says("\nSecond.</textarea>")?;

        // Permissions of both are put together, and saved by pressing once more.
        let path = format!("{path}/permissions");
        let version = admin.open(&path).await?.hidden("version")?;
        admin.send(&path, &[("version", &version), ("permission", "audit-read")]).await?;
        let mine = [("version", version.as_str()), ("permission", "employees-view")];
        let conflict = admin.send(&path, &mine).await?;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        for one in ["audit-read", "employees-view"] {
            assert!(is_on(&conflict, one), "{one}");
        }
        Ok(())
    })
    .await
}

fn is_on(page: &Shown, permission: &str) -> bool {
    page.body
        .split("<input")
        .any(|tag| tag.contains(&format!("value=\"{permission}\"")) && tag.contains("checked"))
}

#[tokio::test]
async fn permissions_are_switched_and_what_would_break_is_asked_about() -> Result<()> {
    on_each_database(async |ground| {
        let admin = Admin::of(ground, 1).await?;
        let role = admin.role("Evaluator").await?;
        let path = format!("/admin/roles/{}/permissions", role.id);
        let page = admin.open(&path).await?;
        page.says("Create, Edit, and Delete switch on View.")?;
        assert!(!is_on(&page, "scim"));
        let version = page.hidden("version")?;
        let on = [("version", &*version), ("permission", "scim"), ("permission", "employees-edit")];
        assert_eq!(admin.send(&path, &on).await?.status, StatusCode::SEE_OTHER);
        let page = admin.open(&path).await?;
        for one in ["scim", "employees-edit", "employees-view"] {
            assert!(is_on(&page, one), "{one}");
        }

        // Nobody else may edit roles.
        let own = admin.role("Administrator").await?;
        let path = format!("/admin/roles/{}/permissions", own.id);
        let version = admin.open(&path).await?.hidden("version")?;
        let asked = admin.send(&path, &[("version", &version)]).await?;
        assert_eq!(asked.status, StatusCode::OK);
        asked.says("Nobody active could edit roles any more.")?;
        let confirmed = [("version", &*version), ("confirmed", "on")];
        assert_eq!(admin.send(&path, &confirmed).await?.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(admin.role("Administrator").await?.permissions.contains(Permission::RolesEdit));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn people_are_given_a_role_by_name_and_it_is_taken_after_a_question() -> Result<()> {
    on_each_database(async |ground| {
        let admin = Admin::of(ground, 1).await?;
        admin.service.user("pat@example.com").await?;
        let role = admin.role("Evaluator").await?;
        let path = format!("/admin/roles/{}/users", role.id);
        admin.open(&path).await?.says("Nobody has this role yet")?;
        let nobody = admin.send(&path, &[("user-name", "nobody@example.com")]).await?;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        nobody.says("There is no person with the user name nobody@example.com.")?;
        let given = [("user-name", "PAT@example.com"), ("rank", "secondary")];
        assert_eq!(admin.send(&path, &given).await?.status, StatusCode::SEE_OTHER);
        let page = admin.open(&path).await?;
        page.says("pat@example.com")?;
        page.says("Secondary role")?;

        // Held by somebody active, it stays active.
        let held = format!("/admin/roles/{}/deactivate", role.id);
        admin.open(&held).await?.says("cannot be deactivated now")?;
        let refused = admin.send(&held, &[]).await?;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        refused.says("1 active person has the role Evaluator.")?;

        let take = page.body.split("href=\"").find(|link| link.contains("/take?person="));
        let take = take.and_then(|link| link.split('"').next()).unwrap_or_default();
        let question = admin.open(take).await?;
        question.says("Take the role Evaluator away from pat@example.com?")?;
        let person = question.hidden("person")?;
        let path = take.split('?').next().unwrap_or_default();
        let taken = admin.send(path, &[("person", &person)]).await?;
        assert_eq!(taken.status, StatusCode::SEE_OTHER);
        admin.open(&taken.location).await?.is_silent_of("pat@example.com")?;

        assert_eq!(admin.send(&held, &[]).await?.status, StatusCode::SEE_OTHER);
        assert_eq!(admin.role("Evaluator").await?.status, RoleStatus::Inactive);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_list_is_searched_sorted_and_paged_by_its_address() -> Result<()> {
    on_each_database(async |ground| {
        let admin = Admin::of(ground, 1).await?;
        for number in 0..60 {
            let name = format!("Shift {number:02}");
            admin.send("/admin/roles/new", &[("name", &name)]).await?;
        }
        let drafts = admin.open("/admin/roles?status=draft").await?;
        drafts.says("Draft <span class=\"n\">60</span>")?;
        drafts.says("Shift 49")?;
        drafts.is_silent_of("Shift 50")?;
        let next = drafts.body.split("href=\"").find(|link| link.contains("cursor="));
        let next = next.and_then(|link| link.split('"').next()).unwrap_or_default();
        let next = next.replace("&#38;", "&");
        admin.open(&next).await?.says("Shift 59")?;
        let found = admin.open("/admin/roles?q=shift%2007&sort=-name").await?;
        found.says("Shift 07")?;
        found.is_silent_of("Shift 08")?;
        admin.open("/admin/roles?q=nothing").await?.says("No role matches")?;
        // A cursor of another list leads to the beginning.
        let other = format!("{next}&q=shift");
        assert_eq!(admin.open(&other).await?.status, StatusCode::OK);
        let scim = admin.open("/admin/roles?permission=role-management-edit").await?;
        scim.says("Administrator")?;
        scim.is_silent_of("Evaluator")
    })
    .await
}

#[tokio::test]
async fn copies_and_defaults() -> Result<()> {
    on_each_database(async |ground| {
        let admin = Admin::of(ground, 1).await?;
        let role = admin.role("Manager").await?;
        let path = format!("/admin/roles/{}/duplicate", role.id);
        admin.open(&path).await?.says("Manager copy")?;
        let taken = admin.send(&path, &[("name", "Agent")]).await?;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        admin.send(&path, &[("name", "Deputy")]).await?;
        let copy = admin.role("Deputy").await?;
        assert_eq!((copy.status, copy.permissions), (RoleStatus::Draft, role.permissions));
        let activate = format!("/admin/roles/{}/activate", copy.id);
        admin.open(&activate).await?.says("Activate the role Deputy?")?;
        admin.send(&activate, &[]).await?;
        assert_eq!(admin.role("Deputy").await?.status, RoleStatus::Active);

        let permissions = format!("/admin/roles/{}/permissions", role.id);
        let version = admin.open(&permissions).await?.hidden("version")?;
        admin.send(&permissions, &[("version", &version)]).await?;
        assert!(admin.role("Manager").await?.permissions.is_empty());
        let default = format!("/admin/roles/{}/default", role.id);
        let question = admin.open(&default).await?;
        question.says("Switched on: Employees: View and Change Audit Report Access.")?;
        admin.send(&default, &[("version", &question.hidden("version")?)]).await?;
        assert_eq!(admin.role("Manager").await?.permissions, role.permissions);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nobody_reaches_roles_of_others_or_without_permission_or_by_a_foreign_form() -> Result<()> {
    on_each_database(async |ground| {
        let admin = Admin::of(ground, 1).await?;
        let other = Service::new(ground, Profile::ContactCenter, 2).await?;
        let theirs = roles::find_by_name(ground.platform(), &other.actor, "Agent").await?;
        let theirs = theirs.map(|role| role.id.to_string()).unwrap_or_default();
        for tab in ["", "/permissions", "/users", "/history", "/deactivate", "/duplicate"] {
            let path = format!("/admin/roles/{theirs}{tab}");
            assert_eq!(admin.open(&path).await?.status, StatusCode::NOT_FOUND, "{path}");
        }
        let path = format!("/admin/roles/{theirs}/deactivate");
        assert_eq!(admin.send(&path, &[]).await?.status, StatusCode::NOT_FOUND);
        assert_eq!(admin.open("/admin/roles/none").await?.status, StatusCode::NOT_FOUND);

        let own = admin.role("Evaluator").await?.id;
        let path = format!("/admin/roles/{own}/deactivate");
        for token in ["", "slcf_foreign"] {
            let sent = admin.request(Method::POST, &path).form(&[("csrf", token)]).send().await?;
            assert_eq!(sent.status(), StatusCode::FORBIDDEN);
        }
        assert_eq!(admin.role("Evaluator").await?.status, RoleStatus::Active);

        let service = Service::new(ground, Profile::ContactCenter, 3).await?;
        let agent = Admin::signed_in(ground, service, "gus@example.com", None).await?;
        let list = agent.open("/admin/roles").await?;
        assert_eq!(list.status, StatusCode::FORBIDDEN);
        list.says("You are not allowed to see this")?;
        let own = agent.role("Agent").await?.id;
        let page = agent.open(&format!("/admin/roles/{own}")).await?;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.says("Role Management: View")?;
        let sent = agent.send("/admin/roles/new", &[("name", "Mine")]).await?;
        assert_eq!(sent.status, StatusCode::FORBIDDEN);
        Ok(())
    })
    .await
}
