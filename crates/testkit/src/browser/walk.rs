//! A walk: what a person does on the pages, in each language and at each width, looked at in both
//! colour schemes.

use std::{
    env, fs,
    ops::Deref,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;
use tokio::time::timeout;

use super::{Browser, Language, Scheme, Width, axe::Rules};

/// Where screenshots go; the same name stands in `xtask`.
const FOLDER: &str = "SEATLINK_TEST_SCREENSHOTS";

/// For one walk in one language at one width. It ends what hangs, not what is slow.
const LIMIT: Duration = Duration::from_mins(2);

/// A walk over the pages of one server.
///
/// ```no_run
/// # async fn example() -> anyhow::Result<()> {
/// use seatlink_testkit::browser::{Language, Role, Walk};
/// Walk::new("sign-in", "http://127.0.0.1:8080").run(async |pages| {
///     let button = match pages.language() {
///         Language::English => "Sign in",
///         Language::Chinese => "登录",
///     };
///     pages.goto("/login").await?;
///     pages.look("form").await?;
///     pages.click(Role::Button, button).await
/// }).await
/// # }
/// ```
pub struct Walk<'a> {
    name: &'static str,
    origin: &'a str,
}

impl<'a> Walk<'a> {
    /// `name` begins the names of its screenshots.
    pub const fn new(name: &'static str, origin: &'a str) -> Self {
        Self { name, origin }
    }

    /// Walks in each language at each width, each time as somebody without cookies.
    pub async fn run(&self, walk: impl AsyncFn(&Pages<'_>) -> Result<()>) -> Result<()> {
        let browser = Browser::new().await?;
        let outcome = self.run_in(&browser, walk).await;
        browser.quit().await;
        outcome
    }

    async fn run_in(
        &self,
        browser: &Browser,
        walk: impl AsyncFn(&Pages<'_>) -> Result<()>,
    ) -> Result<()> {
        for language in Language::ALL {
            for width in Width::ALL {
                let began = Instant::now();
                let pages = Pages { browser, walk: self, language, width };
                let name = format!("{}, {}, {}", self.name, language.tag(), width.word());
                let outcome = timeout(LIMIT, async {
                    pages.begin().await?;
                    walk(&pages).await
                });
                let outcome = outcome.await.with_context(|| format!("{LIMIT:?} were not enough"));
                let outcome = outcome.and_then(|ended| ended);
                if outcome.is_err() {
                    // What failed is said below; a picture of it is more than was asked for.
                    let picture =
                        format!("{}/failed-{}-{}", self.name, language.tag(), width.word());
                    let _ = browser.screenshot(&picture).await;
                }
                outcome.with_context(|| format!("walk {name}"))?;
                println!("walk {name}: {:.1} s", began.elapsed().as_secs_f64());
            }
        }
        Ok(())
    }
}

/// The browser of a walk in one language at one width.
pub struct Pages<'a> {
    browser: &'a Browser,
    walk: &'a Walk<'a>,
    language: Language,
    width: Width,
}

impl Deref for Pages<'_> {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        self.browser
    }
}

impl Pages<'_> {
    pub const fn language(&self) -> Language {
        self.language
    }

    pub const fn width(&self) -> Width {
        self.width
    }

    /// Opens a page of the server. `path` begins with `/`.
    pub async fn goto(&self, path: &str) -> Result<()> {
        self.browser.goto(&format!("{}{path}", self.walk.origin)).await
    }

    /// Looks at the page as it stands, in both colour schemes: a screenshot of the whole page,
    /// `WALK/PAGE-LANGUAGE-WIDTH-SCHEME.png`, and axe-core, which must find nothing serious.
    pub async fn look(&self, page: &str) -> Result<()> {
        for scheme in Scheme::ALL {
            self.color(scheme).await?;
            let (language, width) = (self.language.tag(), self.width.word());
            let word = scheme.word();
            let walk = self.walk.name;
            self.screenshot(&format!("{walk}/{page}-{language}-{width}-{word}")).await?;
            let rules = match scheme {
                Scheme::Light => Rules::All,
                Scheme::Dark => Rules::Colors,
            };
            let checked = self.axe(rules).await.with_context(|| format!("in {word} colours"));
            self.explained(checked).await?;
        }
        self.color(Scheme::Light).await?;
        self.complaints().await
    }

    async fn begin(&self) -> Result<()> {
        self.cdp("Network.clearBrowserCookies", json!({})).await?;
        self.speak(self.language).await?;
        self.resize(self.width).await?;
        self.color(Scheme::Light).await
    }
}

impl Browser {
    /// Saves the whole page as a PNG file in the folder of screenshots. `name` may have a `/` and
    /// has no ending.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        let metrics = self.cdp("Page.getLayoutMetrics", json!({})).await?;
        let size = &metrics["cssContentSize"];
        let parameters = json!({
            "format": "png",
            "captureBeyondViewport": true,
            "clip": { "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 },
        });
        let answer = self.cdp("Page.captureScreenshot", parameters).await?;
        let picture = BASE64_STANDARD.decode(answer["data"].as_str().unwrap_or_default())?;
        let path = folder().join(format!("{name}.png"));
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(&path, picture).with_context(|| format!("could not write {}", path.display()))
    }
}

/// Below the target directory, which is no part of the repository.
fn folder() -> PathBuf {
    let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/screenshots");
    env::var_os(FOLDER).map_or_else(|| PathBuf::from(usual), PathBuf::from)
}
