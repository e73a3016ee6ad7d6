//! How Z-API itself can fail.

use pairing_sim::FaultEffect::{Instead, LinkedElsewhere};
use pairing_sim::FaultMeaning::{InvalidCredentials, PasskeyRequired};
use pairing_sim::FaultScope::{All, Codes, Status};
use pairing_sim::{Fault, FaultContext, GatewayResponse};
use serde_json::json;

use super::{
    client_token_not_allowed, client_token_not_configured, connected_flag, not_found,
    null_not_allowed, refusal, status,
};

pub(super) const FAULTS: &[Fault] = &[
    Fault::RATE_OVERLIMIT,
    Fault::new(
        "already_connected_refusal",
        Codes,
        "links the instance elsewhere; HTTP 400 says it is already connected",
        LinkedElsewhere(|_| refusal(400, "You are already connected")),
    ),
    Fault::ALREADY_CONNECTED_SERVER_ERROR,
    Fault::new(
        "already_connected_flag",
        Codes,
        "links the instance elsewhere; HTTP 200 with connected:true and no value",
        LinkedElsewhere(|_| connected_flag()),
    ),
    Fault::new(
        "passkey_challenge",
        Codes,
        "HTTP 200 with a challenge in place of the code",
        Instead(|_| challenge()),
    )
    .meaning(PasskeyRequired),
    Fault::new(
        "session_needs_restore",
        Status,
        "the status asks to restore the session",
        Instead(|_| status(false, "You need to restore the session.", true)),
    ),
    always(
        "client_token_not_configured",
        "HTTP 400 \"your client-token is not configured\"",
        |_| client_token_not_configured(),
    ),
    always("null_not_allowed", "HTTP 400 \"null not allowed\"", |_| {
        null_not_allowed()
    }),
    always(
        "client_token_not_allowed",
        "HTTP 403 \"Client-Token … not allowed\", echoing the token that was sent",
        |at| client_token_not_allowed(at.request.header("client-token").unwrap_or("null")),
    )
    .meaning(InvalidCredentials),
    // From the block that RFC 5737 keeps for examples.
    always(
        "ip_not_allowed",
        "HTTP `status` (403) \"[IP] not allowed\"",
        |at| refusal(at.status(), "[203.0.113.7] not allowed"),
    )
    .with_number("status", 403, 200, 599),
    always(
        "subscription_lapsed",
        "HTTP 400: subscribe to this instance again",
        |_| {
            refusal(
                400,
                "To continue sending a message, you must subscribe to this instance again",
            )
        },
    ),
    always(
        "not_found",
        "HTTP 404 NOT_FOUND, as for a wrong path",
        |_| not_found(),
    ),
    always("method_not_allowed", "HTTP 405 without a body", |_| {
        GatewayResponse::empty(405)
    }),
    always("unsupported_media_type", "HTTP 415 without a body", |_| {
        GatewayResponse::empty(415)
    }),
];

/// A response in place of any other.
const fn always(
    name: &'static str,
    description: &'static str,
    response: fn(&FaultContext<'_>) -> GatewayResponse,
) -> Fault {
    Fault::new(name, All, description, Instead(response))
}

/// Z-API documents the field, not what is in it.
fn challenge() -> GatewayResponse {
    GatewayResponse::json(
        200,
        &json!({"challenge": {"type": "passkey", "id": "simulated-challenge"}}),
    )
}
