//! Runs the body of every exported function: catches panics, records failures, and refuses to
//! block within a callback.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::last_error::{self, Failure};
use super::status::pairing_status;

/// Runs the body of a function that returns a status.
pub(super) fn guard(body: impl FnOnce() -> Result<(), Failure>) -> pairing_status {
    // Unwind safety: what a panic may leave half done is behind locks whose owners expect it.
    let result = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| {
        Err(Failure::new(
            pairing_status::Panic,
            "the pairing library failed in an unexpected way",
        ))
    });
    let failure = result.err();
    let status = failure.as_ref().map_or(pairing_status::Ok, |it| it.status);
    last_error::set(failure);
    status
}

/// Runs the body of a function that cannot fail; `otherwise` replaces its result if it panics.
pub(super) fn catch_or<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(otherwise)
}

thread_local! {
    static IN_CALLBACK: Cell<bool> = const { Cell::new(false) };
}

/// Runs one of the program's callbacks.
pub(super) fn in_callback(callback: impl FnOnce()) {
    let before = IN_CALLBACK.replace(true);
    callback();
    IN_CALLBACK.set(before);
}

/// Fails within a callback: a blocking call there could wait for that very callback.
pub(super) fn ensure_may_block() -> Result<(), Failure> {
    if IN_CALLBACK.get() {
        return Err(Failure::new(
            pairing_status::WrongThread,
            "a blocking function was called from within a callback of the library",
        ));
    }
    Ok(())
}
