//! One run of wrk: a kind of request, sixteen connections, a few seconds.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::{
    client::{Client, escaped},
    people::Directory,
    server::{Run as _, Server},
};

const SCRIPT: &str = include_str!("load.lua");

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Get,
    Filter,
    Email,
    Page,
    CursorStart,
    CursorEnd,
    Patch,
    Create,
    AddSmall,
    AddMedium,
    AddLarge,
}

impl Kind {
    pub(crate) const fn what(self) -> &'static str {
        match self {
            Self::Get => "GET by id",
            Self::Filter => "filter userName eq",
            Self::Email => "filter emails.value eq",
            Self::Page => "page of 100 full users, any startIndex",
            Self::CursorStart => "page of 100 full users by cursor, at the start",
            Self::CursorEnd => "page of 100 full users by cursor, at the end",
            Self::Patch => "PATCH active",
            Self::Create => "POST create",
            Self::AddSmall => "add one member to a group of 10",
            Self::AddMedium => "add one member to a group of 10,000",
            Self::AddLarge => "add one member to the large group",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Filter => "filter",
            Self::Email => "email",
            Self::Page => "page",
            Self::CursorStart | Self::CursorEnd => "paths",
            Self::Patch => "patch",
            Self::Create => "create",
            Self::AddSmall | Self::AddMedium | Self::AddLarge => "add",
        }
    }
}

/// How long and how hard.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) connections: u32,
    pub(crate) duration: Duration,
    pub(crate) rounds: u32,
}

/// What one run showed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Processor time of the server for one request.
    pub(crate) processor_us: f64,
    pub(crate) resident_mib: f64,
    pub(crate) errors: u32,
}

/// A server under load: what was sent before decides what is sent next.
pub(crate) struct Target<'a> {
    server: &'a Server,
    directory: &'a Directory,
    script: PathBuf,
    /// Paths of pages by cursor, at the start and at the end, if the server has cursors.
    pub(crate) cursors: Option<[PathBuf; 2]>,
    sent: Vec<(Kind, u32)>,
}

impl<'a> Target<'a> {
    pub(crate) fn new(server: &'a Server, directory: &'a Directory, at: &Path) -> Result<Self> {
        fs::create_dir_all(at)?;
        let script = at.join("load.lua");
        fs::write(&script, SCRIPT)?;
        Ok(Self { server, directory, script, cursors: None, sent: Vec::new() })
    }

    pub(crate) fn run(&mut self, kind: Kind, effort: Effort) -> Result<Outcome> {
        let start = self.sent.iter().find(|(other, _)| *other == kind).map_or(0, |(_, sent)| *sent);
        let seconds = effort.duration.as_secs().max(1);
        let mut command = Command::new("wrk");
        command
            .args(["--threads", "1", "--timeout", "10s"])
            .args(["--connections", &effort.connections.to_string()])
            .args(["--duration", &format!("{seconds}s")])
            .arg("--script")
            .arg(&self.script)
            .arg(format!("http://{}", self.server.address))
            .env("LOAD_KIND", kind.word())
            .env("LOAD_TOKEN", &self.server.token)
            .env("LOAD_TOTAL", self.directory.users.to_string())
            .env("LOAD_START", start.to_string())
            .env("LOAD_USERS", self.users(kind));
        if let Some(groups) = self.groups(kind)? {
            command.env("LOAD_GROUPS", groups);
        }
        if let Some(paths) = self.paths(kind)? {
            command.env("LOAD_PATHS", paths);
        }
        let before = self.server.processor_seconds()?;
        let output = command.run()?;
        let processor = self.server.processor_seconds()? - before;
        let line = output.lines().find_map(|line| line.strip_prefix("LOAD "));
        let result: Value = serde_json::from_str(line.context("wrk's result")?)?;
        let number = |name: &str| result[name].as_f64().with_context(|| format!("{name} of wrk"));
        let whole = |name: &str| -> Result<u32> {
            let value = result[name].as_u64().with_context(|| format!("{name} of wrk"))?;
            Ok(u32::try_from(value)?)
        };
        self.sent.retain(|(other, _)| *other != kind);
        self.sent.push((kind, whole("sent")?));
        let requests = number("requests")?;
        ensure!(requests > 0.0, "nothing was answered to {}", kind.what());
        Ok(Outcome {
            per_second: requests / number("seconds")?,
            p50_ms: number("p50_ms")?,
            p99_ms: number("p99_ms")?,
            processor_us: processor * 1e6 / requests,
            resident_mib: self.server.resident()?,
            errors: whole("errors")?,
        })
    }

    fn users(&self, kind: Kind) -> &Path {
        if kind.word() == "add" { &self.directory.outsiders } else { &self.directory.asked_for }
    }

    fn groups(&self, kind: Kind) -> Result<Option<&Path>> {
        Ok(match kind {
            Kind::AddSmall => Some(&self.directory.small),
            Kind::AddMedium => Some(&self.directory.medium),
            Kind::AddLarge => Some(self.directory.large.as_deref().context("a large group")?),
            _ => None,
        })
    }

    fn paths(&self, kind: Kind) -> Result<Option<&Path>> {
        let [start, end] = match kind {
            Kind::CursorStart | Kind::CursorEnd => self.cursors.as_ref().context("cursors")?,
            _ => return Ok(None),
        };
        Ok(Some(if kind == Kind::CursorStart { start } else { end }))
    }

    /// Asks once for what will be asked often: a fast wrong answer is no figure.
    pub(crate) fn check(&self) -> Result<()> {
        let users = fs::read_to_string(&self.directory.asked_for)?;
        let (id, name) =
            users.lines().next().and_then(|line| line.split_once(' ')).context("a user")?;
        let mut client = self.server.client()?;
        let user = client.get(&format!("/scim/v2/Users/{id}"))?;
        ensure!(user["userName"] == name, "{id} is not {name}");
        for attribute in ["userName", "emails.value"] {
            let filter = escaped(&format!("{attribute} eq \"{name}\""));
            let found = client.get(&format!("/scim/v2/Users?filter={filter}"))?;
            ensure!(found["Resources"][0]["id"] == id, "{attribute} does not find {name}");
        }
        let page = client.get("/scim/v2/Users?startIndex=2&count=100")?;
        ensure!(
            page["totalResults"] == self.directory.users,
            "the total: {}",
            page["totalResults"]
        );
        ensure!(
            page["Resources"].as_array().is_some_and(|users| users.len() == 100),
            "no full page"
        );
        Ok(())
    }

    /// Walks the whole directory by cursor, counts everybody, and keeps where the first and the
    /// last pages are.
    ///
    /// Returns the seconds it took; `None` when the server has no cursors.
    pub(crate) fn walk(&mut self, at: &Path) -> Result<Option<f64>> {
        const KEPT: usize = 500;
        let mut client: Client = self.server.client()?;
        let path = |cursor: &str| format!("/scim/v2/Users?count=100&cursor={}", escaped(cursor));
        let begin = std::time::Instant::now();
        let (mut first, mut last) = (Vec::new(), std::collections::VecDeque::new());
        let mut next = String::new();
        let mut seen = 0;
        loop {
            let here = path(&next);
            let page = client.get(&here)?;
            let users = page["Resources"].as_array().map_or(0, Vec::len);
            seen += users;
            // A page that is not full would cost less than one that is.
            if users == 100 {
                if first.len() < KEPT {
                    first.push(here.clone());
                }
                last.push_back(here);
                if last.len() > KEPT {
                    last.pop_front();
                }
            }
            match page["nextCursor"].as_str() {
                Some(cursor) => cursor.clone_into(&mut next),
                None if next.is_empty() => return Ok(None),
                None => break,
            }
        }
        ensure!(u32::try_from(seen)? == self.directory.users, "the walk saw {seen} users");
        let [start, end] = [at.join("cursors-start"), at.join("cursors-end")];
        fs::write(&start, first.join("\n") + "\n")?;
        fs::write(&end, last.into_iter().collect::<Vec<_>>().join("\n") + "\n")?;
        self.cursors = Some([start, end]);
        Ok(Some(begin.elapsed().as_secs_f64()))
    }
}
