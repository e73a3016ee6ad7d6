//! `Retry-After`, which is a number of seconds or a date (RFC 9110, section 10.2.3).

use std::time::{Duration, SystemTime};

/// Longer waits are nonsense, not an instruction: a year.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// How long to wait from `now` on. A date that has passed is no wait at all; what is neither
/// a number nor a date, or lies more than a year ahead, is `None`.
pub(crate) fn parse(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let wait = if value.bytes().all(|byte| byte.is_ascii_digit()) {
        Duration::from_secs(value.parse().ok()?)
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        date.duration_since(now).unwrap_or_default()
    };
    (wait <= LONGEST).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_understood() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let parsed = |value| parse(value, now).map(|wait| wait.as_secs());
        assert_eq!(parsed("90"), Some(90));
        assert_eq!(parsed(" 0 "), Some(0));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:49:37 GMT"), Some(0));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
    }

    #[test]
    fn nonsense_is_no_wait() {
        for value in [
            "",
            "-1",
            "soon",
            "1.5",
            "99999999999999999999999",
            "31622401",
            "é",
        ] {
            assert_eq!(parse(value, SystemTime::UNIX_EPOCH), None, "{value}");
        }
    }
}
