//! Counts every call, also the ones a client gave up on.

use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// The QR code as text.
    CodeQrText,
    /// The QR code as a picture, or in both forms.
    CodeQrImage,
    /// A phone code.
    PhoneCode,
    /// Whether the instance is linked.
    Status,
    /// Which phone is linked, where the status does not say it.
    Device,
    /// Unlinks the phone.
    Unlink,
    /// Everything else that belongs to an instance: starting, restarting, webhook addresses,
    /// pages for people, paths that do not exist.
    Other,
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 7] = [
        Self::CodeQrText,
        Self::CodeQrImage,
        Self::PhoneCode,
        Self::Status,
        Self::Device,
        Self::Unlink,
        Self::Other,
    ];

    /// Whether a request for a pairing code is meant.
    #[must_use]
    pub const fn is_code(self) -> bool {
        matches!(self, Self::CodeQrText | Self::CodeQrImage | Self::PhoneCode)
    }
}

/// What an instance has been asked, since it was added or [reset](crate::Instance::reset_calls).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Calls {
    /// Requests to [`Endpoint::CodeQrText`].
    pub code_qr_text: u64,
    /// Requests to [`Endpoint::CodeQrImage`].
    pub code_qr_image: u64,
    /// Requests to [`Endpoint::PhoneCode`].
    pub phone_code: u64,
    /// Requests to [`Endpoint::Status`].
    pub status: u64,
    /// Requests to [`Endpoint::Device`].
    pub device: u64,
    /// Requests to [`Endpoint::Unlink`].
    pub unlink: u64,
    /// Requests to [`Endpoint::Other`].
    pub other: u64,
    /// All requests.
    pub total: u64,
    /// Requests being answered right now.
    pub in_flight: u64,
    /// The most requests that were being answered at one time.
    pub max_in_flight: u64,
    /// Requests whose client went away before the answer was ready.
    pub dropped_by_client: u64,
    /// When codes were asked for, in order; the last 10 000 of them.
    pub code_requests: Vec<CodeRequest>,
}

/// The arrival of a request for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CodeRequest {
    /// Which of the three code endpoints.
    pub endpoint: Endpoint,
    /// When, in simulated time since the simulator was made. In JSON: `at_ms`, whole
    /// milliseconds.
    #[serde(rename = "at_ms", serialize_with = "milliseconds")]
    pub at: Duration,
}

fn milliseconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// Enough for two days of polling; a simulator left running must not grow for ever.
const REMEMBERED: usize = 10_000;

impl Calls {
    /// Requests for a code of any kind.
    #[must_use]
    pub fn codes(&self) -> u64 {
        self.code_qr_text + self.code_qr_image + self.phone_code
    }

    /// Requests to this endpoint.
    #[must_use]
    pub fn of(&self, endpoint: Endpoint) -> u64 {
        match endpoint {
            Endpoint::CodeQrText => self.code_qr_text,
            Endpoint::CodeQrImage => self.code_qr_image,
            Endpoint::PhoneCode => self.phone_code,
            Endpoint::Status => self.status,
            Endpoint::Device => self.device,
            Endpoint::Unlink => self.unlink,
            Endpoint::Other => self.other,
        }
    }

    pub(crate) fn begin(&mut self, endpoint: Endpoint, at: Duration) {
        let count = match endpoint {
            Endpoint::CodeQrText => &mut self.code_qr_text,
            Endpoint::CodeQrImage => &mut self.code_qr_image,
            Endpoint::PhoneCode => &mut self.phone_code,
            Endpoint::Status => &mut self.status,
            Endpoint::Device => &mut self.device,
            Endpoint::Unlink => &mut self.unlink,
            Endpoint::Other => &mut self.other,
        };
        *count += 1;
        self.total += 1;
        self.in_flight += 1;
        self.max_in_flight = self.max_in_flight.max(self.in_flight);
        if endpoint.is_code() {
            if self.code_requests.len() == REMEMBERED {
                self.code_requests.remove(0);
            }
            self.code_requests.push(CodeRequest { endpoint, at });
        }
    }

    pub(crate) fn end(&mut self, answered: bool) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if !answered {
            self.dropped_by_client += 1;
        }
    }

    /// Forgets what is over; what is in flight stays so.
    pub(crate) fn reset(&mut self) {
        *self = Self {
            in_flight: self.in_flight,
            max_in_flight: self.in_flight,
            ..Self::default()
        };
    }
}
