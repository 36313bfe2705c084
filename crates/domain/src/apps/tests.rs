//! Registration from the form to the two mails, on a real database.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

use std::io::{Cursor, Read as _};

use serde_json::Value;
use zip::{ZipArchive, result::ZipError};

use super::*;
use crate::outbox::{
    Message,
    tests::{Ground, ground, ground_in},
};

const OKTA: &str = "https://system-admin.okta.com/admin/app/cpc/${appName}/oauth/callback";

fn form() -> Registration {
    Registration {
        requester_email: String::from("dev@example.com"),
        requester_name: String::from("王丽"),
        business_unit: 4711,
        app_name: String::from("Okta CXone Integration"),
        description: String::from("Integrate Okta via SCIM"),
        contacts: vec![String::from("one@example.com"), String::from("two@example.com")],
        delivery: DeliveryMethod::Email,
        tenancy: Tenancy::Single,
        fed_ramp: FedRamp::No,
        auth_method: AuthMethod::ClientSecretPost,
        scopes: ApiScope::ALL.to_vec(),
        app_type: ClientType::UserConfidential,
        id_token_alg: SigningAlg::default(),
        urls: Urls { redirects: vec![OKTA.replace("${appName}", "org_app_1")], ..Urls::default() },
    }
}

async fn complaints(ground: &Ground, form: Registration) -> Vec<(Field, Problem)> {
    match register(&ground.platform, &ground.operator, form).await.unwrap_err() {
        AppError::Invalid(errors) => {
            errors.into_iter().map(|error| (error.field, error.problem)).collect()
        }
        other => unreachable!("{other}"),
    }
}

/// For each contact the mail with the file, then the one with the password.
async fn mails(ground: &Ground) -> Vec<Message> {
    let mut mails = outbox::list(&ground.platform, &ground.operator, 100).await.unwrap();
    mails.sort_by_key(|mail| (mail.to.clone(), mail.attachment.is_none()));
    mails
}

/// The line of the password mail that is the password.
fn password(mail: &Message) -> String {
    let body = mail.body.as_ref().unwrap().expose();
    body.lines().find(|line| line.len() == 34 && !line.contains(' ')).unwrap().to_owned()
}

async fn archive(ground: &Ground, mail: &Message) -> ZipArchive<Cursor<Vec<u8>>> {
    let file = outbox::attachment(&ground.platform, &ground.operator, mail.id).await.unwrap();
    ZipArchive::new(Cursor::new(file.content)).unwrap()
}

fn read(archive: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str, password: &str) -> String {
    let mut text = String::new();
    let mut entry = archive.by_name_decrypt(name, password.as_bytes()).unwrap();
    entry.read_to_string(&mut text).unwrap();
    text
}

async fn stored_client(ground: &Ground, app: AppId) -> ClientRecord {
    let tenant = ground.operator.tenant;
    let (_, client) = ground
        .platform
        .db()
        .read(tenant, move |mut tx| async move { find(&mut tx, app).await })
        .await
        .unwrap();
    client
}

#[tokio::test]
async fn every_contact_gets_a_file_and_the_password_that_opens_it() {
    let ground = ground().await;
    let registered = register(&ground.platform, &ground.operator, form()).await.unwrap();
    let secret = registered.secret.as_ref().unwrap().expose().to_owned();
    let mails = mails(&ground).await;
    let addressees: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(
        addressees,
        ["one@example.com", "one@example.com", "two@example.com", "two@example.com"]
    );
    for pair in mails.chunks(2) {
        let password = password(&pair[1]);
        assert!(pair[1].attachment.is_none());
        let mut archive = archive(&ground, &pair[0]).await;
        let json: Value =
            serde_json::from_str(&read(&mut archive, "registration.json", &password)).unwrap();
        assert_eq!(json["clientId"], registered.client_id.as_str());
        assert_eq!(json["clientSecret"], secret.as_str());
        assert_eq!(json["authMethod"], "client_secret_post");
        assert_eq!(json["endpoints"]["scim"], "https://na1.example.com/scim/v2");
        assert_eq!(json["endpoints"]["token"], "https://na1.example.com/auth/token");
        assert_eq!(
            json["endpoints"]["authorization"],
            "https://na1.example.com/auth/authorize?scope=openid"
        );
        let text = read(&mut archive, "registration.txt", &password);
        assert!(text.contains(&secret) && text.contains(&registered.client_id));
        assert!(text.contains(&registered.tracking_number));
    }
}

#[tokio::test]
async fn neither_mail_alone_reveals_the_secret() {
    let ground = ground().await;
    let registered = register(&ground.platform, &ground.operator, form()).await.unwrap();
    let secret = registered.secret.unwrap().expose().to_owned();
    let mails = mails(&ground).await;
    let password = password(&mails[1]);
    for mail in &mails {
        let text = format!("{}\n{}", mail.subject, mail.body.as_ref().unwrap().expose());
        assert!(!text.contains(&secret) && !text.contains(&registered.client_id));
        assert_eq!(text.contains(&password), mail.attachment.is_none());
    }
    let file = outbox::attachment(&ground.platform, &ground.operator, mails[0].id).await.unwrap();
    for plain in [secret.as_bytes(), password.as_bytes(), registered.client_id.as_bytes()] {
        assert!(!file.content.windows(plain.len()).any(|window| window == plain));
    }
}

#[tokio::test]
async fn a_wrong_password_does_not_open_the_file() {
    let ground = ground().await;
    register(&ground.platform, &ground.operator, form()).await.unwrap();
    let mails = mails(&ground).await;
    let mut archive = archive(&ground, &mails[0]).await;
    let wrong = archive.by_name_decrypt("registration.json", b"wrong").err();
    assert!(matches!(wrong, Some(ZipError::InvalidPassword)), "{wrong:?}");
    assert!(archive.by_name("registration.json").is_err());
}

#[tokio::test]
async fn texts_say_in_both_languages_what_opens_the_file() {
    let ground = ground().await;
    register(&ground.platform, &ground.operator, form()).await.unwrap();
    for mail in mails(&ground).await {
        let body = mail.body.unwrap();
        assert!(body.expose().contains("7-Zip"));
        assert!(body.expose().contains("Windows Explorer cannot"));
        assert!(body.expose().contains("Windows 资源管理器无法打开此文件"));
    }
}

#[tokio::test]
async fn only_the_hash_of_the_secret_is_stored_and_only_the_operator_sees_it() {
    let ground = ground().await;
    let mut person = ground.operator.clone();
    person.kind = ActorKind::System;
    let registered = register(&ground.platform, &person, form()).await.unwrap();
    assert!(registered.secret.is_none());

    let reissued = reissue_secret(&ground.platform, &ground.operator, registered.app_id);
    let secret = reissued.await.unwrap().secret.unwrap();
    let client = stored_client(&ground, registered.app_id).await;
    assert_eq!(client.secret_hash.unwrap(), token::hash(secret.expose()));
    assert!(!client.metadata.contains(secret.expose()));
}

#[tokio::test]
async fn the_client_is_what_the_form_says() {
    let ground = ground().await;
    let registered = register(&ground.platform, &ground.operator, form()).await.unwrap();
    let client = stored_client(&ground, registered.app_id).await;
    assert_eq!((client.realm.as_str(), client.tenancy.as_str()), ("commercial", "single"));
    let metadata = metadata(&client).unwrap();
    assert_eq!(metadata.redirect_uris, form().urls.redirects);
    assert_eq!(
        metadata.scopes.to_string(),
        "RealTime Admin Agent Custom Authentication Patron Reporting"
    );
    assert!(metadata.has_secret && metadata.enabled);
    assert!(registered.warnings.is_empty());

    let app = get(&ground.platform, &ground.operator, registered.app_id).await.unwrap();
    assert_eq!(app.registration, form());
    assert_eq!(app.tracking_number, registered.tracking_number);
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once() {
    let ground = ground().await;
    let form = Registration {
        requester_email: String::from("dev"),
        requester_name: String::from(" "),
        business_unit: 1,
        app_name: String::new(),
        description: "x".repeat(2_001),
        contacts: vec![String::from(" ")],
        delivery: DeliveryMethod::Email,
        tenancy: Tenancy::Single,
        fed_ramp: FedRamp::Yes,
        auth_method: AuthMethod::None,
        scopes: Vec::new(),
        app_type: ClientType::UserConfidential,
        id_token_alg: SigningAlg::default(),
        urls: Urls {
            redirects: vec![String::from("https://*.example.com/cb")],
            origins: vec![String::from("https://app.example.com/path")],
            logouts: vec![String::from("http://example.com/bye")],
        },
    };
    let fields: Vec<_> =
        complaints(&ground, form).await.into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        [
            Field::RequesterEmail,
            Field::RequesterName,
            Field::BusinessUnit,
            Field::AppName,
            Field::Description,
            Field::Contacts,
            Field::FedRamp,
            Field::AuthMethod,
            Field::Scopes,
            Field::Redirects,
            Field::Origins,
            Field::Logouts,
        ]
    );
    assert!(mails(&ground).await.is_empty());
    assert!(list(&ground.platform, &ground.operator).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_tenant_in_fedramp_must_say_so() {
    let ground = ground_in(Realm::Government).await;
    let told = complaints(&ground, form()).await;
    assert_eq!(told, [(Field::FedRamp, Problem::InFedRamp)]);
    let yes = Registration { fed_ramp: FedRamp::Yes, ..form() };
    let registered = register(&ground.platform, &ground.operator, yes).await.unwrap();
    assert_eq!(stored_client(&ground, registered.app_id).await.realm, "government");
}

#[tokio::test]
async fn a_name_is_taken_in_any_letter_case_and_nothing_is_mailed_for_it() {
    let ground = ground().await;
    register(&ground.platform, &ground.operator, form()).await.unwrap();
    let before = mails(&ground).await.len();
    let again = Registration { app_name: String::from(" OKTA cxone Ｉntegration"), ..form() };
    let told = complaints(&ground, again).await;
    assert_eq!(told, [(Field::AppName, Problem::NameTaken)]);
    assert_eq!(mails(&ground).await.len(), before);
}

#[tokio::test]
async fn what_will_not_work_is_said_at_once() {
    let ground = ground().await;
    let back_end = Registration {
        app_type: ClientType::BackEnd,
        scopes: vec![ApiScope::Reporting],
        urls: Urls::default(),
        ..form()
    };
    let registered = register(&ground.platform, &ground.operator, back_end).await.unwrap();
    assert_eq!(registered.warnings, [Warning::BackEnd, Warning::WithoutAdmin]);

    let public = Registration {
        app_name: String::from("Public"),
        app_type: ClientType::UserPublic,
        auth_method: AuthMethod::None,
        urls: Urls { redirects: vec![OKTA.to_owned()], ..Urls::default() },
        ..form()
    };
    let registered = register(&ground.platform, &ground.operator, public).await.unwrap();
    assert_eq!(registered.warnings, [Warning::PublicWithoutSecret, Warning::Placeholder]);
    assert!(registered.secret.is_none());
    assert!(stored_client(&ground, registered.app_id).await.secret_hash.is_none());
    let none = reissue_secret(&ground.platform, &ground.operator, registered.app_id).await;
    assert!(matches!(none.unwrap_err(), AppError::NoSecret));
}

#[tokio::test]
async fn a_public_application_with_a_secret_method_gets_a_secret() {
    let ground = ground().await;
    let public = Registration { app_type: ClientType::UserPublic, ..form() };
    let registered = register(&ground.platform, &ground.operator, public).await.unwrap();
    assert!(registered.secret.is_some());
}

#[tokio::test]
async fn redirects_and_contacts_can_be_changed_and_the_client_follows() {
    let ground = ground().await;
    let registered = register(&ground.platform, &ground.operator, form()).await.unwrap();
    let urls = Urls {
        redirects: vec![OKTA.replace("${appName}", "org_app_2")],
        origins: vec![String::from("https://App.example.com:443/")],
        logouts: vec![String::from("https://app.example.com/bye")],
    };
    let change =
        Update { urls: Some(urls.clone()), contacts: Some(vec![String::from("x@example.com")]) };
    let app = update(&ground.platform, &ground.operator, registered.app_id, change).await.unwrap();
    assert_eq!(app.registration.urls.origins, ["https://app.example.com"]);
    assert_eq!(app.registration.contacts, ["x@example.com"]);
    let metadata = metadata(&stored_client(&ground, registered.app_id).await).unwrap();
    assert_eq!(metadata.redirect_uris, urls.redirects);
    assert_eq!(metadata.post_logout_redirect_uris, urls.logouts);

    let none = Update { urls: Some(Urls::default()), contacts: None };
    let refused = update(&ground.platform, &ground.operator, registered.app_id, none).await;
    assert!(matches!(refused.unwrap_err(), AppError::Invalid(errors) if errors.len() == 1));
}

#[tokio::test]
async fn an_application_can_be_switched_off_and_on() {
    let ground = ground().await;
    let id = register(&ground.platform, &ground.operator, form()).await.unwrap().app_id;
    disable(&ground.platform, &ground.operator, id).await.unwrap();
    disable(&ground.platform, &ground.operator, id).await.unwrap();
    assert!(!stored_client(&ground, id).await.enabled);
    enable(&ground.platform, &ground.operator, id).await.unwrap();
    assert!(stored_client(&ground, id).await.enabled);
    let history = log::history(&ground.platform, &ground.operator, id.uuid()).await.unwrap();
    let reasons: Vec<_> = history.into_iter().map(|change| change.reason).collect();
    assert_eq!(reasons, ["registered", "deactivated", "reactivated"]);
}

#[tokio::test]
async fn without_the_permission_nothing_is_shown_or_done() {
    let ground = ground().await;
    let id = register(&ground.platform, &ground.operator, form()).await.unwrap().app_id;
    let mut nobody = ground.operator.clone();
    let applications = crate::Permissions::named("applications").unwrap();
    nobody.permissions = crate::Permissions::all().beyond(applications);
    let platform = &ground.platform;
    let outcomes = [
        register(platform, &nobody, form()).await.err(),
        list(platform, &nobody).await.err(),
        get(platform, &nobody, id).await.err(),
        update(platform, &nobody, id, Update::default()).await.err(),
        enable(platform, &nobody, id).await.err(),
        disable(platform, &nobody, id).await.err(),
        reissue_secret(platform, &nobody, id).await.err(),
    ];
    for outcome in outcomes {
        assert!(matches!(outcome, Some(AppError::Forbidden(_))), "{outcome:?}");
    }
}

#[tokio::test]
async fn no_secret_reaches_the_log() {
    let ground = ground().await;
    let registered = register(&ground.platform, &ground.operator, form()).await.unwrap();
    let secret = registered.secret.unwrap();
    let mails = mails(&ground).await;
    let log = log::latest(&ground.platform, &ground.operator, 100).await.unwrap();
    let log = format!("{log:?}");
    assert!(!log.contains(secret.expose()) && !log.contains(&password(&mails[1])));
}

#[test]
fn select_all_selects_the_seven_scopes() {
    assert_eq!(ApiScope::parse_all(&["all"]).unwrap(), ApiScope::ALL);
    assert_eq!(ApiScope::parse_all(&["Admin", "Admin"]).unwrap(), [ApiScope::Admin]);
    let unknown = ApiScope::parse_all(&["admin"]).unwrap_err();
    assert_eq!(unknown, Problem::UnknownScope(String::from("admin")));
}
