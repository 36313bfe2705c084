//! Heads that never become a request: too long, too many, or no HTTP.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::harness::{on_each_database, raw};

/// The answer must have this status and one sentence, in the words of the SCIM service if the
/// address is below it.
async fn refused(origin: &str, request: &str, status: u16) -> Result<String> {
    let shown = || request.chars().take(60).collect::<String>();
    let answer = raw(origin, request.as_bytes()).await.with_context(shown)?;
    let (head, body) = answer.split_once("\r\n\r\n").with_context(shown)?;
    ensure!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{}: {head}", shown());
    ensure!(head.contains(&format!("content-length: {}", body.len())), "{}: {head}", shown());
    ensure!(head.contains("connection: close"), "{}: {head}", shown());
    if !request.contains(" /scim") {
        ensure!(head.contains("content-type: text/plain"), "{}: {head}", shown());
        return Ok(body.to_owned());
    }
    ensure!(head.contains("content-type: application/scim+json"), "{}: {head}", shown());
    let error: Value = serde_json::from_str(body).with_context(shown)?;
    ensure!(error["status"].as_str() == Some(&*status.to_string()), "{}: {body}", shown());
    Ok(error["detail"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_head_that_is_no_request_is_refused_with_a_sentence() -> Result<()> {
    on_each_database(async |ground| {
        let origin = &ground.sides.receiving;
        let get = |target: &str, headers: &str| {
            format!("GET {target} HTTP/1.1\r\nHost: a\r\n{headers}\r\n")
        };
        let filter = |length: usize| format!("/scim/v2/Users?filter={}", "a".repeat(length));
        // Just over the limit of the address, far over it, and over what the head may have.
        for length in [66_000, 100_000] {
            let said = refused(origin, &get(&filter(length), ""), 414).await?;
            ensure!(said.contains("64 KiB") && said.contains("/.search"), "{said}");
        }
        for request in [
            get(&filter(400_000), ""),
            get("/scim/v2/Users", &format!("X-A: {}\r\n", "a".repeat(200_000))),
            get("/scim/v2/Users", &"X-A: a\r\n".repeat(200)),
        ] {
            let said = refused(origin, &request, 431).await?;
            ensure!(said.contains("128 KiB"), "{said}");
        }
        for request in [
            get("/scim/v2/Users?filter=userName eq \"a\"", ""),
            get("/scim/v2/Users", "X A: a\r\n"),
            get("/scim/v2/Users", "X-A: \u{1}\r\n"),
            String::from("GET /scim/v2/Users HTTP/7.7\r\n\r\n"),
            String::from("GE(T /scim/v2/Users HTTP/1.1\r\n\r\n"),
        ] {
            let said = refused(origin, &request, 400).await?;
            ensure!(said.contains("HTTP/1.1"), "{said}");
        }
        // Elsewhere the sentence stands alone.
        let said =
            refused(origin, &get(&format!("/login?{}", "a".repeat(70_000)), ""), 414).await?;
        ensure!(said.contains("64 KiB"), "{said}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_connection_tells_its_last_request_from_the_ones_before() -> Result<()> {
    on_each_database(async |ground| {
        let origin = &ground.sides.receiving;
        let good = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
        let bad = format!("GET /scim/v2/Users?a={} HTTP/1.1\r\n\r\n", "a".repeat(70_000));
        let answers = raw(origin, format!("{good}{bad}").as_bytes()).await?;
        let refusals = answers.matches("HTTP/1.1 414").count();
        assert_eq!((answers.matches("HTTP/1.1 200").count(), refusals), (1, 1), "{answers}");
        ensure!(answers.contains("64 KiB"), "{answers}");
        Ok(())
    })
    .await
}
