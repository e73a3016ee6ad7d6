//! The two ways to link an instance.

use serde::{Deserialize, Serialize};

use crate::PhoneNumber;

/// How the person links the phone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "method", content = "phone", rename_all = "snake_case")]
pub enum PairingMethod {
    /// Scan a QR code with the phone's camera.
    Qr,
    /// Type a code into WhatsApp on the phone that has this number. The only way when the
    /// code is shown on that very phone, which cannot scan its own screen.
    PhoneCode(PhoneNumber),
}
