//! The counters a test can trust.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod common;

use std::time::Duration;

use common::plain;
use pairing_sim::{Endpoint, Fault};
use tokio::time::advance;

#[tokio::test(start_paused = true)]
async fn every_endpoint_has_its_own_count() {
    let plain = plain();
    plain.qr().await;
    plain.get(&["picture"]).await;
    plain.phone_code().await;
    plain.status().await;
    plain.get(&["device"]).await;
    plain.get(&["unlink"]).await;
    plain.get(&["restart"]).await;
    let calls = plain.instance.calls();
    for endpoint in Endpoint::ALL {
        assert_eq!(calls.of(endpoint), 1, "{endpoint:?}");
    }
    assert_eq!((calls.total, calls.codes(), calls.in_flight), (7, 3, 0));
    assert_eq!(calls.max_in_flight, 1);
    assert_eq!(calls.dropped_by_client, 0);
}

#[tokio::test(start_paused = true)]
async fn code_requests_keep_their_time_of_arrival() {
    let plain = plain();
    plain.qr().await;
    advance(Duration::from_secs(15)).await;
    plain.status().await;
    plain.phone_code().await;
    let arrivals: Vec<_> = plain
        .instance
        .calls()
        .code_requests
        .iter()
        .map(|request| (request.endpoint, request.at))
        .collect();
    assert_eq!(
        arrivals,
        [
            (Endpoint::CodeQrText, Duration::ZERO),
            (Endpoint::PhoneCode, Duration::from_secs(15)),
        ]
    );
    let json = serde_json::to_value(plain.instance.calls()).unwrap();
    assert_eq!(json["code_requests"][1]["at_ms"], 15_000);
    assert_eq!(json["code_requests"][1]["endpoint"], "phone_code");
}

#[tokio::test(start_paused = true)]
async fn requests_at_one_time_are_seen_and_a_reset_keeps_those_in_flight() {
    let plain = plain();
    plain.instance.set_faults(Fault::LATENCY.with(10));
    let reset = async {
        plain
            .instance
            .wait_for_calls(|calls| calls.in_flight == 2)
            .await;
        plain.instance.reset_calls();
    };
    let (first, second, ()) = tokio::join!(plain.qr(), plain.status(), reset);
    assert_eq!((first.status, second.status), (200, 200));
    let calls = plain.instance.calls();
    assert_eq!(
        (calls.total, calls.in_flight, calls.max_in_flight),
        (0, 0, 2)
    );
}
