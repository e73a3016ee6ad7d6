//! What happens between a code and a link: starts, scans, passkeys, confirmations.

use std::time::Duration;

use pairing_core::{CodeReply, InstancePhase, InstanceStatus, PairingPolicy, PasskeyStep};
use pairing_web::HubInstance;
use serde_json::{Value, json};

use crate::scripted::Scripted;
use crate::support::{House, Viewer, ZAPI, builder};

/// A hub with the instance `scripted`, the path of its page, and one who watches.
async fn opened(scripted: &Scripted, policy: PairingPolicy) -> (House, String, Viewer) {
    let house = House::with(ZAPI, builder(), |instance| instance);
    let instance = HubInstance::new(scripted.clone()).policy(policy);
    house.hub.add_instance("scripted", instance).unwrap();
    let created = house
        .api("POST", "/pairings", &json!({"instance": "scripted"}))
        .await;
    let page = created.json()["path"].as_str().unwrap().to_owned();
    let viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    (house, page, viewer)
}

/// What the host application is shown of the only pairing.
async fn summary(house: &House) -> Value {
    house.api("GET", "/pairings", &json!(null)).await.json()["pairings"][0].clone()
}

fn passkey() -> PasskeyStep {
    PasskeyStep::new()
        .with_url("https://canary.example/passkey")
        .with_confirmation_code("1234-CANARY")
}

#[tokio::test(start_paused = true)]
async fn the_page_gets_a_start_a_scan_and_a_confirmed_link() {
    let scripted = Scripted::new([CodeReply::STARTING, CodeReply::STARTING]);
    let policy = PairingPolicy::default().with_link_confirmation(Duration::from_secs(5));
    let (_house, _page, mut viewer) = opened(&scripted, policy).await;
    viewer.until("starting").await;
    viewer.until("code").await;
    scripted.set_status(InstanceStatus::in_phase(InstancePhase::Linking));
    viewer.until("linking").await;
    let phone = "+5511999998888".parse().unwrap();
    scripted.set_status(InstanceStatus::connected(Some(phone)));
    let linked = viewer.until("linked").await;
    assert_eq!(linked.data["screen"]["phone"], "+5511999998888");
    let finished = viewer.until("finished").await;
    assert_eq!(finished.data["screen"]["outcome"], "connected");
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_lost_at_once_is_no_success() {
    let scripted = Scripted::new([]);
    let policy = PairingPolicy::default().with_link_confirmation(Duration::from_secs(5));
    let (house, _page, mut viewer) = opened(&scripted, policy).await;
    viewer.until("code").await;
    scripted.set_status(InstanceStatus::connected(None));
    viewer.until("linked").await;
    scripted.set_status(InstanceStatus::disconnected());
    let finished = viewer.until("finished").await;
    assert_eq!(finished.data["screen"]["outcome"], "link_dropped");
    assert_eq!(summary(&house).await["event"]["outcome"], "link_dropped");
}

#[tokio::test(start_paused = true)]
async fn what_a_person_needs_for_a_passkey_is_on_the_page_alone() {
    let scripted = Scripted::new([CodeReply::PasskeyRequired(passkey())]);
    scripted.set_status(InstanceStatus::passkey_required(passkey()));
    let (house, page, mut viewer) = opened(&scripted, PairingPolicy::default()).await;
    let view = viewer.until("passkey_required").await.data;
    assert_eq!(
        view["screen"],
        json!({
            "kind": "passkey_required",
            "url": "https://canary.example/passkey",
            "confirmation_code": "1234-CANARY",
        })
    );
    assert_eq!(view["actions"]["resume"], true);
    let summary = summary(&house).await;
    assert_eq!(summary["state"], "running");
    assert_eq!(summary["event"]["event"], "passkey_required");
    for known in [summary.to_string(), format!("{:?}", house.hub)] {
        assert!(!known.to_lowercase().contains("canary"), "{known}");
    }
    // Whoever comes later is shown it too.
    let mut second = house.watch(&page).await;
    let again = second.until("passkey_required").await.data;
    assert_eq!(again["screen"], view["screen"]);
    scripted.set_status(InstanceStatus::connected(None));
    let finished = viewer.until("finished").await;
    assert_eq!(finished.data["screen"]["outcome"], "connected");
}

#[tokio::test(start_paused = true)]
async fn codes_can_be_asked_for_in_place_of_a_passkey() {
    let scripted = Scripted::new([CodeReply::PasskeyRequired(PasskeyStep::new())]);
    let (house, page, mut viewer) = opened(&scripted, PairingPolicy::default()).await;
    let view = viewer.until("passkey_required").await.data;
    assert_eq!(view["screen"], json!({"kind": "passkey_required"}));
    let resumed = house
        .send("POST", &format!("{page}/resume"), &json!({}))
        .await;
    assert_eq!(resumed.status, 204, "{}", resumed.text);
    viewer.until("code").await;
}
