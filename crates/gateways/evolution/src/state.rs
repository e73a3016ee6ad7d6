//! Reads what Evolution says about an instance: its state, and the number that is linked.

use pairing_adapter::{Body, GatewayResponse, Object, read_linked_value};
use pairing_core::{PhoneNumber, ProviderError, ProviderErrorKind};

use crate::errors;

/// What Evolution calls the state of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// `open`: a number is linked.
    Open,
    /// `connecting`: an attempt to link runs.
    Connecting,
    /// `close`: nothing runs, or a phone has just scanned a code.
    Closed,
}

/// The state in an answer that must have one.
pub(crate) fn read(response: &GatewayResponse) -> Result<State, ProviderError> {
    if let Some(state) = stated(response) {
        return state;
    }
    let names_instance = |object: &Object| object.has(&["instanceName"]);
    let is_incomplete = success(response).is_some_and(names_instance);
    // A server that starts names the instance and no state.
    Err(match is_incomplete && response.intercepted().is_none() {
        true => response.error(ProviderErrorKind::Unavailable, errors::NOT_LOADED),
        false => response.failure(),
    })
}

/// The state in an answer that may have one.
pub(crate) fn stated(response: &GatewayResponse) -> Option<Result<State, ProviderError>> {
    if response.intercepted().is_some() {
        return None;
    }
    let state = success(response)?.texts(&["state"]).next()?;
    Some(match state {
        "open" => Ok(State::Open),
        "connecting" => Ok(State::Connecting),
        // At the limit of codes a webhook says `refused`, and the state becomes `close`.
        "close" | "refused" => Ok(State::Closed),
        _ => Err(response.error(
            ProviderErrorKind::MalformedReply,
            "Evolution names a state of the instance that is not known here: check base_url, and the version of the server",
        )),
    })
}

/// Whether the answer says that there is no such instance.
pub(crate) fn is_missing(response: &GatewayResponse) -> bool {
    response.status == 404 && response.failure().kind() == ProviderErrorKind::UnknownInstance
}

/// Refuses what a cache or a proxy gave for another instance.
pub(crate) fn of_own_instance(
    response: &GatewayResponse,
    own_name: &str,
) -> Result<(), ProviderError> {
    let mut names = response
        .object()
        .into_iter()
        .flat_map(|object| object.texts(&["instanceName"]));
    if names.all(|name| name == own_name.trim()) {
        return Ok(());
    }
    Err(response.error(
        ProviderErrorKind::MalformedReply,
        "the answer is about another instance: check base_url, or a cache stands in between",
    ))
}

/// The linked number, in the answer to `fetchInstances`: a list from version 2 on, of which the
/// filter leaves one instance, and an object before. `ownerJid` outlives its link, so it is believed
/// only beside `open`.
pub(crate) fn linked_phone(response: &GatewayResponse, own_name: &str) -> Option<PhoneNumber> {
    if !response.is_success() {
        return None;
    }
    let is_own =
        |object: &&Object| object.texts(&["instanceName", "name"]).next() == Some(own_name.trim());
    let instance = match &response.body {
        Body::Object(object) => Some(object).filter(is_own),
        Body::List(objects) => objects.iter().find(is_own),
        _ => None,
    }?;
    let state = instance.texts(&["connectionStatus", "status"]).next()?;
    if state != "open" {
        return None;
    }
    let mut ids = instance.ids(&["ownerJid", "owner"]);
    ids.find_map(read_linked_value)
}

fn success(response: &GatewayResponse) -> Option<&Object> {
    let object = response.object()?;
    (response.is_success() && !object.is_failure()).then_some(object)
}
