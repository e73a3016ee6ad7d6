//! What a simulated user can be set up with.

use std::time::Duration;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    /// How far the user is when first asked.
    pub(super) state: FirstState,
    pub(super) version: Version,
    start_ms: u64,
    first_code_ms: u64,
    link_ms: u64,
    /// Whether webhooks are signed.
    pub(super) signed: bool,
    /// Whether webhooks are JSON, and no forms.
    pub(super) json_webhooks: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FirstState {
    /// Not connected.
    #[default]
    Down,
    /// Another program has connected it: codes are on offer from the first request on.
    Up,
}

/// The generations of servers, by what differs between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum Version {
    /// asternic/wuzapi of May 2025: no status without a connection, and nothing but `Connected` and
    /// `LoggedIn` in it.
    #[serde(rename = "2025")]
    Of2025,
    /// 02a462c, and the forks since autumn 2025.
    #[default]
    #[serde(rename = "2026")]
    Of2026,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            state: FirstState::default(),
            version: Version::default(),
            start_ms: 1000,
            first_code_ms: 400,
            link_ms: 1000,
            signed: false,
            json_webhooks: false,
        }
    }
}

impl Options {
    pub(super) fn start_takes(&self) -> Duration {
        Duration::from_millis(self.start_ms)
    }

    pub(super) fn first_code_takes(&self) -> Duration {
        Duration::from_millis(self.first_code_ms)
    }

    pub(super) fn link_takes(&self) -> Duration {
        Duration::from_millis(self.link_ms)
    }
}
