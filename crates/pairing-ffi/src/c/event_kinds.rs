//! The enumerations of events. In each, 0 stands for "not in this event".

use std::ffi::{CStr, c_char};

use super::text::c_name;

/// What happened.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum pairing_event_kind {
    /// Not an event: NULL was passed.
    None = 0,
    /// A round began and its first code is on its way: show nothing yet.
    Preparing = 1,
    /// Show this code, in place of any other, until it expires at the latest.
    CodeReady = 2,
    /// The code that was shown is dead, or withdrawn: take it off the screen.
    CodeExpired = 3,
    /// A request failed and will be repeated. A code that was shown stays until it expires.
    Retrying = 4,
    /// The codes of this round expired unused. No code is requested until
    /// `pairing_session_resume` or a switch of the method; the session still ends at its
    /// deadline.
    InteractionRequired = 5,
    /// The last event: see `pairing_event_get_outcome`.
    Finished = 6,
    /// The gateway starts the instance, which may take minutes. No code is on screen.
    Starting = 7,
    /// The code was used, or may have been, and the link is being made: show no code, and that it is
    /// nearly done. `PAIRING_EVENT_KIND_CODE_EXPIRED` follows if it was not.
    Linking = 8,
    /// WhatsApp wants a passkey: a person finishes elsewhere, as `pairing_event_get_passkey_url` and
    /// `pairing_event_get_passkey_confirmation_code` say. Takes a code off the screen. The session
    /// waits for it until its deadline; `pairing_session_resume` asks for codes again. Comes again
    /// when the step changes.
    PasskeyRequired = 9,
    /// A number is linked; the session waits to see that it stays so. Only with
    /// `PAIRING_POLICY_FIELD_LINK_CONFIRMATION_MS` above 0.
    Linked = 10,
}

/// How a session ended: exactly one per session.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum pairing_outcome {
    /// Not the last event.
    None = 0,
    /// The phone was linked during this session.
    Connected = 1,
    /// The instance was linked before the first code was shown. A success as well.
    AlreadyConnected = 2,
    /// Another number than the expected one is linked.
    WrongAccount = 3,
    /// WhatsApp wants a passkey, and this provider has no status by which the session could see
    /// that a person has finished elsewhere.
    PasskeyRequired = 4,
    /// The provider refused, and asking again cannot help; the failure says why.
    Rejected = 5,
    /// The provider failed until the retries were used up; the failure is the last one.
    Unavailable = 6,
    /// The provider asks for fewer requests, for longer than the policy waits.
    RateLimited = 7,
    /// The policy's deadline passed.
    Deadline = 8,
    /// The session was cancelled.
    Cancelled = 9,
    /// The number was linked and lost again before `PAIRING_POLICY_FIELD_LINK_CONFIRMATION_MS` had
    /// passed: WhatsApp or the person removed it.
    LinkDropped = 10,
}

/// The forms of a code.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum pairing_code_kind {
    /// The event has no code.
    None = 0,
    /// What the QR code says; draw it.
    QrText = 1,
    /// A picture of the QR code; show it.
    QrImage = 2,
    /// What to type into WhatsApp, under "Link with phone number instead".
    PhoneCode = 3,
}

/// How sure an expiry is.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum pairing_expiry {
    /// The event has no code.
    None = 0,
    /// The provider named it.
    Exact = 1,
    /// The code may die sooner: it may have been made before it was asked for.
    UpperBound = 2,
}

/// How the person links the phone.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum pairing_method {
    /// Not a method: NULL was passed.
    None = 0,
    /// Scan a QR code.
    Qr = 1,
    /// Type a code.
    PhoneCode = 2,
}

pub(super) const KIND_NAMES: [(pairing_event_kind, &CStr); 11] = [
    (pairing_event_kind::None, c"none"),
    (pairing_event_kind::Preparing, c"preparing"),
    (pairing_event_kind::CodeReady, c"code_ready"),
    (pairing_event_kind::CodeExpired, c"code_expired"),
    (pairing_event_kind::Retrying, c"retrying"),
    (
        pairing_event_kind::InteractionRequired,
        c"interaction_required",
    ),
    (pairing_event_kind::Finished, c"finished"),
    (pairing_event_kind::Starting, c"starting"),
    (pairing_event_kind::Linking, c"linking"),
    (pairing_event_kind::PasskeyRequired, c"passkey_required"),
    (pairing_event_kind::Linked, c"linked"),
];

pub(super) const OUTCOME_NAMES: [(pairing_outcome, &CStr); 11] = [
    (pairing_outcome::None, c"none"),
    (pairing_outcome::Connected, c"connected"),
    (pairing_outcome::AlreadyConnected, c"already_connected"),
    (pairing_outcome::WrongAccount, c"wrong_account"),
    (pairing_outcome::PasskeyRequired, c"passkey_required"),
    (pairing_outcome::Rejected, c"rejected"),
    (pairing_outcome::Unavailable, c"unavailable"),
    (pairing_outcome::RateLimited, c"rate_limited"),
    (pairing_outcome::Deadline, c"deadline"),
    (pairing_outcome::Cancelled, c"cancelled"),
    (pairing_outcome::LinkDropped, c"link_dropped"),
];

/// The name of a `pairing_event_kind` in `snake_case`, for logs; "unknown" for any other
/// number. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_kind_name(kind: u32) -> *const c_char {
    c_name(&KIND_NAMES, kind, |known| known as u32)
}

/// The name of a `pairing_outcome` in `snake_case`, for logs; "unknown" for any other number.
/// The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_outcome_name(outcome: u32) -> *const c_char {
    c_name(&OUTCOME_NAMES, outcome, |known| known as u32)
}
