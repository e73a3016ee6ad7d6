//! The sessions that are searched: what is linked, with which numbers, at which gateway.

use std::sync::Arc;

use super::defect::Defect;
use crate::support::*;
use pairing_core::flow::FlowOptions;
use pairing_core::{Capabilities, PairingMethod, PairingPolicy, PhoneNumber, RetryPolicy};

/// The number that is linked when the right one is.
pub(crate) const RIGHT: &str = "5511999998888";
/// The same account, as a gateway writes it that leaves out Brazil's ninth digit.
pub(crate) const RIGHT_SHORT: &str = "551199998888";
/// Another account.
pub(crate) const WRONG: &str = "4915112345678";

/// What is tried in every state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Menu {
    /// Everything.
    Full,
    /// What gateways say of the attempt that they run, and little else.
    Attempts,
    /// The few steps that a session is mostly made of.
    Core,
}

impl Menu {
    /// With fewer steps to choose from, more of them can be gone.
    pub(crate) fn depth(self, full: usize) -> usize {
        match self {
            Self::Full | Self::Attempts => full,
            Self::Core => full * 2 + 1,
        }
    }
}

/// One session to search.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) options: FlowOptions,
    /// What the flow is told instead, to see that the difference is noticed.
    pub(crate) played: Option<FlowOptions>,
    pub(crate) defect: Option<Defect>,
    pub(crate) menu: Menu,
}

impl Setting {
    pub(crate) fn full(name: &'static str, options: FlowOptions) -> Self {
        Self {
            name,
            options,
            played: None,
            defect: None,
            menu: Menu::Full,
        }
    }

    fn attempts(name: &'static str, options: FlowOptions) -> Self {
        Self {
            menu: Menu::Attempts,
            ..Self::full(name, options)
        }
    }

    fn core(name: &'static str, options: FlowOptions) -> Self {
        Self {
            menu: Menu::Core,
            ..Self::full(name, options)
        }
    }

    pub(crate) fn policy(&self) -> &PairingPolicy {
        &self.options.policy
    }

    pub(crate) fn expected(&self) -> Option<&PhoneNumber> {
        self.options.expected_phone.as_ref()
    }

    /// Whether a code by this method can be for the expected number; written out once more, since
    /// nobody should have to believe the flow.
    pub(crate) fn accepts(&self, method: &PairingMethod) -> bool {
        match (method, self.expected()) {
            (PairingMethod::PhoneCode(phone), Some(_)) => {
                [RIGHT, RIGHT_SHORT].contains(&phone.digits())
            }
            _ => true,
        }
    }

    pub(crate) fn names_numbers(&self) -> bool {
        self.options.capabilities.status && self.options.capabilities.linked_phone
    }

    pub(crate) fn has_status(&self) -> bool {
        self.options.capabilities.status
    }

    pub(crate) fn renews_phone_codes(&self) -> bool {
        self.options.capabilities.renews_phone_codes
    }

    pub(crate) fn can_abandon(&self) -> bool {
        self.options.capabilities.abandon
    }

    /// Whether webhooks relieve the status calls.
    pub(crate) fn relieved(&self) -> bool {
        self.options.expect_webhooks && self.options.capabilities.webhooks
    }
}

/// All rules within half a minute: two codes a round, one code that is not ready, two retries.
/// Every two numbers that a rule could confuse differ.
fn small() -> PairingPolicy {
    PairingPolicy::default()
        .with_qr_lifetime(secs(4))
        .with_first_qr_lifetime(secs(9))
        .with_phone_code_lifetime(secs(7))
        .with_codes_per_round(2)
        .with_refresh_min(secs(2))
        .with_refresh_interval(millis(4_500))
        .with_refresh_max(secs(5))
        .with_phone_code_spacing(secs(3))
        .with_status_interval(millis(2_200))
        .with_webhook_status_interval(millis(5_500))
        .with_post_expiry_status_window(millis(6_300))
        .with_webhook_debounce(secs(1))
        .with_not_ready_delay(millis(1_300))
        .with_not_ready_limit(1)
        .with_phone_code_not_ready_delay(millis(1_700))
        .with_phone_code_not_ready_limit(2)
        .with_starting_delay(millis(1_100))
        .with_linking_status_interval(millis(900))
        .with_linking_timeout(millis(4_100))
        .with_retry(
            RetryPolicy::default()
                .with_min_delay(millis(800))
                .with_max_delay(millis(1_500))
                .with_max_retries(2)
                .with_phone_code_max_retries(1)
                .with_max_cooldown(millis(3_500)),
        )
        .with_request_timeout(millis(6_100))
        .with_deadline(secs(34))
}

fn session(method: PairingMethod) -> FlowOptions {
    FlowOptions {
        policy: Arc::new(small()),
        ..options(method)
    }
}

fn expecting(method: PairingMethod) -> FlowOptions {
    FlowOptions {
        expected_phone: Some(phone(RIGHT)),
        ..session(method)
    }
}

fn with_webhooks(options: FlowOptions) -> FlowOptions {
    FlowOptions {
        expect_webhooks: true,
        ..options
    }
}

pub(crate) fn qr_code() -> Setting {
    Setting::full("qr", session(PairingMethod::Qr))
}

pub(crate) fn typed_code() -> Setting {
    Setting::full("phone code", session(phone_method()))
}

pub(crate) fn verified() -> Setting {
    Setting::full("qr, expected phone", expecting(PairingMethod::Qr))
}

pub(crate) fn verified_with_webhooks() -> Setting {
    let options = with_webhooks(expecting(phone_method()));
    Setting::full("phone code, expected phone, webhooks", options)
}

pub(crate) fn webhooks() -> Setting {
    let options = with_webhooks(session(PairingMethod::Qr));
    Setting::full("qr, webhooks", options)
}

/// A gateway that has QR codes and nothing else.
pub(crate) fn bare() -> Setting {
    let options = FlowOptions {
        capabilities: Capabilities::none().with_qr_text(),
        ..session(PairingMethod::Qr)
    };
    Setting::full("qr, no status, no webhooks, no phone codes", options)
}

/// One code a round, at a fixed interval, and no retries: every rule at its edge.
pub(crate) fn strict() -> Setting {
    let policy = small()
        .with_codes_per_round(1)
        .with_refresh_min(secs(4))
        .with_refresh_interval(secs(4))
        .with_refresh_max(secs(4))
        .with_not_ready_limit(0)
        .with_phone_code_not_ready_limit(0)
        .with_retry(RetryPolicy::never())
        .with_post_expiry_status_window(secs(0));
    let options = FlowOptions {
        policy: Arc::new(policy),
        ..session(PairingMethod::Qr)
    };
    Setting::full("qr, one code a round, no retries", options)
}

/// The numbers that people get who choose none.
pub(crate) fn defaults() -> Setting {
    Setting::full("qr, default policy", options(PairingMethod::Qr))
}

/// Two codes a round, verified and with webhooks, further into the session.
pub(crate) fn qr_code_core() -> Setting {
    let options = with_webhooks(expecting(PairingMethod::Qr));
    Setting::core("qr, expected phone, webhooks, the usual steps", options)
}

/// The same with a code that is typed.
pub(crate) fn typed_code_core() -> Setting {
    let options = expecting(phone_method());
    Setting::core("phone code, expected phone, the usual steps", options)
}

/// A gateway that must be started, says "closed" for a while after a scan, renews its phone codes
/// and can end an attempt.
pub(crate) fn settling() -> Setting {
    let policy = small()
        .with_phone_codes_per_round(3)
        .with_linking_window(millis(2_700));
    let options = FlowOptions {
        policy: Arc::new(policy),
        capabilities: EVERYTHING.with_abandon().with_renews_phone_codes(),
        ..session(phone_method())
    };
    Setting::attempts("phone code, renewed, settling", options)
}

/// One that is started too, says when it is linking, asks for passkeys, and whose first QR code
/// lives longer.
pub(crate) fn starting() -> Setting {
    Setting::attempts("qr, starting", session(PairingMethod::Qr))
}

/// A link that must last.
pub(crate) fn confirmed() -> Setting {
    let mut options = with_webhooks(expecting(PairingMethod::Qr));
    options.capabilities = EVERYTHING.with_abandon();
    let policy = small().with_link_confirmation(millis(3_200));
    options.policy = Arc::new(policy);
    Setting::attempts("qr, expected phone, webhooks, confirmed", options)
}

/// A gateway of which only the answers to requests for codes are known.
pub(crate) fn blind() -> Setting {
    let options = FlowOptions {
        policy: Arc::new(small().with_linking_window(millis(2_700))),
        capabilities: Capabilities::none()
            .with_qr_text()
            .with_phone_code()
            .with_abandon(),
        ..session(PairingMethod::Qr)
    };
    Setting::attempts("qr, abandon, no status", options)
}
