//! How a page is looked at: its language, its colours and its width. All three change within a
//! session, because a new session takes a second or two.

use anyhow::Result;
use serde_json::{Value, json};

/// A language of the product, as the browser asks for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    English,
    Chinese,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// As `lang` of a page and as names of screenshots have it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// Plain tags: Chromium adds the weights of `Accept-Language` itself, and doubles those that
    /// are there.
    const fn accepted(self) -> &'static str {
        match self {
            Self::English => "en-US,en",
            Self::Chinese => "zh-CN,zh",
        }
    }
}

/// The preferred colours of the reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    Light,
    Dark,
}

impl Scheme {
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The window that the page has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Width {
    /// 1280 by 900.
    Desktop,
    /// 360 by 740, as a mobile browser lays pages out.
    Phone,
}

impl Width {
    pub const ALL: [Self; 2] = [Self::Desktop, Self::Phone];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Phone => "phone",
        }
    }
}

impl super::Browser {
    /// Changes `Accept-Language` of what is requested from now on, and `navigator.language`.
    pub async fn speak(&self, language: Language) -> Result<()> {
        let version = self.cdp("Browser.getVersion", json!({})).await?;
        let parameters =
            json!({ "userAgent": version["userAgent"], "acceptLanguage": language.accepted() });
        self.cdp("Emulation.setUserAgentOverride", parameters).await?;
        Ok(())
    }

    /// Changes `prefers-color-scheme` of the page that is open and of those to come.
    pub async fn color(&self, scheme: Scheme) -> Result<()> {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme.word() },
            // Colours halfway between two schemes are not what a reader sees.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        Ok(())
    }

    /// Changes the window of the page that is open and of those to come.
    pub async fn resize(&self, width: Width) -> Result<()> {
        let metrics = match width {
            Width::Desktop => {
                json!({ "width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": false })
            }
            Width::Phone => {
                json!({ "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true })
            }
        };
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// A command of the DevTools protocol.
    pub(super) async fn cdp(&self, method: &str, parameters: Value) -> Result<Value> {
        Ok(self.session.cdp().send_raw(method, parameters).await?)
    }
}
