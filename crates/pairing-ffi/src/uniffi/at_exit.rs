//! For languages whose interpreter ends before the process does.
#![allow(unsafe_code)] // An exported symbol.

use crate::runtime;

/// Stops every session of the process for good. When this returns, the library makes no
/// more callbacks, and a callback that was under way has returned.
///
/// Python's module calls this when its interpreter is about to end: a thread that returns to Python
/// after that is unwound, through frames of ours that must not be, and the process would abort. It
/// is not among what uniffi exports, because no other language needs it.
#[unsafe(no_mangle)]
extern "C" fn pairing_ffi_at_exit() {
    runtime::stop();
}
