//! What a session is told, small enough to list: every kind of answer, act and passing of time.

use std::time::Duration;

use super::setting::{RIGHT, RIGHT_SHORT, WRONG};
use crate::support::*;
use pairing_core::{
    CodeReply, InstancePhase, InstanceStatus, PairingMethod, PasskeyStep, ProviderError,
    ProviderErrorKind, WebhookHint,
};

/// A failure of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fault {
    pub(crate) kind: ProviderErrorKind,
    pub(crate) retry_after: Option<Duration>,
}

impl Fault {
    pub(crate) const fn of(kind: ProviderErrorKind) -> Self {
        Self {
            kind,
            retry_after: None,
        }
    }

    pub(crate) const fn after(self, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }

    pub(crate) fn error(self) -> ProviderError {
        let error = ProviderError::from(self.kind);
        match self.retry_after {
            Some(wait) => error.with_retry_after(wait),
            None => error,
        }
    }
}

/// An answer to a request for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CodeSays {
    /// Codes are told apart by their number alone.
    Code {
        qr: bool,
        number: u64,
        exact: Option<Duration>,
    },
    NotReady {
        retry_in: Option<Duration>,
    },
    Starting {
        retry_in: Option<Duration>,
    },
    Linking,
    AlreadyConnected,
    AnotherAttempt,
    /// Steps are told apart by their number alone; 0 says nothing.
    Passkey(u8),
    Fails(Fault),
}

impl CodeSays {
    pub(crate) const NOT_READY: Self = Self::NotReady { retry_in: None };
    pub(crate) const STARTING: Self = Self::Starting { retry_in: None };

    pub(crate) fn reply(self) -> Result<CodeReply, ProviderError> {
        match self {
            Self::Code {
                qr: is_qr,
                number,
                exact: life,
            } => {
                let code = if is_qr {
                    qr(number)
                } else {
                    phone_code(number)
                };
                Ok(match life {
                    Some(life) => exact(code, life),
                    None => code,
                })
            }
            Self::NotReady { retry_in } => Ok(CodeReply::NotReady { retry_in }),
            Self::Starting { retry_in } => Ok(CodeReply::Starting { retry_in }),
            Self::Linking => Ok(CodeReply::Linking),
            Self::AlreadyConnected => Ok(CodeReply::AlreadyConnected),
            Self::AnotherAttempt => Ok(CodeReply::AnotherAttempt),
            Self::Passkey(step) => Ok(CodeReply::PasskeyRequired(passkey(step))),
            Self::Fails(fault) => Err(fault.error()),
        }
    }
}

/// The step with this number.
pub(crate) fn passkey(step: u8) -> PasskeyStep {
    match step {
        0 => PasskeyStep::new(),
        number => PasskeyStep::new().with_confirmation_code(number.to_string()),
    }
}

/// An answer to a request for the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum StatusSays {
    NotConnected,
    /// Not connected, and in this phase.
    In(InstancePhase),
    /// As in [`CodeSays::Passkey`].
    Passkey(u8),
    /// Connected, and the gateway does not say who.
    Unnamed,
    Right,
    RightShort,
    Wrong,
    Fails(Fault),
}

impl StatusSays {
    pub(crate) fn reply(self) -> Result<InstanceStatus, ProviderError> {
        match self {
            Self::NotConnected => Ok(InstanceStatus::disconnected()),
            Self::In(phase) => Ok(InstanceStatus::in_phase(phase)),
            Self::Passkey(0) => Ok(InstanceStatus::in_phase(InstancePhase::PasskeyRequired)),
            Self::Passkey(step) => Ok(InstanceStatus::passkey_required(passkey(step))),
            Self::Fails(fault) => Err(fault.error()),
            _ => Ok(InstanceStatus::connected(self.number().map(phone))),
        }
    }

    pub(crate) fn is_connected(self) -> bool {
        matches!(
            self,
            Self::Unnamed | Self::Right | Self::RightShort | Self::Wrong
        )
    }

    /// It may be linked soon, although no code can be had.
    pub(crate) fn is_hopeful(self) -> bool {
        let linking = matches!(self, Self::Passkey(_) | Self::In(InstancePhase::Linking));
        linking || self.is_connected()
    }

    /// The number that is linked, when it is named.
    pub(crate) fn number(self) -> Option<&'static str> {
        match self {
            Self::Right => Some(RIGHT),
            Self::RightShort => Some(RIGHT_SHORT),
            Self::Wrong => Some(WRONG),
            _ => None,
        }
    }
}

/// When something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum When {
    Now,
    /// In the moment for which the flow wants to be woken.
    Due,
    /// Just before it.
    JustBefore,
    /// After several due times have passed unnoticed, by both clocks: a busy program.
    Late,
    /// The time of day went ahead and the monotonic clock stood still: a laptop's sleep.
    Slept,
    /// The time of day was set back.
    SetBack,
    /// After this time. Not in the search, only in the random runs.
    After(Duration),
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Act {
    Tick,
    /// Another code than the last one of its kind.
    NewCode {
        exact: Option<Duration>,
    },
    /// The last code of its kind again.
    SameCode {
        exact: Option<Duration>,
    },
    /// A phone code for a QR code, or the other way round.
    WrongKind,
    Code(CodeSays),
    Status(StatusSays),
    /// The attempt was ended, or could not be.
    Ended(Option<Fault>),
    /// An answer to a request that was answered or abandoned.
    Stale,
    Hint(WebhookHint),
    Resume,
    Switch(Way),
    Cancel,
}

/// A method to switch to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    Qr,
    Phone,
    /// The same account in its other spelling.
    PhoneShort,
    OtherPhone,
}

impl Way {
    pub(crate) const ALL: [Self; 4] = [Self::Qr, Self::Phone, Self::PhoneShort, Self::OtherPhone];

    pub(crate) fn method(self) -> PairingMethod {
        match self {
            Self::Qr => PairingMethod::Qr,
            Self::Phone => phone_method(),
            Self::PhoneShort => PairingMethod::PhoneCode(phone(RIGHT_SHORT)),
            Self::OtherPhone => PairingMethod::PhoneCode(phone(WRONG)),
        }
    }
}

/// One step of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Move {
    pub(crate) when: When,
    pub(crate) act: Act,
}

impl Move {
    pub(crate) const fn new(when: When, act: Act) -> Self {
        Self { when, act }
    }
}
