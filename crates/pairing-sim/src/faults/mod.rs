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
/// [`Fault::all`] lists them with their usual numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// Answers late: after `milliseconds` of simulated time.
    Latency {
        /// Simulated milliseconds.
        #[serde(default = "two_seconds")]
        milliseconds: u64,
    },
    /// HTTP `status` with a JSON body.
    ServerError {
        /// The HTTP status.
        #[serde(default = "unavailable")]
        status: u16,
    },
    /// HTTP `status` with an HTML page, as from a proxy.
    ServerErrorPage {
        /// The HTTP status.
        #[serde(default = "bad_gateway")]
        status: u16,
    },
    /// HTTP `status` without a body.
    ServerErrorEmpty {
        /// The HTTP status.
        #[serde(default = "internal")]
        status: u16,
    },
    /// HTTP 429 without Retry-After.
    RateLimited,
    /// HTTP 429 with Retry-After in `seconds`.
    RateLimitedSeconds {
        /// How far ahead, in seconds.
        #[serde(default = "thirty")]
        seconds: u64,
    },
    /// HTTP 429 with Retry-After as a date `seconds` ahead.
    RateLimitedDate {
        /// How far ahead, in seconds.
        #[serde(default = "thirty")]
        seconds: u64,
    },
    /// HTTP 200 with JSON that breaks off in a string.
    MalformedJson,
    /// The usual answer, but the connection closes in the middle of the body.
    Truncated,
    /// HTTP 200 with a body above 1 MiB.
    Oversized,
    /// HTTP 200 with an HTML page.
    HtmlPage,
    /// HTTP 403 with the JSON of a firewall in front of the gateway.
    FirewallBlock,
    /// HTTP 200 with the login page of a network.
    LoginPage,
    /// The usual answer, labelled application/octet-stream.
    WrongContentType,
    /// HTTP 200 without a body.
    EmptyBody,
    /// HTTP 200 with `{}`.
    EmptyObject,
    /// HTTP 200 with an error in the JSON.
    #[serde(rename = "error_inside_200")]
    ErrorInside200,
    /// Resets the connection instead of answering.
    ConnectionReset,
    /// Takes the request and never answers.
    Hang,
    /// HTTP 200 with an empty QR code: it is still being made.
    EmptyQr,
    /// HTTP 429 rate-overlimit: WhatsApp makes no more phone codes.
    RateOverlimit,
    /// Unlinks as asked and answers `OK`, which says nothing about it.
    UnlinkSaysOk,
    /// Links the instance elsewhere; HTTP 400 says it is already connected.
    AlreadyConnectedRefusal,
    /// Links the instance elsewhere; HTTP 500 says it is already connected.
    AlreadyConnectedServerError,
    /// Links the instance elsewhere; HTTP 200 with `connected:true` and no value.
    AlreadyConnectedFlag,
    /// Links the instance elsewhere; HTTP 403 "User is already logged in".
    AlreadyLoggedIn,
    /// HTTP 200 with a challenge in place of the code.
    PasskeyChallenge,
    /// The status asks to restore the session.
    SessionNeedsRestore,
    /// HTTP 400 "your client-token is not configured".
    ClientTokenNotConfigured,
    /// HTTP 400 "null not allowed".
    NullNotAllowed,
    /// HTTP 403 "Client-Token … not allowed", echoing the token that was sent.
    ClientTokenNotAllowed,
    /// HTTP `status` "\[IP\] not allowed".
    IpNotAllowed {
        /// The HTTP status.
        #[serde(default = "forbidden")]
        status: u16,
    },
    /// HTTP 400: subscribe to this instance again.
    SubscriptionLapsed,
    /// HTTP 404 NOT_FOUND, as for a wrong path.
    NotFound,
    /// HTTP 405 without a body.
    MethodNotAllowed,
    /// HTTP 415 without a body.
    UnsupportedMediaType,
    /// HTTP 401, as for a wrong token.
    Unauthorized,
    /// HTTP 404 "Instance not found".
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
            Self::FirewallBlock,
            Self::LoginPage,
            Self::WrongContentType,
            Self::EmptyBody,
            Self::EmptyObject,
            Self::ErrorInside200,
            Self::ConnectionReset,
            Self::Hang,
            Self::EmptyQr,
            Self::RateOverlimit,
            Self::UnlinkSaysOk,
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
