//! A throwaway PostgreSQL that cannot outlive the run it was started for.
//!
//! The server belongs to a *guard*: this program started once more, in a process group of its own,
//! reading from a pipe whose other end only the run holds. When that end closes, for whatever
//! reason (the run is done, failed, was interrupted from the keyboard, was killed), the guard ends
//! the tests that still run, stops the server and removes its directory. There is no signal handler
//! to get wrong, and no way to end the run that skips the cleaning.
//!
//! The server listens on loopback and on a socket in its own directory, trusts whoever reaches it,
//! and holds nothing that anybody wants to keep.

mod server;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::cargo;
use crate::postgres::server::Server;

/// The hidden recipe that is the guard.
pub(crate) const GUARD: &str = "postgres-guard";

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// As installed: what a benchmark must measure.
    Full,
    /// Nothing is kept anyway, so nothing is waited for.
    Relaxed,
}

impl Durability {
    const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Relaxed => "relaxed",
        }
    }

    fn parse(word: &str) -> Result<Self> {
        [Self::Full, Self::Relaxed]
            .into_iter()
            .find(|durability| durability.word() == word)
            .with_context(|| format!("`{word}` is no durability"))
    }
}

/// A running server, seen from the run that needs it. Dropping it stops the server and waits until
/// it is gone.
pub(crate) struct Cluster {
    guard: Child,
    /// Open for as long as the server is needed. `None` once it was given up.
    line: Option<ChildStdin>,
    url: String,
}

/// This program as it runs. Building the workspace may have put another one in the place that it
/// was started from.
fn itself() -> Result<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if running.exists() {
        return Ok(running.to_owned());
    }
    std::env::current_exe().context("could not find this program")
}

impl Cluster {
    pub(crate) fn start(durability: Durability) -> Result<Self> {
        let mut guard = Command::new(itself()?)
            .args([GUARD, durability.word()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C goes to the whole group of the terminal, and the guard has work to do after
            // it.
            .process_group(0)
            .spawn()
            .context("could not start the guard of PostgreSQL")?;
        let line = guard.stdin.take();
        let answer = guard.stdout.take().context("the guard has no output")?;
        let mut cluster = Self { guard, line, url: String::new() };
        BufReader::new(answer)
            .read_line(&mut cluster.url)
            .context("could not read the address of PostgreSQL")?;
        cluster.url.truncate(cluster.url.trim_end().len());
        if cluster.url.is_empty() {
            bail!("PostgreSQL did not start");
        }
        Ok(cluster)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs a command to its end, in a group that the guard can end if this process no longer can.
    pub(crate) fn run(&mut self, command: &mut Command) -> Result<()> {
        cargo::announce(command);
        let mut child = command
            .process_group(0)
            // A background group that reads from the terminal is suspended, and tests read nothing.
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start {}", cargo::describe(command)))?;
        self.tell(&Order::Watch(child.id()))?;
        let status = child.wait().context("could not wait for the tests")?;
        self.tell(&Order::Forget)?;
        if !status.success() {
            bail!("{} failed ({status})", cargo::describe(command));
        }
        Ok(())
    }

    /// Stops the server and says so if that went wrong.
    pub(crate) fn stop(mut self) -> Result<()> {
        self.give_up()
    }

    fn tell(&mut self, order: &Order) -> Result<()> {
        let line = self.line.as_mut().context("the guard was dismissed")?;
        line.write_all(order.to_line().as_bytes()).context("the guard of PostgreSQL is gone")
    }

    fn give_up(&mut self) -> Result<()> {
        if self.line.take().is_none() {
            return Ok(());
        }
        let status = self.guard.wait().context("could not wait for PostgreSQL to stop")?;
        if !status.success() {
            bail!("PostgreSQL was not cleaned up ({status})");
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.give_up() {
            eprintln!("xtask: {error:#}");
        }
    }
}

/// What the run tells its guard.
#[derive(Debug, PartialEq, Eq)]
enum Order {
    /// This process group must not survive the run.
    Watch(u32),
    /// It ended by itself; its number may soon mean somebody else.
    Forget,
}

impl Order {
    fn to_line(&self) -> String {
        match self {
            Self::Watch(group) => format!("watch {group}\n"),
            Self::Forget => "forget\n".to_owned(),
        }
    }

    fn parse(line: &str) -> Option<Self> {
        match line.split_once(' ') {
            Some(("watch", group)) => group.parse().ok().map(Self::Watch),
            None if line == "forget" => Some(Self::Forget),
            _ => None,
        }
    }
}

/// The guard itself: start, say where, wait for the other end of the pipe to close, clean up.
pub(crate) fn guard(arguments: &[String]) -> Result<()> {
    let [durability] = arguments else {
        bail!("`{GUARD}` is started by the other recipes");
    };
    let server = Server::start(Durability::parse(durability)?)?;
    // If nobody listens any more the input is closed too, and the next lines clean up.
    let _unheard = writeln!(std::io::stdout(), "{}", server.url());

    let mut orders = String::new();
    let heard = std::io::stdin().read_to_string(&mut orders);
    if let Some(Order::Watch(group)) = orders.lines().filter_map(Order::parse).next_back() {
        // No such process is the usual answer: Ctrl-C may have been first.
        let _gone = server::signal(server::Signal::Terminate, server::Target::Group(group));
    }
    server.stop()?;
    heard.context("the pipe to the run broke")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn an_order_survives_the_pipe() {
        for order in [Order::Watch(4711), Order::Forget] {
            assert_eq!(Order::parse(order.to_line().trim_end()), Some(order));
        }
    }

    #[test]
    fn half_an_order_is_none() {
        for line in ["watch", "watch x", "watch -1", "forge", ""] {
            assert_eq!(Order::parse(line), None, "{line}");
        }
    }
}
