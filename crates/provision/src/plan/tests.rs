//! The decision table, state by state and switch by switch.
use super::*;
use seatlink_domain::{
    UserId,
    integrations::{AuthMode, Connection, UpdateStyle},
    work::{Person, WorkSubject},
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

fn mapped() -> Mapped {
    Mapped::of(&Map::from_iter([("userName".to_owned(), json!("p"))]), "1".to_owned())
}

fn link(state: LinkState, fingerprint: Fingerprint) -> Link {
    Link { remote_id: "srv-1".to_owned(), state, fingerprint: fingerprint.bytes() }
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

fn plan(subject: &WorkSubject, switches: [bool; 3]) -> Plan {
    decide(subject, Some(&mapped()), &settings(switches), Tried::Never)
}

fn current() -> Link {
    link(LinkState::Active, mapped().fingerprint())
}

fn stale() -> Link {
    link(LinkState::Active, Fingerprint::NOTHING)
}

fn inactive() -> Link {
    link(LinkState::Inactive, mapped().fingerprint())
}

#[test]
fn every_state_has_one_plan() {
    let id = || "srv-1".to_owned();
    let update =
        Plan::Update { remote_id: id(), before: Fingerprint::NOTHING, on_miss: OnMiss::Create };
    let reactivate = Plan::Reactivate {
        remote_id: id(),
        before: mapped().fingerprint(),
        push: Push::Profile,
        on_miss: OnMiss::Create,
    };
    let create = Plan::LinkOrCreate { push: Push::Profile, on_miss: OnMiss::Create };
    let deactivate = Plan::Deactivate { remote_id: id() };
    let cases = [
        (true, true, None, create),
        (true, true, Some(current()), Plan::Nothing(Idle::UpToDate)),
        (true, true, Some(stale()), update),
        (true, true, Some(inactive()), reactivate),
        (false, true, None, Plan::Nothing(Idle::NotAssigned)),
        (false, true, Some(current()), deactivate.clone()),
        (false, true, Some(inactive()), Plan::Nothing(Idle::AlreadyInactive)),
        (true, false, None, Plan::Nothing(Idle::NotAssigned)),
        (true, false, Some(stale()), deactivate),
    ];
    for (assigned, active, link, expected) in cases {
        let subject = subject(assigned, active, link);
        assert_eq!(plan(&subject, ALL), expected, "assigned {assigned}, active {active}");
    }
}

#[test]
fn a_person_who_is_gone_is_deactivated_where_there_is_a_link() {
    let gone = |link| WorkSubject { person: None, assigned: false, link, sought: None };
    let decide = |subject: &WorkSubject| decide(subject, None, &settings(ALL), Tried::Before);
    assert_eq!(decide(&gone(Some(current()))), Plan::Deactivate { remote_id: "srv-1".to_owned() });
    assert_eq!(decide(&gone(None)), Plan::Nothing(Idle::NotAssigned));
}

#[test]
fn each_switch_stops_its_own_action_only() {
    let unlinked = subject(true, true, None);
    assert_eq!(plan(&unlinked, [false, false, true]), Plan::Nothing(Idle::CreateOff));
    assert_eq!(
        plan(&unlinked, [false, true, true]),
        Plan::LinkOrCreate { push: Push::Profile, on_miss: OnMiss::Refuse }
    );
    assert_eq!(
        plan(&unlinked, [true, false, true]),
        Plan::LinkOrCreate { push: Push::ActiveOnly, on_miss: OnMiss::Create }
    );
    assert_eq!(
        plan(&subject(true, true, Some(stale())), [true, false, true]),
        Plan::Nothing(Idle::UpdateOff)
    );
    assert_eq!(
        plan(&subject(false, true, Some(current())), [true, true, false]),
        Plan::Nothing(Idle::DeactivateOff)
    );
    assert_eq!(
        plan(&subject(true, true, Some(inactive())), [false, false, true]),
        Plan::Nothing(Idle::CreateOff)
    );
}

#[test]
fn an_unsupported_action_is_as_good_as_switched_off() {
    let mut settings = settings(ALL);
    if let Some(connection) = &mut settings.connection {
        connection.actions.push_profile_updates = false;
    }
    let plan =
        decide(&subject(true, true, Some(stale())), Some(&mapped()), &settings, Tried::Never);
    assert_eq!(plan, Plan::Nothing(Idle::UpdateOff));
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
            let plan = decide(&subject, Some(&mapped()), &settings, Tried::Never);
            assert_eq!(plan, Plan::Nothing(Idle::ProvisioningOff));
        }
    }
}

#[test]
fn an_unassigned_person_whose_creation_was_cut_off_is_looked_for() {
    let subject = subject(false, true, None);
    let decide = |switches, tried| decide(&subject, Some(&mapped()), &settings(switches), tried);
    assert_eq!(decide(ALL, Tried::Before), Plan::DeactivateUnlinked);
    assert_eq!(decide(ALL, Tried::Never), Plan::Nothing(Idle::NotAssigned));
    assert_eq!(decide([true, true, false], Tried::Before), Plan::Nothing(Idle::NotAssigned));
}
