//! What WAHA says when it does not do what it is asked.

use pairing_sim::GatewayResponse;
use serde_json::json;

/// In the form of the server's framework.
pub(super) fn refusal(status: u16, message: &str) -> GatewayResponse {
    let error = match status {
        400 => "Bad Request",
        404 => "Not Found",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        _ => "Internal Server Error",
    };
    let body = json!({"statusCode": status, "message": message, "error": error});
    GatewayResponse::json(status, &body)
}

pub(super) fn unauthorized() -> GatewayResponse {
    GatewayResponse::json(401, &json!({"message": "Unauthorized", "statusCode": 401}))
}

pub(super) fn session_not_found() -> GatewayResponse {
    refusal(404, "Session not found")
}

/// Also of a session that exists and does not run.
pub(super) fn not_running(name: &str) -> GatewayResponse {
    let message = format!(
        "We didn't find a session with name '{name}'.\n\
         Please start it first by using POST /api/sessions/{name}/start request"
    );
    refusal(404, &message)
}

pub(super) fn core_edition() -> GatewayResponse {
    refusal(
        422,
        "WAHA Core support only 'default' session. If you want to run more then one WhatsApp account \
         - please get WAHA PLUS version. Check this out: https://waha.devlike.pro/",
    )
}

/// To a request for a QR code.
pub(super) fn not_as_expected(name: &str, status: &str) -> GatewayResponse {
    let body = json!({
        "error": "Session status is not as expected. Try again later or restart the session",
        "session": name,
        "status": status,
        "expected": ["SCAN_QR_CODE"],
    });
    GatewayResponse::json(422, &body)
}

/// To a request for a phone code.
pub(super) fn only_in_scan(status: &str) -> GatewayResponse {
    let message =
        format!("Can request code only in SCAN_QR_CODE status. The current status is {status}");
    refusal(422, &message)
}

/// It may quote the request.
pub(super) fn exception() -> GatewayResponse {
    let body = json!({
        "statusCode": 500,
        "timestamp": "2026-11-29T01:22:21.000Z",
        "exception": {"message": "Connection Closed", "name": "Error"},
        "request": {"path": "/api", "method": "POST"},
        "version": {"version": "2024.10.8", "engine": "NOWEB", "tier": "PLUS"},
    });
    GatewayResponse::json(500, &body)
}
