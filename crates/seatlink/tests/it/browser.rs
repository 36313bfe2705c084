//! The pages of the running binary in real Chromium.

mod administration;

use anyhow::Result;
use seatlink_testkit::browser::{Language, Pages, Role, Walk};

use crate::oauth::server::{ADMIN, PASSWORD, Server};

/// What the walk reads and clicks.
struct Words {
    sign_in: &'static str,
    user_name: &'static str,
    password: &'static str,
    refused: &'static str,
    portal: &'static str,
    console: &'static str,
    account: &'static str,
    sign_out: &'static str,
}

const ENGLISH: Words = Words {
    sign_in: "Sign in",
    user_name: "User name",
    password: "Password",
    refused: "Wrong user name or password",
    portal: "Developer Portal",
    console: "Administration Console",
    account: "Account: ada@example.com",
    sign_out: "Sign out",
};

const CHINESE: Words = Words {
    sign_in: "登录",
    user_name: "用户名",
    password: "密码",
    refused: "用户名或密码不正确",
    portal: "开发者门户",
    console: "管理控制台",
    account: "帐户: ada@example.com",
    sign_out: "注销",
};

const fn words(pages: &Pages<'_>) -> &'static Words {
    match pages.language() {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

#[tokio::test]
async fn an_administrator_signs_in_looks_around_and_signs_out() -> Result<()> {
    let server = Server::start()?;
    let walk = Walk::new("around", &server.origin);
    walk.run(async |pages| {
        let words = words(pages);
        pages.goto("/").await?;
        pages.wait_for_text(words.console).await?;
        pages.look("home").await?;

        pages.goto("/portal").await?;
        pages.wait_for_text(words.sign_in).await?;
        assert_eq!(pages.page_language().await?, pages.language().tag());
        pages.look("sign-in").await?;

        pages.fill(words.user_name, ADMIN).await?;
        pages.fill(words.password, "an umbrella for one").await?;
        pages.expect_status(403);
        pages.click(Role::Button, words.sign_in).await?;
        pages.wait_for_text(words.refused).await?;

        pages.fill(words.password, PASSWORD).await?;
        pages.click(Role::Button, words.sign_in).await?;
        pages.wait_for_text(ADMIN).await?;
        assert!(pages.text().await?.contains(words.portal));
        pages.look("portal").await?;

        pages.goto("/console").await?;
        pages.wait_for_text(ADMIN).await?;
        pages.look("console").await?;

        pages.click(Role::Button, words.account).await?;
        pages.click(Role::Button, words.sign_out).await?;
        pages.wait_for_text(words.user_name).await?;
        pages.goto("/portal").await?;
        pages.wait_for_text(words.user_name).await
    })
    .await
}
