//! Neither a panic nor its message crosses the FFI boundary.

use std::sync::atomic::Ordering;

use super::support::{PANIC, Scripted, Step, last_error, next, open, out, read, start};
use crate::c::event_getters::{
    pairing_event_get_failure, pairing_event_get_failure_message, pairing_event_get_outcome,
};
use crate::c::event_kinds::pairing_outcome;
use crate::c::policy::pairing_policy_recommended;
use crate::c::provider::{
    pairing_provider_abandon, pairing_provider_status, pairing_provider_unlink,
};
use crate::c::session::pairing_session_notify;
use crate::c::status::pairing_status;

fn assert_not_repeated(message: Option<&str>) {
    let message = message.unwrap();
    assert!(!message.contains("canary") && !message.contains(PANIC));
}

#[test]
fn a_panic_is_a_status_and_what_it_hit_goes_on() {
    let (provider, handle) = open(Scripted::showing("2@code"));
    let session = start(&handle);
    provider.panics.store(true, Ordering::SeqCst);

    let recommended = out(|slot| pairing_policy_recommended(Some(&handle), slot));
    assert_eq!(recommended.err(), Some(pairing_status::Panic));
    assert_not_repeated(last_error().as_deref());
    // SAFETY: the body is a static slice.
    let status = unsafe { pairing_session_notify(Some(&session), b"linked".as_ptr(), 6) };
    assert_eq!(status, pairing_status::Panic);
    assert_not_repeated(last_error().as_deref());

    provider.panics.store(false, Ordering::SeqCst);
    next(&session, -1).unwrap();
    next(&session, -1).unwrap();
    assert!(out(|slot| pairing_policy_recommended(Some(&handle), slot)).is_ok());
}

#[test]
fn a_panic_on_the_library_s_thread_ends_the_wait_for_it() {
    let (provider, handle) = open(Scripted::new([]));
    provider.panics.store(true, Ordering::SeqCst);
    let status = out(|slot| pairing_provider_status(Some(&handle), 60_000, slot));
    assert_eq!(status.err(), Some(pairing_status::Internal));
    assert_not_repeated(last_error().as_deref());
    for call in [pairing_provider_abandon, pairing_provider_unlink] {
        assert_eq!(call(Some(&handle), 60_000), pairing_status::Internal);
        assert_not_repeated(last_error().as_deref());
    }
}

#[test]
fn a_panic_instead_of_a_code_ends_the_session_without_its_words() {
    let (_provider, handle) = open(Scripted::new([Step::Panic]));
    let session = start(&handle);
    let last = loop {
        let event = next(&session, -1).unwrap();
        if pairing_event_get_outcome(Some(&event)) != pairing_outcome::None {
            break event;
        }
    };
    let outcome = pairing_event_get_outcome(Some(&last));
    assert_eq!(outcome, pairing_outcome::Rejected);
    let failure = pairing_event_get_failure(Some(&last));
    assert_eq!(failure, pairing_status::Internal);
    assert_not_repeated(read(pairing_event_get_failure_message(Some(&last))));
}
