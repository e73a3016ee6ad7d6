//! Sessions: starting one, waiting for its events, steering it.

use std::ffi::{c_char, c_int};
use std::io;
use std::mem::MaybeUninit;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use pairing_core::{PairingEvent, PairingHandle, PairingMethod, PairingSession};

use super::bell::{Bell, Look};
use super::event::pairing_event;
use super::guard::{Failure, given, guard, may_wait, quietly};
use super::options::{pairing_options, phone};
use super::provider::pairing_provider;
use super::snapshot::pairing_snapshot;
use super::status::pairing_status;
use super::strings::body;
use crate::{ErrorCode, PairingError, runtime};

/// One run that tries to link one instance. All functions but `pairing_session_free` may be
/// called from several threads at once.
pub struct pairing_session {
    /// The stream of events; each is taken by one reader.
    events: Mutex<PairingSession>,
    handle: PairingHandle,
    bell: Arc<Bell>,
    waker: Waker,
}

impl pairing_session {
    fn new(session: PairingSession) -> Self {
        let bell = Arc::new(Bell::default());
        Self {
            handle: session.handle(),
            events: Mutex::new(session),
            waker: bell.clone().into(),
            bell,
        }
    }

    /// The next event, if there is one by then; `Ok(None)` after the last.
    fn next(&self, until: Until) -> Result<Option<PairingEvent>, Failure> {
        loop {
            let heard = match self.look() {
                Look::Found(event) => return Ok(event),
                Look::Nothing { heard } => heard,
            };
            let rung = match until {
                Until::Now => false,
                Until::Instant(instant) => self.bell.wait(heard, Some(instant)),
                Until::Ever => self.bell.wait(heard, None),
            };
            if !rung {
                return Err(Failure::nothing(pairing_status::Timeout));
            }
        }
    }

    fn look(&self) -> Look<Option<PairingEvent>> {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cx = Context::from_waker(&self.waker);
        // A future of the next event may be dropped: nothing is lost.
        self.bell.look(|| pin!(events.next_event()).poll(&mut cx))
    }
}

impl Drop for pairing_session {
    fn drop(&mut self) {
        self.bell.close();
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

/// Starts a session: its first request is on its way at once. `options` may be NULL. Both may
/// be freed afterwards.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_start(
    provider: Option<&pairing_provider>,
    options: Option<&pairing_options>,
    session: Option<&mut MaybeUninit<Box<pairing_session>>>,
) -> pairing_status {
    guard(|| {
        let (provider, out) = (given(provider)?, given(session)?);
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
/// Each event is given once, also when several threads wait. A session that nobody reads
/// works on; it keeps 64 events, then goes on with the one that describes the present.
/// Within a callback only 0 is allowed: `PAIRING_STATUS_WRONG_THREAD`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_next(
    session: Option<&pairing_session>,
    timeout_ms: i64,
    event: Option<&mut MaybeUninit<Box<pairing_event>>>,
) -> pairing_status {
    guard(|| {
        let (session, out) = (given(session)?, given(event)?);
        let until = Until::from_milliseconds(timeout_ms);
        if !matches!(until, Until::Now) {
            may_wait()?;
        }
        let next = session.next(until)?;
        let event = next.ok_or(Failure::nothing(pairing_status::End))?;
        out.write(Box::new(event.into()));
        Ok(())
    })
}

/// A descriptor for poll(), epoll, kqueue, libuv or GLib, so that a program with an event loop
/// needs no thread. When it is readable, call `pairing_session_next` with a timeout of 0 until
/// it returns something else than `PAIRING_STATUS_OK`. After the last event it stays readable.
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
        let (session, out) = (given(session)?, given(fd)?);
        out.write(session.bell.descriptor().map_err(no_descriptor)?);
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

/// Opens the next round after `PAIRING_EVENT_KIND_INTERACTION_REQUIRED`.
/// `PAIRING_STATUS_NOT_WAITING` at any other time.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_resume(session: Option<&pairing_session>) -> pairing_status {
    guard(|| Ok(given(session)?.handle.resume()?))
}

/// Links by QR code from now on: takes down the code and opens a round. Does nothing if such
/// a round is running already.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_switch_to_qr(
    session: Option<&pairing_session>,
) -> pairing_status {
    guard(|| Ok(given(session)?.handle.switch_method(PairingMethod::Qr)?))
}

/// Links by a code that is typed on the phone with this number from now on: takes down the
/// code and opens a round. Does nothing if such a round is running already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_session_switch_to_phone_code(
    session: Option<&pairing_session>,
    phone_number: *const c_char,
) -> pairing_status {
    guard(|| {
        let session = given(session)?;
        // SAFETY: NULL or NUL-terminated, by the header's conventions.
        let method = PairingMethod::PhoneCode(unsafe { phone(phone_number) }?);
        Ok(session.handle.switch_method(method)?)
    })
}

/// Passes on the body of a webhook that the gateway sent, at most 1 MiB. Nothing in it is
/// believed: it only makes the session ask for the status at once, if it is about linking.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_session_notify(
    session: Option<&pairing_session>,
    data: *const u8,
    size: usize,
) -> pairing_status {
    guard(|| {
        let session = given(session)?;
        // SAFETY: NULL or `size` bytes, by the header's conventions.
        session
            .handle
            .notify_webhook(unsafe { body(data, size) }?)?;
        Ok(())
    })
}

/// Ends the session, unless it has ended: the last event is on its way, and whoever waits in
/// `pairing_session_next` gets it. To stop at once, without that event, just free the session.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_cancel(session: Option<&pairing_session>) -> pairing_status {
    guard(|| {
        given(session)?.handle.cancel();
        Ok(())
    })
}

/// Where the session stands now: what someone who looks only now has to show. Takes no event
/// away from `pairing_session_next`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_snapshot(
    session: Option<&pairing_session>,
    snapshot: Option<&mut MaybeUninit<Box<pairing_snapshot>>>,
) -> pairing_status {
    guard(|| {
        let (session, out) = (given(session)?, given(snapshot)?);
        out.write(Box::new(session.handle.view().into()));
        Ok(())
    })
}

/// Cancels the session if it has not ended, and frees it; a request under way is given up.
/// NULL is fine. No other thread may be using the session: let it return from
/// `pairing_session_next` first, for which `pairing_session_cancel` is the means.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_session_free(session: Option<Box<pairing_session>>) {
    quietly((), || drop(session));
}
