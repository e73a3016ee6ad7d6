//! How a session ends, as the table writes it.

use anyhow::{Context as _, Result, ensure};
use pairing_core::ProviderErrorKind;
use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};

/// The outcomes that a failing gateway can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Linked elsewhere in the meantime.
    Connected,
    /// Linked elsewhere before there was a code.
    AlreadyConnected,
    /// WhatsApp wants a passkey: the session waits for it, and since nobody comes, time runs out.
    PasskeyRequired,
    /// Refused for good.
    Rejected,
    /// Failed until the retries were used up.
    Unavailable,
    /// Asked for patience, for longer than the policy has it.
    RateLimited,
    /// The fault harms nobody: codes are shown, and since nobody comes, time runs out.
    Deadline,
}

impl Outcome {
    /// The outcome of the session, as in JSON.
    #[must_use]
    pub const fn of_session(self) -> &'static str {
        match self {
            Self::PasskeyRequired => Self::Deadline.name(),
            other => other.name(),
        }
    }

    /// As in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::AlreadyConnected => "already_connected",
            Self::PasskeyRequired => "passkey_required",
            Self::Rejected => "rejected",
            Self::Unavailable => "unavailable",
            Self::RateLimited => "rate_limited",
            Self::Deadline => "deadline",
        }
    }
}

/// An outcome, with the kind of its error where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expected {
    /// The outcome.
    pub outcome: Outcome,
    /// Why it was rejected or unavailable.
    pub error: Option<ProviderErrorKind>,
}

impl Expected {
    /// Reads `unavailable timed_out`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let (outcome, error) = match text.split_once(' ') {
            Some((outcome, error)) => (outcome, Some(word::<ProviderErrorKind>(error)?)),
            None => (text, None),
        };
        let outcome: Outcome = word(outcome)?;
        let fits = match outcome {
            Outcome::Rejected => error.is_some_and(|kind| !kind.is_retryable()),
            Outcome::Unavailable => error.is_some_and(ProviderErrorKind::is_retryable),
            _ => error.is_none(),
        };
        ensure!(fits, "`{text}`: this outcome has no such error");
        Ok(Self { outcome, error })
    }

    /// The kind of the error as in JSON.
    #[must_use]
    pub fn error_name(&self) -> Option<&'static str> {
        self.error.map(ProviderErrorKind::as_str)
    }

    /// Whether codes are shown as if nothing were wrong.
    #[must_use]
    pub fn is_harmless(&self) -> bool {
        self.outcome == Outcome::Deadline
    }
}

/// A word as it is written in JSON.
pub(crate) fn word<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T> {
    T::deserialize(StrDeserializer::<Error>::new(text)).with_context(|| format!("`{text}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_named_as_it_is_read() {
        for text in [
            "connected",
            "already_connected",
            "passkey_required",
            "rejected refused",
            "unavailable timed_out",
            "rate_limited",
            "deadline",
        ] {
            let read = Expected::parse(text).unwrap();
            let words: Vec<_> = [Some(read.outcome.name()), read.error_name()]
                .into_iter()
                .flatten()
                .collect();
            assert_eq!(words.join(" "), text);
        }
    }

    #[test]
    fn what_no_session_could_say_is_refused() {
        for text in [
            "",
            "lost",
            "rejected",
            "rejected timed_out",
            "unavailable",
            "unavailable refused",
            "unavailable tired",
            "deadline timed_out",
        ] {
            assert!(Expected::parse(text).is_err(), "{text}");
        }
    }
}
