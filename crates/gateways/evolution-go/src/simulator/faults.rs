//! The ways in which Evolution Go itself fails.

use pairing_sim::FaultEffect::{Instead, LinkedElsewhere};
use pairing_sim::FaultMeaning::{
    InvalidCredentials, PasskeyRequired, PhoneCodeNotReady, UnknownInstance,
};
use pairing_sim::FaultScope::{All, Codes, PhoneCode, Qr};
use pairing_sim::{Fault, FaultContext, GatewayResponse};
use serde_json::json;

use super::answers;

/// With the address `https://evolution-go.example.com`, and without one.
const LINK: &str = "https://web.whatsapp.com/#wapk=eyJ0IjoiY2VyZW1vbnkiLCJiIjoiaHR0cHM6Ly9ldm9sdXRpb24tZ28uZXhhbXBsZS5jb20ifQ";
const LINK_WITHOUT_ADDRESS: &str = "https://web.whatsapp.com/#wapk=eyJ0IjoiY2VyZW1vbnkiLCJiIjoiPFNFVF9QQVNTS0VZX1BVQkxJQ19VUkw-In0";

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "unauthorized",
        All,
        "HTTP 401, as for a wrong token",
        Instead(|_| answers::unauthorized()),
    )
    .meaning(InvalidCredentials),
    Fault::new(
        "instance_not_found",
        All,
        "HTTP 404, as for an instance that was deleted a moment ago",
        Instead(|_| answers::refusal(404, "instance not found")),
    )
    .meaning(UnknownInstance),
    Fault::new(
        "license_required",
        All,
        "HTTP 503 LICENSE_REQUIRED, as from a server that waits for its licence",
        Instead(|_| license_required()),
    ),
    Fault::new(
        "passkey_required",
        Qr,
        "a passkey is wanted in the place of a QR code, and a page to open is named",
        Instead(|_| answers::passkey("challenge", LINK, None)),
    )
    .meaning(PasskeyRequired),
    Fault::new(
        "passkey_confirmation",
        Qr,
        "a passkey was given: there is a code to compare, and no page, because the server does not know its own address",
        Instead(|_| answers::passkey("confirmation", LINK_WITHOUT_ADDRESS, Some("ABCD-1234"))),
    ),
    Fault::new(
        "empty_pairing_code",
        PhoneCode,
        "HTTP 200 with an empty phone code: it is not ready",
        Instead(|_| answers::success(&json!({"PairingCode": ""}))),
    )
    .meaning(PhoneCodeNotReady),
    Fault::new(
        "no_qr",
        Qr,
        "HTTP 400 \"no QR code available\"",
        Instead(|_| answers::no_qr()),
    ),
    Fault::new(
        "invalid_qr",
        Qr,
        "HTTP 400 \"invalid QR code format\"",
        Instead(|_| answers::refusal(400, "invalid QR code format")),
    ),
    Fault::new(
        "start_failed",
        Codes,
        "HTTP 400: the client of the instance cannot be started",
        Instead(|_| answers::refusal(400, "failed to start instance: connection refused")),
    ),
    Fault::new(
        "pairing_failed",
        PhoneCode,
        "HTTP 500: WhatsApp makes no phone code for this number",
        Instead(|_| pairing_failed("info query returned status 400: bad-request")),
    ),
    Fault::new(
        "pairing_rate_overlimit",
        PhoneCode,
        "HTTP 500: WhatsApp makes no more phone codes",
        Instead(|_| pairing_failed("info query returned status 429: rate-overlimit")),
    ),
    Fault::new(
        "temporary_ban",
        Codes,
        "HTTP 500: WhatsApp has blocked the account for a while",
        Instead(|_| pairing_failed("temporary ban")),
    ),
    Fault::new(
        "logged_in_elsewhere",
        Codes,
        "links the instance elsewhere; the request for a code is refused for it",
        LinkedElsewhere(logged_in),
    ),
];

pub(super) fn pairing_failed(why: &str) -> GatewayResponse {
    answers::refusal(500, &format!("pairing failed: {why}"))
}

fn logged_in(at: &FaultContext<'_>) -> GatewayResponse {
    match at.request.method() {
        "POST" => answers::authenticated(),
        _ => answers::logged_in(),
    }
}

fn license_required() -> GatewayResponse {
    let body = json!({
        "error": "service not activated",
        "code": "LICENSE_REQUIRED",
        "register_url": "https://license.example.com/register",
        "instance_id": "00000000-0000-0000-0000-000000000000",
        "docs_url": "https://docs.example.com",
        "message": "Service not activated.",
    });
    GatewayResponse::json(503, &body)
}
