//! Plays one step of a transcript and checks the answer.

use std::collections::HashMap;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use url::Url;

use crate::harness::Answer;

pub(super) struct Player {
    http: Client,
    /// Where each target of a step is; steps without a target go to `scim`.
    targets: HashMap<&'static str, String>,
    variables: HashMap<String, Value>,
}

/// The steps of a transcript.
pub(super) fn steps(transcript: &str) -> Result<Vec<Value>> {
    let mut file: Value = serde_json::from_str(transcript).context("a transcript")?;
    match file["steps"].take() {
        Value::Array(steps) => Ok(steps),
        other => bail!("the steps are a list, not {other}"),
    }
}

pub(super) fn id(step: &Value) -> &str {
    step["id"].as_str().unwrap_or_default()
}

impl Player {
    pub(super) fn new(http: Client, targets: &[(&'static str, String)]) -> Self {
        Self { http, targets: targets.iter().cloned().collect(), variables: HashMap::new() }
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.variables.insert(name.to_owned(), value.into());
    }

    pub(super) async fn play(&mut self, step: &Value) -> Result<()> {
        let answer = Answer::of(self.request(step)?).await;
        self.check(step, &answer?).with_context(|| format!("step {}", id(step)))
    }

    fn request(&self, step: &Value) -> Result<RequestBuilder> {
        let target = step["target"].as_str().unwrap_or("scim");
        let base = self.targets.get(target).with_context(|| format!("no target {target}"))?;
        let path = self.fill(step["path"].as_str().unwrap_or_default())?;
        let mut url = Url::parse(&format!("{base}{path}"))?;
        for (name, value) in self.pairs(&step["query"])? {
            url.query_pairs_mut().append_pair(&name, &value);
        }
        let method: Method = step["method"].as_str().context("a method")?.parse()?;
        let mut request = self.http.request(method, url);
        for (name, value) in self.pairs(&step["headers"])? {
            request = request.header(name, value);
        }
        if let [user, password] = self.list(&step["basic"])?.as_slice() {
            request = request.basic_auth(user, Some(password));
        }
        if step["form"].is_object() {
            // Its own content type would be a second one where the step names it.
            let form = self.pairs(&step["form"])?;
            let body =
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
            if step["headers"]["Content-Type"].is_null() {
                request = request.header("content-type", "application/x-www-form-urlencoded");
            }
            request = request.body(body);
        }
        match &step["body"] {
            Value::Null => Ok(request),
            body => Ok(request.body(self.filled(body)?.to_string())),
        }
    }

    fn check(&mut self, step: &Value, answer: &Answer) -> Result<()> {
        let expect = &step["expect"];
        let allowed = expect["status"].as_array().context("expected statuses")?;
        let said = || format!("{} {}", answer.status, answer.text);
        ensure!(allowed.iter().any(|status| *status == answer.status), "{}", said());
        if expect["noRedirect"] == true {
            ensure!(answer.header("location").is_empty(), "sent to {}", answer.header("location"));
        }
        for (name, pattern) in expect["headers"].as_object().into_iter().flatten() {
            let (value, pattern) = (answer.header(name), pattern.as_str().unwrap_or_default());
            // The patterns that occur: a text, at the beginning or anywhere.
            let matches = match pattern.strip_prefix('^') {
                Some(start) => value.starts_with(start),
                None => value.contains(pattern),
            };
            ensure!(matches, "{name}: {value} is not {pattern}");
        }
        let assertions = expect["assert"].as_array();
        let captures = step["capture"].as_object();
        if assertions.is_none() && captures.is_none() {
            return Ok(());
        }
        let body = answer.json()?;
        for assertion in assertions.into_iter().flatten() {
            let wanted = self.filled(&assertion["value"])?;
            let path = assertion["path"].as_str().context("a path")?;
            let found = at(&body, path);
            let operation = assertion["op"].as_str().context("an operator")?;
            let holds = holds(operation, found, &wanted, &body)?;
            ensure!(holds, "{path} {operation} {wanted}: {}", said());
        }
        for (name, path) in captures.into_iter().flatten() {
            let found = at(&body, path.as_str().unwrap_or_default());
            let value = found.with_context(|| format!("{path} is not there: {}", said()))?;
            self.variables.insert(name.clone(), value.clone());
        }
        Ok(())
    }

    fn pairs(&self, object: &Value) -> Result<Vec<(String, String)>> {
        let members = object.as_object().into_iter().flatten();
        members.map(|(name, value)| Ok((name.clone(), self.fill(text(value))?))).collect()
    }

    fn list(&self, array: &Value) -> Result<Vec<String>> {
        array.as_array().into_iter().flatten().map(|value| self.fill(text(value))).collect()
    }

    /// A copy with every placeholder filled in; one that stands alone keeps its type.
    fn filled(&self, value: &Value) -> Result<Value> {
        match value {
            Value::String(text) => match placeholder(text) {
                Some((0, end, name)) if end == text.len() => Ok(self.variable(name)?.clone()),
                _ => Ok(self.fill(text)?.into()),
            },
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(members) => {
                let filled =
                    members.iter().map(|(name, value)| Ok((name.clone(), self.filled(value)?)));
                Ok(Value::Object(filled.collect::<Result<_>>()?))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.clone()),
        }
    }

    fn fill(&self, template: &str) -> Result<String> {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((start, end, name)) = placeholder(rest) {
            filled.push_str(&rest[..start]);
            filled.push_str(text(self.variable(name)?));
            rest = &rest[end..];
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn variable(&self, name: &str) -> Result<&Value> {
        self.variables.get(name).with_context(|| format!("{name} is not known yet"))
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Start, end and name of the first placeholder.
fn placeholder(text: &str) -> Option<(usize, usize, &str)> {
    let start = text.find("{{")?;
    let end = start + text[start..].find("}}")?;
    Some((start, end + 2, &text[start + 2..end]))
}

/// The value at `$.a.b[0].c`.
fn at<'a>(root: &'a Value, path: &str) -> Option<&'a Value> {
    path.strip_prefix("$.")?.split(['.', '[']).try_fold(root, |value, part| {
        match part.strip_suffix(']') {
            Some(index) => value.get(index.parse::<usize>().ok()?),
            None => value.get(part),
        }
    })
}

fn holds(operation: &str, found: Option<&Value>, wanted: &Value, body: &Value) -> Result<bool> {
    let number = |value: &Value| value.as_f64();
    Ok(match operation {
        "equals" => found == Some(wanted),
        "notEquals" => found != Some(wanted),
        "equalsIgnoreCase" => {
            found.and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(text(wanted)))
        }
        "contains" => match found {
            Some(Value::Array(items)) => items.contains(wanted),
            Some(Value::String(own)) => own.contains(text(wanted)),
            _ => false,
        },
        "notEmpty" => found.is_some_and(|value| !is_empty(value)),
        "emptyOrAbsent" => found.is_none_or(is_empty),
        "exists" => found.is_some(),
        "absent" => found.is_none(),
        "isInt" => found.is_some_and(|value| value.is_i64() || value.is_u64()),
        "isBool" => found.is_some_and(Value::is_boolean),
        "isString" => found.is_some_and(Value::is_string),
        "isArray" => found.is_some_and(Value::is_array),
        "isArrayIfTotalPositive" => body["totalResults"] == 0 || found.is_some_and(Value::is_array),
        "gte" => found.and_then(number) >= number(wanted) && found.is_some(),
        "lte" => found.and_then(number) <= number(wanted) && found.is_some(),
        unknown => bail!("there is no operator {unknown}"),
    })
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
