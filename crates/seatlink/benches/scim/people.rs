//! Who is in the directory: the made-up people of the demo, in groups of known sizes.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::Instant,
};

use anyhow::{Context as _, Result, ensure};

use crate::{
    client::{Client, escaped},
    server::{Installation, Server, processor_seconds_of_children, seatlink},
};

/// So many users are asked for; more would only cost the load generator memory.
const ASKED_FOR: u32 = 200_000;

const RESOLVERS: usize = 4;

/// Which groups there are. Users of the last tenth are in none of them, and are added.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) users: u32,
    /// Groups of ten, so many that none is twenty before the end.
    pub(crate) small: u32,
    pub(crate) medium: u32,
    pub(crate) medium_size: u32,
    /// The size of the one large group, if there is one.
    pub(crate) large: Option<u32>,
}

pub(crate) const SMALL_SIZE: u32 = 10;

impl Layout {
    pub(crate) fn new(users: u32, with_large: bool) -> Self {
        let medium = 4;
        Self {
            users,
            small: (users / 50).clamp(1, 5_000),
            medium,
            medium_size: (users / 5).clamp(1, 10_000),
            large: with_large.then(|| (users / 10 * 9).min(1_000_000)),
        }
    }

    fn outsiders(&self) -> u32 {
        let inside = [self.small * SMALL_SIZE, self.medium * self.medium_size];
        inside.into_iter().chain(self.large).max().unwrap_or_default()
    }

    fn groups_of(&self, index: u32) -> String {
        let mut groups = Vec::new();
        if index < self.small * SMALL_SIZE {
            groups.push(small_name(index / SMALL_SIZE));
        }
        if index < self.medium * self.medium_size {
            groups.push(medium_name(index / self.medium_size));
        }
        if self.large.is_some_and(|size| index < size) {
            groups.push(LARGE_NAME.to_owned());
        }
        groups.join(";")
    }
}

fn small_name(number: u32) -> String {
    format!("Small {number:04}")
}

fn medium_name(number: u32) -> String {
    format!("Medium {number}")
}

const LARGE_NAME: &str = "Everybody";

/// What a series of requests needs to know about the directory it asks.
pub(crate) struct Directory {
    pub(crate) users: u32,
    /// `<id> <userName>` lines, shuffled.
    pub(crate) asked_for: PathBuf,
    /// The same, of users who are in no group.
    pub(crate) outsiders: PathBuf,
    pub(crate) small: PathBuf,
    pub(crate) medium: PathBuf,
    pub(crate) large: Option<PathBuf>,
    pub(crate) large_size: u32,
}

/// Names chosen while the file of people was written.
pub(crate) struct Names {
    asked_for: Vec<String>,
    outsiders: Vec<String>,
}

/// Writes the file that is imported: what `seatlink people sample` makes up, with groups of our
/// own.
pub(crate) fn write(layout: &Layout, file: &Path) -> Result<Names> {
    let mut sample = seatlink()
        .args(["people", "sample", "--count", &layout.users.to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?;
    let lines = BufReader::new(sample.stdout.take().context("the sample")?).lines();
    let mut people = BufWriter::new(File::create(file)?);
    let mut names = Names { asked_for: Vec::new(), outsiders: Vec::new() };
    let every = layout.users.div_ceil(ASKED_FOR);
    let first_outsider = layout.outsiders();
    ensure!(first_outsider < layout.users, "too few users");
    let every_outsider = (layout.users - first_outsider).div_ceil(ASKED_FOR);
    for (number, line) in (0_u32..).zip(lines) {
        let line = line?;
        let Some(index) = number.checked_sub(1) else {
            writeln!(people, "{line}\r")?;
            continue;
        };
        // The last column is the groups, and no group has a comma in its name.
        let (person, _) = line.rsplit_once(',').context("a row with columns")?;
        writeln!(people, "{person},{}\r", layout.groups_of(index))?;
        let (name, _) = person.split_once(',').context("a row with columns")?;
        if index % every == 0 {
            names.asked_for.push(name.to_owned());
        }
        if index >= first_outsider && (index - first_outsider).is_multiple_of(every_outsider) {
            names.outsiders.push(name.to_owned());
        }
    }
    people.flush()?;
    ensure!(sample.wait()?.success(), "no people were made up");
    shuffle(&mut names.asked_for);
    shuffle(&mut names.outsiders);
    Ok(names)
}

/// What it took to bring everybody in.
pub(crate) struct Loading {
    pub(crate) seconds: f64,
    pub(crate) processor_seconds: f64,
    pub(crate) bytes: u64,
}

pub(crate) fn load(installation: &Installation, file: &Path) -> Result<Loading> {
    let processor = processor_seconds_of_children()?;
    let begin = Instant::now();
    installation.import(file)?;
    Ok(Loading {
        seconds: begin.elapsed().as_secs_f64(),
        processor_seconds: processor_seconds_of_children()? - processor,
        bytes: installation.bytes()?,
    })
}

impl Directory {
    /// Looks up the ids of everybody chosen and writes the files that the load generator reads.
    pub(crate) fn resolve(
        layout: &Layout,
        names: &Names,
        server: &Server,
        at: &Path,
    ) -> Result<Self> {
        fs::create_dir_all(at)?;
        let file = |name: &str, lines: &[String]| -> Result<PathBuf> {
            let path = at.join(name);
            fs::write(&path, lines.join("\n") + "\n")?;
            Ok(path)
        };
        let people = |chosen: &[String]| -> Result<Vec<String>> {
            let ids = look_up(server, "Users", "userName", chosen)?;
            Ok(ids.iter().zip(chosen).map(|(id, name)| format!("{id} {name}")).collect())
        };
        let groups = |names: Vec<String>| look_up(server, "Groups", "displayName", &names);
        let small = groups((0..layout.small).map(small_name).collect())?;
        let medium = groups((0..layout.medium).map(medium_name).collect())?;
        let large = match layout.large {
            Some(_) => Some(file("large", &groups(vec![LARGE_NAME.to_owned()])?)?),
            None => None,
        };
        Ok(Self {
            users: layout.users,
            asked_for: file("asked-for", &people(&names.asked_for)?)?,
            outsiders: file("outsiders", &people(&names.outsiders)?)?,
            small: file("small", &small)?,
            medium: file("medium", &medium)?,
            large,
            large_size: layout.large.unwrap_or_default(),
        })
    }
}

/// The ids of resources by name, in the order of the names.
fn look_up(server: &Server, kind: &str, attribute: &str, names: &[String]) -> Result<Vec<String>> {
    let share = names.len().div_ceil(RESOLVERS).max(1);
    thread::scope(|scope| {
        let mut shares = Vec::new();
        for names in names.chunks(share) {
            let mut client = server.client()?;
            shares.push(scope.spawn(move || {
                names.iter().map(|name| find(&mut client, kind, attribute, name)).collect()
            }));
        }
        let mut all = Vec::with_capacity(names.len());
        for share in shares {
            let ids: Result<Vec<String>> =
                share.join().map_err(|_| anyhow::anyhow!("a thread stopped"))?;
            all.extend(ids?);
        }
        Ok(all)
    })
}

fn find(client: &mut Client, kind: &str, attribute: &str, name: &str) -> Result<String> {
    let filter = escaped(&format!("{attribute} eq \"{name}\""));
    let found = client.get(&format!("/scim/v2/{kind}?filter={filter}&attributes={attribute}"))?;
    ensure!(found["totalResults"] == 1, "{name} is there {} times", found["totalResults"]);
    let id = found["Resources"][0]["id"].as_str();
    Ok(id.context("an id")?.to_owned())
}

/// The same order every time: neighbours in the file are far apart in the store.
fn shuffle<T>(items: &mut [T]) {
    let mut state = 0x5EA7_u64;
    for end in (1..items.len()).rev() {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let place = usize::try_from(state >> 33).unwrap_or_default() % (end + 1);
        items.swap(end, place);
    }
}
