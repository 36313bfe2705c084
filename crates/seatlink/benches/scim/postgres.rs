//! The SCIM service on PostgreSQL, against what pgbench gets out of the same server.

use std::{env, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use crate::{
    Options,
    common::{self, Section},
    figure::Figure,
    load::{Effort, Kind, Target},
    people::{self, Directory, Layout},
    series::{self, Series},
    server::{Installation, Run as _},
    value,
};

const SERVER: &str = "SEATLINK_TEST_DATABASE_URL";
/// Where `psql` and `pgbench` are, if not in `PATH`.
const PROGRAMS: &str = "SEATLINK_BENCH_POSTGRES";

const PGBENCH: &str = "of pgbench select-only";

pub(crate) fn measure(options: &Options) -> Result<()> {
    let url = env::var(SERVER)
        .with_context(|| format!("{SERVER} is not set; run `cargo xtask bench postgres`"))?;
    let users = options.users.unwrap_or(100_000);
    let effort = options.effort;
    let layout = Layout::new(users, false);
    let workspace = options.workspace()?;
    let machine = common::machine(workspace.path())?;
    let postgres = Postgres::new(&url)?;
    let mut settings = options.settings(users);
    settings.insert("fsync", postgres.ask("SHOW fsync")?);
    settings.insert("synchronous_commit", postgres.ask("SHOW synchronous_commit")?);
    let version = postgres.ask("SHOW server_version")?;
    settings.insert("PostgreSQL", version.split(' ').next().unwrap_or_default().to_owned());

    postgres.fill(users)?;
    let database_url = postgres.create("seatlink")?;
    let installation = Installation::create(workspace.path().join("data"), Some(database_url))?;
    let file = workspace.path().join("people.csv");
    let names = people::write(&layout, &file)?;
    people::load(&installation, &file)?;
    postgres.ask_in(&postgres.url_of("seatlink"), "VACUUM ANALYZE")?;
    let server = installation.serve()?;
    let lists = workspace.path().join("lists");
    let directory = Directory::resolve(&layout, &names, &server, &lists)?;
    let mut target = Target::new(&server, &directory, &lists)?;
    target.check()?;

    let simple = postgres.select_only("simple", effort)?;
    let selected = || postgres.select_only("prepared", effort);
    let kinds = [Kind::Get, Kind::Filter, Kind::Page, Kind::Patch, Kind::AddMedium, Kind::Create];
    let (prepared, all) = series::against(selected, &mut target, &kinds, effort)?;

    let mut rows = vec![
        value("pgbench select-only, prepared", prepared),
        value("pgbench select-only, simple", simple),
    ];
    rows.extend(all.iter().map(|series| match series.kind {
        Kind::Get | Kind::Filter => series.row(PGBENCH),
        kind => series.row_named(kind.what(), None),
    }));
    let errors: u32 = all.iter().map(Series::errors).sum();
    let read = all.iter().find(|series| series.kind == Kind::Get).context("the point reads")?;
    let figures = vec![
        Figure::at_least("GET by id on PostgreSQL", read.ratio(), PGBENCH, 0.5),
        Figure::at_most("requests that failed on PostgreSQL", errors.into(), "", 0.0),
    ];
    drop(server);
    postgres.remove()?;
    Section { machine, settings, figures, rows }.publish("postgres")
}

/// A server that is there already; ours are two databases in it.
struct Postgres {
    url: url::Url,
    programs: Option<PathBuf>,
}

const DATABASES: [&str; 2] = ["seatlink", "pgbench"];

impl Postgres {
    fn new(url: &str) -> Result<Self> {
        let url = url.parse().with_context(|| format!("{SERVER} is no URL"))?;
        let postgres = Self { url, programs: env::var_os(PROGRAMS).map(PathBuf::from) };
        postgres.remove()?;
        Ok(postgres)
    }

    fn program(&self, name: &str) -> Command {
        Command::new(self.programs.as_ref().map_or_else(|| name.into(), |path| path.join(name)))
    }

    fn of(name: &str) -> String {
        format!("bench_{name}_{}", std::process::id())
    }

    fn url_of(&self, name: &str) -> String {
        let mut url = self.url.clone();
        url.set_path(&Self::of(name));
        url.into()
    }

    fn ask(&self, statement: &str) -> Result<String> {
        self.ask_in(self.url.as_str(), statement)
    }

    fn ask_in(&self, database: &str, statement: &str) -> Result<String> {
        let mut psql = self.program("psql");
        psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--command", statement]);
        Ok(psql.arg(database).run()?.trim().to_owned())
    }

    fn create(&self, name: &str) -> Result<String> {
        self.ask(&format!("CREATE DATABASE {}", Self::of(name)))?;
        Ok(self.url_of(name))
    }

    fn remove(&self) -> Result<()> {
        for name in DATABASES {
            self.ask(&format!("DROP DATABASE IF EXISTS {}", Self::of(name)))?;
        }
        Ok(())
    }

    /// pgbench counts in hundred thousands of rows.
    fn fill(&self, users: u32) -> Result<()> {
        let database = self.create("pgbench")?;
        let scale = users.div_ceil(100_000).to_string();
        let mut pgbench = self.program("pgbench");
        pgbench.args(["--initialize", "--quiet", "--scale", &scale]).arg(database).run().map(drop)
    }

    fn select_only(&self, protocol: &str, effort: Effort) -> Result<f64> {
        let mut pgbench = self.program("pgbench");
        let output = pgbench
            .args(["--select-only", "--no-vacuum", "--jobs", "1", "--protocol", protocol])
            .args(["--client", &effort.connections.to_string()])
            .args(["--time", &effort.duration.as_secs().to_string()])
            .arg(self.url_of("pgbench"))
            .run()?;
        let line = output.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = line.and_then(|line| line.split(' ').next()?.parse().ok());
        rate.with_context(|| format!("a rate in what pgbench says: {output}"))
    }
}
