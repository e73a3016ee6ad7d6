//! A reading of the flow's monotonic clock, kept apart from the length of a time.

use std::num::NonZeroU64;
use std::time::Duration;

/// One nanosecond more than the clock had run, so that an optional moment takes no more room:
/// a program may have a hundred thousand flows that wait. It reaches for 584 years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(NonZeroU64);

impl Moment {
    /// Before everything.
    pub(super) const ZERO: Self = Self(NonZeroU64::MIN);

    pub(super) fn new(elapsed: Duration) -> Self {
        Self::ZERO.plus(elapsed)
    }

    pub(super) fn elapsed(self) -> Duration {
        Duration::from_nanos(self.0.get() - 1)
    }

    /// This much later. What is further than the clock reaches never comes.
    pub(super) fn plus(self, by: Duration) -> Self {
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(nanos))
    }

    /// How much later than another; zero if it is not.
    pub(super) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.get().saturating_sub(earlier.0.get()))
    }

    pub(super) fn midpoint(self, later: Self) -> Self {
        self.plus(later.since(self) / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_reads_what_was_put_in() {
        for elapsed in [
            Duration::ZERO,
            Duration::from_nanos(1),
            Duration::from_secs(3600),
        ] {
            assert_eq!(Moment::new(elapsed).elapsed(), elapsed);
        }
        assert_eq!(Moment::new(Duration::ZERO), Moment::ZERO);
    }

    #[test]
    fn what_is_too_far_comes_after_everything() {
        let never = Moment::new(Duration::MAX);
        assert_eq!(never, Moment::ZERO.plus(Duration::MAX).plus(Duration::MAX));
        assert!(never > Moment::new(Duration::from_secs(500 * 366 * 24 * 3600)));
    }

    #[test]
    fn differences_do_not_go_below_zero() {
        let (early, late) = (
            Moment::new(Duration::from_secs(4)),
            Moment::new(Duration::from_secs(9)),
        );
        assert_eq!(late.since(early), Duration::from_secs(5));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(early.midpoint(late).elapsed(), Duration::from_millis(6500));
    }
}
