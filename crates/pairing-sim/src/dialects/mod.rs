//! One module per gateway: its paths, its refusals and the bodies it answers with.

pub(crate) mod megaapi;
pub(crate) mod zapi;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pairing_qr::QrMatrix;
use serde::{Deserialize, Serialize};

use crate::QrPictureBody;
use crate::answer::{Answer, PNG, TEXT};

/// Which gateway's HTTP an instance speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Z-API, below `/instances/{id}/token/{token}/`.
    ZApi,
    /// megaAPI, below `/rest/`.
    MegaApi,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 2] = [Self::ZApi, Self::MegaApi];

    /// `zapi` or `megaapi`, as in configurations and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ZApi => "zapi",
            Self::MegaApi => "megaapi",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A request as a dialect needs to see it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: axum::http::Method,
    /// Decoded segments below the instance (Z-API) or below `/rest` (megaAPI).
    pub(crate) path: Vec<String>,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) phone_query: Option<String>,
    pub(crate) body: axum::body::Bytes,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }
}

/// Draws a QR text as a PNG and sends it in the instance's shape. `in_json` is the dialect's
/// own way to send the data URI.
fn picture(text: &str, shape: QrPictureBody, in_json: fn(&str) -> Answer) -> Answer {
    const PIXELS_PER_MODULE: u32 = 6;
    let png = QrMatrix::encode(text).and_then(|matrix| matrix.to_png(PIXELS_PER_MODULE));
    let Ok(png) = png else {
        // The texts are ours and fit, so this is not met.
        return Answer::empty(500);
    };
    let data_uri = |png| format!("data:image/png;base64,{}", STANDARD.encode(png));
    match shape {
        QrPictureBody::DataUri => in_json(&data_uri(png)),
        QrPictureBody::BareDataUri => Answer::new(200, TEXT, data_uri(png)),
        QrPictureBody::BareBase64 => Answer::new(200, TEXT, STANDARD.encode(png)),
        QrPictureBody::Png => Answer::new(200, PNG, png),
    }
}
