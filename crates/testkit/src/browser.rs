//! Real Chromium for tests of pages.
//!
//! A [`Walk`] does what a person does, by what a person sees: labels, names, texts. Whatever the
//! browser complains of on the way (an error on the console, a breach of the content security
//! policy, a request that failed) fails it.

mod axe;
mod driver;
mod find;
mod view;
mod walk;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Error, Result, anyhow, ensure};
use serde_json::json;
use thirtyfour::{
    ChromiumLikeCapabilities as _, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver,
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, sleep},
};

use self::driver::Driver;
pub use self::{
    find::Role,
    view::{Language, Scheme, Width},
    walk::{Pages, Walk},
};

/// How long a page may take to show what is waited for. Tests of the whole workspace run beside it.
const WAIT: Duration = Duration::from_secs(10);

/// How much of a page a failure shows.
const SHOWN: usize = 2_000;

/// Browsers at a time: each keeps a processor busy.
static PLACES: Semaphore = Semaphore::const_new(2);

/// One session with an empty profile. It ends with this value, and the driver with the last of
/// them.
///
/// In fields, the order in which they are dropped: the session must end while its driver still
/// runs.
pub struct Browser {
    session: WebDriver,
    /// The status of what happens next, or 0.
    expected: AtomicU16,
    _driver: Arc<Driver>,
    _place: SemaphorePermit<'static>,
}

impl Browser {
    /// Starts a session, once fewer than two of this program run.
    pub async fn new() -> Result<Self> {
        let place = PLACES.acquire().await?;
        // The client of the driver is built with TLS where other crates ask for it, and needs a
        // provider then. Whoever was first has installed it; there is only one to choose.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let driver = Driver::shared()?;
        let mut wanted = DesiredCapabilities::chrome();
        for argument in [
            "--headless",
            // Its sandbox refuses root, and root is who runs tests in a container.
            "--no-sandbox",
            // `/dev/shm` of a container holds less than a page.
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-crash-reporter",
            "--disable-sync",
            "--hide-scrollbars",
            "--force-device-scale-factor=1",
        ] {
            wanted.add_arg(argument)?;
        }
        wanted.set_binary(&driver.browser.to_string_lossy())?;
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        let session = WebDriver::builder(&driver.url, wanted)
            .request_timeout(Duration::from_mins(1))
            .await
            .context("Chromium did not start")?;
        Ok(Self { session, expected: AtomicU16::new(0), _driver: driver, _place: place })
    }

    /// Ends the session. Dropping it would wait in vain for a connection that belongs to the
    /// runtime it blocks.
    pub(crate) async fn quit(self) {
        // The driver ends with this value, and the session with the driver at the latest.
        let _ = self.session.clone().quit().await;
    }

    /// Opens an address and waits until it has loaded.
    pub async fn goto(&self, url: &str) -> Result<()> {
        let opened = self.session.goto(url).await.map_err(Error::from);
        self.done(opened.with_context(|| format!("could not open {url}"))).await
    }

    /// Clicks the one element of this role and name, once it is there, and waits for the page that
    /// it leads to.
    pub async fn click(&self, role: Role, name: &str) -> Result<()> {
        let clicked = until(async || {
            let element = self.clickable(role, name).await?;
            Ok(element.click().await?)
        });
        self.done(clicked.await.context("could not click")).await
    }

    /// Puts `text` into the field with this label, in place of what is there. Of a select, chooses
    /// the option that reads so.
    pub async fn fill(&self, label: &str, text: &str) -> Result<()> {
        let filled = until(async || {
            let field = self.field(label).await?;
            if field.tag_name().await? == "select" {
                let script = "return [...arguments[0].options].find(o => o.text === arguments[1])";
                let arguments = vec![field.to_json()?, json!(text)];
                let option = self.session.execute(script, arguments).await?.element();
                let option = option.with_context(|| format!("“{label}” has no “{text}”"))?;
                return Ok(option.click().await?);
            }
            field.clear().await?;
            Ok(field.send_keys(text).await?)
        });
        self.done(filled.await.context("could not fill")).await
    }

    /// Waits until the page shows this text.
    pub async fn wait_for_text(&self, text: &str) -> Result<()> {
        let shown = until(async || {
            ensure!(self.text().await?.contains(text), "the page does not show “{text}”");
            Ok(())
        });
        self.done(shown.await).await
    }

    /// Opens everything that is folded away, to look at it.
    pub async fn open_all_details(&self) -> Result<()> {
        let script =
            "for (const fold of document.querySelectorAll('main details')) fold.open = true";
        self.session.execute(script, Vec::new()).await?;
        Ok(())
    }

    /// What a person can read on the page. Spaces that do not break, such as those in times of day,
    /// are plain ones here.
    pub async fn text(&self) -> Result<String> {
        let script = "return document.body ? document.body.innerText : ''";
        let text: String = self.session.execute(script, Vec::new()).await?.convert()?;
        Ok(text.replace(['\u{a0}', '\u{202f}'], " "))
    }

    /// The language that the page says it is in.
    pub async fn page_language(&self) -> Result<String> {
        let script = "return document.documentElement.lang";
        Ok(self.session.execute(script, Vec::new()).await?.convert()?)
    }

    /// Says that what happens next is answered with this status, which a browser logs as a failed
    /// request: for pages that are refusals, and forms that come back.
    pub fn expect_status(&self, status: u16) {
        self.expected.store(status, Ordering::Relaxed);
    }

    /// Fails with what the browser logged since it was asked last, but for what was expected.
    async fn complaints(&self) -> Result<()> {
        let expected = self.expected.swap(0, Ordering::Relaxed);
        let mut found = self.logged().await?;
        if expected != 0 {
            let text = format!("responded with a status of {expected} ");
            // The log is written beside the page and may be late.
            until(async || {
                found.extend(self.logged().await?);
                let before = found.len();
                found.retain(|entry| !entry.contains(&text));
                ensure!(found.len() < before, "nothing was answered with {expected}");
                Ok(())
            })
            .await?;
        }
        if found.is_empty() {
            return Ok(());
        }
        self.explained(Err(anyhow!("the browser complains:\n{}", found.join("\n")))).await
    }

    /// Takes from the log of the browser what a page must not cause.
    async fn logged(&self) -> Result<Vec<String>> {
        let entries = self.session.browser_log().await?;
        let bad = entries.into_iter().filter(|entry| {
            let serious = entry.level == "SEVERE" || entry.source.as_deref() == Some("security");
            // Chromium asks for it itself, once a session; no page does.
            serious && !entry.message.contains("/favicon.ico - Failed to load resource")
        });
        Ok(bad.map(|entry| entry.message).collect())
    }

    /// The outcome of a step, which failed if the browser complains.
    async fn done(&self, outcome: Result<()>) -> Result<()> {
        match outcome {
            Ok(()) => self.complaints().await,
            Err(_) => self.explained(outcome).await,
        }
    }

    /// Adds to a failure what the page is.
    async fn explained<T>(&self, outcome: Result<T>) -> Result<T> {
        let error = match outcome {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let title = self.session.title().await.unwrap_or_default();
        let url = self.session.current_url().await.map(String::from).unwrap_or_default();
        let text = self.text().await.unwrap_or_default();
        let shown: String = text.chars().take(SHOWN).collect();
        Err(anyhow!("{error:#}\nThe page “{title}” at {url} shows:\n{shown}"))
    }
}

/// Tries until it succeeds, or fails with the last failure.
async fn until<T>(mut step: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let deadline = Instant::now() + WAIT;
    loop {
        match step().await {
            Err(error) if Instant::now() >= deadline => {
                return Err(error.context(format!("not within {WAIT:?}")));
            }
            Err(_) => sleep(Duration::from_millis(50)).await,
            done => return done,
        }
    }
}
