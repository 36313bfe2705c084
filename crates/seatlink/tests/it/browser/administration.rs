//! Roles & Permissions and the change log.

use anyhow::Result;
use seatlink_testkit::browser::{Language, Pages, Role, Walk, Width};

use crate::oauth::server::{ADMIN, AGENT, PASSWORD, Server};

struct Words {
    sign_in: &'static str,
    user_name: &'static str,
    password: &'static str,
    title: &'static str,
    new_role: &'static str,
    name: &'static str,
    activate_new: &'static str,
    character: &'static str,
    created: &'static str,
    save: &'static str,
    saved: &'static str,
    users: &'static str,
    give: &'static str,
    given: &'static str,
    duplicate: &'static str,
    duplicated: &'static str,
    activate: &'static str,
    activated: &'static str,
    deactivate: &'static str,
    deactivated: &'static str,
    history: &'static str,
    log: &'static str,
    who: &'static str,
    search: &'static str,
    nothing: &'static str,
}

const ENGLISH: Words = Words {
    sign_in: "Sign in",
    user_name: "User name",
    password: "Password",
    title: "Roles & Permissions",
    new_role: "New Role",
    name: "Name",
    activate_new: "Save & Activate",
    character: "This character cannot be used",
    created: "The role was created.",
    save: "Save",
    saved: "Your changes are saved.",
    users: "Users 0",
    give: "Give",
    given: "The role was given.",
    duplicate: "Duplicate",
    duplicated: "The copy was created as a draft.",
    activate: "Activate",
    activated: "The role is active.",
    deactivate: "Deactivate",
    deactivated: "The role is inactive.",
    history: "Change History",
    log: "Change log",
    who: "Who",
    search: "Search",
    nothing: "No entry matches",
};

const CHINESE: Words = Words {
    sign_in: "登录",
    user_name: "用户名",
    password: "密码",
    title: "角色和权限",
    new_role: "新角色",
    name: "名称",
    activate_new: "保存并激活",
    character: "不能使用此字符",
    created: "角色已创建。",
    save: "保存",
    saved: "您的更改已保存。",
    users: "用户 0",
    give: "分配",
    given: "角色已分配。",
    duplicate: "复制角色",
    duplicated: "副本已创建为草稿。",
    activate: "激活",
    activated: "角色已激活。",
    deactivate: "停用",
    deactivated: "角色已停用。",
    history: "更改历史记录",
    log: "更改日志",
    who: "操作者",
    search: "搜索",
    nothing: "没有匹配的条目",
};

const fn words(pages: &Pages<'_>) -> &'static Words {
    match pages.language() {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

async fn sign_in(pages: &Pages<'_>, path: &str) -> Result<()> {
    let words = words(pages);
    pages.goto(path).await?;
    pages.fill(words.user_name, ADMIN).await?;
    pages.fill(words.password, PASSWORD).await?;
    pages.click(Role::Button, words.sign_in).await
}

/// A name is used once, so each walk has its own. The English business unit has a role Agent from
/// the beginning.
const fn new_name(pages: &Pages<'_>) -> &'static str {
    match (pages.language(), pages.width()) {
        (Language::English, Width::Desktop) => "Agent, night shift",
        (Language::English, Width::Phone) => "Agent on call",
        (Language::Chinese, Width::Desktop) => "坐席",
        (Language::Chinese, Width::Phone) => "夜班坐席",
    }
}

#[tokio::test]
async fn walk_roles() -> Result<()> {
    let server = Server::start()?;
    Walk::new("roles", &server.origin)
        .run(async |pages| {
            let words = words(pages);
            let name = new_name(pages).replace(',', "");
            sign_in(pages, "/admin/roles").await?;
            pages.wait_for_text(words.title).await?;
            pages.look("list").await?;

            pages.click(Role::Link, words.new_role).await?;
            pages.look("new").await?;
            pages.fill(words.name, "A/B").await?;
            pages.expect_status(422);
            pages.click(Role::Button, words.activate_new).await?;
            pages.wait_for_text(words.character).await?;
            pages.look("refused").await?;
            pages.fill(words.name, &name).await?;
            pages.click(Role::Button, words.activate_new).await?;
            pages.wait_for_text(words.created).await?;

            pages.click(Role::Checkbox, "SCIM").await?;
            pages.look("permissions").await?;
            pages.click(Role::Button, words.save).await?;
            pages.wait_for_text(words.saved).await?;

            pages.click(Role::Link, words.users).await?;
            pages.look("users-none").await?;
            pages.fill(words.user_name, AGENT).await?;
            pages.click(Role::Button, words.give).await?;
            pages.wait_for_text(words.given).await?;
            pages.look("users").await?;
            pages.click(Role::Link, words.deactivate).await?;
            pages.look("held").await?;

            pages.click(Role::Link, words.duplicate).await?;
            pages.look("duplicate").await?;
            pages.click(Role::Button, words.duplicate).await?;
            pages.wait_for_text(words.duplicated).await?;
            pages.look("general").await?;
            pages.click(Role::Link, words.activate).await?;
            pages.look("activate").await?;
            pages.click(Role::Button, words.activate).await?;
            pages.wait_for_text(words.activated).await?;
            pages.click(Role::Link, words.deactivate).await?;
            pages.look("deactivate").await?;
            pages.click(Role::Button, words.deactivate).await?;
            pages.wait_for_text(words.deactivated).await?;
            pages.click(Role::Link, words.history).await?;
            pages.look("history").await
        })
        .await
}

#[tokio::test]
async fn walk_changes() -> Result<()> {
    let server = Server::start()?;
    Walk::new("changes", &server.origin)
        .run(async |pages| {
            let words = words(pages);
            sign_in(pages, "/admin/changes").await?;
            pages.wait_for_text(words.log).await?;
            pages.look("log").await?;
            pages.fill(words.who, "nobody").await?;
            pages.click(Role::Button, words.search).await?;
            pages.wait_for_text(words.nothing).await?;
            pages.look("nothing").await?;
            pages.goto("/admin/changes?kind=Role").await?;
            pages.open_all_details().await?;
            pages.look("details").await
        })
        .await
}
