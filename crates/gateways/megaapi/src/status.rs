//! Reads the response to a status request.

use pairing_adapter::{GatewayResponse, Object, read_linked_value};
use pairing_core::{InstanceStatus, ProviderError, ProviderErrorKind};

/// Refuses a response that names another instance than the one it was asked of.
///
/// # Errors
///
/// [`MalformedReply`](ProviderErrorKind::MalformedReply).
pub(crate) fn of_own_instance(
    response: &GatewayResponse,
    own_key: &str,
) -> Result<(), ProviderError> {
    let Some(object) = response.object() else {
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
    Err(response.error(
        ProviderErrorKind::MalformedReply,
        "megaAPI answered for another instance: check instance_key and base_url",
    ))
}

/// Reads the status. Linked means both that the state says so and that there is a user: a
/// socket can be open without one.
pub(crate) fn read(response: &GatewayResponse) -> Result<InstanceStatus, ProviderError> {
    let Some(object) = response.object() else {
        return linked_by_message(response);
    };
    let instance = instance(object);
    let state = State::of(&instance);
    if object.is_failure() || state.is_none() || !response.is_success() {
        return linked_by_message(response);
    }
    if state == Some(State::Closed) {
        return Ok(InstanceStatus::disconnected());
    }
    let user = instance.object("user").or_else(|| object.object("user"));
    let Some(user) = user else {
        // An `id` beside the state may be that of the instance; only a JID names an account.
        let mut ids = instance.ids(&["jid", "id"]);
        let jid = ids.find(|id| id.as_str().is_some_and(|text| text.contains('@')));
        return Ok(match jid {
            Some(id) => InstanceStatus::connected(read_linked_value(id)),
            None => InstanceStatus::disconnected(),
        });
    };
    let mut ids = user.ids(&["id", "jid"]).peekable();
    if ids.peek().is_none() {
        return Ok(InstanceStatus::disconnected());
    }
    Ok(InstanceStatus::connected(ids.find_map(read_linked_value)))
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

/// A response whose fields cannot be believed. It names no number.
fn linked_by_message(response: &GatewayResponse) -> Result<InstanceStatus, ProviderError> {
    response
        .linked(None)
        .map(|_| InstanceStatus::disconnected())
}
