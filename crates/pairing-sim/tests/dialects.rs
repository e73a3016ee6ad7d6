//! What a dialect can do with state and time, and what the engine does for it.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod common;

use std::time::Duration;

use common::plain::TWIN;
use common::{Client, PLAIN, client, json, plain, simulator, value};
use pairing_sim::{InstanceSetup, TypeError, WebhookTopic};
use serde_json::Value;
use tokio::sync::oneshot::error::TryRecvError;
use tokio::time::{Instant, advance, sleep};

fn with(option: &str, set: impl Into<Value>) -> Client {
    client(InstanceSetup::new(PLAIN).with_option(option, set))
}

#[tokio::test(start_paused = true)]
async fn a_gateway_may_take_its_time() {
    let slow = with("slow_ms", 2_000);
    let start = Instant::now();
    assert_eq!(slow.qr().await.status, 200);
    assert_eq!(start.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_gateway_may_have_to_be_started_first() {
    let stopped = with("needs_start", true);
    assert_eq!(stopped.qr().await.status, 422);
    stopped.get(&["start"]).await;
    assert_eq!(stopped.qr().await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_status_may_lag_behind() {
    let late = with("lag_ms", 3_000);
    advance(Duration::from_secs(60)).await;
    let says_linked = async || json(&late.status().await)["value"].as_bool().unwrap();
    late.instance.link();
    assert!(!says_linked().await);
    advance(Duration::from_secs(3)).await;
    assert!(says_linked().await);
    late.instance.unlink();
    assert!(says_linked().await);
    advance(Duration::from_secs(3)).await;
    assert!(!says_linked().await);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_may_renew_codes_by_itself_until_a_phone_is_linked() {
    let renewing = with("renewal_s", 45);
    let instance = &renewing.instance;
    let first = value(&renewing.phone_code().await);
    sleep(Duration::from_secs(46)).await;
    assert_eq!(instance.type_code(&first), Err(TypeError::Unknown));
    let renewed: Value = serde_json::from_slice(instance.webhooks()[0].body()).unwrap();
    instance
        .type_code(renewed["renewed"].as_str().unwrap())
        .unwrap();
    sleep(Duration::from_secs(600)).await;
    let topics: Vec<_> = instance.webhooks().iter().map(|it| it.topic()).collect();
    assert_eq!(topics, [WebhookTopic::Other, WebhookTopic::Linked]);
}

#[tokio::test(start_paused = true)]
async fn what_was_scheduled_ends_with_the_simulator() {
    let plain = plain();
    let (alive, mut ended) = tokio::sync::oneshot::channel::<()>();
    let hour = Duration::from_secs(3600);
    plain.instance.schedule(hour, move |_| drop(alive));
    assert!(
        ended
            .try_recv()
            .is_err_and(|error| error == TryRecvError::Empty)
    );
    let start = Instant::now();
    drop(plain);
    assert!(ended.await.is_err());
    assert!(start.elapsed() < hour);
}

#[tokio::test(start_paused = true)]
async fn a_webhook_can_carry_headers() {
    let plain = plain();
    plain.instance.link();
    let [webhook] = &*plain.instance.webhooks() else {
        unreachable!("one link, one webhook");
    };
    let sum: u64 = webhook.body().iter().map(|byte| u64::from(*byte)).sum();
    assert_eq!(webhook.headers(), [("X-Sum", sum.to_string())]);
}

#[tokio::test(start_paused = true)]
async fn of_two_gateways_with_the_same_paths_the_one_that_has_the_instance_answers() {
    let simulator = simulator();
    let plain = Client::of(&simulator, InstanceSetup::new(PLAIN));
    let twin = Client::of(&simulator, InstanceSetup::new(TWIN));
    assert_eq!(plain.qr().await.status, 200);
    assert_eq!(twin.qr().await.status, 200);
    assert_eq!(twin.instance.calls().total, 1);
    simulator.add_instance(InstanceSetup::new(PLAIN).with_credentials("known", "t"));
    let names: Vec<_> = simulator.dialects().iter().map(|it| it.name()).collect();
    assert_eq!(names, ["plain", "twin"]);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_instance_is_refused_in_the_gateways_words() {
    let simulator = simulator();
    let plain = Client::of(&simulator, InstanceSetup::new(PLAIN));
    let replaced = InstanceSetup::new(TWIN).with_credentials(plain.instance.id(), "other");
    simulator.add_instance(replaced);
    assert_eq!(plain.qr().await.status, 200, "the twin has taken the id");
    assert_eq!(plain.instance.calls().total, 0);
    let stranger = client(InstanceSetup::new(PLAIN).with_credentials("stranger", "t"));
    let asked = Client {
        transport: simulator.transport(),
        instance: stranger.instance,
    };
    assert_eq!(asked.qr().await.status, 404);
}

#[test]
fn an_option_that_the_gateway_does_not_have_is_refused_by_name() {
    let setup = InstanceSetup::new(PLAIN).with_option("fast", true);
    let error = simulator().try_add_instance(setup).unwrap_err().to_string();
    assert!(
        error.starts_with("plain: ") && error.contains("`fast`"),
        "{error}"
    );
}

#[test]
fn an_instance_with_a_known_id_takes_its_place_at_the_end() {
    let simulator = simulator();
    let add = |id: &str, token: &str| {
        simulator.add_instance(InstanceSetup::new(PLAIN).with_credentials(id, token));
    };
    for id in ["a", "b", "c"] {
        add(id, "old");
    }
    add("a", "new");
    let found: Vec<_> = simulator.instances();
    let found: Vec<_> = found.iter().map(|it| (it.id(), it.token())).collect();
    assert_eq!(found, [("b", "old"), ("c", "old"), ("a", "new")]);
    for (id, token) in found {
        assert_eq!(simulator.find(id).unwrap().token(), token);
    }
}

#[test]
fn nothing_secret_is_in_debug() {
    let simulator = simulator();
    let setup = InstanceSetup::new(PLAIN).with_credentials("CANARY-ID", "CANARY-TOKEN");
    let instance = simulator.add_instance(setup.clone());
    let shown = format!(
        "{setup:?} {instance:?} {simulator:?} {:?}",
        instance.codes()
    );
    assert!(!shown.contains("CANARY"), "{shown}");
    let secrets = instance.secrets();
    assert_eq!(secrets, ["CANARY-ID", "CANARY-TOKEN"]);
}
