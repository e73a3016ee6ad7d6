//! A call outside a session under a fault, and how often it is made.

use std::time::Duration;

use pairing_conformance::MAX_CALLS_PER_REQUEST;
use pairing_core::{PairingPolicy, ProviderErrorKind};
use pairing_sim::{Dialect, Endpoint, Fault};

use crate::{Method, Reply, bounds};

/// One of the calls that `pairing code`, `pairing status` and `pairing unlink` make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// For a QR code.
    Qr,
    /// For a phone code.
    PhoneCode,
    /// Whether a phone is linked.
    Status,
    /// To unlink it.
    Unlink,
}

impl Call {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Qr, Self::PhoneCode, Self::Status, Self::Unlink];

    /// As the table has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::PhoneCode => "phone_code",
            Self::Status => "status",
            Self::Unlink => "unlink",
        }
    }

    /// Whether the gateway has it, which all have but a request for a phone code.
    pub(crate) fn is_known_to(self, gateway: &dyn Dialect) -> bool {
        self != Self::PhoneCode || Method::PhoneCode.is_known_to(gateway)
    }

    /// The endpoint that is asked first.
    pub(crate) const fn endpoint(self) -> Endpoint {
        match self {
            Self::Qr => Endpoint::CodeQrText,
            Self::PhoneCode => Endpoint::PhoneCode,
            Self::Status => Endpoint::Status,
            Self::Unlink => Endpoint::Unlink,
        }
    }
}

/// One fault at one gateway, and what a call comes to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallCase {
    /// What goes wrong.
    pub fault: Fault,
    /// Where.
    pub dialect: &'static dyn Dialect,
    /// What is called.
    pub call: Call,
    /// What the caller gets.
    pub expected: Reply,
    pub(crate) unclear: bool,
    pub(crate) is_own: bool,
    /// What one status of a linked instance costs, in requests.
    pub(crate) linked_status: u32,
}

impl CallCase {
    /// How often the call is made under this policy before it is left at that.
    #[must_use]
    pub fn attempts(&self, policy: &PairingPolicy) -> u32 {
        let Reply::Error(kind) = self.expected else {
            return 1;
        };
        let retry = &policy.retry;
        let waits = kind.is_retryable() && bounds::cooldown(&self.fault) <= retry.max_cooldown;
        1 + match self.call {
            _ if !waits => 0,
            Call::Qr | Call::Status => retry.max_retries,
            // Repeating it would prolong the limit.
            Call::PhoneCode if kind == ProviderErrorKind::RateLimited => 0,
            Call::PhoneCode => retry.phone_code_max_retries,
            // What was done already is not done twice.
            Call::Unlink => 0,
        }
    }

    /// How many requests that makes: an answer that is not clear costs one for the status.
    #[must_use]
    pub fn requests(&self, policy: &PairingPolicy) -> u32 {
        let endpoint = self.call.endpoint();
        let may_ask = endpoint.is_code() || endpoint == Endpoint::Unlink;
        let asks_again = self.unclear && may_ask && self.fault.applies_to(endpoint);
        self.attempts(policy) * (1 + u32::from(asks_again))
    }

    /// The most requests that it makes at any gateway, also at one that is asked for its state before a
    /// code.
    #[must_use]
    pub fn most_requests(&self, policy: &PairingPolicy) -> u64 {
        // An unlinking may be one more: between a status before it and one after it.
        let around = u64::from(self.call == Call::Unlink);
        MAX_CALLS_PER_REQUEST * u64::from(self.attempts(policy)) + around
    }

    /// How many requests a status costs that says which number is linked.
    #[must_use]
    pub const fn requests_of_a_linked_status(&self) -> u32 {
        self.linked_status
    }

    /// How long it takes at most, when the HTTP client has no less patience than the policy.
    #[must_use]
    pub fn longest(&self, policy: &PairingPolicy) -> Duration {
        let attempts = self.attempts(policy);
        bounds::answers_within(&self.fault, policy) * attempts
            + bounds::silences(&self.fault, policy, attempts - 1)
    }

    /// How long it takes at most at a gateway whose answers take their time.
    #[must_use]
    pub fn longest_anywhere(&self, policy: &PairingPolicy) -> Duration {
        let attempts = self.attempts(policy);
        policy.request_timeout * attempts + bounds::silences(&self.fault, policy, attempts - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counted by hand from the defaults of the policy.
    #[test]
    fn the_requests_are_those_of_the_policy() {
        let policy = PairingPolicy::default();
        let cases = crate::calls().unwrap();
        for (fault, call, requests, seconds) in [
            ("server_error", Call::Qr, 6, 62),
            ("server_error", Call::PhoneCode, 3, 6),
            ("server_error", Call::Status, 6, 62),
            ("server_error", Call::Unlink, 1, 0),
            ("html_page", Call::Qr, 12, 62),
            ("html_page", Call::Status, 6, 62),
            ("html_page", Call::Unlink, 2, 0),
            ("unlink_says_ok", Call::Unlink, 2, 0),
            ("unlink_says_ok", Call::Qr, 1, 0),
            ("empty_qr", Call::Qr, 2, 0),
            ("empty_qr", Call::PhoneCode, 1, 0),
            ("rate_limited", Call::PhoneCode, 1, 0),
            ("not_found", Call::Qr, 1, 0),
            ("method_not_allowed", Call::Qr, 2, 0),
            ("hang", Call::Unlink, 1, 30),
            ("latency", Call::Status, 1, 2),
        ] {
            let case = cases.iter().find(|case| {
                case.fault.name() == fault && case.call == call && case.dialect.name() == "zapi"
            });
            let case = case.unwrap();
            let found = (case.requests(&policy), case.longest(&policy).as_secs());
            assert_eq!(found, (requests, seconds), "{case:?}");
        }
    }
}
