//! Failures: which end the session, which are waited out, and for how long.

use std::time::Duration;

use super::moment::Moment;
use super::{Now, PairingFlow, Phase};
use crate::{EventKind, PairingOutcome, ProviderError, ProviderErrorKind};

/// Failures in a row and the silence they impose. One count for both kinds of requests: a
/// gateway that fails one call deserves rest from the other too.
#[derive(Debug)]
pub(super) struct Failures {
    seed: u64,
    in_a_row: u32,
    quiet_until: Moment,
}

impl Failures {
    pub(super) fn seeded(seed: u64) -> Self {
        Self {
            seed,
            in_a_row: 0,
            quiet_until: Moment::ZERO,
        }
    }

    pub(super) fn reset(&mut self) {
        self.in_a_row = 0;
    }

    /// No request goes out before this moment.
    pub(super) fn quiet_until(&self) -> Moment {
        self.quiet_until
    }
}

impl PairingFlow {
    pub(super) fn fail_code(&mut self, error: &ProviderError, now: Now) {
        self.schedule.code_at = Some(now.moment());
        let retries = self.policy.retry.code_retries(&self.method, error);
        self.fail(error, retries, now);
    }

    pub(super) fn fail_status(&mut self, error: &ProviderError, now: Now) {
        self.schedule.status_at = Some(now.moment());
        // While a code can be used, or a person is waited for, the failure is nobody's yet.
        let waiting = matches!(self.phase, Phase::Gate { .. });
        let retries = if self.expires.is_some() || waiting {
            u32::MAX
        } else {
            self.policy.retry.max_retries
        };
        self.fail(error, retries, now);
    }

    fn fail(&mut self, error: &ProviderError, retries: u32, now: Now) {
        let failures = &mut self.failures;
        failures.in_a_row = failures.in_a_row.saturating_add(1);
        let retry = &self.policy.retry;
        let Some(wait) = retry.wait_after(error, failures.in_a_row, retries, failures.seed) else {
            self.give_up(error);
            return;
        };
        self.keep_quiet(wait, error, now);
    }

    /// After the failure of a request that nobody wants any more: it counts for nothing, but
    /// a gateway that fails deserves its rest. What does not pass, the next request tells.
    pub(super) fn rest(&mut self, error: &ProviderError, now: Now) {
        if let Some(wait) = self.policy.retry.rest_after(error, self.failures.seed) {
            self.keep_quiet(wait, error, now);
        }
    }

    fn keep_quiet(&mut self, wait: Duration, error: &ProviderError, now: Now) {
        self.failures.quiet_until = now.moment().plus(wait);
        if self.phase == Phase::Round {
            self.emit(EventKind::Retrying {
                retry_at: now.wall.checked_add(wait).unwrap_or(now.wall),
                error: error.report(),
            });
        }
    }

    fn give_up(&mut self, error: &ProviderError) {
        let report = error.report();
        self.finish(if report.kind == ProviderErrorKind::RateLimited {
            PairingOutcome::RateLimited {
                retry_after_seconds: report.retry_after_seconds,
            }
        } else if report.retryable {
            PairingOutcome::Unavailable { error: report }
        } else {
            PairingOutcome::Rejected { error: report }
        });
    }
}
