//! Z-API: secrets in the path, `value` in the answers, an `error` even on success.

use pairing_core::PhoneNumber;
use serde_json::{Value, json};

use super::{Call, picture};
use crate::answer::{Answer, TEXT};
use crate::instance::{Instance, NoPhoneCode};
use crate::{Endpoint, PhoneCodeField, QrPictureBody, QrTextBody};

/// What a request asks for.
#[derive(Debug)]
pub(crate) enum Ask {
    QrText,
    QrImage,
    PhoneCode(String),
    Status,
    Device,
    Disconnect,
    Restart,
    RestoreSession,
    ConnectedWebhook,
    DisconnectedWebhook,
    /// A wrong path or a wrong verb.
    Nothing,
}

impl Ask {
    pub(crate) fn read(call: &Call) -> Self {
        match (call.method.as_str(), &*call.segments()) {
            ("GET", ["qr-code"]) => Self::QrText,
            ("GET", ["qr-code", "image"]) => Self::QrImage,
            ("GET", ["phone-code", phone]) => Self::PhoneCode((*phone).to_owned()),
            ("GET", ["status"]) => Self::Status,
            ("GET", ["device"]) => Self::Device,
            ("GET", ["disconnect"]) => Self::Disconnect,
            ("GET", ["restart"]) => Self::Restart,
            ("GET", ["restore-session"]) => Self::RestoreSession,
            ("PUT", ["update-webhook-connected"]) => Self::ConnectedWebhook,
            ("PUT", ["update-webhook-disconnected"]) => Self::DisconnectedWebhook,
            _ => Self::Nothing,
        }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        match self {
            Self::QrText => Endpoint::CodeQrText,
            Self::QrImage => Endpoint::CodeQrImage,
            Self::PhoneCode(_) => Endpoint::PhoneCode,
            Self::Status => Endpoint::Status,
            Self::Device => Endpoint::Device,
            Self::Disconnect => Endpoint::Unlink,
            _ => Endpoint::Other,
        }
    }
}

/// Whether the secrets of a request are right; if not, what Z-API says. A wrong instance
/// token is met with the words for a missing account token.
pub(crate) fn refuse(instance: &Instance, token: &str, call: &Call) -> Option<Answer> {
    if token != instance.token() {
        return Some(client_token_not_configured());
    }
    let active = instance.client_token()?;
    match call.header("client-token") {
        None => Some(null_not_allowed()),
        Some(sent) if sent != active => Some(client_token_not_allowed(sent)),
        Some(_) => None,
    }
}

/// Does what is asked and says so.
pub(crate) fn answer(instance: &Instance, ask: Ask, call: &Call) -> Answer {
    match ask {
        Ask::QrText => qr_code(instance, instance.setup().qr_text_body),
        Ask::QrImage => match instance.issue_qr() {
            Some(text) => picture(&text, instance.setup().qr_picture_body, value),
            None => connected_flag(),
        },
        Ask::PhoneCode(phone) => phone_code(instance, &phone),
        Ask::Status if instance.is_linked() => status(true, "You are already connected", true),
        Ask::Status => status(false, "You are not connected.", false),
        Ask::Device => match instance.linked_phone() {
            Some(phone) => Answer::json(
                200,
                &json!({"phone": phone.digits(), "name": "Simulator", "isBusiness": false}),
            ),
            None => refusal(400, "You are not connected."),
        },
        Ask::Disconnect => {
            instance.unlink();
            done()
        }
        Ask::Restart | Ask::RestoreSession => {
            instance.restart();
            done()
        }
        Ask::ConnectedWebhook => set_webhook(call, |url| instance.set_connected_webhook(url)),
        Ask::DisconnectedWebhook => set_webhook(call, |url| instance.set_disconnected_webhook(url)),
        Ask::Nothing => not_found(),
    }
}

fn qr_code(instance: &Instance, shape: QrTextBody) -> Answer {
    let Some(text) = instance.issue_qr() else {
        return connected_flag();
    };
    match shape {
        QrTextBody::Text => value(&text),
        QrTextBody::BareText => Answer::new(200, TEXT, text),
        QrTextBody::Picture => picture(&text, QrPictureBody::DataUri, value),
    }
}

fn phone_code(instance: &Instance, phone: &str) -> Answer {
    let Ok(phone) = PhoneNumber::parse(phone) else {
        return refusal(400, "Invalid phone number");
    };
    match instance.issue_phone_code(phone) {
        Ok(code) => match instance.setup().phone_code_field {
            PhoneCodeField::Value => value(&code),
            PhoneCodeField::Code => Answer::json(200, &json!({"code": code})),
        },
        Err(NoPhoneCode::Linked) => connected_flag(),
        Err(NoPhoneCode::Overlimit) => refusal(429, "rate-overlimit"),
    }
}

/// The simulator calls loopback addresses only.
fn set_webhook<E>(call: &Call, set: impl FnOnce(Option<String>) -> Result<(), E>) -> Answer {
    let url = serde_json::from_slice::<Value>(&call.body)
        .ok()
        .and_then(|body| Some(body.get("value")?.as_str()?.to_owned()));
    match url.map(|url| set(Some(url))) {
        Some(Ok(())) => done(),
        Some(Err(_)) => refusal(
            400,
            "The simulator sends webhooks to http:// on loopback only",
        ),
        None => refusal(400, "value is required"),
    }
}

fn value(value: &str) -> Answer {
    Answer::json(200, &json!({"value": value}))
}

fn done() -> Answer {
    Answer::json(200, &json!({"value": true}))
}

pub(crate) fn status(connected: bool, error: &str, smartphone: bool) -> Answer {
    Answer::json(
        200,
        &json!({"connected": connected, "error": error, "smartphoneConnected": smartphone}),
    )
}

pub(crate) fn connected_flag() -> Answer {
    Answer::json(200, &json!({"connected": true}))
}

/// Z-API documents the field, not what is in it.
pub(crate) fn challenge() -> Answer {
    Answer::json(
        200,
        &json!({"challenge": {"type": "passkey", "id": "simulated-challenge"}}),
    )
}

pub(crate) fn refusal(status: u16, error: &str) -> Answer {
    Answer::json(status, &json!({"error": error}))
}

pub(crate) fn client_token_not_configured() -> Answer {
    refusal(400, "your client-token is not configured")
}

pub(crate) fn null_not_allowed() -> Answer {
    refusal(400, "null not allowed")
}

/// Echoes the token, as the gateway does: a client that shows this body leaks it.
pub(crate) fn client_token_not_allowed(sent: &str) -> Answer {
    refusal(403, &format!("Client-Token {sent} not allowed"))
}

pub(crate) fn not_found() -> Answer {
    Answer::json(
        404,
        &json!({
            "error": "NOT_FOUND",
            "message": "Unable to find matching target resource method",
        }),
    )
}
