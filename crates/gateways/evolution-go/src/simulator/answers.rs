//! What Evolution Go says, in the words of its versions.

use pairing_sim::{GatewayResponse, Instance};
use serde_json::{Value, json};

use super::options::Version;

pub(super) fn success(data: &Value) -> GatewayResponse {
    GatewayResponse::json(200, &json!({"message": "success", "data": data}))
}

pub(super) fn done() -> GatewayResponse {
    GatewayResponse::json(200, &json!({"message": "success"}))
}

pub(super) fn refusal(status: u16, message: &str) -> GatewayResponse {
    GatewayResponse::json(status, &json!({"error": message}))
}

pub(super) fn unauthorized() -> GatewayResponse {
    refusal(401, "not authorized")
}

/// The framework's own words, as text.
pub(super) fn no_such_path() -> GatewayResponse {
    GatewayResponse::text(404, "404 page not found".to_owned())
}

pub(super) fn no_qr() -> GatewayResponse {
    refusal(
        400,
        "no QR code available. Please wait a moment and try again",
    )
}

pub(super) fn logged_in() -> GatewayResponse {
    refusal(400, "session already logged in")
}

pub(super) fn authenticated() -> GatewayResponse {
    refusal(500, "instance is already authenticated")
}

pub(super) fn qr(version: Version, picture: &str, text: &str) -> GatewayResponse {
    success(&match version {
        Version::V061 => json!({"Qrcode": picture, "Code": text}),
        Version::V072 | Version::Newer => json!({"qrcode": picture, "code": text}),
    })
}

pub(super) fn passkey(stage: &str, open_url: &str, code: Option<&str>) -> GatewayResponse {
    let mut data = json!({
        "qrcode": "",
        "code": "",
        "passkeyStage": stage,
        "passkeyOpenUrl": open_url,
    });
    if let Some(code) = code {
        data["passkeyCode"] = code.into();
    }
    success(&data)
}

pub(super) fn status(
    instance: &Instance,
    version: Version,
    is_open: bool,
    is_logged_in: bool,
) -> GatewayResponse {
    let name = if is_logged_in { "Simulator" } else { "" };
    success(&match version {
        Version::V061 | Version::V072 => {
            json!({"Connected": is_open, "LoggedIn": is_logged_in, "Name": name})
        }
        Version::Newer => json!({
            "connected": is_open,
            "loggedIn": is_logged_in,
            "myJid": jid(instance).filter(|_| is_logged_in),
            "name": name,
        }),
    })
}

/// The linked device, as it is named on the wire.
pub(super) fn jid(instance: &Instance) -> Option<String> {
    let phone = instance.linked_phone()?;
    Some(format!("{}:13@s.whatsapp.net", phone.digits()))
}
