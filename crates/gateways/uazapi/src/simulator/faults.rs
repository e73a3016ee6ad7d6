//! What can go wrong at uazapi alone: documented refusals, and states that clients of its API have met.

use pairing_sim::FaultEffect::{Instead, LinkedElsewhere};
use pairing_sim::FaultMeaning::{InvalidCredentials, UnknownInstance};
use pairing_sim::FaultScope::{All, Codes, Status};
use pairing_sim::{Fault, FaultContext, GatewayResponse};
use serde_json::{Value, json};

use super::answers;

pub(super) const FAULTS: &[Fault] = &[
    Fault::RATE_OVERLIMIT,
    Fault::new(
        "unauthorized",
        All,
        "HTTP 401, as for a wrong token",
        Instead(|_| answers::refusal(401, "Unauthorized")),
    )
    .meaning(InvalidCredentials),
    Fault::new(
        "instance_info_not_found",
        All,
        "HTTP 401, as for the token of an instance that was deleted",
        Instead(|_| answers::refusal(401, "instance info not found")),
    ),
    Fault::new(
        "instance_not_found",
        All,
        "HTTP 404 without a body, as for an instance that is not there",
        Instead(|_| GatewayResponse::empty(404)),
    )
    .meaning(UnknownInstance),
    Fault::new(
        "capacity_reached",
        Codes,
        "HTTP 429: the server has as many connected instances as it may have",
        Instead(|_| answers::refusal(429, "Maximum number of instances connected reached")),
    ),
    Fault::new(
        "capacity_reached_empty",
        Codes,
        "HTTP 429 without a body, for the same reason",
        Instead(|_| GatewayResponse::empty(429)),
    ),
    Fault::new(
        "not_reconnectable",
        Codes,
        "HTTP 409: the stored session cannot be used any more",
        Instead(|_| answers::refusal(409, "session is not reconnectable")),
    ),
    Fault::new(
        "connected_elsewhere",
        Codes,
        "links the instance elsewhere; the answer to a start says that it is connected",
        LinkedElsewhere(|_| connected()),
    ),
    Fault::new(
        "passkey_not_supported",
        All,
        "the attempt ends because WhatsApp asks for a passkey",
        Instead(|at| ended(at, "Passkey pairing not supported")),
    ),
    Fault::new(
        "account_banned",
        All,
        "the attempt ends because WhatsApp has blocked the account for a while",
        Instead(|at| ended(at, "402: account temporarily banned")),
    ),
    Fault::new(
        "hibernated",
        Status,
        "the instance is hibernated: linked, and its connection is paused",
        Instead(|_| in_state("hibernated", json!({"connected": false, "loggedIn": true}))),
    ),
    Fault::new(
        "resetting",
        Status,
        "the instance is being reset",
        Instead(|_| {
            let flags =
                json!({"connected": false, "loggedIn": false, "jid": null, "resetting": true});
            in_state("disconnected", flags)
        }),
    ),
    Fault::new(
        "unknown_state",
        Status,
        "the status has a word that is not documented",
        Instead(|_| in_state("syncing", json!({"connected": true, "loggedIn": false}))),
    ),
];

fn in_state(word: &str, flags: Value) -> GatewayResponse {
    let body = json!({"instance": {"status": word, "qrcode": "", "paircode": ""}, "status": flags});
    GatewayResponse::json(200, &body)
}

fn connected() -> GatewayResponse {
    let body = json!({
        "connected": true,
        "loggedIn": true,
        "instance": {"status": "connected", "qrcode": "", "paircode": ""},
    });
    GatewayResponse::json(200, &body)
}

/// A start is answered as ever, without a code.
fn ended(at: &FaultContext<'_>, reason: &str) -> GatewayResponse {
    let word = match at.request.segments().get(1) {
        Some(&"connect") => "connecting",
        Some(&"disconnect") => {
            return GatewayResponse::json(200, &json!({"response": "Disconnected"}));
        }
        _ => "disconnected",
    };
    let body = json!({
        "instance": {"status": word, "qrcode": "", "lastDisconnectReason": reason},
        "status": {"connected": false, "loggedIn": false, "jid": null},
    });
    GatewayResponse::json(200, &body)
}
