//! The machine is suspended, or its clock is set, while links and codes live.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use pairing_web::{HubInstance, NewPairing, PairingHub, PairingHubBuilder, StateFile};
use serde_json::json;

use crate::support::{House, ZAPI, builder};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// A time of day that goes with the virtual clock, and can be set.
#[derive(Clone)]
struct TimeOfDay(Arc<Mutex<SystemTime>>, tokio::time::Instant);

impl TimeOfDay {
    fn new() -> Self {
        let noon = SystemTime::UNIX_EPOCH + 500_000 * HOUR;
        Self(Arc::new(Mutex::new(noon)), tokio::time::Instant::now())
    }

    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap() + self.1.elapsed()
    }

    fn set_ahead(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }

    fn set_back(&self, by: Duration) {
        *self.0.lock().unwrap() -= by;
    }

    fn of(&self, builder: PairingHubBuilder) -> PairingHubBuilder {
        let clock = self.clone();
        builder.wall_clock(move || clock.now())
    }

    fn house(&self) -> House {
        House::with(ZAPI, self.of(builder()), |instance| instance)
    }
}

fn time(text: &serde_json::Value) -> SystemTime {
    humantime::parse_rfc3339(text.as_str().unwrap()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_link_is_over_by_the_time_of_day_after_a_suspend() {
    let clock = TimeOfDay::new();
    let house = clock.house();
    let page = house.open().await;
    let waiting = house.watch(&page).await;
    // The monotonic clock has stood still.
    clock.set_ahead(HOUR);
    let start = format!("{page}/start");
    let refused = house.send("POST", &start, &json!({"method": "qr"})).await;
    assert_eq!(refused.status, StatusCode::GONE);
    assert_eq!(waiting.rest().await, ["finished"]);
    assert_eq!(house.calls(), 0);
    // The instance is free for a new pairing.
    let wish = json!({"instance": "shop"});
    let created = house.api("POST", "/pairings", &wish).await;
    assert_eq!(created.status, StatusCode::CREATED);
}

#[tokio::test(start_paused = true)]
async fn an_unused_link_ends_within_a_minute_of_a_suspend() {
    let clock = TimeOfDay::new();
    let house = clock.house();
    let link = house.hub.create(NewPairing::of("shop")).unwrap();
    tokio::time::sleep(MINUTE / 2).await;
    clock.set_ahead(HOUR);
    let outcome = tokio::time::timeout(MINUTE, house.hub.outcome(link.id()));
    assert_eq!(outcome.await.unwrap().unwrap().as_str(), "deadline");
}

#[tokio::test(start_paused = true)]
async fn an_older_link_that_a_suspend_has_ended_opens_nothing_that_a_newer_one_opens() {
    let clock = TimeOfDay::new();
    let house = clock.house();
    let old = house.open().await;
    clock.set_ahead(20 * MINUTE);
    let new = house.open().await;
    clock.set_ahead(15 * MINUTE);
    assert_eq!(house.get(&old).await.status, StatusCode::NOT_FOUND);
    house.start_qr(&new).await;
    house.watch(&new).await.until("code").await;
    assert_eq!(house.get(&old).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_link_lives_no_longer_when_the_clock_is_set_back() {
    let clock = TimeOfDay::new();
    let house = clock.house();
    let link = house.hub.create(NewPairing::of("shop")).unwrap();
    let page = format!("/pair{}", link.path());
    assert_eq!(link.expires_at(), Some(clock.now() + 30 * MINUTE));
    tokio::time::sleep(10 * MINUTE).await;
    clock.set_back(HOUR);
    let told = house.hub.pairing(link.id()).unwrap().expires_at;
    assert_eq!(told, Some(clock.now() + 20 * MINUTE));
    tokio::time::sleep(20 * MINUTE - Duration::from_secs(1)).await;
    assert_eq!(house.get(&page).await.status, StatusCode::OK);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let start = format!("{page}/start");
    let refused = house.send("POST", &start, &json!({"method": "qr"})).await;
    assert_eq!(refused.status, StatusCode::GONE);
    assert_eq!(house.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_opened_pairing_is_over_when_it_said_it_would_be_by_either_clock() {
    let clock = TimeOfDay::new();
    let house = clock.house();
    let link = house.hub.create(NewPairing::of("shop")).unwrap();
    let page = format!("/pair{}", link.path());
    // Typing a number is what a person does: an unused session would make room for another.
    let start = format!("{page}/start");
    let typed = json!({"method": "phone_code", "phone": "+5511999998888"});
    assert!(house.send("POST", &start, &typed).await.status.is_success());
    let mut viewer = house.watch(&page).await;
    viewer.until("code").await;
    let ends = house.hub.pairing(link.id()).unwrap().expires_at.unwrap();
    let left = ends.duration_since(clock.now()).unwrap();
    clock.set_back(HOUR);
    let told = house.hub.pairing(link.id()).unwrap().expires_at;
    assert_eq!(told, Some(clock.now() + left));
    clock.set_ahead(HOUR + left);
    let refused = house.send("POST", &start, &json!({"method": "qr"})).await;
    assert_eq!(refused.status, StatusCode::GONE);
    assert_eq!(
        viewer.until("finished").await.data["screen"]["outcome"],
        "deadline"
    );
    let outcome = house.hub.outcome(link.id()).await.unwrap();
    assert_eq!(outcome.as_str(), "deadline");
}

#[tokio::test(start_paused = true)]
async fn an_unused_session_outlives_its_link_by_neither_clock() {
    let clock = TimeOfDay::new();
    let house = clock.house();
    let link = house.hub.create(NewPairing::of("shop")).unwrap();
    let page = format!("/pair{}", link.path());
    house.start_qr(&page).await;
    let start = format!("{page}/start");
    let click = json!({"method": "qr"});
    clock.set_ahead(30 * MINUTE - Duration::from_secs(1));
    assert!(house.send("POST", &start, &click).await.status.is_success());
    clock.set_ahead(Duration::from_secs(1));
    let refused = house.send("POST", &start, &click).await;
    assert_eq!(refused.status, StatusCode::GONE);
}

#[tokio::test(start_paused = true)]
async fn links_from_a_state_file_wait_no_longer_than_a_link_may() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("links.json");
    let clock = TimeOfDay::new();
    let hub = async || {
        let builder = clock.of(builder().link_lifetime(30 * MINUTE));
        let hub = builder.build_with_store(StateFile::new(&file)).await;
        hub.unwrap()
    };
    let house = House::new(ZAPI);
    let add = |hub: &PairingHub| {
        let provider = crate::support::provider(&house.simulator, &house.instance);
        hub.add_instance("shop", HubInstance::new(provider))
            .unwrap();
    };
    let before = hub().await;
    add(&before);
    before.create(NewPairing::of("shop")).unwrap();
    before.shutdown().await;
    // While nothing runs, the clock that was wrong is set right.
    clock.set_back(10 * HOUR);
    let hub = hub().await;
    add(&hub);
    let restored = hub.pairings().remove(0);
    assert_eq!(restored.expires_at, Some(clock.now() + 30 * MINUTE));
    let outcome = tokio::time::timeout(31 * MINUTE, hub.outcome(&restored.id));
    assert_eq!(outcome.await.unwrap().unwrap().as_str(), "deadline");
}

#[tokio::test(start_paused = true)]
async fn the_remaining_life_of_a_code_is_right_when_the_clock_is_set_back() {
    let clock = TimeOfDay::new();
    let house = clock.house();
    let page = house.open().await;
    house.start_qr(&page).await;
    let mut viewer = house.watch(&page).await;
    let ready = viewer.until("code").await;
    let expires = time(&ready.data["screen"]["expires_at"]);
    let life = expires.duration_since(clock.now()).unwrap();
    clock.set_back(HOUR);
    tokio::time::sleep(life / 2).await;
    // One who comes now, and one who has been there.
    let mut late = house.watch(&page).await;
    let now = time(&late.until("page").await.data["now"]);
    let ready = late.until("code").await;
    let left = time(&ready.data["screen"]["expires_at"])
        .duration_since(now)
        .unwrap();
    assert_eq!(left.as_secs(), (life / 2).as_secs());
    // Codes of afterwards are told in the time of day of afterwards.
    let mut now = now;
    let next = loop {
        let event = viewer.next().await.unwrap();
        match event.name.as_str() {
            "ping" => now = time(&event.data["now"]),
            "view" if event.data["screen"]["kind"] == "code" => break event,
            _ => {}
        }
    };
    let left = time(&next.data["screen"]["expires_at"])
        .duration_since(now)
        .unwrap();
    assert!(!left.is_zero() && left <= life, "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn a_ping_does_not_lengthen_the_life_of_the_code_on_screen() {
    let clock = TimeOfDay::new();
    let house = clock.house();
    let page = house.open().await;
    let phone = json!({"method": "phone_code", "phone": "+55 11 99999-8888"});
    house.send("POST", &format!("{page}/start"), &phone).await;
    let mut viewer = house.watch(&page).await;
    let ready = viewer.until("code").await;
    let expires = time(&ready.data["screen"]["expires_at"]);
    let life = expires.duration_since(clock.now()).unwrap();
    let shown = clock.now();
    clock.set_back(HOUR);
    let ping = time(&viewer.until("ping").await.data["now"]);
    let passed = (clock.now() + HOUR).duration_since(shown).unwrap();
    assert!(passed < life);
    assert_eq!(expires.duration_since(ping).unwrap(), life - passed);
}
