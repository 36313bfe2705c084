//! `seatlink connection` as a person runs it.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Shell {
    directory: TempDir,
}

impl Shell {
    fn run(&self, arguments: &[&str]) -> Result<(i32, String, String)> {
        let output = Command::new(env!("CARGO_BIN_EXE_seatlink"))
            .args(arguments)
            .args(["--data", "data"])
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .output()?;
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let code = output.status.code().context("it ends by itself")?;
        Ok((code, text(&output.stdout), text(&output.stderr)))
    }

    fn json(&self, arguments: &[&str]) -> Result<Value> {
        let all: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        let (code, out, err) = self.run(&all)?;
        ensure!(code == 0, "{arguments:?}: {err}");
        Ok(serde_json::from_str(&out)?)
    }
}

#[test]
fn the_policy_of_a_connection_is_listed_shown_and_changed_by_name_or_id() -> Result<()> {
    let shell = Shell { directory: tempfile::tempdir()? };
    shell.json(&["tenant", "create", "--business-unit", "1", "--name", "One"])?;
    let token = shell.json(&["token", "create", "--name", "Entra"])?;
    let id = token["id"].as_str().context("an id")?;

    let all = shell.json(&["connection", "list"])?;
    assert_eq!((&all[0]["id"], &all[0]["name"]), (&json!(id), &json!("Entra")));
    let set = ["connection", "set", "Entra", "--strict", "--on-user-name", "restore"];
    let set = shell.json(&set)?;
    assert_eq!(set["policy"]["leniency"], "strict");
    // What is not named stays.
    let set = shell.json(&["connection", "set", id, "--on-email", "create"])?;
    let existing = json!({ "user_name": "restore", "external_id": "conflict", "email": "create" });
    assert_eq!(set["policy"], json!({ "leniency": "strict", "existing": existing }));
    assert_eq!(shell.json(&["connection", "show", id])?, set);
    let (_, text, _) = shell.run(&["connection", "show", "Entra"])?;
    ensure!(text.contains("strict") && text.contains("restore"), "{text}");
    let (_, text, _) = shell.run(&["connection", "list"])?;
    ensure!(text.lines().count() == 2 && text.contains("static-token"), "{text}");

    for (wrong, code, says) in [
        (&["connection", "show", "Okta"][..], 1, "connection list"),
        (&["connection", "set", "Entra"], 2, "--strict"),
        (&["connection", "set", "Entra", "--strict", "--forgiving"], 2, "--forgiving"),
        (&["connection", "set", "Entra", "--on-email", "restore"], 2, "create"),
    ] {
        let (ended, _, err) = shell.run(wrong)?;
        ensure!(ended == code && err.contains(says), "{wrong:?} ends with {ended}: {err}");
    }
    Ok(())
}

#[test]
fn a_user_whose_password_or_role_is_refused_is_not_made() -> Result<()> {
    let shell = Shell { directory: tempfile::tempdir()? };
    shell.json(&["tenant", "create", "--business-unit", "1", "--name", "One"])?;
    shell.json(&["role", "create", "--name", "Coach", "--status", "draft"])?;
    let pat = ["user", "create", "--user-name", "pat@example.com", "--given-name", "Pat"];
    let pat = [&pat[..], &["--family-name", "Lee"]].concat();
    for (more, says) in [
        (&["--password", "short"][..], "8 characters"),
        (&["--password", "pat@example.com"], "own name"),
        (&["--password", "an umbrella for two", "--role", "Coach"], "cannot be given"),
    ] {
        let (code, _, err) = shell.run(&[&pat[..], more].concat())?;
        ensure!(code != 0 && err.contains(says), "{more:?}: {err}");
        assert_eq!(shell.json(&["user", "list"])?["total"], 0, "{more:?}");
    }
    shell.json(&[&pat[..], &["--password", "an umbrella for two", "--role", "Agent"]].concat())?;
    Ok(())
}
