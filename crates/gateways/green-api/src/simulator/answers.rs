//! What Green-API answers.

use pairing_sim::{GatewayRequest, GatewayResponse};
use serde_json::json;

pub(super) const STARTING: &str = "instance in starting process try later";

/// In the form of the server's framework, which repeats the path, and so the token.
pub(super) fn refusal(request: &GatewayRequest, status: u16, message: &str) -> GatewayResponse {
    with_path(status, message, &request.segments().join("/"))
}

pub(super) fn with_path(status: u16, message: &str, path: &str) -> GatewayResponse {
    let body = json!({
        "statusCode": status,
        "timestamp": "2026-11-29T09:46:22.940Z",
        "path": format!("/{path}"),
        "message": message,
    });
    GatewayResponse::json(status, &body)
}

/// `qr` names the kind of its answer.
pub(super) fn of_kind(kind: &str, message: &str) -> GatewayResponse {
    GatewayResponse::json(200, &json!({"type": kind, "message": message}))
}

pub(super) fn already_logged() -> GatewayResponse {
    of_kind("alreadyLogged", "instance account already authorized")
}

/// "Try again."
pub(super) fn no_phone_code() -> GatewayResponse {
    GatewayResponse::json(200, &json!({"status": false}))
}

/// The plan allows no more.
pub(super) fn quota_used_up() -> GatewayResponse {
    let body = json!({
        "invokeStatus": {
            "method": "qr",
            "used": 100,
            "total": 100,
            "status": "QUOTE_EXCEEDED",
            "description": "Monthly quota has been exceeded.",
        },
    });
    GatewayResponse::json(466, &body)
}
