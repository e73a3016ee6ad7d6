//! The shapes in which one dialect says one thing: gateways and their versions disagree.

use serde::{Deserialize, Serialize};

/// What a QR text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrTextForm {
    /// `2@…`, four keys with commas between them.
    #[default]
    Classic,
    /// The same behind `https://wa.me/settings/linked_devices#`, as seen since 2026.
    Link,
}

/// What Z-API answers to `/qr-code`. Its pages show two of these and clients know the third.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrTextBody {
    /// `{"value":"2@…"}`
    #[default]
    Text,
    /// `{"value":"data:image/png;base64,…"}`
    Picture,
    /// The text alone, without JSON.
    BareText,
}

/// How a picture of a QR code is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrPictureBody {
    /// A data URI inside JSON: `{"value":"data:image/png;base64,…"}` from Z-API,
    /// `{"qrcode":"data:image/png;base64,…", …}` from megaAPI.
    #[default]
    DataUri,
    /// The data URI alone, without JSON.
    BareDataUri,
    /// Base64 alone, without JSON.
    BareBase64,
    /// The PNG file itself.
    Png,
}

/// Which field of Z-API's answer holds the phone code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneCodeField {
    /// `value`, as documented.
    #[default]
    Value,
    /// `code`, as many clients read it.
    Code,
}
