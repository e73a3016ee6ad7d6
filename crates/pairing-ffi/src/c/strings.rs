//! Text and bytes across the border, in both directions.

use std::ffi::{CStr, c_char};
use std::slice;

use ::pairing_http::MAX_BODY_BYTES;
use secrecy::{ExposeSecret, SecretSlice};

use super::guard::Failure;
use super::status::pairing_status;

/// Most bytes of a string that C passes: a setting is some hundred, a QR text at most 2953.
const MOST_TEXT_BYTES: usize = 64 * 1024;

/// Reads a string of C's.
///
/// # Safety
///
/// `text` is NULL or points to a NUL-terminated string that stays as it is meanwhile.
pub(super) unsafe fn text<'a>(text: *const c_char) -> Result<&'a str, Failure> {
    // SAFETY: the caller's promise is the same.
    unsafe { optional_text(text) }?.ok_or_else(Failure::null)
}

/// Reads a string of C's that may be NULL.
///
/// # Safety
///
/// As [`text`].
pub(super) unsafe fn optional_text<'a>(text: *const c_char) -> Result<Option<&'a str>, Failure> {
    if text.is_null() {
        return Ok(None);
    }
    // Not `CStr::from_ptr`, which would walk any distance to find the end.
    let mut length = 0;
    // SAFETY: no byte before this one was NUL, so it still belongs to the string.
    while unsafe { *text.add(length) } != 0 {
        if length == MOST_TEXT_BYTES {
            return Err(Failure::new(
                pairing_status::TooLong,
                "a string is longer than 64 KiB",
            ));
        }
        length += 1;
    }
    // SAFETY: these are the bytes that were just walked.
    let bytes = unsafe { slice::from_raw_parts(text.cast::<u8>(), length) };
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(Failure::new(
            pairing_status::InvalidUtf8,
            "a string is not valid UTF-8",
        )),
    }
}

/// Reads a body of C's. NULL is fine for one of no bytes.
///
/// # Safety
///
/// `data` is NULL or points to `size` bytes that stay as they are meanwhile.
pub(super) unsafe fn body<'a>(data: *const u8, size: usize) -> Result<&'a [u8], Failure> {
    if size == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Failure::null());
    }
    if size > MAX_BODY_BYTES {
        return Err(Failure::new(
            pairing_status::TooLong,
            "a body is larger than 1 MiB",
        ));
    }
    // SAFETY: not NULL, and the caller promises `size` bytes.
    Ok(unsafe { slice::from_raw_parts(data, size) })
}

/// A string for C to look at, wiped when its owner is freed.
pub(super) struct Text(SecretSlice<u8>);

impl Text {
    pub(super) fn new(text: &str) -> Self {
        // Exactly as large as needed: growing would leave a copy behind.
        let mut bytes = Vec::with_capacity(text.len() + 1);
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0);
        Self(bytes.into())
    }

    pub(super) fn as_ptr(&self) -> *const c_char {
        self.0.expose_secret().as_ptr().cast()
    }
}

/// The pointer to a string that may not be there.
pub(super) fn pointer(text: Option<&Text>) -> *const c_char {
    text.map_or(std::ptr::null(), Text::as_ptr)
}

/// Looks up the name of a number that may be anything.
pub(super) fn c_name<E: Copy>(
    names: &'static [(E, &'static CStr)],
    number: u32,
    number_of: fn(E) -> u32,
) -> *const c_char {
    let known = names.iter().find(|(known, _)| number_of(*known) == number);
    known.map_or(c"unknown", |(_, name)| name).as_ptr()
}
