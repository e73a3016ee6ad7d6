//! How long links live, and what they are worth afterwards.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use pairing_web::NewPairing;
use serde_json::json;

use crate::support::{House, ZAPI, builder};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn an_unopened_link_costs_nothing_and_expires() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    tokio::time::sleep(29 * MINUTE).await;
    assert_eq!(house.get(&page).await.status, StatusCode::OK);
    let mut viewer = house.watch(&page).await;
    let finished = viewer.until("finished").await;
    assert_eq!(finished.data["screen"]["outcome"], "deadline");
    let start = format!("{page}/start");
    let refused = house.send("POST", &start, &json!({"method": "qr"})).await;
    assert_eq!(refused.status, StatusCode::GONE);
    tokio::time::sleep(2 * MINUTE).await;
    assert_eq!(house.get(&page).await.status, StatusCode::NOT_FOUND);
    let refused = house.send("POST", &start, &json!({"method": "qr"})).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert_eq!(house.calls(), 0);
}

/// What a link is answered, as long as nobody else has opened the pairing.
async fn assert_gone(house: &House, page: &str) {
    assert_eq!(house.get(page).await.status, StatusCode::NOT_FOUND);
    let (status, _) = house.try_watch(page, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for action in ["start", "method", "cancel"] {
        let body = match action {
            "cancel" => json!({}),
            _ => json!({"method": "qr"}),
        };
        let refused = house.send("POST", &format!("{page}/{action}"), &body).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{action}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_later_link_gives_an_older_one_no_more_time_and_no_second_life() {
    let house = House::new(ZAPI);
    let old = house.open().await;
    tokio::time::sleep(20 * MINUTE).await;
    let new = house.open().await;
    tokio::time::sleep(9 * MINUTE).await;
    assert_eq!(house.get(&old).await.status, StatusCode::OK);
    tokio::time::sleep(MINUTE).await;
    assert_gone(&house, &old).await;
    tokio::time::sleep(10 * MINUTE).await;
    let mut viewer = house.watch(&new).await;
    assert_eq!(viewer.next().await.unwrap().data["state"], "idle");
    house.start_qr(&new).await;
    viewer.until("code").await;
    assert_gone(&house, &old).await;
    // It is not this link's fault, and others still get one.
    let third = house.open().await;
    house.watch(&third).await.until("code").await;
}

/// Whoever sends the head of a request in time and takes their time with the body.
#[tokio::test(start_paused = true)]
async fn a_body_that_takes_longer_than_its_link_lives_opens_nothing() {
    let house = House::new(ZAPI);
    let old = house.open().await;
    tokio::time::sleep(29 * MINUTE).await;
    let new = house.open().await;
    let body = futures_util::stream::once(async {
        tokio::time::sleep(2 * MINUTE).await;
        Ok::<_, std::convert::Infallible>(r#"{"method":"qr"}"#)
    });
    let request = Request::post(format!("{old}/start"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from_stream(body));
    let answer = house.answer(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let mut viewer = house.watch(&new).await;
    assert_eq!(viewer.next().await.unwrap().data["state"], "idle");
    assert_eq!(house.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn who_waits_longer_than_a_link_lives_does_not_see_what_another_opens() {
    let house = House::new(ZAPI);
    let old = house.open().await;
    let waiting = house.watch(&old).await;
    tokio::time::sleep(20 * MINUTE).await;
    let new = house.open().await;
    tokio::time::sleep(11 * MINUTE).await;
    house.start_qr(&new).await;
    house.watch(&new).await.until("code").await;
    assert!(waiting.rest().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn all_links_that_were_there_in_time_live_as_long_as_the_session() {
    let lifetime = Duration::from_secs(5);
    let builder = builder().link_lifetime(lifetime);
    let house = House::with(ZAPI, builder, |instance| instance);
    let [one, other] = [house.open().await, house.open().await];
    house.start_qr(&one).await;
    tokio::time::sleep(2 * lifetime).await;
    for page in [&one, &other] {
        house.watch(page).await.until("code").await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_opened_link_lives_as_long_as_its_session_and_lingers() {
    let lifetime = Duration::from_secs(5);
    let house = House::with(ZAPI, builder().link_lifetime(lifetime), |instance| instance);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("waiting_for_user").await;
    house.instance.link();
    house
        .send("POST", &format!("{page}/resume"), &json!({}))
        .await;
    let finished = viewer.until("finished").await;
    assert_eq!(finished.data["screen"]["outcome"], "connected");
    // Whoever reloads now learns how it ended, and can do nothing.
    assert_eq!(house.get(&page).await.status, StatusCode::OK);
    assert_eq!(house.watch(&page).await.rest().await, ["finished"]);
    for action in ["start", "method", "resume", "cancel"] {
        let body = match action {
            "start" | "method" => json!({"method": "qr"}),
            _ => json!({}),
        };
        let refused = house.send("POST", &format!("{page}/{action}"), &body).await;
        assert_eq!(refused.status, StatusCode::GONE, "{action}");
    }
    tokio::time::sleep(MINUTE + Duration::from_secs(1)).await;
    assert_eq!(house.get(&page).await.status, StatusCode::NOT_FOUND);
    let (status, _) = house.try_watch(&page, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn what_became_of_a_pairing_can_be_asked_for_ten_minutes() {
    let house = House::new(ZAPI);
    let link = house.hub.create(NewPairing::of("shop")).unwrap();
    assert!(house.hub.cancel(link.id()));
    tokio::time::sleep(9 * MINUTE).await;
    assert!(house.hub.pairing(link.id()).is_some());
    tokio::time::sleep(3 * MINUTE).await;
    assert!(house.hub.pairing(link.id()).is_none());
    assert!(house.hub.outcome(link.id()).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_shuts_down_or_is_dropped_asks_for_nothing_more() {
    for orderly in [true, false] {
        let house = House::new(ZAPI);
        let page = house.open().await;
        let mut viewer = house.watch(&page).await;
        house.start_qr(&page).await;
        viewer.until("code").await;
        let House {
            hub, app, instance, ..
        } = house;
        if orderly {
            hub.shutdown().await;
            let refused = hub.create(NewPairing::of("shop"));
            assert_eq!(refused.unwrap_err(), pairing_web::CreateError::ShuttingDown);
            viewer.until("closing").await;
        }
        drop((hub, app));
        assert!(viewer.rest().await.is_empty());
        let calls = instance.calls().total;
        tokio::time::sleep(10 * MINUTE).await;
        assert_eq!(instance.calls().total, calls, "orderly: {orderly}");
    }
}
