//! Sessions: starts one, waits for its events, controls it.

use std::ffi::{c_char, c_int};
use std::io;
use std::mem::MaybeUninit;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use pairing_core::{IncomingWebhook, PairingHandle, PairingMethod, PairingSession};

use super::arguments::{body, headers, non_null};
use super::event::pairing_event;
use super::guard::{catch_or, ensure_may_block, guard};
use super::last_error::Failure;
use super::notifier::{Notifier, Polled};
use super::options::{pairing_options, phone};
use super::provider::pairing_provider;
use super::status::pairing_status;
use super::view::pairing_view;
use crate::{ErrorCode, PairingError, runtime};

/// One run that tries to link one instance. All functions but `pairing_session_free` may be
/// called from several threads at once.
pub struct pairing_session {
    /// Read by one thread at a time.
    session: Mutex<PairingSession>,
    handle: PairingHandle,
    notifier: Arc<Notifier>,
    waker: Waker,
}

impl pairing_session {
    fn new(session: PairingSession) -> Self {
        let notifier = Arc::new(Notifier::default());
        Self {
            handle: session.handle(),
            session: Mutex::new(session),
            waker: notifier.clone().into(),
            notifier,
        }
    }

    /// What this function polls for, if it is there by then.
    fn next<T>(&self, until: Until, poll: PollSession<T>) -> Result<T, Failure> {
        if !matches!(until, Until::Now) {
            ensure_may_block()?;
        }
        loop {
            let seen = match self.poll(poll) {
                Polled::Ready(next) => {
                    return next.ok_or_else(|| Failure::without_message(pairing_status::End));
                }
                Polled::Pending { seen } => seen,
            };
            let notified = match until {
                Until::Now => false,
                Until::Instant(instant) => self.notifier.wait(seen, Some(instant)),
                Until::Ever => self.notifier.wait(seen, None),
            };
            if !notified {
                return Err(Failure::without_message(pairing_status::Timeout));
            }
        }
    }

    fn poll<T>(&self, poll: PollSession<T>) -> Polled<Option<T>> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cx = Context::from_waker(&self.waker);
        self.notifier.poll(|| poll(&mut session, &mut cx))
    }
}

/// Polls for what comes next; `None` after the last. Its future may be dropped: nothing is lost.
type PollSession<T> = fn(&mut PairingSession, &mut Context<'_>) -> Poll<Option<T>>;

impl Drop for pairing_session {
    fn drop(&mut self) {
        self.notifier.close();
    }
}

/// How long to wait.
#[derive(Clone, Copy)]
enum Until {
    Now,
    Instant(Instant),
    Ever,
}

impl Until {
    fn from_milliseconds(milliseconds: i64) -> Self {
        match u64::try_from(milliseconds) {
            Ok(0) => Self::Now,
            // A moment beyond the clock's range never comes.
            Ok(milliseconds) => Instant::now()
                .checked_add(Duration::from_millis(milliseconds))
                .map_or(Self::Ever, Self::Instant),
            Err(_) => Self::Ever,
        }
    }
}

/// Starts a session and sends its first request. `options` may be NULL. Both may
/// be freed afterwards.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_start(
    provider: Option<&pairing_provider>,
    options: Option<&pairing_options>,
    session: Option<&mut MaybeUninit<Box<pairing_session>>>,
) -> pairing_status {
    guard(|| {
        let (provider, out) = (non_null(provider)?, non_null(session)?);
        let mut builder = PairingSession::builder(provider.provider.clone());
        if let Some(options) = options {
            builder = builder.method(options.method.clone());
            if let Some(phone) = &options.expected_phone {
                builder = builder.expect_phone(phone.clone());
            }
            if let Some(policy) = &options.policy {
                builder = builder.policy(policy.clone());
            }
            if options.expect_webhooks {
                builder = builder.expect_webhooks();
            }
        }
        let runtime = runtime::handle()?;
        let _entered = runtime.enter();
        out.write(Box::new(pairing_session::new(builder.start()?)));
        Ok(())
    })
}

/// Waits for the next event: at most `timeout_ms` milliseconds, not at all with 0, for ever
/// with a negative number. The event is the caller's to free.
///
/// `PAIRING_STATUS_OK`: `*event` is the next event.
/// `PAIRING_STATUS_TIMEOUT`: there is none yet.
/// `PAIRING_STATUS_END`: the last one, with the outcome, was read before.
///
/// Each event is given once, also when several threads wait. A session goes on without a
/// reader; it keeps 64 events and then replaces them by the one that describes the present.
/// Within a callback only 0 is allowed: `PAIRING_STATUS_WRONG_THREAD`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_next(
    session: Option<&pairing_session>,
    timeout_ms: i64,
    event: Option<&mut MaybeUninit<Box<pairing_event>>>,
) -> pairing_status {
    guard(|| {
        let (session, out) = (non_null(session)?, non_null(event)?);
        let next = session.next(Until::from_milliseconds(timeout_ms), |session, cx| {
            pin!(session.next_event()).poll(cx)
        })?;
        out.write(Box::new(next.into()));
        Ok(())
    })
}

/// Waits for the next view, as `pairing_session_next` does for events: the present at the first
/// call, then the latest after each change, last the one whose screen is
/// `PAIRING_EVENT_KIND_FINISHED`. Views between two calls are skipped. The view is the caller's to
/// free.
///
/// Read the views of a session or its events: both are the same stream, and a view that was read
/// takes the events before it away.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_next_view(
    session: Option<&pairing_session>,
    timeout_ms: i64,
    view: Option<&mut MaybeUninit<Box<pairing_view>>>,
) -> pairing_status {
    guard(|| {
        let (session, out) = (non_null(session)?, non_null(view)?);
        let next = session.next(Until::from_milliseconds(timeout_ms), |session, cx| {
            pin!(session.next_view()).poll(cx)
        })?;
        out.write(Box::new(next.into()));
        Ok(())
    })
}

/// A descriptor for poll(), epoll, kqueue, libuv or GLib, so that a program with an event loop
/// needs no thread. When it is readable, call `pairing_session_next`, or
/// `pairing_session_next_view`, with a timeout of 0 until it returns something else than
/// `PAIRING_STATUS_OK`. After the last event it stays readable.
///
/// The descriptor is the session's: watch it, but do not read from it, write to it or close
/// it; stop watching before `pairing_session_free`, which closes it. Every call gives the same
/// one. `PAIRING_STATUS_UNSUPPORTED` on Windows.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_fd(
    session: Option<&pairing_session>,
    fd: Option<&mut MaybeUninit<c_int>>,
) -> pairing_status {
    guard(|| {
        let (session, out) = (non_null(session)?, non_null(fd)?);
        out.write(session.notifier.descriptor().map_err(no_descriptor)?);
        Ok(())
    })
}

fn no_descriptor(error: io::Error) -> Failure {
    let (code, message) = match error.kind() {
        io::ErrorKind::Unsupported => (
            ErrorCode::Unsupported,
            "this system has no descriptors to wait for",
        ),
        _ => (
            ErrorCode::Internal,
            "the operating system gives no file descriptor",
        ),
    };
    PairingError::new(code, message).into()
}

/// Opens the next round after `PAIRING_EVENT_KIND_INTERACTION_REQUIRED`, and asks for codes again
/// after `PAIRING_EVENT_KIND_PASSKEY_REQUIRED`. `PAIRING_STATUS_NOT_WAITING` at any other time.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_resume(session: Option<&pairing_session>) -> pairing_status {
    guard(|| Ok(non_null(session)?.handle.resume()?))
}

/// Links by QR code from now on: takes down the code and opens a round. Does nothing if such
/// a round is running already.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_switch_to_qr(
    session: Option<&pairing_session>,
) -> pairing_status {
    guard(|| Ok(non_null(session)?.handle.switch_method(PairingMethod::Qr)?))
}

/// Links by a code that is typed on the phone with this number from now on: takes down the
/// code and opens a round. Does nothing if such a round is running already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_session_switch_to_phone_code(
    session: Option<&pairing_session>,
    phone_number: *const c_char,
) -> pairing_status {
    guard(|| {
        let session = non_null(session)?;
        // SAFETY: NULL or NUL-terminated, by the header's conventions.
        let method = PairingMethod::PhoneCode(unsafe { phone(phone_number) }?);
        Ok(session.handle.switch_method(method)?)
    })
}

/// Passes on the body of a webhook that the gateway sent, at most 1 MiB. A webhook
/// about linking only triggers an immediate request. Where the provider verifies signatures, it
/// needs the headers too: `pairing_session_notify_with_headers`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_session_notify(
    session: Option<&pairing_session>,
    data: *const u8,
    size: usize,
) -> pairing_status {
    guard(|| {
        let session = non_null(session)?;
        // SAFETY: NULL or `size` bytes, by the header's conventions.
        session
            .handle
            .notify_webhook(unsafe { body(data, size) }?)?;
        Ok(())
    })
}

/// Passes on a webhook that the gateway sent: its body, byte for byte as it arrived, and its headers
/// as `header_count` names and as many values, at most 256. The provider verifies the signature
/// where the gateway signs and the secret is among its settings:
/// `PAIRING_STATUS_INVALID_SIGNATURE` if it is missing or wrong. Otherwise as
/// `pairing_session_notify`.
///
/// A header that comes twice counts as missing. Headers that are not UTF-8 can be left out: no
/// signature is among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_session_notify_with_headers(
    session: Option<&pairing_session>,
    data: *const u8,
    size: usize,
    header_names: *const *const c_char,
    header_values: *const *const c_char,
    header_count: usize,
) -> pairing_status {
    guard(|| {
        let session = non_null(session)?;
        // SAFETY: NULL or as large as they are said to be, by the header's conventions.
        let (body, headers) = unsafe {
            (
                body(data, size)?,
                headers(header_names, header_values, header_count)?,
            )
        };
        let webhook = IncomingWebhook::new(body).with_headers(&headers);
        session.handle.notify_webhook(webhook)?;
        Ok(())
    })
}

/// Ends the session unless it has ended; `pairing_session_next` gives the last event. To stop
/// without that event, free the session.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_cancel(session: Option<&pairing_session>) -> pairing_status {
    guard(|| {
        non_null(session)?.handle.cancel();
        Ok(())
    })
}

/// What a screen shows now, for one that is opened or rebuilt. It takes nothing from
/// `pairing_session_next` and `pairing_session_next_view`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_view(
    session: Option<&pairing_session>,
    view: Option<&mut MaybeUninit<Box<pairing_view>>>,
) -> pairing_status {
    guard(|| {
        let (session, out) = (non_null(session)?, non_null(view)?);
        out.write(Box::new(session.handle.view().into()));
        Ok(())
    })
}

/// Cancels the session if it has not ended, and frees it; a request under way is given up.
/// NULL is fine. No other thread may be using the session: let it return from
/// `pairing_session_next` first, for which `pairing_session_cancel` is the means.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_free(session: Option<Box<pairing_session>>) {
    catch_or((), || drop(session));
}
