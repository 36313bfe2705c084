//! Domain values in the reader's words, each by one exhaustive match.

use seatlink_domain::{
    Permission,
    access::roles::RoleStatus,
    apps::{AuthMethod, ClientType},
    permission::{Action, Area, Group},
};
use seatlink_texts::Texts;

use crate::parts::State;

/// The way to the switch of a permission in the role editor.
pub(crate) fn permission(t: Texts, permission: Permission) -> String {
    let (area, group) = (area(t, permission.group().area()), group(t, permission.group()));
    let row = permission_row(t, permission);
    let path = match permission.action() {
        Action::Switch => t.admin().permission_switch(area, group, row),
        action => t.admin().permission_action(area, group, row, permission_action(t, action)),
    };
    path.into()
}

pub(crate) fn area(t: Texts, area: Area) -> &'static str {
    match area {
        Area::Admin => t.admin().area_admin(),
        Area::Applications => t.admin().area_applications(),
    }
}

pub(crate) fn group(t: Texts, group: Group) -> &'static str {
    match group {
        Group::General => t.admin().group_general(),
        Group::Account => t.admin().group_account(),
        Group::Provisioning => t.admin().group_provisioning(),
    }
}

/// The row of the role editor that a permission stands in.
pub(crate) fn permission_row(t: Texts, permission: Permission) -> &'static str {
    let t = t.admin();
    match permission {
        Permission::Scim => t.row_scim(),
        Permission::EmployeesView
        | Permission::EmployeesCreate
        | Permission::EmployeesEdit
        | Permission::EmployeesDelete => t.row_employees(),
        Permission::RolesView
        | Permission::RolesCreate
        | Permission::RolesEdit
        | Permission::RolesDeactivate
        | Permission::RolesAssign => t.row_role_management(),
        Permission::TokensView | Permission::TokensCreate | Permission::TokensRevoke => {
            t.row_tokens()
        }
        Permission::ManagePasswords => t.row_manage_passwords(),
        Permission::ApplicationsView
        | Permission::ApplicationsCreate
        | Permission::ApplicationsEdit => t.row_applications(),
        Permission::Outbox => t.row_outbox(),
        Permission::AuditRead => t.row_audit_read(),
        Permission::AccountView | Permission::AccountEdit => t.row_account_settings(),
        Permission::ConnectionsView | Permission::ConnectionsEdit => t.row_connections(),
        Permission::Integrations => t.row_integrations(),
    }
}

/// The column of a permission in its row.
pub(crate) fn permission_action(t: Texts, action: Action) -> &'static str {
    let t = t.admin();
    match action {
        Action::Switch => t.action_switch(),
        Action::View => t.action_view(),
        Action::Create => t.action_create(),
        Action::Edit => t.action_edit(),
        Action::Delete => t.action_delete(),
        Action::Deactivate => t.action_deactivate(),
        Action::Assign => t.action_assign(),
    }
}

pub(crate) fn role_status(t: Texts, status: RoleStatus) -> State {
    match status {
        RoleStatus::Active => State::good(t.common().active()),
        RoleStatus::Draft => State::none(t.portal().draft()),
        RoleStatus::Inactive => State::off(t.common().inactive()),
    }
}

pub(crate) fn app_type(t: Texts, app_type: ClientType) -> &'static str {
    match app_type {
        ClientType::UserConfidential => t.portal().type_user_confidential(),
        ClientType::UserPublic => t.portal().type_user_public(),
        ClientType::BackEnd => t.portal().type_back_end(),
    }
}

/// Methods are named as in the protocol, except for none.
pub(crate) fn auth_method(t: Texts, method: AuthMethod) -> &'static str {
    match method {
        AuthMethod::ClientSecretPost | AuthMethod::ClientSecretBasic => method.as_str(),
        AuthMethod::None => t.portal().no_authentication(),
    }
}

/// What a scope lets an application do; `None` for one that only a client knows.
pub(crate) fn scope(t: Texts, name: &str) -> &'static str {
    match name {
        "openid" => t.door().scope_openid(),
        "profile" => t.door().scope_profile(),
        "email" => t.door().scope_email(),
        _ => t.door().scope_api(),
    }
}
