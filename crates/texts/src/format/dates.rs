//! Dates and times in the reader's zone.

use std::sync::LazyLock;

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone, TimeZoneDatabase},
};

use crate::Language;

/// The rules of all zones, built into the program, so that every machine gives the same answer.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time zone of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// The IANA database has no zone of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone {0:?}")]
pub struct UnknownZone(pub String);

impl Zone {
    /// UTC.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The zone of this name, for example `Asia/Shanghai`; small and large letters are the same.
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        ZONES.get(name).map(Self).map_err(|_| UnknownZone(name.to_owned()))
    }

    /// The name of the zone as the database spells it.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

/// A date: `Nov 29, 2026`, `2026年11月29日`. `at` is in Unix microseconds, here and below.
pub fn date(language: Language, zone: &Zone, at: i64) -> String {
    date_of(language, local(zone, at).0)
}

/// A time of day to the minute: `7:05 PM`, `19:05`.
pub fn time(language: Language, zone: &Zone, at: i64) -> String {
    time_of(language, local(zone, at).0, "")
}

/// Date and time to the minute: `Nov 29, 2026, 7:05 PM`, `2026年11月29日 19:05`.
pub fn date_time(language: Language, zone: &Zone, at: i64) -> String {
    join(language, local(zone, at).0, "")
}

/// Date, time to the second, and the distance to Greenwich: `Nov 29, 2026, 7:05:09 PM GMT+8`.
pub fn date_time_exact(language: Language, zone: &Zone, at: i64) -> String {
    let (local, offset) = local(zone, at);
    let seconds = format!(":{:02}", local.second());
    format!("{} {}", join(language, local, &seconds), greenwich(offset))
}

/// The form for machines, as in `<time datetime>`: RFC 3339 in UTC, to the millisecond.
pub fn machine(at: i64) -> String {
    format!("{:.3}", timestamp(at))
}

fn join(language: Language, local: DateTime, seconds: &str) -> String {
    let between = language.pick(&[", ", " "]);
    format!("{}{between}{}", date_of(language, local), time_of(language, local, seconds))
}

fn date_of(language: Language, local: DateTime) -> String {
    let (year, month, day) = (local.year(), local.month(), local.day());
    match language {
        Language::English => {
            let index = usize::try_from(month - 1).unwrap_or_default();
            let name = MONTHS.get(index).copied().unwrap_or_default();
            format!("{name} {day}, {year}")
        }
        Language::Chinese => format!("{year}年{month}月{day}日"),
    }
}

fn time_of(language: Language, local: DateTime, seconds: &str) -> String {
    let (hour, minute) = (local.hour(), local.minute());
    match language {
        Language::English => {
            let half = if hour < 12 { "AM" } else { "PM" };
            let hour = (hour + 11) % 12 + 1;
            format!("{hour}:{minute:02}{seconds} {half}")
        }
        Language::Chinese => format!("{hour:02}:{minute:02}{seconds}"),
    }
}

/// `GMT+8`, `GMT-3:30`, `GMT`. Abbreviations such as CST stand for several zones.
fn greenwich(offset: Offset) -> String {
    let seconds = offset.seconds();
    let minutes = seconds.unsigned_abs() / 60;
    let sign = if seconds < 0 { '-' } else { '+' };
    match (minutes / 60, minutes % 60) {
        (0, 0) => "GMT".to_owned(),
        (hours, 0) => format!("GMT{sign}{hours}"),
        (hours, minutes) => format!("GMT{sign}{hours}:{minutes:02}"),
    }
}

fn local(zone: &Zone, at: i64) -> (DateTime, Offset) {
    let at = timestamp(at);
    let offset = zone.0.to_offset(at);
    (offset.to_datetime(at), offset)
}

/// What the calendar does not reach is shown as its end.
fn timestamp(at: i64) -> Timestamp {
    let end = if at < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(at).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use Language::{Chinese, English};

    use super::*;

    /// 2026-11-29T19:05:09.123456Z
    const AT: i64 = 1_795_979_109_123_456;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).expect("a zone of the database")
    }

    #[test]
    fn a_time_is_in_the_form_of_the_reader_and_in_the_readers_zone() {
        let shanghai = zone("Asia/Shanghai");
        assert_eq!(date(English, &Zone::UTC, AT), "Nov 29, 2026");
        assert_eq!(time(English, &Zone::UTC, AT), "7:05 PM");
        assert_eq!(date_time(English, &shanghai, AT), "Nov 30, 2026, 3:05 AM");
        assert_eq!(date_time(Chinese, &shanghai, AT), "2026年11月30日 03:05");
        assert_eq!(time(Chinese, &Zone::UTC, AT), "19:05");
        assert_eq!(date_time_exact(English, &Zone::UTC, AT), "Nov 29, 2026, 7:05:09 PM GMT");
        assert_eq!(date_time_exact(Chinese, &shanghai, AT), "2026年11月30日 03:05:09 GMT+8");
    }

    #[test]
    fn noon_and_midnight_are_twelve() {
        let hour = 3_600_000_000;
        assert_eq!(time(English, &Zone::UTC, 0), "12:00 AM");
        assert_eq!(time(English, &Zone::UTC, 12 * hour), "12:00 PM");
        assert_eq!(time(English, &Zone::UTC, 13 * hour), "1:00 PM");
        assert_eq!(time(Chinese, &Zone::UTC, 0), "00:00");
    }

    #[test]
    fn summer_time_is_that_of_the_moment() {
        let new_york = zone("America/New_York");
        assert!(date_time_exact(English, &new_york, AT).ends_with("2:05:09 PM GMT-5"));
        let july = AT - 140 * 86_400_000_000;
        assert!(date_time_exact(English, &new_york, july).ends_with("3:05:09 PM GMT-4"));
        let kolkata = date_time_exact(English, &zone("Asia/Kolkata"), AT);
        assert!(kolkata.ends_with("12:35:09 AM GMT+5:30"), "{kolkata}");
    }

    #[test]
    fn only_known_zones_are_zones() {
        assert_eq!(zone("asia/shanghai").name(), "Asia/Shanghai");
        assert_eq!(zone("UTC").name(), "UTC");
        for name in ["", "Mars/Olympus", "Asia/Shanghai ", "../etc/passwd"] {
            assert_eq!(Zone::parse(name), Err(UnknownZone(name.to_owned())));
        }
    }

    #[test]
    fn machines_get_utc_to_the_millisecond() {
        assert_eq!(machine(AT), "2026-11-29T19:05:09.123Z");
        assert_eq!(machine(0), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn times_beyond_the_calendar_are_its_ends() {
        assert!(machine(i64::MAX).starts_with("9999-"));
        assert!(machine(i64::MIN).starts_with("-009999-"));
    }
}
