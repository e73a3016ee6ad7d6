//! What an adapter's author provides: instances at a simulated gateway, and a phone.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pairing_core::{PairingCode, PairingProvider, PhoneNumber};

/// Makes instances at a simulated gateway.
#[async_trait]
pub trait Harness: Send + Sync {
    /// A new instance that no phone is linked to, on a healthy gateway. Instances share
    /// nothing: what happens to one is not seen by another.
    async fn fresh(&self) -> Box<dyn TestInstance>;
}

/// One instance at a simulated gateway, and the phone that may be linked to it.
///
/// Only the provider comes from the adapter under test. Everything else must not go through
/// it: a harness that asked the provider would have it judge itself.
#[async_trait]
pub trait TestInstance: Send + Sync {
    /// The adapter under test, set up for this instance.
    fn provider(&self) -> Arc<dyn PairingProvider>;

    /// The number of the phone.
    fn phone(&self) -> PhoneNumber;

    /// The phone scans or types this code. Returns whether that linked it: not with a dead
    /// code, and not while it is linked already.
    async fn use_code(&self, code: &PairingCode) -> bool;

    /// Links the phone without any code of the provider's, as if somebody had done it in
    /// the gateway's own dashboard.
    async fn link(&self);

    /// Unlinks the phone, as if its owner had removed the linked device.
    async fn unlink(&self);

    /// Whether the phone is linked, according to the gateway itself.
    fn is_linked(&self) -> bool;

    /// Puts the gateway in this condition for all calls that follow, in place of the last.
    ///
    /// # Errors
    ///
    /// [`NotSimulated`] if this gateway cannot be put in it. The behaviours that need it
    /// are then *not run*, which is no pass: see [`conformance!`](crate::conformance).
    fn set_condition(&self, condition: Condition) -> Result<(), NotSimulated>;

    /// The calls that reached the gateway for this instance.
    fn calls(&self) -> Calls;

    /// The bodies of the webhooks the gateway has sent for this instance so far. Never asked
    /// of a provider whose capabilities exclude webhooks.
    ///
    /// # Errors
    ///
    /// [`NotSimulated`] if this simulated gateway sends none.
    async fn webhooks(&self) -> Result<Vec<Vec<u8>>, NotSimulated>;

    /// Texts that must appear in no error and no event: credentials, the instance's id.
    fn secrets(&self) -> Vec<String>;

    /// After this time a QR code is dead and the gateway hands out another. 20 s, as at
    /// Z-API, unless overridden.
    fn qr_lifetime(&self) -> Duration {
        Duration::from_secs(20)
    }

    /// How often the gateway began a second attempt to link while a phone was linking. Never, unless
    /// overridden.
    fn second_attempts(&self) -> u64 {
        0
    }

    /// How long the gateway's own status lags behind a scan. No time, unless overridden.
    fn settling_time(&self) -> Duration {
        Duration::ZERO
    }

    /// After this time a phone code is dead. 180 s, the upper end of what WhatsApp's
    /// servers allow, unless overridden.
    fn phone_code_lifetime(&self) -> Duration {
        Duration::from_secs(180)
    }
}

/// What a gateway can be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// Everything works.
    Healthy,
    /// It answers, but cannot serve: HTTP 503, for example.
    Unavailable,
    /// Too many requests, with the time it wants to be left alone, if it says so.
    RateLimited {
        /// `Retry-After`, in whole seconds.
        retry_after: Option<Duration>,
    },
    /// It does not accept the credentials.
    InvalidCredentials,
    /// It knows no such instance.
    UnknownInstance,
    /// Something between answers in its place: a firewall's block, the login page of a network.
    Intercepted,
    /// It sends something that nobody can read.
    MalformedReply,
    /// It takes requests and never answers.
    Hanging,
    /// The QR code is still being made. Only requests for QR codes are answered otherwise
    /// than usual.
    NotReady,
    /// The phone code is still being made. Only requests for phone codes are answered otherwise
    /// than usual.
    PhoneCodeNotReady,
    /// WhatsApp wants a passkey. Only requests for codes are answered otherwise than usual.
    PasskeyRequired,
}

impl Condition {
    /// Every condition but [`Healthy`](Self::Healthy).
    pub const TROUBLES: [Self; 11] = [
        Self::Unavailable,
        Self::RateLimited { retry_after: None },
        Self::RateLimited {
            retry_after: Some(Duration::from_secs(7)),
        },
        Self::InvalidCredentials,
        Self::UnknownInstance,
        Self::Intercepted,
        Self::MalformedReply,
        Self::Hanging,
        Self::NotReady,
        Self::PhoneCodeNotReady,
        Self::PasskeyRequired,
    ];
}

/// Why a behaviour was not run: the harness cannot simulate what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the harness cannot simulate {0}")]
pub struct NotSimulated(pub &'static str);

/// Calls that reached the gateway for one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Calls {
    /// All since the instance was made, those under way and those given up included.
    pub total: u64,
    /// Those under way: received, not answered, and the caller still waits.
    pub in_flight: u64,
}
