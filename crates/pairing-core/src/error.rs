//! What goes wrong at a provider: a kind to branch on, whether a retry helps, and a
//! message written by us that is safe to show.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Why a provider did not answer, or refused.
///
/// Its [`message`](Self::message) never quotes what the gateway said: gateways echo
/// credentials in their errors. The [`source`](StdError::source), when there is one, is
/// held to the same rule by the adapter that attaches it.
#[derive(Debug)]
pub struct ProviderError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ProviderErrorKind,
    message: Cow<'static, str>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of failure callers branch on. Serialised in `snake_case`; these names are
/// stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProviderErrorKind {
    /// The gateway does not accept the instance id, token or account token.
    InvalidCredentials,
    /// The account demands its security token with every call, and none was sent.
    AccountTokenMissing,
    /// The gateway refuses calls from this IP address.
    AddressNotAllowed,
    /// Something between this machine and the gateway answered in its place: a firewall, a proxy
    /// or a network that wants a login.
    Intercepted,
    /// The subscription of the instance has lapsed.
    SubscriptionLapsed,
    /// The gateway's owner must activate a licence first.
    LicenseRequired,
    /// The gateway has no room for another linked instance.
    CapacityReached,
    /// WhatsApp or the gateway has blocked the account.
    AccountBlocked,
    /// The gateway knows no such instance.
    UnknownInstance,
    /// Too many requests; see [`ProviderError::retry_after`].
    RateLimited,
    /// The gateway cannot be reached or is failing.
    Unavailable,
    /// No answer in time.
    TimedOut,
    /// An answer that no reader understands.
    MalformedReply,
    /// The gateway understood and refused, for its own reason.
    Refused,
    /// The provider cannot do this; [`Capabilities`](crate::Capabilities) said so beforehand.
    Unsupported,
    /// The gateway refuses what the caller passed, for example a phone number.
    InvalidInput,
    /// The signature of a webhook is missing or wrong.
    InvalidSignature,
    /// A defect on our side or in a provider someone else wrote.
    Internal,
}

impl ProviderErrorKind {
    /// Every kind, for tables and exhaustive tests.
    pub const ALL: [Self; 18] = [
        Self::InvalidCredentials,
        Self::AccountTokenMissing,
        Self::AddressNotAllowed,
        Self::Intercepted,
        Self::SubscriptionLapsed,
        Self::LicenseRequired,
        Self::CapacityReached,
        Self::AccountBlocked,
        Self::UnknownInstance,
        Self::RateLimited,
        Self::Unavailable,
        Self::TimedOut,
        Self::MalformedReply,
        Self::Refused,
        Self::Unsupported,
        Self::InvalidInput,
        Self::InvalidSignature,
        Self::Internal,
    ];

    /// Whether the same request may succeed later without a change by an operator.
    ///
    /// A malformed reply counts: it is usually the page of a gateway being deployed. An
    /// interception does not: a firewall's rule or a login stays until an operator acts. A firewall
    /// that asks for fewer requests, or says that the gateway is down, is
    /// [`RateLimited`](Self::RateLimited) or [`Unavailable`](Self::Unavailable).
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::RateLimited | Self::Unavailable | Self::TimedOut | Self::MalformedReply => true,
            Self::InvalidCredentials
            | Self::AccountTokenMissing
            | Self::AddressNotAllowed
            | Self::Intercepted
            | Self::SubscriptionLapsed
            | Self::LicenseRequired
            | Self::CapacityReached
            | Self::AccountBlocked
            | Self::UnknownInstance
            | Self::Refused
            | Self::Unsupported
            | Self::InvalidInput
            | Self::InvalidSignature
            | Self::Internal => false,
        }
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidCredentials => "invalid_credentials",
            Self::AccountTokenMissing => "account_token_missing",
            Self::AddressNotAllowed => "address_not_allowed",
            Self::Intercepted => "intercepted",
            Self::SubscriptionLapsed => "subscription_lapsed",
            Self::LicenseRequired => "license_required",
            Self::CapacityReached => "capacity_reached",
            Self::AccountBlocked => "account_blocked",
            Self::UnknownInstance => "unknown_instance",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::TimedOut => "timed_out",
            Self::MalformedReply => "malformed_reply",
            Self::Refused => "refused",
            Self::Unsupported => "unsupported",
            Self::InvalidInput => "invalid_input",
            Self::InvalidSignature => "invalid_signature",
            Self::Internal => "internal",
        }
    }

    const fn default_message(self) -> &'static str {
        match self {
            Self::InvalidCredentials => {
                "the gateway does not accept the credentials of this instance"
            }
            Self::AccountTokenMissing => "the account's security token is missing",
            Self::AddressNotAllowed => "the gateway does not accept calls from this IP address",
            Self::Intercepted => "something between here and the gateway answered in its place",
            Self::SubscriptionLapsed => "the subscription of this instance has lapsed",
            Self::LicenseRequired => "the gateway's owner must activate its licence first",
            Self::CapacityReached => "the gateway has no room for another linked instance",
            Self::AccountBlocked => "WhatsApp or the gateway has blocked this account",
            Self::UnknownInstance => "the gateway knows no such instance",
            Self::RateLimited => "the gateway asks for fewer requests",
            Self::Unavailable => "the gateway cannot be reached or is failing",
            Self::TimedOut => "the gateway did not answer in time",
            Self::MalformedReply => "the gateway sent an unexpected response",
            Self::Refused => "the gateway refused the request",
            Self::Unsupported => "this provider does not support the request",
            Self::InvalidInput => "the gateway does not accept what was sent",
            Self::InvalidSignature => "the signature of the webhook is missing or wrong",
            Self::Internal => "the provider failed in an unexpected way",
        }
    }
}

impl fmt::Display for ProviderErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ProviderError {
    /// An error with a message of ours. The message is shown to people: it must hold
    /// nothing that came from the gateway, no secret and no URL path.
    #[must_use]
    pub fn new(kind: ProviderErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            retry_after: None,
            source: None,
        }))
    }

    /// What a provider answers to everything its capabilities exclude.
    #[must_use]
    pub fn unsupported() -> Self {
        ProviderErrorKind::Unsupported.into()
    }

    /// Adds how long the provider wants to be left alone.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: Duration) -> Self {
        self.0.retry_after = Some(retry_after);
        self
    }

    /// Adds the underlying failure, which must be as free of secrets as the message.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// What to branch on.
    #[must_use]
    pub fn kind(&self) -> ProviderErrorKind {
        self.0.kind
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind().is_retryable()
    }

    /// How long the provider wants to be left alone, when it said so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// A sentence in English, safe to show.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The part that events and JSON carry.
    #[must_use]
    pub fn report(&self) -> ErrorReport {
        ErrorReport {
            kind: self.kind(),
            message: self.0.message.clone(),
            retryable: self.is_retryable(),
            retry_after_seconds: self.retry_after().map(|wait| wait.as_secs()),
        }
    }
}

impl From<ProviderErrorKind> for ProviderError {
    fn from(kind: ProviderErrorKind) -> Self {
        Self::new(kind, kind.default_message())
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl StdError for ProviderError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// A [`ProviderError`] without its source: what events, JSON and other languages get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorReport {
    /// What to branch on.
    pub kind: ProviderErrorKind,
    /// A sentence in English, safe to show.
    pub message: Cow<'static, str>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Seconds the provider wants to be left alone, when it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_names_and_as_str_agree() {
        for kind in ProviderErrorKind::ALL {
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{kind}\""));
        }
    }

    #[test]
    fn a_report_keeps_everything_but_the_source() {
        let error = ProviderError::new(ProviderErrorKind::RateLimited, "slow down")
            .with_retry_after(Duration::from_secs(90))
            .with_source(std::io::Error::other("socket"));
        assert!(error.source().is_some());
        assert_eq!(
            serde_json::to_string(&error.report()).unwrap(),
            r#"{"kind":"rate_limited","message":"slow down","retryable":true,"retry_after_seconds":90}"#
        );
    }
}
