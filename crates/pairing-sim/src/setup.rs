//! What an instance is made from.

use std::fmt;
use std::time::Duration;

use pairing_core::PhoneNumber;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Dialect, QrPictureBody, QrTextForm, Rotation};

/// What a new instance is like. What stays `None` is made up from the simulator's seed.
///
/// `Debug` hides the credentials.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstanceSetup {
    /// Which gateway's HTTP it speaks.
    pub dialect: &'static dyn Dialect,
    /// The id or name under which the gateway knows it.
    pub id: Option<String>,
    /// The secret of this instance.
    pub token: Option<String>,
    /// The number of the simulated phone.
    pub phone: Option<PhoneNumber>,
    /// How many times faster than the caller's clock its time passes; as fast as the simulator's
    /// when `None`. Zero counts as 1.
    pub speed: Option<u32>,
    /// How long its QR codes live.
    pub rotation: Rotation,
    /// How far the first QR session has come, in simulated milliseconds, when the instance
    /// is first asked: a test's way to meet the rotation at any point.
    pub phase_ms: u64,
    /// What its QR texts look like.
    pub qr_text: QrTextForm,
    /// How pictures are sent.
    pub qr_picture_body: QrPictureBody,
    /// Whether the phone code has a hyphen.
    pub phone_code_hyphen: bool,
    /// How long a phone code lives, in simulated seconds; usually 160 (about 160–180 s
    /// in whatsmeow and Baileys).
    pub phone_code_life_s: u32,
    /// After so many requests WhatsApp answers `rate-overlimit`; never, by default.
    pub phone_code_limit: Option<u32>,
    /// The options that this gateway alone has; the help page lists them.
    pub options: Map<String, Value>,
}

/// The fields of JSON that every gateway has.
#[derive(Deserialize)]
struct Fields {
    dialect: String,
    id: Option<String>,
    token: Option<String>,
    phone: Option<PhoneNumber>,
    speed: Option<u32>,
    rotation: Option<Rotation>,
    phase_ms: Option<u64>,
    qr_text: Option<QrTextForm>,
    qr_picture_body: Option<QrPictureBody>,
    phone_code_hyphen: Option<bool>,
    phone_code_life_s: Option<u32>,
    phone_code_limit: Option<u32>,
    #[serde(flatten)]
    options: Map<String, Value>,
}

/// Why there can be no such instance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidSetup(String);

impl InvalidSetup {
    /// With what is wrong, without a value.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl InstanceSetup {
    /// An instance of this dialect with credentials, a phone and a rotation that pass for
    /// real ones.
    #[must_use]
    pub fn new(dialect: &'static dyn Dialect) -> Self {
        let mut setup = Self {
            dialect,
            id: None,
            token: None,
            phone: None,
            speed: None,
            rotation: Rotation::EVERY_20_S,
            phase_ms: 0,
            qr_text: QrTextForm::default(),
            qr_picture_body: QrPictureBody::default(),
            phone_code_hyphen: false,
            phone_code_life_s: 160,
            phone_code_limit: None,
            options: Map::new(),
        };
        dialect.set_defaults(&mut setup);
        setup
    }

    /// Reads the JSON of the control surface: a `dialect` of these by its name, and any other
    /// field of this type or of its options.
    ///
    /// # Errors
    ///
    /// [`InvalidSetup`] names the field.
    pub fn from_json(json: &[u8], dialects: &[&'static dyn Dialect]) -> Result<Self, InvalidSetup> {
        let fields: Fields =
            serde_json::from_slice(json).map_err(|error| InvalidSetup(error.to_string()))?;
        let Some(dialect) = dialects.iter().find(|it| it.name() == fields.dialect) else {
            let known: Vec<&str> = dialects.iter().map(|it| it.name()).collect();
            let known = known.join(", ");
            return Err(InvalidSetup(format!("dialect must be one of: {known}")));
        };
        let usual = Self::new(*dialect);
        Ok(Self {
            id: fields.id,
            token: fields.token,
            phone: fields.phone,
            speed: fields.speed,
            rotation: fields.rotation.unwrap_or(usual.rotation),
            phase_ms: fields.phase_ms.unwrap_or(usual.phase_ms),
            qr_text: fields.qr_text.unwrap_or(usual.qr_text),
            qr_picture_body: fields.qr_picture_body.unwrap_or(usual.qr_picture_body),
            phone_code_hyphen: fields.phone_code_hyphen.unwrap_or(usual.phone_code_hyphen),
            phone_code_life_s: fields.phone_code_life_s.unwrap_or(usual.phone_code_life_s),
            phone_code_limit: fields.phone_code_limit.or(usual.phone_code_limit),
            options: fields.options,
            ..usual
        })
    }

    /// Sets the id and the token.
    #[must_use]
    pub fn with_credentials(mut self, id: impl Into<String>, token: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self.token = Some(token.into());
        self
    }

    /// Sets an option that this gateway alone has.
    #[must_use]
    pub fn with_option(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.options.insert(name.to_owned(), value.into());
        self
    }

    /// The options as the dialect's own type, for [`Dialect::open`].
    ///
    /// # Errors
    ///
    /// [`InvalidSetup`] names the option.
    pub fn read_options<T: DeserializeOwned>(&self) -> Result<T, InvalidSetup> {
        let options = Value::Object(self.options.clone());
        serde_json::from_value(options)
            .map_err(|error| InvalidSetup(format!("{}: {error}", self.dialect)))
    }

    /// Sets the number of the simulated phone.
    #[must_use]
    pub fn with_phone(mut self, phone: PhoneNumber) -> Self {
        self.phone = Some(phone);
        self
    }

    /// Sets how many times faster than the caller's clock its time passes.
    #[must_use]
    pub fn with_speed(mut self, speed: u32) -> Self {
        self.speed = Some(speed);
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
}

impl fmt::Debug for InstanceSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstanceSetup")
            .field("dialect", &self.dialect.name())
            .field("phone", &self.phone)
            .field("rotation", &self.rotation)
            .finish_non_exhaustive()
    }
}
