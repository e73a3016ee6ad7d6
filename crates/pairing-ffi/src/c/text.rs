//! Text that C reads, and values in the form C reads them in.

use std::ffi::{CStr, c_char};
use std::time::Duration;

use pairing_core::PhoneNumber;
use secrecy::{ExposeSecret, SecretSlice};

/// Bytes that C reads, with a NUL behind the last one; wiped when their owner is freed.
pub(super) struct Text(SecretSlice<u8>);

impl Text {
    pub(super) fn new(text: &str) -> Self {
        Self::from_bytes(text.as_bytes())
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        // Exactly as large as needed: growing would leave a copy behind.
        let mut copy = Vec::with_capacity(bytes.len() + 1);
        copy.extend_from_slice(bytes);
        copy.push(0);
        Self(copy.into())
    }

    pub(super) fn as_ptr(&self) -> *const c_char {
        self.0.expose_secret().as_ptr().cast()
    }

    /// How many bytes there are, without the NUL.
    pub(super) fn len(&self) -> usize {
        self.0.expose_secret().len() - 1
    }
}

/// A phone number in the form `+5511999998888`.
pub(super) fn phone_text(phone: &PhoneNumber) -> Text {
    Text::new(&phone.to_string())
}

/// The pointer to an optional string: NULL without one.
pub(super) fn pointer(text: Option<&Text>) -> *const c_char {
    text.map_or(std::ptr::null(), Text::as_ptr)
}

/// The name of the enumerator with this number; C may pass any.
pub(super) fn c_name<E: Copy>(
    names: &'static [(E, &'static CStr)],
    number: u32,
    number_of: fn(E) -> u32,
) -> *const c_char {
    let known = names.iter().find(|(known, _)| number_of(*known) == number);
    known.map_or(c"unknown", |(_, name)| name).as_ptr()
}

/// Milliseconds for C, where -1 stands for "no such time".
pub(super) fn milliseconds(time: Option<Duration>) -> i64 {
    time.map_or(-1, |time| {
        i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
    })
}
