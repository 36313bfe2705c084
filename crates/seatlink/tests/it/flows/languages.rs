//! The same row of the log in English and in Chinese, on a page and over the API.

use anyhow::{Context as _, Result, ensure};
use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use seatlink_domain::access::tokens::{self, TokenScope};
use serde_json::Value;

use seatlink::demo::browser::Browser;

use crate::harness::{Ground, Guide, on_each_database};

const ENGLISH: &str = "User pat@example.com was created in ";
const CHINESE: &str = "已创建用户 pat@example.com（应用程序 ";

/// The row that says that the account was created.
async fn row(ground: &Ground, url: &str, token: &str, language: &str) -> Result<Value> {
    let request = ground.scim(token).http().get(url).bearer_auth(token);
    let answer = request.header(ACCEPT_LANGUAGE, language).send().await?;
    let rows: Value = answer.json().await?;
    let mut rows = rows["changes"].as_array().into_iter().flatten();
    let row = rows.find(|row| row["reason"] == "pushed-new");
    row.cloned().context("the row of the creation")
}

/// What a page says, without its elements: names in a sentence are elements of their own.
fn text_of(page: &str) -> String {
    page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

#[tokio::test]
async fn a_row_of_the_log_is_read_in_the_language_of_the_reader() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.employee("pat@example.com").await?;
        let actor = &guide.sending.actor;
        let (_, token) =
            tokens::create(ground.platform(), actor, "Reader", TokenScope::Admin, None).await?;
        let url = format!("{}/manage/v1/history/{person}", ground.sides.sending);
        let english = row(ground, &url, token.expose(), "en").await?;
        let chinese = row(ground, &url, token.expose(), "zh-CN").await?;
        for (row, words) in [(&english, ENGLISH), (&chinese, CHINESE)] {
            ensure!(row["sentence"].as_str().is_some_and(|told| told.starts_with(words)), "{row}");
            assert_eq!(row["event"]["type"], "account-created");
            assert_eq!(row["event"]["user"]["id"], person.to_string());
            assert_eq!(row["event"]["app"]["id"], guide.sending.integration.to_string());
        }
        assert_eq!(english["event"], chinese["event"], "the facts have no language");

        for (language, words) in [("en", ENGLISH), ("zh-CN", CHINESE)] {
            let http = reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .default_headers(HeaderMap::from_iter([(
                    ACCEPT_LANGUAGE,
                    HeaderValue::from_static(language),
                )]));
            let mut browser = Browser::new(http.build()?);
            let page = guide.console(&mut browser).await?;
            let text = text_of(&page.body);
            ensure!(text.contains(words), "{language}: {text}");
        }
        Ok(())
    })
    .await
}
