//! Failures: what a function returns instead of success, and the last one on each thread.

use std::cell::RefCell;
use std::ffi::c_char;
use std::ptr;
use std::time::Duration;

use super::status::pairing_status;
use super::text::{Text, milliseconds, pointer};
use crate::PairingError;

/// Why a function does not return `PAIRING_STATUS_OK`, or what an event reports.
pub(super) struct Failure {
    pub(super) status: pairing_status,
    /// Safe to show. "No event yet" and "no more events" are no errors and have none.
    pub(super) message: Option<Text>,
    pub(super) retryable: bool,
    pub(super) retry_after: Option<Duration>,
}

impl Failure {
    pub(super) fn new(status: pairing_status, message: &'static str) -> Self {
        Self {
            message: Some(Text::new(message)),
            ..Self::without_message(status)
        }
    }

    pub(super) fn without_message(status: pairing_status) -> Self {
        Self {
            status,
            message: None,
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
            message: Some(Text::new(&message)),
            retryable,
            retry_after,
        }
    }
}

thread_local! {
    static LAST: RefCell<Option<Failure>> = const { RefCell::new(None) };
}

/// Replaces the last failure of this thread.
pub(super) fn set(failure: Option<Failure>) {
    // A thread that is ending has dropped its slot: no call can read it any more.
    let _ = LAST.try_with(|slot| slot.replace(failure));
}

fn read<T>(otherwise: T, read: impl FnOnce(&Failure) -> T) -> T {
    LAST.try_with(|slot| slot.borrow().as_ref().map(read))
        .ok()
        .flatten()
        .unwrap_or(otherwise)
}

/// What the last call on this thread that returned a `pairing_status` failed with: a sentence
/// in English that is safe to show and to log, as it holds no secret and no text of a
/// gateway. NULL if it did not fail.
///
/// Getters and `_free` functions leave it alone, so that a program can clean up first. The
/// text is valid until the next call on this thread that returns a `pairing_status`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_last_error() -> *const c_char {
    read(ptr::null(), |last| pointer(last.message.as_ref()))
}

/// Whether the call that failed last on this thread may succeed later without any change by
/// a person.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_last_error_retryable() -> bool {
    read(false, |last| last.retryable)
}

/// How long the gateway asks callers to wait, in milliseconds, as the call that failed last on
/// this thread learned it; -1 if the gateway did not say.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_last_error_retry_after_ms() -> i64 {
    read(-1, |last| milliseconds(last.retry_after))
}
