//! The event stream: what comes, in which order, and after an interruption.

use std::time::Duration;

use axum::http::StatusCode;
use pairing_providers::dialects;
use pairing_sim::Fault;
use serde_json::json;

use crate::support::{House, ZAPI, has_phone_codes};

#[tokio::test(start_paused = true)]
async fn from_nothing_to_linked_with_every_gateway() {
    for &dialect in dialects() {
        let house = House::new(dialect);
        let page = house.open().await;
        let mut viewer = house.watch(&page).await;
        let notice = viewer.next().await.unwrap();
        assert_eq!(notice.name, "page");
        assert_eq!(notice.data["state"], "idle");
        assert_eq!(notice.data["provider"], "Gateway");
        let methods = match has_phone_codes(dialect) {
            true => json!(["qr", "phone_code"]),
            false => json!(["qr"]),
        };
        assert_eq!(notice.data["methods"], methods);
        house.start_qr(&page).await;
        let code = viewer.until("code").await;
        assert_eq!(
            (code.name.as_str(), &code.data["method"]),
            ("view", &json!("qr"))
        );
        assert!(code.data["drawing"]["modules"].is_string());
        house.instance.scan_current().unwrap();
        let finished = viewer.until("finished").await;
        assert_eq!(finished.data["screen"]["outcome"], "connected");
        assert!(viewer.next().await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_links_and_the_method_can_be_switched() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("code").await;
    let phone = house.instance.phone();
    let wish = json!({"method": "phone_code", "phone": format!("+{}", phone.digits())});
    let switched = house.send("POST", &format!("{page}/method"), &wish).await;
    assert_eq!(switched.status, StatusCode::NO_CONTENT);
    let code = viewer.until("code").await;
    assert_eq!(code.data["method"], "phone_code");
    assert_eq!(code.data["phone"], wish["phone"]);
    assert_eq!(code.data["screen"]["code"]["kind"], "phone_code");
    house.instance.type_current().unwrap();
    let finished = viewer.until("finished").await;
    assert_eq!(finished.data["screen"]["outcome"], "connected");
}

#[tokio::test(start_paused = true)]
async fn three_unused_codes_stop_until_a_person_asks_for_more() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("waiting_for_user").await;
    // The second request brought the first code again.
    assert_eq!(house.instance.calls().codes(), 4);
    let resume = format!("{page}/resume");
    let resumed = house.send("POST", &resume, &json!({})).await;
    assert_eq!(resumed.status, StatusCode::NO_CONTENT);
    let code = viewer.until("code").await;
    assert_eq!(code.data["round"], 2);
    // A second click, or another viewer's, is no reason for a third round.
    let again = house.send("POST", &resume, &json!({})).await;
    assert_eq!(
        (again.status, again.kind().as_str()),
        (StatusCode::CONFLICT, "not_waiting")
    );
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_viewer_goes_on_with_the_present_and_gets_nothing_twice() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    let first = viewer.until("code").await;
    let second = viewer.until("code").await;
    let (_, mut back) = house.try_watch(&page, Some(&first.id)).await;
    assert_eq!(back.next().await.unwrap().data["state"], "running");
    let code = back.next().await.unwrap();
    assert_eq!(code.data, second.data);
    let (_, mut back) = house.try_watch(&page, Some(&second.id)).await;
    back.next().await.unwrap();
    let next = back.next().await.unwrap();
    assert!(
        next.name == "ping" || next.data["seq"].as_u64() > second.data["seq"].as_u64(),
        "{next:?}"
    );
}

/// The first code is there, and the gateway answers no further request.
#[tokio::test(start_paused = true)]
async fn who_comes_late_learns_of_a_retry_too() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("code").await;
    house.instance.set_faults(Fault::SERVER_ERROR.with(500));
    let retrying = viewer.until("code").await;
    assert!(retrying.data["drawing"]["modules"].is_string());
    assert_eq!(retrying.data["retrying"]["error"]["kind"], "unavailable");
    let late = house.watch(&page).await.until("code").await;
    assert_eq!(late.data, retrying.data);
}

#[tokio::test(start_paused = true)]
async fn who_comes_late_sees_the_present_and_who_knows_the_end_needs_nothing() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    house.start_qr(&page).await;
    let mut viewer = house.watch(&page).await;
    viewer.until("code").await;
    let mut late = house.watch(&page).await;
    late.until("code").await;
    house.instance.scan_current().unwrap();
    let finished = viewer.until("finished").await;
    assert_eq!(late.rest().await, ["finished"]);
    let later = house.watch(&page).await;
    assert_eq!(later.rest().await, ["finished"]);
    let (status, _) = house.try_watch(&page, Some(&finished.id)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_says_that_it_is_alive_and_what_time_it_is() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    viewer.until("page").await;
    let before = tokio::time::Instant::now();
    let ping = viewer.next().await.unwrap();
    assert_eq!(ping.name, "ping");
    assert!(ping.data["now"].as_str().unwrap().ends_with('Z'));
    assert_eq!(before.elapsed(), Duration::from_secs(20));
}
