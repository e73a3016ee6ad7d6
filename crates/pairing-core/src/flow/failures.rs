//! Failures in a row and the silence they impose.

use std::time::Duration;

use super::moment::Moment;
use crate::{ProviderError, RetryPolicy};

/// One count for both kinds of requests: a gateway that fails one call deserves rest from the
/// other too.
#[derive(Debug)]
pub(super) struct Failures {
    seed: u64,
    in_a_row: u32,
    /// `NotReady` replies in a row.
    not_ready: u32,
    quiet_until: Moment,
}

impl Failures {
    pub(super) fn seeded(seed: u64) -> Self {
        Self {
            seed,
            in_a_row: 0,
            not_ready: 0,
            quiet_until: Moment::ZERO,
        }
    }

    /// A request was answered.
    pub(super) fn reset(&mut self) {
        self.in_a_row = 0;
    }

    /// A code came, or a person asked for the next round.
    pub(super) fn reset_all(&mut self) {
        self.in_a_row = 0;
        self.not_ready = 0;
    }

    /// Counts a code that is not ready; how many in a row.
    pub(super) fn not_ready(&mut self) -> u32 {
        self.not_ready += 1;
        self.not_ready
    }

    /// Counts a failure; how long to wait before the request is repeated, if it is worth it.
    pub(super) fn wait_after(
        &mut self,
        error: &ProviderError,
        retries: u32,
        retry: &RetryPolicy,
    ) -> Option<Duration> {
        self.in_a_row = self.in_a_row.saturating_add(1);
        retry.wait_after(error, self.in_a_row, retries, self.seed)
    }

    /// How long to wait after a failure that counts for nothing.
    pub(super) fn rest_after(
        &self,
        error: &ProviderError,
        retry: &RetryPolicy,
    ) -> Option<Duration> {
        retry.rest_after(error, self.seed)
    }

    pub(super) fn keep_quiet(&mut self, until: Moment) {
        self.quiet_until = until;
    }

    /// No request goes out before this moment.
    pub(super) fn quiet_until(&self) -> Moment {
        self.quiet_until
    }
}
