//! Edges of small manifests.

#![expect(clippy::unwrap_used, reason = "a test may stop where its assumption fails")]

use super::{Manifest, check};

fn findings(path: &str, dependencies: &str) -> Vec<String> {
    let text = format!("[package]\nname = \"x\"\n{dependencies}");
    check(&[Manifest::parse(path, &text).unwrap()]).iter().map(ToString::to_string).collect()
}

#[test]
fn the_edges_of_the_table_pass() {
    for (path, dependencies) in [
        ("crates/scim/Cargo.toml", "serde.workspace = true"),
        ("crates/oauth/Cargo.toml", "jsonwebtoken.workspace = true"),
        (
            "crates/store/Cargo.toml",
            "seatlink-scim.workspace = true\nrusqlite = \"0\"\ntokio = \"1\"",
        ),
        (
            "crates/domain/Cargo.toml",
            "seatlink-store.workspace = true\nseatlink-scim.workspace = true\nseatlink-oauth.workspace = true",
        ),
        ("crates/provision/Cargo.toml", "seatlink-domain.workspace = true\nreqwest = \"0\""),
        ("crates/seatlink/Cargo.toml", "seatlink-provision.workspace = true\naxum = \"0\""),
    ] {
        assert_eq!(findings(path, &format!("[dependencies]\n{dependencies}\n")), [""; 0], "{path}");
    }
}

#[test]
fn an_edge_that_points_the_other_way_is_found_in_its_line() {
    assert_eq!(
        findings(
            "crates/store/Cargo.toml",
            "[dependencies]\nserde = \"1\"\nseatlink-domain.workspace = true\n"
        ),
        [
            "crates/store/Cargo.toml:5: `store` must not depend on `seatlink-domain` (it may on seatlink-scim)"
        ]
    );
}

#[test]
fn each_wall_of_the_table_stands() {
    for (directory, package) in [
        ("scim", "tokio"),
        ("scim", "tracing"),
        ("scim", "seatlink-oauth"),
        ("oauth", "rand"),
        ("oauth", "time"),
        ("oauth", "seatlink-scim"),
        ("store", "axum"),
        ("store", "reqwest"),
        ("store", "seatlink-oauth"),
        ("domain", "axum"),
        ("domain", "rusqlite"),
        ("domain", "tokio-postgres"),
        ("domain", "reqwest"),
        ("domain", "seatlink-provision"),
        ("provision", "axum"),
        ("provision", "deadpool-postgres"),
        ("provision", "seatlink-store"),
        ("seatlink", "rusqlite"),
        ("seatlink", "seatlink-store"),
        ("seatlink", "seatlink-testkit"),
        ("testkit", "seatlink-store"),
    ] {
        let path = format!("crates/{directory}/Cargo.toml");
        let found = findings(&path, &format!("[dependencies]\n{package} = \"1\"\n"));
        assert_eq!(found.len(), 1, "{directory} -> {package}");
    }
}

#[test]
fn a_test_may_see_more_than_its_crate() {
    assert_eq!(
        findings(
            "crates/scim/Cargo.toml",
            "[dev-dependencies]\ntokio = \"1\"\nseatlink-testkit = \"0\"\n"
        ),
        [""; 0]
    );
}

#[test]
fn no_spelling_of_a_dependency_hides_it() {
    for dependencies in [
        "[dependencies]\nquiet = { package = \"tokio\", version = \"1\" }\n",
        "[dependencies.tokio]\nversion = \"1\"\n",
        "[build-dependencies]\ntokio = \"1\"\n",
        "[target.'cfg(unix)'.dependencies]\ntokio = \"1\"\n",
    ] {
        assert_eq!(findings("crates/scim/Cargo.toml", dependencies).len(), 1, "{dependencies}");
    }
}

#[test]
fn a_name_given_by_the_workspace_hides_nothing_either() {
    let root = "[workspace.dependencies]\nquiet = { package = \"tokio\", version = \"1\" }\n";
    let user = "[package]\nname = \"x\"\n[dependencies]\nquiet.workspace = true\n";
    let manifests = [
        Manifest::parse("Cargo.toml", root).unwrap(),
        Manifest::parse("crates/scim/Cargo.toml", user).unwrap(),
    ];
    let found = check(&manifests);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].line, 4);
}

#[test]
fn a_crate_nobody_decided_on_is_found() {
    assert_eq!(findings("crates/common/Cargo.toml", "").len(), 1);
    assert_eq!(findings("tools/x/Cargo.toml", "").len(), 1);
}
