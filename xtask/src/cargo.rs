//! Calling cargo: one place that knows which cargo, where, and with which flags.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// Cargo, called in the root of the workspace.
pub(crate) struct Cargo {
    program: OsString,
    root: PathBuf,
}

impl Cargo {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            // Cargo names itself to what it runs, which keeps the pinned toolchain of the outer
            // call.
            program: std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
            root: root.to_path_buf(),
        }
    }

    /// A subcommand that resolves dependencies. Under continuous integration it must not touch
    /// `Cargo.lock`.
    pub(crate) fn command(&self, subcommand: &str, arguments: &[String]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.root).arg(subcommand);
        if std::env::var_os("CI").is_some() {
            command.arg("--locked");
        }
        command.args(arguments);
        command
    }

    pub(crate) fn run(&self, subcommand: &str, arguments: &[&str]) -> Result<()> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        succeed(&mut self.command(subcommand, &arguments))
    }

    /// `cargo fmt` resolves nothing and knows no `--locked`.
    pub(crate) fn format(&self, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new(&self.program);
        succeed(command.current_dir(&self.root).args(["fmt", "--all"]).args(arguments))
    }
}

/// Runs a command in the foreground and turns a failure into an error that names it.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    announce(command);
    let status =
        command.status().with_context(|| format!("could not start {}", describe(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", describe(command));
    }
    Ok(())
}

pub(crate) fn announce(command: &Command) {
    eprintln!("xtask: {}", describe(command));
}

/// The command as a person would type it.
pub(crate) fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Adds `--workspace` unless the arguments choose packages: cargo lets `--workspace` win over `-p`.
pub(crate) fn for_workspace(arguments: &[String]) -> Vec<String> {
    let chosen = arguments.iter().take_while(|argument| *argument != "--").any(|argument| {
        let long = argument.split('=').next().unwrap_or(argument);
        (argument.starts_with("-p") && !argument.starts_with("--"))
            || matches!(long, "--package" | "--workspace" | "--all" | "--manifest-path")
    });
    let mut all = Vec::with_capacity(arguments.len() + 1);
    if !chosen {
        all.push("--workspace".to_owned());
    }
    all.extend_from_slice(arguments);
    all
}

#[cfg(test)]
mod tests {
    use super::for_workspace;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn without_a_package_the_whole_workspace_is_meant() {
        assert_eq!(for_workspace(&[]), words("--workspace"));
        assert_eq!(for_workspace(&words("--doc")), words("--workspace --doc"));
        assert_eq!(for_workspace(&words("-- -p")), words("--workspace -- -p"));
    }

    #[test]
    fn a_chosen_package_is_not_widened() {
        for line in [
            "-p seatlink-scim -- name",
            "-pseatlink-scim",
            "--package seatlink-scim",
            "--package=xtask",
            "--workspace --doc",
        ] {
            assert_eq!(for_workspace(&words(line)), words(line));
        }
    }
}
