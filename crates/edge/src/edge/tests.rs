//! The edge around a router that misbehaves in every way a router can.

use axum::{
    Form,
    body::to_bytes,
    http::Version,
    response::Html,
    routing::{get, post},
};
use seatlink_domain::{
    Clock, Db, Durability, Location, Options, Platform, Sealer, Settings,
    settings::{Host, Realm},
};
use seatlink_provision::{HttpClient, TargetPolicy};
use serde_json::Value;

use super::*;
use crate::Side;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// An edge on a throwaway database, which lives as long as this.
struct Ground {
    edge: Arc<Edge>,
    _directory: tempfile::TempDir,
}

struct Answered {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answered {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn json(&self) -> Outcome<Value> {
        Ok(serde_json::from_str(&self.body)?)
    }
}

impl Ground {
    async fn new(origins: &[&str]) -> Outcome<Self> {
        let directory = tempfile::tempdir()?;
        let location = Location::Sqlite { path: directory.path().join("edge.db") };
        let db = Db::open(Options { location, durability: Durability::Normal }).await?;
        let host = |origin: &&str| Host {
            origin: (*origin).to_owned(),
            realm: Realm::Commercial,
            region: String::from("na1"),
            issuer: false,
        };
        let settings = Settings::new(origins.iter().map(host).collect());
        let platform = Platform::new(db, Clock::System, Sealer::new(&[7; 32]), settings);
        let targets = HttpClient::new(TargetPolicy::PublicHttpsOnly)?;
        let state = AppState::new(platform, Side::Both, targets);
        let edge = Edge::new(router(), state, |refusal| refusal.sentence.to_owned());
        Ok(Self { edge, _directory: directory })
    }

    async fn send(&self, request: axum::http::request::Builder) -> Outcome<Answered> {
        let request = request.body(Body::empty())?;
        let response = Arc::clone(&self.edge).answer(request, [127, 0, 0, 1].into()).await?;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await?;
        Ok(Answered {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec())?,
        })
    }

    async fn get(&self, host: &str, path: &str) -> Outcome<Answered> {
        self.send(Request::builder().uri(path).header("host", host)).await
    }
}

fn router() -> Router {
    async fn boom() -> Response {
        unreachable!("a handler broke its invariant");
    }
    Router::new()
        .route("/scim/boom", get(boom))
        .route("/auth/token", get(boom))
        .route("/form", post(|_: Form<Vec<(String, String)>>| async { "taken" }))
        .route("/page", get(|| async { Html("<p>hello") }))
        .route("/health", get(|| async { "fine" }))
        .fallback(async || Problem::NotFound)
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
}

const ONE: &[&str] = &["http://127.0.0.1:1"];
const TWO: &[&str] = &["https://na1.example.com", "https://eu1.example.com:8443"];

#[tokio::test]
async fn a_panic_is_answered_in_the_words_of_its_surface() -> Outcome {
    let ground = Ground::new(ONE).await?;
    let scim = ground.get("x", "/scim/boom").await?;
    assert_eq!((scim.status, scim.header("content-type")), (500, "application/scim+json"));
    assert_eq!(scim.json()?["status"], "500");
    assert!(scim.body.contains(scim.header("x-request-id")), "{}", scim.body);
    assert!(!scim.body.contains("invariant"), "{}", scim.body);
    let oauth = ground.get("x", "/auth/token").await?;
    assert_eq!((oauth.status, &oauth.json()?["error"]), (500, &Value::from("server_error")));
    Ok(())
}

#[tokio::test]
async fn every_surface_says_not_found_itself() -> Outcome {
    let ground = Ground::new(ONE).await?;
    for (path, content_type) in [
        ("/scim/v3", "application/scim+json"),
        ("/api/nothing", "application/json"),
        ("/.well-known/nothing", "application/json"),
        ("/nothing", "text/html; charset=utf-8"),
    ] {
        let answered = ground.get("x", path).await?;
        assert_eq!(
            (answered.status, answered.header("content-type")),
            (404, content_type),
            "{path}"
        );
        assert_eq!(answered.header("x-content-type-options"), "nosniff");
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_method_is_told_which_ones_are_right() -> Outcome {
    let ground = Ground::new(ONE).await?;
    let request = Request::builder().method(Method::DELETE).uri("/page").header("host", "x");
    let answered = ground.send(request).await?;
    assert_eq!((answered.status, answered.header("allow")), (405, "GET,HEAD"));
    assert!(answered.body.contains("HTTP method"), "{}", answered.body);
    Ok(())
}

#[tokio::test]
async fn trace_is_refused_before_anything_can_echo_it() -> Outcome {
    let ground = Ground::new(ONE).await?;
    let request = Request::builder()
        .method(Method::TRACE)
        .uri("/page")
        .header("host", "x")
        .header("authorization", "Bearer canary");
    let answered = ground.send(request).await?;
    assert_eq!(answered.status, 405);
    assert!(!answered.body.contains("canary"));
    Ok(())
}

#[tokio::test]
async fn an_unknown_host_is_misdirected_when_there_are_several() -> Outcome {
    let ground = Ground::new(TWO).await?;
    for known in ["na1.example.com", "NA1.example.com:443", "eu1.example.com:8443"] {
        assert_eq!(ground.get(known, "/page").await?.status, 200, "{known}");
    }
    for unknown in ["evil.example", "na1.example.com.evil.example", "eu1.example.com", ""] {
        let answered = ground.get(unknown, "/page").await?;
        assert_eq!(answered.status, 421, "{unknown}");
    }
    let scim = ground.get("evil.example", "/scim/v2/Users").await?;
    assert_eq!((scim.status, &scim.json()?["status"]), (421, &Value::from("421")));
    Ok(())
}

#[tokio::test]
async fn what_a_proxy_forwards_about_the_host_is_not_believed() -> Outcome {
    let ground = Ground::new(TWO).await?;
    let request = Request::builder()
        .uri("/page")
        .header("host", "evil.example")
        .header("x-forwarded-host", "na1.example.com");
    assert_eq!(ground.send(request).await?.status, 421);
    Ok(())
}

#[tokio::test]
async fn a_probe_may_come_by_address() -> Outcome {
    let ground = Ground::new(TWO).await?;
    assert_eq!(ground.get("10.0.0.7:8080", "/health").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_request_names_its_host_exactly_once() -> Outcome {
    let ground = Ground::new(ONE).await?;
    assert_eq!(ground.send(Request::builder().uri("/page")).await?.status, 400);
    let twice = Request::builder().uri("/page").header("host", "a").header("host", "b");
    assert_eq!(ground.send(twice).await?.status, 400);
    let old = Request::builder().uri("/page").version(Version::HTTP_10);
    assert_eq!(ground.send(old).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn the_frameworks_own_refusals_are_reworded() -> Outcome {
    let ground = Ground::new(ONE).await?;
    let request = Request::builder()
        .method(Method::POST)
        .uri("/form")
        .header("host", "x")
        .header("content-type", "application/xml");
    let answered = ground.send(request).await?;
    assert_eq!(answered.status, 415);
    assert_eq!(answered.header("content-type"), "text/html; charset=utf-8");
    Ok(())
}

#[tokio::test]
async fn a_form_of_another_site_does_not_reach_its_handler() -> Outcome {
    let ground = Ground::new(ONE).await?;
    let request = Request::builder()
        .method(Method::POST)
        .uri("/form")
        .header("host", "x")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(ground.send(request).await?.status, 403);
    Ok(())
}

#[tokio::test]
async fn pages_cannot_be_framed_or_kept() -> Outcome {
    let ground = Ground::new(TWO).await?;
    let page = ground.get("na1.example.com", "/page").await?;
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert!(page.header("content-security-policy").contains("form-action 'self'"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.header("strict-transport-security").starts_with("max-age="));
    Ok(())
}

#[tokio::test]
async fn the_callers_request_id_comes_back() -> Outcome {
    let ground = Ground::new(ONE).await?;
    let request =
        Request::builder().uri("/page").header("host", "x").header("x-request-id", "okta-0001");
    assert_eq!(ground.send(request).await?.header("x-request-id"), "okta-0001");
    Ok(())
}
