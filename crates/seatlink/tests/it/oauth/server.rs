//! One running server with a business unit, two people and an application; and a browser that
//! follows nothing by itself.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use reqwest::{
    Client, Method, StatusCode,
    header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE},
};
use serde_json::Value;
use tempfile::TempDir;
use url::Url;

pub(crate) const CALLBACK: &str =
    "https://system-admin.okta.com/admin/app/cpc/seat_1/oauth/callback";
pub(crate) const SIGNED_OUT: &str = "https://app.example.com/bye";
pub(crate) const ADMIN: &str = "ada@example.com";
pub(crate) const AGENT: &str = "gus@example.com";
pub(crate) const PASSWORD: &str = "an umbrella for two";

pub(crate) struct Server {
    process: Child,
    pub(crate) origin: String,
    pub(crate) tenant: String,
    pub(crate) client_id: String,
    pub(crate) secret: String,
    http: Client,
    _directory: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, which a test would have noticed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn run(data: &Path, arguments: &[&str]) -> Result<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_seatlink"))
        .arg("--data")
        .arg(data)
        .arg("--json")
        .args(arguments)
        .stdin(Stdio::null())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{arguments:?}: {said}");
    Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
}

fn text(value: &Value, key: &str) -> Result<String> {
    Ok(value[key].as_str().with_context(|| format!("{key} in {value}"))?.to_owned())
}

impl Server {
    pub(crate) fn start() -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let data = directory.path().join("data");
        let tenant =
            run(&data, &["tenant", "create", "--business-unit", "4711", "--name", "Acme <Ltd>"])?;
        run(&data, &["role", "permit", "Administrator", "scim"])?;
        for (name, role) in [(ADMIN, "Administrator"), (AGENT, "Agent")] {
            let person =
                ["--given-name", "Augusta", "--family-name", "Byron", "--password", PASSWORD];
            let arguments = [&["user", "create", "--user-name", name, "--role", role], &person[..]];
            run(&data, &arguments.concat())?;
        }
        let app = run(
            &data,
            &[
                "app",
                "register",
                "--name",
                "Okta CXone Integration",
                "--contact",
                "dev@example.com",
                "--redirect-url",
                CALLBACK,
                "--logout-url",
                SIGNED_OUT,
            ],
        )?;
        let mut process = Command::new(env!("CARGO_BIN_EXE_seatlink"))
            .arg("--data")
            .arg(&data)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut first = String::new();
        BufReader::new(process.stdout.take().context("its output is piped")?)
            .read_line(&mut first)?;
        let ready: Value = serde_json::from_str(&first)?;
        // Whoever was first has installed it; there is only one to choose.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self {
            process,
            origin: format!("http://{}", text(&ready, "listening")?),
            tenant: text(&tenant, "id")?,
            client_id: text(&app, "client_id")?,
            secret: text(&app, "client_secret")?,
            http,
            _directory: directory,
        })
    }

    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { server: self, cookies: Vec::new(), language: "en" }
    }

    /// The authorize URL as the guide has it configured, with what Okta appends.
    pub(crate) fn authorize(&self, more: &[(&str, &str)]) -> String {
        let parameters = [
            ("scope", "openid"),
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", CALLBACK),
            ("state", "st-1"),
        ];
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .extend_pairs(more)
            .finish();
        format!("/auth/authorize?scope=openid&{query}")
    }

    /// A request of a program: form and headers as given.
    pub(crate) async fn call(
        &self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Result<Answer> {
        let mut request = self.http.post(format!("{}{path}", self.origin));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        // After the headers: it leaves a content type alone that is there already.
        Answer::of(request.form(form).send().await?).await
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let mut request = self.http.get(format!("{}{path}", self.origin));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.send().await?).await
    }

    /// A request of the registered client, with its secret in the body.
    pub(crate) async fn as_client(&self, path: &str, form: &[(&str, &str)]) -> Result<Answer> {
        let own = [("client_id", self.client_id.as_str()), ("client_secret", &self.secret)];
        self.call(path, &[form, &own].concat(), &[]).await
    }

    /// Signs the administrator in, agrees, and redeems the code: the token answer.
    pub(crate) async fn connect(&self, browser: &mut Browser<'_>) -> Result<Value> {
        let code = browser.agree(&self.authorize(&[])).await?;
        let form =
            [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", CALLBACK)];
        self.as_client("/auth/token", &form).await?.json()
    }
}

/// What came back, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    async fn of(response: reqwest::Response) -> Result<Self> {
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Self { status, headers, body: response.text().await? })
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).with_context(|| format!("{self:?}"))
    }

    pub(crate) fn location(&self) -> Result<&str> {
        ensure!(self.status == StatusCode::SEE_OTHER, "{self:?}");
        Ok(self.header(LOCATION.as_str()))
    }

    /// A parameter of the address this redirects to.
    pub(crate) fn sent(&self, name: &str) -> Result<String> {
        let url = Url::parse(self.location()?)?;
        let found = url.query_pairs().find(|(own, _)| own == name);
        Ok(found.with_context(|| format!("{name} in {url}"))?.1.into_owned())
    }

    /// The hidden fields of the page's form.
    pub(crate) fn hidden(&self) -> Vec<(String, String)> {
        let field = |tag: &str, name: &str| {
            let (_, rest) = tag.split_once(&format!("{name}=\""))?;
            Some(rest.split_once('"')?.0.replace("&#38;", "&"))
        };
        self.body
            .split("<input")
            .skip(1)
            .filter(|tag| tag.contains("type=\"hidden\""))
            .filter_map(|tag| Some((field(tag, "name")?, field(tag, "value")?)))
            .collect()
    }
}

/// Keeps cookies and nothing else.
pub(crate) struct Browser<'a> {
    server: &'a Server,
    cookies: Vec<(String, String)>,
    pub(crate) language: &'static str,
}

impl Browser<'_> {
    pub(crate) async fn open(&mut self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn submit(
        &mut self,
        path: &str,
        page: &Answer,
        more: &[(&str, &str)],
    ) -> Result<Answer> {
        let hidden = page.hidden();
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        // What a test says of a field stands instead of what the page says.
        for (name, value) in &hidden {
            if !more.iter().any(|(own, _)| own == name) {
                form.append_pair(name, value);
            }
        }
        let body = form.extend_pairs(more).finish();
        self.send(Method::POST, path, Some(body)).await
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<String>) -> Result<Answer> {
        let mut request = self
            .server
            .http
            .request(method, format!("{}{path}", self.server.origin))
            .header("accept-language", self.language)
            .header("sec-fetch-site", "same-origin");
        let cookies: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request = request.header(COOKIE, cookies.join("; "));
        if let Some(form) = form {
            request =
                request.header("content-type", "application/x-www-form-urlencoded").body(form);
        }
        let answer = Answer::of(request.send().await?).await?;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').context("a cookie has a value")?;
            self.cookies.retain(|(own, _)| own != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        Ok(answer)
    }

    /// From an address that wants somebody signed in to the answer after signing in.
    pub(crate) async fn sign_in(&mut self, path: &str, user_name: &str) -> Result<Answer> {
        let login = self.open(path).await?.location()?.to_owned();
        let page = self.open(&login).await?;
        let filled = [("user_name", user_name), ("password", PASSWORD)];
        let back = self.submit("/login", &page, &filled).await?.location()?.to_owned();
        self.open(&back).await
    }

    /// Signs the administrator in and allows what is asked; the code.
    pub(crate) async fn agree(&mut self, path: &str) -> Result<String> {
        let consent = self.sign_in(path, ADMIN).await?;
        ensure!(consent.status == StatusCode::OK, "{consent:?}");
        self.submit("/auth/authorize", &consent, &[("decision", "allow")]).await?.sent("code")
    }
}
