//! Reads the answer that describes a user's connection to WhatsApp.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use pairing_adapter::{GatewayResponse, Object, read_linked_value};
use pairing_core::{PhoneNumber, ProviderError};
use serde_json::Value;

use crate::config::event_names;

/// How far a user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// There is no connection, or not yet, or not now.
    Down,
    /// Connected to WhatsApp, and no number is logged in: codes are on offer, or a link is being made.
    Up,
    /// A number is linked.
    LoggedIn,
}

/// The QR code that is on offer, as far as the status tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Older servers do not say.
    Unknown,
    None,
    /// The hash of a code, of which no code can be made.
    Code(u64),
}

/// `GET /session/status`.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) state: State,
    /// The linked number. `jid` stays after an unlink, so only [`State::LoggedIn`] makes it one.
    pub(crate) phone: Option<PhoneNumber>,
    /// No number was ever linked.
    pub(crate) is_new: bool,
    pub(crate) offer: Offer,
    /// What the user's webhook gets; older servers do not say.
    pub(crate) events: Option<Vec<String>>,
}

impl Connection {
    /// # Errors
    ///
    /// What the response means instead.
    pub(crate) fn read(response: &GatewayResponse) -> Result<Self, ProviderError> {
        if let Some(error) = response.intercepted() {
            return Err(error);
        }
        // Older servers have no status without a connection.
        if response.status == 500 && response.message().contains("no session") {
            return Ok(Self {
                state: State::Down,
                phone: None,
                is_new: false,
                offer: Offer::Unknown,
                events: None,
            });
        }
        let object = response
            .object()
            .filter(|object| response.is_success() && !object.is_failure());
        let Some((object, state)) = object.and_then(|object| Some((object, state_of(object)?)))
        else {
            return Err(response.failure());
        };
        let linked = object.ids(&["jid"]).find_map(read_linked_value);
        let events = object.get(&["events"]).and_then(Value::as_str);
        Ok(Self {
            state,
            phone: linked.filter(|_| state == State::LoggedIn),
            is_new: object.has_empty(&["jid"]),
            offer: offer_of(object),
            events: events.map(|events| event_names(events.split(','))),
        })
    }
}

/// Newer servers and older ones. A connection that is lost for a moment leaves `loggedIn` as it is.
fn state_of(object: &Object) -> Option<State> {
    let is_connected = object.flag(&["connected", "Connected"])?;
    let is_logged_in = object.flag(&["loggedIn", "LoggedIn"])?;
    Some(match (is_connected, is_logged_in) {
        (_, true) => State::LoggedIn,
        (true, false) => State::Up,
        (false, false) => State::Down,
    })
}

fn offer_of(object: &Object) -> Offer {
    match object.get(&["qrcode"]).and_then(Value::as_str) {
        None => Offer::Unknown,
        Some(code) if code.trim().is_empty() => Offer::None,
        Some(code) => {
            let mut hasher = DefaultHasher::new();
            code.hash(&mut hasher);
            Offer::Code(hasher.finish())
        }
    }
}
