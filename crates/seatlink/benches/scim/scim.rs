//! The SCIM service on durable SQLite, against the fastest handler and the fastest inserts of the
//! same rounds.

use anyhow::Result;

use crate::{
    Options,
    common::{self, Section},
    figure::Figure,
    load::{Kind, Target},
    people::{self, Directory, Layout},
    reference::{self, RawInserts},
    series::{self, Series},
    server::Installation,
    value,
};

const STATIC: &str = "of the static handler";
const RAW: &str = "of raw inserts";
const PER_SECOND: &str = "/s";

/// The best durable peers, as the issue quotes them from such a machine.
mod peer {
    pub(super) const FILTER: f64 = 0.04;
    pub(super) const PATCHES: f64 = 836.0;
    pub(super) const CREATES: f64 = 1_670.0;
    pub(super) const PAGES: f64 = 303.0;
    pub(super) const ADDITIONS: f64 = 138.0;
}

pub(crate) fn measure(options: &Options) -> Result<()> {
    let users = options.users.unwrap_or(100_000);
    let effort = options.effort;
    let layout = Layout::new(users, false);
    let workspace = options.workspace()?;
    let machine = common::machine(workspace.path())?;

    let installation = Installation::create(workspace.path().join("data"), None)?;
    let file = workspace.path().join("people.csv");
    let names = people::write(&layout, &file)?;
    people::load(&installation, &file)?;
    let server = installation.serve()?;
    let lists = workspace.path().join("lists");
    let directory = Directory::resolve(&layout, &names, &server, &lists)?;
    let mut target = Target::new(&server, &directory, &lists)?;
    target.check()?;
    let cursors = target.walk(&lists)?.is_some();

    let static_server = reference::start_static(&server.token)?;
    let mut static_target = Target::new(&static_server, &directory, &lists)?;
    let asked = || static_target.run(Kind::Get, effort).map(|outcome| outcome.per_second);
    let mut reads = vec![Kind::Get, Kind::Filter, Kind::Page];
    if cursors {
        reads.extend([Kind::CursorStart, Kind::CursorEnd]);
    }
    let (static_rate, reads) = series::against(asked, &mut target, &reads, effort)?;

    let mut raw = RawInserts::create(&workspace.path().join("raw.db"), users)?;
    let mut inserted = || raw.measure(effort.duration);
    let changes = [Kind::Patch, Kind::AddSmall, Kind::AddMedium];
    let (_, changes) = series::against(&mut inserted, &mut target, &changes, effort)?;
    // Creating makes the directory grow, so it comes last.
    let (raw_rate, creates) = series::against(inserted, &mut target, &[Kind::Create], effort)?;

    let all: Vec<&Series> = reads.iter().chain(&changes).chain(&creates).collect();
    let mut rows = vec![
        value("static handler of 1 KiB", static_rate),
        value("raw inserts, 64 rows a commit", raw_rate),
    ];
    rows.extend(all.iter().map(|series| match series.kind {
        Kind::Get | Kind::Filter => series.row(STATIC),
        Kind::Patch | Kind::Create => series.row(RAW),
        kind => series.row_named(kind.what(), None),
    }));
    let mut figures: Vec<Figure> = all.iter().flat_map(|series| figures(series)).collect();
    let errors: u32 = all.iter().map(|series| series.errors()).sum();
    figures.push(Figure::at_most("requests that failed", errors.into(), "", 0.0));
    Section { machine, settings: options.settings(users), figures, rows }.publish("scim")
}

fn figures(series: &Series) -> Vec<Figure> {
    let what = series.kind.what();
    let ratio = |unit, target, peer| Figure {
        peer,
        ..Figure::at_least(what, series.ratio(), unit, target)
    };
    let rate = |target, peer| Figure {
        peer: Some(peer),
        ..Figure::at_least(what, series.per_second(), PER_SECOND, target)
    };
    match series.kind {
        Kind::Get => vec![ratio(STATIC, 0.6, None)],
        Kind::Filter => vec![ratio(STATIC, 0.5, Some(peer::FILTER))],
        Kind::Page | Kind::CursorStart | Kind::CursorEnd => vec![rate(2_500.0, peer::PAGES)],
        Kind::Patch => vec![ratio(RAW, 0.5, None), rate(10.0 * peer::PATCHES, peer::PATCHES)],
        Kind::Create => vec![ratio(RAW, 0.5, None), rate(10.0 * peer::CREATES, peer::CREATES)],
        Kind::AddMedium => vec![rate(5_000.0, peer::ADDITIONS)],
        Kind::Email | Kind::AddSmall | Kind::AddLarge => Vec::new(),
    }
}
