//! Login, consent and logout, as a person sees them.

use anyhow::Result;
use reqwest::StatusCode;

use super::server::{ADMIN, AGENT, CALLBACK, PASSWORD, SIGNED_OUT, Server};

#[tokio::test]
async fn the_connection_of_the_guide_works_from_login_to_scim() -> Result<()> {
    let server = Server::start()?;
    let mut browser = server.browser();
    let consent = browser.sign_in(&server.authorize(&[]), ADMIN).await?;
    for stated in ["Okta CXone Integration", "Acme &#60;Ltd&#62;", "4711", "openid", ADMIN] {
        assert!(consent.body.contains(stated), "{stated} in {}", consent.body);
    }
    let back = browser.submit("/auth/authorize", &consent, &[("decision", "allow")]).await?;
    assert!(back.location()?.starts_with(&format!("{CALLBACK}?code=")));
    assert_eq!(
        (back.sent("state")?, back.sent("iss")?),
        (String::from("st-1"), server.origin.clone())
    );

    let code = back.sent("code")?;
    let form = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", CALLBACK)];
    let issued = server.as_client("/auth/token", &form).await?;
    assert_eq!(issued.status, StatusCode::OK, "{issued:?}");
    assert_eq!(issued.header("cache-control"), "no-store");
    let issued = issued.json()?;
    assert_eq!((&issued["token_type"], &issued["expires_in"]), (&"Bearer".into(), &3_600.into()));

    let bearer = format!("Bearer {}", issued["access_token"].as_str().unwrap_or_default());
    let users =
        server.get("/scim/v2/Users?startIndex=1&count=2", &[("authorization", &bearer)]).await?;
    assert_eq!(users.status, StatusCode::OK, "{users:?}");

    let again = browser.open(&server.authorize(&[])).await?;
    assert!(!again.sent("code")?.is_empty(), "agreed once is agreed");
    Ok(())
}

#[tokio::test]
async fn the_pages_cannot_be_framed_or_cached_and_tell_nobody_where_one_came_from() -> Result<()> {
    let server = Server::start()?;
    let mut browser = server.browser();
    let login = browser.open("/login").await?;
    let consent = browser.sign_in(&server.authorize(&[]), ADMIN).await?;
    let refused = browser.open("/auth/authorize?client_id=nobody").await?;
    for page in [login, consent, refused] {
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"));
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("cache-control"), "no-store");
        let scripts = page.body.matches("<script").count();
        let own = page.body.matches("<script src=\"/assets/").count();
        assert_eq!(scripts, own, "a page has no script of its own, only that of the site");
        assert!(page.body.contains("defer></script>") && !page.body.contains("style="));
        assert!(!page.headers.contains_key("access-control-allow-origin"));
    }
    Ok(())
}

#[tokio::test]
async fn a_request_that_cannot_be_trusted_ends_on_our_own_page() -> Result<()> {
    let server = Server::start()?;
    let good = server.authorize(&[]);
    let evil: String = url::form_urlencoded::byte_serialize(b"https://evil.example/cb").collect();
    let callback: String = url::form_urlencoded::byte_serialize(CALLBACK.as_bytes()).collect();
    for path in [
        good.replace(&server.client_id, "nobody"),
        good.replace(&callback, &evil),
        format!("{good}&state=st-2"),
        format!("{good}&redirect_uri={evil}"),
        String::from("/auth/authorize"),
    ] {
        let page = server.get(&path, &[]).await?;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(!page.headers.contains_key("location"), "{path}");
        assert!(page.header("content-type").starts_with("text/html"));
    }
    Ok(())
}

#[tokio::test]
async fn somebody_without_the_permission_is_sent_back_with_access_denied() -> Result<()> {
    let server = Server::start()?;
    let refused = server.browser().sign_in(&server.authorize(&[]), AGENT).await?;
    assert!(refused.location()?.starts_with(CALLBACK));
    assert_eq!(refused.sent("error")?, "access_denied");
    assert_eq!(refused.sent("state")?, "st-1");
    Ok(())
}

#[tokio::test]
async fn a_login_form_works_only_in_the_browser_it_was_made_for() -> Result<()> {
    let server = Server::start()?;
    let page = server.browser().open("/login").await?;
    let filled = [("user_name", ADMIN), ("password", PASSWORD)];
    let refused = server.browser().submit("/login", &page, &filled).await?;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let cookies: Vec<_> = refused.headers.get_all("set-cookie").iter().collect();
    assert!(
        cookies.len() == 1 && cookies[0].to_str()?.starts_with("seatlink-form="),
        "{cookies:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_says_so_and_keeps_the_user_name() -> Result<()> {
    let server = Server::start()?;
    let mut browser = server.browser();
    let page = browser.open("/login").await?;
    let filled = [("user_name", ADMIN), ("password", "wrong")];
    let refused = browser.submit("/login", &page, &filled).await?;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("role=\"alert\""));
    assert!(refused.body.contains(&format!("value=\"{ADMIN}\"")));
    assert!(!refused.body.contains("wrong\""), "a password is never sent back");
    Ok(())
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() -> Result<()> {
    let server = Server::start()?;
    for next in ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)"] {
        let mut browser = server.browser();
        let page = browser.open("/login").await?;
        let filled = [("user_name", ADMIN), ("password", PASSWORD), ("next", next)];
        let signed_in = browser.submit("/login", &page, &filled).await?;
        assert_eq!(signed_in.location()?, "/", "{next}");
    }
    Ok(())
}

#[tokio::test]
async fn pages_are_in_the_language_of_the_application_else_of_the_browser() -> Result<()> {
    let server = Server::start()?;
    let mut browser = server.browser();
    browser.language = "en;q=0.3, zh-CN;q=0.8";
    assert!(browser.open("/login").await?.body.contains("<h1>登录</h1>"));
    let consent = browser.sign_in(&server.authorize(&[]), ADMIN).await?;
    assert!(consent.body.contains("lang=\"zh-CN\"") && consent.body.contains(">允许</button>"));
    let english = browser.open(&server.authorize(&[("ui_locales", "de en")])).await?;
    assert!(english.body.contains(">Allow</button>"));
    Ok(())
}

#[tokio::test]
async fn a_choice_of_language_and_colours_is_kept_and_outweighs_the_browser() -> Result<()> {
    let server = Server::start()?;
    let mut browser = server.browser();
    browser.language = "en";
    let page = browser.open("/login?next=%2Fportal").await?;
    let chosen = browser.submit("/preferences", &page, &[("language", "zh-CN")]).await?;
    assert_eq!(chosen.location()?, "/login?next=%2Fportal", "back to where it was chosen");
    let page = browser.open("/login").await?;
    assert!(page.body.contains("<h1>登录</h1>"));
    let dark = [("colours", "dark"), ("back", "//evil.example")];
    assert_eq!(browser.submit("/preferences", &page, &dark).await?.location()?, "/");
    let unknown = browser.submit("/preferences", &page, &[("language", "tlh")]).await?;
    assert!(!unknown.headers.contains_key("set-cookie"), "{unknown:?}");
    let page = browser.open("/login").await?;
    assert!(page.body.contains("lang=\"zh-CN\" data-theme=\"dark\""), "{}", page.body);
    Ok(())
}

#[tokio::test]
async fn a_form_of_a_session_is_refused_without_its_token() -> Result<()> {
    let server = Server::start()?;
    let mut browser = server.browser();
    let portal = browser.sign_in("/portal", ADMIN).await?;
    assert_eq!(portal.status, StatusCode::OK);
    for token in ["", "guessed"] {
        let refused = browser.submit("/logout", &portal, &[("csrf", token)]).await?;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{token}");
        assert_eq!(browser.open("/portal").await?.status, StatusCode::OK, "still signed in");
    }
    let gone = browser.submit("/logout", &portal, &[]).await?;
    assert_eq!(gone.location()?, "/login");
    assert!(browser.open("/portal").await?.location()?.starts_with("/login"));
    Ok(())
}

#[tokio::test]
async fn files_of_pages_are_kept_for_a_year_under_the_hash_of_their_content() -> Result<()> {
    let server = Server::start()?;
    let page = server.get("/login", &[]).await?;
    let addresses: Vec<&str> =
        page.body.split('"').filter(|text| text.starts_with("/assets/")).collect();
    assert_eq!(addresses.len(), 2, "{}", page.body);
    for address in addresses {
        let file = server.get(address, &[]).await?;
        assert_eq!(file.status, StatusCode::OK, "{address}");
        assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
        let (start, name) = address.rsplit_once('/').unwrap_or_default();
        let other = server.get(&format!("{start}x/{name}"), &[]).await?;
        assert_eq!(other.status, StatusCode::NOT_FOUND, "another content has another address");
    }
    Ok(())
}

#[tokio::test]
async fn consent_is_given_by_our_own_form_and_can_be_denied() -> Result<()> {
    let server = Server::start()?;
    let mut browser = server.browser();
    let consent = browser.sign_in(&server.authorize(&[]), ADMIN).await?;
    let forged = [("decision", "allow"), ("csrf", "guessed")];
    let forged = browser.submit("/auth/authorize", &consent, &forged).await?;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let denied = browser.submit("/auth/authorize", &consent, &[("decision", "deny")]).await?;
    assert_eq!(denied.sent("error")?, "access_denied");
    Ok(())
}

#[tokio::test]
async fn a_client_signs_a_person_out_at_once_only_if_it_proves_whom() -> Result<()> {
    let server = Server::start()?;
    let mut browser = server.browser();
    let issued = server.connect(&mut browser).await?;
    let asked = browser.open("/auth/authorize/logout").await?;
    assert_eq!(asked.status, StatusCode::OK);
    let stay = browser.submit("/auth/authorize/logout", &asked, &[("decision", "no")]).await?;
    assert_eq!(stay.location()?, "/");
    assert!(browser.open(&server.authorize(&[])).await?.sent("code").is_ok(), "still signed in");

    let hint = issued["id_token"].as_str().unwrap_or_default();
    let logout = |uri: &str| {
        format!(
            "/auth/authorize/logout?id_token_hint={hint}&state=s&post_logout_redirect_uri={uri}"
        )
    };
    let elsewhere = server.get(&logout("https://evil.example"), &[]).await?;
    assert_eq!(elsewhere.status, StatusCode::OK, "nobody is sent to an unregistered address");
    let gone = browser.open(&logout(SIGNED_OUT)).await?;
    assert_eq!(gone.location()?, format!("{SIGNED_OUT}?state=s"));
    let silent = browser.open(&server.authorize(&[("prompt", "none")])).await?;
    assert_eq!(silent.sent("error")?, "login_required");
    Ok(())
}
