//! The ways in which Evolution itself fails, as recorded or read in its source.

use pairing_sim::FaultEffect::{Instead, LinkedElsewhere};
use pairing_sim::FaultMeaning::{InvalidCredentials, UnknownInstance};
use pairing_sim::FaultScope::{All, Codes};
use pairing_sim::{Fault, FaultContext, GatewayResponse};
use serde_json::{Value, json};

use super::answers;

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "unauthorized",
        All,
        "HTTP 401, as for a wrong key",
        Instead(|_| answers::unauthorized()),
    )
    .meaning(InvalidCredentials),
    Fault::new(
        "instance_does_not_exist",
        All,
        "HTTP 404, as for an unknown instance",
        Instead(|at| answers::missing(&name(at))),
    )
    .meaning(UnknownInstance),
    Fault::new(
        "license_required",
        All,
        "HTTP 503 LICENSE_REQUIRED, as from a server of version 2.4 that waits for its licence",
        Instead(|_| license_required()),
    ),
    Fault::new(
        "not_loaded",
        All,
        "names the instance without its state, and has no code: it is in the database alone",
        Instead(not_loaded),
    ),
    Fault::new(
        "internal_failure",
        All,
        "HTTP 500 with the words of a failure in version 1",
        Instead(|_| internal_failure()),
    ),
    Fault::new(
        "no_code",
        Codes,
        "HTTP 200 {\"error\":true,\"message\":\"[object Object]\"} in place of a code",
        Instead(|_| answers::failure_in_200()),
    ),
    Fault::new(
        "already_open",
        Codes,
        "links the instance elsewhere; the request for a code is answered by its state",
        LinkedElsewhere(|at| instance(json!({"instanceName": name(at), "state": "open"}))),
    ),
    Fault::new(
        "not_modified",
        All,
        "HTTP 304 without a body, as from a cache",
        Instead(|_| GatewayResponse::empty(304)),
    ),
];

/// The name in the path.
fn name(at: &FaultContext<'_>) -> String {
    let segments = at.request.segments();
    segments.last().copied().unwrap_or_default().to_owned()
}

fn instance(described: Value) -> GatewayResponse {
    GatewayResponse::json(200, &json!({"instance": described}))
}

fn not_loaded(at: &FaultContext<'_>) -> GatewayResponse {
    match at.request.segments().get(1) {
        Some(&"logout") => answers::success("Instance logged out"),
        Some(&"connect") => answers::failure_in_200(),
        _ => instance(json!({"instanceName": name(at)})),
    }
}

fn license_required() -> GatewayResponse {
    let body = json!({
        "error": "service not activated",
        "code": "LICENSE_REQUIRED",
        "register_url": "https://license.example.com/register",
        "instance_id": "00000000-0000-0000-0000-000000000000",
        "docs_url": "https://doc.example.com",
        "message": "Service not activated.",
    });
    GatewayResponse::json(503, &body)
}

fn internal_failure() -> GatewayResponse {
    let message = "Cannot read properties of undefined (reading '0')";
    GatewayResponse::json(500, &json!({"error": true, "message": message}))
}
