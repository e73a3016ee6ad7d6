//! What an instance is made from.

use std::fmt;
use std::time::Duration;

use pairing_core::PhoneNumber;
use serde::Deserialize;

use crate::random::Random;
use crate::{Dialect, PhoneCodeField, QrPictureBody, QrTextBody, QrTextForm, Rotation};

/// What a new instance is like. Whatever stays `None` is made up from the simulator's seed.
///
/// `Debug` hides the credentials.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct InstanceSetup {
    /// Which gateway's HTTP it speaks.
    pub dialect: Dialect,
    /// Z-API's instance id, megaAPI's instance key.
    #[serde(default)]
    pub id: Option<String>,
    /// Z-API's instance token, megaAPI's Bearer token.
    #[serde(default)]
    pub token: Option<String>,
    /// Z-API's account security token; see [`security`](Self::security).
    #[serde(default)]
    pub client_token: Option<String>,
    /// Whether Z-API asks for the account security token (`Client-Token`); yes by default.
    /// megaAPI has none.
    #[serde(default = "yes")]
    pub security: bool,
    /// The number of the simulated phone.
    #[serde(default)]
    pub phone: Option<PhoneNumber>,
    /// How long its QR codes live.
    #[serde(default)]
    pub rotation: Rotation,
    /// How far the first QR session has come, in simulated milliseconds, when the instance
    /// is first asked: a test's way to meet the rotation at any point.
    #[serde(default)]
    pub phase_ms: u64,
    /// What its QR texts look like.
    #[serde(default)]
    pub qr_text: QrTextForm,
    /// What `/qr-code` answers (Z-API).
    #[serde(default)]
    pub qr_text_body: QrTextBody,
    /// How pictures are sent.
    #[serde(default)]
    pub qr_picture_body: QrPictureBody,
    /// Which field holds the phone code (Z-API).
    #[serde(default)]
    pub phone_code_field: PhoneCodeField,
    /// Whether the phone code has a hyphen. `None`: not from Z-API, yes from megaAPI.
    #[serde(default)]
    pub phone_code_hyphen: Option<bool>,
    /// How long a phone code lives, in simulated seconds; 160 by default (about 160–180 s
    /// in whatsmeow and Baileys).
    #[serde(default = "phone_code_life_s")]
    pub phone_code_life_s: u32,
    /// After so many requests WhatsApp answers `rate-overlimit`; never, by default.
    #[serde(default)]
    pub phone_code_limit: Option<u32>,
    /// Whether megaAPI's `user.id` carries a device: `5511…:12@s.whatsapp.net`.
    #[serde(default)]
    pub device_suffix: bool,
}

fn yes() -> bool {
    true
}

fn phone_code_life_s() -> u32 {
    160
}

impl InstanceSetup {
    /// An instance of this dialect with credentials, a phone and a rotation that pass for
    /// real ones.
    #[must_use]
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            id: None,
            token: None,
            client_token: None,
            security: yes(),
            phone: None,
            rotation: Rotation::default(),
            phase_ms: 0,
            qr_text: QrTextForm::default(),
            qr_text_body: QrTextBody::default(),
            qr_picture_body: QrPictureBody::default(),
            phone_code_field: PhoneCodeField::default(),
            phone_code_hyphen: None,
            phone_code_life_s: phone_code_life_s(),
            phone_code_limit: None,
            device_suffix: false,
        }
    }

    /// Sets the instance id (Z-API) or key (megaAPI) and the token.
    #[must_use]
    pub fn with_credentials(mut self, id: impl Into<String>, token: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self.token = Some(token.into());
        self
    }

    /// Sets Z-API's account security token and asks for it.
    #[must_use]
    pub fn with_client_token(mut self, token: impl Into<String>) -> Self {
        self.client_token = Some(token.into());
        self.security = true;
        self
    }

    /// As when the owner of a Z-API account has not activated the account security token.
    #[must_use]
    pub fn without_client_token(mut self) -> Self {
        self.client_token = None;
        self.security = false;
        self
    }

    /// Sets the number of the simulated phone.
    #[must_use]
    pub fn with_phone(mut self, phone: PhoneNumber) -> Self {
        self.phone = Some(phone);
        self
    }

    /// Sets how long QR codes live.
    #[must_use]
    pub fn with_rotation(mut self, rotation: Rotation) -> Self {
        self.rotation = rotation;
        self
    }

    /// Sets how far the first QR session has come when the instance is first asked. Simulated
    /// time, whole milliseconds.
    #[must_use]
    pub fn with_phase(mut self, phase: Duration) -> Self {
        self.phase_ms = u64::try_from(phase.as_millis()).unwrap_or(u64::MAX);
        self
    }

    /// After so many requests WhatsApp answers `rate-overlimit`.
    #[must_use]
    pub fn with_phone_code_limit(mut self, requests: u32) -> Self {
        self.phone_code_limit = Some(requests);
        self
    }

    pub(crate) fn has_hyphen(&self) -> bool {
        self.phone_code_hyphen
            .unwrap_or(self.dialect == Dialect::MegaApi)
    }

    /// Makes up what is missing. `number` tells the instances of one simulator apart.
    pub(crate) fn complete(&mut self, seed: u64, number: u64) {
        const HEX: &[u8] = b"0123456789ABCDEF";
        const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        const DIGITS: &[u8] = b"0123456789";
        let mut random = Random::new(seed, self.dialect.name(), number);
        // All are drawn in any case, so that giving one does not change the others.
        let (id, token) = match self.dialect {
            Dialect::ZApi => (random.text(HEX, 32), random.text(HEX, 24)),
            Dialect::MegaApi => (
                format!("megaapi-{}", random.text(LETTERS, 12)),
                random.text(LETTERS, 22),
            ),
        };
        let client_token = format!("F{}S", random.text(HEX, 31).to_lowercase());
        let phone = format!("5511900{}", random.text(DIGITS, 6));
        self.id.get_or_insert(id);
        self.token.get_or_insert(token);
        if self.dialect == Dialect::ZApi && self.security {
            self.client_token.get_or_insert(client_token);
        } else {
            self.client_token = None;
        }
        if self.phone.is_none() {
            self.phone = PhoneNumber::parse(&phone).ok();
        }
    }
}

impl fmt::Debug for InstanceSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstanceSetup")
            .field("dialect", &self.dialect)
            .field("phone", &self.phone)
            .field("rotation", &self.rotation)
            .finish_non_exhaustive()
    }
}
