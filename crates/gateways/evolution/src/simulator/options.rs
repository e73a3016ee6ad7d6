//! What an instance can be set up with.

use std::time::Duration;

use pairing_sim::{InstanceSetup, InvalidSetup, Random};
use serde::Deserialize;

/// The version whose words are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Version {
    #[serde(rename = "1.8")]
    V1,
    #[serde(rename = "2.3")]
    V2,
    #[serde(rename = "2.4")]
    V24,
}

/// The options of JSON. The numbers are those of the recorded servers.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    pub(super) version: Version,
    missing: bool,
    qr_delay_ms: u64,
    settle_ms: u64,
    phone_attempt_s: u32,
    pub(super) webhook_secret: Option<String>,
    #[serde(skip)]
    pub(super) must_be_created: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: Version::V2,
            missing: false,
            qr_delay_ms: 300,
            settle_ms: 3000,
            phone_attempt_s: 270,
            webhook_secret: None,
            must_be_created: false,
        }
    }
}

impl Options {
    /// Completes the setup.
    pub(super) fn open(
        setup: &mut InstanceSetup,
        random: &mut Random,
    ) -> Result<Self, InvalidSetup> {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        const HEXADECIMAL: &[u8] = b"0123456789ABCDEF";
        let mut options: Self = setup.read_options()?;
        options.must_be_created = options.missing;
        // Both are drawn in any case, so that a given one does not change the other.
        let id = format!("shop-{}", random.text(LETTERS, 10));
        let token = random.text(HEXADECIMAL, 32);
        setup.id.get_or_insert(id);
        setup.token.get_or_insert(token);
        Ok(options)
    }

    pub(super) fn qr_delay(&self) -> Duration {
        Duration::from_millis(self.qr_delay_ms)
    }

    pub(super) fn settles_in(&self) -> Duration {
        Duration::from_millis(self.settle_ms)
    }

    /// From the first QR code on.
    pub(super) fn phone_attempt(&self) -> Duration {
        Duration::from_secs(self.phone_attempt_s.into())
    }

    /// How long an answer to `connect` waits for the first code.
    pub(super) fn connect_waits(&self) -> Duration {
        Duration::from_secs(match self.version {
            Version::V1 => 5,
            Version::V2 | Version::V24 => 2,
        })
    }
}
