//! The fast path for large files.
//!
//! The file is read twice. First all of it is checked, on every core, and of each person a name's
//! beginning and a place are kept ([`order`]): 24 bytes. Then people are read again in the order of
//! their names, made into rows on the other cores, and written in batches by one transaction each.
//! A batch is as large as can be written in [`TURN`], so whoever else writes to the same database
//! waits no longer than that.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use seatlink_scim::fold;
use tokio::sync::mpsc;

use super::{
    ImportError, ImportSummary,
    order::{self, Key},
    prepare::{Asked, Checked, Prepared, RoleBook},
    write::{Members, Writing},
};
use crate::{
    Platform,
    actor::Actor,
    directory::{
        may_write,
        people_file::{
            RowError,
            large::{Block, Blocks, FileError, LargeFile},
        },
    },
    permission::Permission,
    tenants::{self, Tenant},
};

/// How long one batch may hold the database.
const TURN: Duration = Duration::from_millis(120);
/// How long the database is left to others after each batch. A server that waits for its turn looks
/// every millisecond.
const PAUSE: Duration = Duration::from_millis(3);
const BATCH_MIN: usize = 250;
const BATCH_MAX: usize = 8_000;
/// People read at a time when the file is not in order.
const READ: usize = 1_000;
/// Blocks that wait to be written.
const AHEAD: usize = 8;
/// Errors kept; more are only counted by whoever mends the file.
const ERRORS: usize = 1_000;

/// How far an import is.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// Bytes of the file.
    Checked { bytes: u64 },
    /// The file is good and has this many people.
    Good { people: u64 },
    /// People.
    Written { people: u64 },
}

/// Tells whoever waits how far an import is.
pub type Tell = Arc<dyn Fn(Progress) + Send + Sync>;

/// Imports a file that need not fit into memory.
pub async fn people(
    platform: &Platform,
    actor: &Actor,
    path: PathBuf,
    tell: Tell,
) -> Result<ImportSummary, ImportError> {
    may_write(actor, Permission::EmployeesCreate)?;
    may_write(actor, Permission::EmployeesEdit)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    let checking = {
        let (tenant, tell) = (Arc::clone(&tenant), Arc::clone(&tell));
        blocking(move || check(&path, &tenant, &tell)).await?
    };
    let Good { file, keys, is_in_order, asked } = checking;
    let people = u64::try_from(keys.len()).unwrap_or(u64::MAX);
    tell(Progress::Good { people });
    let roles = RoleBook::resolve(platform, &tenant, asked).await?;
    let next = if is_in_order {
        // The places are not needed any more, and a server beside this can use their memory.
        drop(keys);
        Next::Blocks(file.blocks())
    } else {
        Next::Places { keys, taken: 0 }
    };
    let supply = Supply {
        platform: platform.clone(),
        tenant: Arc::clone(&tenant),
        roles,
        file,
        next: Mutex::new((0, next)),
    };
    let (sender, batches) = mpsc::channel(AHEAD);
    let supply = Arc::new(supply);
    // As many as there are cores: whenever the writer waits for the disk, its core is free for one
    // of them.
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workers: Vec<_> = (0..threads)
        .map(|_| {
            let (supply, sender) = (Arc::clone(&supply), sender.clone());
            tokio::task::spawn_blocking(move || supply.work(&sender))
        })
        .collect();
    drop((sender, supply));
    let mut writer = Writer {
        platform,
        actor,
        tenant,
        summary: ImportSummary::default(),
        groups: BTreeSet::new(),
        size: BATCH_MIN,
    };
    let written = writer.write_all(batches, &tell).await;
    for worker in workers {
        // A panic of the thread was reported by the panic hook.
        let _ = worker.await;
    }
    let mut summary = writer.summary;
    match written {
        Ok(()) if summary.people() < people => Err(stopped(summary, ImportError::FileChanged)),
        Ok(()) => {
            summary.groups = u64::try_from(writer.groups.len()).unwrap_or(u64::MAX);
            Ok(summary)
        }
        Err(error) => Err(stopped(summary, error)),
    }
}

fn stopped(summary: ImportSummary, error: ImportError) -> ImportError {
    match summary.people() {
        0 => error,
        written => ImportError::Stopped { written, source: Box::new(error) },
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ImportError> + Send + 'static,
) -> Result<T, ImportError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(std::io::Error::other(error).into()))
}

/// A file in which nothing is wrong.
struct Good {
    file: Arc<LargeFile>,
    keys: Vec<Key>,
    is_in_order: bool,
    asked: BTreeMap<Asked, u64>,
}

/// What one thread found in one block.
struct Found {
    keys: Vec<Key>,
    errors: Vec<RowError>,
    asked: BTreeMap<Asked, u64>,
}

fn check(path: &std::path::Path, tenant: &Tenant, tell: &Tell) -> Result<Good, ImportError> {
    let file = Arc::new(LargeFile::open(path).map_err(not_opened)?);
    let blocks = Mutex::new((0_usize, file.blocks()));
    let found: Mutex<BTreeMap<usize, Found>> = Mutex::default();
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let read = thread::scope(|scope| {
        let worker = || check_blocks(&file, tenant, &blocks, &found, tell);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let done: Vec<_> = workers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.into_iter().try_for_each(|done| {
            done.unwrap_or_else(|_| Err(std::io::Error::other("a thread that read the file broke")))
        })
    });
    read?;
    let (mut keys, mut errors, mut asked) = (Vec::new(), Vec::new(), BTreeMap::new());
    for found in found.into_inner().into_values() {
        keys.extend(found.keys);
        errors.extend(found.errors);
        for (role, line) in found.asked {
            asked.entry(role).or_insert(line);
        }
    }
    let is_in_order = !order::by_name(&mut keys);
    if errors.len() < ERRORS {
        errors.extend(twice(&file, &keys)?);
    }
    if !errors.is_empty() {
        errors.sort_by_key(|error| error.line);
        return Err(ImportError::Rows(errors));
    }
    Ok(Good { file, keys, is_in_order, asked })
}

fn not_opened(mut errors: Vec<FileError>) -> ImportError {
    let rows = errors.extract_if(.., |error| matches!(error, FileError::Rows(_)));
    let rows: Vec<RowError> = rows
        .filter_map(|error| match error {
            FileError::Rows(row) => Some(row),
            FileError::Io(_) => None,
        })
        .collect();
    match errors.pop() {
        Some(FileError::Io(error)) => ImportError::File(error),
        _ => ImportError::Rows(rows),
    }
}

fn check_blocks(
    file: &LargeFile,
    tenant: &Tenant,
    blocks: &Mutex<(usize, Blocks)>,
    found: &Mutex<BTreeMap<usize, Found>>,
    tell: &Tell,
) -> std::io::Result<()> {
    loop {
        let (number, block) = {
            let mut blocks = blocks.lock();
            let Some(block) = blocks.1.next() else { return Ok(()) };
            blocks.0 += 1;
            (blocks.0, block?)
        };
        let checked = check_block(file, tenant, &block);
        tell(Progress::Checked { bytes: block.end() });
        let mut found = found.lock();
        let known: usize = found.values().map(|found| found.errors.len()).sum();
        found.insert(number, checked);
        if known >= ERRORS {
            return Ok(());
        }
    }
}

fn check_block(file: &LargeFile, tenant: &Tenant, block: &Block) -> Found {
    let (people, errors) = file.read(block);
    let mut found =
        Found { keys: Vec::with_capacity(people.len()), errors, asked: BTreeMap::new() };
    for (offset, person) in people {
        match Checked::of(tenant, person) {
            Ok(person) => {
                let name = person.document.str_at(&["userName"]).unwrap_or_default();
                found.keys.push(Key::new(&fold(name), offset));
                if let Some(role) = person.asked_role(tenant) {
                    found.asked.entry(role).or_insert(person.line);
                }
            }
            Err(error) => found.errors.push(error),
        }
    }
    found
}

/// People whose name another has, reported as for a small file.
fn twice(file: &LargeFile, keys: &[Key]) -> std::io::Result<Vec<RowError>> {
    // By the person's place: the name and the place of whoever has it first.
    let mut repeated: BTreeMap<u64, (String, u64)> = BTreeMap::new();
    let mut places: BTreeSet<u64> = BTreeSet::new();
    for suspects in order::suspects(keys) {
        let (people, _) = file.read(&file.at(&suspects)?);
        let mut first: BTreeMap<String, u64> = BTreeMap::new();
        for (place, person) in people {
            let Some(name) = crate::directory::people_file::user_name(&person.resource) else {
                continue;
            };
            let earlier = *first.entry(fold(name)).or_insert(place);
            if earlier != place && repeated.len() < ERRORS {
                repeated.insert(place, (name.to_owned(), earlier));
                places.extend([earlier, place]);
            }
        }
    }
    if repeated.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<u64> = places.into_iter().collect();
    let lines: BTreeMap<u64, u64> = places.iter().copied().zip(file.lines_of(&places)?).collect();
    let line = |place: &u64| lines.get(place).copied().unwrap_or_default();
    Ok(repeated
        .iter()
        .map(|(place, (name, first))| RowError::repeated(line(place), name, line(first)))
        .collect())
}

/// Where the next people come from.
enum Next {
    Blocks(Blocks),
    Places { keys: Vec<Key>, taken: usize },
}

/// What the threads share that make people into rows.
struct Supply {
    platform: Platform,
    tenant: Arc<Tenant>,
    roles: RoleBook,
    file: Arc<LargeFile>,
    next: Mutex<(usize, Next)>,
}

type Batch = (usize, Result<Vec<Prepared>, ImportError>);

impl Supply {
    /// Works until there are no more people or nobody wants them.
    fn work(&self, sender: &mpsc::Sender<Batch>) {
        while let Some((number, prepared)) = self.next() {
            let failed = prepared.is_err();
            if sender.blocking_send((number, prepared)).is_err() || failed {
                return;
            }
        }
    }

    fn next(&self) -> Option<Batch> {
        let mut next = self.next.lock();
        let number = next.0;
        let block = match &mut next.1 {
            Next::Blocks(blocks) => blocks.next()?,
            Next::Places { keys, taken } => {
                let places: Vec<u64> =
                    keys[*taken..].iter().take(READ).map(|key| key.offset).collect();
                if places.is_empty() {
                    return None;
                }
                *taken += places.len();
                next.0 += 1;
                drop(next);
                return Some((
                    number,
                    self.file
                        .at(&places)
                        .map_err(Into::into)
                        .and_then(|block| self.prepare(&block)),
                ));
            }
        };
        next.0 += 1;
        drop(next);
        Some((number, block.map_err(Into::into).and_then(|block| self.prepare(&block))))
    }

    /// Everything was right when the file was checked; what is wrong now came later.
    fn prepare(&self, block: &Block) -> Result<Vec<Prepared>, ImportError> {
        let (people, errors) = self.file.read(block);
        if !errors.is_empty() {
            return Err(ImportError::FileChanged);
        }
        let prepare = |(_, person)| {
            let checked =
                Checked::of(&self.tenant, person).map_err(|_| ImportError::FileChanged)?;
            Prepared::of(&self.platform, &self.tenant, &self.roles, checked)
        };
        people.into_iter().map(prepare).collect()
    }
}

struct Writer<'a> {
    platform: &'a Platform,
    actor: &'a Actor,
    tenant: Arc<Tenant>,
    summary: ImportSummary,
    groups: BTreeSet<String>,
    /// People of the next batch.
    size: usize,
}

impl Writer<'_> {
    async fn write_all(
        &mut self,
        mut batches: mpsc::Receiver<Batch>,
        tell: &Tell,
    ) -> Result<(), ImportError> {
        // The threads do not finish in the order in which they began.
        let mut early: BTreeMap<usize, Vec<Prepared>> = BTreeMap::new();
        let mut expected = 0;
        let mut waiting: Vec<Prepared> = Vec::new();
        while let Some((number, prepared)) = batches.recv().await {
            early.insert(number, prepared?);
            while let Some(people) = early.remove(&expected) {
                expected += 1;
                waiting.extend(people);
            }
            while waiting.len() >= self.size {
                let rest = waiting.split_off(self.size);
                self.write(std::mem::replace(&mut waiting, rest)).await?;
                tell(Progress::Written { people: self.summary.people() });
            }
        }
        while !waiting.is_empty() {
            let rest = waiting.split_off(self.size.min(waiting.len()));
            self.write(std::mem::replace(&mut waiting, rest)).await?;
            tell(Progress::Written { people: self.summary.people() });
        }
        Ok(())
    }

    async fn write(&mut self, people: Vec<Prepared>) -> Result<(), ImportError> {
        let begun = Instant::now();
        let count = people.len();
        let (actor, tenant) = (self.actor.clone(), Arc::clone(&self.tenant));
        let ground = self.platform.clone();
        let at = self.platform.now();
        let people = Arc::new(people);
        let (summary, enqueued, groups) = self
            .platform
            .db()
            .write_again(self.tenant.id, move |mut tx| async move {
                tx.expect_bulk().await?;
                let writing = Writing { actor: &actor, tenant: &tenant, at };
                let groups = writing.lock_groups(&mut tx, &ground, &people).await?;
                let mut members = Members::new();
                let (summary, items) = writing.people(&mut tx, &people, &mut members).await?;
                let names: Vec<String> = members.keys().cloned().collect();
                let more = writing.join(&mut tx, &groups, members).await?;
                Ok::<_, ImportError>((summary, items + more, names))
            })
            .await?;
        self.summary.add(summary);
        self.groups.extend(groups);
        if enqueued > 0 {
            self.platform.wake();
        }
        self.adapt(count, begun.elapsed());
        tokio::time::sleep(PAUSE).await;
        Ok(())
    }

    /// The next batch should take its whole turn and no more.
    fn adapt(&mut self, count: usize, took: Duration) {
        let took = took.as_micros().max(1);
        let fits =
            u128::try_from(count).unwrap_or(u128::MAX).saturating_mul(TURN.as_micros()) / took;
        let fits = usize::try_from(fits).unwrap_or(BATCH_MAX);
        self.size = fits.clamp(self.size / 2, self.size * 2).clamp(BATCH_MIN, BATCH_MAX);
    }
}
