//! axe-core, which the tests of pages run inside them: fetched by its version, checked by its sum,
//! kept below the target directory. It is not in the repository, because it is 600 kB under another
//! licence.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::{cargo, conformance, programs};

/// What tests read to find the script; the same name stands in the testkit.
pub(crate) const SCRIPT: &str = "SEATLINK_TEST_AXE";

/// A release of axe-core.
struct Release {
    version: &'static str,
    /// SHA-256 of `axe.min.js`.
    sum: &'static str,
}

/// From npm, where npm is.
const NPM: Release = Release {
    version: "4.14.1",
    sum: "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
};

/// From a package of the Python index, which carries it: Python is needed anyway.
const PYTHON: Release = Release {
    version: "4.12.1",
    sum: "84494fec757e4710dc751c8d7a636e457f4532f08f85c86dc9070133fbff53bc",
};
const PYTHON_PACKAGE: &[&str] = &["--no-deps", "axe-playwright-python==0.1.8"];

/// The script: the one that is there, or else a new one.
pub(crate) fn script(root: &Path) -> Result<PathBuf> {
    let target = conformance::target_directory(root);
    let npm = programs::in_path("npm").is_some();
    let release = if npm { NPM } else { PYTHON };
    let directory = target.join(format!("axe-core-{}", release.version));
    let script = directory.join("axe.min.js");
    if script.is_file() {
        check(&script, &release)?;
        return Ok(script);
    }
    std::fs::create_dir_all(&directory).context("the target directory is not writable")?;
    let fetched = if npm { from_npm(&directory)? } else { from_python(&target)? };
    check(&fetched, &release)?;
    // Renamed last, so that half a file is never taken for the script.
    let partial = directory.join("axe.min.js.partial");
    std::fs::copy(&fetched, &partial).context("could not keep axe-core")?;
    std::fs::rename(&partial, &script).context("could not keep axe-core")?;
    Ok(script)
}

fn from_npm(directory: &Path) -> Result<PathBuf> {
    let package = format!("axe-core@{}", NPM.version);
    cargo::succeed(Command::new("npm").current_dir(directory).args([
        "pack",
        "--silent",
        "--no-update-notifier",
        &package,
    ]))?;
    let archive = format!("axe-core-{}.tgz", NPM.version);
    cargo::succeed(Command::new("tar").current_dir(directory).args([
        "-xzf",
        &archive,
        "package/axe.min.js",
    ]))?;
    Ok(directory.join("package/axe.min.js"))
}

fn from_python(target: &Path) -> Result<PathBuf> {
    let programs = conformance::environment(target, "axe-core", PYTHON_PACKAGE)?;
    let library = programs.join("../lib");
    // One directory, named after the version of Python.
    for entry in std::fs::read_dir(&library).context("the environment has no library")?.flatten() {
        let script = entry.path().join("site-packages/axe_playwright_python/axe.min.js");
        if script.is_file() {
            return Ok(script);
        }
    }
    bail!("{} has no axe-core", PYTHON_PACKAGE.join(" "))
}

fn check(script: &Path, release: &Release) -> Result<()> {
    let sum = sha256(script)?;
    ensure!(
        sum == release.sum,
        "{} is not axe-core {}: its SHA-256 is {sum}",
        script.display(),
        release.version
    );
    Ok(())
}

/// Asks the system, which has one of two programs for it.
fn sha256(file: &Path) -> Result<String> {
    let (program, arguments): (&str, &[&str]) = match programs::in_path("sha256sum") {
        Some(_) => ("sha256sum", &[]),
        None => ("shasum", &["-a", "256"]),
    };
    let output = Command::new(program).args(arguments).arg(file).output();
    let output = output.with_context(|| format!("could not start {program}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let sum = text.split_whitespace().next().with_context(|| format!("{program} says nothing"))?;
    Ok(sum.to_owned())
}
