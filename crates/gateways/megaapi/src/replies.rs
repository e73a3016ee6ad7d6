//! From answers to replies: the two code endpoints, status and logout.

use pairing_adapter::{
    Answer, Body, CodeRules, Object, Reading, Said, Unlinking, read_linked_value,
};
use pairing_core::{InstanceStatus, PairingMethod, ProviderError, ProviderErrorKind as Kind};

use crate::errors::said;

/// The documentation says `qrcode`; clients read `pairingCode`.
const RULES: CodeRules = CodeRules {
    qr_fields: &[
        "qrcode",
        "qrCode",
        "base64",
        "qr",
        "value",
        "image",
        "code",
        "urlCode",
        "qrCodeBase64",
        "qr_code",
        "data",
    ],
    phone_code_fields: &["pairingCode", "pairing_code", "code", "value", "phoneCode"],
    refused: "megaAPI refused the request without a reason that is known here: see the instance in the dashboard",
};

/// Reads the answer of a code endpoint.
pub(crate) fn code(answer: Answer, method: &PairingMethod) -> Reading {
    let said = said(&answer);
    Reading::of(answer, method, &RULES, said)
}

/// Refuses an answer, to whatever call, that names another instance than the one it was asked of.
///
/// # Errors
///
/// [`MalformedReply`](Kind::MalformedReply).
pub(crate) fn of_own_instance(answer: &Answer, own_key: &str) -> Result<(), ProviderError> {
    let Body::Object(object) = &answer.body else {
        return Ok(());
    };
    let mut names = object.texts(&["instance_key", "instanceKey"]);
    // A `key` may be anything, except where an instance is described.
    let described = with_state(object, 3);
    let described = described.or_else(|| object.object("instance"));
    let key = described.as_ref().and_then(|it| it.texts(&["key"]).next());
    if names.all(|name| name == own_key) && key.is_none_or(|key| key == own_key) {
        return Ok(());
    }
    Err(answer.error(
        Kind::MalformedReply,
        "megaAPI answered for another instance: check instance_key and base_url",
    ))
}

/// Reads the status. Linked means both that the state says so and that there is a user: a
/// socket can be open without one.
pub(crate) fn status(answer: &Answer) -> Result<InstanceStatus, ProviderError> {
    let Body::Object(object) = &answer.body else {
        return Err(not_understood(answer));
    };
    let instance = instance(object);
    let state = State::of(&instance);
    if object.is_failure() || state.is_none() || !answer.is_success() {
        return match said(answer) {
            Some(Said::Error(error)) => Err(error),
            Some(Said::NotConnected) => Ok(InstanceStatus::disconnected()),
            _ if !answer.is_success() => Err(answer.error_by_status()),
            _ if object.is_failure() => Err(refused(answer)),
            _ => Err(not_understood(answer)),
        };
    }
    let user = instance.object("user").or_else(|| object.object("user"));
    let id = match &user {
        Some(user) => user.ids(&["id", "jid"]).next(),
        // An `id` beside the state may be that of the instance; only a JID names an account.
        None => instance
            .ids(&["jid", "id"])
            .find(|id| id.as_str().is_some_and(|text| text.contains('@'))),
    };
    Ok(match id {
        Some(id) if state == Some(State::Open) => InstanceStatus::connected(read_linked_value(id)),
        _ => InstanceStatus::disconnected(),
    })
}

#[derive(PartialEq, Eq)]
enum State {
    Open,
    Closed,
}

impl State {
    /// `None` if the object names no state.
    fn of(instance: &Object) -> Option<Self> {
        let is_open = match instance.texts(&["status", "state"]).next() {
            Some(state) => ["connected", "open"]
                .iter()
                .any(|open| state.eq_ignore_ascii_case(open)),
            None => instance.flag(&["phone_connected"])?,
        };
        Some(if is_open { Self::Open } else { Self::Closed })
    }
}

/// The object with the state: the innermost that names one, or the answer itself.
fn instance(object: &Object) -> Object {
    with_state(object, 3).unwrap_or_else(|| object.clone())
}

fn with_state(object: &Object, envelopes: u8) -> Option<Object> {
    let inner = match envelopes.checked_sub(1) {
        Some(left) => ["instance", "instance_data", "data", "response", "result"]
            .iter()
            .filter_map(|envelope| object.object(envelope))
            .find_map(|inner| with_state(&inner, left)),
        None => None,
    };
    inner.or_else(|| State::of(object).is_some().then(|| object.clone()))
}

/// Reads the answer to a logout, of which the documentation gives only the path. Not being
/// connected is what the caller wants, so it is a success.
pub(crate) fn unlinked(answer: &Answer) -> Unlinking {
    let done = match &answer.body {
        Body::Object(object) => object
            .flag(&["success", "value"])
            .or_else(|| object.flag(&["error"]).map(|failed| !failed)),
        _ => None,
    };
    Unlinking::of(answer, said(answer), done, RULES.refused)
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
