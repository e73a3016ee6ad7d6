//! What a simulated instance can be set up with.

use std::time::Duration;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    making_ms: u64,
    start_ms: u64,
    reboot_ms: u64,
    qr_ms: u64,
    link_ms: u64,
    pub(super) linked_state: LinkedState,
    /// Whether requests to one method are limited.
    pub(super) limits: bool,
    /// What webhooks bring.
    pub(super) webhook_token: Option<String>,
    /// What stands before it.
    pub(super) webhook_scheme: String,
}

/// The state of an instance that a number is linked to.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum LinkedState {
    #[default]
    Authorized,
    YellowCard,
    SleepMode,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            making_ms: 0,
            start_ms: 0,
            reboot_ms: 2000,
            qr_ms: 0,
            link_ms: 1500,
            linked_state: LinkedState::default(),
            limits: false,
            webhook_token: None,
            webhook_scheme: "Bearer".to_owned(),
        }
    }
}

impl Options {
    pub(super) fn making_takes(&self) -> Duration {
        Duration::from_millis(self.making_ms)
    }

    pub(super) fn start_takes(&self) -> Duration {
        Duration::from_millis(self.start_ms)
    }

    pub(super) fn reboot_takes(&self) -> Duration {
        Duration::from_millis(self.reboot_ms)
    }

    pub(super) fn qr_takes(&self) -> Duration {
        Duration::from_millis(self.qr_ms)
    }

    pub(super) fn link_takes(&self) -> Duration {
        Duration::from_millis(self.link_ms)
    }
}
