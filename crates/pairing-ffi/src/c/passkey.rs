//! What a person does where WhatsApp wants a passkey, as C reads it.

use std::ffi::c_char;

use pairing_core::PasskeyStep;

use super::text::{Text, pointer};

/// Both parts are secrets while they live; they are wiped with their owner.
pub(super) struct Passkey {
    url: Option<Text>,
    confirmation_code: Option<Text>,
}

impl Passkey {
    pub(super) fn new(step: &PasskeyStep) -> Self {
        Self {
            url: step.url().map(Text::new),
            confirmation_code: step.confirmation_code().map(Text::new),
        }
    }

    pub(super) fn url(passkey: Option<&Self>) -> *const c_char {
        pointer(passkey.and_then(|passkey| passkey.url.as_ref()))
    }

    pub(super) fn confirmation_code(passkey: Option<&Self>) -> *const c_char {
        pointer(passkey.and_then(|passkey| passkey.confirmation_code.as_ref()))
    }
}
