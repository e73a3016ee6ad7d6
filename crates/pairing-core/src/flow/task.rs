//! What a flow is for, and the numbers it goes by.

use std::sync::Arc;
use std::time::Duration;

use super::moment::Moment;
use super::{CommandError, FlowOptions, StartError};
use crate::{Capabilities, PairingMethod, PairingPolicy, PhoneNumber};

#[derive(Debug)]
pub(super) struct Task {
    pub(super) policy: Arc<PairingPolicy>,
    pub(super) capabilities: Capabilities,
    pub(super) method: PairingMethod,
    pub(super) expected_phone: Option<PhoneNumber>,
    /// Whether webhooks relieve the regular status calls.
    pub(super) expect_webhooks: bool,
    pub(super) deadline: Moment,
}

impl Task {
    pub(super) fn new(options: FlowOptions, now: Moment) -> Result<Self, StartError> {
        options.policy.validate()?;
        if !options.capabilities.supports(&options.method) {
            return Err(StartError::MethodUnsupported);
        }
        if options.expected_phone.is_some() && !options.capabilities.verifies_phones() {
            return Err(StartError::PhoneNotVerifiable);
        }
        if is_for_another(&options.method, options.expected_phone.as_ref()) {
            return Err(StartError::ExpectsAnotherPhone);
        }
        Ok(Self {
            deadline: now.plus(options.policy.deadline),
            expect_webhooks: options.expect_webhooks && options.capabilities.webhooks,
            policy: options.policy,
            capabilities: options.capabilities,
            method: options.method,
            expected_phone: options.expected_phone,
        })
    }

    pub(super) fn is_qr(&self) -> bool {
        self.method == PairingMethod::Qr
    }

    /// How long a code lives, when the provider does not say.
    pub(super) fn lifetime(&self) -> Duration {
        self.policy.lifetime(&self.method)
    }

    /// Whether this method can be taken up.
    pub(super) fn permits(&self, method: &PairingMethod) -> Result<(), CommandError> {
        if !self.capabilities.supports(method) {
            return Err(CommandError::MethodUnsupported);
        }
        if is_for_another(method, self.expected_phone.as_ref()) {
            return Err(CommandError::ExpectsAnotherPhone);
        }
        Ok(())
    }
}

/// Whether a code by this method would link another account than the expected one.
fn is_for_another(method: &PairingMethod, expected: Option<&PhoneNumber>) -> bool {
    match (method, expected) {
        (PairingMethod::PhoneCode(phone), Some(expected)) => !expected.is_same_account(phone),
        _ => false,
    }
}
