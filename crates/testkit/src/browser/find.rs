//! Elements by what they are to a reader: their role and their name in Chromium's own accessibility
//! tree. What a screen reader cannot find, a walk cannot click.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use thirtyfour::WebElement;

use super::Browser;

/// What can be clicked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Button,
    Link,
    Tab,
    Checkbox,
    Radio,
    /// The `summary` of `details`.
    Disclosure,
}

impl Role {
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Button => &["button", "popUpButton", "toggleButton"],
            Self::Link => &["link"],
            Self::Tab => &["tab"],
            Self::Checkbox => &["checkbox", "switch"],
            Self::Radio => &["radio"],
            Self::Disclosure => &["DisclosureTriangle", "DisclosureTriangleGrouped"],
        }
    }
}

/// Roles of what takes text or a choice.
const FIELDS: &[&str] =
    &["textbox", "searchbox", "combobox", "listbox", "spinbutton", "Date", "DateTime", "InputTime"];

impl Browser {
    /// The one element that is a `role` and is named `name`.
    pub(super) async fn clickable(&self, role: Role, name: &str) -> Result<WebElement> {
        self.named(role.names(), name).await.with_context(|| format!("{role:?} “{name}”"))
    }

    /// The one field whose label is `label`.
    pub(super) async fn field(&self, label: &str) -> Result<WebElement> {
        self.named(FIELDS, label).await.with_context(|| format!("field “{label}”"))
    }

    async fn named(&self, roles: &[&str], name: &str) -> Result<WebElement> {
        let document = self.cdp("Runtime.evaluate", json!({ "expression": "document" })).await?;
        let parameters =
            json!({ "objectId": document["result"]["objectId"], "accessibleName": name });
        let found = self.cdp("Accessibility.queryAXTree", parameters).await?;
        let nodes = found["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let shown: Vec<&Value> = nodes.iter().filter(|node| node["ignored"] != true).collect();
        let role = |node: &Value| node["role"]["value"].as_str().unwrap_or_default().to_owned();
        let fits = |node: &&Value| roles.iter().any(|own| own.eq_ignore_ascii_case(&role(node)));
        match shown.iter().copied().filter(fits).collect::<Vec<_>>()[..] {
            [node] => self.element(&node["backendDOMNodeId"]).await,
            [] => {
                let others: Vec<String> = shown.into_iter().map(role).collect();
                bail!("is not on the page; of this name are: {}", others.join(", "))
            }
            [_, _, ..] => bail!("is there more than once, so a reader cannot tell which is meant"),
        }
    }

    /// The driver knows elements that a script answers, so the node is handed over by a property of
    /// the window.
    async fn element(&self, node: &Value) -> Result<WebElement> {
        let resolved = self.cdp("DOM.resolveNode", json!({ "backendNodeId": node })).await?;
        let keep = json!({
            "objectId": resolved["object"]["objectId"],
            "functionDeclaration": "function () { window.__seatlink_found = this }",
        });
        self.cdp("Runtime.callFunctionOn", keep).await?;
        let script =
            "const found = window.__seatlink_found; delete window.__seatlink_found; return found";
        Ok(self.session.execute(script, Vec::new()).await?.element()?)
    }
}
