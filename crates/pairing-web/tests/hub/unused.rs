//! Sessions that a program started which tries the links of a mail, and nobody used.

use std::time::Duration;

use axum::http::StatusCode;
use pairing_core::PairingOutcome;
use pairing_web::{NewPairing, PairingState};
use serde_json::json;

use crate::support::{House, ZAPI, builder};

const MINUTE: Duration = Duration::from_secs(60);

/// Opens the page as a browser without a person does, and stays to the end.
async fn scan_the_link(house: &House, page: &str) {
    house.start_qr(page).await;
    let mut viewer = house.watch(page).await;
    let finished = viewer.until("finished").await;
    assert_eq!(finished.data["screen"]["outcome"], "deadline");
    assert!(viewer.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn an_unused_session_leaves_its_link_usable() {
    let house = House::new(ZAPI);
    let link = house.hub.create(NewPairing::of("shop")).unwrap();
    let page = format!("/pair{}", link.path());
    let outcome = tokio::spawn({
        let (hub, id) = (house.hub.clone(), link.id().clone());
        async move { hub.outcome(&id).await }
    });
    scan_the_link(&house, &page).await;
    // Long after the end of any other session's link.
    tokio::time::sleep(10 * MINUTE).await;
    assert_eq!(house.get(&page).await.status, StatusCode::OK);
    let summary = house.hub.pairing(link.id()).unwrap();
    assert_eq!(summary.state, PairingState::Idle);
    assert!(!outcome.is_finished());
    let calls = house.calls();

    let mut viewer = house.watch(&page).await;
    assert_eq!(viewer.next().await.unwrap().data["state"], "idle");
    assert_eq!(house.calls(), calls, "looking costs nothing");
    house.start_qr(&page).await;
    let code = viewer.until("code").await;
    assert_eq!(code.data["round"], 1);
    house.instance.scan_current().unwrap();
    let finished = viewer.until("finished").await;
    assert_eq!(finished.data["screen"]["outcome"], "connected");
    let outcome = outcome.await.unwrap();
    assert!(matches!(outcome, Some(PairingOutcome::Connected { .. })));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_one_session_does_not_end_the_stream_of_the_next() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    house.start_qr(&page).await;
    let mut viewer = house.watch(&page).await;
    let finished = viewer.until("finished").await;
    house.start_qr(&page).await;
    let (status, mut back) = house.try_watch(&page, Some(&finished.id)).await;
    assert_eq!(status, StatusCode::OK);
    back.until("code").await;
}

#[tokio::test(start_paused = true)]
async fn an_unused_session_gives_no_link_more_time() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    for _ in 0..2 {
        scan_the_link(&house, &page).await;
    }
    tokio::time::sleep(8 * MINUTE).await;
    // Started in the link's last minutes, it ends after them.
    scan_the_link(&house, &page).await;
    let start = format!("{page}/start");
    let refused = house.send("POST", &start, &json!({"method": "qr"})).await;
    assert_eq!(refused.status, StatusCode::GONE);
    tokio::time::sleep(2 * MINUTE).await;
    assert_eq!(house.get(&page).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn of_two_links_each_keeps_its_own_time_after_an_unused_session() {
    let house = House::new(ZAPI);
    let old = house.open().await;
    tokio::time::sleep(25 * MINUTE).await;
    let new = house.open().await;
    scan_the_link(&house, &old).await;
    assert_eq!(house.get(&old).await.status, StatusCode::NOT_FOUND);
    house.start_qr(&new).await;
    house.watch(&new).await.until("code").await;
}

#[tokio::test(start_paused = true)]
async fn a_link_made_during_an_unused_session_lives_on_as_well() {
    let house = House::with(ZAPI, builder().link_lifetime(9 * MINUTE), |it| it);
    let old = house.open().await;
    house.start_qr(&old).await;
    let mut viewer = house.watch(&old).await;
    viewer.until("waiting_for_user").await;
    tokio::time::sleep(5 * MINUTE).await;
    let new = house.open().await;
    viewer.until("finished").await;
    house.start_qr(&new).await;
    house.watch(&new).await.until("code").await;
}

#[tokio::test(start_paused = true)]
async fn a_used_session_takes_its_links_along() {
    let phone = json!({"method": "phone_code", "phone": "+55 11 99999-8888"});
    let uses = [
        ("resume", json!({})),
        ("method", phone.clone()),
        ("start", phone),
    ];
    for (action, body) in uses {
        let house = House::new(ZAPI);
        let page = house.open().await;
        if action != "start" {
            house.start_qr(&page).await;
            let mut viewer = house.watch(&page).await;
            viewer.until("waiting_for_user").await;
        }
        let used = house.send("POST", &format!("{page}/{action}"), &body).await;
        assert_eq!(used.status, StatusCode::NO_CONTENT, "{action}");
        let mut viewer = house.watch(&page).await;
        let finished = viewer.until("finished").await;
        assert_eq!(finished.data["screen"]["outcome"], "deadline", "{action}");
        let again = house
            .send("POST", &format!("{page}/start"), &json!({"method": "qr"}))
            .await;
        assert_eq!(again.status, StatusCode::GONE, "{action}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_host_application_can_cancel_after_an_unused_session() {
    let house = House::new(ZAPI);
    let link = house.hub.create(NewPairing::of("shop")).unwrap();
    let page = format!("/pair{}", link.path());
    scan_the_link(&house, &page).await;
    assert!(house.hub.cancel(link.id()));
    let outcome = house.hub.outcome(link.id()).await;
    assert_eq!(outcome, Some(PairingOutcome::Cancelled));
}
