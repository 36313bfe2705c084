//! What the Developer Portal says, in both languages.

use seatlink_domain::apps::{AuthMethod, ClientType};
use seatlink_texts::Language;

/// One field per text, so that a text without its translation does not compile.
pub(crate) struct Texts {
    pub(crate) title: &'static str,
    pub(crate) intro: &'static str,
    pub(crate) applications: &'static str,
    pub(crate) no_applications: &'static str,
    pub(crate) application_type: &'static str,
    pub(crate) user_confidential: &'static str,
    pub(crate) user_public: &'static str,
    pub(crate) back_end: &'static str,
    pub(crate) back_end_note: &'static str,
    pub(crate) auth_method: &'static str,
    pub(crate) no_auth_method: &'static str,
    pub(crate) client_id: &'static str,
    pub(crate) redirect_urls: &'static str,
    pub(crate) none: &'static str,
    pub(crate) tracking_number: &'static str,
    pub(crate) registered: &'static str,
    pub(crate) enabled: &'static str,
    pub(crate) disabled: &'static str,
    pub(crate) roles: &'static str,
    pub(crate) no_roles: &'static str,
    pub(crate) role: &'static str,
    pub(crate) status: &'static str,
    pub(crate) draft: &'static str,
    pub(crate) active: &'static str,
    pub(crate) inactive: &'static str,
    pub(crate) scim: &'static str,
    pub(crate) on: &'static str,
    pub(crate) off: &'static str,
    pub(crate) mails: &'static str,
    pub(crate) no_mails: &'static str,
    pub(crate) all_mails: &'static str,
    pub(crate) to: &'static str,
    pub(crate) queued: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) not_sent: &'static str,
    pub(crate) outbox_title: &'static str,
    pub(crate) outbox_note: &'static str,
    pub(crate) erased: &'static str,
    pub(crate) download: &'static str,
    pub(crate) no_file: &'static str,
}

impl Texts {
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Chinese => &CHINESE,
        }
    }

    pub(crate) const fn app_type(&self, app_type: ClientType) -> &'static str {
        match app_type {
            ClientType::UserConfidential => self.user_confidential,
            ClientType::UserPublic => self.user_public,
            ClientType::BackEnd => self.back_end,
        }
    }

    /// The methods are named as in the protocol, except for none.
    pub(crate) const fn method(&self, method: AuthMethod) -> &'static str {
        match method {
            AuthMethod::ClientSecretPost | AuthMethod::ClientSecretBasic => method.as_str(),
            AuthMethod::None => self.no_auth_method,
        }
    }
}

const ENGLISH: Texts = Texts {
    title: "Developer Portal",
    intro: "The business unit ID at the top left is what the registration form asks for.",
    applications: "Applications",
    no_applications: "No application is registered yet.",
    application_type: "Application type",
    user_confidential: "User, Confidential",
    user_public: "User, Public",
    back_end: "Back-end",
    back_end_note: "Nobody can sign in for a back-end application, so it does not work for provisioning. The type cannot \
                    be edited; submit the application again.",
    auth_method: "Authentication method",
    no_auth_method: "None (PKCE)",
    client_id: "Client ID",
    redirect_urls: "Redirect URLs",
    none: "None",
    tracking_number: "Tracking number",
    registered: "Registered",
    enabled: "Enabled",
    disabled: "Disabled",
    roles: "Roles",
    no_roles: "There are no roles.",
    role: "Role",
    status: "Status",
    draft: "Draft",
    active: "Active",
    inactive: "Inactive",
    scim: "SCIM",
    on: "On",
    off: "Off",
    mails: "Mails",
    no_mails: "No mail was written yet.",
    all_mails: "All mails",
    to: "To",
    queued: "Written",
    waiting: "Waiting",
    sent: "Sent",
    not_sent: "Not sent yet",
    outbox_title: "Outbox",
    outbox_note: "Mails wait here until a mail server takes them. Text and file are erased once a mail is sent.",
    erased: "Sent; text and file were erased.",
    download: "Download",
    no_file: "There is no such file",
};

const CHINESE: Texts = Texts {
    title: "开发者门户",
    intro: "注册表单所需的业务单位 ID 显示在左上角。",
    applications: "应用程序",
    no_applications: "尚未注册任何应用程序。",
    application_type: "应用程序类型",
    user_confidential: "用户，保密",
    user_public: "用户，公开",
    back_end: "后端",
    back_end_note: "后端应用程序无法由用户登录，因此不能用于此配置。类型无法修改，请重新提交应用程序。",
    auth_method: "身份验证方法",
    no_auth_method: "无 (PKCE)",
    client_id: "客户端 ID",
    redirect_urls: "重定向 URL",
    none: "无",
    tracking_number: "跟踪编号",
    registered: "注册时间",
    enabled: "已启用",
    disabled: "已禁用",
    roles: "角色",
    no_roles: "没有角色。",
    role: "角色",
    status: "状态",
    draft: "草稿",
    active: "活动",
    inactive: "非活动",
    scim: "SCIM",
    on: "开",
    off: "关",
    mails: "邮件",
    no_mails: "尚未生成任何邮件。",
    all_mails: "所有邮件",
    to: "收件人",
    queued: "生成时间",
    waiting: "等待发送",
    sent: "已发送",
    not_sent: "尚未发送",
    outbox_title: "发件箱",
    outbox_note: "邮件在此等待邮件服务器发送。发送后，正文和附件将被清除。",
    erased: "已发送；正文和附件已清除。",
    download: "下载",
    no_file: "没有此文件",
};
