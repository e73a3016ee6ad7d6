//! Reads what uazapi says about an instance, in the answers to `status` and `connect` alike.

use pairing_adapter::{GatewayResponse, Object, read_linked_value};
use pairing_core::{PhoneNumber, ProviderError};

/// An instance as the gateway describes it.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) state: State,
    pub(crate) has_qr_code: bool,
    pub(crate) has_phone_code: bool,
    /// The linked number, if one is linked and named.
    pub(crate) phone: Option<PhoneNumber>,
    /// Why the last attempt or link ended, where that matters. It may be long ago.
    pub(crate) last_end: Option<End>,
}

/// What is going on. The gateway says it twice: in a word, and in flags about its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Disconnected,
    /// An attempt runs, with or without a code.
    Connecting,
    /// Word and flags disagree, or an account is logged in and not connected: a link is being made or
    /// restored.
    Linking,
    Linked,
    /// A number is linked, and its connection paused by its owner.
    Hibernated,
    /// The gateway cleans up, for minutes. A start is in vain meanwhile.
    Resetting,
}

/// An end that no other start helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Passkey,
    Blocked,
}

/// The names of fields that a record shows.
#[rustfmt::skip]
pub(crate) const FIELDS: [&str; 32] = [
    "BaseUrl", "EventType", "adminField01", "adminField02", "agent", "connected", "created",
    "currentPresence", "currentTime", "device", "event_id", "id", "info", "instanceName",
    "isBusiness", "jid", "lastDisconnect", "lastDisconnectReason", "loggedIn", "name", "owner",
    "paircode", "plataform", "profileName", "profilePicUrl", "resetting", "server", "systemName",
    "token", "type", "updated", "user",
];

/// The words that a record shows.
#[rustfmt::skip]
pub(crate) const WORDS: [&str; 7] = [
    "disconnected", "connecting", "connected", "hibernated", "Disconnected", "LoggedOut", "connection",
];

impl Instance {
    /// # Errors
    ///
    /// What the response means instead.
    pub(crate) fn read(response: &GatewayResponse) -> Result<Self, ProviderError> {
        if let Some(error) = response.intercepted() {
            return Err(error);
        }
        let is_success = |object: &&Object| response.is_success() && !object.is_failure();
        let Some(object) = response.object().filter(is_success) else {
            return Err(response.failure());
        };
        // `connect` has the flags on top.
        let status = object.object("status");
        let flags = status.as_ref().unwrap_or(object);
        let word = object.texts(&["status"]).next();
        let state = State::of(word, flags).ok_or_else(|| match word {
            Some(_) => response.unknown_word(),
            None => response.failure(),
        })?;
        let is_linked = state == State::Linked;
        Ok(Self {
            state,
            has_qr_code: object.has(&["qrcode"]),
            has_phone_code: object.has(&["paircode"]),
            phone: is_linked.then(|| linked_phone(object, flags)).flatten(),
            last_end: End::of(object),
        })
    }
}

impl State {
    /// `None` for another word, and where nothing says how it stands.
    fn of(word: Option<&str>, flags: &Object) -> Option<Self> {
        let flag = |name| flags.flag(&[name]);
        let (connected, logged_in) = (flag("connected"), flag("loggedIn"));
        let is_affirmed = connected == Some(true) && logged_in == Some(true);
        let is_denied = connected == Some(false) || logged_in == Some(false);
        Some(match word.map(str::to_ascii_lowercase).as_deref() {
            _ if flag("resetting") == Some(true) => Self::Resetting,
            Some("connected") if is_denied => Self::Linking,
            Some("connected") => Self::Linked,
            Some("connecting") if logged_in == Some(true) => Self::Linking,
            Some("connecting") => Self::Connecting,
            Some("disconnected") if is_affirmed => Self::Linking,
            Some("disconnected") => Self::Disconnected,
            Some("hibernated") => Self::Hibernated,
            None if is_affirmed => Self::Linked,
            _ => return None,
        })
    }
}

impl End {
    /// The reasons are those of whatsmeow: a number and its words.
    fn of(object: &Object) -> Option<Self> {
        let reason = object.texts(&["lastDisconnectReason"]).next()?;
        let reason = reason.to_ascii_lowercase();
        let is_block = reason.starts_with("402") || reason.contains("temporarily banned");
        match reason.contains("passkey") {
            true => Some(Self::Passkey),
            false => is_block.then_some(Self::Blocked),
        }
    }
}

/// `jid` is an object, a text or null; `owner` outlives its link.
fn linked_phone(object: &Object, flags: &Object) -> Option<PhoneNumber> {
    let jid = flags.object("jid");
    let of_jid = jid.and_then(|jid| {
        let user = jid.texts(&["user"]).next()?;
        let server = jid.texts(&["server"]).next().unwrap_or("s.whatsapp.net");
        PhoneNumber::from_account_id(&format!("{user}@{server}"))
    });
    let mut texts = flags.ids(&["jid"]).chain(object.ids(&["owner"]));
    of_jid.or_else(|| texts.find_map(read_linked_value))
}
