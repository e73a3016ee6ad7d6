//! What can go wrong at a gateway, to be switched on per instance.

mod common;
mod rules;

use std::fmt;
use std::time::Duration;

pub(crate) use rules::ActiveFaults;
pub use rules::{FaultRule, Faults, InvalidFault};

use crate::clock::Clock;
use crate::{Dialect, Endpoint, GatewayRequest, GatewayResponse};

/// One thing that goes wrong. In JSON: `{"fault":"latency","milliseconds":500}`, or the name
/// alone where the usual number will do.
///
/// [`Fault::COMMON`] are the faults of any gateway; a [`Dialect`] adds its own. Two faults are
/// equal when their names and numbers are.
#[derive(Clone, Copy)]
pub struct Fault {
    name: &'static str,
    description: &'static str,
    scope: FaultScope,
    number: Option<Number>,
    effect: FaultEffect,
    meaning: Option<FaultMeaning>,
}

/// What a gateway's own fault stands for, so that a test finds it at any gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultMeaning {
    /// The gateway refuses the credentials.
    InvalidCredentials,
    /// The gateway does not know the instance.
    UnknownInstance,
    /// The gateway is still making the phone code.
    PhoneCodeNotReady,
    /// WhatsApp asks for a passkey before it links.
    PasskeyRequired,
}

/// The number that a fault may have.
#[derive(Clone, Copy)]
struct Number {
    name: &'static str,
    value: u64,
    least: u64,
    most: u64,
}

/// The endpoints at which a fault can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultScope {
    /// At every one.
    All,
    /// Where a code of any kind is asked for.
    Codes,
    /// Where a QR code is asked for.
    Qr,
    /// Where a phone code is asked for.
    PhoneCode,
    /// At the status.
    Status,
    /// Where the phone is unlinked.
    Unlink,
}

/// How a fault changes a response.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum FaultEffect {
    /// The response comes after as many milliseconds of simulated time as the fault's number says.
    Delay,
    /// The gateway never answers.
    Silence,
    /// It answers this, and does not do what was asked.
    Instead(fn(&FaultContext<'_>) -> GatewayResponse),
    /// The instance is linked elsewhere before the request, which the gateway answers like this.
    LinkedElsewhere(fn(&FaultContext<'_>) -> GatewayResponse),
    /// The gateway does what was asked, and this becomes of its response.
    Change(fn(GatewayResponse) -> GatewayResponse),
}

/// What a fault's response may depend on.
#[derive(Debug)]
#[non_exhaustive]
pub struct FaultContext<'a> {
    /// The gateway that fails.
    pub dialect: &'static dyn Dialect,
    /// What it was asked.
    pub request: &'a GatewayRequest,
    /// The fault's number; 0 for a fault without one.
    pub number: u64,
    pub(crate) clock: Clock,
}

impl FaultContext<'_> {
    /// The number as an HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        u16::try_from(self.number).unwrap_or(500)
    }

    /// The number as simulated seconds, in seconds of the caller's clock, rounded up: what a gateway
    /// has to say to a client that is to wait that long.
    pub(crate) fn real_seconds(&self) -> u64 {
        let real = self.clock.real(Duration::from_secs(self.number));
        real.as_secs() + u64::from(real.subsec_nanos() > 0)
    }

    pub(crate) fn milliseconds(&self) -> Duration {
        Duration::from_millis(self.number)
    }
}

impl Fault {
    /// A fault with this name in JSON and on the command line, this line of help, and this effect
    /// at these endpoints.
    #[must_use]
    pub const fn new(
        name: &'static str,
        scope: FaultScope,
        description: &'static str,
        effect: FaultEffect,
    ) -> Self {
        Self {
            name,
            description,
            scope,
            number: None,
            effect,
            meaning: None,
        }
    }

    /// States what it stands for. At most one fault of a gateway has a meaning.
    #[must_use]
    pub const fn meaning(self, meaning: FaultMeaning) -> Self {
        Self {
            meaning: Some(meaning),
            ..self
        }
    }

    pub(crate) fn means(&self, meaning: FaultMeaning) -> bool {
        self.meaning == Some(meaning)
    }

    /// Gives it a number with this name in JSON, usual value, least and greatest value.
    #[must_use]
    pub const fn with_number(self, name: &'static str, usual: u64, least: u64, most: u64) -> Self {
        let number = Number {
            name,
            value: usual,
            least,
            most,
        };
        Self {
            number: Some(number),
            ..self
        }
    }

    /// The same fault with another number. A fault without a number stays as it is.
    #[must_use]
    pub const fn with(self, value: u64) -> Self {
        let number = match self.number {
            Some(number) => Some(Number { value, ..number }),
            None => None,
        };
        Self { number, ..self }
    }

    /// Its name in JSON and on the command line.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// One line on what the gateway does.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// Its number: milliseconds, seconds or an HTTP status; 0 for a fault without one.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number.map_or(0, |number| number.value)
    }

    /// Whether the instance is linked elsewhere before the gateway answers.
    #[must_use]
    pub const fn links_elsewhere(&self) -> bool {
        matches!(self.effect, FaultEffect::LinkedElsewhere(_))
    }

    /// Whether the gateway answers without doing what was asked.
    #[must_use]
    pub const fn replaces_answer(&self) -> bool {
        matches!(self.effect, FaultEffect::Instead(_))
    }

    pub(crate) fn effect(&self) -> FaultEffect {
        self.effect
    }

    /// Whether a gateway of this dialect can fail like this. On another it never does.
    #[must_use]
    pub fn fits(&self, dialect: &'static dyn Dialect) -> bool {
        dialect.fault(self.name).is_some()
    }

    /// Whether it can happen at this endpoint: an empty QR code, for example, not at the status.
    #[must_use]
    pub fn applies_to(&self, endpoint: Endpoint) -> bool {
        match self.scope {
            FaultScope::All => true,
            FaultScope::Codes => endpoint.is_code(),
            FaultScope::Qr => matches!(endpoint, Endpoint::CodeQrText | Endpoint::CodeQrImage),
            FaultScope::PhoneCode => endpoint == Endpoint::PhoneCode,
            FaultScope::Status => endpoint == Endpoint::Status,
            FaultScope::Unlink => endpoint == Endpoint::Unlink,
        }
    }

    /// Only the first `requests` requests at which it can happen.
    #[must_use]
    pub fn first(self, requests: u32) -> FaultRule {
        FaultRule::from(self).first(requests)
    }

    /// Only at these endpoints.
    #[must_use]
    pub fn at(self, endpoints: impl IntoIterator<Item = Endpoint>) -> FaultRule {
        FaultRule::from(self).at(endpoints)
    }
}

impl PartialEq for Fault {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.number()) == (other.name, other.number())
    }
}

impl Eq for Fault {}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fault = f.debug_struct(self.name);
        if let Some(number) = &self.number {
            fault.field(number.name, &number.value);
        }
        fault.finish()
    }
}

/// Every fault of these gateways once: the common ones first, then each gateway's own.
#[must_use]
pub fn all_faults(dialects: &[&'static dyn Dialect]) -> Vec<Fault> {
    let mut all = Fault::COMMON.to_vec();
    for fault in dialects.iter().flat_map(|dialect| dialect.faults()) {
        if !all.iter().any(|known| known.name == fault.name) {
            all.push(*fault);
        }
    }
    all
}
