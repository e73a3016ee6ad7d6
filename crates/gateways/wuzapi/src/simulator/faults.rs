//! What can go wrong at WuzAPI alone.

use pairing_sim::FaultEffect::{Instead, LinkedElsewhere};
use pairing_sim::FaultMeaning::InvalidCredentials;
use pairing_sim::FaultScope::{All, Codes, PhoneCode};
use pairing_sim::{Fault, FaultContext, GatewayResponse};
use serde_json::json;

use super::answers;

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "rate_overlimit",
        PhoneCode,
        "HTTP 400 with WhatsApp's rate-overlimit: it makes no more phone codes",
        Instead(|_| answers::refused_by_whatsapp(429, "rate-overlimit")),
    ),
    Fault::new(
        "unauthorized",
        All,
        "HTTP 401, as for a wrong token",
        Instead(|_| answers::unauthorized()),
    )
    .meaning(InvalidCredentials),
    Fault::new(
        "already_logged_in",
        Codes,
        "links the user elsewhere; HTTP 500 \"already logged in\" or 400 \"already paired\"",
        LinkedElsewhere(already_linked),
    ),
    Fault::new(
        "number_refused",
        PhoneCode,
        "HTTP 400 with WhatsApp's bad-request: it takes the number for none",
        Instead(|_| answers::refused_by_whatsapp(400, "bad-request")),
    ),
    Fault::new(
        "pairphone_not_connected",
        PhoneCode,
        "HTTP 400 \"websocket not connected\", as between two sockets",
        Instead(|_| answers::error(400, "websocket not connected")),
    ),
    Fault::new(
        "stuck",
        All,
        "the status says that there is no connection, and a start that there is one",
        Instead(stuck),
    ),
];

fn already_linked(at: &FaultContext<'_>) -> GatewayResponse {
    match *at.request.segments() {
        [_, "pairphone"] => answers::error(400, "already paired"),
        _ => answers::error(500, "already logged in"),
    }
}

fn stuck(at: &FaultContext<'_>) -> GatewayResponse {
    match *at.request.segments() {
        [_, "status"] => answers::data(&json!({
            "connected": false,
            "loggedIn": false,
            "jid": "5511999998888.0:52@s.whatsapp.net",
        })),
        [_, "connect"] => answers::already_connected(),
        [_, "logout"] => answers::error(500, "could not disconnect as it was not connected"),
        _ => answers::not_connected(),
    }
}
