//! What a simulated session can be set up with.

use std::time::Duration;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    /// Its state when it is first asked.
    pub(super) state: FirstState,
    /// Whether there is a session before one is created.
    pub(super) exists: bool,
    start_ms: u64,
    link_ms: u64,
    /// Whether a session fails after the last code of an attempt, as the documentation says, or
    /// begins another attempt, as NOWEB was seen to do.
    pub(super) attempts_end: bool,
    /// Whether the server has an API key.
    pub(super) api_key: bool,
    /// Whether webhooks are signed.
    pub(super) signed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum FirstState {
    #[default]
    Stopped,
    ScanQrCode,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            state: FirstState::default(),
            exists: true,
            start_ms: 2000,
            link_ms: 2000,
            attempts_end: false,
            api_key: true,
            signed: false,
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
}
