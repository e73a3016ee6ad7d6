//! Each fault does what its description says, in paused time.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod common;

use std::time::Duration;

use common::{PLAIN, client, json, plain, text};
use pairing_http::{HttpResponse, TransportErrorKind};
use pairing_sim::{Endpoint, Fault, InstanceSetup};
use tokio::time::{Instant, timeout};

async fn answer(fault: Fault) -> HttpResponse {
    let plain = plain();
    plain.instance.set_faults(fault);
    plain.qr().await
}

async fn fails(fault: Fault) -> TransportErrorKind {
    let plain = plain();
    plain.instance.set_faults(fault);
    plain.try_qr().await.unwrap_err().kind()
}

#[tokio::test(start_paused = true)]
async fn broken_connections_and_bodies_are_transport_errors() {
    use TransportErrorKind::{BodyTooLarge, Interrupted};
    assert_eq!(fails(Fault::CONNECTION_RESET).await, Interrupted);
    assert_eq!(fails(Fault::TRUNCATED).await, Interrupted);
    assert_eq!(fails(Fault::OVERSIZED).await, BodyTooLarge);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_gives_up_on_a_hanging_gateway_is_counted() {
    let mut plain = plain();
    plain.instance.set_faults(Fault::HANG);
    let waiting = plain.try_qr();
    assert!(timeout(Duration::from_secs(60), waiting).await.is_err());
    plain.transport = plain.transport.with_timeout(Duration::from_secs(15));
    let error = plain.try_qr().await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    let calls = plain.instance.calls();
    assert_eq!(
        (calls.total, calls.in_flight, calls.dropped_by_client),
        (2, 0, 2)
    );
}

#[tokio::test(start_paused = true)]
async fn latency_is_simulated_time() {
    let plain = plain();
    let latency = Fault::LATENCY.with(1_500);
    plain.instance.set_faults(latency);
    let start = Instant::now();
    assert_eq!(plain.qr().await.status, 200);
    assert_eq!(start.elapsed(), Duration::from_millis(1_500));
}

#[tokio::test(start_paused = true)]
async fn server_errors_have_json_html_or_no_body() {
    let json_body = answer(Fault::SERVER_ERROR.with(500)).await;
    assert_eq!(json_body.status, 500);
    assert!(json(&json_body).is_object());
    let page = answer(Fault::SERVER_ERROR_PAGE.with(502)).await;
    assert_eq!(page.status, 502);
    assert!(text(&page).contains("<html>"));
    let empty = answer(Fault::SERVER_ERROR_EMPTY.with(503)).await;
    assert_eq!((empty.status, empty.body.len()), (503, 0));
}

#[tokio::test(start_paused = true)]
async fn rate_limits_come_with_and_without_a_date() {
    let plain = answer(Fault::RATE_LIMITED).await;
    assert_eq!((plain.status, &plain.retry_after), (429, &None));
    let seconds = answer(Fault::RATE_LIMITED_SECONDS.with(7)).await;
    assert_eq!(seconds.retry_after.as_deref(), Some("7"));
    let date = answer(Fault::RATE_LIMITED_DATE.with(60)).await;
    let date = httpdate::parse_http_date(date.retry_after.as_deref().unwrap()).unwrap();
    assert!(date > std::time::SystemTime::now());
    let never = answer(Fault::RATE_LIMITED_DATE.with(u64::MAX)).await;
    assert!(never.retry_after.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_lasts_simulated_time_in_whole_seconds_of_the_clients_clock() {
    let fast = client(InstanceSetup::new(PLAIN).with_speed(20));
    for (simulated, named) in [(0, "0"), (1, "1"), (20, "1"), (30, "2"), (600, "30")] {
        let limited = Fault::RATE_LIMITED_SECONDS.with(simulated);
        fast.instance.set_faults(limited);
        let answer = fast.qr().await;
        assert_eq!(answer.retry_after.as_deref(), Some(named), "{simulated}");
    }
    fast.instance
        .set_faults(Fault::RATE_LIMITED_DATE.with(3_600));
    let answer = fast.qr().await;
    let ahead = httpdate::parse_http_date(answer.retry_after.as_deref().unwrap())
        .unwrap()
        .duration_since(std::time::SystemTime::now());
    assert!(ahead.unwrap() <= Duration::from_secs(180));
}

#[tokio::test(start_paused = true)]
async fn successes_that_are_none() {
    let malformed = answer(Fault::MALFORMED_JSON).await;
    assert_eq!(malformed.status, 200);
    assert!(serde_json::from_slice::<serde_json::Value>(&malformed.body).is_err());
    let page = answer(Fault::HTML_PAGE).await;
    assert_eq!(page.status, 200);
    assert!(
        page.content_type
            .as_deref()
            .unwrap()
            .starts_with("text/html")
    );
    let blocked = answer(Fault::FIREWALL_BLOCK).await;
    assert_eq!(blocked.status, 403);
    assert_eq!(json(&blocked)["error_code"], 1020);
    let login = answer(Fault::LOGIN_PAGE).await;
    assert_eq!(login.status, 200);
    assert!(text(&login).contains("type=\"password\""));
    assert!(answer(Fault::EMPTY_BODY).await.body.is_empty());
    assert_eq!(text(&answer(Fault::EMPTY_OBJECT).await), "{}");
    let mislabelled = answer(Fault::WRONG_CONTENT_TYPE).await;
    assert_eq!(
        mislabelled.content_type.as_deref(),
        Some("application/octet-stream")
    );
    assert!(json(&mislabelled).is_object());
    let failure = answer(Fault::ERROR_INSIDE_200).await;
    assert_eq!(failure.status, 200);
    assert!(json(&failure)["error"].is_string());
}

#[tokio::test(start_paused = true)]
async fn what_answers_ok_has_unlinked() {
    let plain = plain();
    plain.instance.link();
    plain.instance.set_faults(Fault::UNLINK_SAYS_OK);
    let response = plain.get(&["unlink"]).await;
    assert_eq!((response.status, &*text(&response)), (200, "OK"));
    assert!(!plain.instance.is_linked());
}

#[tokio::test(start_paused = true)]
async fn an_empty_qr_comes_before_the_first_one() {
    let plain = plain();
    plain.instance.set_faults(Fault::EMPTY_QR.first(2));
    assert_eq!(json(&plain.qr().await)["value"], "");
    assert_eq!(plain.status().await.status, 200);
    assert_eq!(json(&plain.qr().await)["value"], "");
    assert_ne!(json(&plain.qr().await)["value"], "");
}

#[tokio::test(start_paused = true)]
async fn already_connected_is_true() {
    let plain = plain();
    plain
        .instance
        .set_faults(Fault::ALREADY_CONNECTED_SERVER_ERROR);
    let response = plain.qr().await;
    assert_eq!(response.status, 500);
    assert!(text(&response).contains("already connected"));
    assert!(plain.instance.is_linked());
}

#[tokio::test(start_paused = true)]
async fn a_fault_can_be_kept_to_some_endpoints() {
    let plain = plain();
    let rule = Fault::SERVER_ERROR.with(503).at([Endpoint::Status]);
    plain.instance.set_faults(rule);
    assert_eq!(plain.qr().await.status, 200);
    assert_eq!(plain.status().await.status, 503);
}

#[tokio::test(start_paused = true)]
async fn an_unlink_whose_answer_breaks_off_has_still_happened() {
    let plain = plain();
    plain.instance.link();
    plain.instance.set_faults(Fault::TRUNCATED);
    assert!(plain.try_get(&["unlink"]).await.is_err());
    assert!(!plain.instance.is_linked());
}
