//! What every call keeps to: a known status, never a panic, and an error that says why and nothing
//! that came in.

use std::collections::HashMap;
use std::ffi::CStr;

use super::header::*;
use crate::said::assert_no_canary;

/// The text behind a pointer, if it is not NULL.
///
/// # Safety
///
/// A string that is valid for as long as it is looked at.
pub(super) unsafe fn read<'a>(text: Text) -> Option<&'a str> {
    if text.is_null() {
        return None;
    }
    // SAFETY: as the caller promises.
    let text = unsafe { CStr::from_ptr(text) };
    Some(text.to_str().expect("the library's strings are UTF-8"))
}

/// Judges what a call on this thread returned, right after it.
pub(super) fn judged(status: Status) -> Status {
    // SAFETY: static texts, and one that is valid until the next call.
    let (name, error) = unsafe {
        (
            read(pairing_status_name(status)),
            read(pairing_last_error()),
        )
    };
    assert_ne!(name, Some("unknown"), "status {status}");
    assert_ne!(status, PANIC, "a panic within");
    assert_eq!(error.is_none(), status <= END, "status {status}: {error:?}");
    if let Some(error) = error {
        assert!(!error.is_empty());
        assert_no_canary(error);
    }
    // SAFETY: these look at the same error.
    let (retryable, wait) = unsafe {
        (
            pairing_last_error_retryable(),
            pairing_last_error_retry_after_ms(),
        )
    };
    assert!(wait >= -1 && (status > END || (!retryable && wait == -1)));
    status
}

/// The events of each session: numbered upwards, and exactly one of them the last.
#[derive(Default)]
pub(super) struct Ledger(HashMap<usize, Seen>);

#[derive(Default)]
struct Seen {
    seq: u64,
    finished: bool,
}

impl Ledger {
    pub(super) fn opened(&mut self, session: *mut Session) {
        self.0.insert(session as usize, Seen::default());
    }

    /// What `pairing_session_next` returned for this session.
    ///
    /// # Safety
    ///
    /// The event is valid, if the status says that there is one.
    pub(super) unsafe fn next(
        &mut self,
        session: *mut Session,
        status: Status,
        event: *const Event,
    ) {
        let seen = self
            .0
            .get_mut(&(session as usize))
            .expect("an opened session");
        match status {
            OK => {
                assert!(!seen.finished, "an event after the last");
                // SAFETY: as the caller promises.
                let (seq, kind) =
                    unsafe { (pairing_event_get_seq(event), pairing_event_get_kind(event)) };
                assert!(seq > seen.seq, "event {seq} after {}", seen.seq);
                seen.seq = seq;
                seen.finished = kind == EVENT_FINISHED;
                // SAFETY: as the caller promises.
                unsafe { event_is_sound(event) };
            }
            TIMEOUT => assert!(!seen.finished, "it waits after the last event"),
            END => assert!(seen.finished, "an end without an outcome"),
            status => panic!("status {status} of a session that is there"),
        }
    }
}

/// Every getter of an event, whatever its kind; the shown code alone may be a secret.
///
/// # Safety
///
/// The event is valid or NULL.
pub(super) unsafe fn event_is_sound(event: *const Event) {
    // SAFETY: as the caller promises; what it returns lives as long as the event.
    unsafe {
        let kind = pairing_event_get_kind(event);
        assert_ne!(read(pairing_event_kind_name(kind)), Some("unknown"));
        assert_ne!(
            read(pairing_outcome_name(pairing_event_get_outcome(event))),
            Some("unknown")
        );
        let text = read(pairing_event_get_code_text(event));
        let image = pairing_event_get_code_image(event);
        let size = pairing_event_get_code_image_size(event);
        let form = pairing_event_get_code_kind(event);
        assert_eq!(pairing_event_get_round(event) == 0, event.is_null());
        assert!(form == 0 || pairing_event_get_attempt(event) > 0);
        let expiry = pairing_event_get_expiry(event);
        assert!(expiry <= 2 && (expiry == 0) == (form == 0));
        match form {
            0 => assert!(text.is_none() && image.is_null()),
            2 => {
                assert!(!image.is_null() && size > 0 && text.is_none());
                assert!(!std::slice::from_raw_parts(image, size).is_empty());
                assert!(read(pairing_event_get_code_image_type(event)).is_some());
            }
            _ => assert!(text.is_some_and(|text| !text.is_empty()) && image.is_null()),
        }
        for passkey in [
            pairing_event_get_passkey_url(event),
            pairing_event_get_passkey_confirmation_code(event),
        ] {
            assert!(passkey.is_null() || kind == EVENT_PASSKEY_REQUIRED);
        }
        let expires = pairing_event_get_expires_at_ms(event);
        let remaining = pairing_event_get_remaining_ms(event);
        assert!(expires >= -1 && remaining >= -1 && pairing_event_get_retry_at_ms(event) >= -1);
        let failure = pairing_event_get_failure(event);
        assert_ne!(failure, PANIC, "a panic within");
        let message = read(pairing_event_get_failure_message(event));
        assert_eq!(message.is_some(), failure > END);
        message.map(assert_no_canary);
        let retryable = pairing_event_get_failure_retryable(event);
        let wait = pairing_event_get_failure_retry_after_ms(event);
        assert!(wait >= -1 && (failure > END || (!retryable && wait == -1)));
        read(pairing_event_get_phone(event));
        let method = pairing_event_get_method(event);
        assert!(method == 0 || kind == EVENT_PREPARING);
        assert_eq!(
            method == 2,
            read(pairing_event_get_method_phone(event)).is_some()
        );
    }
}
