//! What can go wrong at a gateway, to be switched on per instance.

mod answer;
mod facts;
mod rules;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub(crate) use answer::{Misdeed, misdeed};
pub(crate) use rules::ActiveFaults;
pub use rules::{FaultRule, Faults};

use crate::{Dialect, Endpoint};

/// One thing that goes wrong. In JSON: `{"fault":"latency","milliseconds":500}`, or the name
/// alone where the usual numbers will do.
///
/// [`description`](Self::description) says what each one does; [`Fault::all`] lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "`description` says it once, for rustdoc's reader and for the help page"
)]
pub enum Fault {
    Latency {
        /// Simulated milliseconds.
        #[serde(default = "two_seconds")]
        milliseconds: u64,
    },
    ServerError {
        #[serde(default = "unavailable")]
        status: u16,
    },
    ServerErrorPage {
        #[serde(default = "bad_gateway")]
        status: u16,
    },
    ServerErrorEmpty {
        #[serde(default = "internal")]
        status: u16,
    },
    RateLimited,
    RateLimitedSeconds {
        #[serde(default = "thirty")]
        seconds: u64,
    },
    RateLimitedDate {
        #[serde(default = "thirty")]
        seconds: u64,
    },
    MalformedJson,
    Truncated,
    Oversized,
    HtmlPage,
    WrongContentType,
    EmptyBody,
    EmptyObject,
    #[serde(rename = "error_inside_200")]
    ErrorInside200,
    ConnectionReset,
    Hang,
    EmptyQr,
    RateOverlimit,
    AlreadyConnectedRefusal,
    AlreadyConnectedServerError,
    AlreadyConnectedFlag,
    AlreadyLoggedIn,
    PasskeyChallenge,
    SessionNeedsRestore,
    ClientTokenNotConfigured,
    NullNotAllowed,
    ClientTokenNotAllowed,
    IpNotAllowed {
        #[serde(default = "forbidden")]
        status: u16,
    },
    SubscriptionLapsed,
    NotFound,
    MethodNotAllowed,
    UnsupportedMediaType,
    Unauthorized,
    InstanceNotFound,
}

fn two_seconds() -> u64 {
    2_000
}

fn thirty() -> u64 {
    30
}

fn internal() -> u16 {
    500
}

fn bad_gateway() -> u16 {
    502
}

fn unavailable() -> u16 {
    503
}

fn forbidden() -> u16 {
    403
}

impl Fault {
    /// Every fault once, with its usual numbers.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![
            Self::Latency {
                milliseconds: two_seconds(),
            },
            Self::ServerError {
                status: unavailable(),
            },
            Self::ServerErrorPage {
                status: bad_gateway(),
            },
            Self::ServerErrorEmpty { status: internal() },
            Self::RateLimited,
            Self::RateLimitedSeconds { seconds: thirty() },
            Self::RateLimitedDate { seconds: thirty() },
            Self::MalformedJson,
            Self::Truncated,
            Self::Oversized,
            Self::HtmlPage,
            Self::WrongContentType,
            Self::EmptyBody,
            Self::EmptyObject,
            Self::ErrorInside200,
            Self::ConnectionReset,
            Self::Hang,
            Self::EmptyQr,
            Self::RateOverlimit,
            Self::AlreadyConnectedRefusal,
            Self::AlreadyConnectedServerError,
            Self::AlreadyConnectedFlag,
            Self::AlreadyLoggedIn,
            Self::PasskeyChallenge,
            Self::SessionNeedsRestore,
            Self::ClientTokenNotConfigured,
            Self::NullNotAllowed,
            Self::ClientTokenNotAllowed,
            Self::IpNotAllowed {
                status: forbidden(),
            },
            Self::SubscriptionLapsed,
            Self::NotFound,
            Self::MethodNotAllowed,
            Self::UnsupportedMediaType,
            Self::Unauthorized,
            Self::InstanceNotFound,
        ]
    }

    /// Its name in JSON and on the command line.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.facts().name
    }

    /// One line on what the gateway does.
    #[must_use]
    pub fn description(&self) -> &'static str {
        self.facts().description
    }

    /// Whether a gateway of this dialect can fail like this. On another it never does.
    #[must_use]
    pub fn fits(&self, dialect: Dialect) -> bool {
        self.facts().only.is_none_or(|only| only == dialect)
    }

    /// Whether it can befall this endpoint: an empty QR code, for example, befalls no status.
    #[must_use]
    pub fn befalls(&self, endpoint: Endpoint) -> bool {
        self.facts().befalls.includes(endpoint)
    }

    /// Only the first `requests` requests that it could befall.
    #[must_use]
    pub fn first(self, requests: u32) -> FaultRule {
        FaultRule::from(self).first(requests)
    }

    /// Only at these endpoints.
    #[must_use]
    pub fn at(self, endpoints: impl IntoIterator<Item = Endpoint>) -> FaultRule {
        FaultRule::from(self).at(endpoints)
    }
}

/// Reads a fault's name, giving it its usual numbers.
impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::all()
            .into_iter()
            .find(|fault| fault.name() == name)
            .ok_or(UnknownFault)
    }
}

/// No fault has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no fault of this name: the simulator's help page lists them all")]
pub struct UnknownFault;

#[cfg(test)]
mod tests;
