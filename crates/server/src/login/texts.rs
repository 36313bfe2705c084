//! What the login and consent pages say, in both languages.

use seatlink_texts::Language;

/// One field per text, so that a text without its translation does not compile.
pub(crate) struct Texts {
    pub(crate) lang: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) user_name: &'static str,
    pub(crate) password: &'static str,
    pub(crate) business_unit: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) too_many: &'static str,
    pub(crate) several_business_units: &'static str,
    pub(crate) bad_business_unit: &'static str,
    pub(crate) stale_form: &'static str,
    pub(crate) consent_title: &'static str,
    pub(crate) wants_access: &'static str,
    pub(crate) signed_in_as: &'static str,
    pub(crate) other_user: &'static str,
    pub(crate) application: &'static str,
    pub(crate) tenant: &'static str,
    pub(crate) permissions: &'static str,
    pub(crate) allow: &'static str,
    pub(crate) deny: &'static str,
    pub(crate) goes_to: &'static str,
    pub(crate) scim_access: &'static str,
    pub(crate) scope_openid: &'static str,
    pub(crate) scope_profile: &'static str,
    pub(crate) scope_email: &'static str,
    pub(crate) scope_api: &'static str,
    pub(crate) refused_title: &'static str,
    pub(crate) refused_advice: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) sign_out_question: &'static str,
    pub(crate) stay: &'static str,
    pub(crate) signed_out: &'static str,
}

impl Texts {
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Chinese => &CHINESE,
        }
    }

    /// What a scope means to the person who is asked for it.
    pub(crate) fn scope(&self, name: &str) -> &'static str {
        match name {
            "openid" => self.scope_openid,
            "profile" => self.scope_profile,
            "email" => self.scope_email,
            _ => self.scope_api,
        }
    }
}

const ENGLISH: Texts = Texts {
    lang: "en",
    sign_in: "Sign in",
    user_name: "User name",
    password: "Password",
    business_unit: "Business unit ID",
    refused: "The user name or password is not right, or the account cannot sign in at the moment. After several wrong \
              tries an account is locked for half an hour.",
    too_many: "Too many sign-ins from your network were refused. Try again in half an hour, or ask your administrator.",
    several_business_units: "This user name exists in several business units. Enter the business unit ID as well.",
    bad_business_unit: "A business unit ID is a number. It is at the top left of the Developer Portal.",
    stale_form: "This page was open for too long or cookies are switched off. Please sign in again.",
    consent_title: "Allow access",
    wants_access: "asks for access to your account.",
    signed_in_as: "Signed in as",
    other_user: "Use another account",
    application: "Application",
    tenant: "Tenant",
    permissions: "It will be able to",
    allow: "Allow",
    deny: "Deny",
    goes_to: "Afterwards you return to",
    scim_access: "Create, change and deactivate employees through SCIM, with your permissions",
    scope_openid: "Know who you are",
    scope_profile: "Read your name",
    scope_email: "Read your e-mail address",
    scope_api: "Use this part of the ACD API",
    refused_title: "This application cannot be authorized",
    refused_advice: "Nothing was sent to the application. Whoever set up the connection can correct it.",
    sign_out: "Sign out",
    sign_out_question: "An application asks to sign you out. Sign out now?",
    stay: "Stay signed in",
    signed_out: "You are signed out.",
};

const CHINESE: Texts = Texts {
    lang: "zh-CN",
    sign_in: "登录",
    user_name: "用户名",
    password: "密码",
    business_unit: "业务单位 ID",
    refused: "用户名或密码不正确，或者该帐户目前无法登录。多次输入错误后，帐户将锁定半小时。",
    too_many: "来自您所在网络的登录失败次数过多。请半小时后重试，或联系管理员。",
    several_business_units: "该用户名存在于多个业务单位中，请同时输入业务单位 ID。",
    bad_business_unit: "业务单位 ID 是一个数字，显示在开发者门户的左上角。",
    stale_form: "此页面打开时间过长，或者浏览器禁用了 Cookie。请重新登录。",
    consent_title: "允许访问",
    wants_access: "请求访问您的帐户。",
    signed_in_as: "当前登录用户",
    other_user: "使用其他帐户",
    application: "应用程序",
    tenant: "租户",
    permissions: "它将能够",
    allow: "允许",
    deny: "拒绝",
    goes_to: "之后您将返回",
    scim_access: "以您的权限通过 SCIM 创建、更改和停用员工",
    scope_openid: "了解您的身份",
    scope_profile: "读取您的姓名",
    scope_email: "读取您的电子邮件地址",
    scope_api: "使用 ACD API 的这一部分",
    refused_title: "无法授权此应用程序",
    refused_advice: "没有向该应用程序发送任何信息。请联系设置此连接的人员进行更正。",
    sign_out: "注销",
    sign_out_question: "有应用程序请求将您注销。现在注销吗？",
    stay: "保持登录",
    signed_out: "您已注销。",
};
