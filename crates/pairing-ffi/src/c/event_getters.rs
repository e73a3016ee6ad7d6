//! The getters of events.

use std::ffi::c_char;
use std::ptr;
use std::time::SystemTime;

use pairing_core::{ImageType, PairingCode};

use super::event::{ShownCode, pairing_event};
use super::event_kinds::{
    pairing_code_kind, pairing_event_kind, pairing_expiry, pairing_method, pairing_outcome,
};
use super::guard::catch_or;
use super::last_error::Failure;
use super::passkey::Passkey;
use super::status::pairing_status;
use super::text::{milliseconds, pointer};

/// What happened. `PAIRING_EVENT_KIND_NONE` for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_kind(event: Option<&pairing_event>) -> pairing_event_kind {
    event.map_or(pairing_event_kind::None, |event| event.kind)
}

/// 1 for the first event of the session, then one more each.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_seq(event: Option<&pairing_event>) -> u64 {
    event.map_or(0, |event| event.seq)
}

/// 1 for the first round; each resumption and each switch of the method opens the next.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_round(event: Option<&pairing_event>) -> u32 {
    event.map_or(0, |event| event.round)
}

/// How many codes this round has put on the screen, counting the one this event is about. A code
/// that is given again while it is shown is not counted.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_attempt(event: Option<&pairing_event>) -> u32 {
    event.map_or(0, |event| event.attempt)
}

/// How the phone is linked in the round that begins; `PAIRING_METHOD_NONE` if the event is not
/// `PAIRING_EVENT_KIND_PREPARING`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_method(event: Option<&pairing_event>) -> pairing_method {
    let method = event.and_then(|event| event.method.as_ref());
    method.map_or(pairing_method::None, |method| method.kind)
}

/// The number of the phone that the codes of the round that begins are typed on, such as
/// "+5511999998888"; NULL with QR codes, and if the event is not `PAIRING_EVENT_KIND_PREPARING`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_method_phone(event: Option<&pairing_event>) -> *const c_char {
    let method = event.and_then(|event| event.method.as_ref());
    pointer(method.and_then(|method| method.phone.as_ref()))
}

fn shown(event: Option<&pairing_event>) -> Option<&ShownCode> {
    event?.code.as_ref()
}

/// The form of the code.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_code_kind(event: Option<&pairing_event>) -> pairing_code_kind {
    match shown(event).map(|shown| &shown.code) {
        None => pairing_code_kind::None,
        Some(PairingCode::QrText { .. }) => pairing_code_kind::QrText,
        Some(PairingCode::QrImage { .. }) => pairing_code_kind::QrImage,
        Some(PairingCode::PhoneCode { .. }) => pairing_code_kind::PhoneCode,
    }
}

/// The text of the QR code, to be drawn, or the phone code, to be read out: "ABCD-1234". NULL
/// for a picture. A login secret while it lives: for the screen, never for a log.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_code_text(event: Option<&pairing_event>) -> *const c_char {
    pointer(shown(event).and_then(|shown| shown.text.as_ref()))
}

fn image(event: Option<&pairing_event>) -> Option<(ImageType, &[u8])> {
    match shown(event).map(|shown| &shown.code)? {
        PairingCode::QrImage { image } => Some((image.media_type(), image.expose())),
        PairingCode::QrText { .. } | PairingCode::PhoneCode { .. } => None,
    }
}

/// The picture of the QR code, as a file; NULL for the other forms. As secret as the text.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_code_image(event: Option<&pairing_event>) -> *const u8 {
    image(event).map_or(ptr::null(), |(_, file)| file.as_ptr())
}

/// How many bytes the picture has.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_code_image_size(event: Option<&pairing_event>) -> usize {
    image(event).map_or(0, |(_, file)| file.len())
}

/// What the picture is: "image/png" or "image/jpeg"; NULL for the other forms. The text is
/// static.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_code_image_type(
    event: Option<&pairing_event>,
) -> *const c_char {
    image(event).map_or(ptr::null(), |(media_type, _)| {
        match media_type {
            ImageType::Png => c"image/png",
            ImageType::Jpeg => c"image/jpeg",
        }
        .as_ptr()
    })
}

fn unix_milliseconds(time: Option<SystemTime>) -> i64 {
    milliseconds(time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok()))
}

/// When the code must be off the screen: milliseconds since 1970 by the clock of this
/// machine; -1 without a code.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_expires_at_ms(event: Option<&pairing_event>) -> i64 {
    unix_milliseconds(shown(event).map(|shown| shown.expires_at))
}

/// How much of the code's life is left now, for a countdown: milliseconds, 0 once it is dead;
/// -1 without a code. A clock that is set back while the code is shown does not lengthen it.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_remaining_ms(event: Option<&pairing_event>) -> i64 {
    catch_or(-1, || {
        milliseconds(shown(event).map(|shown| shown.life.remaining(SystemTime::now())))
    })
}

/// How sure the expiry is.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_expiry(event: Option<&pairing_event>) -> pairing_expiry {
    shown(event).map_or(pairing_expiry::None, |shown| shown.expiry)
}

/// When a failed request is repeated: milliseconds since 1970 by the clock of this machine;
/// -1 if the event is not `PAIRING_EVENT_KIND_RETRYING`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_retry_at_ms(event: Option<&pairing_event>) -> i64 {
    unix_milliseconds(event.and_then(|event| event.retry_at))
}

fn failure(event: Option<&pairing_event>) -> Option<&Failure> {
    event?.failure.as_ref()
}

/// What went wrong, if the event reports a failure; otherwise `PAIRING_STATUS_OK`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_failure(event: Option<&pairing_event>) -> pairing_status {
    failure(event).map_or(pairing_status::Ok, |failure| failure.status)
}

/// The failure as a sentence in English, safe to show and to log; NULL without one.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_failure_message(
    event: Option<&pairing_event>,
) -> *const c_char {
    pointer(failure(event).and_then(|failure| failure.message.as_ref()))
}

/// Whether the same request may succeed later without any change by a person.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_failure_retryable(event: Option<&pairing_event>) -> bool {
    failure(event).is_some_and(|failure| failure.retryable)
}

/// How long the gateway asks callers to wait, in milliseconds; -1 if it did not say.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_failure_retry_after_ms(event: Option<&pairing_event>) -> i64 {
    milliseconds(failure(event).and_then(|failure| failure.retry_after))
}

/// How the session ended; `PAIRING_OUTCOME_NONE` before the last event.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_outcome(event: Option<&pairing_event>) -> pairing_outcome {
    event.map_or(pairing_outcome::None, |event| event.outcome)
}

/// The linked number, such as "+5511999998888", in the last event and in
/// `PAIRING_EVENT_KIND_LINKED`; NULL when nothing is linked or the provider does not say. A gateway
/// that answers a request for a code with "linked already" does not say, and is asked only if a
/// number was expected: `pairing_provider_status` is the means.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_phone(event: Option<&pairing_event>) -> *const c_char {
    pointer(event.and_then(|event| event.phone.as_ref()))
}

/// The page to open in a browser, an https address, if the event is
/// `PAIRING_EVENT_KIND_PASSKEY_REQUIRED` and the provider names one; otherwise NULL. A secret while it
/// lives: for the screen, never for a log. Without it, and without a code to compare, the person
/// finishes in the provider's dashboard.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_passkey_url(event: Option<&pairing_event>) -> *const c_char {
    Passkey::url(event.and_then(|event| event.passkey.as_ref()))
}

/// The code that the phone shows as well, for the person to compare, if the event is
/// `PAIRING_EVENT_KIND_PASSKEY_REQUIRED` and the provider names one; otherwise NULL. As secret as the
/// address.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_get_passkey_confirmation_code(
    event: Option<&pairing_event>,
) -> *const c_char {
    Passkey::confirmation_code(event.and_then(|event| event.passkey.as_ref()))
}

/// Wipes and frees an event. NULL is fine; one that belongs to a view is not.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_event_free(event: Option<Box<pairing_event>>) {
    catch_or((), || drop(event));
}
