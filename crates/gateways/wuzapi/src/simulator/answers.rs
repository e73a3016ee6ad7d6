//! What WuzAPI answers, in its envelope.

use pairing_sim::GatewayResponse;
use serde_json::{Value, json};

pub(super) fn data(data: &Value) -> GatewayResponse {
    let body = json!({"code": 200, "data": data, "success": true});
    GatewayResponse::json(200, &body)
}

pub(super) fn error(status: u16, message: &str) -> GatewayResponse {
    let body = json!({"code": status, "error": message, "success": false});
    GatewayResponse::json(status, &body)
}

pub(super) fn unauthorized() -> GatewayResponse {
    error(401, "unauthorized")
}

pub(super) fn no_session() -> GatewayResponse {
    error(500, "no session")
}

pub(super) fn not_connected() -> GatewayResponse {
    error(500, "not connected")
}

pub(super) fn already_connected() -> GatewayResponse {
    error(500, "already connected")
}

/// WhatsApp's own answer to a request for a phone code, as the library beneath WuzAPI quotes it.
pub(super) fn refused_by_whatsapp(status: u16, text: &str) -> GatewayResponse {
    error(400, &format!("info query returned status {status}: {text}"))
}
