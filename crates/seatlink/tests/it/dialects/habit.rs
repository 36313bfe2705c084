//! One row of the tables, and the stage it is played on.

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use seatlink_scim::Quirk;
use serde_json::{Map, Value, json};

use crate::harness::{Answer, Service};

const JSON: &str = "application/scim+json";

/// What a client sends.
#[derive(Clone)]
pub(super) enum Body {
    None,
    Json(Value),
    /// The resource as it was read, with this laid over it.
    Echo(Value),
}

/// What a strict connection makes of it.
#[derive(Clone)]
pub(super) enum Strictly {
    /// The RFC allows it, so it is the same.
    Same,
    /// Nothing is changed.
    Refused(u16, Option<&'static str>),
    /// The RFC allows it, but means something else by it.
    Literal(Vec<Fact>),
}

/// Something that must hold afterwards.
#[derive(Clone)]
pub(super) enum Fact {
    /// A value of the answer, by JSON pointer.
    Answered(&'static str, Value),
    /// A value of the user.
    User(&'static str, Value),
    /// A value of the group.
    Group(&'static str, Value),
    /// The members of the group, in any order.
    Members(&'static [&'static str]),
}

/// A habit of a known client.
#[derive(Clone)]
pub(super) struct Habit {
    pub(super) id: &'static str,
    /// What it bends, with the clauses that each quirk names; nothing, if the RFC allows it.
    pub(super) bends: &'static [Quirk],
    method: Method,
    path: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    body: Body,
    pub(super) status: u16,
    pub(super) then: Vec<Fact>,
    strictly: Strictly,
}

impl Habit {
    /// A request that the RFC allows, answered with 200.
    fn new(id: &'static str, method: Method, path: &'static str, body: Body) -> Self {
        Self {
            id,
            bends: &[],
            method,
            path,
            headers: Vec::new(),
            body,
            status: 200,
            then: Vec::new(),
            strictly: Strictly::Same,
        }
    }

    pub(super) fn get(id: &'static str, path: &'static str) -> Self {
        Self::new(id, Method::GET, path, Body::None)
    }

    pub(super) fn delete(id: &'static str, path: &'static str) -> Self {
        Self::new(id, Method::DELETE, path, Body::None).status(204)
    }

    pub(super) fn post(id: &'static str, path: &'static str, body: Value) -> Self {
        Self::new(id, Method::POST, path, Body::Json(body)).status(201)
    }

    /// PUT of what was read, changed in these places.
    pub(super) fn echo(id: &'static str, path: &'static str, over: Value) -> Self {
        Self::new(id, Method::PUT, path, Body::Echo(over))
    }

    pub(super) fn patch_user(id: &'static str, operations: Value) -> Self {
        Self::new(id, Method::PATCH, "/Users/{user}", Body::Json(message(operations)))
    }

    pub(super) fn patch_group(id: &'static str, operations: Value) -> Self {
        Self::new(id, Method::PATCH, "/Groups/{group}", Body::Json(message(operations)))
    }

    pub(super) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(super) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(super) fn then(mut self, facts: impl IntoIterator<Item = Fact>) -> Self {
        self.then.extend(facts);
        self
    }

    /// Bends these, and is refused where nothing is bent.
    pub(super) fn bends(
        mut self,
        quirks: &'static [Quirk],
        status: u16,
        scim_type: Option<&'static str>,
    ) -> Self {
        self.bends = quirks;
        self.strictly = Strictly::Refused(status, scim_type);
        self
    }

    /// Bends these; by the letter it means something else.
    pub(super) fn means(
        mut self,
        quirks: &'static [Quirk],
        facts: impl IntoIterator<Item = Fact>,
    ) -> Self {
        self.bends = quirks;
        self.strictly = Strictly::Literal(facts.into_iter().collect());
        self
    }
}

fn message(operations: Value) -> Value {
    let mut message = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"] });
    message["Operations"] = operations;
    message
}

/// A user, a group and its two members, made for one habit.
pub(super) struct Stage<'a> {
    service: &'a Service,
    /// What `{…}` stands for.
    names: Vec<(&'static str, String)>,
}

impl<'a> Stage<'a> {
    pub(super) async fn set(service: &'a Service, id: &str) -> Result<Self> {
        let name = format!("{id}@example.com");
        let user = json!({
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            ],
            "userName": name,
            "externalId": format!("ext-{id}"),
            "displayName": "Pat Lee",
            "title": "Lead",
            "active": true,
            "name": { "givenName": "Pat", "familyName": "Lee" },
            "emails": [{ "value": name, "type": "work", "primary": true }],
            "addresses": [{ "type": "home", "region": "NV" }],
            "roles": [{ "value": "old", "primary": true }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                "department": "Sales",
                "manager": { "value": "the-boss" },
            },
        });
        let user = made(service, "/Users", &user).await?;
        let member = made(service, "/Users", &Service::body(&format!("m-{id}"))).await?;
        let other = made(service, "/Users", &Service::body(&format!("o-{id}"))).await?;
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": format!("Group {id}"),
            "members": [{ "value": user }, { "value": member }],
        });
        let group = made(service, "/Groups", &group).await?;
        let names = vec![
            ("{user}", user),
            ("{member}", member),
            ("{other}", other),
            ("{group}", group),
            ("{name}", name),
            ("{id}", id.to_owned()),
            ("{token}", service.token.clone()),
        ];
        Ok(Self { service, names })
    }

    fn fill(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    fn filled(&self, value: &Value) -> Result<Value> {
        Ok(serde_json::from_str(&self.fill(&value.to_string()))?)
    }

    pub(super) async fn play(&self, habit: &Habit) -> Result<Answer> {
        let url = format!("{}{}", self.service.scim.base(), self.fill(habit.path));
        let mut request = self.service.scim.http().request(habit.method.clone(), url);
        let has = |name: &str| habit.headers.iter().any(|(known, _)| *known == name);
        if !has("authorization") {
            request = request.bearer_auth(&self.service.token);
        }
        for (name, value) in &habit.headers {
            request = request.header(*name, self.fill(value));
        }
        let body = match &habit.body {
            Body::None => return Answer::of(request).await,
            Body::Json(body) => self.filled(body)?,
            Body::Echo(over) => {
                let read = self.service.scim.get(&self.fill(habit.path)).await?.expect(200)?;
                laid_over(read, self.filled(over)?)
            }
        };
        if !has("content-type") {
            request = request.header("content-type", JSON);
        }
        Answer::of(request.body(body.to_string())).await
    }

    pub(super) async fn play_strictly(&self, habit: &Habit) -> Result<()> {
        let before = self.everything().await?;
        let answer = self.play(habit).await?;
        match &habit.strictly {
            Strictly::Refused(status, scim_type) => {
                let said = answer.refusal(*status, *scim_type)?;
                let is_sentence = said.starts_with(|first: char| !first.is_ascii_lowercase())
                    && said.ends_with('.');
                ensure!(is_sentence, "“{said}” is no sentence");
                assert_eq!(self.everything().await?, before, "{}", habit.id);
            }
            Strictly::Same => {
                ensure!(answer.status == habit.status, "{} {}", answer.status, answer.text);
                self.check(&habit.then, &answer).await?;
            }
            Strictly::Literal(facts) => {
                ensure!(answer.status == habit.status, "{} {}", answer.status, answer.text);
                self.check(facts, &answer).await?;
            }
        }
        Ok(())
    }

    async fn everything(&self) -> Result<(String, String, u64)> {
        let user = self.service.scim.get(&self.fill("/Users/{user}")).await?.text;
        let group = self.service.scim.get(&self.fill("/Groups/{group}")).await?.text;
        Ok((user, group, self.service.scim.total().await?))
    }

    pub(super) async fn check(&self, facts: &[Fact], answer: &Answer) -> Result<()> {
        for fact in facts {
            let (document, pointer, wanted) = match fact {
                Fact::Answered(pointer, wanted) => (answer.json()?, pointer, wanted),
                Fact::User(pointer, wanted) => (self.read("/Users/{user}").await?, pointer, wanted),
                Fact::Group(pointer, wanted) => {
                    (self.read("/Groups/{group}").await?, pointer, wanted)
                }
                Fact::Members(wanted) => {
                    let group = self.read("/Groups/{group}").await?;
                    let members = group["members"].as_array().cloned().unwrap_or_default();
                    let mut found: Vec<String> =
                        members.iter().map(|member| text(&member["value"])).collect();
                    let mut wanted: Vec<String> =
                        wanted.iter().map(|name| self.fill(name)).collect();
                    found.sort();
                    wanted.sort();
                    ensure!(found == wanted, "members {found:?}, not {wanted:?}");
                    continue;
                }
            };
            let wanted = self.filled(wanted)?;
            let found = document.pointer(&self.fill(pointer)).cloned().unwrap_or_default();
            ensure!(found == wanted, "{pointer} is {found}, not {wanted}: {document}");
        }
        Ok(())
    }

    async fn read(&self, path: &str) -> Result<Value> {
        self.service.scim.get(&self.fill(path)).await?.expect(200)
    }
}

async fn made(service: &Service, path: &str, body: &Value) -> Result<String> {
    let made = service.scim.post(path, body).await?.expect(201)?;
    Ok(made["id"].as_str().context("an id")?.to_owned())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// As Okta writes back what it read: objects are merged, anything else takes its place.
fn laid_over(under: Value, over: Value) -> Value {
    match (under, over) {
        (Value::Object(mut under), Value::Object(over)) => {
            for (name, value) in over {
                let old = under.remove(&name).unwrap_or(Value::Object(Map::new()));
                under.insert(name, laid_over(old, value));
            }
            Value::Object(under)
        }
        (_, over) => over,
    }
}
