//! The documented JSON, written down once more and apart from the program's own types.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pairing_core::PairingPolicy;
use pairing_core::testing::EventRules;
use serde_json::{Map, Value};

const OUTCOMES: [&str; 10] = [
    "connected",
    "already_connected",
    "wrong_account",
    "passkey_required",
    "link_dropped",
    "rejected",
    "unavailable",
    "rate_limited",
    "deadline",
    "cancelled",
];

/// The events of one session. Fails unless standard output holds those and nothing else: one
/// object a line, as documented, by the rules for events, to the outcome.
#[track_caller]
pub(crate) fn events(stdout: &str) -> Vec<Value> {
    events_under(&PairingPolicy::default(), stdout)
}

/// The same under another policy.
#[track_caller]
pub(crate) fn events_under(policy: &PairingPolicy, stdout: &str) -> Vec<Value> {
    let events: Vec<Value> = stdout.lines().map(json).collect();
    let mut rules = EventRules::new(policy);
    for event in &events {
        check_event(event);
        let event = serde_json::from_value(event.clone()).unwrap();
        rules
            .check(&event)
            .unwrap_or_else(|broken| panic!("{broken}: {stdout}"));
    }
    assert!(rules.is_finished(), "no outcome was printed: {stdout}");
    events
}

/// The outcome of a session that printed this.
#[track_caller]
pub(crate) fn outcome(stdout: &str) -> Value {
    events(stdout).pop().unwrap()
}

#[track_caller]
pub(crate) fn json(line: &str) -> Value {
    let value: Value =
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
    assert!(value.is_object(), "{line}");
    value
}

/// The only line of standard output, as JSON.
#[track_caller]
pub(crate) fn object(stdout: &str) -> Value {
    assert_eq!(stdout.lines().count(), 1, "{stdout:?}");
    json(stdout)
}

#[track_caller]
fn check_event(event: &Value) {
    let own: &[&str] = match text(event, "event") {
        "preparing" => {
            assert!(["qr", "phone_code"].contains(&text(event, "method")));
            &["method", "phone"]
        }
        "starting" | "code_expired" | "linking" | "interaction_required" => &[],
        "passkey_required" => &["url", "confirmation_code"],
        "linked" => &["phone"],
        "code_ready" => {
            check_time(&event["expires_at"]);
            assert!(["exact", "upper_bound"].contains(&text(event, "expiry")));
            check_code(&event["code"]);
            &["expires_at", "expiry", "code"]
        }
        "retrying" => {
            check_time(&event["retry_at"]);
            check_error(&event["error"]);
            &["retry_at", "error"]
        }
        "finished" => match text(event, "outcome") {
            "connected" | "already_connected" | "wrong_account" => &["outcome", "phone"],
            "rate_limited" => &["outcome", "retry_after_seconds"],
            "rejected" | "unavailable" => {
                check_error(&event["error"]);
                &["outcome", "error"]
            }
            other => {
                assert!(OUTCOMES.contains(&other), "{event}");
                &["outcome"]
            }
        },
        _ => panic!("not a documented event: {event}"),
    };
    for number in ["seq", "round", "attempt"] {
        assert!(event[number].is_u64(), "{number} in {event}");
    }
    let known = ["event", "seq", "round", "attempt"];
    check_keys(event, |key| known.contains(&key) || own.contains(&key));
}

/// A code in a form that a phone can use.
#[track_caller]
pub(crate) fn check_code(code: &Value) {
    let body: &[&str] = match text(code, "kind") {
        "qr_text" => &["text"],
        "qr_image" => {
            assert_eq!(code["media_type"], "image/png");
            assert!(STANDARD.decode(text(code, "data")).is_ok(), "{code}");
            &["media_type", "data"]
        }
        "phone_code" => &["code"],
        _ => panic!("not a documented kind of code: {code}"),
    };
    assert!(body.iter().all(|field| !text(code, field).is_empty()));
    check_keys(code, |key| key == "kind" || body.contains(&key));
}

#[track_caller]
pub(crate) fn check_error(error: &Value) {
    assert!(!text(error, "kind").is_empty());
    assert!(!text(error, "message").is_empty());
    assert!(error["retryable"].is_boolean(), "{error}");
    let known = ["kind", "message", "retryable", "retry_after_seconds"];
    check_keys(error, |key| known.contains(&key));
}

/// RFC 3339 in UTC.
#[track_caller]
fn check_time(time: &Value) {
    let time = time.as_str().unwrap();
    let shape: String = time
        .chars()
        .map(|char| if char.is_ascii_digit() { '0' } else { char })
        .collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000Z", "{time}");
}

#[track_caller]
fn check_keys(value: &Value, known: impl Fn(&str) -> bool) {
    let object: &Map<String, Value> = value.as_object().unwrap();
    for key in object.keys() {
        assert!(known(key), "{key:?} is not documented: {value}");
    }
}

#[track_caller]
fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no text {field:?} in {value}"))
}
