//! A target for tests: a small SCIM service and token endpoint in memory, on loopback, that writes
//! down what it is sent and can be made to misbehave.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
};
use reqwest::Url;
use serde_json::{Map, Value, json};
use tokio::{net::TcpListener, sync::Notify, task::AbortHandle, time::timeout};

/// One request as the target saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query, as they stood on the wire.
    pub(crate) target: String,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The parameters of a form body.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.body.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

/// An answer to give instead of the right one.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    /// Whether the request takes effect although its answer is replaced.
    effect: Effect,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Effect {
    None,
    Applied,
}

impl Reply {
    pub(crate) fn new(status: u16, body: &str) -> Self {
        Self { status, headers: Vec::new(), body: body.to_owned(), effect: Effect::None }
    }

    /// A SCIM error with this detail.
    pub(crate) fn error(status: u16, detail: &str) -> Self {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": status.to_string(),
            "detail": detail,
        });
        Self::new(status, &body.to_string())
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The request still does its work; only the answer is lost.
    pub(crate) fn after_effect(mut self) -> Self {
        self.effect = Effect::Applied;
        self
    }
}

#[derive(Default)]
struct Inner {
    users: Vec<Map<String, Value>>,
    made: usize,
    seen: Vec<Seen>,
    scripted: VecDeque<(String, Reply)>,
    /// The only `Authorization` that is let in, if any is asked for.
    accepted: Option<String>,
    tokens_given: usize,
    versions: bool,
}

/// A running target.
pub(crate) struct FakeTarget {
    pub(crate) origin: String,
    inner: Arc<Mutex<Inner>>,
    served: Arc<Notify>,
    server: AbortHandle,
}

impl Drop for FakeTarget {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl FakeTarget {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound socket has an address");
        let inner = Arc::new(Mutex::new(Inner::default()));
        let served = Arc::new(Notify::new());
        let state = (Arc::clone(&inner), Arc::clone(&served));
        let app = Router::new().fallback(serve).with_state(state);
        let task = tokio::spawn(async move { axum::serve(listener, app).await }).abort_handle();
        Self { origin: format!("http://{address}"), inner, served, server: task }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("{}/scim/v2", self.origin)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers the next request of this method with `reply`. `TOKEN` means the token endpoint.
    pub(crate) fn answer_next(&self, method: &str, reply: Reply) {
        self.inner().scripted.push_back((method.to_owned(), reply));
    }

    pub(crate) fn accept_only(&self, authorization: &str) {
        self.inner().accepted = Some(authorization.to_owned());
    }

    pub(crate) fn give_versions(&self) {
        self.inner().versions = true;
    }

    /// Puts an account there, as if it had always been, and gives its id.
    pub(crate) fn add_user(&self, user: Value) -> String {
        let Value::Object(user) = user else { return String::new() };
        self.inner().insert(user)
    }

    pub(crate) fn remove_users(&self) {
        self.inner().users.clear();
    }

    pub(crate) fn users(&self) -> Vec<Value> {
        self.inner().users.iter().cloned().map(Value::Object).collect()
    }

    /// Waits until requests have made this true of the accounts.
    pub(crate) async fn until(&self, holds: impl Fn(&[Value]) -> bool) {
        let wait = async {
            loop {
                let served = self.served.notified();
                if holds(&self.users()) {
                    return;
                }
                served.await;
            }
        };
        timeout(Duration::from_secs(20), wait).await.expect("the accounts should get there");
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.inner().seen.clone()
    }

    /// `GET /Users/…` per request since the last call, without the base path.
    pub(crate) fn take_lines(&self) -> Vec<String> {
        let seen = std::mem::take(&mut self.inner().seen);
        let line = |seen: &Seen| {
            let target = seen.target.strip_prefix("/scim/v2").unwrap_or(&seen.target);
            format!("{} {target}", seen.method)
        };
        seen.iter().map(line).collect()
    }
}

impl Inner {
    fn insert(&mut self, mut user: Map<String, Value>) -> String {
        self.made += 1;
        let id = format!("srv-{}", self.made);
        user.insert("id".into(), id.clone().into());
        user.insert("meta".into(), json!({"resourceType": "User"}));
        self.users.push(user);
        id
    }

    fn find(&self, id: &str) -> Option<usize> {
        self.users.iter().position(|user| user.get("id").and_then(Value::as_str) == Some(id))
    }

    fn named(&self, name: &str) -> Vec<Value> {
        let same = |user: &&Map<String, Value>| {
            user.get("userName")
                .and_then(Value::as_str)
                .is_some_and(|found| found.eq_ignore_ascii_case(name))
        };
        self.users.iter().filter(same).cloned().map(Value::Object).collect()
    }

    fn scripted(&mut self, method: &str) -> Option<Reply> {
        let at = self.scripted.iter().position(|(for_method, _)| for_method == method)?;
        self.scripted.remove(at).map(|(_, reply)| reply)
    }

    fn token(&mut self) -> Reply {
        self.tokens_given += 1;
        let token = format!("access-{}", self.tokens_given);
        self.accepted = Some(format!("Bearer {token}"));
        let body = json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 3600,
            "refresh_token": format!("refresh-{}", self.tokens_given),
        });
        Reply::new(200, &body.to_string())
    }

    fn scim(&mut self, seen: &Seen) -> Reply {
        let url = Url::parse(&format!("http://target{}", seen.target))
            .expect("a request target is a path and query");
        let id = url.path().strip_prefix("/scim/v2/Users/").map(str::to_owned);
        match (seen.method.as_str(), id.as_deref()) {
            ("GET", None) => self.list(&url),
            ("POST", None) => self.create(seen),
            (method, Some(id)) => match self.find(id) {
                None => Reply::error(404, "no such user"),
                Some(at) => {
                    match method {
                        "PUT" => self.replace(at, seen),
                        "PATCH" => self.patch(at, seen),
                        _ => {}
                    }
                    self.show(at, 200)
                }
            },
            _ => Reply::error(405, "not here"),
        }
    }

    fn list(&self, url: &Url) -> Reply {
        let filter = url.query_pairs().find(|(name, _)| name == "filter");
        let found = match filter {
            Some((_, filter)) => {
                let name = filter.split_once(" eq ").map(|(_, value)| value).unwrap_or_default();
                self.named(&serde_json::from_str::<String>(name).unwrap_or_default())
            }
            None => self.users.iter().take(2).cloned().map(Value::Object).collect(),
        };
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": found.len(),
            "startIndex": 1,
            "itemsPerPage": found.len(),
            "Resources": found,
        });
        Reply::new(200, &body.to_string())
    }

    fn create(&mut self, seen: &Seen) -> Reply {
        let Value::Object(user) = seen.json() else { return Reply::error(400, "no user") };
        let name = user.get("userName").and_then(Value::as_str).unwrap_or_default();
        if !self.named(name).is_empty() {
            return Reply::error(409, "userName is taken");
        }
        self.insert(user);
        self.show(self.users.len() - 1, 201)
    }

    fn replace(&mut self, at: usize, seen: &Seen) {
        if let Value::Object(user) = seen.json() {
            self.users[at] = user;
        }
    }

    /// Just enough of PATCH: `replace` of one attribute or sub-attribute.
    fn patch(&mut self, at: usize, seen: &Seen) {
        for operation in seen.json()["Operations"].as_array().into_iter().flatten() {
            let path = operation["path"].as_str().unwrap_or_default();
            let value = operation["value"].clone();
            let user = &mut self.users[at];
            match path.split_once('.') {
                Some((outer, inner)) => user[outer][inner] = value,
                None => {
                    user.insert(path.to_owned(), value);
                }
            }
        }
    }

    fn show(&self, at: usize, status: u16) -> Reply {
        let reply = Reply::new(status, &Value::Object(self.users[at].clone()).to_string());
        if self.versions { reply.with_header("etag", "W/\"7\"") } else { reply }
    }
}

type Shared = (Arc<Mutex<Inner>>, Arc<Notify>);

async fn serve(State((inner, served)): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let seen = Seen {
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
    let at_token_endpoint = seen.target.starts_with("/auth/token");
    let kind = if at_token_endpoint { "TOKEN" } else { &seen.method }.to_owned();
    inner.seen.push(seen.clone());
    let scripted = inner.scripted(&kind);
    let let_in =
        inner.accepted.as_deref().is_none_or(|accepted| accepted == seen.header("authorization"));
    let reply = match scripted {
        Some(reply) => {
            if reply.effect == Effect::Applied {
                inner.scim(&seen);
            }
            reply
        }
        None if at_token_endpoint => inner.token(),
        None if !let_in => Reply::error(401, "the token is not valid"),
        None => inner.scim(&seen),
    };
    drop(inner);
    served.notify_one();
    let mut response =
        Response::builder().status(reply.status).header("content-type", "application/scim+json");
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).expect("scripted headers are valid")
}
