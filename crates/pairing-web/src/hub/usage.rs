//! How a link is used: how often it acts, and when it was used last.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Shared by the registry and by all users of the link: it is in use while its `Arc` has another
/// clone.
pub(super) struct Usage(Mutex<State>);

struct State {
    last_used: Instant,
    /// When the actions so far are paid for, at one action every interval.
    paid_at: Instant,
}

impl Usage {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self(Mutex::new(State {
            last_used: now,
            paid_at: now,
        }))
    }

    pub(super) fn touch(&self) {
        self.lock().last_used = Instant::now();
    }

    pub(super) fn last_used(&self) -> Instant {
        self.lock().last_used
    }

    /// Counts an action. Of those in a row `per_minute` are taken at once, later ones as fast as
    /// that; the error says when the next is.
    pub(super) fn act(&self, per_minute: usize) -> Result<(), Duration> {
        let per_minute = u32::try_from(per_minute).unwrap_or(u32::MAX).max(1);
        let interval = Duration::from_secs(60) / per_minute;
        let now = Instant::now();
        let mut state = self.lock();
        let paid_at = state.paid_at.max(now) + interval;
        let ahead = paid_at.saturating_duration_since(now);
        let most = interval * per_minute;
        if ahead > most {
            return Err(ahead - most);
        }
        state.paid_at = paid_at;
        Ok(())
    }

    /// A panic while it is held leaves two moments that are both fine.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn actions_are_taken_up_to_a_minutes_worth_at_once_and_then_at_that_rate() {
        let usage = Usage::new();
        for _ in 0..20 {
            usage.act(20).unwrap();
        }
        assert_eq!(usage.act(20), Err(Duration::from_secs(3)));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(usage.act(20), Err(Duration::from_secs(1)));
        tokio::time::advance(Duration::from_secs(1)).await;
        usage.act(20).unwrap();
        assert_eq!(usage.act(20), Err(Duration::from_secs(3)));
        tokio::time::advance(Duration::from_secs(3600)).await;
        for _ in 0..20 {
            usage.act(20).unwrap();
        }
        assert!(usage.act(20).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_the_rate_the_first_action_is_taken() {
        for per_minute in [0, 1, 7, usize::MAX] {
            assert_eq!(Usage::new().act(per_minute), Ok(()), "{per_minute}");
        }
    }
}
