//! `cargo xtask`: the project's recipes, so that a fresh clone needs no other tool than cargo.
//!
//! Every recipe is a plain sequence of programs; what it runs is printed before it runs. Nothing
//! here is part of the product, and nothing here decides what a test means: it only brings what the
//! tests need and takes it away again.

mod axe;
mod bench;
mod cargo;
mod conformance;
mod postgres;
mod programs;
mod tidy;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::cargo::Cargo;
use crate::postgres::{Cluster, Durability};

const USAGE: &str = "\
cargo xtask <recipe>

  check               formatting, clippy and tidy: what a change must pass before its tests
  test [arguments]    all tests with everything they need; arguments go to `cargo test`
                      (cargo xtask test -p seatlink-scim -- name); screenshots of pages go to target/screenshots
  tidy                the rules that lints cannot check
  docs                write the pages of docs/ that are made from the code: cli.md and configuration.md
  fix                 let clippy and rustfmt repair what they can
  bench [part]        the figures of docs/performance.md: scim, postgres, provisioning, size, or all of them
                      (cargo xtask bench scim --users 10000 --seconds 2 --rounds 3; cargo xtask bench size 10000000)
  bench publish       write what was measured last into docs/performance.md
  conformance [seconds]
                      what other people's clients and test suites say to a running server
  fuzz [target [seconds]]
                      the fuzz targets, or one of them, for a minute each or so many seconds
  postgres            start a throwaway PostgreSQL, print its URL, keep it until Ctrl-C or the end of input

SEATLINK_TEST_DATABASE_URL, when set, is used by test and bench in place of a server of their own.
";

/// What tests and benchmarks read to find PostgreSQL; the same name stands in the crates that use
/// it.
const DATABASE_URL: &str = "SEATLINK_TEST_DATABASE_URL";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line, also where the environment asks for backtraces: the cause is a program, not
            // this one.
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let recipe = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let root = workspace_root()?;

    let takes = ["test", "bench", "conformance", "fuzz", postgres::GUARD];
    if !rest.is_empty() && !takes.contains(&recipe.as_str()) {
        bail!("`{recipe}` takes no arguments\n\n{USAGE}");
    }
    match recipe.as_str() {
        "check" => check(&root),
        "test" => test(&root, &rest),
        "tidy" => tidy::run(&root),
        "docs" => docs(&root),
        "fix" => fix(&root),
        "bench" => bench::run(&root, &rest),
        "conformance" => {
            let seconds = rest.first().map(|text| text.parse()).transpose();
            let seconds = seconds.context("SECONDS is a whole number")?;
            conformance::scim2_tester(&root)?;
            conformance::scim_sanity(&root)?;
            conformance::schemathesis(&root, seconds)
        }
        "fuzz" => fuzz(&root, &rest),
        "postgres" => serve_postgres(),
        postgres::GUARD => postgres::guard(&rest),
        "" | "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        unknown => bail!("there is no recipe `{unknown}`\n\n{USAGE}"),
    }
}

fn check(root: &Path) -> Result<()> {
    let cargo = Cargo::new(root);
    cargo.format(&["--check"])?;
    cargo.run("clippy", &["--workspace", "--all-targets", "--", "-D", "warnings"])?;
    tidy::run(root)
}

fn fix(root: &Path) -> Result<()> {
    let cargo = Cargo::new(root);
    cargo.run(
        "clippy",
        &["--fix", "--allow-dirty", "--allow-staged", "--workspace", "--all-targets"],
    )?;
    cargo.format(&[])
}

/// The tests that compare the pages write them when this variable is set.
fn docs(root: &Path) -> Result<()> {
    let arguments = ["-p", "seatlink", "--lib", "reference"].map(str::to_owned);
    let mut command = Cargo::new(root).command("test", &arguments);
    cargo::succeed(command.env("SEATLINK_WRITE_DOCS", "1"))
}

fn test(root: &Path, arguments: &[String]) -> Result<()> {
    let wanted = if arguments.is_empty() {
        programs::Wanted::WholeRun
    } else {
        programs::Wanted::PartialRun
    };
    step("programs", || programs::ensure(wanted))?;
    step("tests", || with_database(root, arguments, wanted))?;
    if wanted == programs::Wanted::PartialRun {
        return Ok(());
    }
    step("scim2-tester", || conformance::scim2_tester(root))?;
    step("scim-sanity", || conformance::scim_sanity(root))?;
    step("schemathesis", || conformance::schemathesis(root, None))
}

/// Says how long a step of a run took.
fn step(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let began = Instant::now();
    work()?;
    eprintln!("xtask: {name}: {:.1} s", began.elapsed().as_secs_f64());
    Ok(())
}

/// Tells the tests of pages where axe-core is and where screenshots go. A run of some tests may be
/// one of others, and does without.
fn equip_browser(root: &Path, wanted: programs::Wanted, command: &mut Command) -> Result<()> {
    let whole = wanted == programs::Wanted::WholeRun;
    if whole || programs::chromium().is_some() {
        match axe::script(root) {
            Ok(script) => {
                command.env(axe::SCRIPT, script);
            }
            Err(error) if whole => return Err(error.context("could not fetch axe-core")),
            Err(error) => {
                eprintln!("xtask: axe-core is missing; a test that needs it will fail: {error:#}");
            }
        }
    }
    let screenshots = conformance::target_directory(root).join("screenshots");
    command.env("SEATLINK_TEST_SCREENSHOTS", screenshots);
    Ok(())
}

/// The tests whose names begin with `fuzz_`, one at a time and for longer than a test run has.
fn fuzz(root: &Path, arguments: &[String]) -> Result<()> {
    let target = arguments.first().map_or("", String::as_str);
    let seconds = arguments.get(1).map_or("60", String::as_str);
    let name = format!("fuzz_{target}");
    let arguments = [
        "--workspace",
        "--lib",
        "--bins",
        "--test",
        "fuzz",
        "--",
        "--nocapture",
        "--test-threads=1",
        &name,
    ];
    let arguments: Vec<String> = arguments.map(str::to_owned).into();
    let mut command = Cargo::new(root).command("test", &arguments);
    cargo::succeed(command.env("SEATLINK_FUZZ_SECONDS", seconds))
}

/// Runs the tests, on the developer's own PostgreSQL or on a throwaway one.
fn with_database(root: &Path, arguments: &[String], wanted: programs::Wanted) -> Result<()> {
    let mut command = Cargo::new(root).command("test", &cargo::for_workspace(arguments));
    equip_browser(root, wanted, &mut command)?;
    if std::env::var_os(DATABASE_URL).is_some_and(|url| !url.is_empty()) {
        eprintln!("xtask: using the PostgreSQL of {DATABASE_URL}");
        return cargo::succeed(&mut command);
    }
    let mut cluster = Cluster::start(Durability::Relaxed)?;
    eprintln!("xtask: PostgreSQL at {}", cluster.url());
    command.env(DATABASE_URL, cluster.url());
    let outcome = cluster.run(&mut command);
    let stopped = cluster.stop();
    outcome.and(stopped)
}

fn serve_postgres() -> Result<()> {
    programs::ensure(programs::Wanted::PartialRun)?;
    let cluster = Cluster::start(Durability::Relaxed)?;
    println!("{}", cluster.url());
    eprintln!("xtask: running until Ctrl-C or the end of input");
    std::io::stdin().read_to_end(&mut Vec::new()).context("could not wait for the end of input")?;
    cluster.stop()
}

/// The directory of the workspace, wherever inside it the recipe was called.
fn workspace_root() -> Result<PathBuf> {
    let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(directory) => PathBuf::from(directory),
        None => std::env::current_dir().context("there is no current directory")?,
    };
    start
        .ancestors()
        .find(|directory| {
            directory.join("Cargo.toml").is_file() && directory.join("crates").is_dir()
        })
        .map(Path::to_path_buf)
        .with_context(|| format!("{} is not inside the workspace", start.display()))
}
