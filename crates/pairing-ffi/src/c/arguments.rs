//! Checks what C passes: pointers, text and bodies.

use std::ffi::c_char;
use std::slice;

use ::pairing_http::MAX_BODY_BYTES;

use super::last_error::Failure;
use super::status::pairing_status;

/// Most bytes of a string that C passes: a setting is some hundred, a QR text at most 2953.
const MOST_TEXT_BYTES: usize = 64 * 1024;

/// Most headers of a webhook: gateways and the proxies in between send some dozen.
const MOST_HEADERS: usize = 256;

/// The value behind a pointer that must not be NULL.
pub(super) fn non_null<T>(pointer: Option<T>) -> Result<T, Failure> {
    pointer.ok_or_else(Failure::null)
}

/// Reads a string that C passed.
///
/// # Safety
///
/// `text` is NULL or points to a NUL-terminated string that stays as it is meanwhile.
pub(super) unsafe fn text<'a>(text: *const c_char) -> Result<&'a str, Failure> {
    // SAFETY: the caller's promise is the same.
    unsafe { optional_text(text) }?.ok_or_else(Failure::null)
}

/// Reads a string that C passed and that may be NULL.
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

/// Reads a body that C passed. NULL is fine if `size` is 0.
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

/// Reads the headers that C passed as names and values. NULL is fine if `count` is 0.
///
/// # Safety
///
/// `names` and `values` are NULL or point to `count` pointers each, for which [`text`]'s promise
/// holds.
pub(super) unsafe fn headers<'a>(
    names: *const *const c_char,
    values: *const *const c_char,
    count: usize,
) -> Result<Vec<(&'a str, &'a str)>, Failure> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if names.is_null() || values.is_null() {
        return Err(Failure::null());
    }
    if count > MOST_HEADERS {
        return Err(Failure::new(
            pairing_status::TooLong,
            "a webhook has more than 256 headers",
        ));
    }
    (0..count)
        // SAFETY: not NULL, and the caller promises `count` strings in each.
        .map(|index| unsafe { Ok((text(*names.add(index))?, text(*values.add(index))?)) })
        .collect()
}
