//! The events of one step, taken one by one: the right kind, the right numbers, no more, no less.

use std::time::{Duration, SystemTime};

use super::seen::Screen;
use super::{Broken, Step, rule};
use crate::search::says::passkey;
use crate::support;
use pairing_core::flow::{Now, Output};
use pairing_core::{
    CodeReply, EventKind, Expiry, PairingCode, PairingEvent, PairingMethod, PairingOutcome,
    PhoneNumber, ProviderErrorKind,
};

/// How a session ended, without the sentences.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum End {
    Connected(Option<PhoneNumber>),
    AlreadyConnected(Option<PhoneNumber>),
    WrongAccount(PhoneNumber),
    Passkey,
    Rejected(ProviderErrorKind),
    Unavailable(ProviderErrorKind),
    RateLimited(Option<u64>),
    LinkDropped,
    Deadline,
    Cancelled,
}

impl End {
    fn of(outcome: &PairingOutcome) -> Self {
        match outcome.clone() {
            PairingOutcome::Connected { phone } => Self::Connected(phone),
            PairingOutcome::AlreadyConnected { phone } => Self::AlreadyConnected(phone),
            PairingOutcome::WrongAccount { phone } => Self::WrongAccount(phone),
            PairingOutcome::PasskeyRequired => Self::Passkey,
            PairingOutcome::Rejected { error } => Self::Rejected(error.kind),
            PairingOutcome::Unavailable { error } => Self::Unavailable(error.kind),
            PairingOutcome::RateLimited {
                retry_after_seconds,
            } => Self::RateLimited(retry_after_seconds),
            PairingOutcome::LinkDropped => Self::LinkDropped,
            PairingOutcome::Deadline => Self::Deadline,
            PairingOutcome::Cancelled => Self::Cancelled,
        }
    }

    pub(crate) fn is_linked(&self) -> bool {
        matches!(self, Self::Connected(_) | Self::AlreadyConnected(_))
    }
}

/// An event that has to come.
#[derive(Debug)]
pub(super) enum Expected {
    Preparing(PairingMethod),
    Ready {
        qr: bool,
        number: u64,
        exact: bool,
    },
    Expired,
    Starting,
    Linking,
    Passkey(u8),
    Linked(Option<PhoneNumber>),
    Retrying {
        kind: ProviderErrorKind,
        wait: (Duration, Duration),
    },
    Gate,
    Finished(End),
}

impl Expected {
    /// What it puts on the screen; a failure changes nothing there.
    pub(super) fn screen(&self) -> Option<Screen> {
        Some(match self {
            Self::Preparing(_) => Screen::Preparing,
            Self::Starting => Screen::Starting,
            Self::Ready { .. } => Screen::Code,
            Self::Expired => Screen::Expired,
            Self::Linking => Screen::Linking,
            Self::Passkey(step) => Screen::Passkey(*step),
            Self::Linked(_) => Screen::Linked,
            Self::Gate => Screen::Gate,
            Self::Finished(_) => Screen::End,
            Self::Retrying { .. } => return None,
        })
    }
}

pub(super) struct Feed<'a> {
    events: Vec<&'a PairingEvent>,
    taken: usize,
    now: Now,
}

impl<'a> Feed<'a> {
    pub(super) fn of(step: &'a Step) -> Self {
        let events = step.outputs.iter().filter_map(|output| match output {
            Output::Emit(event) => Some(event),
            _ => None,
        });
        Self {
            events: events.collect(),
            taken: 0,
            now: step.now,
        }
    }

    pub(super) fn peek(&self) -> Option<&'a EventKind> {
        self.events.get(self.taken).map(|event| &event.kind)
    }

    pub(super) fn take(
        &mut self,
        expected: &Expected,
        numbers: (u64, u32, u32),
    ) -> Result<(), Broken> {
        let Some(event) = self.events.get(self.taken) else {
            return Err(format!("{expected:?} did not come"));
        };
        self.taken += 1;
        rule!(
            (event.seq, event.round, event.attempt) == numbers,
            "event, round and attempt should be {numbers:?}: {event:?}"
        );
        rule!(
            self.fits(&event.kind, expected),
            "{:?} came instead of {expected:?}",
            event.kind
        );
        Ok(())
    }

    pub(super) fn expect_no_more(&self) -> Result<(), Broken> {
        match self.peek() {
            None => Ok(()),
            Some(kind) => Err(format!("{kind:?} came without a reason")),
        }
    }

    /// The expiry that the code says which was taken last.
    pub(super) fn last_expiry(&self) -> Option<SystemTime> {
        match &self.events.get(self.taken.checked_sub(1)?)?.kind {
            EventKind::CodeReady { expires_at, .. } => Some(*expires_at),
            _ => None,
        }
    }

    /// The wait that the failure says which was taken last.
    pub(super) fn last_wait(&self) -> Option<Duration> {
        match &self.events.get(self.taken.checked_sub(1)?)?.kind {
            EventKind::Retrying { retry_at, .. } => retry_at.duration_since(self.now.wall).ok(),
            _ => None,
        }
    }

    fn fits(&self, kind: &EventKind, expected: &Expected) -> bool {
        match (kind, expected) {
            (EventKind::Preparing { method }, Expected::Preparing(expected)) => method == expected,
            (EventKind::CodeExpired, Expected::Expired)
            | (EventKind::Starting, Expected::Starting)
            | (EventKind::Linking, Expected::Linking)
            | (EventKind::InteractionRequired, Expected::Gate) => true,
            (EventKind::PasskeyRequired { step }, Expected::Passkey(number)) => {
                *step == passkey(*number)
            }
            (EventKind::Linked { phone }, Expected::Linked(expected)) => phone == expected,
            (EventKind::CodeReady { expiry, code, .. }, Expected::Ready { qr, number, exact }) => {
                (*expiry == Expiry::Exact) == *exact && shows(code, *qr, *number)
            }
            (EventKind::Retrying { retry_at, error }, Expected::Retrying { kind, wait }) => {
                let said = retry_at.duration_since(self.now.wall);
                let (least, most) = *wait;
                error.kind == *kind && said.is_ok_and(|said| said >= least && said <= most)
            }
            (EventKind::Finished { outcome }, Expected::Finished(end)) => End::of(outcome) == *end,
            _ => false,
        }
    }
}

fn shows(shown: &PairingCode, qr: bool, number: u64) -> bool {
    let code = if qr {
        support::qr(number)
    } else {
        support::phone_code(number)
    };
    matches!(code, CodeReply::Code(issued) if issued.code == *shown)
}
