//! Counts down to a moment that an event names, also if the clock is set meanwhile.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Two years.
const LONGEST: Duration = Duration::from_secs(2 * 366 * 24 * 3600);

/// How long it is until `expires_at` or `retry_at` of an event, for a countdown on screen.
///
/// It goes by two clocks, and by whichever says less: the monotonic one, so that a time of day
/// that is set back gives a code no longer life, and the time of day, because the monotonic clock
/// stands still on some systems while the machine is suspended. The session takes a code down by
/// the same rule.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use pairing_core::Countdown;
///
/// let now = SystemTime::now();
/// let countdown = Countdown::new(now + Duration::from_secs(20), now);
/// // The clock is set back by an hour.
/// let later = now - Duration::from_secs(3600);
/// assert!(countdown.remaining(later) <= Duration::from_secs(20));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Countdown {
    ends: Instant,
    ends_at: SystemTime,
}

impl Countdown {
    /// Begins to count, at `now`, towards a moment that an event has just named.
    #[must_use]
    pub fn new(ends_at: SystemTime, now: SystemTime) -> Self {
        let left = ends_at.duration_since(now).unwrap_or_default();
        // No policy lets anything last so long, and no clock overflows by it.
        let left = left.min(LONGEST);
        Self {
            ends: Instant::now() + left,
            ends_at,
        }
    }

    /// How long it is until then, by a time of day of `now`; zero once it has passed.
    #[must_use]
    pub fn remaining(&self, now: SystemTime) -> Duration {
        let by_time_of_day = self.ends_at.duration_since(now).unwrap_or_default();
        by_time_of_day.min(self.ends.saturating_duration_since(Instant::now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_back_does_not_lengthen_it() {
        let countdown = Countdown::new(at(20), at(0));
        tokio::time::advance(5 * SECOND).await;
        assert_eq!(countdown.remaining(at(5)), 15 * SECOND);
        let set_back = at(5) - 3600 * SECOND;
        assert_eq!(countdown.remaining(set_back), 15 * SECOND);
        tokio::time::advance(15 * SECOND).await;
        assert_eq!(countdown.remaining(set_back + 15 * SECOND), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_suspended_machine_does_not_lengthen_it() {
        let countdown = Countdown::new(at(20), at(0));
        assert_eq!(countdown.remaining(at(12)), 8 * SECOND);
        assert_eq!(countdown.remaining(at(20)), Duration::ZERO);
        assert_eq!(countdown.remaining(at(500)), Duration::ZERO);
    }

    #[test]
    fn what_has_passed_is_over_and_what_is_far_away_counts_as_two_years() {
        assert_eq!(
            Countdown::new(at(0), at(1)).remaining(at(0)),
            Duration::ZERO
        );
        let far = at(0) + Duration::from_secs(1 << 40);
        assert!(Countdown::new(far, at(0)).remaining(at(0)) <= LONGEST);
    }
}
