//! The decision table, state by state and switch by switch.
use std::sync::LazyLock;

use super::*;
use seatlink_domain::{
    DigestKey, UserId,
    integrations::{AuthMode, Connection, UpdateStyle},
    work::{Delivered, Person, WorkSubject},
};
use serde_json::{Map, json};

const ALL: [bool; 3] = [true, true, true];

fn settings([create, update, deactivate]: [bool; 3]) -> Settings {
    Settings {
        login_page_url: String::new(),
        scim_enabled: true,
        connection: Some(Connection {
            base_url: "https://target.example/scim/v2".to_owned(),
            unique_identifier: "userName".to_owned(),
            actions: SupportedActions { push_new_users: true, push_profile_updates: true },
            auth: AuthMode::Header,
            update_style: UpdateStyle::Put,
            concurrency: 32,
        }),
        to_app: ToApp {
            create_users: create,
            update_user_attributes: update,
            deactivate_users: deactivate,
        },
    }
}

fn mapped() -> &'static Mapped {
    static MAPPED: LazyLock<Mapped> = LazyLock::new(|| {
        let document = Map::from_iter([("userName".to_owned(), json!("p"))]);
        Mapped::of(&document, "1".to_owned(), &DigestKey::new(&[7; 32]))
    });
    &MAPPED
}

fn link(state: LinkState, delivered: Delivered) -> Link {
    Link { remote_id: "srv-1".to_owned(), state, delivered }
}

fn subject(assigned: bool, active: bool, link: Option<Link>) -> WorkSubject {
    let person = Person {
        id: UserId::from(uuid::Uuid::nil()),
        user_name: "p".to_owned(),
        active,
        document: seatlink_scim::Document::default(),
    };
    WorkSubject { person: Some(person), assigned, link, sought: None }
}

fn plan(subject: &WorkSubject, switches: [bool; 3]) -> Decision<'_> {
    decide(subject, Some(mapped()), &settings(switches), Tried::Never)
}

fn current() -> Link {
    link(LinkState::Active, mapped().delivered())
}

fn stale() -> Link {
    link(LinkState::Active, Delivered::default())
}

fn inactive() -> Link {
    link(LinkState::Inactive, mapped().delivered())
}

#[test]
fn every_state_has_one_plan() {
    let mapped = mapped();
    let (current, stale, inactive) = (&current(), &stale(), &inactive());
    let on_miss = OnMiss::Create;
    let update = Plan::Update { link: stale, mapped, on_miss };
    let push = Push::Profile;
    let reactivate = Plan::Reactivate { link: inactive, mapped, push, on_miss };
    let create = Plan::LinkOrCreate { mapped, push, on_miss };
    let (of_current, of_stale) =
        (Plan::Deactivate { link: current }, Plan::Deactivate { link: stale });
    let cases = [
        (true, true, None, Decision::Do(create)),
        (true, true, Some(current), Decision::Nothing(Idle::UpToDate)),
        (true, true, Some(stale), Decision::Do(update)),
        (true, true, Some(inactive), Decision::Do(reactivate)),
        (false, true, None, Decision::Nothing(Idle::NotAssigned)),
        (false, true, Some(current), Decision::Do(of_current)),
        (false, true, Some(inactive), Decision::Nothing(Idle::AlreadyInactive)),
        (true, false, None, Decision::Nothing(Idle::NotAssigned)),
        (true, false, Some(stale), Decision::Do(of_stale)),
    ];
    for (assigned, active, link, expected) in cases {
        let subject = subject(assigned, active, link.cloned());
        assert_eq!(plan(&subject, ALL), expected, "assigned {assigned}, active {active}");
    }
}

#[test]
fn a_person_who_is_gone_is_deactivated_where_there_is_a_link() {
    let gone = |link| WorkSubject { person: None, assigned: false, link, sought: None };
    let settings = settings(ALL);
    let (linked, unlinked) = (gone(Some(current())), gone(None));
    assert_eq!(
        decide(&linked, None, &settings, Tried::Before),
        Decision::Do(Plan::Deactivate { link: &current() })
    );
    assert_eq!(
        decide(&unlinked, None, &settings, Tried::Before),
        Decision::Nothing(Idle::NotAssigned)
    );
}

#[test]
fn each_switch_stops_its_own_action_only() {
    let unlinked = subject(true, true, None);
    assert_eq!(plan(&unlinked, [false, false, true]), Decision::Nothing(Idle::CreateOff));
    assert_eq!(
        plan(&unlinked, [false, true, true]),
        Decision::Do(Plan::LinkOrCreate {
            mapped: mapped(),
            push: Push::Profile,
            on_miss: OnMiss::Refuse
        })
    );
    assert_eq!(
        plan(&unlinked, [true, false, true]),
        Decision::Do(Plan::LinkOrCreate {
            mapped: mapped(),
            push: Push::ActiveOnly,
            on_miss: OnMiss::Create
        })
    );
    assert_eq!(
        plan(&subject(true, true, Some(stale())), [true, false, true]),
        Decision::Nothing(Idle::UpdateOff)
    );
    assert_eq!(
        plan(&subject(false, true, Some(current())), [true, true, false]),
        Decision::Nothing(Idle::DeactivateOff)
    );
    assert_eq!(
        plan(&subject(true, true, Some(inactive())), [false, false, true]),
        Decision::Nothing(Idle::CreateOff)
    );
}

#[test]
fn an_unsupported_action_is_as_good_as_switched_off() {
    let mut settings = settings(ALL);
    if let Some(connection) = &mut settings.connection {
        connection.actions.push_profile_updates = false;
    }
    let subject = subject(true, true, Some(stale()));
    let plan = decide(&subject, Some(mapped()), &settings, Tried::Never);
    assert_eq!(plan, Decision::Nothing(Idle::UpdateOff));
}

#[test]
fn nothing_is_sent_while_provisioning_is_switched_off() {
    let mut off = settings(ALL);
    off.scim_enabled = false;
    let mut unconfigured = settings(ALL);
    unconfigured.connection = None;
    for settings in [off, unconfigured] {
        for link in [None, Some(current()), Some(stale()), Some(inactive())] {
            let subject = subject(true, true, link);
            let plan = decide(&subject, Some(mapped()), &settings, Tried::Never);
            assert_eq!(plan, Decision::Nothing(Idle::ProvisioningOff));
        }
    }
}

#[test]
fn an_unassigned_person_whose_creation_was_cut_off_is_looked_for() {
    let subject = subject(false, true, None);
    let decide = |switches, tried| decide(&subject, Some(mapped()), &settings(switches), tried);
    assert_eq!(
        decide(ALL, Tried::Before),
        Decision::Do(Plan::DeactivateUnlinked { mapped: mapped() })
    );
    assert_eq!(decide(ALL, Tried::Never), Decision::Nothing(Idle::NotAssigned));
    assert_eq!(decide([true, true, false], Tried::Before), Decision::Nothing(Idle::NotAssigned));
}
