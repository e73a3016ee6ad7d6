//! Dead ends, and what should have changed nothing.

use super::super::defect::Defect;
use super::super::says::{Act, CodeSays, StatusSays};
use super::super::setting::Setting;
use super::super::spec::Spec;
use super::{notices, policy};
use crate::support::*;
use pairing_core::flow::Input;
use pairing_core::{InstancePhase, InstanceStatus, PairingMethod, WebhookHint};

fn happens(otherwise: fn(Act) -> Act) -> impl FnOnce(&mut Setting) {
    move |setting| setting.defect = Some(Defect::Happens(otherwise))
}

fn hears(otherwise: fn(Input, &Spec<'_>) -> Input) -> impl FnOnce(&mut Setting) {
    move |setting| setting.defect = Some(Defect::Hears(otherwise))
}

notices! {
    a_webhook_of_no_meaning_that_is_followed: qr_code, hears(|input, spec| match input {
        // Nothing is seen of it while a request is under way.
        Input::Hint(WebhookHint::Irrelevant) if spec.under_way_id().is_some() => {
            Input::Hint(WebhookHint::Connected)
        }
        other => other,
    }), "one of these should have changed nothing: …";
    a_phone_code_for_another_account: verified to 1, hears(|input, _| match input {
        Input::SwitchMethod(PairingMethod::PhoneCode(_)) => Input::SwitchMethod(phone_method()),
        other => other,
    }), "CodeExpired came without a reason";
    a_passkey_that_is_called_dealt_with: starting, hears(|input, _| match input {
        Input::StatusReply(id, Ok(status)) if status.phase == InstancePhase::NotLinked => {
            Input::StatusReply(id, Ok(InstanceStatus::in_phase(InstancePhase::WaitingForPhone)))
        }
        other => other,
    }), "CodeExpired came without a reason";
    a_session_that_nobody_ends: typed_code to 1, policy(|policy| {
        policy.deadline = secs(1000);
    }), "time alone: would sleep through: the deadline";
    a_link_that_nobody_made: qr_code to 1, happens(|act| match act {
        Act::Status(StatusSays::NotConnected) => Act::Status(StatusSays::Unnamed),
        other => other,
    }), "a person who left: Connected(None)";
    a_phone_that_cannot_be_linked: qr_code to 1, happens(|act| match act {
        Act::Code(CodeSays::AlreadyConnected) => Act::Code(CodeSays::NOT_READY),
        Act::Status(StatusSays::Right) => Act::Status(StatusSays::NotConnected),
        other => other,
    }), "a phone that links: Unavailable(Unavailable) after …";
}
