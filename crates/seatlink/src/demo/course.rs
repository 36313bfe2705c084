//! What must then happen: people come, change, leave and come back, and the other side follows.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use indicatif::ProgressBar;
use seatlink_domain::{
    Actor, Platform, UserId,
    directory::{
        import,
        people_file::{PeopleFile, PersonRow},
        users,
    },
    integrations,
    log::{self, Reason},
    work,
};
use seatlink_scim::Precondition;
use seatlink_texts::Language;
use serde_json::{Value, json};

use super::{
    report::{Provisioned, Report, Step},
    sending::Ready,
};
use crate::cli::progress;
use seatlink_edge::words;

/// Every how many-th person changes, leaves, and comes back. At least one stays away.
const CHANGED: usize = 10;
const LEAVING: usize = 20;
/// As many refusals as a person wants to read.
const SHOWN: i64 = 5;
/// Between two looks at how far it is: each counts everybody, so it must not be often.
const LOOK: Duration = Duration::from_millis(200);
/// How long nothing may move before the demo gives up on the other side.
const STALLED: Duration = Duration::from_mins(2);

/// A person of the file and what the course has in store.
pub(super) struct Traveller {
    pub(super) id: UserId,
    pub(super) user_name: String,
    pub(super) changes: bool,
    pub(super) leaves: Leaving,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    /// Inactive in the file: nobody makes an account for them.
    NeverCame,
    Never,
    /// Unassigned, and assigned again.
    UnassignedAndBack,
    /// Deactivated in the directory, for good.
    Deactivated,
}

impl Leaving {
    const fn of(index: usize) -> Self {
        match (index % LEAVING, (index / LEAVING) % 2) {
            (0, 0) => Self::Deactivated,
            (0, _) => Self::UnassignedAndBack,
            _ => Self::Never,
        }
    }
}

/// What the course has to remember of a row; the rows themselves go into the import.
struct Coming {
    user_name: String,
    active: bool,
}

impl Coming {
    fn of(row: &PersonRow) -> Self {
        let user_name = row.resource.get("userName").and_then(Value::as_str).unwrap_or_default();
        let active = row.resource.get("active") != Some(&Value::Bool(false));
        Self { user_name: user_name.to_owned(), active }
    }
}

pub(super) async fn walk(
    platform: &Platform,
    ready: &Ready,
    file: PeopleFile,
    report: &mut Report,
) -> Result<Vec<Traveller>> {
    let people: Vec<Coming> = file.people.iter().map(Coming::of).collect();
    import_people(platform, &ready.actor, file, report).await?;
    let travellers = find(platform, &ready.actor, &people).await?;
    assign(platform, ready, &travellers, report).await?;
    change(platform, ready, &travellers, report).await?;
    leave(platform, ready, &travellers, report).await?;
    come_back(platform, ready, &travellers, report).await?;
    report.provisioned = counts(platform, ready).await?;
    Ok(travellers)
}

async fn import_people(
    platform: &Platform,
    actor: &Actor,
    file: PeopleFile,
    report: &mut Report,
) -> Result<()> {
    let total = file.people.len();
    let bar = progress::bar(total, "importing");
    let moving = bar.clone();
    let summary =
        import::people(platform, actor, file, move |done| moving.set_position(done)).await?;
    bar.finish_and_clear();
    report.steps.push(Step {
        step: "import",
        title: "The people are imported into the sending side's directory",
        ok: true,
        evidence: format!(
            "{} created, {} updated, {} unchanged, in {} groups.",
            summary.created, summary.updated, summary.unchanged, summary.groups
        ),
    });
    Ok(())
}

async fn find(platform: &Platform, actor: &Actor, people: &[Coming]) -> Result<Vec<Traveller>> {
    let mut travellers = Vec::with_capacity(people.len());
    for (index, person) in people.iter().enumerate() {
        let Coming { user_name, active: came } = person;
        let record = users::find_by_user_name(platform, actor, user_name)
            .await?
            .with_context(|| format!("“{user_name}” was imported"))?;
        travellers.push(Traveller {
            id: record.id,
            user_name: record.user_name,
            changes: *came && index % CHANGED == 0,
            leaves: if *came { Leaving::of(index) } else { Leaving::NeverCame },
        });
    }
    Ok(travellers)
}

/// A run that was interrupted goes on: who has been away keeps being away until they come back.
async fn assign(
    platform: &Platform,
    ready: &Ready,
    travellers: &[Traveller],
    report: &mut Report,
) -> Result<()> {
    let mut ids = Vec::with_capacity(travellers.len());
    let coming = travellers.iter().filter(|traveller| traveller.leaves != Leaving::NeverCame);
    let expected = i64::try_from(coming.clone().count()).unwrap_or(i64::MAX);
    for traveller in coming {
        let (_, link) =
            work::assignment_state(platform, &ready.actor, ready.integration, traveller.id).await?;
        if link.is_none() {
            ids.push(traveller.id);
        }
    }
    let count = ids.len();
    let started = Instant::now();
    integrations::assign_people(platform, &ready.actor, ready.integration, ids).await?;
    settle(platform, ready, "provisioning").await?;
    let seconds = started.elapsed().as_secs_f64();
    let accounts = linked(platform, ready).await?;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = count as f64 / seconds.max(0.001);
    let mut evidence = format!(
        "{count} people assigned and provisioned in {seconds:.1} s ({rate:.0} people/s); {accounts} accounts are linked."
    );
    let failed = work::failed(platform, &ready.actor, ready.integration, SHOWN).await?;
    for last in failed.iter().filter_map(|item| item.last.as_ref()) {
        evidence.push_str("\n             ");
        evidence.push_str(&words::stored(&last.event, Language::English).text());
    }
    report.steps.push(Step {
        step: "assigned",
        title: "Assigned people become employees with the Agent role",
        ok: accounts >= expected,
        evidence,
    });
    Ok(())
}

async fn linked(platform: &Platform, ready: &Ready) -> Result<i64> {
    let standing = work::standing(platform, &ready.actor, ready.integration).await?;
    Ok(standing.active + standing.inactive)
}

async fn change(
    platform: &Platform,
    ready: &Ready,
    travellers: &[Traveller],
    report: &mut Report,
) -> Result<()> {
    let mut count = 0;
    for traveller in travellers.iter().filter(|traveller| traveller.changes) {
        let display =
            format!("{} (promoted)", traveller.user_name.split('@').next().unwrap_or_default());
        patch(platform, &ready.actor, traveller.id, "displayName", json!(display)).await?;
        count += 1;
    }
    settle(platform, ready, "updating").await?;
    let pushed = distinct(platform, &ready.actor, Reason::PushedUpdate).await?;
    report.steps.push(Step {
        step: "changed",
        title: "A change of a mapped attribute reaches the employee",
        ok: pushed > 0 || count == 0,
        evidence: format!(
            "displayName of {count} people was changed; {pushed} employees were updated."
        ),
    });
    Ok(())
}

async fn leave(
    platform: &Platform,
    ready: &Ready,
    travellers: &[Traveller],
    report: &mut Report,
) -> Result<()> {
    let unassigned: Vec<UserId> = travellers
        .iter()
        .filter(|traveller| traveller.leaves == Leaving::UnassignedAndBack)
        .map(|traveller| traveller.id)
        .collect();
    let away = unassigned.len();
    integrations::unassign_people(platform, &ready.actor, ready.integration, unassigned).await?;
    let mut deactivated = 0;
    for traveller in travellers.iter().filter(|traveller| traveller.leaves == Leaving::Deactivated)
    {
        patch(platform, &ready.actor, traveller.id, "active", json!(false)).await?;
        deactivated += 1;
    }
    settle(platform, ready, "deactivating").await?;
    let inactive = work::standing(platform, &ready.actor, ready.integration).await?.inactive;
    report.steps.push(Step {
        step: "left",
        title: "Unassigned and deactivated people become inactive employees",
        ok: inactive >= i64::try_from(away + deactivated).unwrap_or(i64::MAX),
        evidence: format!(
            "{away} people unassigned, {deactivated} deactivated; {inactive} employees are inactive, none was deleted."
        ),
    });
    Ok(())
}

async fn come_back(
    platform: &Platform,
    ready: &Ready,
    travellers: &[Traveller],
    report: &mut Report,
) -> Result<()> {
    let back: Vec<UserId> = travellers
        .iter()
        .filter(|traveller| traveller.leaves == Leaving::UnassignedAndBack)
        .map(|traveller| traveller.id)
        .collect();
    let count = back.len();
    integrations::assign_people(platform, &ready.actor, ready.integration, back).await?;
    settle(platform, ready, "reactivating").await?;
    let reactivated = distinct(platform, &ready.actor, Reason::PushedReactivation).await?;
    report.steps.push(Step {
        step: "returned",
        title: "People assigned again are the same employees, active again",
        ok: reactivated >= i64::try_from(count).unwrap_or(i64::MAX),
        evidence: format!(
            "{count} people assigned again; {reactivated} employees are active again."
        ),
    });
    Ok(())
}

async fn patch(
    platform: &Platform,
    actor: &Actor,
    id: UserId,
    path: &str,
    value: Value,
) -> Result<()> {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": path, "value": value }],
    });
    users::patch(platform, actor, &id.to_string(), body, &Precondition::None).await?;
    Ok(())
}

/// Waits until nothing is due any more, and shows how far it is.
async fn settle(platform: &Platform, ready: &Ready, what: &'static str) -> Result<()> {
    let mut bar: Option<ProgressBar> = None;
    let mut last = i64::MAX;
    let mut moved = Instant::now();
    let mut total = 0;
    loop {
        let standing = work::standing(platform, &ready.actor, ready.integration).await?;
        total = total.max(standing.waiting);
        let bar = bar.get_or_insert_with(|| {
            progress::bar(usize::try_from(total).unwrap_or(usize::MAX), what)
        });
        bar.set_position(u64::try_from(total - standing.waiting).unwrap_or(0));
        if standing.waiting == 0 {
            bar.finish_and_clear();
            return Ok(());
        }
        if standing.waiting < last {
            last = standing.waiting;
            moved = Instant::now();
        }
        if moved.elapsed() > STALLED {
            let integration = integrations::get(platform, &ready.actor, ready.integration).await?;
            bail!(
                "{what}: {} people still wait and nothing has moved for two minutes; the integration is {}. {}",
                standing.waiting,
                integration.status.as_str(),
                words::status_reason(&integration).unwrap_or_default()
            );
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn distinct(platform: &Platform, actor: &Actor, reason: Reason) -> Result<i64> {
    Ok(log::count_distinct(platform, actor, reason).await?)
}

async fn counts(platform: &Platform, ready: &Ready) -> Result<Provisioned> {
    let actor = &ready.actor;
    let standing = work::standing(platform, actor, ready.integration).await?;
    Ok(Provisioned {
        created: standing.active + standing.inactive,
        updated: distinct(platform, actor, Reason::PushedUpdate).await?,
        deactivated: distinct(platform, actor, Reason::PushedDeactivation).await?,
        reactivated: distinct(platform, actor, Reason::PushedReactivation).await?,
        failed: standing.failed,
    })
}

/// What one person's employee has to look like at the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Expected {
    Absent,
    Active,
    Inactive,
}

impl Traveller {
    pub(super) const fn expected(&self) -> Expected {
        match self.leaves {
            Leaving::NeverCame => Expected::Absent,
            Leaving::Deactivated => Expected::Inactive,
            Leaving::Never | Leaving::UnassignedAndBack => Expected::Active,
        }
    }
}
