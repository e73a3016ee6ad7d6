//! Faults in JSON, and which of several happens.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod common;

use common::{PLAIN, plain};
use pairing_sim::{Endpoint, Fault, FaultRule, Faults};
use serde_json::{Value, json};
use tokio::time::{Duration, Instant, timeout};

fn rule(json: &str) -> Result<FaultRule, String> {
    let value: Value = serde_json::from_str(json).unwrap();
    FaultRule::from_json(value, PLAIN).map_err(|error| error.to_string())
}

#[test]
fn every_fault_is_found_by_the_name_it_has_in_json() {
    let mut names = Vec::new();
    for fault in PLAIN.all_faults() {
        let json = serde_json::to_value(fault).unwrap();
        assert_eq!(json["fault"], fault.name());
        assert_eq!(PLAIN.fault(fault.name()), Some(fault));
        for written in [json, fault.name().into()] {
            let read = FaultRule::from_json(written, PLAIN).unwrap();
            assert_eq!(read, FaultRule::from(fault));
        }
        names.push(fault.name());
    }
    names.sort_unstable();
    let number = names.len();
    names.dedup();
    assert_eq!(names.len(), number);
}

#[test]
fn a_rule_survives_json() {
    let limited = Fault::SERVER_ERROR
        .with(500)
        .first(2)
        .at([Endpoint::Status]);
    let json = serde_json::to_string(&limited).unwrap();
    assert_eq!(
        json,
        r#"{"fault":"server_error","status":500,"first":2,"endpoints":["status"]}"#
    );
    assert_eq!(rule(&json).unwrap(), limited);
    let list = Faults::from_json(json!([limited]), PLAIN).unwrap();
    assert_eq!(list, limited.into());
}

#[test]
fn mistakes_are_named() {
    for (json, complaint) in [
        (r#""hangs""#, "no fault of this name"),
        (r#""rate_overlimit""#, "plain has no fault"),
        ("3", "a fault is a name or an object"),
        (r#"{"fault":"hang","frist":2}"#, "does not belong"),
        (r#"{"fault":"hang","first":-1}"#, "a number of requests"),
        (
            r#"{"fault":"hang","endpoints":["no"]}"#,
            "a list of endpoints",
        ),
        (
            r#"{"fault":"server_error","status":200}"#,
            "from 500 to 599",
        ),
        (r#"{"fault":"server_error","status":"x"}"#, "a number"),
    ] {
        let error = rule(json).unwrap_err();
        assert!(error.contains(complaint), "{json}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_counts_only_the_requests_at_which_it_can_happen() {
    let plain = plain();
    plain.instance.set_faults(Fault::EMPTY_QR.first(1));
    plain.status().await;
    assert_eq!(plain.instance.faults(), Fault::EMPTY_QR.first(1).into());
    plain.qr().await;
    assert_eq!(plain.instance.faults(), Faults::none());
}

#[tokio::test(start_paused = true)]
async fn delays_add_up_and_the_first_of_the_others_decides() {
    let delay = Fault::LATENCY.with(5);
    let plain = plain();
    let faults = [delay, Fault::EMPTY_BODY, Fault::HANG, delay];
    plain.instance.set_faults(Faults::from_iter(faults));
    let start = Instant::now();
    let response = timeout(Duration::from_secs(60), plain.status())
        .await
        .unwrap();
    assert!(response.body.is_empty());
    assert_eq!(start.elapsed(), Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_another_gateway_never_happens() {
    let plain = plain();
    assert!(!Fault::RATE_OVERLIMIT.fits(PLAIN));
    plain.instance.set_faults(Fault::RATE_OVERLIMIT);
    assert_eq!(plain.phone_code().await.status, 200);
}
