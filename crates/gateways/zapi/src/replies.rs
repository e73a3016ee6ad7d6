//! From answers to replies: the three code endpoints, status, device and disconnect.

use pairing_adapter::{Answer, Body, CodeRules, Reading, Said, Unlinking, read_linked_value};
use pairing_core::{PairingMethod, PhoneNumber, ProviderError, ProviderErrorKind as Kind};

use crate::errors::said;

/// The documentation says `value` for all codes; clients also read `code` for phone codes.
const RULES: CodeRules = CodeRules {
    qr_fields: &[
        "value",
        "qrcode",
        "qrCode",
        "qr",
        "base64",
        "image",
        "code",
        "urlCode",
        "qrCodeBase64",
        "qr_code",
        "data",
    ],
    phone_code_fields: &["value", "code", "phoneCode", "pairingCode", "pairing_code"],
    refused: "Z-API refused the request without a reason that is known here: see the instance in the dashboard",
};

/// Reads the answer of a code endpoint.
pub(crate) fn code(answer: Answer, method: &PairingMethod, sent_client_token: bool) -> Reading {
    let said = said(&answer, sent_client_token);
    Reading::of(answer, method, &RULES, said)
}

/// Reads `/status`. Its `error` is filled on success too, so `connected` comes first; but an
/// instance that is not connected because of a known error has that error.
pub(crate) fn connected(answer: &Answer, sent_client_token: bool) -> Result<bool, ProviderError> {
    let connected = match &answer.body {
        Body::Object(object) => object.flag(&["connected"]),
        _ => None,
    };
    if connected == Some(true) {
        return Ok(true);
    }
    match (connected, said(answer, sent_client_token)) {
        // "You need to restore the session." is a state of the instance here, no failure.
        (Some(false), Some(Said::Error(error))) if error.kind() != Kind::Refused => Err(error),
        (Some(connected), _) => Ok(connected),
        (None, Some(Said::Error(error))) => Err(error),
        // A page is the same mistake everywhere: something other than the gateway answers.
        (None, _) if !answer.is_success() || answer.body == Body::Page => {
            Err(answer.error_by_status())
        }
        (None, _) => Err(answer.error(
            Kind::MalformedReply,
            "Z-API's answer does not say whether the instance is connected",
        )),
    }
}

/// Reads the linked number out of `/device`; `None` if it is not there.
pub(crate) fn linked_phone(answer: &Answer) -> Option<PhoneNumber> {
    let Body::Object(object) = &answer.body else {
        return None;
    };
    if !answer.is_success() {
        return None;
    }
    read_linked_value(object.ids(&["phone"]).next()?)
}

/// Reads `/disconnect`. Not being connected is what the caller wants, so it is a success.
pub(crate) fn unlinked(answer: &Answer, sent_client_token: bool) -> Unlinking {
    let done = match &answer.body {
        Body::Object(object) => object.flag(&["value", "disconnected", "success"]),
        _ => None,
    };
    Unlinking::of(answer, said(answer, sent_client_token), done, RULES.refused)
}
