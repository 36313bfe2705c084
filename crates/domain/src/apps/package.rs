//! What the contacts get: one mail with an encrypted file, one with the password that opens it.
//!
//! The file is a ZIP with AES-256, which 7-Zip and most other tools open. WinZip's key derivation
//! is weak (PBKDF2-SHA1, 1,000 rounds), so the password carries 140 random bits. The checksums
//! beside the encrypted entries are of the plain text, so every entry holds random padding. Neither
//! mail alone reveals the secret, and names of entries, which stay readable, tell nothing.

use std::io::{self, Cursor, Write as _};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use zip::{AesMode, ZipWriter, write::SimpleFileOptions};

use super::registration::Registration;
use crate::{
    Platform,
    outbox::{Attachment, Mail},
    seal::Secret,
    tenants::Tenant,
};

/// Without letters and digits that are easily confused (Crockford).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What goes into the file.
pub(super) struct Facts<'a> {
    pub(super) registration: &'a Registration,
    pub(super) tracking_number: &'a str,
    pub(super) client_id: &'a str,
    pub(super) secret: Option<&'a Secret>,
    pub(super) endpoints: &'a Endpoints,
}

/// What the sending side has to know.
pub(super) struct Endpoints {
    scim: String,
    authorization: String,
    token: String,
    discovery: String,
    login_page: String,
}

impl Endpoints {
    /// `None` when no host is configured for the tenant's realm and region.
    pub(super) fn of(platform: &Platform, tenant: &Tenant) -> Option<Self> {
        let settings = platform.settings();
        let issuer = settings.issuer(tenant.realm)?;
        let region = settings.region_origin(tenant.realm, &tenant.region).unwrap_or(issuer);
        Some(Self {
            scim: format!("{region}/scim/v2"),
            authorization: format!("{issuer}/auth/authorize?scope=openid"),
            token: format!("{issuer}/auth/token"),
            discovery: format!("{issuer}/.well-known/openid-configuration"),
            login_page: format!("{region}/login"),
        })
    }
}

/// A name for the registration that people can read out: `SL-7K3M-Q9XD`.
pub(super) fn tracking_number(platform: &Platform) -> String {
    let code = readable(&platform.random::<8>(), 4);
    format!("SL-{}", code.to_ascii_uppercase())
}

/// Two mails for each contact.
pub(super) fn mails(platform: &Platform, facts: &Facts<'_>) -> io::Result<Vec<Mail>> {
    let password = Secret::new(readable(&platform.random::<28>(), 4));
    let content = archive(platform, facts, &password)?;
    let name = format!("{}.zip", facts.tracking_number);
    let mut mails = Vec::with_capacity(2 * facts.registration.contacts.len());
    for contact in &facts.registration.contacts {
        let attachment = Attachment { name: name.clone(), content: content.clone() };
        mails.push(Mail {
            to: contact.clone(),
            subject: format!(
                "Application registration {0}: file / 应用程序注册 {0}：文件",
                facts.tracking_number
            ),
            body: Secret::new(file_text(&facts.registration.app_name, &name)),
            attachment: Some(attachment),
        });
        mails.push(Mail {
            to: contact.clone(),
            subject: format!(
                "Application registration {0}: password / 应用程序注册 {0}：密码",
                facts.tracking_number
            ),
            body: Secret::new(password_text(&name, &password)),
            attachment: None,
        });
    }
    Ok(mails)
}

fn file_text(app_name: &str, file: &str) -> String {
    format!(
        "Your application “{app_name}” is registered.\n\
         \n\
         The attached file {file} holds its client ID and credentials. It is encrypted; the password \
         comes in a separate mail.\n\
         Open it with 7-Zip (https://www.7-zip.org) or another program that knows AES-256 encrypted ZIP \
         files. Windows Explorer cannot open it.\n\
         Keep the file like a password, and delete this mail when you have taken the credentials over.\n\
         \n\
         ----\n\
         \n\
         您的应用程序“{app_name}”已注册。\n\
         \n\
         附件 {file} 包含客户端 ID 和凭据。文件已加密，密码将通过另一封邮件发送。\n\
         请使用 7-Zip（https://www.7-zip.org）或其他支持 AES-256 加密 ZIP 的程序打开；\
         Windows 资源管理器无法打开此文件。\n\
         请像保管密码一样保管此文件，取出凭据后请删除本邮件。\n"
    )
}

fn password_text(file: &str, password: &Secret) -> String {
    let password = password.expose();
    format!(
        "This password opens the file {file}, which comes in a separate mail:\n\
         \n\
         {password}\n\
         \n\
         The hyphens are part of it. Open the file with 7-Zip; Windows Explorer cannot open it.\n\
         If you did not expect this mail, tell your administrator.\n\
         \n\
         ----\n\
         \n\
         以下密码用于打开文件 {file}（通过另一封邮件发送）：\n\
         \n\
         {password}\n\
         \n\
         连字符是密码的一部分。请使用 7-Zip 打开；Windows 资源管理器无法打开此文件。\n\
         如果您并未申请，请告知您的管理员。\n"
    )
}

fn archive(platform: &Platform, facts: &Facts<'_>, password: &Secret) -> io::Result<Vec<u8>> {
    let options =
        SimpleFileOptions::default().with_aes_encryption(AesMode::Aes256, password.expose());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("registration.txt", options)?;
    zip.write_all(text_form(facts, &padding(platform)).as_bytes())?;
    zip.start_file("registration.json", options)?;
    zip.write_all(format!("{:#}\n", json_form(facts, &padding(platform))).as_bytes())?;
    Ok(zip.finish()?.into_inner())
}

/// Random in content and in length.
fn padding(platform: &Platform) -> String {
    let bytes: [u8; 256] = platform.random();
    let length = 64 + usize::from(bytes[0]) % 128;
    URL_SAFE_NO_PAD.encode(&bytes[1..=length])
}

fn json_form(facts: &Facts<'_>, padding: &str) -> Value {
    let Facts { registration, endpoints, .. } = facts;
    json!({
        "trackingNumber": facts.tracking_number,
        "appName": registration.app_name,
        "businessUnit": registration.business_unit,
        "clientId": facts.client_id,
        "clientSecret": facts.secret.map(Secret::expose),
        "authMethod": registration.auth_method,
        "appType": registration.app_type,
        "tenancy": registration.tenancy,
        "scopes": registration.scopes,
        "redirects": registration.urls.redirects,
        "origins": registration.urls.origins,
        "logouts": registration.urls.logouts,
        "endpoints": {
            "scim": endpoints.scim,
            "authorization": endpoints.authorization,
            "token": endpoints.token,
            "openidConfiguration": endpoints.discovery,
            "loginPage": endpoints.login_page,
        },
        "padding": padding,
    })
}

/// The line ends are for the editors of every system.
fn text_form(facts: &Facts<'_>, padding: &str) -> String {
    let Facts { registration, endpoints, .. } = facts;
    let secret = facts.secret.map_or("(none; use PKCE)（无，请使用 PKCE）", Secret::expose);
    let business_unit = registration.business_unit.to_string();
    let fields = [
        ("Application / 应用程序", registration.app_name.as_str()),
        ("Tracking number / 跟踪编号", facts.tracking_number),
        ("Business unit ID / 业务单位 ID", &business_unit),
        ("Client ID / 客户端 ID", facts.client_id),
        ("Client secret / 客户端密码", secret),
        ("SCIM connector base URL / SCIM 连接器基本 URL", &endpoints.scim),
        ("Unique identifier field / 唯一标识符字段", "userName"),
        ("Access token endpoint / 访问令牌端点", &endpoints.token),
        ("Authorization endpoint / 授权端点", &endpoints.authorization),
        ("OpenID configuration / OpenID 配置", &endpoints.discovery),
        ("Login page / 登录页面", &endpoints.login_page),
        ("Padding (not needed) / 填充（无需使用）", padding),
    ];
    let mut text = String::new();
    for (name, value) in fields {
        text.extend([name, ":\r\n    ", value, "\r\n\r\n"]);
    }
    text
}

/// Five random bits per character, in groups joined by hyphens.
fn readable(random: &[u8], group: usize) -> String {
    let characters: Vec<u8> =
        random.iter().map(|byte| ALPHABET[usize::from(byte & 0x1f)]).collect();
    let groups: Vec<_> = characters.chunks(group).map(String::from_utf8_lossy).collect();
    groups.join("-")
}
