//! What stands around every function: panics become a status, and failures are remembered.

use std::borrow::Cow;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::last_error;
use super::status::pairing_status;
use crate::PairingError;

/// Why a function does not return `PAIRING_STATUS_OK`.
pub(super) struct Failure {
    pub(super) status: pairing_status,
    /// Safe to show.
    pub(super) message: Cow<'static, str>,
    pub(super) retryable: bool,
    pub(super) retry_after: Option<Duration>,
}

impl Failure {
    pub(super) fn new(status: pairing_status, message: &'static str) -> Self {
        Self {
            status,
            message: Cow::Borrowed(message),
            retryable: false,
            retry_after: None,
        }
    }

    pub(super) fn null() -> Self {
        Self::new(
            pairing_status::NullArgument,
            "a pointer that must not be NULL is NULL",
        )
    }

    /// "No event yet" and "no more events" are no errors and have no message.
    pub(super) fn nothing(status: pairing_status) -> Self {
        Self::new(status, "")
    }

    fn panicked() -> Self {
        Self::new(
            pairing_status::Panic,
            "the pairing library failed in an unexpected way",
        )
    }
}

impl<E: Into<PairingError>> From<E> for Failure {
    fn from(error: E) -> Self {
        let PairingError::Failed {
            code,
            message,
            retryable,
            retry_after,
        } = error.into();
        Self {
            status: code.into(),
            message: Cow::Owned(message),
            retryable,
            retry_after,
        }
    }
}

/// Runs the body of a function that returns a status.
pub(super) fn guard(body: impl FnOnce() -> Result<(), Failure>) -> pairing_status {
    // Unwind safety: what a panic may leave half done is behind locks whose owners expect it.
    let result = catch_unwind(AssertUnwindSafe(body));
    conclude(result.unwrap_or_else(|_| Err(Failure::panicked())))
}

fn conclude(result: Result<(), Failure>) -> pairing_status {
    match result {
        Ok(()) => {
            last_error::clear();
            pairing_status::Ok
        }
        Err(failure) => {
            let status = failure.status;
            last_error::set(failure);
            status
        }
    }
}

/// Runs the body of a function that has nothing to report.
pub(super) fn quietly<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(otherwise)
}

/// The value behind a pointer that must not be NULL.
pub(super) fn given<T>(pointer: Option<T>) -> Result<T, Failure> {
    pointer.ok_or_else(Failure::null)
}

thread_local! {
    static IN_CALLBACK: Cell<bool> = const { Cell::new(false) };
}

/// Calls a function of the program's.
pub(super) fn call_out(callback: impl FnOnce()) {
    let before = IN_CALLBACK.replace(true);
    callback();
    IN_CALLBACK.set(before);
}

/// Refuses to wait within a callback: what it would wait for may be the callback's own work.
pub(super) fn may_wait() -> Result<(), Failure> {
    if IN_CALLBACK.get() {
        return Err(Failure::new(
            pairing_status::WrongThread,
            "a function that waits was called from within a callback of the library",
        ));
    }
    Ok(())
}
