//! One request that the program makes for the library, and its answer.

use std::ffi::c_char;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::pairing_http::{HttpResponse, TransportError, TransportErrorKind};
use tokio::sync::oneshot;

use super::arguments::{body, non_null, optional_text};
use super::guard::{catch_or, guard};
use super::http::pairing_http_request;
use super::last_error::Failure;
use super::status::pairing_status;

/// A request that waits for its answer. `pairing_http_exchange_complete` and
/// `pairing_http_exchange_fail` consume it.
pub struct pairing_http_exchange {
    pub(super) request: pairing_http_request,
    pub(super) progress: Arc<Progress>,
    pub(super) answer: oneshot::Sender<Result<HttpResponse, TransportError>>,
}

/// How far an exchange is, as both sides need to know.
pub(super) struct Progress {
    pub(super) id: u64,
    stage: Mutex<Stage>,
    /// The `Date` of the answer, which may come before the answer does.
    date: Mutex<Option<String>>,
}

/// In order; an exchange stays `Unwanted` until it is answered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The program has not seen it.
    Queued,
    /// `send` is running.
    Sending,
    /// `send` has returned.
    Sent,
    /// The library no longer needs the answer. `notify` if `cancel` must be called once `send` returns.
    Unwanted {
        notify: bool,
    },
    Answered,
}

impl Progress {
    pub(super) fn new(id: u64) -> Self {
        Self {
            id,
            stage: Mutex::new(Stage::Queued),
            date: Mutex::default(),
        }
    }

    fn date(&self) -> MutexGuard<'_, Option<String>> {
        self.date.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl pairing_http_exchange {
    fn answer(self, answer: Result<HttpResponse, TransportError>) {
        *self.progress.stage() = Stage::Answered;
        // The receiver is gone if the session was freed.
        let _ = self.answer.send(answer);
    }
}

/// Why a request got no complete answer.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum pairing_http_failure {
    /// Anything else. Counts as a defect that no repetition mends, and ends the session.
    Other = 0,
    /// No connection: name not found, refused, unreachable.
    Connect = 1,
    /// The gateway's certificate was not accepted, or TLS failed otherwise.
    Tls = 2,
    /// No complete answer in time.
    Timeout = 3,
    /// The connection broke, or the answer ended early.
    Interrupted = 4,
    /// The answer is larger than 1 MiB.
    BodyTooLarge = 5,
}

const FAILURES: [(pairing_http_failure, TransportErrorKind); 6] = [
    (pairing_http_failure::Other, TransportErrorKind::Other),
    (pairing_http_failure::Connect, TransportErrorKind::Connect),
    (pairing_http_failure::Tls, TransportErrorKind::Tls),
    (pairing_http_failure::Timeout, TransportErrorKind::Timeout),
    (
        pairing_http_failure::Interrupted,
        TransportErrorKind::Interrupted,
    ),
    (
        pairing_http_failure::BodyTooLarge,
        TransportErrorKind::BodyTooLarge,
    ),
];

/// A number for this exchange that no other one in this process has.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_http_exchange_get_id(exchange: Option<&pairing_http_exchange>) -> u64 {
    exchange.map_or(0, |exchange| exchange.progress.id)
}

/// Whether the library no longer needs the answer. If so, abort the request; any answer
/// completes the exchange.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_http_exchange_is_cancelled(
    exchange: Option<&pairing_http_exchange>,
) -> bool {
    catch_or(false, || {
        exchange.is_some_and(|exchange| {
            let stage = *exchange.progress.stage();
            matches!(stage, Stage::Unwanted { .. })
        })
    })
}

/// Says what the `Date` header of the answer is, before `pairing_http_exchange_complete`. A
/// `retry_after` that is a date is counted from it; without it, from this machine's clock, which
/// need not agree with the gateway's. It is copied; NULL takes it back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_http_exchange_set_date(
    exchange: Option<&pairing_http_exchange>,
    date: *const c_char,
) -> pairing_status {
    guard(|| {
        let exchange = non_null(exchange)?;
        // SAFETY: NULL or text, by the header's conventions.
        let date = unsafe { optional_text(date)? };
        *exchange.progress.date() = date.map(str::to_owned);
        Ok(())
    })
}

/// Answers with what the server sent, whatever its status, and consumes the exchange, from any
/// thread and at any time. All is copied. `content_type` and `retry_after` are the headers of
/// these names, or NULL; the body has at most 1 MiB and may be NULL if it is empty.
///
/// With something else than `PAIRING_STATUS_OK` the exchange has failed instead, and is
/// consumed all the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_http_exchange_complete(
    exchange: Option<Box<pairing_http_exchange>>,
    http_status: u32,
    content_type: *const c_char,
    retry_after: *const c_char,
    data: *const u8,
    size: usize,
) -> pairing_status {
    guard(|| {
        let exchange = non_null(exchange)?;
        // SAFETY: NULL or as large as they must be, by the header's conventions.
        match unsafe { response(http_status, content_type, retry_after, data, size) } {
            Ok(mut response) => {
                response.date = exchange.progress.date().take();
                exchange.answer(Ok(response));
                Ok(())
            }
            Err(failure) => {
                let kind = match failure.status {
                    pairing_status::TooLong => TransportErrorKind::BodyTooLarge,
                    _ => TransportErrorKind::Other,
                };
                exchange.answer(Err(TransportError::new(kind)));
                Err(failure)
            }
        }
    })
}

/// # Safety
///
/// As [`optional_text`] and [`body`].
unsafe fn response(
    http_status: u32,
    content_type: *const c_char,
    retry_after: *const c_char,
    data: *const u8,
    size: usize,
) -> Result<HttpResponse, Failure> {
    let in_range = |status: &u16| (100..=599).contains(status);
    let status = u16::try_from(http_status).ok().filter(in_range);
    let status = status.ok_or_else(|| {
        Failure::new(
            pairing_status::InvalidArgument,
            "an HTTP status is a number from 100 to 599",
        )
    })?;
    // SAFETY: the caller's promise is the same.
    let (content_type, retry_after, body) = unsafe {
        (
            optional_text(content_type)?,
            optional_text(retry_after)?,
            body(data, size)?,
        )
    };
    let mut response = HttpResponse::new(status, body);
    response.content_type = content_type.map(str::to_owned);
    response.retry_after = retry_after.map(str::to_owned);
    Ok(response)
}

/// Says that there is no complete answer, one of `pairing_http_failure`, and consumes the
/// exchange, from any thread and at any time. Any other number counts as
/// `PAIRING_HTTP_FAILURE_OTHER`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_http_exchange_fail(
    exchange: Option<Box<pairing_http_exchange>>,
    failure: u32,
) -> pairing_status {
    guard(|| {
        let exchange = non_null(exchange)?;
        let known = FAILURES.iter().find(|(known, _)| *known as u32 == failure);
        let kind = known.map_or(TransportErrorKind::Other, |(_, kind)| *kind);
        exchange.answer(Err(TransportError::new(kind)));
        Ok(())
    })
}
