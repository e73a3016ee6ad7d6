//! What can go wrong at Green-API alone.

use pairing_sim::FaultEffect::{Instead, LinkedElsewhere};
use pairing_sim::FaultMeaning::{
    InvalidCredentials, PasskeyRequired, PhoneCodeNotReady, UnknownInstance,
};
use pairing_sim::FaultScope::{All, Codes, PhoneCode, Qr, Status};
use pairing_sim::{Fault, FaultContext, GatewayResponse};
use serde_json::json;

use super::answers;

pub(super) const FAULTS: &[Fault] = &[
    Fault::RATE_OVERLIMIT,
    always("unauthorized", "HTTP 401, as for a wrong token", |at| {
        answers::refusal(at.request, 401, "Unauthorized")
    })
    .meaning(InvalidCredentials),
    always(
        "forbidden",
        "HTTP 403 without a body, as for a wrong id or address",
        |_| GatewayResponse::empty(403),
    )
    .meaning(UnknownInstance),
    Fault::new(
        "already_logged",
        Codes,
        "links the instance elsewhere; HTTP 200 with the type alreadyLogged",
        LinkedElsewhere(|_| answers::already_logged()),
    ),
    Fault::new(
        "phone_code_not_ready",
        PhoneCode,
        "HTTP 200 with {\"status\":false}: try again",
        Instead(|_| answers::no_phone_code()),
    )
    .meaning(PhoneCodeNotReady),
    Fault::new(
        "passkey_required",
        Codes,
        "HTTP 200 with the type passkeyRequired",
        Instead(|_| answers::of_kind("passkeyRequired", "Passkey confirmation required")),
    )
    .meaning(PasskeyRequired),
    Fault::new(
        "stale_link",
        Qr,
        "HTTP 200 with the type error: an old link must be logged out first",
        Instead(|_| answers::of_kind("error", "Instance has auth. You need to make log out")),
    ),
    Fault::new(
        "qr_error",
        Qr,
        "HTTP 200 with the type error, in words that are not documented",
        Instead(|_| answers::of_kind("error", "Something went wrong")),
    ),
    always(
        "starting",
        "HTTP 400 \"instance in starting process try later\"",
        |at| answers::refusal(at.request, 400, answers::STARTING),
    ),
    Fault::new(
        "being_made",
        Status,
        "HTTP 200 with null: the instance is being made",
        Instead(|_| GatewayResponse::json(200, &json!(null))),
    ),
    always("blocked", "the account is in the state blocked", |at| {
        in_state(at, "blocked")
    }),
    always("suspended", "the account is in the state suspended", |at| {
        in_state(at, "suspended")
    }),
    always("expired", "HTTP 400: the instance must be renewed", |at| {
        let words = "Instance account is expired. Renew your instance from personal area";
        answers::refusal(at.request, 400, words)
    }),
    always("deleted", "HTTP 400: the instance was deleted", |at| {
        answers::refusal(at.request, 400, "Instance is deleted")
    }),
    always(
        "quota",
        "HTTP 466: the quota of the plan is used up",
        |_| answers::quota_used_up(),
    ),
];

/// A response in place of any other.
const fn always(
    name: &'static str,
    description: &'static str,
    response: fn(&FaultContext<'_>) -> GatewayResponse,
) -> Fault {
    Fault::new(name, All, description, Instead(response))
}

/// A state in which nothing is done that is asked for.
fn in_state(at: &FaultContext<'_>, state: &str) -> GatewayResponse {
    match at.request.segments().get(1).copied() {
        Some("qr") => answers::of_kind("error", "Something went wrong"),
        Some("getAuthorizationCode") => answers::no_phone_code(),
        Some("logout") => GatewayResponse::json(200, &json!({"isLogout": false})),
        _ => GatewayResponse::json(200, &json!({"stateInstance": state, "phone": ""})),
    }
}
