//! The forms that several gateways give one thing.

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

/// How a picture of a QR code is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrPictureBody {
    /// A data URI inside the gateway's JSON.
    #[default]
    DataUri,
    /// The data URI alone, without JSON.
    BareDataUri,
    /// Base64 alone, without JSON.
    BareBase64,
    /// The PNG file itself.
    Png,
}
