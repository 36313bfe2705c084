//! The made-up workforce: nobody twice, and a file that imports.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use seatlink_domain::directory::people_file;

use super::*;

fn text<'a>(person: &'a PersonRow, pointer: &str) -> &'a str {
    let (first, rest) = pointer.split_once('/').unwrap_or((pointer, ""));
    let value = &person.resource[first];
    let value = if rest.is_empty() { value } else { &value[rest] };
    value.as_str().unwrap()
}

#[test]
fn a_longer_list_begins_with_the_shorter_one() {
    let short = generate(50);
    assert_eq!(generate(200)[..50], short[..]);
}

#[test]
fn no_user_name_comes_twice_and_all_are_ascii_addresses() {
    let people = generate(30_000);
    let mut seen = HashSet::new();
    for person in &people {
        let name = text(person, "userName");
        let (local, domain) = name.split_once('@').unwrap();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
        assert!(local.chars().all(plain), "{name}");
        assert!(domain.starts_with("example."), "{name}");
        assert!(seen.insert(name), "{name}");
    }
}

#[test]
fn import_reads_back_what_was_written() {
    let people = generate(3_000);
    let mut csv = Vec::new();
    write_csv(&mut csv, people.iter().cloned()).unwrap();
    let file = people_file::parse(&csv).unwrap();
    assert_eq!(file.people.len(), people.len());
    for (read, made) in file.people.iter().zip(&people) {
        assert_eq!((read.line, &read.groups), (made.line, &made.groups));
        for name in ["userName", "name", "emails", "title", ENTERPRISE_USER] {
            assert_eq!(read.resource[name], made.resource[name], "{name}");
        }
        assert_eq!(read.resource.get("phoneNumbers"), made.resource.get("phoneNumbers"));
        assert_eq!(read.resource["schemas"], made.resource["schemas"]);
    }
}

#[test]
fn many_scripts_and_a_handful_of_groups_appear() {
    let people = generate(2_000);
    let displays: String = people.iter().map(|person| text(person, "displayName")).collect();
    let scripts = [('A', 'z'), ('À', 'ž'), ('Α', 'ω'), ('А', 'я'), ('ا', 'ي'), ('अ', 'ह')];
    let east = [('ぁ', 'ヿ'), ('一', '鿿'), ('가', '힣')];
    for (from, to) in scripts.into_iter().chain(east) {
        assert!(displays.chars().any(|c| (from..=to).contains(&c)), "{from} to {to}");
    }
    let groups: BTreeSet<_> = people.iter().flat_map(|person| &person.groups).collect();
    assert!((10..=25).contains(&groups.len()), "{groups:?}");
}

#[test]
fn most_people_are_agents() {
    let people = generate(5_000);
    let mut titles: BTreeMap<&str, usize> = BTreeMap::new();
    for person in &people {
        *titles.entry(text(person, "title")).or_default() += 1;
    }
    let agents = titles["Agent"] + titles["坐席"];
    assert!((2_900..=3_300).contains(&agents), "{agents}");
    assert!(titles["Director"] < 80, "{titles:?}");
}
