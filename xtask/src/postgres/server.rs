//! The server process and its directory, as the guard sees them.
//!
//! PostgreSQL refuses to run as root, so under root the directory belongs to another account and
//! the server runs as it.

use std::ffi::OsStr;
use std::fs::{DirBuilder, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{DirBuilderExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::Durability;
use crate::programs;

const START_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(20);

/// Between choosing a free port and listening on it, somebody else may take it.
const PORT_ATTEMPTS: u32 = 3;

pub(super) struct Server {
    process: Child,
    port: u16,
    // Declared last: the directory goes after the process that uses it.
    directory: Directory,
}

impl Server {
    pub(super) fn start(durability: Durability) -> Result<Self> {
        let binaries = programs::postgres_binaries()
            .context("the PostgreSQL server programs were not found")?;
        let account = Account::for_server()?;
        let directory = Directory::create(account)?;
        initialise(&binaries, &directory, account)?;

        let mut attempt = 1;
        let (process, port) = loop {
            match launch(&binaries, &directory, account, durability) {
                Ok(started) => break started,
                Err(error) if attempt == PORT_ATTEMPTS => return Err(error),
                Err(_) => attempt += 1,
            }
        };
        Ok(Self { process, port, directory })
    }

    pub(super) fn url(&self) -> String {
        format!("postgres://postgres@{}:{}/postgres", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Disconnects whoever is connected, ends the process by its id, removes the directory.
    pub(super) fn stop(mut self) -> Result<()> {
        signal(Signal::Interrupt, Target::Process(self.process.id()))?;
        let deadline = Instant::now() + STOP_LIMIT;
        while self.process.try_wait()?.is_none() {
            if Instant::now() > deadline {
                bail!("PostgreSQL did not stop within {} s and was killed", STOP_LIMIT.as_secs());
            }
            sleep(PAUSE);
        }
        self.directory.remove()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(None) = self.process.try_wait() {
            // Its own children notice that it is gone and follow.
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

fn initialise(binaries: &Path, directory: &Directory, account: Option<Account>) -> Result<()> {
    let output = as_account(&binaries.join("initdb"), directory, account)
        .arg("-D")
        .arg(directory.data())
        // The locale is the one that sorts by bytes, as the schema asks for; the disk is not waited
        // for.
        .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
        .output()
        .context("could not run initdb")?;
    if !output.status.success() {
        bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

fn launch(
    binaries: &Path,
    directory: &Directory,
    account: Option<Account>,
    durability: Durability,
) -> Result<(Child, u16)> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .context("there is no free port")?
        .port();
    let log = File::create(directory.log()).context("could not create the server's log")?;
    let mut settings = vec![
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        // Test binaries run one after the other, but each of their tests opens a pool of its own.
        "max_connections=300".to_owned(),
    ];
    if durability == Durability::Relaxed {
        settings.extend(
            ["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned),
        );
    }
    let mut command = as_account(&binaries.join("postgres"), directory, account);
    command.arg("-D").arg(directory.data()).arg("-k").arg(&directory.path);
    for setting in settings {
        command.arg("-c").arg(setting);
    }
    let mut process = command
        .stdout(log.try_clone().context("could not share the server's log")?)
        .stderr(log)
        .spawn()
        .context("could not start postgres")?;
    match wait_until_ready(&mut process, directory) {
        Ok(()) => Ok((process, port)),
        Err(error) => {
            let _ = process.kill();
            let _ = process.wait();
            Err(error)
        }
    }
}

/// The server keeps its state on the last line of its pid file, which is what `pg_ctl` waits for
/// too.
fn wait_until_ready(process: &mut Child, directory: &Directory) -> Result<()> {
    let deadline = Instant::now() + START_LIMIT;
    loop {
        let state =
            std::fs::read_to_string(directory.data().join("postmaster.pid")).unwrap_or_default();
        if state.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
            return Ok(());
        }
        let failed = process.try_wait()?.is_some();
        if failed || Instant::now() > deadline {
            let log = std::fs::read_to_string(directory.log()).unwrap_or_default();
            bail!("PostgreSQL did not become ready:\n{}", log.trim());
        }
        sleep(PAUSE);
    }
}

fn as_account(program: &Path, directory: &Directory, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    // The current directory may be one that the other account cannot enter.
    command.current_dir(&directory.path).env("LC_ALL", "C").stdin(Stdio::null());
    if let Some(account) = account {
        command.uid(account.user).gid(account.group);
    }
    command
}

/// The account that stands in for root.
#[derive(Clone, Copy)]
struct Account {
    user: u32,
    group: u32,
}

impl Account {
    /// `None` unless this process is root.
    fn for_server() -> Result<Option<Self>> {
        if programs::effective_user() != Some(0) {
            return Ok(None);
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| {
                Some(Self {
                    user: programs::identity("-u", Some(name))?,
                    group: programs::identity("-g", Some(name))?,
                })
            })
            .map(Some)
            .context("PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody`")
    }
}

/// A directory of our own for data, socket and log, removed with everything in it.
struct Directory {
    path: PathBuf,
}

impl Directory {
    fn create(account: Option<Account>) -> Result<Self> {
        // Root's TMPDIR may lie where the other account cannot go. Short either way: a socket's
        // path has 107 bytes.
        let parent = match account {
            Some(_) => PathBuf::from("/tmp"),
            None => std::env::temp_dir(),
        };
        let path = parent.join(format!("seatlink-postgres-{}", std::process::id()));
        // A killed machine may have left the directory of an earlier process with this id.
        if path.exists() {
            std::fs::remove_dir_all(&path)
                .with_context(|| format!("could not remove {}", path.display()))?;
        }
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("could not create {}", path.display()))?;
        let directory = Self { path };
        if let Some(Account { user, group }) = account {
            chown(&directory.path, Some(user), Some(group))
                .with_context(|| format!("could not give away {}", directory.path.display()))?;
        }
        Ok(directory)
    }

    fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    fn log(&self) -> PathBuf {
        self.path.join("server.log")
    }

    fn remove(&self) -> Result<()> {
        std::fs::remove_dir_all(&self.path)
            .with_context(|| format!("could not remove {}", self.path.display()))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.path.exists()
            && let Err(error) = self.remove()
        {
            eprintln!("xtask: {error:#}");
        }
    }
}

#[derive(Clone, Copy)]
pub(super) enum Signal {
    Interrupt,
    Terminate,
}

#[derive(Clone, Copy)]
pub(super) enum Target {
    Process(u32),
    Group(u32),
}

/// Sends a signal through the shell, whose `kill` is built in everywhere; the standard library can
/// only kill.
pub(super) fn signal(signal: Signal, target: Target) -> Result<()> {
    let name = match signal {
        Signal::Interrupt => "INT",
        Signal::Terminate => "TERM",
    };
    let id = match target {
        Target::Process(id) => id.to_string(),
        Target::Group(id) => format!("-{id}"),
    };
    let arguments = ["-c", "kill -s \"$0\" -- \"$1\"", name, &id].map(OsStr::new);
    let status = Command::new("sh")
        .args(arguments)
        .stderr(Stdio::null())
        .status()
        .context("could not run sh")?;
    if !status.success() {
        bail!("there is no process {id}");
    }
    Ok(())
}
