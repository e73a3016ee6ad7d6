//! From answers to replies: the two code endpoints, status and logout.

use pairing_core::{InstanceStatus, PairingMethod, ProviderError, ProviderErrorKind as Kind};
use pairing_http::{Answer, Body, CodeRules, Object, Reading, Said, read_linked_phone};

use crate::errors::said;

/// The documentation says `qrcode`; clients read `pairingCode`.
const RULES: CodeRules = CodeRules {
    qr_fields: &[
        "qrcode", "qrCode", "base64", "qr", "value", "image", "code", "urlCode",
    ],
    phone_code_fields: &["pairingCode", "pairing_code", "code", "value", "phoneCode"],
    refused: "megaAPI refused the request without a reason that is known here: see the instance in the dashboard",
};

/// Reads the answer of a code endpoint.
pub(crate) fn code(answer: &Answer, method: &PairingMethod) -> Reading {
    Reading::of(answer, method, &RULES, said(answer))
}

/// Reads the status. Linked means both that the state says so and that there is a user: a
/// socket can be open without one.
pub(crate) fn status(answer: &Answer) -> Result<InstanceStatus, ProviderError> {
    let Body::Object(object) = &answer.body else {
        return Err(not_understood(answer));
    };
    let instance = instance(object);
    let state = instance.texts(&["status", "state"]).next();
    if object.is_failure() || state.is_none() || !answer.is_success() {
        return match said(answer) {
            Some(Said::Error(error)) => Err(error),
            Some(Said::NotConnected) => Ok(InstanceStatus::disconnected()),
            _ if !answer.is_success() => Err(answer.error_by_status()),
            _ if object.is_failure() => Err(refused(answer)),
            _ => Err(not_understood(answer)),
        };
    }
    let is_open = state.is_some_and(|state| {
        state.eq_ignore_ascii_case("connected") || state.eq_ignore_ascii_case("open")
    });
    let user = instance.object("user").or_else(|| object.object("user"));
    let id = user.as_ref().and_then(|user| user.texts(&["id"]).next());
    Ok(match id {
        Some(id) if is_open => InstanceStatus::connected(read_linked_phone(id)),
        _ => InstanceStatus::disconnected(),
    })
}

/// The object with the state: `instance`, on top or within `data`, or the answer itself.
fn instance(object: &Object) -> Object {
    object
        .object("instance")
        .or_else(|| object.object("data")?.object("instance"))
        .or_else(|| object.object("data"))
        .unwrap_or_else(|| object.clone())
}

/// Reads the answer to a logout. The documentation gives only the path, so an object that
/// does not call itself a failure and says something is taken as done. Not being connected
/// is what the caller wants, so it is a success.
pub(crate) fn unlinked(answer: &Answer) -> Result<(), ProviderError> {
    match said(answer) {
        Some(Said::NotConnected) => return Ok(()),
        Some(Said::Error(error)) => return Err(error),
        _ if !answer.is_success() => return Err(answer.error_by_status()),
        _ => {}
    }
    match &answer.body {
        Body::Object(object) if object.is_failure() => Err(refused(answer)),
        Body::Object(object)
            if object.flag(&["error"]) == Some(false)
                || object.flag(&["success", "value"]) == Some(true)
                || object.has(&["message"]) =>
        {
            Ok(())
        }
        _ => Err(answer.error_by_status()),
    }
}

fn refused(answer: &Answer) -> ProviderError {
    answer.error(Kind::Refused, RULES.refused)
}

fn not_understood(answer: &Answer) -> ProviderError {
    if answer.is_success() && answer.body != Body::Page {
        answer.error(
            Kind::MalformedReply,
            "megaAPI's answer does not say whether the instance is connected",
        )
    } else {
        match said(answer) {
            Some(Said::Error(error)) => error,
            _ => answer.error_by_status(),
        }
    }
}
