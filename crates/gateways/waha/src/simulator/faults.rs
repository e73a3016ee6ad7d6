//! What can go wrong at WAHA alone.

use pairing_sim::FaultEffect::{Instead, LinkedElsewhere};
use pairing_sim::FaultMeaning::{InvalidCredentials, PasskeyRequired, UnknownInstance};
use pairing_sim::FaultScope::{All, Codes, PhoneCode, Status};
use pairing_sim::{Fault, FaultContext, GatewayResponse};
use serde_json::json;

use super::refusals;

pub(super) const FAULTS: &[Fault] = &[
    Fault::RATE_OVERLIMIT,
    Fault::new(
        "unauthorized",
        All,
        "HTTP 401, as for a wrong API key",
        Instead(|_| refusals::unauthorized()),
    )
    .meaning(InvalidCredentials),
    Fault::new(
        "session_not_found",
        All,
        "HTTP 404 \"Session not found\"",
        Instead(|_| refusals::session_not_found()),
    )
    .meaning(UnknownInstance),
    Fault::new(
        "core_edition",
        All,
        "HTTP 422: this edition has no session but `default`",
        Instead(|_| refusals::core_edition()),
    ),
    Fault::new(
        "working_refusal",
        Codes,
        "links the session elsewhere; HTTP 422 with the state WORKING",
        LinkedElsewhere(|_| refusals::not_as_expected("", "WORKING")),
    ),
    Fault::new(
        "passkey_required",
        Status,
        "the session is in the state PASSKEY_REQUIRED",
        Instead(|at| in_state(at, "PASSKEY_REQUIRED")),
    )
    .meaning(PasskeyRequired),
    Fault::new(
        "passkey_confirmation",
        All,
        "the session is in the state PASSKEY_CONFIRMATION_REQUIRED and has a code to compare",
        Instead(confirmation),
    ),
    Fault::new(
        "exception",
        All,
        "HTTP 500 with the exception and the request in it",
        Instead(|_| refusals::exception()),
    ),
    Fault::new(
        "request_code_exception",
        PhoneCode,
        "HTTP 500 for a phone code, as after a connection that was closed meanwhile",
        Instead(|_| refusals::exception()),
    ),
];

fn in_state(at: &FaultContext<'_>, status: &str) -> GatewayResponse {
    let segments = at.request.segments();
    let name = segments.get(2).copied().unwrap_or_default();
    let session = json!({
        "name": name,
        "status": status,
        "config": null,
        "me": null,
        "engine": {"engine": "GOWS"},
    });
    GatewayResponse::json(200, &session)
}

fn confirmation(at: &FaultContext<'_>) -> GatewayResponse {
    const STATE: &str = "PASSKEY_CONFIRMATION_REQUIRED";
    match *at.request.segments() {
        ["api", _, "auth", "passkey", "confirmation"] => {
            GatewayResponse::json(200, &json!({"code": "1234"}))
        }
        ["api", name, "auth", ..] => refusals::not_as_expected(name, STATE),
        _ => in_state(at, STATE),
    }
}
