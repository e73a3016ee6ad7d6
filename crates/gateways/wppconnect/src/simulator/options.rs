//! What a simulated session can be set up with.

use std::time::Duration;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    /// Its state when it is first asked.
    pub(super) state: FirstState,
    start_ms: u64,
    link_ms: u64,
    auto_close_ms: u64,
    /// Whether the client is given the server's secret key and not a token.
    pub(super) secret: bool,
    /// Whether the library makes another phone code whenever the QR code behind it changes.
    pub(super) renews_phone_codes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum FirstState {
    #[default]
    Closed,
    QrCode,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            state: FirstState::default(),
            start_ms: 2000,
            link_ms: 3000,
            auto_close_ms: 60_000,
            secret: false,
            renews_phone_codes: true,
        }
    }
}

impl Options {
    pub(super) fn start_takes(&self) -> Duration {
        Duration::from_millis(self.start_ms)
    }

    pub(super) fn link_takes(&self) -> Duration {
        Duration::from_millis(self.link_ms)
    }

    pub(super) fn closes_after(&self) -> Duration {
        Duration::from_millis(self.auto_close_ms)
    }
}
