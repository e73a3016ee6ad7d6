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
    let house = limited(HubLimits::default().with_pairings(1));
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
    house
        .send("POST", &format!("{page}/cancel"), &json!({}))
        .await;
    let created = house.api("POST", "/pairings", &wish).await;
    assert_eq!(created.status, StatusCode::CREATED);
}

#[tokio::test(start_paused = true)]
async fn no_more_viewers_than_allowed_until_one_leaves() {
    for limits in [
        HubLimits::default().with_viewers(2),
        HubLimits::default().with_viewers_per_pairing(2),
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
async fn one_link_too_many_takes_the_place_of_the_oldest_unused_one() {
    let house = limited(HubLimits::default().with_links_per_pairing(2));
    let [first, second, third] = [house.open().await, house.open().await, house.open().await];
    assert_eq!(house.get(&first).await.status, StatusCode::NOT_FOUND);
    for page in [second, third] {
        assert_eq!(house.get(&page).await.status, StatusCode::OK);
    }
}

/// In virtual time, so that no two links are used at the same moment.
async fn a_second() {
    tokio::time::advance(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn a_link_in_use_keeps_its_place_and_of_the_others_the_longest_unused_goes() {
    let house = limited(HubLimits::default().with_links_per_pairing(3));
    let watched = house.open().await;
    let stream = house.watch(&watched).await;
    a_second().await;
    let reloaded = house.open().await;
    a_second().await;
    let unused = house.open().await;
    a_second().await;
    house.get(&reloaded).await;
    a_second().await;
    let fourth = house.open().await;
    assert_eq!(house.get(&unused).await.status, StatusCode::NOT_FOUND);
    for page in [&watched, &reloaded, &fourth] {
        assert_eq!(house.get(page).await.status, StatusCode::OK);
    }
    let others = [house.watch(&reloaded).await, house.watch(&fourth).await];
    let wish = json!({"instance": "shop"});
    let refused = house.api("POST", "/pairings", &wish).await;
    assert_eq!(
        (refused.status, refused.kind().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "too_many_links")
    );
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    for page in [&watched, &reloaded, &fourth] {
        assert_eq!(house.get(page).await.status, StatusCode::OK);
    }
    drop(others);
    drop(stream);
    a_second().await;
    house.get(&watched).await;
    house.get(&fourth).await;
    house.open().await;
    assert_eq!(house.get(&reloaded).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get(&watched).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_has_expired_gives_way_before_any_that_has_not() {
    let house = limited(HubLimits::default().with_links_per_pairing(2));
    let first = house.open().await;
    tokio::time::sleep(Duration::from_secs(20 * 60)).await;
    let second = house.open().await;
    a_second().await;
    house.get(&first).await;
    tokio::time::sleep(Duration::from_secs(11 * 60)).await;
    let third = house.open().await;
    assert_eq!(house.get(&first).await.status, StatusCode::NOT_FOUND);
    for page in [second, third] {
        assert_eq!(house.get(&page).await.status, StatusCode::OK);
    }
}

#[tokio::test(start_paused = true)]
async fn the_ends_of_so_many_pairings_are_kept_and_no_task_of_others_is_left() {
    let house = limited(HubLimits::default().with_ended_pairings(3));
    let tasks = || {
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
    };
    let before = tasks();
    let mut ids = Vec::new();
    for index in 0..50 {
        let created = house
            .api("POST", "/pairings", &json!({"instance": "shop"}))
            .await;
        assert_eq!(created.status, StatusCode::CREATED);
        let created = created.json();
        let page = created["path"].as_str().unwrap();
        if index % 2 == 0 {
            house.start_qr(page).await;
        }
        ids.push(format!("/pairings/{}", created["id"].as_str().unwrap()));
        let ended = house.api("DELETE", ids.last().unwrap(), &json!({})).await;
        assert_eq!(ended.status, StatusCode::NO_CONTENT);
    }
    // The tasks of those that were forgotten have nothing left to wait for.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (forgotten, kept) = ids.split_at(47);
    for id in forgotten {
        let answer = house.api("GET", id, &json!({})).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    for id in kept {
        let answer = house.api("GET", id, &json!({})).await;
        assert_eq!(answer.json()["event"]["outcome"], "cancelled");
    }
    assert_eq!(house.hub.pairings().len(), 3);
    assert_eq!(tasks() - before, 3);
    tokio::time::sleep(Duration::from_secs(20 * 60)).await;
    assert_eq!((house.hub.pairings().len(), tasks()), (0, before));
}

#[tokio::test(start_paused = true)]
async fn a_link_acts_so_often_in_a_minute_whatever_it_asks_for() {
    let house = limited(HubLimits::default().with_actions_per_minute(6));
    let [page, other] = [house.open().await, house.open().await];
    let act = async |page: &str, action: &str, body| {
        house.send("POST", &format!("{page}/{action}"), &body).await
    };
    house.start_qr(&page).await;
    for _ in 0..3 {
        let refused = act(&page, "resume", json!({})).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
    }
    for _ in 0..2 {
        let refused = act(&page, "method", json!("nonsense")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
    let calls = house.calls();
    for action in ["start", "method", "resume", "cancel"] {
        let refused = act(&page, action, json!({"method": "qr"})).await;
        assert_eq!(
            (refused.status, refused.kind().as_str()),
            (StatusCode::TOO_MANY_REQUESTS, "too_many_actions"),
            "{action}"
        );
        assert_eq!(refused.headers[header::RETRY_AFTER], "10", "{action}");
    }
    assert_eq!(house.calls(), calls);
    // Nobody else pays for it, and looking costs no action.
    assert_eq!(house.get(&page).await.status, StatusCode::OK);
    house.start_qr(&other).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    house.start_qr(&page).await;
    let refused = act(&page, "resume", json!({})).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
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
        quick.until("waiting_for_user").await;
        let resume = format!("{page}/resume");
        if round < 8 {
            house.send("POST", &resume, &json!({})).await;
        }
    }
    // More than fifty views later it learns how things stand, and that alone.
    let next = slow.next().await.unwrap();
    assert_eq!(next.data["screen"]["kind"], "waiting_for_user");
    assert_eq!(next.data["round"], 8);
}
