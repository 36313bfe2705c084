//! Refusals of the role operations, as a person reads them.

use axum::response::{IntoResponse, Response};
use seatlink_domain::access::roles::{Field, FieldError, RoleError};
use seatlink_edge::Problem;
use seatlink_texts::Texts;

use crate::{
    answer::unreadable,
    form::{Errors, FieldName},
    paths,
    refused::forbidden,
    viewer::Viewer,
    words,
};

impl FieldName for Field {
    fn id(self) -> &'static str {
        self.as_str()
    }
}

/// What is wrong field by field.
pub(super) fn errors(t: Texts, found: &[FieldError]) -> Errors<Field> {
    let mut errors = Errors::default();
    for FieldError { field, problem } in found {
        errors.add(*field, words::role_problem(t, problem));
    }
    errors
}

/// Everything that is wrong, for a page that has no field to put it beside.
pub(super) fn sentences(t: Texts, found: &[FieldError]) -> String {
    let all: Vec<String> =
        found.iter().map(|FieldError { problem, .. }| words::role_problem(t, problem)).collect();
    all.join(" ")
}

/// Why a role stays as it is, if a person can do something about it.
pub(super) fn explained(t: Texts, error: &RoleError) -> Option<String> {
    let a = t.admin();
    Some(match error {
        RoleError::Invalid(found) => sentences(t, found),
        RoleError::NoUser(_) => a.refused_no_user().to_owned(),
        RoleError::NotActive { name, .. } => a.refused_not_active(name).into(),
        RoleError::Held { name, holders } => a.refused_held(*holders, name).into(),
        RoleError::TooManyRoles => a.refused_too_many_roles().to_owned(),
        RoleError::TooManyPeople => a.refused_too_many_people().to_owned(),
        RoleError::Primary(_) => a.refused_primary().to_owned(),
        RoleError::LastManager => a.loses_last_manager().to_owned(),
        RoleError::NoDefault(name) => a.no_default(name).into(),
        RoleError::User(error) => a.refused_user(error.to_string()).into(),
        RoleError::Changed { .. }
        | RoleError::NotFound(_)
        | RoleError::BadCursor
        | RoleError::Forbidden(_)
        | RoleError::Tenant(_)
        | RoleError::Store(_) => return None,
    })
}

/// The page for what is left: no permission, no such role, or a failure inside.
pub(super) fn refused(viewer: &Viewer, error: RoleError) -> Response {
    match &error {
        RoleError::Forbidden(missing) => {
            forbidden(&viewer.visitor.clone().at(paths::Roles), missing, paths::Roles)
        }
        RoleError::NotFound(_) => Problem::NotFound.into_response(),
        _ => unreadable(error).into_response(),
    }
}
