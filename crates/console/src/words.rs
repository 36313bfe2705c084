//! Domain values in the reader's words, each by one exhaustive match.

use seatlink_domain::{
    Permission, Permissions,
    access::roles::{Problem, RoleStatus},
    apps::{AuthMethod, ClientType},
    log::{Operation, Reason, Subject},
    permission::{Action, Area, Group},
};
use seatlink_texts::{Texts, format};

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
        RoleStatus::Draft => State::none(t.admin().draft()),
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

/// What was done.
pub(crate) fn operation(t: Texts, operation: Operation) -> &'static str {
    let t = t.admin();
    match operation {
        Operation::Create => t.operation_create(),
        Operation::Replace => t.operation_replace(),
        Operation::Patch => t.operation_patch(),
        Operation::Delete => t.operation_delete(),
        Operation::Restore => t.operation_restore(),
        Operation::Import => t.operation_import(),
        Operation::Assign => t.operation_assign(),
        Operation::Unassign => t.operation_unassign(),
        Operation::Configure => t.operation_configure(),
        Operation::Authorize => t.operation_authorize(),
        Operation::SignIn => t.operation_sign_in(),
        Operation::Issue => t.operation_issue(),
        Operation::Revoke => t.operation_revoke(),
        Operation::Provision => t.operation_provision(),
        Operation::Retry => t.operation_retry(),
    }
}

/// Why it was done, or why not.
pub(crate) fn reason(t: Texts, reason: Reason) -> &'static str {
    let t = t.admin();
    match reason {
        Reason::Created => t.reason_created(),
        Reason::Updated => t.reason_updated(),
        Reason::Unchanged => t.reason_unchanged(),
        Reason::Deactivated => t.reason_deactivated(),
        Reason::Reactivated => t.reason_reactivated(),
        Reason::Restored => t.reason_restored(),
        Reason::Deleted => t.reason_deleted(),
        Reason::Refused => t.reason_refused(),
        Reason::MissingRole => t.reason_missing_role(),
        Reason::MissingPermission => t.reason_missing_permission(),
        Reason::Duplicate => t.reason_duplicate(),
        Reason::Assigned => t.reason_assigned(),
        Reason::Unassigned => t.reason_unassigned(),
        Reason::Configured => t.reason_configured(),
        Reason::SignedIn => t.reason_signed_in(),
        Reason::WrongPassword => t.reason_wrong_password(),
        Reason::LockedOut => t.reason_locked_out(),
        Reason::SignedOut => t.reason_signed_out(),
        Reason::Consented => t.reason_consented(),
        Reason::Denied => t.reason_denied(),
        Reason::TokenIssued => t.reason_token_issued(),
        Reason::TokenRefreshed => t.reason_token_refreshed(),
        Reason::TokenRevoked => t.reason_token_revoked(),
        Reason::TokenReused => t.reason_token_reused(),
        Reason::CodeReused => t.reason_code_reused(),
        Reason::Registered => t.reason_registered(),
        Reason::SecretReissued => t.reason_secret_reissued(),
        Reason::MailQueued => t.reason_mail_queued(),
        Reason::MailSent => t.reason_mail_sent(),
        Reason::MailFailed => t.reason_mail_failed(),
        Reason::Authorized => t.reason_authorized(),
        Reason::NeedsAuthorization => t.reason_needs_authorization(),
        Reason::PushedNew => t.reason_pushed_new(),
        Reason::Linked => t.reason_linked(),
        Reason::PushedUpdate => t.reason_pushed_update(),
        Reason::PushedDeactivation => t.reason_pushed_deactivation(),
        Reason::PushedReactivation => t.reason_pushed_reactivation(),
        Reason::NothingToDo => t.reason_nothing_to_do(),
        Reason::SwitchedOff => t.reason_switched_off(),
        Reason::NotAssigned => t.reason_not_assigned(),
        Reason::NotFoundRemotely => t.reason_not_found_remotely(),
        Reason::RateLimited => t.reason_rate_limited(),
        Reason::TargetUnavailable => t.reason_target_unavailable(),
        Reason::RejectedByTarget => t.reason_rejected_by_target(),
        Reason::EmptyAnswer => t.reason_empty_answer(),
        Reason::InvalidAnswer => t.reason_invalid_answer(),
        Reason::TooManyAttempts => t.reason_too_many_attempts(),
        Reason::RetryRequested => t.reason_retry_requested(),
    }
}

/// What kind of thing was concerned.
pub(crate) fn subject(t: Texts, subject: Subject) -> &'static str {
    let t = t.admin();
    match subject {
        Subject::Tenant => t.kind_tenant(),
        Subject::User => t.kind_user(),
        Subject::Group => t.kind_group(),
        Subject::Role => t.kind_role(),
        Subject::App => t.kind_app(),
        Subject::Token => t.kind_token(),
        Subject::Session => t.kind_session(),
        Subject::Message => t.kind_message(),
        Subject::Integration => t.kind_integration(),
        Subject::Resource => t.kind_resource(),
        Subject::Schema => t.kind_schema(),
    }
}

/// A permission within its group: its row, and its column unless the row is one switch.
pub(crate) fn permission_name(t: Texts, permission: Permission) -> String {
    let row = permission_row(t, permission);
    match permission.action() {
        Action::Switch => row.to_owned(),
        action => t.admin().row_action(row, permission_action(t, action)).into(),
    }
}

pub(crate) fn permission_names(t: Texts, permissions: Permissions) -> String {
    format::list(t.language(), permissions.iter().map(|one| permission_name(t, one)))
}

/// What is wrong with a field of a role.
pub(crate) fn role_problem(t: Texts, problem: &Problem) -> String {
    let a = t.admin();
    match problem {
        Problem::Missing => a.problem_missing().to_owned(),
        Problem::TooLong(most) => a.problem_too_long(count(*most)).into(),
        Problem::Character(c) => a.problem_character(c.escape_debug().to_string()).into(),
        Problem::Taken { name, status: RoleStatus::Active } => a.problem_taken_active(name).into(),
        Problem::Taken { name, status: RoleStatus::Draft | RoleStatus::Inactive } => {
            a.problem_taken(name).into()
        }
        Problem::Held(holders) => a.problem_held(*holders).into(),
        Problem::Lacking(missing) => a.problem_lacking(permission(t, *missing)).into(),
        Problem::DraftAgain => a.problem_draft_again().to_owned(),
        Problem::LastManager => a.loses_last_manager().to_owned(),
    }
}

/// A number of things, as texts take it.
pub(crate) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
