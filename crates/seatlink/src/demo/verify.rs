//! The last step: reads every employee over SCIM, as any client would, and compares.

use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};
use reqwest::Client;
use seatlink_scim::fold;
use serde_json::Value;

use super::{
    course::{Expected, Traveller},
    report::{Report, Step},
};

const PAGE: usize = 500;
/// As many differences as a person wants to read.
const SHOWN: usize = 5;

struct Employee {
    active: bool,
    role: String,
}

pub(super) async fn compare(
    http: &Client,
    travellers: &[Traveller],
    report: &mut Report,
) -> Result<()> {
    let employees =
        read_all(http, &report.receiving.scim_base_url, &report.receiving.bearer_token).await?;
    let mut wrong = Vec::new();
    for traveller in travellers {
        let name = traveller.user_name.as_str();
        match (employees.get(&fold(name)), traveller.expected()) {
            (None, Expected::Active | Expected::Inactive) => {
                wrong.push(format!("{name} is missing"));
            }
            (Some(_), Expected::Absent) => wrong.push(format!("{name} should not be there")),
            (Some(found), expected) if found.active != (expected == Expected::Active) => {
                wrong.push(format!("{name} is active: {}", found.active));
            }
            (Some(found), _) if found.role != "Agent" => {
                wrong.push(format!("{name} has the role “{}”", found.role));
            }
            (None, Expected::Absent) | (Some(_), _) => {}
        }
    }
    let inactive = employees.values().filter(|employee| !employee.active).count();
    let evidence = if wrong.is_empty() {
        format!(
            "{} people read back over SCIM, each with the expected state and role; {inactive} are inactive.",
            travellers.len()
        )
    } else {
        let shown: Vec<_> = wrong.iter().take(SHOWN).map(String::as_str).collect();
        format!("{} differences: {}", wrong.len(), shown.join("; "))
    };
    report.steps.push(Step {
        step: "compared",
        title: "Both sides agree on everybody",
        ok: wrong.is_empty(),
        evidence,
    });
    Ok(())
}

async fn read_all(http: &Client, base: &str, token: &str) -> Result<HashMap<String, Employee>> {
    let mut employees = HashMap::new();
    let mut start = 1;
    loop {
        let url = format!("{base}/Users?startIndex={start}&count={PAGE}&excludedAttributes=groups");
        let response = http.get(&url).bearer_auth(token).send().await?;
        ensure!(response.status().is_success(), "{url} answers {}", response.status());
        let page: Value = serde_json::from_slice(&response.bytes().await?)?;
        let total = page.get("totalResults").and_then(Value::as_u64).context("totalResults")?;
        let resources = page.get("Resources").and_then(Value::as_array).context("Resources")?;
        for resource in resources {
            let name = resource.get("userName").and_then(Value::as_str).context("userName")?;
            let role = resource
                .pointer("/roles/0/display")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let active = resource.get("active").and_then(Value::as_bool).unwrap_or(true);
            employees.insert(fold(name), Employee { active, role });
        }
        start += resources.len();
        if resources.is_empty() || u64::try_from(start).unwrap_or(u64::MAX) > total {
            return Ok(employees);
        }
    }
}
