//! What the library made and hands over whole: a drawing, as text or as a file.

use std::ffi::c_char;
use std::ptr;

use secrecy::{ExposeSecret, SecretSlice};

use super::guard::quietly;

/// Bytes that the library made: a drawing of a QR code. Wiped from memory when freed, because
/// whoever has the drawing of a live code can link a phone.
pub struct pairing_buffer {
    /// With a NUL behind the last byte.
    bytes: SecretSlice<u8>,
}

impl pairing_buffer {
    pub(super) fn new(bytes: &[u8]) -> Self {
        // Exactly as large as needed: growing would leave a copy behind.
        let mut copy = Vec::with_capacity(bytes.len() + 1);
        copy.extend_from_slice(bytes);
        copy.push(0);
        Self { bytes: copy.into() }
    }
}

/// The bytes. One NUL follows them, so that a drawing in characters is a C string as well.
/// Valid until the buffer is freed.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_buffer_get_data(buffer: Option<&pairing_buffer>) -> *const u8 {
    buffer.map_or(ptr::null(), |buffer| buffer.bytes.expose_secret().as_ptr())
}

/// The same bytes as a NUL-terminated string, for drawings in characters.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_buffer_get_text(buffer: Option<&pairing_buffer>) -> *const c_char {
    pairing_buffer_get_data(buffer).cast()
}

/// How many bytes there are, without the NUL behind them.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_buffer_get_size(buffer: Option<&pairing_buffer>) -> usize {
    buffer.map_or(0, |buffer| buffer.bytes.expose_secret().len() - 1)
}

/// Wipes and frees a buffer. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_buffer_free(buffer: Option<Box<pairing_buffer>>) {
    quietly((), || drop(buffer));
}
