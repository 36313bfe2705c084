//! Times: whole for programs, in the reader's form and zone for people.

use askama::{Template, filters::HtmlSafe};
use seatlink_domain::Timestamp;
use seatlink_texts::Language;

use crate::zone::{Zone, date_time};

/// How times are written for one reader. The zone is named once on the page.
#[derive(Clone, Debug)]
pub struct Times {
    pub language: Language,
    pub zone: Zone,
}

impl Times {
    pub fn time(&self, at: Timestamp) -> Time {
        Time { machine: at.rfc3339(), human: date_time(self.language, &self.zone, at.micros()) }
    }
}

#[derive(Clone, Debug, Template)]
#[template(ext = "html", source = r#"<time datetime="{{ machine }}">{{ human }}</time>"#)]
pub struct Time {
    machine: String,
    human: String,
}

impl HtmlSafe for Time {}

impl Time {
    /// As a person reads it.
    pub fn human(&self) -> &str {
        &self.human
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_whole_for_programs_and_short_for_people() {
        let times = Times { language: Language::English, zone: Zone::UTC };
        assert_eq!(
            times.time(Timestamp::from_micros(1_763_903_851_123_456)).to_string(),
            r#"<time datetime="2025-11-23T13:17:31.123Z">23 Nov 2025, 13:17:31</time>"#
        );
    }
}
