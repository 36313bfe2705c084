//! Which resource a path names.
//!
//! The path is split first and decoded after that, so an encoded slash is part of a name and never
//! a second way in. Whatever is not one of the forms below names nothing; it is authenticated all
//! the same.

use std::borrow::Cow;

use axum::http::Method;
use percent_encoding::percent_decode_str;

/// What is served below `/scim/v2`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Endpoint<'a> {
    ServiceProviderConfig,
    Schemas,
    Schema(Cow<'a, str>),
    ResourceTypes,
    ResourceType(Cow<'a, str>),
    Users,
    User(Cow<'a, str>),
    SearchUsers,
    Groups,
    Group(Cow<'a, str>),
    SearchGroups,
    Me,
    Bulk,
    /// A collection of a type that the tenant registered, by its name below the base.
    Own(Cow<'a, str>),
    OwnItem(Cow<'a, str>, Cow<'a, str>),
    SearchOwn(Cow<'a, str>),
    /// Queries over all resource types.
    Root,
    SearchAll,
}

impl<'a> Endpoint<'a> {
    /// Reads a raw path. Slashes too many name nothing here; `deviations` knows who sends them.
    pub(super) fn parse(path: &'a str) -> Option<Self> {
        let below = path.strip_prefix("/scim/v2")?;
        if below.is_empty() || below == "/" {
            return Some(Self::Root);
        }
        let below = below.strip_prefix('/')?;
        let (first, second) = match below.split_once('/') {
            None => (below, None),
            Some((_, second)) if second.is_empty() || second.contains('/') => return None,
            Some((first, second)) => (first, Some(decoded(second)?)),
        };
        let first = decoded(first)?;
        match (&*first, second) {
            ("ServiceProviderConfig", None) => Some(Self::ServiceProviderConfig),
            ("Schemas", None) => Some(Self::Schemas),
            ("Schemas", Some(urn)) => Some(Self::Schema(urn)),
            ("ResourceTypes", None) => Some(Self::ResourceTypes),
            ("ResourceTypes", Some(name)) => Some(Self::ResourceType(name)),
            ("Users", None) => Some(Self::Users),
            ("Users", Some(id)) if id == ".search" => Some(Self::SearchUsers),
            ("Users", Some(id)) => Some(Self::User(id)),
            ("Groups", None) => Some(Self::Groups),
            ("Groups", Some(id)) if id == ".search" => Some(Self::SearchGroups),
            ("Groups", Some(id)) => Some(Self::Group(id)),
            ("Me", None) => Some(Self::Me),
            (".search", None) => Some(Self::SearchAll),
            ("Bulk", None) => Some(Self::Bulk),
            _ => None,
        }
    }

    /// The same for the endpoints that a tenant registered; `is_known` tells which there are. None
    /// of them has the name of one above.
    pub(super) fn parse_own(path: &'a str, is_known: impl Fn(&str) -> bool) -> Option<Self> {
        let below = path.strip_prefix("/scim/v2/")?;
        let below = below.strip_suffix('/').unwrap_or(below);
        let (first, second) = match below.split_once('/') {
            None => (below, None),
            Some((_, second)) if second.is_empty() || second.contains('/') => return None,
            Some((first, second)) => (first, Some(decoded(second)?)),
        };
        let name = decoded(first).filter(|name| is_known(name))?;
        Some(match second {
            None => Self::Own(name),
            Some(id) if id == ".search" => Self::SearchOwn(name),
            Some(id) => Self::OwnItem(name, id),
        })
    }

    /// The methods it takes, as the `Allow` header lists them.
    pub(super) const fn allow(&self) -> &'static str {
        match self {
            Self::ServiceProviderConfig
            | Self::Schemas
            | Self::Schema(_)
            | Self::ResourceTypes
            | Self::ResourceType(_)
            | Self::Root => "GET, HEAD, OPTIONS",
            Self::Users | Self::Groups | Self::Own(_) => "GET, HEAD, POST, OPTIONS",
            Self::User(_) | Self::Group(_) | Self::Me | Self::OwnItem(..) => {
                "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"
            }
            Self::SearchUsers
            | Self::SearchGroups
            | Self::SearchOwn(_)
            | Self::SearchAll
            | Self::Bulk => "POST, OPTIONS",
        }
    }

    pub(super) fn allows(&self, method: &Method) -> bool {
        self.allow().split(", ").any(|allowed| allowed == method.as_str())
    }
}

fn decoded(segment: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(segment).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_has_its_path() {
        let user = Endpoint::User(Cow::Borrowed("1"));
        let urn = Endpoint::Schema(Cow::Borrowed("urn:a:b"));
        for (path, endpoint) in [
            ("/scim/v2", Endpoint::Root),
            ("/scim/v2/", Endpoint::Root),
            ("/scim/v2/Users", Endpoint::Users),
            ("/scim/v2/%55sers", Endpoint::Users),
            ("/scim/v2/Users/1", user),
            ("/scim/v2/Users/.search", Endpoint::SearchUsers),
            ("/scim/v2/Schemas/urn:a:b", urn.clone()),
            ("/scim/v2/Schemas/urn%3Aa%3Ab", urn),
            ("/scim/v2/Me", Endpoint::Me),
            ("/scim/v2/.search", Endpoint::SearchAll),
        ] {
            assert_eq!(Endpoint::parse(path), Some(endpoint), "{path}");
        }
    }

    #[test]
    fn other_spellings_name_nothing() {
        for path in [
            "/scim",
            "/scim/",
            "/scim/v1/Users",
            "/scim/v2x/Users",
            "/scim//v2/Users",
            "/scim/v2//Users",
            "/scim/v2/Users/",
            "/scim/v2/Users/1/",
            "/scim/v2/Users//",
            "/scim/v2/Users//1",
            "/scim/v2/users",
            "/scim/v2/Users;x=1",
            "/scim/v2/Users.",
            "/scim/v2/Users/1/groups",
            "/scim/v2/Users/../Users",
            "/scim/v2/Users/%ff",
            "/scim/v2/Me/1",
        ] {
            assert_eq!(Endpoint::parse(path), None, "{path}");
        }
    }

    #[test]
    fn registered_endpoints_are_found_by_their_exact_name() {
        let parse = |path| Endpoint::parse_own(path, |name| name == "Devices");
        let name = || Cow::Borrowed("Devices");
        let item = Endpoint::OwnItem(name(), Cow::Borrowed("1"));
        assert_eq!(parse("/scim/v2/Devices/"), Some(Endpoint::Own(name())));
        assert_eq!(parse("/scim/v2/Devices/1"), Some(item));
        assert_eq!(parse("/scim/v2/Devices/.search"), Some(Endpoint::SearchOwn(name())));
        for other in ["/scim/v2/devices", "/scim/v2/Devices//", "/scim/v2/Devices/1/2", "/Devices"]
        {
            assert_eq!(parse(other), None, "{other}");
        }
    }

    #[test]
    fn an_encoded_slash_stays_inside_its_name() {
        let id = Endpoint::User(Cow::Borrowed("../Groups"));
        assert_eq!(Endpoint::parse("/scim/v2/Users/..%2FGroups"), Some(id));
    }
}
