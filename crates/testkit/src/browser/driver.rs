//! One ChromeDriver for a test program, which cannot outlive it.
//!
//! The driver and its browsers are a process group. A shell reads from a pipe whose other end only
//! this process holds; when that end closes, for whatever reason (the last session ended, a test
//! panicked, the program was killed), the shell ends the group and removes its directory.

use std::{
    env,
    fs::File,
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex, PoisonError, Weak, mpsc},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

/// How long ChromeDriver may take to listen: it needs a tenth of a second on an idle machine.
const START: Duration = Duration::from_secs(20);

/// What the shell does: wait for the end of input, kill the group `$1`, remove the directory `$2`.
/// Nothing is kept, so nothing needs the time to end well.
const GUARD: &str = "read -r _; kill -s KILL -- \"-$1\"; sleep 0.1; rm -rf \"$2\"";

const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A ChromeDriver that listens on loopback.
pub(super) struct Driver {
    pub(super) url: String,
    pub(super) browser: PathBuf,
    process: Child,
    guard: Child,
    /// Open for as long as the driver is needed.
    line: Option<ChildStdin>,
}

impl Driver {
    /// The running driver, or a new one if no session needs one at present.
    pub(super) fn shared() -> Result<Arc<Self>> {
        static SHARED: Mutex<Weak<Driver>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(driver) = shared.upgrade() {
            return Ok(driver);
        }
        let driver = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&driver);
        Ok(driver)
    }

    fn start() -> Result<Self> {
        let missing = "is not in PATH; `cargo xtask test` installs what the tests need";
        let browser = BROWSERS.into_iter().find_map(in_path);
        let browser = browser.with_context(|| format!("Chromium {missing}"))?;
        let program = in_path("chromedriver").with_context(|| format!("chromedriver {missing}"))?;

        // The guard removes it: this process may have no time to.
        let directory = tempfile::Builder::new().prefix("seatlink-browser-").tempdir()?;
        let log = directory.path().join("chromedriver.log");
        let mut process = Command::new(program)
            // It chooses the port itself, so that two programs cannot choose the same one.
            .arg("--port=0")
            // Profiles, caches and crash reports stay in the directory.
            .env("TMPDIR", directory.path())
            .env("HOME", directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .process_group(0)
            .spawn()
            .context("could not start chromedriver")?;
        let output = process.stdout.take().context("its output is piped")?;
        let mut driver = Self::guarded(process, browser, directory)?;

        let (sender, ready) = mpsc::channel();
        thread::spawn(move || {
            // It reads on after the port was found: a full pipe would stop the driver.
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(port) = port(&line) {
                    let _unheard = sender.send(port);
                }
            }
        });
        let port = ready.recv_timeout(START).with_context(|| {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            format!("chromedriver did not start listening within {START:?}: {said}")
        })?;
        driver.url = format!("http://127.0.0.1:{port}");
        Ok(driver)
    }

    fn guarded(process: Child, browser: PathBuf, directory: TempDir) -> Result<Self> {
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "guard", &process.id().to_string()])
            .arg(directory.keep())
            .stdin(Stdio::piped())
            // Ctrl-C goes to the whole group of the terminal, and the guard has work to do after
            // it.
            .process_group(0)
            .spawn()
            .context("could not start the guard of chromedriver")?;
        let line = guard.stdin.take();
        Ok(Self { url: String::new(), browser, process, guard, line })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.line.take());
        // It may have ended by itself, and no answer changes what there is to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = self.guard.wait();
    }
}

/// The port in `ChromeDriver was started successfully on port 38787.`; the line before it names the
/// port asked for.
fn port(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("started successfully on port ")?;
    rest.trim_end_matches('.').parse().ok()
}

fn in_path(name: &str) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let usable = |path: &Path| {
        path.metadata()
            .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    env::split_paths(&env::var_os("PATH")?)
        .map(|directory| directory.join(name))
        .find(|candidate| usable(candidate))
}

#[cfg(test)]
mod tests {
    use super::port;

    #[test]
    fn the_port_is_the_one_that_was_given() {
        assert_eq!(port("Starting ChromeDriver 156.0.8078.108 on port 0"), None);
        assert_eq!(port("ChromeDriver was started successfully on port 38787."), Some(38_787));
    }
}
