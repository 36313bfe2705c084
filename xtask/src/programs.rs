//! The programs that tests call and cargo cannot bring.
//!
//! A whole test run must not pass because half of it was skipped, so what is missing is installed
//! where that needs no question (root on Debian: a container or a CI machine) and asked for by its
//! exact command everywhere else.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::cargo;

/// How much of the table a run needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All tests of the workspace: every program.
    WholeRun,
    /// Some tests, or the database alone: what [`Need::Always`] says, and a note about the rest.
    PartialRun,
    /// The benches.
    Bench,
}

/// When a missing program is an error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Always,
    WholeRun,
    Bench,
}

struct Program {
    name: &'static str,
    purpose: &'static str,
    need: Need,
    /// Debian packages that bring it, the preferred one first: names differ between releases.
    packages: &'static [&'static str],
    find: fn() -> Option<PathBuf>,
}

const PROGRAMS: [Program; 8] = [
    Program {
        name: "PostgreSQL",
        purpose: "the store's conformance suite runs on both databases",
        need: Need::Always,
        packages: &["postgresql"],
        find: postgres_binaries,
    },
    Program {
        name: "7-Zip",
        purpose: "the encrypted mail attachment is opened with what its reader will use",
        need: Need::WholeRun,
        packages: &["p7zip-full", "7zip"],
        find: || in_path("7z").or_else(|| in_path("7zz")),
    },
    Program {
        name: "curl",
        purpose: "commands of the README are run as they are printed",
        need: Need::WholeRun,
        packages: &["curl"],
        find: || in_path("curl"),
    },
    Program {
        name: "wrk",
        purpose: "the benches need a load generator that costs little itself",
        need: Need::Bench,
        packages: &["wrk"],
        find: || in_path("wrk"),
    },
    Program {
        name: "Python",
        purpose: "suites of other people that test the running server are written in it",
        need: Need::WholeRun,
        packages: &["python3-venv"],
        find: || in_path("python3"),
    },
    Program {
        name: "Chromium",
        purpose: "the pages are walked in a real browser",
        need: Need::WholeRun,
        packages: &["chromium", "chromium-browser"],
        find: chromium,
    },
    Program {
        name: "ChromeDriver",
        purpose: "the tests steer Chromium by it",
        need: Need::WholeRun,
        packages: &["chromium-driver", "chromium-chromedriver"],
        find: || in_path("chromedriver"),
    },
    Program {
        name: "a Chinese font",
        purpose: "screenshots of Chinese pages show boxes without one",
        need: Need::WholeRun,
        packages: &["fonts-noto-cjk"],
        find: chinese_font,
    },
];

/// Makes sure the programs of the table are there, installing them where that is possible.
pub(crate) fn ensure(wanted: Wanted) -> Result<()> {
    let mut lists = Lists::Old;
    for program in &PROGRAMS {
        if (program.find)().is_some() {
            continue;
        }
        match (program.need, wanted) {
            (Need::Always, _)
            | (Need::WholeRun, Wanted::WholeRun)
            | (Need::Bench, Wanted::Bench) => {}
            (Need::WholeRun, Wanted::PartialRun) => {
                eprintln!("xtask: {} was not found; a test that needs it will fail", program.name);
                continue;
            }
            (Need::WholeRun, Wanted::Bench) | (Need::Bench, _) => continue,
        }
        let Some(family) = package_manager() else {
            bail!(
                "{} is missing ({}); install it and put it in PATH",
                program.name,
                program.purpose
            );
        };
        match family {
            PackageManager::Usable => install(program, &mut lists)?,
            PackageManager::NeedsRoot => bail!(
                "{} is missing ({}); run: sudo apt-get update && sudo apt-get install -y {}",
                program.name,
                program.purpose,
                program.packages[0],
            ),
        }
    }
    Ok(())
}

enum PackageManager {
    Usable,
    NeedsRoot,
}

fn package_manager() -> Option<PackageManager> {
    if !Path::new("/etc/debian_version").exists() {
        return None;
    }
    Some(if effective_user() == Some(0) {
        PackageManager::Usable
    } else {
        PackageManager::NeedsRoot
    })
}

/// Whether this run has asked which packages there are.
#[derive(PartialEq, Eq)]
enum Lists {
    Old,
    Fresh,
}

fn install(program: &Program, lists: &mut Lists) -> Result<()> {
    eprintln!("xtask: installing {} ({})", program.name, program.purpose);
    // Old package lists are good enough if they are there; the install below gives the message that
    // counts.
    if std::mem::replace(lists, Lists::Fresh) == Lists::Old
        && let Err(error) = cargo::succeed(&mut apt_get(&["update"]))
    {
        eprintln!("xtask: {error}");
    }
    let mut failure = None;
    for package in program.packages {
        match cargo::succeed(&mut apt_get(&["install", "-y", "--no-install-recommends", package])) {
            Ok(()) if (program.find)().is_some() => return Ok(()),
            Ok(()) => failure = Some(anyhow::anyhow!("package {package} did not bring it")),
            Err(error) => failure = Some(error),
        }
    }
    Err(failure.context("the table names no package")?)
        .with_context(|| format!("could not install {}", program.name))
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        // Another installation may be under way on a shared machine.
        .args(["-q", "-o", "DPkg::Lock::Timeout=180"])
        .args(arguments)
        .stdin(std::process::Stdio::null());
    command
}

/// The directory that holds `initdb` and `postgres`: from `PATH`, or the newest of the places where
/// distributions keep server programs out of it.
pub(crate) fn postgres_binaries() -> Option<PathBuf> {
    const HOMES: [(&str, &str); 4] = [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
    ];
    let usable = |directory: &Path| {
        is_program(&directory.join("initdb")) && is_program(&directory.join("postgres"))
    };

    // A link in PATH is followed: the server finds its own files relative to where it really is.
    let linked = in_path("initdb").and_then(|program| program.canonicalize().ok());
    if let Some(directory) = linked.as_deref().and_then(Path::parent)
        && usable(directory)
    {
        return Some(directory.to_path_buf());
    }
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for (home, prefix) in HOMES {
        for entry in std::fs::read_dir(home).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let version = name.to_str().and_then(|name| name.strip_prefix(prefix)?.parse().ok());
            let directory = entry.path().join("bin");
            if let Some(version) = version
                && usable(&directory)
            {
                found.push((version, directory));
            }
        }
    }
    found.into_iter().max().map(|(_, directory)| directory)
}

/// The id under which this process acts, or `None` where the system does not say.
pub(crate) fn effective_user() -> Option<u32> {
    identity("-u", None)
}

/// Asks `id` (part of every Unix) because the standard library does not know users.
pub(crate) fn identity(which: &str, user: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(which).args(user).output().ok()?;
    if !output.status.success() {
        return None;
    }
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The names are those that `seatlink_testkit::browser` looks for.
pub(crate) fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
        .into_iter()
        .find_map(in_path)
}

/// A directory that holds one. Only Linux comes without.
fn chinese_font() -> Option<PathBuf> {
    if !cfg!(target_os = "linux") {
        return Some(PathBuf::new());
    }
    // Asked first: a font may be anywhere. It is no part of a system without a desktop.
    let list = in_path("fc-list")
        .and_then(|program| Command::new(program).args([":lang=zh-cn", "file"]).output().ok());
    if let Some(file) = list.and_then(|output| String::from_utf8(output.stdout).ok())
        && let Some(first) = file.lines().next()
    {
        return Some(PathBuf::from(first.trim_end_matches([':', ' '])));
    }
    let usual = Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc");
    usual.is_file().then(|| usual.to_path_buf())
}

pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|directory| directory.join(name))
        .find(|candidate| is_program(candidate))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}
