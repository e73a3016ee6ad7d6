//! What has been answered is true for the next request.

use axum::http::StatusCode;
use futures_util::future::join_all;
use pairing_sim::Dialect;
use pairing_web::{HubInstance, HubLimits, NewPairing, PairingState};
use serde_json::{Value, json};

use crate::support::{House, ZAPI, another, builder, provider};

/// With room for one pairing, so that one that is over must not count.
fn house(dialect: &'static dyn Dialect) -> House {
    let limits = HubLimits::default()
        .with_pairings(1)
        .with_actions_per_minute(1_000);
    House::with(dialect, builder().limits(limits), |instance| instance)
}

async fn create(house: &House) -> Value {
    let wish = json!({"instance": "shop"});
    let created = house.api("POST", "/pairings", &wish).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    created.json()
}

fn path(created: &Value) -> &str {
    created["path"].as_str().unwrap()
}

fn id(created: &Value) -> String {
    format!("/pairings/{}", created["id"].as_str().unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_pairing_that_was_deleted_is_over_for_every_request_after_that() {
    let house = house(ZAPI);
    for round in 0..10 {
        let created = create(&house).await;
        if round % 2 == 0 {
            house.start_qr(path(&created)).await;
        }
        if round % 4 == 0 {
            house.watch(path(&created)).await.until("code").await;
        }
        let deleted = house.api("DELETE", &id(&created), &json!({})).await;
        assert_eq!(deleted.status, StatusCode::NO_CONTENT);
        let asked = house.api("GET", &id(&created), &json!({})).await.json();
        assert_eq!(asked["state"], "ended");
        assert_eq!(asked["event"]["outcome"], "cancelled");
        assert!(asked.get("expires_at").is_none());
        for action in ["start", "method", "resume", "cancel"] {
            let body = match action {
                "start" | "method" => json!({"method": "qr"}),
                _ => json!({}),
            };
            let action = format!("{}/{action}", path(&created));
            let refused = house.send("POST", &action, &body).await;
            assert_eq!(refused.status, StatusCode::GONE, "{action}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn requests_in_a_row_of_many_callers_find_no_pairing_that_was_deleted() {
    let limits = HubLimits::default().with_pairings(20);
    let house = House::with(ZAPI, builder().limits(limits), |instance| instance);
    let names: Vec<_> = (0..20).map(|index| format!("shop-{index}")).collect();
    for name in &names {
        house.add(name);
    }
    let callers = names.iter().map(async |name| {
        for _ in 0..15 {
            let wish = json!({"instance": name});
            let created = house.api("POST", "/pairings", &wish).await;
            assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
            let created = created.json();
            house.start_qr(path(&created)).await;
            let deleted = house.api("DELETE", &id(&created), &json!({})).await;
            assert_eq!(deleted.status, StatusCode::NO_CONTENT);
        }
    });
    join_all(callers).await;
}

#[tokio::test(start_paused = true)]
async fn a_pairing_that_the_page_cancelled_makes_room_for_the_next() {
    let house = house(another());
    for start in [true, false] {
        let created = create(&house).await;
        if start {
            house.start_qr(path(&created)).await;
        }
        let cancel = format!("{}/cancel", path(&created));
        let cancelled = house.send("POST", &cancel, &json!({})).await;
        assert_eq!(cancelled.status, StatusCode::NO_CONTENT);
        let again = house.send("POST", &cancel, &json!({})).await;
        assert_eq!(again.status, StatusCode::GONE);
        create(&house).await;
        let all = house.hub.pairings();
        for pairing in all {
            house.hub.cancel(&pairing.id);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_viewer_and_every_poll_gets_the_end_once() {
    let house = house(ZAPI);
    let link = house.hub.create(NewPairing::of("shop")).unwrap();
    let page = format!("/pair{}", link.path());
    house.start_qr(&page).await;
    let mut before = house.watch(&page).await;
    before.until("code").await;
    assert!(house.hub.cancel(link.id()));
    // Before the pairing's task has run.
    let after = house.watch(&page).await;
    assert!(house.hub.cancel(link.id()));
    let outcome = house.hub.outcome(link.id()).await.unwrap();
    assert_eq!(outcome.as_str(), "cancelled");
    let told = before.rest().await;
    assert_eq!(told.iter().filter(|kind| *kind == "finished").count(), 1);
    // One that comes after the answer is shown no code of before.
    let told = after.rest().await;
    assert!(!told.contains(&"code".to_owned()), "{told:?}");
    assert_eq!(told.iter().filter(|kind| *kind == "finished").count(), 1);
    assert_eq!(house.watch(&page).await.rest().await, ["finished"]);
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_was_removed_and_added_again_begins_without_a_pairing() {
    let house = house(ZAPI);
    for start in [true, false] {
        let created = create(&house).await;
        if start {
            house.start_qr(path(&created)).await;
        }
        assert!(house.hub.remove_instance("shop"));
        let provider = provider(&house.simulator, &house.instance);
        house
            .hub
            .add_instance("shop", HubInstance::new(provider))
            .unwrap();
        let next = create(&house).await;
        assert_ne!(next["id"], created["id"]);
        assert!(house.hub.remove_instance("shop"));
        let provider = crate::support::provider(&house.simulator, &house.instance);
        house
            .hub
            .add_instance("shop", HubInstance::new(provider))
            .unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn who_begins_to_watch_after_a_switch_or_a_resume_is_not_shown_what_was_before() {
    let house = house(another());
    let created = create(&house).await;
    let page = path(&created);
    house.start_qr(page).await;
    let mut viewer = house.watch(page).await;
    viewer.until("code").await;
    let phone = json!({"method": "phone_code", "phone": "+55 11 99999-8888"});
    let switched = house.send("POST", &format!("{page}/method"), &phone).await;
    assert_eq!(switched.status, StatusCode::NO_CONTENT);
    let asked = house.api("GET", &id(&created), &json!({})).await.json();
    assert_eq!(asked["method"], "phone_code");
    let mut late = house.watch(page).await;
    let first = late.until("code").await;
    assert_eq!(first.data["screen"]["code"]["kind"], "phone_code");
    viewer.until("waiting_for_user").await;
    let resumed = house
        .send("POST", &format!("{page}/resume"), &json!({}))
        .await;
    assert_eq!(resumed.status, StatusCode::NO_CONTENT);
    let mut late = house.watch(page).await;
    assert_eq!(late.next().await.unwrap().name, "page");
    let first = late.next().await.unwrap();
    assert_ne!(first.data["screen"]["kind"], "waiting_for_user");
}

#[tokio::test(start_paused = true)]
async fn a_pairing_whose_session_has_just_ended_is_over_before_its_task_says_so() {
    let house = house(ZAPI);
    let created = create(&house).await;
    house.start_qr(path(&created)).await;
    let link = house.hub.pairings().remove(0);
    assert_eq!(link.state, PairingState::Running);
    house.instance.link();
    loop {
        let asked = house.api("GET", &id(&created), &json!({})).await.json();
        if asked["event"]["event"] == "finished" {
            assert_eq!(asked["state"], "ended");
            break;
        }
        assert_eq!(asked["state"], "running");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    create(&house).await;
}
