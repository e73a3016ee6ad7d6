//! Every end has its cause: nothing is linked because a webhook says so, and nobody gives up
//! without a failure.

use pairing_core::flow::FlowOptions;
use pairing_core::{CodeReply, PairingOutcome, PhoneNumber, ProviderErrorKind};

use super::decisions::Answer;

/// What an output followed from.
#[derive(Debug)]
pub(super) enum Cause {
    Time,
    Person,
    Hint,
    Cancel,
    Answer {
        /// It said that the instance is linked, and with whom.
        linked: Option<Option<PhoneNumber>>,
        passkey: bool,
        /// The gateway is busy with another attempt.
        busy: bool,
        /// It said that the instance is not linked.
        denied: bool,
        failure: Option<ProviderErrorKind>,
    },
}

/// What answers before may have said that an end follows from.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// With whom the instance is linked, if that was named.
    linked: Vec<Option<PhoneNumber>>,
    limited: bool,
}

impl Said {
    pub(super) fn hear(&mut self, cause: &Cause) {
        self.linked.extend(cause.linked().cloned());
        self.limited |= cause.failure() == Some(ProviderErrorKind::RateLimited);
    }
}

impl Cause {
    pub(super) fn of(answer: &Answer, disowned: bool) -> Self {
        let linked = match answer {
            Answer::Code(Ok(CodeReply::AlreadyConnected)) => Some(None),
            Answer::Status(Ok(status)) if status.is_connected() => Some(status.phone.clone()),
            _ => None,
        };
        let failure = match answer {
            Answer::Code(Err(_)) if disowned => None,
            Answer::Code(Err(error)) | Answer::Status(Err(error)) | Answer::Ended(Err(error)) => {
                Some(error.kind())
            }
            _ => None,
        };
        Self::Answer {
            linked,
            passkey: matches!(answer, Answer::Code(Ok(CodeReply::PasskeyRequired(_)))),
            busy: matches!(answer, Answer::Code(Ok(CodeReply::AnotherAttempt))),
            denied: matches!(answer, Answer::Status(Ok(status)) if !status.is_connected()),
            failure,
        }
    }

    fn linked(&self) -> Option<&Option<PhoneNumber>> {
        match self {
            Self::Answer { linked, .. } => linked.as_ref(),
            _ => None,
        }
    }

    fn failure(&self) -> Option<ProviderErrorKind> {
        match self {
            Self::Answer { failure, .. } => *failure,
            _ => None,
        }
    }
}

pub(super) fn outcome_has_its_cause(
    outcome: &PairingOutcome,
    cause: &Cause,
    before: &Said,
    options: &FlowOptions,
    saw_attempt: bool,
    deadline_reached: bool,
) {
    let said = cause.linked();
    match outcome {
        PairingOutcome::Connected { phone } | PairingOutcome::AlreadyConnected { phone } => {
            // Where the number was asked for in vain, or the link had to last, it was told before.
            let told = before.linked.contains(phone);
            assert!(told || said == Some(phone), "linked, and nobody said so");
            let is_new = matches!(outcome, PairingOutcome::Connected { .. });
            assert_eq!(is_new, saw_attempt, "linked by this session, or before it");
            if let Some(expected) = &options.expected_phone {
                let right = phone
                    .as_ref()
                    .is_some_and(|phone| phone.is_same_account(expected));
                assert!(right, "an account that was not checked");
            }
        }
        PairingOutcome::WrongAccount { phone } => {
            assert_eq!(said, Some(&Some(phone.clone())));
            let expected = options.expected_phone.as_ref();
            assert!(expected.is_some_and(|expected| !expected.is_same_account(phone)));
        }
        PairingOutcome::PasskeyRequired => {
            assert!(matches!(cause, Cause::Answer { passkey: true, .. }));
            assert!(
                !options.capabilities.status,
                "it could have been waited for"
            );
        }
        PairingOutcome::LinkDropped => {
            assert!(matches!(cause, Cause::Answer { denied: true, .. }));
            assert!(
                !before.linked.is_empty(),
                "a link that was lost and never there"
            );
        }
        PairingOutcome::Rejected { error } => {
            let busy = matches!(cause, Cause::Answer { busy: true, .. });
            let told = busy.then_some(ProviderErrorKind::Refused);
            assert_eq!(cause.failure().or(told), Some(error.kind));
            assert!(!error.retryable);
        }
        PairingOutcome::Unavailable { error } => {
            assert!(error.retryable);
            assert!(matches!(
                cause,
                Cause::Answer { .. } | Cause::Time | Cause::Person | Cause::Hint
            ));
        }
        PairingOutcome::RateLimited { .. } => {
            assert!(before.limited, "no failure asked for patience");
        }
        PairingOutcome::Deadline => assert!(deadline_reached, "a deadline before its time"),
        PairingOutcome::Cancelled => assert!(matches!(cause, Cause::Cancel)),
    }
}
