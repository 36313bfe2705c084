//! The reader's time zone, and times and lengths of time in the reader's form.

use std::{fmt::Write as _, time::Duration};

use jiff::{
    Timestamp,
    civil::Date,
    tz::{Offset, TimeZone, TimeZoneDatabase},
};
use seatlink_texts::{Language, Texts};

/// A time zone of the IANA database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Zone(TimeZone);

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Zone {
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The zone of this name, such as `Asia/Shanghai`.
    pub fn parse(name: &str) -> Option<Self> {
        TimeZoneDatabase::bundled().get(name).ok().map(Self)
    }

    /// When a day begins in this zone, and when the next one does, in Unix microseconds; `day` is
    /// `2026-11-29`.
    pub fn day(&self, day: &str) -> Option<(i64, i64)> {
        let day: Date = day.parse().ok()?;
        let begins = |day: Date| {
            let begins = self.0.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
            Some(begins.as_microsecond())
        };
        Some((begins(day)?, begins(day.tomorrow().ok()?)?))
    }

    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

/// For people: date, and time to the second, in this zone. `at` is in Unix microseconds.
pub fn date_time(language: Language, zone: &Zone, at: i64) -> String {
    let local = local(zone, at);
    let (year, month, day) = (local.year(), local.month(), local.day());
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    match language {
        Language::English => {
            let index = usize::try_from(month - 1).unwrap_or_default();
            let month = MONTHS.get(index).copied().unwrap_or_default();
            format!("{day} {month} {year}, {hour:02}:{minute:02}:{second:02}")
        }
        Language::Chinese => {
            format!("{year}年{month}月{day}日 {hour:02}:{minute:02}:{second:02}")
        }
    }
}

/// The name of the zone with its distance from UTC now: `Asia/Shanghai (UTC+8)`.
pub fn zone_label(zone: &Zone, at: i64) -> String {
    let offset = zone.0.to_offset(timestamp(at));
    if offset == Offset::UTC && zone.name() == "UTC" {
        return String::from("UTC");
    }
    let minutes = offset.seconds() / 60;
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let sign = if minutes < 0 { '−' } else { '+' };
    let mut label = format!("{} (UTC{sign}{hours}", zone.name());
    if rest > 0 {
        let _ = write!(label, ":{rest:02}");
    }
    label.push(')');
    label
}

/// A length of time in its largest unit that measures it whole: `30 minutes`.
pub fn duration(language: Language, length: Duration) -> String {
    let t = Texts::of(language).common();
    let seconds = length.as_secs();
    let message = match seconds {
        0 => t.seconds(0_u64),
        s if s % 86_400 == 0 => t.days(s / 86_400),
        s if s % 3_600 == 0 => t.hours(s / 3_600),
        s if s % 60 == 0 => t.minutes(s / 60),
        s => t.seconds(s),
    };
    message.into()
}

fn local(zone: &Zone, at: i64) -> jiff::civil::DateTime {
    let at = timestamp(at);
    zone.0.to_offset(at).to_datetime(at)
}

/// What the calendar does not reach is shown as its end.
fn timestamp(at: i64) -> Timestamp {
    let end = if at < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(at).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-29T19:05:09.123456Z
    const AT: i64 = 1_795_979_109_123_456;

    #[test]
    fn times_are_in_the_form_and_zone_of_the_reader() {
        let shanghai = Zone::parse("Asia/Shanghai").unwrap_or(Zone::UTC);
        assert_eq!(date_time(Language::English, &Zone::UTC, AT), "29 Nov 2026, 19:05:09");
        assert_eq!(date_time(Language::Chinese, &shanghai, AT), "2026年11月30日 03:05:09");
        assert_eq!(zone_label(&shanghai, AT), "Asia/Shanghai (UTC+8)");
        assert_eq!(zone_label(&Zone::UTC, AT), "UTC");
        let kolkata = Zone::parse("Asia/Kolkata").unwrap_or(Zone::UTC);
        assert_eq!(zone_label(&kolkata, AT), "Asia/Kolkata (UTC+5:30)");
    }

    #[test]
    fn only_known_zones_are_zones() {
        for name in ["", "Mars/Olympus", "../etc/passwd"] {
            assert!(Zone::parse(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_length_of_time_is_in_the_unit_that_fits() {
        for (seconds, expected) in
            [(1_800, "30 minutes"), (3_600, "1 hour"), (90, "90 seconds"), (172_800, "2 days")]
        {
            assert_eq!(duration(Language::English, Duration::from_secs(seconds)), expected);
        }
        assert_eq!(duration(Language::Chinese, Duration::from_mins(30)), "30 分钟");
    }
}
