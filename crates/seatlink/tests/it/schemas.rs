//! `seatlink schema`, as a person runs it, also while a server runs on the same data.

use std::{fs, process::Command};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

const BADGE: &str = "urn:example:params:scim:schemas:extension:badge:1.0:User";
const LEASE: &str = "urn:example:params:scim:schemas:lease:1.0";
const DEVICE: &str = "urn:example:params:scim:schemas:1.0:Device";

struct Person {
    directory: TempDir,
}

impl Person {
    fn run(&self, arguments: &[&str]) -> Result<(i32, String, String)> {
        let output = Command::new(env!("CARGO_BIN_EXE_seatlink"))
            .args(arguments)
            .current_dir(self.directory.path())
            .env_remove("SEATLINK_DATA")
            .env_remove("SEATLINK_TENANT")
            .output()?;
        Ok((
            output.status.code().context("an exit status")?,
            String::from_utf8(output.stdout)?,
            String::from_utf8(output.stderr)?,
        ))
    }

    fn done(&self, arguments: &[&str]) -> Result<String> {
        let (status, out, error) = self.run(arguments)?;
        ensure!(status == 0, "{arguments:?}: {status} {out} {error}");
        Ok(out)
    }

    fn file(&self, name: &str, content: &Value) -> Result<()> {
        Ok(fs::write(self.directory.path().join(name), content.to_string())?)
    }
}

#[test]
fn schemas_are_added_listed_and_removed() -> Result<()> {
    let person = Person { directory: tempfile::tempdir()? };
    let made = person.done(&[
        "--json",
        "tenant",
        "create",
        "--data",
        "d",
        "--business-unit",
        "7",
        "--name",
        "Seven",
        "--profile",
        "standard",
    ])?;
    let made: Value = serde_json::from_str(&made)?;
    let tenant = made["id"].as_str().context("a tenant id")?;
    person.file("badge.json", &json!({ "id": BADGE, "attributes": [{ "name": "number" }] }))?;
    person.file("device.json", &json!({ "id": DEVICE, "attributes": [{ "name": "serial" }] }))?;
    person.file("bad.json", &json!({ "id": "badge", "attributes": [] }))?;
    let add = ["schema", "add", "--data", "d", "--tenant", tenant];
    let with = |rest: &[&'static str]| -> Vec<&str> { add.iter().chain(rest).copied().collect() };

    let said = person.done(&with(&["--resource-type", "User", "badge.json"]))?;
    assert_eq!(said.trim(), format!("The schema {BADGE} extends User."));
    let device = ["--resource-type", "Device", "--endpoint", "/Devices", "device.json"];
    let said = person.done(&with(&device))?;
    ensure!(said.contains("/Devices"), "{said}");
    let marked = format!("\u{feff}{}", json!({ "id": LEASE, "attributes": [{ "name": "until" }] }));
    fs::write(person.directory.path().join("marked.json"), marked)?;
    person.done(&with(&["--resource-type", "Device", "marked.json"]))?;
    let listed = person.done(&["schema", "list", "--data", "d"])?;
    ensure!(listed.contains(BADGE) && listed.contains(DEVICE), "{listed}");

    for (arguments, why) in [
        (with(&["--resource-type", "User", "bad.json"]), "not a URN"),
        (with(&["--resource-type", "User", "badge.json"]), "already"),
        (with(&["--resource-type", "Gadget", "device.json"]), "give it an endpoint"),
        (with(&["--resource-type", "User", "missing.json"]), "cannot be read"),
    ] {
        let (status, _, error) = person.run(&arguments)?;
        ensure!(status == 2 && error.contains(why), "{arguments:?}: {status} {error}");
    }
    let remove = ["schema", "remove", "--data", "d", "--tenant", "7", DEVICE];
    person.done(&remove)?;
    let (status, _, error) = person.run(&remove)?;
    ensure!(status == 1 && error.contains("no registered schema"), "{status} {error}");
    Ok(())
}
