//! What a flow is for, and the numbers it goes by.

use std::sync::Arc;

use super::moment::Moment;
use super::{CommandError, FlowOptions, StartError};
use crate::{Capabilities, PairingMethod, PairingPolicy, PairingView, PhoneNumber};

#[derive(Debug)]
pub(super) struct Task {
    pub(super) policy: Arc<PairingPolicy>,
    pub(super) capabilities: Capabilities,
    pub(super) expected_phone: Option<PhoneNumber>,
    /// Whether webhooks relieve the regular status calls.
    pub(super) expect_webhooks: bool,
    pub(super) deadline: Moment,
}

impl Task {
    /// And the view before the first event, which holds the method.
    pub(super) fn new(
        options: FlowOptions,
        now: Moment,
    ) -> Result<(Self, PairingView), StartError> {
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
        let codes_per_round = options.policy.codes_per_round;
        let view = PairingView::new(options.method, codes_per_round, options.capabilities);
        let task = Self {
            deadline: now.plus(options.policy.deadline),
            expect_webhooks: options.expect_webhooks && options.capabilities.webhooks,
            policy: options.policy,
            capabilities: options.capabilities,
            expected_phone: options.expected_phone,
        };
        Ok((task, view))
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
