//! The exit codes, all in one place: `pairing --help` documents them, scripts rely on them.

use std::process::ExitCode;

use pairing_core::{CodeReply, PairingOutcome, ProviderErrorKind};

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Linked, or the command did what it was asked for.
    Done = 0,
    /// The arguments, the configuration or the environment are wrong.
    Usage = 2,
    /// A person is needed: the codes expired unused, or WhatsApp wants a passkey and the provider cannot
    /// say when it was used.
    Person = 3,
    /// The provider refused, or another number is linked.
    Refused = 4,
    /// The provider cannot be reached, is failing, or asks for fewer requests.
    Unavailable = 5,
    /// The deadline passed.
    Deadline = 6,
    /// The number was linked, and the link was lost within seconds.
    LinkDropped = 7,
    /// Ctrl-C, a signal, or the reader of the output went away.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

impl From<&PairingOutcome> for Exit {
    fn from(outcome: &PairingOutcome) -> Self {
        match outcome {
            PairingOutcome::Connected { .. } | PairingOutcome::AlreadyConnected { .. } => {
                Self::Done
            }
            PairingOutcome::PasskeyRequired => Self::Person,
            PairingOutcome::WrongAccount { .. } => Self::Refused,
            PairingOutcome::Rejected { error } => Self::from(error.kind),
            PairingOutcome::Unavailable { .. } | PairingOutcome::RateLimited { .. } => {
                Self::Unavailable
            }
            PairingOutcome::Deadline => Self::Deadline,
            PairingOutcome::LinkDropped => Self::LinkDropped,
            PairingOutcome::Cancelled => Self::Interrupted,
        }
    }
}

impl From<ProviderErrorKind> for Exit {
    fn from(kind: ProviderErrorKind) -> Self {
        if kind.is_retryable() {
            Self::Unavailable
        } else {
            Self::Refused
        }
    }
}

impl From<&CodeReply> for Exit {
    fn from(reply: &CodeReply) -> Self {
        match reply {
            CodeReply::Code(_) | CodeReply::AlreadyConnected => Self::Done,
            // Asking again is what helps, as when the provider is unavailable.
            CodeReply::NotReady { .. } | CodeReply::Starting { .. } | CodeReply::Linking => {
                Self::Unavailable
            }
            CodeReply::AnotherAttempt => Self::Refused,
            CodeReply::PasskeyRequired(_) => Self::Person,
        }
    }
}

#[cfg(test)]
mod tests {
    use pairing_core::{ErrorReport, PasskeyStep, ProviderError, QrText};

    use super::*;

    fn report(kind: ProviderErrorKind) -> ErrorReport {
        ProviderError::from(kind).report()
    }

    #[test]
    fn every_outcome_has_the_documented_code() {
        let phone = "+5511999998888".parse().unwrap();
        for (outcome, code) in [
            (PairingOutcome::Connected { phone: None }, 0),
            (PairingOutcome::AlreadyConnected { phone: None }, 0),
            (PairingOutcome::PasskeyRequired, 3),
            (PairingOutcome::WrongAccount { phone }, 4),
            (
                PairingOutcome::Rejected {
                    error: report(ProviderErrorKind::InvalidCredentials),
                },
                4,
            ),
            (
                PairingOutcome::Unavailable {
                    error: report(ProviderErrorKind::TimedOut),
                },
                5,
            ),
            (
                PairingOutcome::RateLimited {
                    retry_after_seconds: None,
                },
                5,
            ),
            (PairingOutcome::Deadline, 6),
            (PairingOutcome::LinkDropped, 7),
            (PairingOutcome::Cancelled, 130),
        ] {
            assert_eq!(Exit::from(&outcome) as u8, code, "{outcome:?}");
        }
    }

    #[test]
    fn every_error_kind_has_the_documented_code() {
        use ProviderErrorKind::*;
        for kind in ProviderErrorKind::ALL {
            let code = match kind {
                RateLimited | Unavailable | TimedOut | MalformedReply => 5,
                InvalidCredentials | AccountTokenMissing | AddressNotAllowed | Intercepted
                | SubscriptionLapsed | LicenseRequired | CapacityReached | AccountBlocked
                | UnknownInstance | Refused | Unsupported | InvalidInput | InvalidSignature
                | Internal => 4,
                other => panic!("say which exit code {other} has, here and in --help"),
            };
            assert_eq!(Exit::from(kind) as u8, code, "{kind}");
        }
    }

    #[test]
    fn every_reply_has_the_documented_code() {
        let code = CodeReply::from(QrText::new("2@a").unwrap());
        for (reply, exit) in [
            (code, 0),
            (CodeReply::AlreadyConnected, 0),
            (CodeReply::PasskeyRequired(PasskeyStep::new()), 3),
            (CodeReply::AnotherAttempt, 4),
            (CodeReply::NOT_READY, 5),
            (CodeReply::STARTING, 5),
            (CodeReply::Linking, 5),
        ] {
            assert_eq!(Exit::from(&reply) as u8, exit, "{reply:?}");
        }
    }
}
