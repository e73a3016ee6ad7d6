//! From answers to replies: the three code endpoints, status, device and disconnect.

use pairing_core::{
    CodeReply, PairingCode, PairingMethod, PhoneNumber, ProviderError, ProviderErrorKind as Kind,
};
use pairing_http::{Answer, Body, read_phone_code, read_qr_code};
use serde_json::Value;

use crate::errors::{Said, said};

/// Where the QR code may be; the documentation says `value`.
const QR_FIELDS: &[&str] = &[
    "value", "qrcode", "qrCode", "qr", "base64", "image", "code", "urlCode",
];

/// Where the phone code may be; the documentation says `value`, clients also read `code`.
const PHONE_CODE_FIELDS: &[&str] = &["value", "code", "phoneCode", "pairingCode", "pairing_code"];

/// What an answer to a request for a code means.
pub(crate) enum Reading {
    /// It is clear.
    Clear(Result<CodeReply, ProviderError>),
    /// It holds no usable code and says nothing known. The status decides.
    Unclear {
        /// What to make of it alone.
        alone: Result<CodeReply, ProviderError>,
        /// What to make of it when the status says that nothing is linked.
        unlinked: Result<CodeReply, ProviderError>,
    },
}

impl Reading {
    fn unclear(result: impl Fn() -> Result<CodeReply, ProviderError>) -> Self {
        Self::Unclear {
            alone: result(),
            unlinked: result(),
        }
    }
}

/// Reads the answer of a code endpoint.
pub(crate) fn code(answer: &Answer, method: &PairingMethod, sent_client_token: bool) -> Reading {
    use Reading::Clear;
    if let Body::Object(object) = &answer.body
        && object.has(&["challenge"])
    {
        return Clear(Ok(CodeReply::PasskeyRequired));
    }
    if let Some(code) = find_code(answer, method) {
        return Clear(Ok(code.into()));
    }
    match said(answer, sent_client_token) {
        Some(Said::Error(error)) => return Clear(Err(error)),
        Some(Said::PasskeyRequired) => return Clear(Ok(CodeReply::PasskeyRequired)),
        Some(Said::AlreadyConnected) => return Clear(Ok(CodeReply::AlreadyConnected)),
        // Whoever says "please wait" with 429 means something else.
        Some(Said::Wait | Said::NotConnected) if answer.status == 429 => {}
        Some(Said::Wait) => return Clear(Ok(CodeReply::NotReady)),
        Some(Said::NotConnected) => return Reading::unclear(|| Ok(CodeReply::NotReady)),
        None => {}
    }
    if answer.is_success() {
        return without_code(answer, method);
    }
    match answer.status {
        // Clear enough, and no reason for yet another request.
        300..=399 | 401 | 408 | 429 | 500..=599 => Clear(Err(answer.error_by_status())),
        _ => Reading::unclear(|| Err(answer.error_by_status())),
    }
}

/// A 2xx answer without a usable code and without known words.
fn without_code(answer: &Answer, method: &PairingMethod) -> Reading {
    let Body::Object(object) = &answer.body else {
        return Reading::unclear(|| Err(answer.error_by_status()));
    };
    let fields = match method {
        PairingMethod::Qr => QR_FIELDS,
        PairingMethod::PhoneCode(_) => PHONE_CODE_FIELDS,
    };
    match object.flag(&["connected"]) {
        Some(true) => Reading::Unclear {
            alone: Ok(CodeReply::AlreadyConnected),
            unlinked: Ok(CodeReply::NotReady),
        },
        Some(false) => Reading::unclear(|| Ok(CodeReply::NotReady)),
        None if object.is_failure() => Reading::unclear(|| Err(refused(answer))),
        None if object.has_empty(fields) => Reading::unclear(|| Ok(CodeReply::NotReady)),
        None => Reading::unclear(|| Err(answer.error_by_status())),
    }
}

/// A code by positive evidence. An answer that calls itself a failure is searched only for
/// QR codes and only with 2xx: `error` is filled on some successes, and no word or number
/// looks like a QR code.
fn find_code(answer: &Answer, method: &PairingMethod) -> Option<PairingCode> {
    match (method, &answer.body) {
        (PairingMethod::Qr, Body::Picture(picture)) => Some(picture.clone().into()),
        (PairingMethod::Qr, Body::Text(text)) => read_qr_code(text),
        (PairingMethod::Qr, Body::Object(object)) => {
            let failed = if answer.is_success() {
                object.flag(&["error"]) == Some(true)
            } else {
                object.is_failure()
            };
            if failed {
                return None;
            }
            object.texts(QR_FIELDS).find_map(read_qr_code)
        }
        (PairingMethod::PhoneCode(_), _) if !answer.is_success() => None,
        (PairingMethod::PhoneCode(_), Body::Text(text)) => Some(read_phone_code(text)?.into()),
        (PairingMethod::PhoneCode(_), Body::Object(object)) if !object.is_failure() => Some(
            object
                .texts(PHONE_CODE_FIELDS)
                .find_map(read_phone_code)?
                .into(),
        ),
        _ => None,
    }
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
        (None, _) if !answer.is_success() => Err(answer.error_by_status()),
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
    let number = match object.get(&["phone"])? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    phone(&number)
}

/// A number, perhaps with a device suffix and a server: `5511999998888:12@s.whatsapp.net`.
pub(crate) fn phone(text: &str) -> Option<PhoneNumber> {
    let number = text.split(['@', ':']).next()?;
    PhoneNumber::parse(number).ok()
}

/// Reads `/disconnect`. Not being connected is what the caller wants, so it is a success.
pub(crate) fn unlinked(answer: &Answer, sent_client_token: bool) -> Result<(), ProviderError> {
    if let Body::Object(object) = &answer.body
        && answer.is_success()
        && !object.is_failure()
    {
        match object.flag(&["value", "disconnected", "success"]) {
            Some(true) => return Ok(()),
            Some(false) => return Err(refused(answer)),
            None => {}
        }
    }
    match said(answer, sent_client_token) {
        Some(Said::NotConnected) => Ok(()),
        Some(Said::Error(error)) => Err(error),
        _ if !answer.is_success() => Err(answer.error_by_status()),
        _ => match &answer.body {
            Body::Object(object) if object.is_failure() => Err(refused(answer)),
            _ => Err(answer.error_by_status()),
        },
    }
}

fn refused(answer: &Answer) -> ProviderError {
    answer.error(
        Kind::Refused,
        "Z-API refused the request without a reason that is known here: see the instance in the dashboard",
    )
}
