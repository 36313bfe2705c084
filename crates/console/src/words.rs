//! Domain values in the reader's words, each by one exhaustive match.

use seatlink_domain::{
    Permission,
    access::roles::RoleStatus,
    apps::{AuthMethod, ClientType},
};
use seatlink_texts::Texts;

use crate::parts::State;

/// The way to the switch of a permission in the role editor.
pub(crate) fn permission(t: Texts, permission: Permission) -> &'static str {
    let t = t.admin();
    match permission {
        Permission::Scim => t.permission_scim(),
        Permission::EmployeesView => t.permission_employees_view(),
        Permission::EmployeesEdit => t.permission_employees_edit(),
        Permission::RoleManagement => t.permission_role_management(),
        Permission::Applications => t.permission_applications(),
        Permission::Tokens => t.permission_tokens(),
        Permission::AccountSettings => t.permission_account_settings(),
        Permission::Outbox => t.permission_outbox(),
        Permission::AuditRead => t.permission_audit_read(),
        Permission::Integrations => t.permission_integrations(),
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
