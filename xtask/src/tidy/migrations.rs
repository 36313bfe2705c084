//! Migrations come in pairs: the same number and name for both databases.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;

const HOME: &str = "crates/store/migrations/";
const DATABASES: [&str; 2] = ["sqlite", "postgres"];

pub(super) fn check<'path>(paths: impl Iterator<Item = &'path str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for path in paths {
        let Some((database, name)) =
            path.strip_prefix(HOME).and_then(|inner| inner.split_once('/'))
        else {
            continue;
        };
        if !DATABASES.contains(&database) {
            findings.push(Finding::error(
                path,
                1,
                format!("`{database}` is no database we migrate"),
            ));
        } else if number(name).is_none() {
            findings.push(Finding::error(
                path,
                1,
                "a migration is named by four digits and words: 0001_users.sql",
            ));
        } else {
            names.entry(database).or_default().insert(name);
        }
    }
    for database in DATABASES {
        let ours = names.get(database).cloned().unwrap_or_default();
        for other in DATABASES.into_iter().filter(|other| *other != database) {
            for missing in
                names.get(other).into_iter().flatten().filter(|name| !ours.contains(*name))
            {
                let path = format!("{HOME}{other}/{missing}");
                findings.push(Finding::error(
                    &path,
                    1,
                    format!("the same migration is missing for {database}"),
                ));
            }
        }
        for (first, second) in ours.iter().zip(ours.iter().skip(1)) {
            if number(first) == number(second) {
                let path = format!("{HOME}{database}/{second}");
                findings.push(Finding::error(&path, 1, format!("{first} has the same number")));
            }
        }
    }
    findings
}

/// The number in `0001_users.sql`.
fn number(name: &str) -> Option<&str> {
    let (number, words) = name.strip_suffix(".sql")?.split_once('_')?;
    (number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()) && !words.is_empty())
        .then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{HOME, check};

    fn messages(names: &[&str]) -> Vec<String> {
        let paths: Vec<String> = names.iter().map(|name| format!("{HOME}{name}")).collect();
        check(paths.iter().map(String::as_str))
            .into_iter()
            .map(|finding| format!("{}: {}", &finding.path[HOME.len()..], finding.message))
            .collect()
    }

    #[test]
    fn pairs_pass() {
        assert_eq!(messages(&[]), [""; 0]);
        let pair = [
            "sqlite/0001_a.sql",
            "postgres/0001_a.sql",
            "sqlite/0002_b.sql",
            "postgres/0002_b.sql",
        ];
        assert_eq!(messages(&pair), [""; 0]);
    }

    #[test]
    fn the_half_of_a_pair_is_found_on_either_side() {
        assert_eq!(
            messages(&["sqlite/0001_a.sql", "postgres/0002_b.sql"]),
            [
                "postgres/0002_b.sql: the same migration is missing for sqlite",
                "sqlite/0001_a.sql: the same migration is missing for postgres",
            ]
        );
    }

    #[test]
    fn a_number_is_used_once() {
        let files = [
            "sqlite/0001_a.sql",
            "sqlite/0001_b.sql",
            "postgres/0001_a.sql",
            "postgres/0001_b.sql",
        ];
        assert_eq!(
            messages(&files),
            [
                "sqlite/0001_b.sql: 0001_a.sql has the same number",
                "postgres/0001_b.sql: 0001_a.sql has the same number",
            ]
        );
    }

    #[test]
    fn a_file_that_would_not_be_applied_is_found() {
        assert_eq!(messages(&["mysql/0001_a.sql", "sqlite/1_a.sql", "sqlite/notes.sql"]).len(), 3);
    }
}
