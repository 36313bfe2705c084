//! The table of permissions holds together.

use super::{Group, Permission, Permissions};

#[test]
fn names_are_unique_and_none_is_also_a_row_of_others() {
    for one in Permission::ALL {
        let same = Permission::ALL.into_iter().filter(|other| other.as_str() == one.as_str());
        assert_eq!(same.count(), 1, "{}", one.as_str());
        assert_eq!(Permission::parse(one.as_str()), Some(one));
        let row = Permissions::named(one.row()).unwrap_or_default();
        assert!(row.contains(one), "{} is in its row", one.as_str());
        assert!(Group::ALL.contains(&one.group()));
    }
}

#[test]
fn what_is_switched_on_needs_nothing_else_and_is_of_the_same_row() {
    for one in Permission::ALL {
        for implied in one.switches_on() {
            assert!(implied.switches_on().is_empty(), "{} is completed in one step", one.as_str());
            assert_eq!(implied.row(), one.row());
        }
    }
}

#[test]
fn create_brings_view_and_without_view_nothing_of_the_row_is_left() {
    let create = Permissions::default().with(Permission::EmployeesCreate);
    assert!(create.completed().contains(Permission::EmployeesView));
    let row = Permissions::named("employees").unwrap_or_default().with(Permission::Outbox);
    assert_eq!(
        row.switched_off(Permission::EmployeesView),
        Permissions::default().with(Permission::Outbox)
    );
}

#[test]
fn a_set_is_stored_by_names_and_the_name_of_a_row_means_all_of_it() {
    let all = Permissions::all();
    assert_eq!(Permissions::from_json(&all.to_json()), all);
    let roles = Permissions::from_json(r#"["role-management","outbox","unheard-of"]"#);
    assert_eq!(roles.len(), 6);
    assert!(roles.contains(Permission::RolesAssign));
}

#[test]
fn scim_may_be_given_by_those_who_may_do_with_people_what_it_allows() {
    let scim = Permissions::default().with(Permission::Scim);
    let almost = Permissions::all().without(Permission::Scim);
    assert!(almost.lacking_to_give(scim).is_empty());
    assert_eq!(almost.without(Permission::EmployeesDelete).lacking_to_give(scim), scim);
    let outbox = scim.with(Permission::Outbox);
    assert!(almost.without(Permission::Outbox).lacking_to_give(outbox).len() == 1);
}
