//! How long the session has been as it is: what the server does not say.
//!
//! After a scan the server goes on showing the code that was used, until WhatsApp Web is loaded. That
//! the code no longer changes is the only sign of a scan.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// What the server said when it was last asked. Holds a hash of a code, so that nothing of it outlives
/// its life.
#[derive(Debug, Default)]
pub(crate) struct Looks(Mutex<Option<Look>>);

#[derive(Debug, Clone, Copy)]
struct Look {
    seen: u64,
    since: Instant,
    /// The last look that saw something else.
    before: Option<Instant>,
    at: Instant,
}

/// How long what was seen has been so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Age {
    pub(crate) at_least: Duration,
    /// Unknown where nothing else was seen before.
    pub(crate) at_most: Option<Duration>,
}

impl Looks {
    /// The server says this now: a state, and the code that goes with it.
    pub(crate) fn look(&self, state: &'static str, code: Option<&str>) -> Age {
        let mut hasher = DefaultHasher::new();
        (state, code).hash(&mut hasher);
        let (seen, now) = (hasher.finish(), Instant::now());
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let look = match *last {
            Some(last) if last.seen == seen => Look { at: now, ..last },
            other => Look {
                seen,
                since: now,
                before: other.map(|other| other.at),
                at: now,
            },
        };
        *last = Some(look);
        Age {
            at_least: now - look.since,
            at_most: look.before.map(|before| now - before),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[tokio::test(start_paused = true)]
    async fn the_age_of_what_is_seen_lies_between_two_looks() {
        let looks = Looks::default();
        let first = looks.look("QRCODE", Some("a"));
        assert_eq!((first.at_least, first.at_most), (s(0), None));
        tokio::time::advance(s(3)).await;
        let same = looks.look("QRCODE", Some("a"));
        assert_eq!((same.at_least, same.at_most), (s(3), None));
        for (state, code) in [("QRCODE", Some("b")), ("CLOSED", Some("b"))] {
            tokio::time::advance(s(2)).await;
            let other = looks.look(state, code);
            assert_eq!((other.at_least, other.at_most), (s(0), Some(s(2))));
        }
        tokio::time::advance(s(4)).await;
        let same = looks.look("CLOSED", Some("b"));
        assert_eq!((same.at_least, same.at_most), (s(4), Some(s(6))));
        assert!(!format!("{looks:?}").contains("CLOSED"));
    }
}
