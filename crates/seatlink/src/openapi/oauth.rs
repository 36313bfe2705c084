//! The authorization server.

use seatlink_oauth::metadata::paths as at;
use serde_json::{Map, Value, json};

use super::operation::{FORM, HTML, JSON, Operation, Paths, schema};

const TAG: &str = "OAuth";

pub(super) fn security_scheme() -> Value {
    let scopes =
        json!({ "openid": "Who the person is.", "profile": "Names.", "email": "The address." });
    json!({
        "type": "oauth2",
        "description": "What a token reaches follows from the permissions of the person and of the application.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": at::AUTHORIZE,
                "tokenUrl": at::TOKEN,
                "refreshUrl": at::TOKEN,
                "scopes": scopes,
            },
            "clientCredentials": { "tokenUrl": at::TOKEN, "scopes": {} },
        },
    })
}

pub(super) fn schemas(schemas: &mut Map<String, Value>) {
    let text = json!({ "type": "string" });
    schemas.insert(
        String::from("OauthError"),
        json!({
            "type": "object",
            "description": "An error (RFC 6749 §5.2).",
            "required": ["error", "error_description"],
            "properties": { "error": text, "error_description": text },
        }),
    );
    schemas.insert(
        String::from("Token"),
        json!({
            "type": "object",
            "description": "An issued token (RFC 6749 §5.1).",
            "required": ["access_token", "token_type", "expires_in"],
            "properties": {
                "access_token": text,
                "token_type": { "const": "Bearer" },
                "expires_in": { "type": "integer" },
                "refresh_token": text,
                "id_token": text,
                "scope": text,
                "issued_token_type": text,
            },
        }),
    );
    let metadata = seatlink_oauth::ServerMetadata::new("https://as.example").to_json();
    let names: Vec<&String> = metadata.as_object().into_iter().flat_map(Map::keys).collect();
    schemas.insert(
        String::from("ServerMetadata"),
        json!({
            "type": "object",
            "description": "OpenID Connect Discovery §3 and RFC 8414 §2 in one.",
            "required": names,
        }),
    );
}

pub(super) fn describe(paths: &mut Paths) {
    authorize(paths);
    tokens(paths);
    userinfo(paths);
    logout(paths);
    discovery(paths);
}

fn page() -> Value {
    json!({ "type": "string" })
}

fn query(name: &str, schema: &Value, description: &str) -> Value {
    json!({ "name": name, "in": "query", "schema": schema, "description": description })
}

fn authorize(paths: &mut Paths) {
    let text = json!({ "type": "string" });
    let parameters = [
        ("client_id", text.clone(), "Who asks. Required."),
        ("response_type", json!({ "type": "string", "examples": ["code"] }), "`code`."),
        (
            "redirect_uri",
            text.clone(),
            "One that the client registered; may be absent if it has only one.",
        ),
        (
            "scope",
            text.clone(),
            "Names separated by spaces. A repeated parameter with the same value is taken.",
        ),
        ("state", text.clone(), "Comes back unchanged."),
        ("nonce", text.clone(), "Goes into the id_token."),
        ("prompt", text.clone(), "`none`, `login`, `consent`, `select_account`."),
        ("max_age", text.clone(), "How many seconds ago the person may have signed in."),
        ("code_challenge", text.clone(), "PKCE (RFC 7636)."),
        ("code_challenge_method", text.clone(), "`S256`."),
        ("login_hint", text.clone(), "A user name to fill in."),
        ("id_token_hint", text.clone(), "An id_token that names the expected person."),
        ("ui_locales", text.clone(), "Languages of pages: `en`, `zh-CN`."),
        ("tenantId", text, "The tenant the person shall sign in to."),
    ];
    let answers = |operation: Operation| {
        operation
            .description(
                "The answer goes to the redirect URI, errors too. As long as the client and that URI are not \
                 known to belong together, it is a page.",
            )
            .security(&[])
            .answers(200, "A page: consent.", HTML, &page())
            .bare(303, "To the client, with a code or an error; or to the login page.")
            .with_headers(303, &["Location"])
            .answers(400, "A page: who asks or where to answer is not valid.", HTML, &page())
            .answers(403, "A page: the form is not of this session.", HTML, &page())
            .answers(413, "A page.", HTML, &page())
            .answers(421, "A page.", HTML, &page())
            .answers(500, "A page.", HTML, &page())
            .answers(503, "A page.", HTML, &page())
    };
    let mut show = answers(Operation::new(TAG, "authorize", "Ask a person for authorization."));
    for (name, schema, description) in &parameters {
        show = show.takes(query(name, schema, description));
    }
    paths.add("get", at::AUTHORIZE, show);
    let properties: Map<String, Value> =
        parameters.into_iter().map(|(name, schema, _)| (name.to_owned(), schema)).collect();
    let submit = answers(Operation::new(TAG, "authorizeByPost", "The same as a form."))
        .body(&[FORM], &json!({ "type": "object", "properties": properties }))
        .or_none();
    paths.add("post", at::AUTHORIZE, submit);
}

fn tokens(paths: &mut Paths) {
    let credential = |also: Value| {
        let mut properties = json!({
            "client_id": { "type": "string" },
            "client_secret": { "type": "string", "description": "Unless sent in the header." },
        });
        if let (Some(all), Value::Object(also)) = (properties.as_object_mut(), also) {
            all.extend(also);
        }
        properties
    };
    let named = credential(json!({
        "token": { "type": "string" },
        "token_type_hint": { "type": "string", "description": "Not needed." },
    }));
    let named = json!({ "type": "object", "required": ["token"], "properties": named });
    let start = |id: &str, summary: &str| {
        Operation::new(TAG, id, summary)
            .security(&["", "client"])
            .refuses("Oauth", &[400, 401, 413, 421, 500, 503])
    };
    let asked = credential(json!({
        "grant_type": {
            "type": "string",
            "enum": ["authorization_code", "refresh_token", "client_credentials"],
        },
        "code": { "type": "string" },
        "redirect_uri": { "type": "string" },
        "code_verifier": { "type": "string" },
        "refresh_token": { "type": "string" },
        "scope": { "type": "string" },
    }));
    let asked = json!({ "type": "object", "required": ["grant_type"], "properties": asked });
    paths.add(
        "post",
        at::TOKEN,
        start("token", "Get a token.")
            .body(&[FORM], &asked)
            .answers(200, "A token.", JSON, &schema("Token"))
            .with_headers(200, &["Cache-Control"]),
    );
    paths.add(
        "post",
        at::REVOKE,
        start("revoke", "Revoke a token (RFC 7009).")
            .body(&[FORM], &named)
            .bare(200, "It is not valid, now or before.")
            .with_headers(200, &["Cache-Control"]),
    );
    let facts = json!({
        "type": "object",
        "required": ["active"],
        "properties": { "active": { "type": "boolean" } },
    });
    paths.add(
        "post",
        at::INTROSPECT,
        start("introspect", "Ask about a token (RFC 7662).")
            .body(&[FORM], &named)
            .answers(200, "What it is.", JSON, &facts)
            .with_headers(200, &["Cache-Control"]),
    );
}

fn userinfo(paths: &mut Paths) {
    for (method, id) in [("get", "userinfo"), ("post", "userinfoByPost")] {
        let person = json!({
            "type": "object",
            "required": ["sub"],
            "properties": { "sub": { "type": "string" } },
        });
        let operation = Operation::new(TAG, id, "Who the person of the token is.")
            .security(&["bearer"])
            .answers(200, "The claims that the token's scope releases.", JSON, &person)
            .with_headers(200, &["Cache-Control"])
            .refuses("Oauth", &[401, 403, 421, 500, 503]);
        paths.add(method, at::USERINFO, operation);
    }
}

fn logout(paths: &mut Paths) {
    let parameters = [
        ("id_token_hint", "Whose session ends; with it no page asks back."),
        ("client_id", "Which client asks."),
        ("post_logout_redirect_uri", "One that the client registered."),
        ("state", "Comes back unchanged."),
        ("ui_locales", "Languages of the page."),
    ];
    let text = json!({ "type": "string" });
    let answers = |operation: Operation| {
        operation
            .security(&[])
            .answers(
                200,
                "A page: it asks back, or tells that the person is signed out.",
                HTML,
                &page(),
            )
            .bare(303, "To the client.")
            .with_headers(303, &["Location"])
            .answers(400, "A page: the request is not well formed.", HTML, &page())
            .answers(403, "A page: the form is not of this session.", HTML, &page())
            .answers(413, "A page.", HTML, &page())
            .answers(421, "A page.", HTML, &page())
            .answers(500, "A page.", HTML, &page())
            .answers(503, "A page.", HTML, &page())
    };
    let mut show = answers(Operation::new(TAG, "logout", "Sign the person out."));
    for (name, description) in parameters {
        show = show.takes(query(name, &text, description));
    }
    paths.add("get", at::LOGOUT, show);
    let properties: Map<String, Value> =
        parameters.iter().map(|(name, _)| ((*name).to_owned(), text.clone())).collect();
    let submit = answers(Operation::new(TAG, "logoutByPost", "The same as a form."))
        .body(&[FORM], &json!({ "type": "object", "properties": properties }))
        .or_none();
    paths.add("post", at::LOGOUT, submit);
}

fn discovery(paths: &mut Paths) {
    let start = |id: &str, summary: &str| {
        Operation::new(TAG, id, summary).security(&[]).refuses("Oauth", &[421, 500, 503])
    };
    for (path, id) in [
        ("/.well-known/openid-configuration", "openidConfiguration"),
        ("/.well-known/oauth-authorization-server", "serverMetadata"),
    ] {
        let operation = start(id, "What the server offers, and where.")
            .answers(200, "The metadata.", JSON, &schema("ServerMetadata"))
            .with_headers(200, &["Cache-Control"]);
        paths.add("get", path, operation);
    }
    let keys = json!({
        "type": "object",
        "required": ["keys"],
        "properties": { "keys": { "type": "array", "items": { "type": "object", "required": ["kty", "kid"] } } },
    });
    let operation = start("jwks", "The public keys of id_tokens.")
        .answers(200, "The keys.", JSON, &keys)
        .with_headers(200, &["Cache-Control"]);
    paths.add("get", at::JWKS, operation);
    let place = json!({
        "type": "object",
        "required": ["area", "domain", "ui_endpoint", "auth_endpoint", "api_endpoint", "tenantId"],
    });
    let mut tenant =
        query("tenantId", &json!({ "type": "string", "format": "uuid" }), "The tenant's UUID.");
    tenant["required"] = true.into();
    let operation = start("tenantConfiguration", "Where a tenant's pages and API are.")
        .takes(tenant)
        .answers(200, "The addresses.", JSON, &place)
        .with_headers(200, &["Cache-Control"])
        .refuses("Oauth", &[400, 404]);
    paths.add("get", "/.well-known/cxone-configuration", operation);
}
