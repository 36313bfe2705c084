//! Cursors that nobody gave out. `cargo xtask fuzz` runs it for longer.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

#[path = "../../../../../../fuzz/harness.rs"]
mod harness;

use seatlink_scim::ScimType;
use seatlink_store::{
    self as store, Db, Durability, Location, Options,
    listing::{Key, Position},
};
use uuid::Uuid;

use super::{Binding, Place, Walk};
use crate::{Clock, Platform, Sealer, Settings};

fn walk(key: Key, limit: u64) -> Walk {
    let position = Position { key: Some(key), id: Uuid::from_u128(7) };
    Walk { place: Place { source: 1, position }, limit, total: Some(9) }
}

/// What is no cursor of this list opens nothing and is told so; what is one opens as what it was
/// made of.
#[test]
fn fuzz_cursor() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite { path: folder.path().join("seatlink.db") };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let opened = Db::open(Options { location, durability: Durability::Normal });
    let db: Result<Db, store::Error> = runtime.block_on(opened);
    let clock = Clock::fixed(store::Timestamp::from_micros(1_700_000_000_000_000));
    let settings = Settings::single("https://na1.example.com", "na1");
    let platform = Platform::new(db.unwrap(), clock, Sealer::new(&[7; 32]), settings);
    let (binding, other) = (Binding([1; 32]), Binding([2; 32]));
    let ours = binding.cursor(&platform, &walk(Key::Text(String::from("pat")), 100));
    let words = ["A", "_", "-", "=", "==", "+", "/", "%", "AAAA", "\u{e9}", ".", " "];
    harness::run("cursor", &[&ours, "abc", "", "e30"], &words, |data| {
        let text = String::from_utf8_lossy(data);
        let outcome = match binding.open(&platform, &text, None) {
            Ok(found) => {
                assert_eq!(text, ours, "a cursor of nobody's was taken");
                assert_eq!(found.place.position.id, Uuid::from_u128(7));
                String::from("ours")
            }
            Err(error) => {
                assert_eq!(error.scim_type, Some(ScimType::InvalidCursor), "{}", error.detail);
                String::from("refused")
            }
        };
        let limit = u64::try_from(data.len()).unwrap().clamp(1, 1_000);
        for key in [
            Key::Text(text.clone().into_owned()),
            Key::Number(text.clone().into_owned()),
            Key::Time(i64::try_from(data.len()).unwrap()),
        ] {
            let made = walk(key.clone(), limit);
            let cursor = binding.cursor(&platform, &made);
            assert!(!cursor.contains(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_'));
            let found = binding.open(&platform, &cursor, Some(limit)).unwrap();
            assert_eq!(found.place.position, made.place.position);
            assert_eq!((found.place.source, found.limit, found.total), (1, limit, Some(9)));
            assert!(
                other.open(&platform, &cursor, None).is_err(),
                "a cursor of another list was taken"
            );
        }
        outcome
    });
}
