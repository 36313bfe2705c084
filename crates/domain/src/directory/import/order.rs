//! The order in which a large file is written: by user name, as the index on names has it.
//!
//! Names in the order of a file fall anywhere in the index, and each would dirty a page of its own,
//! which is written twice. In the order of the index hundreds share a page, and pages come out
//! full.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Leading bytes of a name that count for the order. Near is good enough: it is about sharing
/// pages.
const PREFIX: usize = 12;

/// What is kept of each person between the two readings of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Key {
    prefix: [u8; PREFIX],
    hash: u32,
    /// Where the person begins in the file.
    pub(super) offset: u64,
}

impl Key {
    pub(super) fn new(user_name_key: &str, offset: u64) -> Self {
        let mut prefix = [0; PREFIX];
        for (slot, byte) in prefix.iter_mut().zip(user_name_key.as_bytes()) {
            *slot = *byte;
        }
        let mut hasher = DefaultHasher::new();
        user_name_key.hash(&mut hasher);
        let [a, b, c, d, ..] = hasher.finish().to_le_bytes();
        Self { prefix, hash: u32::from_le_bytes([a, b, c, d]), offset }
    }
}

/// Puts the people in the order of their names, as far as it is known, and else of the file. False
/// when they were so already.
pub(super) fn by_name(keys: &mut [Key]) -> bool {
    if keys.is_sorted_by_key(rank) {
        return false;
    }
    keys.sort_unstable_by_key(rank);
    true
}

fn rank(key: &Key) -> ([u8; PREFIX], u64) {
    (key.prefix, key.offset)
}

/// Groups of people who may have one name. They must be in order.
pub(super) fn suspects(keys: &[Key]) -> Vec<Vec<u64>> {
    let mut found = Vec::new();
    for same in keys.chunk_by(|a, b| a.prefix == b.prefix) {
        if same.len() < 2 {
            continue;
        }
        let mut same: Vec<(u32, u64)> = same.iter().map(|key| (key.hash, key.offset)).collect();
        same.sort_unstable();
        let groups = same.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
        found.extend(groups.map(|group| group.iter().map(|(_, offset)| *offset).collect()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Key, by_name, suspects};

    fn keys(names: &[&str]) -> Vec<Key> {
        (0..).zip(names).map(|(offset, name)| Key::new(name, offset)).collect()
    }

    #[test]
    fn people_are_put_in_the_order_of_their_names() {
        let mut keys = keys(&["zoe", "adam", "li"]);
        assert!(by_name(&mut keys));
        assert_eq!(keys.iter().map(|key| key.offset).collect::<Vec<_>>(), [1, 2, 0]);
        assert!(!by_name(&mut keys));
    }

    #[test]
    fn one_name_twice_is_found_wherever_it_stands() {
        let mut keys =
            keys(&["employee.number.1", "a", "employee.number.2", "b", "employee.number.1"]);
        by_name(&mut keys);
        assert_eq!(suspects(&keys), [vec![0, 4]]);
    }
}
