//! axe-core, other people's rules for pages that everybody can use. `cargo xtask test` fetches it.

use std::{env, fmt::Write as _};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::json;

use super::Browser;

/// Where the script is; the same name stands in `xtask`.
const SCRIPT: &str = "SEATLINK_TEST_AXE";

/// Runs the rules and answers violations alone: a page has hundreds of passes.
const RUN: &str = "
    const [rules, done] = arguments;
    const options = { resultTypes: ['violations'], ...rules };
    axe.run(document, options).then(
        found => done({ violations: found.violations }),
        error => done({ violations: [], error: String(error) }));
";

/// Which rules are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rules {
    All,
    /// Those that colours decide, for a page whose other rules were looked at in another scheme.
    Colors,
}

#[derive(Deserialize)]
struct Found {
    violations: Vec<Violation>,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Violation {
    id: String,
    impact: Option<String>,
    help: String,
    help_url: String,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    html: String,
    failure_summary: Option<String>,
}

impl Browser {
    /// Fails if a rule of impact *serious* or *critical* is violated, and says which, by which
    /// elements, and what to do.
    pub(super) async fn axe(&self, rules: Rules) -> Result<()> {
        let loaded = self.session.execute("return typeof axe === 'object'", Vec::new()).await?;
        if loaded.json() != true {
            let path = env::var_os(SCRIPT)
                .with_context(|| format!("{SCRIPT} is not set; run `cargo xtask test`"))?;
            let script = std::fs::read_to_string(&path)
                .with_context(|| format!("axe-core at {}", path.display()))?;
            self.session.execute(script, Vec::new()).await.context("axe-core does not load")?;
        }
        let only = match rules {
            Rules::All => json!({}),
            Rules::Colors => json!({ "runOnly": ["color-contrast", "link-in-text-block"] }),
        };
        let answer = self.session.execute_async(RUN, vec![only]).await?;
        let found: Found = answer.convert()?;
        ensure!(found.error.is_none(), "axe-core failed: {}", found.error.unwrap_or_default());
        let told = report(&found.violations);
        ensure!(told.is_empty(), "axe-core finds:\n{told}");
        Ok(())
    }
}

fn report(violations: &[Violation]) -> String {
    let mut text = String::new();
    for violation in violations {
        let Some(impact @ ("serious" | "critical")) = violation.impact.as_deref() else { continue };
        let Violation { id, help, help_url, nodes, .. } = violation;
        // Writing into a text cannot fail.
        let _ = writeln!(text, "{impact}: {id}: {help} ({help_url})");
        for node in nodes {
            let fix = node.failure_summary.as_deref().unwrap_or_default();
            let _ =
                writeln!(text, "    {}\n        {}", node.html, fix.replace('\n', "\n        "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_serious_is_reported_with_element_and_fix_and_the_rest_is_not() {
        let violation = |id: &str, impact: &str| Violation {
            id: id.to_owned(),
            impact: Some(impact.to_owned()),
            help: String::from("Elements must have names"),
            help_url: String::from("https://example.com/rule"),
            nodes: vec![Node {
                html: String::from("<button></button>"),
                failure_summary: Some(String::from("Fix any of the following:\n  Add a text")),
            }],
        };
        let found = [violation("button-name", "critical"), violation("region", "moderate")];
        assert_eq!(
            report(&found),
            "critical: button-name: Elements must have names (https://example.com/rule)\n    \
             <button></button>\n        Fix any of the following:\n          Add a text\n"
        );
    }
}
