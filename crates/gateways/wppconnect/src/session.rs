//! Reads the answer that describes a session.

use std::time::Duration;

use pairing_adapter::{GatewayResponse, Object};
use pairing_core::{InstancePhase, ProviderError};

use crate::looks::{Age, Looks};
use crate::policy::QR_LIFETIME;

/// The names on the wire. The webhooks and the answer of a start that waits write two of them otherwise.
pub(crate) const WORDS: [&str; 5] = ["CLOSED", "INITIALIZING", "QRCODE", "PHONECODE", "CONNECTED"];

/// How late the page may change its code, and a look may notice it.
const GRACE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// No browser runs. A code in the same answer is dead.
    Closed {
        /// It was started before: the server does not let a start wait for the code.
        is_known: bool,
    },
    Initializing,
    QrCode,
    PhoneCode,
    /// A number is linked. A code in the same answer is dead.
    Connected,
}

/// What a session's QR code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Qr {
    /// It can be scanned, for this long at least if that is known.
    Fresh(Option<Duration>),
    /// It may be dead, or used.
    Old,
    /// It should have changed: a phone has used it.
    Used,
}

/// A session as the server describes it, and how long it has been so.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) state: State,
    has_code: bool,
    age: Age,
}

impl Session {
    /// # Errors
    ///
    /// What the response means instead.
    pub(crate) fn read(response: &GatewayResponse, looks: &Looks) -> Result<Self, ProviderError> {
        let (state, object) = stated(response)?;
        let (word, code) = match state {
            State::Closed { .. } => (WORDS[0], None),
            State::Initializing => (WORDS[1], None),
            State::QrCode => (WORDS[2], object.texts(&["urlcode", "qrcode"]).next()),
            State::PhoneCode => (WORDS[3], None),
            State::Connected => (WORDS[4], None),
        };
        Ok(Self {
            state,
            has_code: code.is_some(),
            age: looks.look(word, code),
        })
    }

    pub(crate) fn phase(&self) -> InstancePhase {
        match self.state {
            State::Closed { .. } => InstancePhase::Idle,
            State::Initializing => InstancePhase::Starting,
            State::QrCode if self.qr() == Qr::Used => InstancePhase::Linking,
            State::QrCode | State::PhoneCode => InstancePhase::WaitingForPhone,
            State::Connected => InstancePhase::Linked,
        }
    }

    pub(crate) fn qr(&self) -> Qr {
        if !self.has_code {
            return Qr::Fresh(None);
        }
        let since_first_seen = self.age.at_least;
        // The looks of a session that is under way are closer to each other.
        let at_most = self
            .age
            .at_most
            .filter(|at_most| at_most.saturating_sub(since_first_seen) <= QR_LIFETIME / 2);
        if at_most.unwrap_or(since_first_seen) < QR_LIFETIME {
            Qr::Fresh(at_most.map(|at_most| QR_LIFETIME - at_most))
        } else if since_first_seen < QR_LIFETIME + GRACE {
            Qr::Old
        } else {
            Qr::Used
        }
    }

    /// Whether the browser of the attempt before may still be ending: a start would fail, and the server
    /// would call the session `INITIALIZING` from then on.
    pub(crate) fn is_just_closed(&self) -> bool {
        const ENDS: Duration = Duration::from_secs(2);
        self.age.at_most.is_some() && self.age.at_least < ENDS
    }
}

/// The state that an answer to `status-session` or `start-session` names.
///
/// # Errors
///
/// What the response means instead.
pub(crate) fn stated(response: &GatewayResponse) -> Result<(State, &Object), ProviderError> {
    if let Some(error) = response.intercepted() {
        return Err(error);
    }
    let object = response
        .object()
        .filter(|object| response.is_success() && !object.is_failure());
    let found = object.and_then(|object| Some((state_of(object)?, object)));
    found.ok_or_else(|| response.failure())
}

fn state_of(object: &Object) -> Option<State> {
    // Only a session that was started has the version of the server beside it.
    let is_known = object.has(&["version"]);
    let Some(word) = object.texts(&["status"]).next() else {
        let is_none = is_known && object.has_empty(&["status"]) && object.has_empty(&["qrcode"]);
        return is_none.then_some(State::Closed { is_known });
    };
    Some(match word {
        "CLOSED" => State::Closed { is_known },
        "INITIALIZING" => State::Initializing,
        "QRCODE" => State::QrCode,
        "PHONECODE" => State::PhoneCode,
        "CONNECTED" => State::Connected,
        _ => return None,
    })
}
