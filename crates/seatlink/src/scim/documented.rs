//! That the OpenAPI document and the service agree on addresses and methods.

use std::collections::BTreeSet;

use super::endpoint::Endpoint;
use crate::openapi;
use seatlink_edge::Side;

/// Where the document has an endpoint. A new endpoint does not compile until it has a place here.
const fn path(endpoint: &Endpoint<'_>) -> &'static str {
    match endpoint {
        Endpoint::ServiceProviderConfig => "/scim/v2/ServiceProviderConfig",
        Endpoint::Schemas => "/scim/v2/Schemas",
        Endpoint::Schema(_) => "/scim/v2/Schemas/{urn}",
        Endpoint::ResourceTypes => "/scim/v2/ResourceTypes",
        Endpoint::ResourceType(_) => "/scim/v2/ResourceTypes/{name}",
        Endpoint::Users => "/scim/v2/Users",
        Endpoint::User(_) => "/scim/v2/Users/{id}",
        Endpoint::SearchUsers => "/scim/v2/Users/.search",
        Endpoint::Groups => "/scim/v2/Groups",
        Endpoint::Group(_) => "/scim/v2/Groups/{id}",
        Endpoint::SearchGroups => "/scim/v2/Groups/.search",
        Endpoint::Me => "/scim/v2/Me",
        Endpoint::Bulk => "/scim/v2/Bulk",
        Endpoint::Root => "/scim/v2",
        Endpoint::SearchAll => "/scim/v2/.search",
        // What tenants register differs from tenant to tenant; /ResourceTypes tells each of them.
        Endpoint::Own(_) | Endpoint::OwnItem(..) | Endpoint::SearchOwn(_) => "",
    }
}

#[test]
fn every_address_of_the_document_is_an_endpoint_with_these_methods() {
    let document = openapi::document(Side::Both);
    let paths = document["paths"].as_object().expect("the document has paths");
    let mut seen = BTreeSet::new();
    for (address, item) in paths.iter().filter(|(address, _)| address.starts_with("/scim")) {
        let asked: String = address.split('/').map(sample).collect::<Vec<_>>().join("/");
        let endpoint = Endpoint::parse(&asked).unwrap_or_else(|| unserved(address));
        assert_eq!(path(&endpoint), address);
        let served: BTreeSet<String> =
            endpoint.allow().split(", ").map(str::to_ascii_lowercase).collect();
        let documented: BTreeSet<String> =
            item.as_object().into_iter().flatten().map(|(method, _)| method.clone()).collect();
        assert_eq!(documented, served, "{address}");
        seen.insert(address.clone());
    }
    // As many as `path` above has lines.
    assert_eq!(seen.len(), 15, "{seen:?}");
}

/// A path of the document with a value for each of its parameters.
fn sample(segment: &str) -> &str {
    segment.strip_prefix('{').map_or(segment, |name| name.trim_end_matches('}'))
}

fn unserved(address: &str) -> Endpoint<'static> {
    assert_eq!(address, "", "the document has an address that nobody serves");
    Endpoint::Root
}
