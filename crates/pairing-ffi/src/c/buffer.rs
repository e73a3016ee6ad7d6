//! Drawings that the caller owns, as text or as a file.

use std::ffi::c_char;
use std::ptr;

use super::guard::catch_or;
use super::text::Text;

/// A drawing of a QR code. Freeing it wipes it from memory: the drawing of a live code is as
/// secret as the code.
pub struct pairing_buffer {
    bytes: Text,
}

impl pairing_buffer {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: Text::from_bytes(bytes),
        }
    }
}

/// The bytes. One NUL follows them, so that a drawing in characters is a C string as well.
/// Valid until the buffer is freed.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_buffer_get_data(buffer: Option<&pairing_buffer>) -> *const u8 {
    buffer.map_or(ptr::null(), |buffer| buffer.bytes.as_ptr().cast())
}

/// The same bytes as a NUL-terminated string, for drawings in characters.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_buffer_get_text(buffer: Option<&pairing_buffer>) -> *const c_char {
    pairing_buffer_get_data(buffer).cast()
}

/// How many bytes there are, without the NUL behind them.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_buffer_get_size(buffer: Option<&pairing_buffer>) -> usize {
    buffer.map_or(0, |buffer| buffer.bytes.len())
}

/// Wipes and frees a buffer. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_buffer_free(buffer: Option<Box<pairing_buffer>>) {
    catch_or((), || drop(buffer));
}
