//! Beyond its limits the hub refuses, and what it has goes on.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use futures_util::StreamExt as _;
use pairing_sim::Dialect;
use pairing_web::HubLimits;
use serde_json::json;

use crate::support::{House, builder};

fn limited(limits: HubLimits) -> House {
    House::with(Dialect::ZApi, builder().limits(limits), |instance| instance)
}

#[tokio::test(start_paused = true)]
async fn no_more_pairings_than_allowed_until_one_is_over() {
    let house = limited(HubLimits {
        pairings: 1,
        ..HubLimits::default()
    });
    house.add("other");
    let page = house.open().await;
    let wish = json!({"instance": "other"});
    let refused = house.api("POST", "/pairings", &wish).await;
    assert_eq!(
        (refused.status, refused.kind().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "too_many_pairings")
    );
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    // Another link to the one there is costs nothing.
    house.open().await;
    let mut viewer = house.watch(&page).await;
    house
        .send("POST", &format!("{page}/cancel"), &json!({}))
        .await;
    viewer.until("finished").await;
    assert!(viewer.next().await.is_none());
    tokio::time::sleep(Duration::from_millis(1)).await;
    let created = house.api("POST", "/pairings", &wish).await;
    assert_eq!(created.status, StatusCode::CREATED);
}

#[tokio::test(start_paused = true)]
async fn no_more_viewers_than_allowed_until_one_leaves() {
    for limits in [
        HubLimits {
            viewers: 2,
            ..HubLimits::default()
        },
        HubLimits {
            viewers_per_pairing: 2,
            ..HubLimits::default()
        },
    ] {
        let house = limited(limits);
        let page = house.open().await;
        let one = house.watch(&page).await;
        let _other = house.watch(&page).await;
        for _ in 0..3 {
            let (status, _) = house.try_watch(&page, None).await;
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        }
        drop(one);
        house.watch(&page).await.until("page").await;
    }
}

#[tokio::test(start_paused = true)]
async fn one_link_too_many_takes_the_place_of_the_oldest() {
    let house = limited(HubLimits {
        links_per_pairing: 2,
        ..HubLimits::default()
    });
    let [first, second, third] = [house.open().await, house.open().await, house.open().await];
    assert_eq!(house.get(&first).await.status, StatusCode::NOT_FOUND);
    for page in [second, third] {
        assert_eq!(house.get(&page).await.status, StatusCode::OK);
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_larger_than_any_wish_is_refused_unread() {
    let house = House::new(Dialect::ZApi);
    let page = house.open().await;
    let large = json!({"method": "phone_code", "phone": "5".repeat(5_000)});
    for path in [format!("{page}/start"), format!("{page}/method")] {
        let refused = house.send("POST", &path, &large).await;
        assert_eq!(
            (refused.status, refused.kind().as_str()),
            (StatusCode::PAYLOAD_TOO_LARGE, "too_large")
        );
    }
    // One that says no length and never ends is given up as soon.
    let endless = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>("5".repeat(1_000)));
    let request = Request::post(format!("{page}/start"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from_stream(endless.take(1_000_000)));
    let refused = house.answer(request.unwrap()).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(house.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_viewer_that_does_not_read_holds_nothing_back_and_catches_up() {
    let house = House::new(Dialect::MegaApi);
    let page = house.open().await;
    let mut slow = house.watch(&page).await;
    let mut quick = house.watch(&page).await;
    slow.until("page").await;
    house.start_qr(&page).await;
    for round in 1..=8 {
        quick.until("interaction_required").await;
        let resume = format!("{page}/resume");
        if round < 8 {
            house.send("POST", &resume, &json!({})).await;
        }
    }
    // More than fifty events later it learns how things stand, and that alone.
    let next = slow.next().await.unwrap();
    assert_eq!(next.data["event"], "interaction_required");
    assert_eq!(next.data["round"], 8);
}
