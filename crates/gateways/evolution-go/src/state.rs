//! Reads what Evolution Go says of an instance: its connection, and the number that is linked.

use pairing_adapter::{GatewayResponse, read_linked_value};
use pairing_core::{PhoneNumber, ProviderError, ProviderErrorKind};

use crate::errors::NO_CLIENT;

/// The connection of an instance to WhatsApp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Connection {
    /// `loggedIn`: a number is linked. Newer servers name it.
    LoggedIn(Option<PhoneNumber>),
    /// `connected` alone, which says no more than that a socket is open: an attempt to link runs, by QR
    /// code, phone code or passkey; or the first moments after a scan.
    Open,
    /// Neither: nothing runs, or the server connects once more after a scan.
    Closed,
}

/// The connection in an answer to a request for the status.
pub(crate) fn read(response: &GatewayResponse) -> Result<Connection, ProviderError> {
    if let Some(error) = response.intercepted() {
        return Err(error);
    }
    let object = response
        .object()
        .filter(|object| response.is_success() && !object.is_failure());
    let flags = object.and_then(|object| {
        let flag = |name| object.flag(&[name]);
        Some((object, flag("loggedin")?, flag("connected")))
    });
    match flags {
        Some((object, true, _)) => {
            let number = object.ids(&["myjid"]).find_map(read_linked_value);
            Ok(Connection::LoggedIn(number))
        }
        Some((_, false, Some(true))) => Ok(Connection::Open),
        Some((_, false, Some(false))) => Ok(Connection::Closed),
        // In the place of two flags that are false, from servers that look for the client first.
        None if response.status == 400 && response.message().contains_any(NO_CLIENT) => {
            Ok(Connection::Closed)
        }
        _ if object.is_some() => Err(response.error(
            ProviderErrorKind::MalformedReply,
            "the status has another form than Evolution Go's: check base_url, and that this is Evolution Go and not Evolution API; if it is, send a `pairing record`",
        )),
        _ => Err(response.failure()),
    }
}
