//! megaAPI: the key in the path, a Bearer token in a header, `error` and `message` around all.

use pairing_core::PhoneNumber;
use serde_json::{Value, json};

use super::{Call, picture};
use crate::answer::{Answer, HTML, JSON};
use crate::instance::{Instance, NoPhoneCode};
use crate::{Endpoint, QrPictureBody};

/// What a request asks for.
#[derive(Debug)]
pub(crate) enum Ask {
    QrImage,
    /// The QR code on a page for people.
    QrPage,
    PhoneCode,
    Status,
    Logout,
    Restart,
    ConfigWebhook,
}

impl Ask {
    /// Also gives the instance key. `None` for a wrong path or verb.
    pub(crate) fn read(call: &Call) -> Option<(Self, String)> {
        let (ask, key) = match (call.method.as_str(), &*call.segments()) {
            ("GET", ["instance", "qrcode_base64", key]) => (Self::QrImage, *key),
            ("GET", ["instance", "qrcode", key]) => (Self::QrPage, *key),
            ("GET", ["instance", "pairingCode", key]) => (Self::PhoneCode, *key),
            ("GET", ["instance", key]) => (Self::Status, *key),
            ("DELETE", ["instance", key, "logout"]) => (Self::Logout, *key),
            ("DELETE", ["instance", key, "restart"]) => (Self::Restart, *key),
            ("POST", ["webhook", key, "configWebhook"]) => (Self::ConfigWebhook, *key),
            _ => return None,
        };
        Some((ask, key.to_owned()))
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        match self {
            Self::QrImage => Endpoint::CodeQrImage,
            Self::PhoneCode => Endpoint::PhoneCode,
            Self::Status => Endpoint::Status,
            Self::Logout => Endpoint::Unlink,
            Self::QrPage | Self::Restart | Self::ConfigWebhook => Endpoint::Other,
        }
    }
}

/// Whether a request may be served; if not, what megaAPI says. Its documentation wants
/// `Content-Type: application/json` on every call, so its absence is refused here.
pub(crate) fn refuse(instance: &Instance, call: &Call) -> Option<Answer> {
    if bearer(call) != Some(instance.token()) {
        return Some(unauthorized());
    }
    let is_json = call
        .header("content-type")
        .is_some_and(|label| label.starts_with(JSON));
    (!is_json).then(|| refusal(415, "Content-Type must be application/json"))
}

/// The token of `Authorization: Bearer …`.
pub(crate) fn bearer(call: &Call) -> Option<&str> {
    let (scheme, token) = call.header("authorization")?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// Does what is asked and says so.
pub(crate) fn answer(instance: &Instance, ask: &Ask, call: &Call) -> Answer {
    match ask {
        Ask::QrImage => match instance.issue_qr() {
            Some(text) => picture(&text, instance.setup().qr_picture_body, qr_code),
            None => already_logged_in(),
        },
        Ask::QrPage => match instance.issue_qr() {
            Some(text) => picture(&text, QrPictureBody::DataUri, page),
            None => already_logged_in(),
        },
        Ask::PhoneCode => phone_code(instance, call.phone_query.as_deref()),
        Ask::Status => status(instance),
        Ask::Logout => {
            instance.unlink();
            message("Instance logged out")
        }
        Ask::Restart => {
            instance.restart();
            message("Instance restarted")
        }
        Ask::ConfigWebhook => config_webhook(instance, call),
    }
}

fn phone_code(instance: &Instance, phone: Option<&str>) -> Answer {
    let Some(Ok(phone)) = phone.map(PhoneNumber::parse) else {
        return refusal(200, "phoneNumber is missing or invalid");
    };
    match instance.issue_phone_code(phone) {
        Ok(code) => Answer::json(200, &json!({"pairingCode": code})),
        Err(NoPhoneCode::Linked) => already_logged_in(),
        Err(NoPhoneCode::Overlimit) => refusal(429, "rate-overlimit"),
    }
}

fn status(instance: &Instance) -> Answer {
    let key = instance.id();
    let device = if instance.setup().device_suffix {
        ":12"
    } else {
        ""
    };
    let described = match instance.linked_phone() {
        Some(phone) => json!({
            "key": key,
            "status": "connected",
            "user": {
                "id": format!("{}{device}@s.whatsapp.net", phone.digits()),
                "name": "Simulator",
            },
        }),
        None => json!({"key": key, "status": "disconnected"}),
    };
    Answer::json(
        200,
        &json!({"error": false, "message": "Instance fetched", "instance": described}),
    )
}

/// The simulator calls loopback addresses only.
fn config_webhook(instance: &Instance, call: &Call) -> Answer {
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let data = &body["messageData"];
    let url = match (
        data["webhookEnabled"].as_bool(),
        data["webhookUrl"].as_str(),
    ) {
        (Some(true), Some(url)) => Some(url.to_owned()),
        (Some(false), _) => None,
        _ => return refusal(200, "messageData needs webhookUrl and webhookEnabled"),
    };
    match instance.set_webhook(url) {
        Ok(()) => message("Webhook configured"),
        Err(_) => refusal(
            200,
            "The simulator sends webhooks to http:// on loopback only",
        ),
    }
}

pub(crate) fn qr_code(data_uri: &str) -> Answer {
    let message = if data_uri.is_empty() {
        "Qrcode is not ready"
    } else {
        "Qrcode fetched"
    };
    Answer::json(
        200,
        &json!({"error": false, "message": message, "qrcode": data_uri}),
    )
}

fn page(data_uri: &str) -> Answer {
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>QR code</title></head>\
         <body><img alt=\"QR code\" src=\"{data_uri}\"></body></html>\n"
    );
    Answer::new(200, HTML, page)
}

fn message(message: &str) -> Answer {
    Answer::json(200, &json!({"error": false, "message": message}))
}

pub(crate) fn refusal(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"error": true, "message": message}))
}

/// A 403 that is not about the token.
pub(crate) fn already_logged_in() -> Answer {
    Answer::json(403, &json!({"message": "User is already logged in"}))
}

pub(crate) fn unauthorized() -> Answer {
    refusal(401, "Unauthorized")
}

pub(crate) fn instance_not_found() -> Answer {
    refusal(404, "Instance not found")
}

pub(crate) fn not_found(call: &Call) -> Answer {
    refusal(404, &format!("Cannot {} this path", call.method))
}
