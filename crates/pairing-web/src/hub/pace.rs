//! How many answers to polling pages a pairing, and the hub, give in a while.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Shorter than the three seconds after which a page asks again: as many pages may poll as the limit
/// says.
const PERIOD: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(super) struct Pace(Mutex<Option<Window>>);

struct Window {
    begun: Instant,
    answers: usize,
}

impl Pace {
    /// Counts one more answer, unless `most` were given in this period.
    pub(super) fn admits(&self, most: usize) -> bool {
        let now = Instant::now();
        // A panic while it is held leaves the count whole.
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *window {
            Some(window) if now < window.begun + PERIOD => {
                let admitted = window.answers < most;
                window.answers += usize::from(admitted);
                admitted
            }
            _ => {
                *window = Some(Window {
                    begun: now,
                    answers: 1,
                });
                most > 0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_period_has_more_answers_than_the_limit_says() {
        let pace = Pace::default();
        let admitted = || (0..10).filter(|_| pace.admits(3)).count();
        assert_eq!(admitted(), 3);
        tokio::time::advance(PERIOD - Duration::from_millis(1)).await;
        assert_eq!(admitted(), 0);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(admitted(), 3);
        assert!(!Pace::default().admits(0));
    }
}
