//! Callers of the SCIM service: one that speaks it well, and one that sends bytes as they are.

use anyhow::{Context as _, Result, ensure};
use reqwest::{
    Client, Method,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A provisioning client with a token.
#[derive(Clone)]
pub(crate) struct Scim {
    http: Client,
    base: String,
    token: String,
}

/// One request that is not like the others.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Scim {
    pub(crate) fn new(http: Client, origin: &str, token: &str) -> Self {
        Self { http, base: format!("{origin}/scim/v2"), token: token.to_owned() }
    }

    /// The same caller with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn http(&self) -> &Client {
        &self.http
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer> {
        self.call(Call { method: Method::GET, path, headers: &[], body: None }).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Method::PUT, path, body).await
    }

    /// A PATCH with these operations.
    pub(crate) async fn patch(&self, path: &str, operations: Value) -> Result<Answer> {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        self.send(Method::PATCH, path, &body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Answer> {
        self.call(Call { method: Method::DELETE, path, headers: &[], body: None }).await
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Result<Answer> {
        let headers = &[("content-type", "application/scim+json")];
        self.call(Call { method, path, headers, body: Some(body.to_string()) }).await
    }

    pub(crate) async fn call(&self, call: Call<'_>) -> Result<Answer> {
        let url = format!("{}{}", self.base, call.path);
        let mut request = self.http.request(call.method, url).bearer_auth(&self.token);
        for (name, value) in call.headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = call.body {
            request = request.body(body);
        }
        Answer::of(request).await
    }

    /// Whoever has this user name, as an identity provider looks people up.
    pub(crate) async fn find(&self, user_name: &str) -> Result<Option<Value>> {
        let filter = format!("userName eq {}", Value::from(user_name));
        let url =
            url::Url::parse_with_params(&format!("{}/Users", self.base), [("filter", filter)])?;
        let page = Answer::of(self.http.get(url).bearer_auth(&self.token)).await?.expect(200)?;
        let found = page["Resources"].as_array().context("a page of users")?;
        ensure!(found.len() <= 1, "{} users are named {user_name}", found.len());
        Ok(found.first().cloned())
    }

    /// The user of that name, who must exist.
    pub(crate) async fn user(&self, user_name: &str) -> Result<Value> {
        self.find(user_name).await?.with_context(|| format!("there is no {user_name}"))
    }

    pub(crate) async fn total(&self) -> Result<u64> {
        let page = self.get("/Users?count=0").await?.expect(200)?;
        page["totalResults"].as_u64().context("totalResults")
    }
}

impl Answer {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Result<Self> {
        let response = request.send().await.context("an answer")?;
        Ok(Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }

    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.text)
            .with_context(|| format!("{} with “{}” is no JSON", self.status, self.text))
    }

    /// The body of an answer that must have this status.
    pub(crate) fn expect(&self, status: u16) -> Result<Value> {
        ensure!(self.status == status, "{} instead of {status}: {}", self.status, self.text);
        self.json()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The sentence of a refusal, which must have the shape of RFC 7644 §3.12.
    pub(crate) fn refusal(&self, status: u16, scim_type: Option<&str>) -> Result<String> {
        let body = self.expect(status)?;
        let said = || format!("{} {}", self.status, self.text);
        ensure!(self.header(CONTENT_TYPE.as_str()) == "application/scim+json", "{}", said());
        ensure!(body["schemas"] == json!([ERROR]), "{}", said());
        ensure!(body["status"].as_str() == Some(&*status.to_string()), "{}", said());
        ensure!(body.get("scimType").and_then(Value::as_str) == scim_type, "{}", said());
        let detail = body["detail"].as_str().filter(|text| !text.is_empty());
        Ok(detail.with_context(said)?.to_owned())
    }
}

/// What the server answers to exactly these bytes, before it closes the connection: no client
/// library tidies them up.
pub(crate) async fn raw(origin: &str, request: &[u8]) -> Result<String> {
    let authority = origin.strip_prefix("http://").context("an origin without TLS")?;
    let mut stream = TcpStream::connect(authority).await?;
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The status that a request with exactly this target gets.
pub(crate) async fn raw_status(origin: &str, target: &str) -> Result<u16> {
    let authority = origin.strip_prefix("http://").context("an origin without TLS")?;
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    let text = raw(origin, request.as_bytes()).await?;
    let status = text.split(' ').nth(1).context("a status line")?;
    Ok(status.parse()?)
}
