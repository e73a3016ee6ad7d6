//! How long a session under a fault takes at most, and how often it asks.

use std::time::Duration;

use pairing_core::{PairingPolicy, RetryPolicy};
use pairing_sim::Fault;

use crate::{Case, Method, Onset, Outcome};

impl Case {
    /// How often a code is asked for under this policy when the gateway fails from the first
    /// request on and nobody uses a code.
    #[must_use]
    pub fn code_requests(&self, policy: &PairingPolicy) -> u32 {
        1 + match self.expected.outcome {
            Outcome::Deadline => self.codes_per_round(policy) - 1,
            Outcome::Unavailable => self.repetitions(policy),
            Outcome::RateLimited => match self.method {
                Method::Qr if cooldown(&self.fault) <= policy.retry.max_cooldown => {
                    self.repetitions(policy)
                }
                // Repeating it would prolong the limit, or take longer than anybody waits.
                Method::Qr | Method::PhoneCode => 0,
            },
            Outcome::Connected
            | Outcome::AlreadyConnected
            | Outcome::PasskeyRequired
            | Outcome::Rejected => 0,
        }
    }

    /// How often at most: a healthy gateway may give a code again while it is shown, which is one
    /// request more and no code of the round.
    #[must_use]
    pub fn most_code_requests(&self, policy: &PairingPolicy) -> u32 {
        let again = self.expected.is_harmless() && self.method == Method::Qr;
        self.code_requests(policy) + u32::from(again)
    }

    /// How many requests of any kind that makes when the fault does harm: an answer that is not
    /// clear costs one for the status, and so does the end.
    #[must_use]
    pub fn requests(&self, policy: &PairingPolicy) -> u32 {
        self.code_requests(policy) * (1 + u32::from(self.unclear)) + self.last_statuses(policy)
    }

    /// The requests of the one status that decides before a session gives up, or that names the
    /// number of a link, for which some adapters make two; or of all that wait for a passkey.
    fn last_statuses(&self, policy: &PairingPolicy) -> u32 {
        match self.expected.outcome {
            Outcome::Unavailable | Outcome::RateLimited => 1,
            Outcome::Connected | Outcome::AlreadyConnected => self.linked_status,
            Outcome::PasskeyRequired => {
                let intervals = policy
                    .deadline
                    .as_nanos()
                    .div_ceil(policy.status_interval.as_nanos());
                u32::try_from(intervals).unwrap_or(u32::MAX) - 1
            }
            Outcome::Rejected | Outcome::Deadline => 0,
        }
    }

    /// How long after the gateway began to fail the session has ended at the latest.
    #[must_use]
    pub fn longest(&self, policy: &PairingPolicy) -> Duration {
        if self.expected.is_harmless() || self.expected.outcome == Outcome::PasskeyRequired {
            return policy.deadline;
        }
        let until_given_up = |requests: u32| {
            answers_within(&self.fault, policy) * (requests + self.last_statuses(policy))
                + silences(&self.fault, policy, requests - 1)
        };
        match self.onset {
            Onset::First => until_given_up(self.code_requests(policy)),
            Onset::Later if self.ends_at_once() => self.next_request(policy),
            Onset::Later => {
                self.next_request(policy) + until_given_up(1 + self.repetitions(policy))
            }
        }
    }

    /// Whether nothing is repeated: whatever is asked first after the fault set in ends it.
    fn ends_at_once(&self) -> bool {
        match self.expected.outcome {
            Outcome::Unavailable | Outcome::RateLimited | Outcome::Deadline => false,
            Outcome::Rejected => !self.status_is_repeated,
            Outcome::Connected | Outcome::AlreadyConnected | Outcome::PasskeyRequired => true,
        }
    }

    /// How soon after one request the next that can fail like this goes out.
    pub(crate) fn next_request(&self, policy: &PairingPolicy) -> Duration {
        match self.method {
            // Some faults befall codes alone.
            Method::Qr => policy.refresh_max,
            Method::PhoneCode if self.renews_phone_codes => policy.refresh_max,
            Method::PhoneCode => policy.status_interval,
        }
    }

    pub(crate) fn codes_per_round(&self, policy: &PairingPolicy) -> u32 {
        match self.method {
            Method::Qr => policy.codes_per_round,
            Method::PhoneCode if self.renews_phone_codes => policy.phone_codes_per_round,
            Method::PhoneCode => 1,
        }
    }

    /// How often a request for a code is repeated before the session gives up.
    fn repetitions(&self, policy: &PairingPolicy) -> u32 {
        match self.method {
            _ if self.fault == Fault::EMPTY_QR => policy.not_ready_limit,
            Method::Qr => policy.retry.max_retries,
            Method::PhoneCode => policy.retry.phone_code_max_retries,
        }
    }
}

/// What the gateway says itself.
pub(crate) fn cooldown(fault: &Fault) -> Duration {
    match fault.name() {
        "rate_limited_seconds" | "rate_limited_date" => Duration::from_secs(fault.number()),
        _ => Duration::ZERO,
    }
}

/// How long an answer takes, or the waiting for one that never comes.
pub(crate) fn answers_within(fault: &Fault, policy: &PairingPolicy) -> Duration {
    match fault.name() {
        "hang" => policy.request_timeout,
        "latency" => Duration::from_millis(fault.number()),
        _ => Duration::ZERO,
    }
}

/// All the time between so many repetitions.
pub(crate) fn silences(fault: &Fault, policy: &PairingPolicy, repetitions: u32) -> Duration {
    if *fault == Fault::EMPTY_QR {
        return policy.not_ready_delay * repetitions;
    }
    let silence = |nth| longest_delay(&policy.retry, nth).max(cooldown(fault));
    (1..=repetitions).map(silence).sum()
}

/// After the n-th failure in a row: twice as long each time, and a random part of up to the same.
pub(crate) fn longest_delay(retry: &RetryPolicy, nth: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(nth - 1);
    retry.min_delay.saturating_mul(doubled).min(retry.max_delay) * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(fault: &str, method: Method, onset: Onset) -> (u32, u64) {
        let policy = PairingPolicy::default();
        let cases = crate::cases().unwrap();
        let case = cases.iter().find(|case| {
            case.fault.name() == fault
                && case.dialect.name() == "zapi"
                && (case.method, case.onset) == (method, onset)
        });
        let case = case.unwrap();
        (case.code_requests(&policy), case.longest(&policy).as_secs())
    }

    /// Counted by hand from the defaults of the policy.
    #[test]
    fn the_bounds_are_those_of_the_policy() {
        use Method::{PhoneCode, Qr};
        use Onset::{First, Later};
        for (fault, method, onset, expected) in [
            ("not_found", Qr, First, (1, 0)),
            // 2 + 4 + 8 + 16 + 32
            ("server_error", Qr, First, (6, 62)),
            ("server_error", PhoneCode, First, (3, 6)),
            ("server_error", Qr, Later, (6, 82)),
            ("not_found", Qr, Later, (1, 20)),
            ("not_found", PhoneCode, Later, (1, 5)),
            ("error_inside_200", Qr, Later, (1, 82)),
            ("hang", Qr, First, (6, 7 * 30 + 62)),
            // 4 × 30 + 32
            ("rate_limited_seconds", Qr, First, (6, 152)),
            ("rate_limited_seconds", PhoneCode, First, (1, 0)),
            ("empty_qr", Qr, First, (16, 30)),
            ("empty_qr", PhoneCode, First, (1, 600)),
            ("latency", Qr, First, (3, 600)),
        ] {
            assert_eq!(bounds(fault, method, onset), expected, "{fault} {method:?}");
        }
    }

    /// By hand, too: three codes and the first of them again.
    #[test]
    fn a_code_that_is_given_again_is_one_request_more() {
        let policy = PairingPolicy::default();
        for case in crate::cases().unwrap() {
            let most = case.most_code_requests(&policy);
            match (case.expected.outcome, case.method) {
                (Outcome::Deadline, Method::Qr) => assert_eq!(most, 4, "{case:?}"),
                (Outcome::Deadline, Method::PhoneCode) => assert_eq!(most, 1, "{case:?}"),
                _ => assert_eq!(most, case.code_requests(&policy), "{case:?}"),
            }
        }
    }

    #[test]
    fn a_limit_beyond_all_patience_is_not_waited_out() {
        let mut policy = PairingPolicy::default();
        policy.retry.max_cooldown = Duration::from_secs(29);
        let cases = crate::cases().unwrap();
        let mut limited = cases
            .iter()
            .filter(|case| case.fault.name() == "rate_limited_seconds");
        assert!(
            limited.all(|case| case.code_requests(&policy) == 1 || case.expected.is_harmless())
        );
    }
}
