//! Sample data for every type of page: what is usual, what is empty, what fails, what is long or
//! hostile.

mod admin;

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, header};
use seatlink_domain::{
    Actor, Permission, Permissions, Realm, Secret, Subject, SubjectKind, Timestamp,
    access::roles::{Role, RoleStatus},
    apps::App,
    integrations::{
        AuthMode, Connection, Integration, Settings, Status, SupportedActions, ToApp, UpdateStyle,
    },
    log::{Entry, Event, MailTrouble, Quoted, StatusReason},
    login::Session,
    outbox::Message,
    work::{Item, Last, Standing},
};
use seatlink_edge::{Problem, Refusal, Served, Side};
use seatlink_oauth::{Error, ErrorCode};
use seatlink_texts::{Language, Texts};
use serde_json::json;
use uuid::Uuid;

use crate::{
    door::{
        consent::{Asking, ConsentPage, refused_page},
        home::HomePage,
        sign_in::{SignInPage, Typed, Wrong},
        sign_out::SignOutPage,
    },
    nav::Place,
    parts::{
        Banner, Bar, Bars, Button, Buttons, Chart, Choice, Copies, Cuts, Dialog, Empty, Facts,
        Field, Filters, Glyph, Head, Html, ListQuery, Pager, Panel, Problems, Progress, Quote,
        Section, Select, State, Step, Steps, Switch, Tabs, Tick, Ticks, Tone,
    },
    paths, portal,
    refused::refusal_page,
    sections::{
        Overview,
        changes::Changes,
        people::{People, PersonRow, PersonState},
    },
    sending,
    shell::Shell,
    viewer::{Account, Viewer, Visitor},
    zone::Zone,
};

/// 2026-11-29T19:05:09Z
const AT: Timestamp = Timestamp::from_micros(1_795_979_109_000_000);

/// A rendered page and what it is.
pub(super) struct Sample {
    pub(super) name: &'static str,
    pub(super) html: String,
}

pub(super) fn all(language: Language) -> Vec<Sample> {
    let mut samples = doors(language);
    samples.extend(refusals(language));
    samples.extend(portals(language));
    samples.extend(consoles(language));
    samples.extend(admin::all(language));
    samples.push(parts(language));
    samples
}

fn sample(name: &'static str, page: &impl Template) -> Sample {
    Sample { name, html: page.render().expect("templates render") }
}

fn headers(language: Language) -> HeaderMap {
    HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(language.tag()))])
}

fn visitor(language: Language) -> Visitor {
    Visitor::new(&headers(language), "01a2289a-841e", "/login?next=%2Fportal")
}

fn session() -> Session {
    Session {
        tenant: Uuid::nil().into(),
        id: Uuid::nil().into(),
        user: Uuid::nil().into(),
        user_name: String::from("mara@contact-center.example"),
        csrf: Secret::new("slcf_token"),
        created_at: AT,
    }
}

fn account() -> Account {
    Account {
        business_unit: 4_510_001,
        name: String::from("Contact Center <East>"),
        region: String::from("na1"),
    }
}

pub(super) fn viewer(language: Language, permissions: Permissions) -> Viewer {
    Viewer {
        visitor: visitor(language).at(paths::Portal),
        host: Served {
            origin: "https://na1.example.com".into(),
            scim_base: "https://na1.example.com/scim/v2".into(),
            realm: Realm::Commercial,
            region: "na1".into(),
        },
        session: session(),
        actor: Actor { permissions, ..Actor::operator(Uuid::nil().into()) },
        account: account(),
        zone: Zone::parse("Asia/Shanghai").unwrap_or(Zone::UTC),
        side: Side::Both,
        now: AT,
    }
}

fn doors(language: Language) -> Vec<Sample> {
    let visitor = visitor(language);
    let sign_in = |typed: &Typed, wrong| {
        SignInPage::new(&visitor, String::from("sllf_token"), "/portal", typed, wrong)
    };
    let typed = Typed { user_name: String::from("mara@x.example"), business_unit: None };
    let asked_unit = Typed { business_unit: Some(String::from("4a")), ..typed.clone() };
    let t = visitor.texts().door();
    let refused = Wrong::Whole(t.sign_in_refused(6, "30 min").into());
    let unit = Wrong::BusinessUnit(t.business_unit_id_invalid().to_owned());
    let asking = |reaches_scim| Asking {
        app_name: "Okta CXone Integration",
        reaches_scim,
        scopes: vec!["openid", "profile"],
        authorization: String::from("client_id=x&scope=openid"),
        other_user: paths::SignIn::to("/auth/authorize?client_id=x"),
        destination: "https://system-admin.okta.com",
    };
    let session = session();
    let consent = |scim| ConsentPage::new(&visitor, &session, &account(), &asking(scim));
    vec![
        sample("sign-in", &sign_in(&Typed::default(), Wrong::Nothing)),
        sample("sign-in refused", &sign_in(&typed, refused)),
        sample("sign-in, several business units", &sign_in(&asked_unit, unit)),
        sample("consent", &consent(true)),
        sample("consent to sign in", &consent(false)),
        sample("sign-out asked", &SignOutPage::asking(&visitor, "slcf_token", "state=1")),
        sample("signed out", &SignOutPage::done(&visitor)),
        sample("home", &HomePage::new(&visitor)),
        sample(
            "authorization refused",
            &refused_page(
                &visitor,
                &Error::new(ErrorCode::InvalidRequest, "The redirect URI is not registered."),
            ),
        ),
    ]
}

fn refusals(language: Language) -> Vec<Sample> {
    let headers = headers(language);
    let page = |name, problem: Problem, sentence| Sample {
        name,
        html: refusal_page(&Refusal {
            problem: &problem,
            sentence,
            request_id: "01a2289a-841e",
            headers: &headers,
        }),
    };
    vec![
        page("not found", Problem::NotFound, "There is nothing."),
        page("foreign form", Problem::ForeignForm, ""),
        page("bad request", Problem::BadRequest(String::new()), "The Host header is no host."),
        page("internal", Problem::Internal, ""),
        page("too many requests", Problem::TooManyRequests { per_second: 100, wait: 1 }, ""),
    ]
}

fn people(rows: bool) -> People {
    let person = |state, user_name: &str, name: &str| PersonRow {
        state,
        user_name: user_name.to_owned(),
        name: name.to_owned(),
        extra: String::from("Agent"),
    };
    let rows = rows.then(|| {
        vec![
            person(PersonState::Active, "ada.okoye@workforce.example", "Ada Okoye"),
            person(PersonState::Inactive, "li.wei@workforce.example", "李伟"),
            person(PersonState::Active, "<script>@x.example", ""),
        ]
    });
    let rows = rows.unwrap_or_default();
    People { active: 1_002, inactive: 31, found: 1_033, rows }
}

/// A row of the log with this event, which is stored JSON.
fn entry(event: &str, (kind, id): (&str, u128), difference: Option<&str>) -> Entry {
    let id = Some(Uuid::from_u128(id));
    let event = Event::from_stored(event, kind, id).expect("the sample is an event");
    Entry {
        sequence: 1,
        at: AT,
        actor_kind: String::from("user"),
        actor_id: None,
        actor_name: String::from("Mara Lindqvist"),
        connection: Some(String::from("okta-cxone-1")),
        request_id: Some(String::from("01a2289a-841e")),
        operation: event.operation().as_str().to_owned(),
        resource_type: kind.to_owned(),
        resource_id: id,
        difference: difference.map(str::to_owned),
        reason: event.reason().as_str().to_owned(),
        event: Ok(event),
    }
}

const REJECTED: &str = r#"{"rejected-by-target":{"n":"li.wei","p":"CXone","w":{"step":"create",
    "trouble":{"answered":{"status":400,"said":{"words":"No <b>active</b> role"}}}}}}"#;

fn changes() -> Changes {
    let created = r#"{"role-created":{"n":"Agent","s":"active"}}"#;
    Changes { rows: vec![entry(created, ("Role", 4), None), entry(REJECTED, ("User", 5), None)] }
}

fn mail(sent: bool, error: Option<&str>, id: u128) -> Message {
    Message {
        id: Uuid::from_u128(id).into(),
        to: String::from("admin@contact-center.example"),
        subject: String::from("Application registration SL-E2MP-RW8M: file"),
        body: (!sent).then(|| Secret::new("Your application is registered.")),
        attachment: (!sent).then(|| (String::from("registration.zip"), 2_345)),
        created_at: AT,
        sent_at: sent.then_some(AT),
        attempts: 1,
        last_error: error.map(|words| MailTrouble::Server(Quoted::new(words))),
    }
}

fn mails() -> Vec<Message> {
    vec![mail(false, None, 1), mail(false, Some("550 mailbox unavailable"), 2), mail(true, None, 3)]
}

fn app(app_type: &str, id: u128) -> App {
    let registration = json!({
        "requesterEmail": "mara@contact-center.example", "requesterName": "Mara",
        "businessUnit": 4_510_001, "appName": "Okta CXone Integration", "description": "",
        "contacts": ["mara@contact-center.example"], "delivery": "email", "tenancy": "single",
        "fedRamp": "no", "authMethod": "client_secret_post", "scopes": [], "appType": app_type,
        "redirects": ["https://system-admin.okta.com/admin/app/cpc/org_1/oauth/callback"],
        "origins": [], "logouts": [],
    });
    App {
        id: Uuid::from_u128(id).into(),
        name: String::from("Okta CXone Integration"),
        client_id: String::from("okta-cxone-1"),
        tracking_number: String::from("SL-E2MP-RW8M"),
        registration: serde_json::from_value(registration).expect("a registration"),
        enabled: true,
        created_at: AT,
    }
}

fn role(name: &str, status: RoleStatus) -> Role {
    Role {
        id: Uuid::nil().into(),
        name: name.to_owned(),
        description: String::new(),
        status,
        permissions: [Permission::Scim].into_iter().collect(),
        version: 3,
        created_at: AT,
        modified_at: AT,
        modified_by: String::from("Mara Lindqvist"),
    }
}

fn portals(language: Language) -> Vec<Sample> {
    let full = viewer(language, Permissions::all());
    let query = ListQuery::parse(paths::Portal::ROUTE, "q=ada");
    let page = |viewer: &Viewer, sections: &portal::overview::Sections| {
        portal::overview::page(viewer, &query, sections)
    };
    let usual = portal::overview::Sections {
        apps: Section::Shown(vec![app("user-confidential", 1), app("back-end", 2)]),
        roles: Section::Shown(vec![
            role("Administrator", RoleStatus::Active),
            role("Night shift", RoleStatus::Draft),
        ]),
        people: Section::Shown(people(true)),
        mails: Section::Shown(mails()),
        changes: Section::Shown(changes()),
    };
    let poor = portal::overview::Sections {
        apps: Section::Shown(Vec::new()),
        roles: Section::Withheld(Permission::RolesView),
        people: Section::Shown(people(false)),
        mails: Section::Failed,
        changes: Section::Shown(Changes { rows: Vec::new() }),
    };
    let outbox = |mails| portal::outbox::OutboxPage::new(&full, &mails);
    vec![
        sample("portal", &page(&full, &usual)),
        sample("portal, little to show", &page(&viewer(language, Permissions::default()), &poor)),
        sample("outbox", &outbox(Section::Shown(mails()))),
        sample("outbox, empty", &outbox(Section::Shown(Vec::new()))),
        sample("outbox, withheld", &outbox(Section::Withheld(Permission::Outbox))),
    ]
}

fn integration(status: Status, id: u128) -> sending::integration::View {
    let connection = Connection {
        base_url: String::from("https://na1.example.com/scim/v2"),
        unique_identifier: String::from("userName"),
        actions: SupportedActions { push_new_users: true, push_profile_updates: true },
        auth: AuthMode::OAuth2 {
            token_endpoint: String::from("https://na1.example.com/auth/token"),
            authorization_endpoint: String::from("https://na1.example.com/auth/authorize"),
            client_id: String::from("okta-cxone-1"),
        },
        update_style: UpdateStyle::Put,
        concurrency: 4,
    };
    let integration = Integration {
        id: Uuid::from_u128(id).into(),
        tenant: Uuid::nil().into(),
        app_name: String::from("cxone_1"),
        label: String::from("CXone"),
        settings: Settings {
            login_page_url: String::from("https://na1.example.com/login"),
            scim_enabled: true,
            connection: (status != Status::Unconfigured).then_some(connection),
            to_app: ToApp::default(),
        },
        status,
        status_reason: (status == Status::NeedsAuthorization)
            .then_some(StatusReason::NotAuthenticated),
        created_at: AT,
    };
    let failed = Item {
        subject: Subject { kind: SubjectKind::User, id: Uuid::from_u128(9) },
        state: String::from("failed"),
        attempts: 3,
        due_at: AT,
        last: Some(Last {
            reason: String::from("rejected-by-target"),
            event: entry(REJECTED, ("User", 9), None).event,
        }),
    };
    let standing = Standing { waiting: 81, failed: 1, active: 970, inactive: 31 };
    sending::integration::View { integration, standing, failed: vec![failed] }
}

fn consoles(language: Language) -> Vec<Sample> {
    let full = viewer(language, Permissions::all());
    let page = |query: &str, sections: &sending::overview::Sections| {
        let query = ListQuery::parse(paths::Console::ROUTE, query);
        sending::overview::page(&full, &query, sections)
    };
    let usual = sending::overview::Sections {
        integrations: Section::Shown(vec![
            integration(Status::Ready, 1),
            integration(Status::NeedsAuthorization, 2),
            integration(Status::Unconfigured, 3),
        ]),
        people: Section::Shown(people(true)),
        changes: Section::Shown(changes()),
    };
    let empty = sending::overview::Sections {
        integrations: Section::Shown(Vec::new()),
        people: Section::Failed,
        changes: Section::Withheld(Permission::AuditRead),
    };
    vec![
        sample("console", &page("notice=retried&count=3", &usual)),
        sample("console, little to show", &page("", &empty)),
    ]
}

/// Every part once. The texts are those of the catalogue, whatever they say, so that they are in
/// the page's language.
fn parts(language: Language) -> Sample {
    let viewer = viewer(language, Permissions::all());
    let t = viewer.texts();
    let c = t.common();
    let query = ListQuery::parse(paths::Portal::ROUTE, "q=ada&sort=-name&status=active&cursor=2");
    let ask = || {
        Dialog::new("ask", c.not_allowed(), paths::SignOut, viewer.csrf(), c.sign_out())
            .text(c.none())
            .cancel(paths::Portal, c.cancel())
            .hidden("version", "3")
            .dangerous()
    };
    let states = [
        State::good(c.active()),
        State::bad(c.failed()),
        State::warning(c.inactive()),
        State::waiting(c.off()),
        State::off(c.off()),
        State::none(c.none()),
        State::unauthorized(c.disabled()),
    ];
    let states = states.iter().fold(Html::new(), |html, state| html.part(state).text(" "));
    let glyphs = Glyph::ALL.iter().fold(Html::new(), Html::part);
    let acts = Html::new()
        .part(&Button::link(paths::Portal, c.save()).primary().glyph(Glyph::Plus))
        .part(&Button::link(paths::Portal, c.close()).dangerous().opens("ask"))
        .part(&Buttons::post(paths::SignOut, viewer.csrf(), c.sign_out()).primary(false).small());
    let empties = Html::new()
        .part(&Empty::yet(c.nobody_yet(), c.none()).act(paths::Home.to_string(), c.search()))
        .part(&Empty::matches(t, c.nobody_matches(), query.cleared()))
        .part(&Empty::not_supported(c.none(), c.none()))
        .part(&Empty::not_allowed(t, Permission::Scim))
        .part(&Empty::failed(t, "01a2289a", query.path()));
    let lists = Html::new()
        .part(
            &Filters::new(&query, c.search(), c.search())
                .placeholder(c.name())
                .select(&query, "status", c.status(), vec![(String::new(), String::from(c.any()))])
                .date(&query, "from", c.from()),
        )
        .part(&Cuts::new(c.status()).cut(&query, ("status", ""), c.any(), "7"))
        .part(&Pager::new(t, &query, c.none(), Some("next")));
    let bar = |went, failed| Bar { label: String::from("19:00"), went, failed };
    let charts = Html::new()
        .part(&Chart::new(t, "chart", c.went_through(), c.failed(), vec![bar(20, 0), bar(90, 7)]))
        .part(&Bars::new(vec![(paths::Portal.to_string(), String::from(c.failed()), 366)]))
        .part(&Progress::new(12_400, 50_000, "12,400 / 50,000"));
    let facts = Html::new()
        .part(&Facts::new().fact(c.name(), Html::new().name("Ada")))
        .part(&Copies::default().value(c.client_id(), "x-1", String::from(c.copy(c.client_id()))))
        .part(
            &Steps::default()
                .step(Step::Done, c.enabled(), Html::new())
                .step(Step::Failed, c.failed(), Html::new())
                .step(Step::Current, c.on(), Html::new().text(c.none()))
                .step(Step::Later, c.off(), Html::new()),
        )
        .part(&Quote::new("Role not found", Some("en")).by("CXone"));
    let banners = [Tone::Plain, Tone::Good, Tone::Warning, Tone::Bad]
        .into_iter()
        .fold(Html::new(), |html, tone| html.part(&Banner::new(tone, c.none()).text(c.none())));
    let head = Head::new(Html::new().name("Administrator"))
        .crumbs(c.path(), vec![(String::from(c.admin()), None)])
        .state(State::good(c.active()))
        .lead(c.none())
        .acts(acts);
    let panel = |id, title: &str, body| Panel::new(id, title, body);
    let page = Overview {
        frame: Shell::of(&viewer, Place::Portal),
        title: c.overview(),
        head,
        banner: Some(Banner::done(c.none())),
        wide: vec![
            panel(
                "tabs",
                c.navigation(),
                Html::new().part(
                    &Tabs::new("Administrator").tab(paths::Portal, c.overview(), true).counted(
                        paths::Outbox,
                        c.outbox(),
                        "3",
                        false,
                    ),
                ),
            ),
            panel("fields", c.name(), fields(t)),
            panel("asking", c.close(), Html::new().part(&ask())),
            panel("states", c.state(), states.part(&glyphs)),
            panel("banners", c.not_allowed(), banners),
            panel("empties", c.nobody_yet(), empties),
            panel("lists", c.search(), lists),
            panel("charts", c.as_table(), charts),
            panel("facts", c.client_id(), facts),
        ],
        narrow: Vec::new(),
    };
    sample("parts", &page)
}

fn fields(t: Texts) -> Html {
    let (c, d) = (t.common(), t.door());
    Html::new()
        .part(&Problems::of(c.check_the_form(), [("name", String::from(c.none()))]))
        .part(&Field::text("name", c.name()).hint(c.none()).error(Some(String::from(c.none()))))
        .part(&Field::text("locked", c.role()).value("Ada").locked(c.none()))
        .part(&Field::text("note", c.state()).optional(c.optional()).lines(3).max_length(256))
        .part(&Field::password("secret", d.password()).link(paths::Home, c.search()).required())
        .part(&Select::new("language", c.language(), "en").option("en", c.any()).hint(c.none()))
        .part(
            &Choice::new("kind", c.status())
                .option("a", c.enabled(), c.none(), true)
                .option("b", c.disabled(), c.none(), false)
                .error(Some(String::from(c.none()))),
        )
        .part(&Ticks::new("ticks", c.role(), ticks(c.active(), c.inactive())))
        .part(&Ticks::pills("pills", c.role(), ticks(c.on(), c.off())))
        .part(&Switch::new("scim", "on", c.status(), true, (c.on(), c.off())))
}

fn ticks(first: &str, second: &str) -> Vec<Tick> {
    let tick =
        |value: &str, text: &str, on| Tick { value: value.to_owned(), text: text.to_owned(), on };
    vec![tick("a", first, true), tick("b", second, false)]
}
