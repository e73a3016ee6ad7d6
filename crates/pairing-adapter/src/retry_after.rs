//! `Retry-After`, which is a number of seconds or a date (RFC 9110, section 10.2.3).

use std::time::{Duration, SystemTime};

/// Longer waits are nonsense, not an instruction: a year.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// How long to wait. A date is counted from `sent`, the `Date` of the same answer, and from the
/// local clock only if the answer has none that can be read: two clocks need not agree.
pub(crate) fn parse(value: &str, sent: Option<&str>) -> Option<Duration> {
    let sent = sent.and_then(|date| httpdate::parse_http_date(date.trim()).ok());
    from(value, sent.unwrap_or_else(SystemTime::now))
}

/// How long to wait from `now` on. A date that has passed is no wait at all; what is neither
/// a number nor a date, or lies more than a year ahead, is `None`.
fn from(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return seconds(value.parse().ok()?);
    }
    let date = httpdate::parse_http_date(value).ok()?;
    sensible(date.duration_since(now).unwrap_or_default())
}

/// The same of a number that a body gives. `None` for more than a year.
pub(crate) fn seconds(seconds: u64) -> Option<Duration> {
    sensible(Duration::from_secs(seconds))
}

fn sensible(wait: Duration) -> Option<Duration> {
    (wait <= LONGEST).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_understood() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let parsed = |value| from(value, now).map(|wait| wait.as_secs());
        assert_eq!(parsed("90"), Some(90));
        assert_eq!(parsed(" 0 "), Some(0));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:49:37 GMT"), Some(0));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
    }

    #[test]
    fn a_date_is_counted_from_the_answers_own_date() {
        let until = "Sun, 06 Nov 1994 08:50:37 GMT";
        let parsed =
            |value: &str, sent: Option<&str>| parse(value, sent).map(|wait| wait.as_secs());
        // More than thirty years off the local clock.
        let sent = Some(" Sun, 06 Nov 1994 08:49:37 GMT ");
        assert_eq!(parsed(until, sent), Some(60));
        assert_eq!(parsed("90", sent), Some(90));
        assert_eq!(
            parsed(until, Some("Sun, 06 Nov 1994 09:49:37 GMT")),
            Some(0)
        );
        for unreadable in [None, Some(""), Some("now"), Some("é")] {
            assert_eq!(parsed(until, unreadable), Some(0));
            let ahead = SystemTime::now() + Duration::from_secs(600);
            let ahead = httpdate::fmt_http_date(ahead);
            let wait = parse(&ahead, unreadable).unwrap().as_secs();
            assert!((590..=600).contains(&wait), "{wait}");
        }
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
            assert_eq!(from(value, SystemTime::UNIX_EPOCH), None, "{value}");
        }
    }
}
