//! The two clocks of a hub, and ends of times to wait by both of them: whichever comes first.
//!
//! The monotonic clock may stand still while the machine is suspended, and the time of day may be
//! set back. Something that ends by both does not outlive its end for either reason.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// How often a task that waits looks at the time of day, by which its wait may be over sooner
/// than by the monotonic clock.
pub(super) const LOOK_INTERVAL: Duration = Duration::from_secs(60);

/// An end moves with a time of day that was set back by more than this. Two readings of two
/// clocks are never of the same moment.
const READING_ERROR: Duration = Duration::from_secs(1);

/// The time of day: the system's, or what a test says.
#[derive(Clone, Default)]
pub(crate) struct Clock(Option<Arc<dyn Fn() -> SystemTime + Send + Sync>>);

impl Clock {
    #[cfg(feature = "test-util")]
    pub(super) fn from_fn(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(now)))
    }

    pub(super) fn now(&self) -> Now {
        Now {
            instant: Instant::now(),
            wall: self.0.as_ref().map_or_else(SystemTime::now, |now| now()),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_none() { "system" } else { "set" })
    }
}

/// A reading of both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub(super) instant: Instant,
    pub(super) wall: SystemTime,
}

/// The end of a time to wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    instant: Instant,
    wall: SystemTime,
}

impl Deadline {
    pub(super) fn after(time: Duration, now: Now) -> Self {
        Self {
            instant: now.instant + time,
            wall: now.wall.checked_add(time).unwrap_or(now.wall),
        }
    }

    /// The end that was written down, `longest` from now at most; `None` if it has passed.
    pub(super) fn at_time_of_day(wall: SystemTime, longest: Duration, now: Now) -> Option<Self> {
        let left = wall.duration_since(now.wall).ok()?;
        (!left.is_zero()).then(|| Self::after(left.min(longest), now))
    }

    /// The end that an event of this moment tells.
    pub(super) fn announced(wall: SystemTime, now: Now) -> Self {
        let left = wall.duration_since(now.wall).unwrap_or_default();
        Self {
            instant: now.instant + left,
            wall,
        }
    }

    /// How long it is until then: zero once it has passed.
    pub(super) fn left(self, now: Now) -> Duration {
        let by_time_of_day = self.wall.duration_since(now.wall).unwrap_or_default();
        by_time_of_day.min(self.instant.saturating_duration_since(now.instant))
    }

    pub(super) fn has_passed(self, now: Now) -> bool {
        self.left(now).is_zero()
    }

    /// Whether the time of day alone says that it has passed.
    pub(super) fn has_passed_by_time_of_day(self, now: Now) -> bool {
        now.wall >= self.wall
    }

    /// When that is by the time of day as it is now.
    pub(super) fn at(self, now: Now) -> SystemTime {
        let by_monotonic = now.wall.checked_add(self.left(now)).unwrap_or(now.wall);
        match self.wall.duration_since(by_monotonic) {
            Ok(too_late) if too_late > READING_ERROR => by_monotonic,
            _ => self.wall,
        }
    }

    /// The time of day by which this end is as far away as it is, also if the clock was set since
    /// the end was sent.
    pub(super) fn counted_at(self, now: Now) -> SystemTime {
        self.wall.checked_sub(self.left(now)).unwrap_or(now.wall)
    }

    /// The earlier one of this and now, on each clock.
    pub(super) fn or_now(self, now: Now) -> Self {
        Self {
            instant: self.instant.min(now.instant),
            wall: self.wall.min(now.wall),
        }
    }

    /// Whether this comes before another by either clock.
    pub(super) fn is_before(self, other: Self) -> bool {
        self.instant < other.instant || self.wall < other.wall
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const HOUR: Duration = Duration::from_secs(3600);

    fn now() -> Now {
        Now {
            instant: Instant::now() + HOUR,
            wall: SystemTime::UNIX_EPOCH + 100 * HOUR,
        }
    }

    #[test]
    fn it_is_over_by_whichever_clock_comes_first() {
        let start = now();
        let until = Deadline::after(30 * MINUTE, start);
        let later = |instant, wall| Now {
            instant: start.instant + instant,
            wall: start.wall + wall,
        };
        assert_eq!(until.left(later(MINUTE, MINUTE)), 29 * MINUTE);
        let suspended = later(MINUTE, HOUR);
        assert!(until.has_passed(suspended) && until.has_passed_by_time_of_day(suspended));
        let set_back = Now {
            instant: start.instant + 29 * MINUTE,
            wall: start.wall - HOUR,
        };
        assert_eq!(until.left(set_back), MINUTE);
        assert_eq!(until.at(set_back), set_back.wall + MINUTE);
        assert_eq!(until.counted_at(set_back), start.wall + 29 * MINUTE);
        assert_eq!(until.counted_at(suspended), start.wall + 30 * MINUTE);
        assert_eq!(until.at(later(MINUTE, MINUTE)), start.wall + 30 * MINUTE);
        assert_eq!(until.at(suspended), start.wall + 30 * MINUTE);
    }

    #[test]
    fn what_was_written_down_is_no_longer_than_allowed() {
        let now = now();
        let far = Deadline::at_time_of_day(now.wall + 24 * HOUR, HOUR, now).unwrap();
        assert_eq!(far.left(now), HOUR);
        let near = Deadline::at_time_of_day(now.wall + MINUTE, HOUR, now).unwrap();
        assert_eq!(near.left(now), MINUTE);
        assert!(Deadline::at_time_of_day(now.wall, HOUR, now).is_none());
        assert!(Deadline::at_time_of_day(now.wall - MINUTE, HOUR, now).is_none());
    }

    #[test]
    fn it_is_before_another_if_either_clock_says_so() {
        let now = now();
        let (early, late) = (Deadline::after(MINUTE, now), Deadline::after(HOUR, now));
        assert!(early.is_before(late) && !late.is_before(early) && !late.is_before(late));
        let suspended = Now {
            instant: now.instant,
            wall: now.wall + HOUR,
        };
        assert!(early.is_before(late.or_now(suspended)));
        assert!(!late.is_before(late.or_now(suspended)));
    }
}
