//! Numbers, sizes, lengths of time, lists and dates in the reader's form.
//!
//! These are our own, because the Unicode formatters that would do the same (ICU4X) are 25 further
//! crates, which take longer to build on one core than the rest of this crate and its dependencies.
//! The forms follow the Unicode locale data (CLDR), with one difference: the space before AM and PM
//! is a plain one. A third language is the time to decide anew.

mod dates;

use std::time::Duration;

pub use dates::{UnknownZone, Zone, date, date_time, date_time_exact, machine, time};

use crate::{Common, Language, Message, Texts};

/// A whole number with its digits grouped: `1,234,567`.
pub fn integer(language: Language, number: impl Into<i128>) -> String {
    let mut text = String::new();
    push_integer(language, number.into(), &mut text);
    text
}

/// Both languages group by three with a comma.
pub(crate) fn push_integer(language: Language, number: i128, text: &mut String) {
    let separator = language.pick(&[',', ',']);
    if number < 0 {
        text.push('-');
    }
    let digits = number.unsigned_abs().to_string();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
}

/// A share with one digit behind the point: `12.5%`, `100%`.
///
/// It is cut off and not rounded, so that only the whole is 100%. A share of nothing is `0%`.
pub fn percent(language: Language, part: u64, whole: u64) -> String {
    let tenths = (i128::from(part) * 1_000).checked_div(i128::from(whole)).unwrap_or(0);
    let whole = integer(language, tenths / 10);
    match tenths % 10 {
        0 => format!("{whole}%"),
        digit => format!("{whole}.{digit}%"),
    }
}

/// A size of a file: `999 B`, `1.3 kB`, `64.0 MB`, in powers of 1,000 and rounded up.
pub fn size(language: Language, bytes: u64) -> String {
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes.div_ceil(100);
    let mut units = ["kB", "MB", "GB", "TB"].into_iter().peekable();
    let mut unit = units.next().unwrap_or_default();
    while tenths >= 10_000 && units.peek().is_some() {
        tenths = tenths.div_ceil(1_000);
        unit = units.next().unwrap_or_default();
    }
    format!("{}.{} {unit}", integer(language, tenths / 10), tenths % 10)
}

/// A length of time in its two largest units: `30 minutes`, `1 hour 30 minutes`. What is less than
/// a second is left out.
pub fn duration(language: Language, length: Duration) -> String {
    type Unit = fn(Common, u64) -> Message;
    let seconds = length.as_secs();
    let units: [(u64, Unit); 4] = [
        (seconds / 86_400, |t, count| t.days(count)),
        (seconds / 3_600 % 24, |t, count| t.hours(count)),
        (seconds / 60 % 60, |t, count| t.minutes(count)),
        (seconds % 60, |t, count| t.seconds(count)),
    ];
    let t = Texts::of(language).common();
    let first = units.iter().position(|(count, _)| *count > 0).unwrap_or(units.len() - 1);
    let (count, unit) = units[first];
    let mut text = String::from(unit(t, count));
    if let Some((count @ 1.., unit)) = units.get(first + 1) {
        text.push(' ');
        text.push_str(unit(t, *count).as_str());
    }
    text
}

/// A list: `A`, `A and B`, `A, B, and C`.
pub fn list<I: AsRef<str>>(language: Language, items: impl IntoIterator<Item = I>) -> String {
    let (between, last_of_two, last) =
        language.pick(&[(", ", " and ", ", and "), ("、", "和", "和")]);
    let mut items = items.into_iter().peekable();
    let mut text = items.next().map_or_else(String::new, |item| item.as_ref().to_owned());
    let mut written = 1;
    while let Some(item) = items.next() {
        text.push_str(match (items.peek(), written) {
            (Some(_), _) => between,
            (None, 1) => last_of_two,
            (None, _) => last,
        });
        text.push_str(item.as_ref());
        written += 1;
    }
    text
}

#[cfg(test)]
mod tests {
    use Language::{Chinese, English};

    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (-1_234_567, "-1,234,567"),
            (i64::MIN, "-9,223,372,036,854,775,808"),
        ] {
            for language in Language::ALL {
                assert_eq!(integer(language, number), expected);
            }
        }
    }

    #[test]
    fn only_the_whole_is_a_hundred_percent() {
        for (part, whole, expected) in [
            (0, 10, "0%"),
            (1, 8, "12.5%"),
            (999_999, 1_000_000, "99.9%"),
            (3, 3, "100%"),
            (30, 2, "1,500%"),
            (1, 0, "0%"),
            (u64::MAX, u64::MAX, "100%"),
        ] {
            assert_eq!(percent(English, part, whole), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn sizes_are_short_to_read() {
        for (bytes, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (1_234, "1.3 kB"),
            (999_900, "999.9 kB"),
            (999_901, "1.0 MB"),
            (1_000_000, "1.0 MB"),
            (2_500_000_000, "2.5 GB"),
            (5_000_000_000_000_000, "5,000.0 TB"),
        ] {
            assert_eq!(size(English, bytes), expected);
        }
    }

    #[test]
    fn lengths_of_time_have_two_units_at_most() {
        for (seconds, english, chinese) in [
            (0, "0 seconds", "0 秒"),
            (1, "1 second", "1 秒"),
            (300, "5 minutes", "5 分钟"),
            (5_400, "1 hour 30 minutes", "1 小时 30 分钟"),
            (3_605, "1 hour", "1 小时"),
            (90_061, "1 day 1 hour", "1 天 1 小时"),
            (1_500 * 86_400, "1,500 days", "1,500 天"),
        ] {
            let length = Duration::from_secs(seconds);
            assert_eq!(duration(English, length), english);
            assert_eq!(duration(Chinese, length), chinese);
        }
    }

    #[test]
    fn lists_end_with_a_word() {
        let cases: [(&[&str], &str, &str); 5] = [
            (&[], "", ""),
            (&["A"], "A", "A"),
            (&["A", "B"], "A and B", "A和B"),
            (&["A", "B", "C"], "A, B, and C", "A、B和C"),
            (&["A", "B", "C", "D"], "A, B, C, and D", "A、B、C和D"),
        ];
        for (items, english, chinese) in cases {
            assert_eq!(list(English, items), english);
            assert_eq!(list(Chinese, items), chinese);
        }
    }
}
