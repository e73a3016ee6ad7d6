//! What can go wrong at WPPConnect-server alone.

use pairing_sim::FaultEffect::{Instead, LinkedElsewhere};
use pairing_sim::FaultMeaning::InvalidCredentials;
use pairing_sim::FaultScope::{All, Codes, Unlink};
use pairing_sim::{Fault, GatewayResponse};
use serde_json::json;

use super::{VERSION, refusals};

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "wrong_token",
        All,
        "HTTP 401, as for a wrong token",
        Instead(|_| refusals::wrong_token()),
    )
    .meaning(InvalidCredentials),
    Fault::new(
        "wrong_secret",
        All,
        "HTTP 400, as for a wrong secret key",
        Instead(|_| refusals::wrong_secret()),
    ),
    Fault::new(
        "session_not_active",
        All,
        "HTTP 500 \"The session is not active\"",
        Instead(|_| refusals::refusal(500, "The session is not active")),
    ),
    Fault::new(
        "disconnected",
        Unlink,
        "HTTP 404 in Portuguese: the session is not linked, or the browser lost its connection",
        Instead(|_| refusals::not_active()),
    ),
    Fault::new(
        "connected_with_code",
        Codes,
        "links the session elsewhere; HTTP 200 with the state CONNECTED and a dead QR code",
        LinkedElsewhere(|_| state("CONNECTED", "2@canary,canary,canary,canary")),
    ),
    Fault::new(
        "stuck",
        All,
        "the state is INITIALIZING: the browser does not open",
        Instead(|_| state("INITIALIZING", "")),
    ),
];

fn state(status: &str, urlcode: &str) -> GatewayResponse {
    let body = json!({"status": status, "qrcode": null, "urlcode": urlcode, "version": VERSION});
    GatewayResponse::json(200, &body)
}
