//! Sorted lists are in the order that sorting in memory gives, read at once or page by page, from
//! any place on.

use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};
use seatlink_scim::{
    Leniency, ResolvedFilter, SortOrder, Target,
    filter::{self, SortKey},
};
use seatlink_store::{
    Db, Error, TenantId,
    listing::{self, Position, Source},
};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::{
    directory::{Directory, Entry, Kind},
    generate::{self, Dice},
};
use crate::common::new_id;

/// Populations tried on each database; `PROPTEST_CASES` changes it.
const POPULATIONS: u32 = 60;

/// What a list is asked for.
#[derive(Debug)]
struct Asked {
    /// For whoever reads a failure.
    #[expect(dead_code, reason = "shown when a list is not as expected")]
    path: String,
    kinds: Vec<Kind>,
    targets: Vec<Option<Target>>,
    filter: Option<(String, ResolvedFilter)>,
    order: SortOrder,
    page: i64,
}

impl Asked {
    fn roll(dice: &mut Dice<'_>, directory: &Directory) -> Option<Self> {
        let (kind, path) = generate::path(dice, directory);
        let registry = &directory.registry;
        let over_all = dice.one_in(3);
        let kinds = if over_all { vec![Kind::User, Kind::Group] } else { vec![kind] };
        let mut targets = Vec::new();
        for kind in &kinds {
            let rt = kind.resource_type(registry);
            // Complex attributes cannot be sorted by.
            targets.push(filter::sort_target_among(&path, rt, registry, Leniency::Strict).ok()?);
        }
        let of_memberships = |target: &Target| ["groups", "members"].contains(&&*target.attribute);
        // Of references the database knows the end only, which has no place among those that came
        // as they are.
        let of_manager = |target: &Target| {
            target.attribute == "manager" && target.sub.as_deref() == Some("$ref")
        };
        if targets.iter().flatten().any(|target| of_memberships(target) || of_manager(target)) {
            return None;
        }
        let filter = (!over_all && dice.one_in(3)).then(|| {
            let text = generate::filter_of(dice, directory, kind);
            let rt = kind.resource_type(registry);
            let parsed =
                filter::parse(&text).and_then(|parsed| parsed.resolve(rt, Leniency::Strict));
            (text.clone(), parsed.unwrap_or_else(|error| unreachable!("{text}: {}", error.detail)))
        });
        let order = if dice.one_in(2) { SortOrder::Descending } else { SortOrder::Ascending };
        Some(Self { path, kinds, targets, filter, order, page: 1 + dice.small(4) })
    }

    fn sources(&self) -> Vec<Source<'_>> {
        let filter = self.filter.as_ref().map(|(_, filter)| filter);
        let pairs = self.kinds.iter().zip(&self.targets);
        pairs
            .map(|(kind, target)| Source {
                table: kind.table(),
                filter,
                sorted_by: target.as_ref(),
            })
            .collect()
    }

    fn in_memory(&self, directory: &Directory) -> Vec<Uuid> {
        let mut rows: Vec<(Option<SortKey>, Uuid)> = Vec::new();
        for entry in &directory.entries {
            let Some(index) = self.kinds.iter().position(|kind| *kind == entry.kind) else {
                continue;
            };
            let view = directory.view(entry);
            if self.filter.as_ref().is_none_or(|(_, filter)| filter.matches(&view)) {
                let target = self.targets[index].as_ref();
                rows.push((target.and_then(|target| key(target, entry, &view)), entry.id));
            }
        }
        rows.sort_by(|(this, this_id), (other, other_id)| {
            let upwards = SortKey::compare(this.as_ref(), other.as_ref());
            let upwards = upwards.then(this_id.cmp(other_id));
            if self.order == SortOrder::Ascending { upwards } else { upwards.reverse() }
        });
        rows.into_iter().map(|(_, id)| id).collect()
    }
}

fn key(target: &Target, entry: &Entry, view: &serde_json::Value) -> Option<SortKey> {
    // Finer than what is shown.
    match (target.attribute.as_str(), target.sub.as_deref()) {
        ("meta", Some("created")) => Some(SortKey::Integer(entry.created.micros())),
        ("meta", Some("lastModified")) => {
            Some(SortKey::Integer(entry.modified.unwrap_or(entry.created).micros()))
        }
        _ => target.sort_key(view),
    }
}

/// The list as pages by index, and as a walk from each page's last position.
async fn by_pages(db: &Db, tenant: TenantId, asked: &Asked) -> Result<[Vec<Uuid>; 2], Error> {
    let form = listing::key_form(&asked.sources()).unwrap_or(listing::KeyForm::Text);
    let (mut by_index, mut by_walk) = (Vec::new(), Vec::new());
    let mut place: Option<Position> = None;
    for _ in 0..1000 {
        // Each page is a request of its own.
        let (kinds, targets) = (asked.kinds.clone(), asked.targets.clone());
        let filter = asked.filter.as_ref().map(|(_, filter)| filter.clone());
        let (order, page, after) = (asked.order, asked.page, place.clone());
        let offset = i64::try_from(by_index.len()).unwrap_or(0);
        let [index, walk] = db
            .scan(tenant, move |mut tx| async move {
                let sources: Vec<Source<'_>> = kinds
                    .iter()
                    .zip(&targets)
                    .map(|(kind, target)| Source {
                        table: kind.table(),
                        filter: filter.as_ref(),
                        sorted_by: target.as_ref(),
                    })
                    .collect();
                let tx = &mut tx;
                let index = listing::sorted(tx, &sources, form, order, None, offset, page).await?;
                let walk =
                    listing::sorted(tx, &sources, form, order, after.as_ref(), 0, page).await?;
                Ok::<_, Error>([index, walk])
            })
            .await?;
        if index.is_empty() && walk.is_empty() {
            break;
        }
        by_index.extend(index.iter().map(|hit| hit.position.id));
        by_walk.extend(walk.iter().map(|hit| hit.position.id));
        place = walk.last().map(|hit| hit.position.clone()).or(place);
    }
    Ok([by_index, by_walk])
}

#[test]
fn random_lists_are_sorted_as_in_memory_by_index_and_by_walking() {
    let runtime = Runtime::new().unwrap();
    let databases = runtime.block_on(crate::common::databases());
    let config = Config { failure_persistence: None, ..Config::default() };
    let cases =
        if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { POPULATIONS };
    let mut runner = TestRunner::new(Config { cases, ..config });
    let choices = |most| prop::collection::vec(any::<u8>(), 0..most);
    let strategy = (choices(900), prop::collection::vec(choices(40), 1..12));
    let result = runner.run(&strategy, |(population, lists)| {
        let directory = generate::directory(&mut Dice::new(&population));
        let tenant = TenantId::from(new_id());
        for (_, db) in &databases {
            runtime.block_on(directory.store(db, tenant)).unwrap();
        }
        for choices in lists {
            let Some(asked) = Asked::roll(&mut Dice::new(&choices), &directory) else { continue };
            if listing::key_form(&asked.sources()).is_none() {
                continue;
            }
            let expected = asked.in_memory(&directory);
            for (name, db) in &databases {
                let pages = runtime.block_on(by_pages(db, tenant, &asked));
                let pages = pages
                    .map_err(|error| TestCaseError::fail(format!("{name}: {asked:?}: {error}")))?;
                for (found, way) in pages.iter().zip(["by index", "by walking"]) {
                    if *found != expected {
                        let views: Vec<String> = expected
                            .iter()
                            .filter_map(|id| directory.entries.iter().find(|at| at.id == *id))
                            .map(|entry| directory.view(entry).to_string())
                            .collect();
                        return Err(TestCaseError::fail(format!(
                            "{name} {way}: {asked:?}\nis {found:?}\nnot {expected:?}\n{}",
                            views.join("\n")
                        )));
                    }
                }
            }
        }
        Ok(())
    });
    if let Err(TestError::Fail(reason, _) | TestError::Abort(reason)) = result {
        unreachable!("{reason}");
    }
}

#[tokio::test]
async fn a_walk_by_id_meets_everyone_once_whatever_the_filter() {
    let directory = generate::directory(&mut Dice::new(&[9, 7, 1, 9, 4, 250, 77, 31, 8, 3, 5, 7]));
    let tenant = TenantId::from(new_id());
    for (name, db) in crate::common::databases().await {
        directory.store(&db, tenant).await.unwrap();
        for text in ["userName pr", "active eq true", "userName eq \"nobody\" or id pr"] {
            let rt = Kind::User.resource_type(&directory.registry);
            let resolved = filter::parse(text).unwrap().resolve(rt, Leniency::Strict).unwrap();
            let expected = directory.matching(Kind::User, &resolved);
            for order in [SortOrder::Ascending, SortOrder::Descending] {
                let mut met: Vec<Uuid> = Vec::new();
                loop {
                    let (filter, after) = (resolved.clone(), met.last().copied());
                    let page = db
                        .scan(tenant, move |mut tx| async move {
                            let source = Source {
                                table: Kind::User.table(),
                                filter: Some(&filter),
                                sorted_by: None,
                            };
                            listing::by_id(&mut tx, source, order, after, 0, 2).await
                        })
                        .await
                        .unwrap();
                    if page.is_empty() {
                        break;
                    }
                    met.extend(page.iter().map(|record| record.id));
                }
                if order == SortOrder::Descending {
                    met.reverse();
                }
                assert_eq!(met, expected, "{name}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn whom_one_passes_over_is_counted_and_nobody_is_skipped() {
    let directory = generate::directory(&mut Dice::new(&[3, 250, 1, 9, 44, 5, 7, 31, 80, 3, 2, 9]));
    let tenant = TenantId::from(new_id());
    for (name, db) in crate::common::databases().await {
        directory.store(&db, tenant).await.unwrap();
        let pass_over = async |after, count| {
            db.scan(tenant, move |mut tx| async move {
                listing::pass_over(&mut tx, Kind::User.table(), after, count).await
            })
            .await
            .unwrap()
        };
        let mut ids: Vec<Uuid> = Vec::new();
        while let Some(id) = pass_over(ids.last().copied(), 1).await {
            ids.push(id);
        }
        assert!(ids.len() > 3 && ids.is_sorted(), "{name}: {ids:?}");
        for begin in 0..ids.len() {
            for count in 1..=ids.len() {
                let after = begin.checked_sub(1).map(|index| ids[index]);
                let expected = ids.get(begin + count - 1).copied();
                let count = i64::try_from(count).unwrap();
                assert_eq!(pass_over(after, count).await, expected, "{name}: {begin} + {count}");
            }
        }
    }
}
