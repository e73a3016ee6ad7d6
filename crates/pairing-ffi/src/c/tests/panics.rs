//! A panic stays on this side of the border.

use std::sync::atomic::Ordering;

use super::support::{Scripted, last_error, next, open, out, start};
use crate::c::policy::pairing_policy_recommended;
use crate::c::provider::pairing_provider_status;
use crate::c::session::pairing_session_notify;
use crate::c::status::pairing_status;

#[test]
fn a_panic_is_a_status_and_what_it_hit_goes_on() {
    let (provider, handle) = open(Scripted::showing("2@code"));
    let session = start(&handle);
    provider.panics.store(true, Ordering::SeqCst);

    let recommended = out(|slot| pairing_policy_recommended(Some(&handle), slot));
    assert_eq!(recommended.err(), Some(pairing_status::Panic));
    let message = last_error().unwrap();
    assert!(!message.contains("told to"), "{message}");
    // SAFETY: the body is a static slice.
    let told = unsafe { pairing_session_notify(Some(&session), b"linked".as_ptr(), 6) };
    assert_eq!(told, pairing_status::Panic);

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
}
