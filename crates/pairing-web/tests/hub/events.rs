//! The event stream: what comes, in which order, and after an interruption.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{House, ZAPI, dialects};

#[tokio::test(start_paused = true)]
async fn from_nothing_to_linked_with_both_gateways() {
    for &dialect in dialects() {
        let house = House::new(dialect);
        let page = house.open().await;
        let mut viewer = house.watch(&page).await;
        let notice = viewer.next().await.unwrap();
        assert_eq!(notice.name, "page");
        assert_eq!(notice.data["state"], "idle");
        assert_eq!(notice.data["provider"], "Gateway");
        assert_eq!(notice.data["methods"], json!(["qr", "phone_code"]));
        house.start_qr(&page).await;
        assert_eq!(viewer.next().await.unwrap().data["event"], "preparing");
        let method = viewer.next().await.unwrap();
        assert_eq!(
            (method.name.as_str(), &method.data),
            ("method", &json!({"method": "qr"}))
        );
        let code = viewer.next().await.unwrap();
        assert_eq!(code.data["event"], "code_ready");
        let drawing = viewer.next().await.unwrap();
        assert_eq!(
            (drawing.name.as_str(), &drawing.data["seq"]),
            ("qr", &code.data["seq"])
        );
        house.instance.scan_current().unwrap();
        let finished = viewer.until("finished").await;
        assert_eq!(finished.data["outcome"], "connected");
        assert!(viewer.next().await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_links_and_the_method_can_be_switched() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("code_ready").await;
    let phone = house.instance.phone();
    let wish = json!({"method": "phone_code", "phone": format!("+{}", phone.digits())});
    let switched = house.send("POST", &format!("{page}/method"), &wish).await;
    assert_eq!(switched.status, StatusCode::NO_CONTENT);
    assert_eq!(viewer.until("method").await.data["method"], "phone_code");
    let code = viewer.until("code_ready").await;
    assert_eq!(code.data["code"]["kind"], "phone_code");
    house.instance.type_current().unwrap();
    let finished = viewer.until("finished").await;
    assert_eq!(finished.data["outcome"], "connected");
}

#[tokio::test(start_paused = true)]
async fn three_unused_codes_stop_until_a_person_asks_for_more() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("interaction_required").await;
    // The second request brought the first code again.
    assert_eq!(house.instance.calls().codes(), 4);
    let resume = format!("{page}/resume");
    let resumed = house.send("POST", &resume, &json!({})).await;
    assert_eq!(resumed.status, StatusCode::NO_CONTENT);
    let code = viewer.until("code_ready").await;
    assert_eq!(code.data["round"], 2);
    // A second click, or another viewer's, is no reason for a third round.
    let again = house.send("POST", &resume, &json!({})).await;
    assert_eq!(
        (again.status, again.kind().as_str()),
        (StatusCode::CONFLICT, "not_waiting")
    );
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_viewer_goes_on_where_it_was_without_dead_codes() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    let preparing = viewer.until("preparing").await;
    viewer.until("code_expired").await;
    let second = viewer.until("code_ready").await;
    let (_, mut back) = house.try_watch(&page, Some(&preparing.id)).await;
    let notice = back.next().await.unwrap();
    assert_eq!(
        (&notice.data["state"], &notice.data["method"]),
        (&json!("running"), &json!("qr"))
    );
    let expired = back.next().await.unwrap();
    assert_eq!(expired.data["event"], "code_expired");
    let code = back.next().await.unwrap();
    assert_eq!(code.data, second.data);
    // Nothing is told twice to one who has it all.
    let (_, mut back) = house.try_watch(&page, Some(&second.id)).await;
    back.next().await.unwrap();
    let next = back.next().await.unwrap();
    assert!(
        next.name == "ping" || next.data["seq"].as_u64() > second.data["seq"].as_u64(),
        "{next:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn who_comes_late_sees_the_present_and_who_knows_the_end_needs_nothing() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    house.start_qr(&page).await;
    let mut viewer = house.watch(&page).await;
    viewer.until("code_ready").await;
    let late = house.watch(&page).await;
    house.instance.scan_current().unwrap();
    let finished = viewer.until("finished").await;
    assert_eq!(late.rest().await, ["code_ready", "finished"]);
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
