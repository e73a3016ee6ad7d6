//! What the last failure on this thread was, as `errno` has it.

use std::cell::RefCell;
use std::ffi::c_char;
use std::ptr;
use std::time::Duration;

use super::guard::Failure;
use super::strings::Text;

thread_local! {
    static LAST: RefCell<Option<LastError>> = const { RefCell::new(None) };
}

struct LastError {
    message: Text,
    retryable: bool,
    retry_after: Option<Duration>,
}

pub(super) fn set(failure: Failure) {
    let last = (!failure.message.is_empty()).then(|| LastError {
        message: Text::new(&failure.message),
        retryable: failure.retryable,
        retry_after: failure.retry_after,
    });
    store(last);
}

pub(super) fn clear() {
    store(None);
}

fn store(last: Option<LastError>) {
    // A thread on its way out has lost its last error: then nobody will ask for it.
    let _ = LAST.try_with(|slot| slot.replace(last));
}

fn read<T>(otherwise: T, read: impl FnOnce(&LastError) -> T) -> T {
    LAST.try_with(|slot| slot.borrow().as_ref().map(read))
        .ok()
        .flatten()
        .unwrap_or(otherwise)
}

/// Milliseconds for C, where -1 says that there is no such time.
pub(super) fn milliseconds(time: Option<Duration>) -> i64 {
    time.map_or(-1, |time| {
        i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
    })
}

/// What the last call on this thread that returned a `pairing_status` failed with: a sentence
/// in English that is safe to show and to log, as it holds no secret and nothing a gateway
/// said. NULL if it did not fail.
///
/// Getters and `_free` functions leave it alone, so that a program can clean up first. The
/// text is valid until the next call on this thread that returns a `pairing_status`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_last_error() -> *const c_char {
    read(ptr::null(), |last| last.message.as_ptr())
}

/// Whether the last failed call on this thread may succeed later without anybody changing
/// anything.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_last_error_retryable() -> bool {
    read(false, |last| last.retryable)
}

/// How long the gateway wants to be left alone, as the last failed call on this thread heard;
/// -1 if it did not say.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_last_error_retry_after_ms() -> i64 {
    read(-1, |last| milliseconds(last.retry_after))
}
