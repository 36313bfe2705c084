//! The addresses of pages: one type each, with the pattern of its route.
//!
//! Router, templates, redirects and tests all ask these types, so that an address is written once.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use seatlink_domain::{IntegrationId, MessageId, RoleId};
use seatlink_oauth::metadata::paths as oauth;

/// What stands in a path segment or a query value as it is (RFC 3986 §2.3).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Text as one value of a query.
pub fn encoded(text: &str) -> impl fmt::Display {
    utf8_percent_encode(text, PLAIN)
}

/// An address without values is written as its route.
macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident = $route:expr;)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name;

        impl $name {
            pub const ROUTE: &'static str = $route;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(Self::ROUTE)
            }
        }

        impl From<$name> for String {
            fn from(_: $name) -> Self {
                $name::ROUTE.to_owned()
            }
        }
    )+ };
}

/// An address with the id of what it is about in the place of `{id}`.
macro_rules! of_one {
    ($($(#[$doc:meta])* $name:ident($id:ty) = $route:literal;)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name(pub $id);

        impl $name {
            pub const ROUTE: &'static str = $route;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let (before, after) = Self::ROUTE.split_once("{id}").unwrap_or((Self::ROUTE, ""));
                write!(f, "{before}{}{after}", self.0)
            }
        }

        impl From<$name> for String {
            fn from(address: $name) -> Self {
                address.to_string()
            }
        }
    )+ };
}

fixed! {
    /// Leads to the side that is served here.
    Home = "/";
    SignOut = "/logout";
    /// Language and colours, from the form at the foot of every page.
    Preferences = "/preferences";
    /// The authorization endpoint; also where the consent page is sent.
    Authorize = oauth::AUTHORIZE;
    /// Logout that a client asks for; also where its question is sent.
    ClientSignOut = oauth::LOGOUT;
    Portal = "/portal";
    Outbox = "/portal/outbox";
    /// Admin > Security Settings > Roles & Permissions.
    Roles = "/admin/roles";
    NewRole = "/admin/roles/new";
    /// Admin > Audit > Change log.
    ChangeLog = "/admin/changes";
    /// The Administration Console of the sending side. Not below `/admin`, which is the receiving
    /// side's: one process may serve both.
    Console = "/console";
}

of_one! {
    Attachment(MessageId) = "/portal/outbox/{id}/attachment";
    /// The tab General of the role editor, which is also its first.
    Role(RoleId) = "/admin/roles/{id}";
    RolePermissions(RoleId) = "/admin/roles/{id}/permissions";
    RoleUsers(RoleId) = "/admin/roles/{id}/users";
    RoleHistory(RoleId) = "/admin/roles/{id}/history";
    ActivateRole(RoleId) = "/admin/roles/{id}/activate";
    DeactivateRole(RoleId) = "/admin/roles/{id}/deactivate";
    DuplicateRole(RoleId) = "/admin/roles/{id}/duplicate";
    DefaultRole(RoleId) = "/admin/roles/{id}/default";
    /// Takes the role away from the person in `person`.
    TakeRole(RoleId) = "/admin/roles/{id}/take";
    Authenticate(IntegrationId) = "/console/integrations/{id}/authenticate";
    Retry(IntegrationId) = "/console/integrations/{id}/retry";
    Synchronise(IntegrationId) = "/console/integrations/{id}/sync";
}

/// Where applications send the browser back to; registered there, so it never changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Callback;

impl Callback {
    pub const ROUTE: &'static str = "/admin/app/cpc/{app_name}/oauth/callback";
}

/// The login page, and where to go from there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SignIn {
    /// A path of this site; empty leads home.
    pub next: String,
}

impl SignIn {
    pub const ROUTE: &'static str = "/login";

    pub fn to(next: impl Into<String>) -> Self {
        Self { next: next.into() }
    }
}

impl fmt::Display for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ROUTE)?;
        if self.next.is_empty() { Ok(()) } else { write!(f, "?next={}", encoded(&self.next)) }
    }
}

impl From<SignIn> for String {
    fn from(address: SignIn) -> Self {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_fits_its_route() {
        let id = IntegrationId::from(uuid::Uuid::nil());
        assert_eq!(
            Retry(id).to_string(),
            "/console/integrations/00000000-0000-0000-0000-000000000000/retry"
        );
        assert_eq!(Portal.to_string(), Portal::ROUTE);
    }

    #[test]
    fn the_login_page_gets_the_whole_request_as_one_parameter() {
        let url = SignIn::to("/auth/authorize?scope=openid&state=a%26b").to_string();
        assert_eq!(url.matches('?').count(), 1);
        assert!(!url.contains('&'), "{url}");
        assert_eq!(SignIn::default().to_string(), "/login");
    }
}
