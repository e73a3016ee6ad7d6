//! What WPPConnect-server says when it does not do what it is asked.

use pairing_sim::GatewayResponse;
use serde_json::json;

/// In the form of the server's controllers.
pub(super) fn refusal(status: u16, message: &str) -> GatewayResponse {
    let body = json!({"status": "error", "message": message, "error": {}});
    GatewayResponse::json(status, &body)
}

pub(super) fn wrong_token() -> GatewayResponse {
    let body = json!({"error": "Check that the Session and Token are correct"});
    GatewayResponse::json(401, &body)
}

pub(super) fn no_token() -> GatewayResponse {
    let body = json!({"message": "Token is not present. Check your header and try again"});
    GatewayResponse::json(401, &body)
}

pub(super) fn wrong_secret() -> GatewayResponse {
    let body = json!({"response": false, "message": "The SECRET_KEY is incorrect"});
    GatewayResponse::json(400, &body)
}

/// To what needs a linked session.
pub(super) fn not_active() -> GatewayResponse {
    let body = json!({
        "response": null,
        "status": "Disconnected",
        "message": "A sessão do WhatsApp não está ativa.",
    });
    GatewayResponse::json(404, &body)
}

pub(super) fn not_closed() -> GatewayResponse {
    let body = json!({"status": false, "message": "Error closing session", "error": {}});
    GatewayResponse::json(500, &body)
}

/// Of a path that is none: the page of the server's framework.
pub(super) fn not_found(method: &str) -> GatewayResponse {
    let page = format!("<!DOCTYPE html>\n<html><body><pre>Cannot {method}</pre></body></html>\n");
    GatewayResponse::html(404, page)
}
