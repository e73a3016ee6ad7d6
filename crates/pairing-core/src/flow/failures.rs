//! Failures: which end the session, which are waited out, and for how long; and the one status
//! that is asked before a session gives up.

use std::time::Duration;

use super::moment::Moment;
use super::schedule::Operation;
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
    pub(super) fn fail_code(&mut self, error: ProviderError, now: Now) {
        self.schedule.code_at = Some(now.moment());
        let retries = self.policy.retry.code_retries(&self.view.method, &error);
        if !self.is_waited_out(&error, retries, now) {
            self.ask_before_giving_up(error, now);
        }
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
        if !self.is_waited_out(error, retries, now) {
            self.end_with(error);
        }
    }

    /// Counts a failure and waits before the request is repeated; `false` if it is not worth it.
    fn is_waited_out(&mut self, error: &ProviderError, retries: u32, now: Now) -> bool {
        let failures = &mut self.failures;
        failures.in_a_row = failures.in_a_row.saturating_add(1);
        let retry = &self.policy.retry;
        let wait = retry.wait_after(error, failures.in_a_row, retries, failures.seed);
        if let Some(wait) = wait {
            self.keep_quiet(wait, error, now);
        }
        wait.is_some()
    }

    /// No code can be had. A gateway may fail to say so because the number is linked by now, so
    /// one status decides; it is sent whatever silence the last failure asks for, and never
    /// repeated. What does not pass is no hint of a link.
    pub(super) fn ask_before_giving_up(&mut self, error: ProviderError, now: Now) {
        if !self.capabilities.status || !error.is_retryable() {
            self.end_with(&error);
            return;
        }
        self.schedule.code_at = None;
        self.ask_status(Operation::LastWord(error), now);
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

    pub(super) fn end_with(&mut self, error: &ProviderError) {
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
