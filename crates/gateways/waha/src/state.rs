//! The state of a WAHA session, as its answers and its webhooks name it.

use pairing_adapter::{GatewayResponse, Object};

/// `status` of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Stopped,
    Starting,
    ScanQrCode,
    PasskeyRequired,
    PasskeyConfirmationRequired,
    Working,
    Failed,
}

/// The names on the wire.
const NAMES: [(&str, State); 7] = [
    ("STOPPED", State::Stopped),
    ("STARTING", State::Starting),
    ("SCAN_QR_CODE", State::ScanQrCode),
    ("PASSKEY_REQUIRED", State::PasskeyRequired),
    (
        "PASSKEY_CONFIRMATION_REQUIRED",
        State::PasskeyConfirmationRequired,
    ),
    ("WORKING", State::Working),
    ("FAILED", State::Failed),
];

/// The names on the wire, and those of the engines, for records.
pub(crate) const WORDS: [&str; 11] = [
    NAMES[0].0, NAMES[1].0, NAMES[2].0, NAMES[3].0, NAMES[4].0, NAMES[5].0, NAMES[6].0, "NOWEB",
    "WEBJS", "GOWS", "CORE",
];

impl State {
    /// The state that an object describes. A state that is not known here is none; one in lower case
    /// may be the flag of a failure.
    pub(crate) fn of(object: &Object) -> Option<Self> {
        object.texts(&["status"]).find_map(Self::parse)
    }

    /// The state that a refusal names: in `status`, or in prose ("The current status is WORKING").
    pub(crate) fn of_refusal(response: &GatewayResponse) -> Option<Self> {
        const REFUSED_BY_STATE: u16 = 422;
        if response.status != REFUSED_BY_STATE {
            return None;
        }
        response
            .object()
            .and_then(Self::of)
            .or_else(|| Self::of_prose(response.message().expose()))
    }

    /// `text` is in lower case.
    fn of_prose(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once("current status is ")?;
        let name = rest.split([' ', '.', ',', '\'']).next()?;
        Self::parse(&name.to_ascii_uppercase())
    }

    fn parse(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, state)| *state)
    }
}
