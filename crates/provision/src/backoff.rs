//! When to try again. Pure: the caller gives the attempt and the jitter.
//!
//! Two reasons to wait, two rules. A target that limits our rate (429) says how long in whole
//! seconds; anything else in `Retry-After` counts as five minutes, and each further pause doubles.
//! A target that is down gets exponential waits from one second, short enough at the long end that
//! a deactivation still arrives within five minutes of the target's return.

use std::time::Duration;

/// After that many attempts an item waits for a person. Counts rate limits and answers that blame
/// the item; an unreachable target is nobody's fault and is tried for ever.
pub(crate) const MAX_ATTEMPTS: i64 = 10;

const UNSAID_RATE_LIMIT: Duration = Duration::from_mins(5);
const LONGEST_RATE_LIMIT: Duration = Duration::from_hours(24);
const FIRST_OUTAGE_WAIT: Duration = Duration::from_secs(1);
const LONGEST_OUTAGE_WAIT: Duration = Duration::from_mins(4);

/// `Retry-After` as delay-seconds (RFC 9110 §10.2.3). A date, a fraction or nonsense is `None`.
pub(crate) fn retry_after(header: Option<&str>) -> Option<Duration> {
    let text = header?.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().map_or(LONGEST_RATE_LIMIT, Duration::from_secs))
}

/// How long to leave a target alone that answered 429; `pauses` counts this one, from 1, without
/// a success between them.
pub(crate) fn rate_limited(retry_after: Option<Duration>, pauses: u32) -> Duration {
    retry_after
        .unwrap_or(UNSAID_RATE_LIMIT)
        .max(Duration::from_secs(1))
        .saturating_mul(doublings(pauses))
        .min(LONGEST_RATE_LIMIT)
}

/// How long to wait after an outage; `attempt` counts from 1. `jitter` is any random number: the
/// wait is spread over the upper half so that a thousand items do not return in the same instant.
pub(crate) fn unavailable(retry_after: Option<Duration>, attempt: u32, jitter: u32) -> Duration {
    let wait = FIRST_OUTAGE_WAIT.saturating_mul(doublings(attempt)).min(LONGEST_OUTAGE_WAIT);
    let spread = wait / 2 + (wait / 2).mul_f64(f64::from(jitter) / f64::from(u32::MAX));
    match retry_after {
        // The target's own word is a minimum; the spread keeps its herd apart as well.
        Some(said) => said.min(LONGEST_RATE_LIMIT) + spread / 4,
        None => spread,
    }
}

fn doublings(count: u32) -> u32 {
    1 << count.saturating_sub(1).min(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn only_whole_seconds_count_as_retry_after() {
        let cases = [
            (Some("120"), Some(seconds(120))),
            (Some(" 7 "), Some(seconds(7))),
            (Some("0"), Some(seconds(0))),
            (Some("1.5"), None),
            (Some("-3"), None),
            (Some("+3"), None),
            (Some(""), None),
            (Some("null"), None),
            (Some("Wed, 21 Oct 2026 07:28:00 GMT"), None),
            (Some("99999999999999999999999999"), Some(LONGEST_RATE_LIMIT)),
            (None, None),
        ];
        for (header, expected) in cases {
            assert_eq!(retry_after(header), expected, "{header:?}");
        }
    }

    #[test]
    fn rate_limit_pauses_double_from_what_the_target_said_or_from_five_minutes() {
        let said = Some(seconds(120));
        assert_eq!(rate_limited(said, 1), seconds(120));
        assert_eq!(rate_limited(said, 2), seconds(240));
        assert_eq!(rate_limited(said, 4), seconds(960));
        assert_eq!(rate_limited(None, 1), seconds(300));
        assert_eq!(rate_limited(None, 2), seconds(600));
        assert_eq!(rate_limited(None, 60), LONGEST_RATE_LIMIT);
    }

    #[test]
    fn a_rate_limit_of_zero_seconds_still_pauses() {
        assert_eq!(rate_limited(Some(seconds(0)), 1), seconds(1));
    }

    #[test]
    fn outage_waits_double_and_stay_within_the_five_minute_promise() {
        assert_eq!(unavailable(None, 1, 0), Duration::from_millis(500));
        assert_eq!(unavailable(None, 1, u32::MAX), seconds(1));
        assert_eq!(unavailable(None, 4, u32::MAX), seconds(8));
        for attempt in 0..2000 {
            assert!(unavailable(None, attempt, u32::MAX) < seconds(300));
        }
    }

    #[test]
    fn an_outage_with_retry_after_never_comes_back_early() {
        assert!(unavailable(Some(seconds(30)), 1, 0) >= seconds(30));
        assert!(unavailable(Some(seconds(30)), 1, u32::MAX) < seconds(32));
    }
}
