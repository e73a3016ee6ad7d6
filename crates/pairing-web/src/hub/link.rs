//! A link as the hub knows it: by its hash, with its own deadline and its own use.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::deadline::Deadline;
use super::pairing::Pairing;
use super::usage::Usage;

/// What a link opens, and until when.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) pairing: Arc<Pairing>,
    /// When the pairing must have been opened, by this link or another. No later link gives
    /// this one more time.
    pub(super) deadline: Deadline,
    usage: Arc<Usage>,
}

impl Link {
    pub(super) fn new(pairing: Arc<Pairing>, deadline: Deadline) -> Self {
        Self {
            pairing,
            deadline,
            usage: Arc::new(Usage::new()),
        }
    }

    /// Whether it opens anything, still or for as long as its pairing is known.
    pub(crate) fn is_good(&self) -> bool {
        self.pairing.admits(self.deadline)
    }

    /// Counts an action; the error says how long there is none for this link.
    pub(crate) fn act(&self, per_minute: usize) -> Result<(), Duration> {
        self.usage.act(per_minute)
    }

    /// It was looked up, or its event stream has just ended.
    pub(super) fn touch(&self) {
        self.usage.touch();
    }

    pub(super) fn last_used(&self) -> Instant {
        self.usage.last_used()
    }

    /// Whether there is a clone of it beside the registry's own: a request or an event stream.
    pub(super) fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.usage) > 1
    }
}
