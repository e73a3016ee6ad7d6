//! Bounds that hold at every gateway, also at one that must be started and is asked for its state before a
//! code: made of the constants of the policy.

use std::time::Duration;

use pairing_conformance::MAX_CALLS_PER_REQUEST;
use pairing_core::PairingPolicy;

use crate::bounds::{answers_within, cooldown, longest_delay};
use crate::{Case, Method, Onset, Outcome};

/// What a healthy gateway takes to give its first code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Start {
    /// Requests of any kind.
    pub requests: u64,
    /// From the first of them to the code.
    pub takes: Duration,
}

impl Case {
    /// The most requests of any kind that a session makes: the start, and for each call that the policy
    /// allows as many as one call may make. The end of the attempt that a session leaves is one call.
    #[must_use]
    pub fn most_requests(&self, policy: &PairingPolicy, start: Start) -> u64 {
        const LEAVES: u64 = 1;
        // The request, its repetitions, and the status that decides or that names the number.
        let until_given_up = 2 + u64::from(self.most_repetitions(policy));
        let calls = match (self.onset, self.expected.outcome) {
            (_, Outcome::PasskeyRequired) => {
                until_given_up
                    + self.calls_of_a_round(policy)
                    // A gateway whose status says nothing of a passkey is asked for a code again.
                    + 2 * times(policy.deadline, policy.status_interval)
                    + LEAVES
            }
            (Onset::First, Outcome::Deadline) | (Onset::Later, _) => {
                until_given_up + self.calls_of_a_round(policy) + LEAVES
            }
            (Onset::First, _) => until_given_up,
        };
        // A gateway that never comes up is asked until the deadline.
        let waits = match self.expected.outcome {
            Outcome::Deadline if !self.dialect.is_immediate() => {
                times(policy.deadline, policy.starting_delay)
            }
            _ => 0,
        };
        start.requests + MAX_CALLS_PER_REQUEST * (calls + waits)
    }

    /// How long after the gateway began to fail the session has ended at the latest.
    #[must_use]
    pub fn longest_anywhere(&self, policy: &PairingPolicy, start: Start) -> Duration {
        if self.expected.is_harmless() || self.expected.outcome == Outcome::PasskeyRequired {
            return policy.deadline;
        }
        let repetitions = self.most_repetitions(policy);
        let (delay, limit) = self.not_ready(policy);
        let backoff: Duration = (1..=self.retries(policy))
            .map(|nth| longest_delay(&policy.retry, nth).max(cooldown(&self.fault)))
            .sum();
        let until_given_up =
            answers_within(&self.fault, policy) * (2 + repetitions) + backoff.max(delay * limit);
        match self.onset {
            Onset::First => start.takes + until_given_up,
            Onset::Later => self.next_request(policy) + until_given_up,
        }
    }

    /// While the codes of one round are shown, and in the time after it.
    fn calls_of_a_round(&self, policy: &PairingPolicy) -> u64 {
        let codes = self.codes_per_round(policy);
        let shown = match self.method {
            Method::Qr => {
                let first = policy.first_qr_lifetime.max(policy.qr_lifetime);
                first + policy.qr_lifetime * (codes - 1)
            }
            Method::PhoneCode => policy.phone_code_lifetime * codes,
        };
        let watched = shown + policy.post_expiry_status_window;
        // A code may be asked for as often as `refresh_min` allows: one that is given again while it is
        // shown is no code of the round.
        let for_codes = match (self.method, codes) {
            (Method::PhoneCode, 1) => 1,
            _ => 1 + times(shown, policy.refresh_min),
        };
        // One more before the end of each code.
        let statuses = times(watched, policy.status_interval) + u64::from(codes);
        for_codes + statuses + failing_statuses(policy, watched)
    }

    /// How often a request for a code is repeated at most, whether it fails or is not ready.
    fn most_repetitions(&self, policy: &PairingPolicy) -> u32 {
        self.retries(policy).max(self.not_ready(policy).1)
    }

    fn retries(&self, policy: &PairingPolicy) -> u32 {
        match self.method {
            Method::Qr => policy.retry.max_retries,
            // A status is repeated as often as a request for a QR code.
            Method::PhoneCode if self.onset == Onset::Later => policy.retry.max_retries,
            Method::PhoneCode => policy.retry.phone_code_max_retries,
        }
    }

    /// After which time a code that is not ready is asked for again, and how often.
    fn not_ready(&self, policy: &PairingPolicy) -> (Duration, u32) {
        match self.method {
            Method::Qr => (policy.not_ready_delay, policy.not_ready_limit),
            Method::PhoneCode => (
                policy.phone_code_not_ready_delay,
                policy.phone_code_not_ready_limit,
            ),
        }
    }
}

/// How often a status that goes on failing is repeated within this time, each time after twice the wait.
fn failing_statuses(policy: &PairingPolicy, within: Duration) -> u64 {
    let retry = &policy.retry;
    let mut doublings = 0;
    let mut delay = retry.min_delay;
    while delay < retry.max_delay {
        delay = delay.saturating_mul(2);
        doublings += 1;
    }
    doublings + times(within, retry.max_delay)
}

/// How often something happens within this time, so far apart.
fn times(within: Duration, apart: Duration) -> u64 {
    let times = within.as_nanos().div_ceil(apart.as_nanos().max(1));
    u64::try_from(times).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn most(fault: &str, method: Method, onset: Onset) -> u64 {
        let cases = crate::cases().unwrap();
        let case = cases.iter().find(|case| {
            case.fault.name() == fault
                && case.dialect.name() == "zapi"
                && (case.method, case.onset) == (method, onset)
        });
        let start = Start {
            requests: 3,
            takes: Duration::ZERO,
        };
        case.unwrap()
            .most_requests(&PairingPolicy::default(), start)
    }

    /// Counted by hand from the defaults of the policy.
    #[test]
    fn the_bounds_are_those_of_the_policy() {
        // 2 + 15 calls.
        assert_eq!(most("server_error", Method::Qr, Onset::First), 3 + 2 * 17);
        // 2 + 2 calls.
        assert_eq!(
            most("server_error", Method::PhoneCode, Onset::First),
            3 + 2 * 4
        );
        // In 60 s 7 for codes, in 90 s 18 + 3 statuses and 5 + 3 repetitions.
        let round = 7 + 21 + 8;
        assert_eq!(
            most("latency", Method::Qr, Onset::First),
            3 + 2 * (17 + round + 1)
        );
        assert_eq!(
            most("server_error", Method::Qr, Onset::Later),
            3 + 2 * (17 + round + 1)
        );
        // In 190 s 38 + 1 statuses and 5 + 7 repetitions.
        assert_eq!(
            most("latency", Method::PhoneCode, Onset::First),
            3 + 2 * (4 + 1 + 39 + 12 + 1)
        );
    }

    #[test]
    fn a_bound_that_holds_anywhere_is_no_less_than_the_exact_one() {
        let policy = PairingPolicy::default();
        let mut cases = crate::cases().unwrap();
        // Elsewhere there is no exact one.
        cases.retain(|case| case.dialect.is_immediate());
        for case in cases {
            let most = case.most_requests(&policy, Start::default());
            assert!(u64::from(case.requests(&policy)) <= most, "{case:?}");
            let longest = case.longest_anywhere(&policy, Start::default());
            assert!(case.longest(&policy) <= longest, "{case:?}");
        }
    }
}
