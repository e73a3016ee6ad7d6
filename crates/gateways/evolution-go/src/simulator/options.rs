//! What a simulated instance can be set up with.

use std::time::Duration;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    /// The version whose words are spoken.
    pub(super) version: Version,
    /// Whether an attempt runs when the instance is first asked.
    pub(super) attempt: bool,
    /// Whether a link that is made elsewhere waits for a client to be started, as after a restart of the
    /// server.
    pub(super) asleep: bool,
    /// Whether the last QR code of an attempt stays in the database, as after a crash of the server.
    pub(super) keeps_dead_qr: bool,
    connect_ms: u64,
    scanned_ms: u64,
    reconnect_ms: u64,
}

/// In whose words: names with a capital letter or without, and what is said of a linked number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Version {
    /// Names with a capital letter; a phone code takes a running client.
    #[serde(rename = "0.6.1")]
    V061,
    /// A QR code has names without.
    #[serde(rename = "0.7.2")]
    V072,
    /// A status has names without as well, and names the linked number.
    #[serde(rename = "newer")]
    Newer,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: Version::Newer,
            attempt: false,
            asleep: false,
            keeps_dead_qr: false,
            connect_ms: 1000,
            scanned_ms: 1000,
            reconnect_ms: 2000,
        }
    }
}

impl Options {
    /// From the start of a client to its first QR code.
    pub(super) fn connects_in(&self) -> Duration {
        Duration::from_millis(self.connect_ms)
    }

    /// From a scan to the end of the connection it came by.
    pub(super) fn scanned_takes(&self) -> Duration {
        Duration::from_millis(self.scanned_ms)
    }

    /// From there to the connection of the linked number.
    pub(super) fn reconnect_takes(&self) -> Duration {
        Duration::from_millis(self.reconnect_ms)
    }
}
