//! What a simulated instance can be set up with.

use std::time::Duration;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    qr_delay_ms: u64,
    connect_waits_ms: u64,
    link_ms: u64,
    pub(super) link_state: LinkState,
    qr_attempt_s: u64,
    phone_attempt_s: u64,
}

/// What the status says between a scan and the link. The real one is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LinkState {
    Connecting,
    Disconnected,
}

/// The lengths of attempts are documented; clients of the real API wait up to 12 s for a code that was
/// not in the first answer; the other numbers are invented.
impl Default for Options {
    fn default() -> Self {
        Self {
            qr_delay_ms: 700,
            connect_waits_ms: 3000,
            link_ms: 2000,
            link_state: LinkState::Connecting,
            qr_attempt_s: 120,
            phone_attempt_s: 300,
        }
    }
}

impl Options {
    pub(super) fn code_delay(&self) -> Duration {
        Duration::from_millis(self.qr_delay_ms)
    }

    pub(super) fn connect_waits(&self) -> Duration {
        Duration::from_millis(self.connect_waits_ms)
    }

    pub(super) fn link_takes(&self) -> Duration {
        Duration::from_millis(self.link_ms)
    }

    pub(super) fn attempt_lasts(&self, is_qr: bool) -> Duration {
        Duration::from_secs(if is_qr {
            self.qr_attempt_s
        } else {
            self.phone_attempt_s
        })
    }
}
