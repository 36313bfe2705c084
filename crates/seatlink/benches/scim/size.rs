//! What a request costs with very many users, compared with the same at ten thousand; and what very
//! many users take.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::{
    Options,
    common::{self, Section},
    figure::Figure,
    load::{Kind, Target},
    people::{self, Directory, Layout, Loading},
    series::{self, Series},
    server::{Installation, Server},
    value,
};

const FEW: u32 = 10_000;
const TIMES: &str = "times the cost";

/// An installation with so many users, served.
struct Filled {
    server: Server,
    directory: Directory,
    loading: Loading,
}

pub(crate) fn measure(options: &Options) -> Result<()> {
    let users = options.users.unwrap_or(1_000_000);
    let effort = options.effort;
    let workspace = options.workspace()?;
    let machine = common::machine(workspace.path())?;
    let few = fill(FEW, &workspace.path().join("few"))?;
    let many = fill(users, &workspace.path().join("many"))?;
    let Loading { seconds, processor_seconds, bytes } = many.loading;
    let load_rate = f64::from(users) / seconds;
    let disk = kilobytes(bytes)? / f64::from(users);
    eprintln!("{users} users: {load_rate:.0} /s, {disk:.2} KB each");

    let lists = workspace.path().join("few-lists");
    let mut target_few = Target::new(&few.server, &few.directory, &lists)?;
    target_few.check()?;
    let cursors = target_few.walk(&lists)?.is_some();
    let lists = workspace.path().join("many-lists");
    let mut target_many = Target::new(&many.server, &many.directory, &lists)?;
    target_many.check()?;
    let walk = target_many.walk(&lists)?;

    let mut kinds = vec![Kind::Get, Kind::Filter, Kind::Email, Kind::Page];
    if cursors {
        kinds.extend([Kind::CursorStart, Kind::CursorEnd]);
    }
    kinds.extend([Kind::Patch, Kind::AddSmall, Kind::AddLarge, Kind::Create]);
    let (small, large) = series::compared(&mut target_few, &mut target_many, &kinds, effort)?;

    let rate = |kind| -> Result<f64> {
        let found = large.iter().find(|series| series.kind == kind);
        Ok(found.context("a series of each kind")?.per_second())
    };
    let many_word = thousands(users);
    let mut rows = vec![
        value(&format!("users loaded, {many_word} of them"), load_rate),
        value(
            "users loaded for each second of processor time",
            f64::from(users) / processor_seconds,
        ),
    ];
    if let Some(seconds) = walk {
        rows.push(value(
            "users seen by one client that walks by cursor",
            f64::from(users) / seconds,
        ));
    }
    for (few, many) in small.iter().zip(&large) {
        let what = many.kind.what();
        rows.push(few.row_named(&format!("{what}; {} users", thousands(FEW)), None));
        let dearer = Some((many.ratio(), "times the cost at 10,000"));
        rows.push(many.row_named(&format!("{what}; {many_word} users"), dearer));
    }

    let mut figures: Vec<Figure> =
        large.iter().filter_map(|series| growth(series, &many_word)).collect();
    if cursors {
        let what = format!("page by cursor at the end of {many_word}, to the start");
        let ratio = rate(Kind::CursorStart)? / rate(Kind::CursorEnd)?;
        figures.push(Figure::at_most(what, ratio, TIMES, 1.3));
    }
    let members = thousands(many.directory.large_size);
    let ratio = rate(Kind::AddSmall)? / rate(Kind::AddLarge)?;
    figures.push(Figure::at_most(
        format!("add to a group of {members}, to one of 10"),
        ratio,
        TIMES,
        1.3,
    ));
    figures.push(Figure::at_least(format!("loading {many_word} users"), load_rate, "/s", 20_000.0));
    figures.push(Figure::at_most("disk for a user, all told", disk, "KB", 2.5));
    let resident = kilobytes(many.server.resident_at_most()?)? / 1_000.0;
    figures.push(Figure::at_most(
        format!("resident while serving {many_word}"),
        resident,
        "MB",
        250.0,
    ));
    let errors: u32 = small.iter().chain(&large).map(Series::errors).sum();
    figures.push(Figure::at_most("requests that failed at size", errors.into(), "", 0.0));
    Section { machine, settings: options.settings(users), figures, rows }.publish("size")
}

fn growth(series: &Series, many: &str) -> Option<Figure> {
    let what = match series.kind {
        Kind::Get | Kind::Filter | Kind::Email | Kind::Patch => series.kind.what(),
        Kind::CursorEnd => "page of 100 by cursor",
        Kind::Page
        | Kind::CursorStart
        | Kind::Create
        | Kind::AddSmall
        | Kind::AddMedium
        | Kind::AddLarge => return None,
    };
    let what = format!("{what} with {many} users, to 10,000");
    Some(Figure::at_most(what, series.ratio(), TIMES, 1.3))
}

fn fill(users: u32, at: &Path) -> Result<Filled> {
    eprintln!("{users} users are made up and loaded");
    let layout = Layout::new(users, true);
    let installation = Installation::create(at.join("data"), None)?;
    let file = at.join("people.csv");
    let names = people::write(&layout, &file)?;
    let loading = people::load(&installation, &file)?;
    std::fs::remove_file(file)?;
    let server = installation.serve()?;
    let directory = Directory::resolve(&layout, &names, &server, &at.join("lists"))?;
    Ok(Filled { server, directory, loading })
}

fn kilobytes(bytes: u64) -> Result<f64> {
    // One more or less does not matter, and so many of them fit.
    Ok(f64::from(u32::try_from(bytes / 1_000)?))
}

fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
