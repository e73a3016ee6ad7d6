//! HTTP by the program's functions: answers immediately, later, never, and too late.

use std::ffi::{CStr, c_void};
use std::ptr;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use super::program::*;
use super::support::{out, read, start};
use crate::c::exchange::*;
use crate::c::http::*;
use crate::c::last_error::pairing_last_error_retry_after_ms;
use crate::c::provider::*;
use crate::c::session::{pairing_session_fd, pairing_session_free, pairing_session_next};
use crate::c::status::pairing_status;

#[test]
fn the_program_sees_the_request_and_may_answer_later() {
    let (answered, connected) = status_with(|exchange| {
        let request = exchange.get().map(|exchange| &exchange.request);
        let url = read(pairing_http_request_get_url(request)).unwrap();
        assert!(url.starts_with("https://"), "the address is Z-API's own");
        assert!(url.ends_with("/instances/3C01/token/A0F5/status"));
        assert_eq!(pairing_http_request_get_header_count(request), 2);
        for (index, expected) in ["accept", "content-type"].into_iter().enumerate() {
            let name = pairing_http_request_get_header_name(request, index);
            let value = pairing_http_request_get_header_value(request, index);
            assert_eq!(
                (read(name), read(value)),
                (Some(expected), Some("application/json"))
            );
        }
        assert!(pairing_http_request_get_header_name(request, 2).is_null());
        assert!(!pairing_http_exchange_is_cancelled(exchange.get()));
        exchange.complete(200, br#"{"connected":false,"error":""}"#)
    });
    assert_eq!(answered, pairing_status::Ok);
    assert_eq!(connected, Ok(false));
}

#[test]
fn a_failure_of_the_program_keeps_its_kind() {
    for (failure, expected) in [
        (pairing_http_failure::Connect, pairing_status::Unavailable),
        (pairing_http_failure::Timeout, pairing_status::TimedOut),
    ] {
        let (answered, connected) = status_with(|exchange| exchange.fail(failure));
        assert_eq!(answered, pairing_status::Ok);
        assert_eq!(connected, Err(expected));
    }
}

#[test]
fn an_answer_that_is_none_fails_the_request() {
    let oversized = vec![b' '; 1024 * 1024 + 1];
    for (http_status, body, expected) in [
        (99, &b"{}"[..], pairing_status::InvalidArgument),
        (600, b"{}", pairing_status::InvalidArgument),
        (u32::MAX, b"{}", pairing_status::InvalidArgument),
        (200, &oversized, pairing_status::TooLong),
    ] {
        let (answered, connected) = status_with(|exchange| exchange.complete(http_status, body));
        assert_eq!(answered, expected);
        assert!(connected.is_err());
    }
}

#[test]
fn a_retry_after_that_is_a_date_is_counted_from_the_date_of_the_answer() {
    let (http, seen) = table(None);
    let provider = open(&http).unwrap();
    let waits = thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let status = out(|slot| pairing_provider_status(Some(&provider), 60_000, slot));
            assert_eq!(status.err(), Some(pairing_status::RateLimited));
            // Of this thread.
            pairing_last_error_retry_after_ms()
        });
        let exchange = sent(&seen);
        // SAFETY: consumed at the end and nowhere else; all texts are static.
        unsafe {
            let date =
                |text: &'static CStr| pairing_http_exchange_set_date(exchange.get(), text.as_ptr());
            assert_eq!(date(c"\xff"), pairing_status::InvalidUtf8);
            // Decades off this machine's clock.
            assert_eq!(date(c"Sun, 06 Nov 1994 08:49:37 GMT"), pairing_status::Ok);
            let answered = pairing_http_exchange_complete(
                Some(Box::from_raw(exchange.0)),
                429,
                ptr::null(),
                c"Sun, 06 Nov 1994 08:50:37 GMT".as_ptr(),
                ptr::null(),
                0,
            );
            assert_eq!(answered, pairing_status::Ok);
        }
        asking.join().unwrap()
    });
    assert_eq!(waits, 60_000);
    pairing_provider_free(Some(provider));
    released(&seen);
}

#[test]
fn headers_that_are_no_text_fail_the_request() {
    let (answered, connected) = status_with(|exchange| {
        // SAFETY: consumed here and nowhere else.
        unsafe {
            pairing_http_exchange_complete(
                Some(Box::from_raw(exchange.0)),
                200,
                ptr::null(),
                c"\xff".as_ptr(),
                ptr::null(),
                0,
            )
        }
    });
    assert_eq!(answered, pairing_status::InvalidUtf8);
    assert!(connected.is_err());
}

#[test]
fn a_program_that_never_answers_is_bounded_and_cancelled() {
    let (http, seen) = table(None);
    let provider = open(&http).unwrap();
    let status = out(|slot| pairing_provider_status(Some(&provider), 100, slot));
    assert_eq!(status.err(), Some(pairing_status::TimedOut));
    pairing_provider_free(Some(provider));
    // On a busy machine the time may be up before the program was asked at all.
    if let Ok(Done::Sent(exchange)) = seen.recv() {
        assert_eq!(cancelled(&seen), exchange.id());
        assert!(pairing_http_exchange_is_cancelled(exchange.get()));
        assert_eq!(exchange.complete(200, b"{}"), pairing_status::Ok);
    }
}

#[test]
fn freeing_a_session_gives_up_its_request_and_a_late_answer_is_harmless() {
    let (http, seen) = table(None);
    let provider = open(&http).unwrap();
    let session = start(&provider);
    let exchange = sent(&seen);
    pairing_session_free(Some(session));
    assert_eq!(cancelled(&seen), exchange.id());
    assert!(pairing_http_exchange_is_cancelled(exchange.get()));
    pairing_provider_free(Some(provider));
    released(&seen);
    assert_eq!(exchange.complete(200, b"{}"), pairing_status::Ok);
}

#[test]
fn a_blocking_send_is_cancelled_after_it_returns() {
    let (open_gate, gate) = channel();
    let (http, seen) = table(Some(gate));
    let provider = open(&http).unwrap();
    let session = start(&provider);
    let exchange = sent(&seen);
    pairing_session_free(Some(session));
    while !pairing_http_exchange_is_cancelled(exchange.get()) {
        thread::yield_now();
    }
    assert!(seen.try_recv().is_err(), "`send` is still running");
    open_gate.send(()).unwrap();
    assert_eq!(cancelled(&seen), exchange.id());
    assert_eq!(
        exchange.fail(pairing_http_failure::Other),
        pairing_status::Ok
    );
    pairing_provider_free(Some(provider));
    released(&seen);
}

#[test]
fn user_data_stays_the_program_s_when_opening_fails() {
    let (http, seen) = table(None);
    // SAFETY: the name ends with NUL, and the table is sound.
    let opened =
        out(|slot| unsafe { pairing_provider_open(c"zapi".as_ptr(), None, Some(&http), slot) });
    assert_eq!(opened.err(), Some(pairing_status::InvalidSettings));
    assert!(seen.try_recv().is_err());
    let without_send = pairing_http { send: None, ..http };
    assert_eq!(
        open(&without_send).err(),
        Some(pairing_status::NullArgument)
    );
    assert!(seen.try_recv().is_err());
    let (Some(release), user_data) = (http.release, http.user_data) else {
        panic!("the table has all functions")
    };
    // SAFETY: it was not released.
    unsafe { release(user_data) };
}

/// What the waiting functions answered within `send`, and whether the others worked.
type Within = ([Option<pairing_status>; 4], bool);

#[test]
fn waiting_within_a_callback_is_refused() {
    unsafe extern "C" fn send(
        user_data: *mut c_void,
        _: *const pairing_http_request,
        exchange: *mut pairing_http_exchange,
    ) {
        let provider =
            pairing_provider::new(std::sync::Arc::new(super::support::Scripted::new([])));
        let session = start(&provider);
        let answers = [
            out(|slot| pairing_provider_status(Some(&provider), 0, slot)).err(),
            Some(pairing_provider_unlink(Some(&provider), 0)),
            out(|slot| pairing_session_next(Some(&session), -1, slot)).err(),
            out(|slot| pairing_session_next(Some(&session), 1, slot)).err(),
        ];
        let allowed = out(|slot| pairing_session_next(Some(&session), 0, slot));
        let fd = out(|slot| pairing_session_fd(Some(&session), slot));
        // SAFETY: the test waits for the answer, and consumes the exchange nowhere else.
        unsafe {
            let seen = &*user_data.cast::<Sender<Within>>();
            seen.send((answers, allowed.is_ok() && fd.is_ok())).unwrap();
            pairing_http_exchange_fail(Some(Box::from_raw(exchange)), 0);
        }
    }
    let (sender, seen) = channel::<Within>();
    let http = pairing_http {
        user_data: ptr::from_ref(&sender).cast_mut().cast(),
        send: Some(send),
        cancel: None,
        release: None,
    };
    let provider = open(&http).unwrap();
    let status = out(|slot| pairing_provider_status(Some(&provider), 60_000, slot));
    assert!(status.is_err());
    let (answers, allowed) = seen.recv().unwrap();
    assert_eq!(answers, [Some(pairing_status::WrongThread); 4]);
    assert!(allowed);
}
