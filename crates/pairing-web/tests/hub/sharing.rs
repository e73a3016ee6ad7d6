//! One instance, many viewers: one session, and what one costs.

use std::time::Duration;

use axum::http::StatusCode;
use futures_util::future::join_all;
use pairing_sim::Endpoint;
use serde_json::json;

use crate::support::{House, Viewer, ZAPI, another};

#[tokio::test(start_paused = true)]
async fn an_abandoned_pairing_costs_the_same_with_one_viewer_and_with_fifty() {
    let mut costs = Vec::new();
    for viewers in [1, 50] {
        let house = House::new(ZAPI);
        let page = house.open().await;
        let mut streams = Vec::new();
        for _ in 0..viewers {
            streams.push(house.watch(&page).await);
            house.start_qr(&page).await;
        }
        let seen = join_all(streams.into_iter().map(Viewer::rest)).await;
        assert_eq!(seen[0].last().map(String::as_str), Some("finished"));
        assert!(seen.iter().all(|events| *events == seen[0]));
        costs.push(house.calls());
    }
    assert_eq!(costs[0], costs[1]);
    // What core's policy says an abandoned session costs at most.
    assert!(costs[0] <= 18, "{costs:?}");
}

#[tokio::test(start_paused = true)]
async fn two_links_to_one_instance_lead_to_one_session() {
    let house = House::new(ZAPI);
    let wish = json!({"instance": "shop"});
    let one = house.api("POST", "/pairings", &wish).await;
    let other = house.api("POST", "/pairings", &wish).await;
    assert_eq!(
        (one.status, other.status),
        (StatusCode::CREATED, StatusCode::OK)
    );
    let (one, other) = (one.json(), other.json());
    assert_eq!(one["id"], other["id"]);
    assert_ne!(one["path"], other["path"]);
    assert_eq!((&one["new"], &other["new"]), (&json!(true), &json!(false)));
    let (one, other) = (one["path"].as_str().unwrap(), other["path"].as_str());
    let mut watching_one = house.watch(one).await;
    let mut watching_other = house.watch(other.unwrap()).await;
    house.start_qr(one).await;
    house.start_qr(other.unwrap()).await;
    let code = watching_one.until("code").await;
    assert_eq!(watching_other.until("code").await.data, code.data);
    assert_eq!(house.instance.calls().codes(), 1);
}

#[tokio::test(start_paused = true)]
async fn instances_do_not_disturb_each_other() {
    let house = House::new(another());
    let other = house.add("other");
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    let created = house
        .api("POST", "/pairings", &json!({"instance": "other"}))
        .await;
    let other_page = created.json()["path"].as_str().unwrap().to_owned();
    let mut other_viewer = house.watch(&other_page).await;
    house.start_qr(&page).await;
    house.start_qr(&other_page).await;
    viewer.until("code").await;
    other_viewer.until("code").await;
    other.scan_current().unwrap();
    assert_eq!(
        other_viewer.until("finished").await.data["screen"]["outcome"],
        "connected"
    );
    house
        .send("POST", &format!("{page}/cancel"), &json!({}))
        .await;
    assert_eq!(
        viewer.until("finished").await.data["screen"]["outcome"],
        "cancelled"
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_without_viewers_goes_on() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    house.start_qr(&page).await;
    let mut viewer = house.watch(&page).await;
    viewer.until("code").await;
    drop(viewer);
    tokio::time::sleep(Duration::from_secs(15)).await;
    assert!(house.instance.calls().of(Endpoint::CodeQrText) >= 2);
    let mut back = house.watch(&page).await;
    // It is the first code still.
    assert_eq!(back.until("code").await.data["attempt"], 1);
}
