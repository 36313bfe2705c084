//! The endpoints that programs call.

use anyhow::Result;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::StatusCode;

use super::server::{CALLBACK, Server};

#[tokio::test]
async fn a_token_request_is_a_form_with_its_secrets_in_the_body() -> Result<()> {
    let server = Server::start()?;
    let form = [("grant_type", "client_credentials")];
    let in_url =
        format!("/auth/token?client_id={}&client_secret={}", server.client_id, server.secret);
    let refused = server.call(&in_url, &form, &[]).await?;
    assert_eq!(
        (refused.status, &refused.json()?["error"]),
        (StatusCode::BAD_REQUEST, &"invalid_request".into())
    );

    let json = server.call("/auth/token", &form, &[("content-type", "application/json")]).await?;
    assert_eq!(json.json()?["error"], "invalid_request");

    let by_get = server.get("/auth/token", &[]).await?;
    assert_eq!(by_get.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(by_get.json()?["error"], "invalid_request");

    for grant_type in ["password", "implicit", ""] {
        let refused = server.as_client("/auth/token", &[("grant_type", grant_type)]).await?;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{grant_type}");
        assert_eq!(refused.header("cache-control"), "no-store");
    }
    Ok(())
}

#[tokio::test]
async fn a_client_is_held_to_the_method_it_registered() -> Result<()> {
    let server = Server::start()?;
    let form = [("grant_type", "client_credentials")];
    let header = |secret: &str| {
        format!("Basic {}", STANDARD.encode(format!("{}:{secret}", server.client_id)))
    };
    let (good, bad) = (header(&server.secret), header("wrong"));
    let refused = server.call("/auth/token", &form, &[("authorization", &bad)]).await?;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.header("www-authenticate").starts_with("Basic "));
    assert_eq!(refused.json()?["error"], "invalid_client");

    // This application registered client_secret_post and is held to it.
    let refused = server.call("/auth/token", &form, &[("authorization", &good)]).await?;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.json()?["error"], "invalid_client");
    let registered = [
        ("grant_type", "client_credentials"),
        ("client_id", &*server.client_id),
        ("client_secret", &*server.secret),
    ];
    let issued = server.call("/auth/token", &registered, &[]).await?;
    let life = issued.json()?["expires_in"].as_i64();
    assert!(life.is_some_and(|seconds| (3_600..=21_600).contains(&seconds)), "{issued:?}");

    let both = [("grant_type", "client_credentials"), ("client_secret", &*server.secret)];
    let refused = server.call("/auth/token", &both, &[("authorization", &good)]).await?;
    assert_eq!(refused.json()?["error"], "invalid_request", "one method at a time");
    Ok(())
}

#[tokio::test]
async fn a_replayed_code_closes_the_scim_service_to_what_it_gave() -> Result<()> {
    let server = Server::start()?;
    let mut browser = server.browser();
    let code = browser.agree(&server.authorize(&[])).await?;
    let form = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", CALLBACK)];
    let issued = server.as_client("/auth/token", &form).await?.json()?;
    let replayed = server.as_client("/auth/token", &form).await?;
    assert_eq!(
        (replayed.status, &replayed.json()?["error"]),
        (StatusCode::BAD_REQUEST, &"invalid_grant".into())
    );
    let bearer = format!("Bearer {}", issued["access_token"].as_str().unwrap_or_default());
    let refused = server.get("/scim/v2/Users", &[("authorization", &bearer)]).await?;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.header("www-authenticate").starts_with("Bearer"));
    assert_eq!(refused.json()?["status"], "401");
    Ok(())
}

#[tokio::test]
async fn an_id_token_opens_nothing() -> Result<()> {
    let server = Server::start()?;
    let issued = server.connect(&mut server.browser()).await?;
    let bearer = format!("Bearer {}", issued["id_token"].as_str().unwrap_or_default());
    for path in ["/scim/v2/Users", "/auth/userinfo"] {
        let refused = server.get(path, &[("authorization", &bearer)]).await?;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn userinfo_takes_its_token_from_the_header_only() -> Result<()> {
    let server = Server::start()?;
    let issued = server.connect(&mut server.browser()).await?;
    let token = issued["access_token"].as_str().unwrap_or_default();
    let bearer = format!("Bearer {token}");
    let person = server.get("/auth/userinfo", &[("authorization", &bearer)]).await?;
    assert!(person.json()?["sub"].is_string());
    let in_url = server.get(&format!("/auth/userinfo?access_token={token}"), &[]).await?;
    let in_body = server.call("/auth/userinfo", &[("access_token", token)], &[]).await?;
    for refused in [in_url, in_body] {
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(!refused.header("www-authenticate").contains("error="), "no token is no error");
    }
    Ok(())
}

#[tokio::test]
async fn a_revoked_grant_is_inactive_and_an_unknown_token_is_no_error() -> Result<()> {
    let server = Server::start()?;
    let issued = server.connect(&mut server.browser()).await?;
    let token = |name: &str| issued[name].as_str().unwrap_or_default().to_owned();
    let (access, refresh) = (token("access_token"), token("refresh_token"));
    let about = [("token", &*access)];
    assert_eq!(server.as_client("/auth/introspect", &about).await?.json()?["active"], true);
    for given_back in [&*refresh, "slrt_unknown"] {
        let answer = server.as_client("/auth/revoke", &[("token", given_back)]).await?;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
    }
    let told = server.as_client("/auth/introspect", &about).await?;
    assert_eq!(told.body, r#"{"active":false}"#);
    let anonymous = server.call("/auth/introspect", &about, &[]).await?;
    assert_eq!(anonymous.json()?["error"], "invalid_client");
    Ok(())
}

#[tokio::test]
async fn the_metadata_names_endpoints_that_exist_and_the_issuer_that_is_used() -> Result<()> {
    let server = Server::start()?;
    let openid = server.get("/.well-known/openid-configuration", &[]).await?;
    let oauth = server.get("/.well-known/oauth-authorization-server", &[]).await?;
    assert_eq!(openid.body, oauth.body);
    let document = openid.json()?;
    assert_eq!(document["issuer"], server.origin.as_str());
    let members = document.as_object().into_iter().flatten();
    let endpoints: Vec<_> = members
        .filter(|(name, _)| name.ends_with("_endpoint") || name.as_str() == "jwks_uri")
        .filter_map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(endpoints.len(), 7);
    for endpoint in endpoints {
        let path = endpoint.strip_prefix(&server.origin).unwrap_or_default();
        let answer = server.get(path, &[]).await?;
        assert_ne!(answer.status, StatusCode::NOT_FOUND, "{endpoint}");
    }
    let keys = server.get("/auth/jwks", &[]).await?.json()?;
    assert_eq!(keys["keys"][0]["alg"], "ES256");
    assert!(keys["keys"][0].get("d").is_none());
    Ok(())
}

#[tokio::test]
async fn a_tenant_is_found_by_its_id_and_nothing_else_is_told() -> Result<()> {
    let server = Server::start()?;
    let path = format!("/.well-known/cxone-configuration?tenantId={}", server.tenant);
    let found = server.get(&path, &[]).await?.json()?;
    assert_eq!(
        (&found["area"], &found["tenantId"]),
        (&"na1".into(), &server.tenant.as_str().into())
    );
    assert!(!found.to_string().contains("Acme"));
    for unknown in
        ["", "?tenantId=", "?tenantId=x", "?tenantId=00000000-0000-7000-8000-000000000000"]
    {
        let answer = server.get(&format!("/.well-known/cxone-configuration{unknown}"), &[]).await?;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{unknown}");
        assert_eq!(answer.json()?["error"], "invalid_request");
    }
    Ok(())
}
