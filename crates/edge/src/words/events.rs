//! The one match of all events.

use seatlink_domain::{
    UserId,
    access::{
        policy::{OnEmail, OnExternalId, OnUserName},
        roles::RoleStatus,
    },
    directory::MatchedBy,
    log::{Event, Named, OwnResource, Problem, Switch},
};
use seatlink_scim::Leniency;
use seatlink_texts::{Language, Message, Texts};

use super::{
    Sentence,
    troubles::{mail, problem},
};

/// What happened, in the reader's language.
#[expect(clippy::too_many_lines, reason = "one match of all events, so that none is forgotten")]
pub fn sentence(event: &Event, language: Language) -> Sentence {
    let t = Texts::of(language).log();
    let list =
        |names: &[String]| names.join(if language == Language::Chinese { "、" } else { ", " });
    let message = match event {
        Event::UserCreated { user, role: None } => t.user_created(&user.name),
        Event::UserCreated { user, role: Some(role) } => {
            t.user_created_with_role(&user.name, &role.name)
        }
        Event::UserChanged { user, attributes } => t.user_changed(&user.name, list(attributes)),
        Event::UserUnchanged { user, ignored } if ignored.is_empty() => {
            t.user_unchanged(&user.name)
        }
        Event::UserUnchanged { user, ignored } => {
            t.user_unchanged_ignored(&user.name, list(ignored))
        }
        Event::UserDeactivated { user, sessions, authorizations } => {
            t.user_deactivated(&user.name, *sessions, *authorizations)
        }
        Event::UserReactivated { user } => t.user_reactivated(&user.name),
        Event::UserRestored { user, matched_by, active } => match (matched_by, active) {
            (MatchedBy::UserName, true) => t.user_restored_by_name(&user.name),
            (MatchedBy::UserName, false) => t.user_restored_by_name_inactive(&user.name),
            (MatchedBy::ExternalId, true) => t.user_restored_by_external_id(&user.name),
            (MatchedBy::ExternalId, false) => t.user_restored_by_external_id_inactive(&user.name),
            (MatchedBy::Email, true) => t.user_restored_by_email(&user.name),
            (MatchedBy::Email, false) => t.user_restored_by_email_inactive(&user.name),
        },
        Event::UserDeleted { user } => t.user_deleted(&user.name),
        Event::ManagerDeleted { user, manager } => t.manager_deleted(&user.name, &manager.name),
        Event::PasswordSet { user, sessions, authorizations } => {
            t.password_set(&user.name, *sessions, *authorizations)
        }
        Event::GroupCreated { group } => t.group_created(&group.name),
        Event::GroupChanged { group, attributes, added, removed } => {
            match (attributes.is_empty(), added + removed) {
                (true, _) => t.group_members_changed(&group.name, *added, *removed),
                (false, 0) => t.group_changed(&group.name, list(attributes)),
                (false, _) => {
                    t.group_and_members_changed(&group.name, list(attributes), *added, *removed)
                }
            }
        }
        Event::GroupUnchanged { group, ignored } if ignored.is_empty() => {
            t.group_unchanged(&group.name)
        }
        Event::GroupUnchanged { group, ignored } => {
            t.group_unchanged_ignored(&group.name, list(ignored))
        }
        Event::GroupDeleted { group } => t.group_deleted(&group.name),
        Event::MembersImported { group, added } => t.members_imported(&group.name, *added),
        Event::MemberPersonDeleted { group, member } => {
            t.member_person_deleted(&group.name, &member.name)
        }
        Event::MemberGroupDeleted { group, member } => {
            t.member_group_deleted(&group.name, &member.name)
        }
        Event::ResourceCreated { resource } => {
            let (kind, name) = own(resource);
            t.resource_created(kind, name)
        }
        Event::ResourceChanged { resource, attributes } => {
            let (kind, name) = own(resource);
            t.resource_changed(kind, name, list(attributes))
        }
        Event::ResourceUnchanged { resource, ignored } => {
            let (kind, name) = own(resource);
            if ignored.is_empty() {
                t.resource_unchanged(kind, name)
            } else {
                t.resource_unchanged_ignored(kind, name, list(ignored))
            }
        }
        Event::ResourceDeleted { resource } => {
            let (kind, name) = own(resource);
            t.resource_deleted(kind, name)
        }
        Event::SchemaAdded { schema, resource_type } => t.schema_added(&schema.0, resource_type),
        Event::SchemaRemoved { schema, resource_type } => {
            t.schema_removed(&schema.0, resource_type)
        }
        Event::ResourceTypeAdded { resource_type, endpoint } => {
            t.resource_type_added(&resource_type.0, endpoint)
        }
        Event::ResourceTypeRemoved { resource_type, endpoint } => {
            t.resource_type_removed(&resource_type.0, endpoint)
        }
        Event::SchemaInUse { subject: _, schema, resource_type, resources } => {
            t.schema_in_use(schema, *resources, resource_type)
        }
        Event::RequestRefused { subject: _, scim_type: _, detail } => {
            t.request_refused(detail.as_str())
        }
        Event::PermissionMissing { subject: _, permission } => {
            t.permission_missing(permission.path())
        }
        Event::RoleMissing { subject: _, configured, dormant, status } => {
            let roles = match configured {
                Some(role) => t.configured_roles(role).to_string(),
                None => t.default_roles().to_owned(),
            };
            match (dormant, status) {
                (Some(role), Some(status)) => {
                    t.role_missing_dormant(roles, &role.name, role_status(*status, language))
                }
                (_, _) => t.role_missing(roles),
            }
        }
        Event::UserNameTaken { subject: _, name } => t.user_name_taken(name.as_str()),
        Event::UserInactive { subject: _, user, matched_by } => match matched_by {
            MatchedBy::UserName => t.user_inactive_by_name(&user.name),
            MatchedBy::ExternalId => t.user_inactive_by_external_id(&user.name),
            MatchedBy::Email => t.user_inactive_by_email(&user.name),
        },
        Event::GroupNameTaken { subject: _, name } => t.group_name_taken(name.as_str()),
        Event::ValueTaken { subject: _, attribute, resource_type } => {
            t.value_taken(attribute, resource_type)
        }
        Event::RoleCreated { role, status } => {
            t.role_created(&role.name, role_status(*status, language))
        }
        Event::RoleStatusChanged { role, before, status } => t.role_status_changed(
            &role.name,
            role_status(*before, language),
            role_status(*status, language),
        ),
        Event::RoleChanged { role, attributes } => t.role_changed(&role.name, list(attributes)),
        Event::PrimaryRoleGiven { user, role } => t.primary_role_given(&user.name, &role.name),
        Event::SecondaryRoleGiven { user, role } => t.secondary_role_given(&user.name, &role.name),
        Event::RoleTaken { user, role } => t.role_taken(&role.name, &user.name),
        Event::SignedIn { user } => t.signed_in(&user.name),
        Event::SignedOut { user } => t.signed_out(&user.name),
        Event::WrongPassword { user } => t.wrong_password(&user.name),
        Event::LockedOut { user, minutes, attempts } => {
            t.locked_out(&user.name, *minutes, *attempts)
        }
        Event::SignInWhileLocked { user } => t.sign_in_while_locked(&user.name),
        Event::SignInWhileInactive { user } => t.sign_in_while_inactive(&user.name),
        Event::Consented { user, app, scope } => t.consented(&user.name, &app.name, scope),
        Event::ConsentDenied { user, app } => t.consent_denied(&user.name, &app.name),
        Event::AppOfOtherTenant { user, app } => t.app_of_other_tenant(&user.name, &app.name),
        Event::ConsentNotPermitted { user, app, permission } => {
            t.consent_not_permitted(&user.name, &app.name, permission.path())
        }
        Event::CodeExchanged { app: _, user } => t.code_exchanged(&user.name),
        Event::TokensRefreshed { app: _, user } => t.tokens_refreshed(&user.name),
        Event::AppTokenIssued { app: _ } => t.app_token_issued().into(),
        Event::RefreshTokenReused { app: _ } => t.refresh_token_reused().into(),
        Event::CodeReused { app: _ } => t.code_reused().into(),
        Event::GrantReturned { app: _ } => t.grant_returned().into(),
        Event::AccessTokenReturned { app: _ } => t.access_token_returned().into(),
        Event::StaticTokenIssued { token, scope } => t.static_token_issued(&token.name, scope),
        Event::StaticTokenRevoked { token: _ } => t.static_token_revoked().into(),
        Event::PolicySet { connection, leniency, user_name, external_id, email } => {
            let (conflict, restore) = (t.policy_conflict(), t.policy_restore());
            t.policy_set(
                &connection.name,
                match leniency {
                    Leniency::Strict => t.leniency_strict(),
                    Leniency::Forgiving => t.leniency_forgiving(),
                },
                match user_name {
                    OnUserName::Conflict => conflict,
                    OnUserName::Restore => restore,
                },
                match external_id {
                    OnExternalId::Conflict => conflict,
                    OnExternalId::Restore => restore,
                    OnExternalId::Create => t.policy_create(),
                },
                match email {
                    OnEmail::Conflict => conflict,
                    OnEmail::Create => t.policy_create(),
                },
            )
        }
        Event::AppRegistered { app, client_id } => t.app_registered(&app.name, client_id),
        Event::AppChanged { app } => t.app_changed(&app.name),
        Event::AppEnabled { app } => t.app_enabled(&app.name),
        Event::AppDisabled { app } => t.app_disabled(&app.name),
        Event::AppSecretIssued { app } => t.app_secret_issued(&app.name),
        Event::TenantCreated { tenant } => t.tenant_created(&tenant.name),
        Event::TenantConfigured { tenant } => t.tenant_configured(&tenant.name),
        Event::MailQueued { recipient, title } => t.mail_queued(&recipient.name, title),
        Event::MailSent { recipient } => t.mail_sent(&recipient.name),
        Event::MailDelayed { recipient, trouble } => {
            return Sentence::from(t.mail_delayed(&recipient.name, ""))
                .with("trouble", &mail(trouble, language));
        }
        Event::MailGivenUp { recipient, trouble } => {
            return Sentence::from(t.mail_given_up(&recipient.name, ""))
                .with("trouble", &mail(trouble, language));
        }
        Event::MailRetryRequested { recipient } => t.mail_retry_requested(&recipient.name),
        Event::IntegrationCreated { app } => t.integration_created(&app.name),
        Event::ProvisioningSwitchedOn { app } => t.provisioning_switched_on(&app.name),
        Event::ProvisioningSwitchedOff { app } => t.provisioning_switched_off(&app.name),
        Event::ConnectionChanged { app } => t.connection_changed(&app.name),
        Event::ActionsChanged { app } => t.actions_changed(&app.name),
        Event::AppAuthorized { app } => t.app_authorized(&app.name),
        Event::AppTokenRefreshed { app } => t.app_token_refreshed(&app.name),
        Event::AuthorizationLost { app, problem } => {
            return Sentence::from(t.authorization_lost(&app.name, ""))
                .with("problem", &super::troubles::trouble(&problem.trouble, language));
        }
        Event::PersonAssigned { user: _, app } => t.person_assigned(&app.name),
        Event::PersonUnassigned { user: _, app } => t.person_unassigned(&app.name),
        Event::PeopleAssigned { app, count, named } => t.people_assigned(*count, *named, &app.name),
        Event::PeopleUnassigned { app, count, named } => {
            t.people_unassigned(*count, *named, &app.name)
        }
        Event::GroupAssigned { group, app, people } => {
            t.group_assigned(&group.name, &app.name, *people)
        }
        Event::GroupUnassigned { group, app, people } => {
            t.group_unassigned(&group.name, &app.name, *people)
        }
        Event::ComparisonRequested { app: _, people } => t.comparison_requested(*people),
        Event::RetryRequested { app: _, items } => t.retry_requested(*items),
        Event::AccountCreated { user, app } => t.account_created(&user.name, &app.name),
        Event::AccountLinked { user, app } => t.account_linked(&user.name, &app.name),
        Event::AccountUpdated { user, app } => t.account_updated(&user.name, &app.name),
        Event::AccountDeactivated { user, app } => t.account_deactivated(&user.name, &app.name),
        Event::AccountReactivated { user, app } => t.account_reactivated(&user.name, &app.name),
        Event::AccountUpToDate { user, app } => t.account_up_to_date(&user.name, &app.name),
        Event::AccountInactive { user, app } => t.account_inactive(&user.name, &app.name),
        Event::AccountAbsent { user, app } => t.account_absent(&user.name, &app.name),
        Event::PersonNotAssigned { user, app } => t.person_not_assigned(&user.name, &app.name),
        Event::ActionSwitchedOff { user, app, switch } => match switch {
            Switch::Provisioning => t.off_provisioning(&user.name, &app.name),
            Switch::CreateUsers => t.off_create_users(&user.name, &app.name),
            Switch::UpdateUserAttributes => t.off_update_user_attributes(&user.name, &app.name),
            Switch::DeactivateUsers => t.off_deactivate_users(&user.name, &app.name),
        },
        Event::AuthorizationNeeded { user, app, problem }
        | Event::TargetRateLimited { user, app, problem }
        | Event::TargetUnavailable { user, app, problem }
        | Event::RejectedByTarget { user, app, problem }
        | Event::AccountNotFound { user, app, problem }
        | Event::AccountAmbiguous { user, app, problem }
        | Event::AnswerEmpty { user, app, problem }
        | Event::AnswerInvalid { user, app, problem }
        | Event::NothingSent { user, app, problem } => {
            let message = t.provisioning_failed(&user.name, &app.name, "");
            return failed(message, user, problem, language);
        }
        Event::GivenUp { user, app, problem, attempts } => {
            let message = t.given_up(&user.name, &app.name, "", *attempts);
            return failed(message, user, problem, language);
        }
    };
    message.into()
}

fn failed(message: Message, user: &Named<UserId>, met: &Problem, language: Language) -> Sentence {
    Sentence::from(message).with("problem", &problem(met, &user.name, language))
}

fn own(resource: &OwnResource) -> (&str, String) {
    (&resource.resource_type, resource.label())
}

fn role_status(status: RoleStatus, language: Language) -> &'static str {
    let t = Texts::of(language).log();
    match status {
        RoleStatus::Draft => t.status_draft(),
        RoleStatus::Active => t.status_active(),
        RoleStatus::Inactive => t.status_inactive(),
    }
}
