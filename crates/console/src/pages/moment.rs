//! A time on a page: the whole of it for programs, to the second for people, both ISO 8601 in UTC.

use askama::{Template, filters::HtmlSafe};
use seatlink_domain::Timestamp;

#[derive(Clone, Debug, Template)]
#[template(ext = "html", source = r#"<time datetime="{{ machine }}">{{ human }}</time>"#)]
pub(crate) struct Moment {
    machine: String,
    human: String,
}

/// The template escapes what it is given.
impl HtmlSafe for Moment {}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        let machine = at.rfc3339();
        // RFC 3339 §5.6 allows a space for the T, for reading.
        let human = match (machine.get(..10), machine.get(11..19)) {
            (Some(date), Some(time)) => format!("{date} {time}Z"),
            _ => machine.clone(),
        };
        Self { machine, human }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_whole_for_programs_and_short_for_people() {
        let moment = Moment::from(Timestamp::from_micros(1_763_903_851_123_456));
        assert_eq!(
            moment.to_string(),
            r#"<time datetime="2025-11-23T13:17:31.123Z">2025-11-23 13:17:31Z</time>"#
        );
    }
}
