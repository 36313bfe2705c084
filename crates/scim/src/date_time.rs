//! `xsd:dateTime` values and their one comparable form.
//!
//! Clients write the same instant in many ways (offsets, fractions, none). Comparing and sorting
//! need one form of fixed width whose byte order is the order in time.

/// Turns an `xsd:dateTime` into `YYYY-MM-DDTHH:MM:SS.ffffffZ`, or `None` if it is not one.
///
/// A value without a time zone counts as UTC. Fractions beyond microseconds are cut off, so that
/// two values that differ only there compare equal. Years are 0001 to 9999, before and after the
/// shift to UTC.
///
/// ```
/// use seatlink_scim::resolve_date_time;
///
/// assert_eq!(
///     resolve_date_time("2011-05-13T06:42:34+02:00").as_deref(),
///     Some("2011-05-13T04:42:34.000000Z"),
/// );
/// assert_eq!(resolve_date_time("2011-05-13"), None);
/// ```
pub fn resolve_date_time(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() < 19 || !text.is_ascii() {
        return None;
    }
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    if separators.iter().any(|&(at, byte)| bytes[at] != byte) || !matches!(bytes[10], b'T' | b't') {
        return None;
    }
    let year = digits(&bytes[0..4])?;
    let month = digits(&bytes[5..7])?;
    let day = digits(&bytes[8..10])?;
    let hour = digits(&bytes[11..13])?;
    let minute = digits(&bytes[14..16])?;
    let second = digits(&bytes[17..19])?;
    if year == 0 || !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
        return None;
    }

    let rest = &bytes[19..];
    let (micros, rest) = fraction(rest)?;
    // xsd:dateTime allows 24:00:00 as the end of a day.
    let end_of_day = hour == 24 && minute == 0 && second == 0 && micros == 0;
    if (hour > 23 && !end_of_day) || minute > 59 || second > 59 {
        return None;
    }
    let offset = offset_minutes(rest)?;

    let minutes = days_from_civil(year, month, day) * 1440 + hour * 60 + minute - offset;
    let (year, month, day) = civil_from_days(minutes.div_euclid(1440));
    let of_day = minutes.rem_euclid(1440);
    if !(1..=9999).contains(&year) {
        return None;
    }
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{second:02}.{micros:06}Z",
        of_day / 60,
        of_day % 60
    ))
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0_i64, |sum, byte| {
        byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0'))
    })
}

/// Reads `.digits` into microseconds and returns what follows.
fn fraction(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let Some(tail) = bytes.strip_prefix(b".") else {
        return Some((0, bytes));
    };
    let length = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if length == 0 {
        return None;
    }
    let digits = tail[..length].iter().chain(std::iter::repeat(&b'0')).take(6);
    let micros = digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some((micros, &tail[length..]))
}

fn offset_minutes(bytes: &[u8]) -> Option<i64> {
    let sign = match bytes.first() {
        None => return Some(0),
        Some(b'Z' | b'z') => return (bytes.len() == 1).then_some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    if bytes.len() != 6 || bytes[3] != b':' {
        return None;
    }
    let hours = digits(&bytes[1..3])?;
    let minutes = digits(&bytes[4..6])?;
    // xsd:dateTime limits offsets to 14 hours.
    (minutes <= 59 && hours * 60 + minutes <= 14 * 60).then_some(sign * (hours * 60 + minutes))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, with years counted from March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::resolve_date_time;

    #[test]
    fn offsets_move_across_days_months_and_years() {
        let cases = [
            ("2020-01-01T00:30:00+01:00", "2019-12-31T23:30:00.000000Z"),
            ("2020-02-28T23:30:00-01:00", "2020-02-29T00:30:00.000000Z"),
            ("2019-02-28T23:30:00-01:00", "2019-03-01T00:30:00.000000Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59.000000Z"),
            ("2020-12-31T24:00:00Z", "2021-01-01T00:00:00.000000Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve_date_time(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn fractions_are_cut_to_microseconds() {
        let fixed = |text| resolve_date_time(text);
        assert_eq!(fixed("2020-01-01T00:00:00.5Z"), fixed("2020-01-01T00:00:00.500000Z"));
        assert_eq!(fixed("2020-01-01T00:00:00.1234567Z"), fixed("2020-01-01T00:00:00.123456Z"));
    }

    #[test]
    fn what_is_not_a_date_time_is_refused() {
        for text in [
            "",
            "2020-01-01",
            "2020-13-01T00:00:00Z",
            "2020-02-30T00:00:00Z",
            "2020-01-01T25:00:00Z",
            "2020-01-01T00:60:00Z",
            "2020-01-01T00:00:61Z",
            "2020-01-01T00:00:00.Z",
            "2020-01-01T00:00:00+1:00",
            "2020-01-01T00:00:00+15:00",
            "2020-01-01 00:00:00Z",
            "2020-01-01T00:00:00Zjunk",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "２020-01-01T00:00:00Z",
        ] {
            assert_eq!(resolve_date_time(text), None, "{text}");
        }
    }

    #[test]
    fn the_fixed_form_is_its_own_fixed_form() {
        let once = resolve_date_time("2014-12-31T23:59:59.500+05:30");
        assert_eq!(once.as_deref().and_then(resolve_date_time), once);
    }
}
