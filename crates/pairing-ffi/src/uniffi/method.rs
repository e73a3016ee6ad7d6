//! The two ways to link an instance.

use pairing_core::PhoneNumber;

use crate::PairingError;

/// How the person links the phone.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum PairingMethod {
    /// Scan a QR code with the phone's camera.
    Qr,
    /// Type a code into WhatsApp on the phone that has this number. The only way when the
    /// code is shown on that very phone, which cannot scan its own screen.
    PhoneCode {
        /// With country code, like `+55 11 99999-8888`; the usual punctuation is fine. Without
        /// a `+`, a number short enough to lack its country code is refused.
        phone: String,
    },
}

impl TryFrom<PairingMethod> for pairing_core::PairingMethod {
    type Error = PairingError;

    fn try_from(method: PairingMethod) -> Result<Self, Self::Error> {
        Ok(match method {
            PairingMethod::Qr => Self::Qr,
            PairingMethod::PhoneCode { phone } => {
                Self::PhoneCode(PhoneNumber::parse_user_input(&phone)?)
            }
        })
    }
}

impl From<pairing_core::PairingMethod> for PairingMethod {
    fn from(method: pairing_core::PairingMethod) -> Self {
        match method {
            pairing_core::PairingMethod::Qr => Self::Qr,
            pairing_core::PairingMethod::PhoneCode(phone) => Self::PhoneCode {
                phone: phone.to_string(),
            },
        }
    }
}

/// Reads a phone number as people write it and gives it back as `+5511999998888`.
///
/// Fails with `InvalidPhone`, whose message says which rule was broken. For a form, to check
/// what was typed before a session is started with it.
#[uniffi::export]
pub fn normalize_phone(text: String) -> Result<String, PairingError> {
    Ok(PhoneNumber::parse_user_input(&text)?.to_string())
}
