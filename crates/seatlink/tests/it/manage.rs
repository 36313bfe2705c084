//! The management API: what it refuses and how, and that its document says what is served.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use seatlink_domain::{
    Actor,
    access::tokens::{self, TokenScope},
    log,
    tenants::Profile,
};
use serde_json::{Value, json};

use super::harness::{Answer, Ground, Service, on_each_database};

/// A program with a token for everything, and the integration and connection that it looks at.
struct Program<'a> {
    ground: &'a Ground,
    actor: Actor,
    token: String,
    integration: String,
    connection: String,
}

impl<'a> Program<'a> {
    async fn new(ground: &'a Ground) -> Result<Self> {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let (platform, actor) = (ground.platform(), service.actor);
        let (id, token) = tokens::create(platform, &actor, "Api", TokenScope::Admin, None).await?;
        let token = token.expose().to_owned();
        let (integration, connection) = (String::new(), id.to_string());
        let mut program = Self { ground, actor, token, integration, connection };
        let new = json!({ "label": "Field", "login_page_url": "https://app.example.com/" });
        let made = program.send(Method::POST, "/integrations", &new).await?.expect(201)?;
        made["id"].as_str().context("an id")?.clone_into(&mut program.integration);
        Ok(program)
    }

    fn request(&self, method: Method, below: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/manage/v1{below}", self.ground.sides.sending);
        self.ground.http.request(method, url).bearer_auth(&self.token)
    }

    async fn send(&self, method: Method, below: &str, body: &Value) -> Result<Answer> {
        Answer::of(self.request(method, below).json(body)).await
    }

    async fn put(&self, below: &str, body: &Value) -> Result<Answer> {
        let below = format!("/integrations/{}/{below}", self.integration);
        self.send(Method::PUT, &below, body).await
    }

    async fn show(&self) -> Result<Value> {
        let below = format!("/integrations/{}", self.integration);
        Answer::of(self.request(Method::GET, &below)).await?.expect(200)
    }

    async fn log_length(&self) -> Result<usize> {
        Ok(log::latest(self.ground.platform(), &self.actor, 1_000).await?.len())
    }
}

async fn document(ground: &Ground, origin: &str) -> Result<Value> {
    Answer::of(ground.http.get(format!("{origin}/openapi.json"))).await?.expect(200)
}

#[tokio::test]
async fn a_member_that_is_not_known_is_refused_by_name_in_every_body() -> Result<()> {
    on_each_database(async |ground| {
        let program = Program::new(ground).await?;
        let before = program.show().await?;
        let document = document(ground, &ground.sides.sending).await?;
        let mut asked = BTreeSet::new();
        for (path, item) in document["paths"].as_object().context("paths")? {
            let Some(below) = path.strip_prefix("/manage/v1") else { continue };
            let id = if below.starts_with("/connections") {
                &program.connection
            } else {
                &program.integration
            };
            for (method, operation) in item.as_object().context("operations")? {
                // A file has rules of its own.
                if operation["requestBody"].is_null() || operation["operationId"] == "importPeople" {
                    continue;
                }
                let method = Method::from_bytes(method.to_uppercase().as_bytes())?;
                let body = json!({ "surplus": 1 });
                let refused = program.send(method, &below.replace("{id}", id), &body).await?;
                let refused = refused.expect(400).with_context(|| path.clone())?;
                let error = &refused["error"];
                ensure!(error["code"] == "bad-request" && error["status"] == 400, "{refused}");
                ensure!(error["fields"][0]["field"] == "surplus", "{path}: {refused}");
                ensure!(error["message"].as_str().is_some_and(|text| text.contains("surplus")));
                ensure!(error["request_id"].is_string(), "{refused}");
                asked.insert(path.clone());
            }
        }
        ensure!(asked.len() == 9, "{asked:?}");
        assert_eq!(program.show().await?, before);
        let nested = json!({ "base_url": "https://app.example.com/scim", "auth": { "mode": "header" },
            "actions": { "push_new_userz": false } });
        let refused = program.put("connection", &nested).await?.expect(400)?;
        assert_eq!(refused["error"]["fields"][0]["field"], "actions.push_new_userz");
        let auth = json!({ "base_url": "https://app.example.com/scim",
            "auth": { "mode": "header", "username": "u" } });
        let refused = program.put("connection", &auth).await?.expect(400)?;
        ensure!(refused["error"]["message"].as_str().is_some_and(|text| text.contains("username")));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_put_keeps_what_it_does_not_name() -> Result<()> {
    on_each_database(async |ground| {
        let program = Program::new(ground).await?;
        let all =
            json!({ "create_users": true, "update_user_attributes": true, "deactivate_users": true });
        let set = program.put("to-app", &all).await?.expect(200)?;
        assert_eq!(set["settings"]["to_app"], all);
        let rows = program.log_length().await?;
        let kept = program.put("to-app", &json!({})).await?.expect(200)?;
        assert_eq!(kept, set);
        program.put("to-app", &json!({ "create_userz": false })).await?.expect(400)?;
        assert_eq!(program.log_length().await?, rows, "nothing happened, and nothing is told");
        let one = program.put("to-app", &json!({ "update_user_attributes": false })).await?;
        let expected =
            json!({ "create_users": true, "update_user_attributes": false, "deactivate_users": true });
        assert_eq!(one.expect(200)?["settings"]["to_app"], expected);

        program.put("scim-provisioning", &json!({ "enabled": true })).await?.expect(200)?;
        let auth = json!({ "mode": "oauth2", "client_id": "c",
            "token_endpoint": "https://as.example.com/token",
            "authorization_endpoint": "https://as.example.com/authorize" });
        let whole = json!({ "base_url": "https://app.example.com/scim", "auth": auth,
            "actions": { "push_new_users": false }, "update_style": "patch", "concurrency": 3 });
        program.put("connection", &whole).await?.expect(200)?;
        let short = json!({ "base_url": "https://app.example.com/scim", "auth": auth });
        let set = program.put("connection", &short).await?.expect(200)?;
        let expected = json!({
            "base_url": "https://app.example.com/scim", "unique_identifier": "userName",
            "actions": { "push_new_users": false, "push_profile_updates": true },
            "auth": auth, "update_style": "patch", "concurrency": 3,
        });
        assert_eq!(set["settings"]["connection"], expected);

        let policy = format!("/connections/{}/policy", program.connection);
        let put = async |body: Value| program.send(Method::PUT, &policy, &body).await?.expect(200);
        put(json!({ "leniency": "strict", "existing": { "user_name": "restore" } })).await?;
        let kept = put(json!({ "existing": { "email": "create" } })).await?;
        let existing = json!({ "user_name": "restore", "external_id": "conflict", "email": "create" });
        assert_eq!(kept["policy"], json!({ "leniency": "strict", "existing": existing }));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nothing_is_below_api() -> Result<()> {
    on_each_database(async |ground| {
        let program = Program::new(ground).await?;
        for origin in [&ground.sides.receiving, &ground.sides.sending] {
            for path in ["/api/v1/integrations", "/api/v1/connections", "/api/v1", "/api"] {
                let request = ground.http.get(format!("{origin}{path}"));
                let answer = Answer::of(request.bearer_auth(&program.token)).await?.expect(404)?;
                ensure!(answer["error"]["code"] == "not-found", "{answer}");
            }
        }
        Ok(())
    })
    .await
}

/// The management API is derived from its router; the rest of the document is written beside it.
/// TRACE is taken by nothing, and the answer names the methods that are.
#[tokio::test]
async fn the_document_and_the_router_agree_on_the_methods_of_every_address() -> Result<()> {
    on_each_database(async |ground| {
        for origin in [&ground.sides.receiving, &ground.sides.sending] {
            let document = document(ground, origin).await?;
            for (path, item) in document["paths"].as_object().context("paths")? {
                // It answers for addresses that a tenant registered, too.
                if path.starts_with("/scim") {
                    continue;
                }
                let documented: BTreeSet<String> = item
                    .as_object()
                    .into_iter()
                    .flat_map(|item| item.keys())
                    .map(|method| method.to_uppercase())
                    .collect();
                let address = path.replace(['{', '}'], "");
                let request = ground.http.request(Method::TRACE, format!("{origin}{address}"));
                let answer = Answer::of(request).await?;
                ensure!(answer.status == 405, "{path}: {}", answer.status);
                let allow = answer.headers.get("allow").context("Allow")?.to_str()?;
                let served = allow.split(',').map(|method| method.trim().to_owned()).collect();
                assert_eq!(documented, served, "{path}");
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_outbox_is_a_page_for_people_and_data_for_programs() -> Result<()> {
    on_each_database(async |ground| {
        let program = Program::new(ground).await?;
        let receiving = &ground.sides.receiving;
        let ask = async |path: &str, token: &str| {
            let request = ground.http.get(format!("{receiving}{path}"));
            Answer::of(request.bearer_auth(token).header("accept", "application/json")).await
        };
        let outbox = ask("/manage/v1/outbox", &program.token).await?;
        ensure!(outbox.headers.get("cache-control").is_some_and(|value| value == "no-store"));
        assert_eq!(outbox.expect(200)?, json!({ "messages": [] }));
        let missing = ask("/manage/v1/outbox/nothing/attachment", &program.token).await?;
        ensure!(missing.expect(404)?["error"]["code"] == "not-found");
        ensure!(
            ask("/manage/v1/outbox", "slst_x").await?.expect(401)?["error"]["code"]
                == "unauthorized"
        );
        // A token opens no page.
        ensure!(ask("/portal/outbox", &program.token).await?.status == 303);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_refusal_is_in_the_language_that_is_asked_for() -> Result<()> {
    on_each_database(async |ground| {
        let program = Program::new(ground).await?;
        let ask = async |below: &str, token: &str, language: &str| {
            let url = format!("{}/manage/v1{below}", ground.sides.sending);
            let request = ground.http.get(url).bearer_auth(token);
            let answer = Answer::of(request.header("accept-language", language)).await?.json()?;
            let text = answer["error"]["message"].as_str().context("a sentence")?;
            anyhow::Ok((answer["error"]["code"].clone(), text.to_owned()))
        };
        for (below, token, code, english, chinese) in [
            (
                "/integrations/7",
                &*program.token,
                "not-found",
                "There is no integration 7.",
                "没有集成 7。",
            ),
            (
                "/nothing",
                &*program.token,
                "not-found",
                "There is nothing at this address.",
                "此地址没有任何内容。",
            ),
            (
                "/integrations",
                "slst_x",
                "unauthorized",
                "Not authorized: the access token is not known here.",
                "未授权：此处不知道该访问令牌。",
            ),
        ] {
            for language in ["en", "de, fr;q=0.5", "zh;q=0.4, en-GB"] {
                let said = ask(below, token, language).await?;
                assert_eq!(said, (json!(code), english.to_owned()), "{language}");
            }
            for language in ["zh-CN", "en;q=0.3, zh-Hans"] {
                let said = ask(below, token, language).await?;
                assert_eq!(said, (json!(code), chinese.to_owned()), "{language}");
            }
        }
        let new = json!({ "label": " ", "login_page_url": "https://app.example.com/" });
        let request = program.request(Method::POST, "/integrations").json(&new);
        let refused = Answer::of(request.header("accept-language", "zh")).await?.expect(400)?;
        assert_eq!(refused["error"]["message"], "集成需要 1 到 100 个字符的标签。");
        // SCIM speaks English, whoever listens.
        let url = format!("{}/scim/v2/Users/7", ground.sides.sending);
        let request = ground.http.get(url).header("accept-language", "zh");
        let refused = Answer::of(request).await?;
        ensure!(refused.refusal(401, None)?.starts_with("Not authorized"), "{}", refused.text);
        Ok(())
    })
    .await
}
