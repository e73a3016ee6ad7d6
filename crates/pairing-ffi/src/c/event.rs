//! Events, laid out flat for C: every getter answers for every kind of event.

use std::time::{Duration, SystemTime};

use pairing_core::{
    Countdown, EventKind, Expiry, PairingCode, PairingEvent, PairingMethod, PairingOutcome,
    ProviderError, ProviderErrorKind,
};

use super::event_kinds::{pairing_event_kind, pairing_expiry, pairing_method, pairing_outcome};
use super::last_error::Failure;
use super::passkey::Passkey;
use super::text::{Text, phone_text};

/// One step of a session. What its getters point to is valid until it is freed; a code in it
/// is wiped from memory then.
pub struct pairing_event {
    pub(super) kind: pairing_event_kind,
    pub(super) seq: u64,
    pub(super) round: u32,
    pub(super) attempt: u32,
    pub(super) method: Option<LinkMethod>,
    pub(super) code: Option<ShownCode>,
    pub(super) retry_at: Option<SystemTime>,
    pub(super) failure: Option<Failure>,
    pub(super) outcome: pairing_outcome,
    pub(super) phone: Option<Text>,
    pub(super) passkey: Option<Passkey>,
}

pub(super) struct ShownCode {
    pub(super) code: PairingCode,
    /// What can be shown as text.
    pub(super) text: Option<Text>,
    pub(super) expires_at: SystemTime,
    pub(super) life: Countdown,
    pub(super) expiry: pairing_expiry,
}

/// How the phone is linked.
pub(super) struct LinkMethod {
    pub(super) kind: pairing_method,
    /// Of the phone that the code is typed on.
    pub(super) phone: Option<Text>,
}

impl LinkMethod {
    pub(super) fn new(method: &PairingMethod) -> Self {
        let (kind, phone) = match method {
            PairingMethod::Qr => (pairing_method::Qr, None),
            PairingMethod::PhoneCode(phone) => (pairing_method::PhoneCode, Some(phone)),
        };
        Self {
            kind,
            phone: phone.map(phone_text),
        }
    }
}

impl From<PairingEvent> for pairing_event {
    fn from(event: PairingEvent) -> Self {
        let mut flat = Self {
            kind: pairing_event_kind::None,
            seq: event.seq,
            round: event.round,
            attempt: event.attempt,
            method: None,
            code: None,
            retry_at: None,
            failure: None,
            outcome: pairing_outcome::None,
            phone: None,
            passkey: None,
        };
        flat.kind = match event.kind {
            EventKind::Preparing { method } => {
                flat.method = Some(LinkMethod::new(&method));
                pairing_event_kind::Preparing
            }
            EventKind::CodeReady {
                expires_at,
                expiry,
                code,
            } => {
                flat.code = Some(ShownCode::new(code, expires_at, expiry));
                pairing_event_kind::CodeReady
            }
            EventKind::CodeExpired => pairing_event_kind::CodeExpired,
            EventKind::Starting => pairing_event_kind::Starting,
            EventKind::Linking => pairing_event_kind::Linking,
            EventKind::PasskeyRequired { step } => {
                flat.passkey = Some(Passkey::new(&step));
                pairing_event_kind::PasskeyRequired
            }
            EventKind::Linked { phone } => {
                flat.phone = phone.as_ref().map(phone_text);
                pairing_event_kind::Linked
            }
            EventKind::Retrying { retry_at, error } => {
                flat.retry_at = Some(retry_at);
                flat.failure = Some(error.into());
                pairing_event_kind::Retrying
            }
            EventKind::InteractionRequired => pairing_event_kind::InteractionRequired,
            EventKind::Finished { outcome } => {
                flat.finish(outcome);
                pairing_event_kind::Finished
            }
        };
        flat
    }
}

impl pairing_event {
    fn finish(&mut self, outcome: PairingOutcome) {
        self.outcome = match outcome {
            PairingOutcome::Connected { phone } => {
                self.phone = phone.as_ref().map(phone_text);
                pairing_outcome::Connected
            }
            PairingOutcome::AlreadyConnected { phone } => {
                self.phone = phone.as_ref().map(phone_text);
                pairing_outcome::AlreadyConnected
            }
            PairingOutcome::WrongAccount { phone } => {
                self.phone = Some(phone_text(&phone));
                pairing_outcome::WrongAccount
            }
            PairingOutcome::PasskeyRequired => pairing_outcome::PasskeyRequired,
            PairingOutcome::LinkDropped => pairing_outcome::LinkDropped,
            PairingOutcome::Rejected { error } => {
                self.failure = Some(error.into());
                pairing_outcome::Rejected
            }
            PairingOutcome::Unavailable { error } => {
                self.failure = Some(error.into());
                pairing_outcome::Unavailable
            }
            PairingOutcome::RateLimited {
                retry_after_seconds,
            } => {
                let mut error = ProviderError::from(ProviderErrorKind::RateLimited);
                if let Some(seconds) = retry_after_seconds {
                    error = error.with_retry_after(Duration::from_secs(seconds));
                }
                self.failure = Some(error.into());
                pairing_outcome::RateLimited
            }
            PairingOutcome::Deadline => pairing_outcome::Deadline,
            PairingOutcome::Cancelled => pairing_outcome::Cancelled,
        };
    }

    /// What is shown, to be drawn.
    pub(super) fn code(&self) -> Option<&PairingCode> {
        self.code.as_ref().map(|shown| &shown.code)
    }
}

impl ShownCode {
    fn new(code: PairingCode, expires_at: SystemTime, expiry: Expiry) -> Self {
        let text = match &code {
            PairingCode::QrText { text } => Some(Text::new(text.expose())),
            PairingCode::PhoneCode { code } => Some(Text::new(code.expose())),
            PairingCode::QrImage { .. } => None,
        };
        Self {
            text,
            code,
            expires_at,
            life: Countdown::new(expires_at, SystemTime::now()),
            expiry: match expiry {
                Expiry::Exact => pairing_expiry::Exact,
                Expiry::UpperBound => pairing_expiry::UpperBound,
            },
        }
    }
}
