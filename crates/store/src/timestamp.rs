//! Time as it is stored: microseconds since 1970-01-01 UTC, one signed integer in both databases.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A moment in UTC with microsecond resolution.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, as JWT claims and OAuth checks count.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// RFC 3339 with milliseconds, the form of `meta.created` (RFC 7643 §2.3.5).
    pub fn rfc3339(self) -> String {
        let mut text = String::with_capacity(24);
        self.push_rfc3339(&mut text);
        text
    }

    /// Appends the same. A page of a list has two hundred of them, so this is more direct than
    /// formatting.
    pub fn push_rfc3339(self, out: &mut String) {
        let moment = OffsetDateTime::from_unix_timestamp(self.seconds())
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (year, month, day) = moment.to_calendar_date();
        let (hour, minute, second) = moment.to_hms();
        let millis = self.0.rem_euclid(1_000_000) / 1_000;
        push_digits(out, year, 4);
        for (before, number) in
            [('-', u8::from(month)), ('-', day), ('T', hour), (':', minute), (':', second)]
        {
            out.push(before);
            push_digits(out, number, 2);
        }
        out.push('.');
        push_digits(out, i32::try_from(millis).unwrap_or(0), 3);
        out.push('Z');
    }
}

fn push_digits(out: &mut String, number: impl Into<i32>, width: u32) {
    let mut rest = number.into().unsigned_abs();
    for place in (0..width).rev() {
        let unit = 10_u32.pow(place);
        out.push(char::from_digit(rest / unit % 10, 10).unwrap_or('0'));
        rest %= unit;
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn moments_are_written_with_milliseconds() {
        for (micros, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_800_000_000_123_456, "2027-01-15T08:00:00.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_399_999_000, "2000-02-28T23:59:59.999Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp::from_micros(micros).rfc3339(), text);
        }
    }
}
