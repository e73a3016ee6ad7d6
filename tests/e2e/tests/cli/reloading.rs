//! SIGHUP to `pairing serve`: the file is read again, and nothing is disturbed that it still says.

use pairing_sim::Dialect;
use rustix::process::Signal;
use serde_json::json;

use crate::support::{ADMIN_TOKEN, Gateway, NOTICES_AT_ONCE, Pairing, Serving};

/// What is logged when the file was taken.
const DONE: &str = "the instances were reloaded";

async fn start(config: &str) -> Serving {
    Serving::start(Pairing::new(&["serve"]).config(&file(config))).await
}

fn file(sections: &str) -> String {
    format!("[policy]\n{}\n{sections}", NOTICES_AT_ONCE.join("\n"))
}

/// Replaces the file and asks for a reload; gives the line that tells of it.
async fn reload(serving: &mut Serving, config: &str, told: &str) -> String {
    let path = serving.running.folder().join("pairing.toml");
    std::fs::write(path, config).unwrap();
    serving.running.signal(Signal::HUP);
    serving.running.error_with(told).await
}

async fn instances(serving: &Serving) -> Vec<String> {
    let answer = serving.get("/api/instances").bearer(ADMIN_TOKEN).send();
    let instances = answer.await.json()["instances"].clone();
    let name = |instance: &serde_json::Value| instance["name"].as_str().unwrap().to_owned();
    instances.as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn instances_come_and_go_and_sessions_of_the_others_go_on() {
    let [stays, goes, comes] = [
        Gateway::start(Dialect::ZApi).await,
        Gateway::start(Dialect::MegaApi).await,
        Gateway::start(Dialect::ZApi).await,
    ];
    let before = stays.section("stays") + &goes.section("goes");
    let mut serving = start(&before).await;
    let mut streams = Vec::new();
    for name in ["stays", "goes"] {
        let page = serving.create(name).await;
        let mut events = page.events().await;
        page.post("start", &json!({"method": "qr"})).await;
        let ready = events.screen("code").await;
        streams.push((events, ready));
    }
    // Somebody waits whose page is not open yet.
    let idle = serving.create("stays").await;

    let after = file(&(comes.section("comes") + &stays.section("stays")));
    let told = reload(&mut serving, &after, DONE).await;
    for part in ["added=[\"comes\"]", "removed=[\"goes\"]", "changed=[]"] {
        assert!(told.contains(part), "no {part} in {told}");
    }
    assert_eq!(instances(&serving).await, ["comes", "stays"]);
    let (mut gone, _) = streams.pop().unwrap();
    assert_eq!(
        gone.screen("finished").await["screen"]["outcome"],
        "cancelled"
    );
    let (mut undisturbed, ready) = streams.pop().unwrap();
    stays.use_code(&ready["screen"]["code"]);
    let finished = undisturbed.screen("finished").await;
    assert_eq!(finished["screen"]["outcome"], "connected");
    assert_eq!(idle.open().await.status, 200);
    let page = serving.create("comes").await;
    let mut events = page.events().await;
    page.post("start", &json!({"method": "qr"})).await;
    comes.use_code(&events.screen("code").await["screen"]["code"]);
    assert_eq!(
        events.screen("finished").await["screen"]["outcome"],
        "connected"
    );

    serving.running.signal(Signal::TERM);
    let finished = serving.running.finish().await;
    finished.assert_code(0);
    assert_eq!(finished.stdout.lines().count(), 1, "{finished}");
}

#[tokio::test]
async fn without_a_change_nothing_is_disturbed_however_often_it_is_asked_for() {
    let gateway = Gateway::start(Dialect::ZApi).await;
    let config = gateway.section("shop");
    let mut serving = start(&config).await;
    let page = serving.create("shop").await;
    let mut events = page.events().await;
    page.post("start", &json!({"method": "qr"})).await;
    let ready = events.screen("code").await;
    let nothing = "added=[] removed=[] changed=[]";
    for written in ["# Another comment.\n", "", "\n\n"] {
        let told = reload(&mut serving, &(written.to_owned() + &file(&config)), DONE).await;
        assert!(told.contains(nothing), "{told}");
    }
    gateway.use_code(&ready["screen"]["code"]);
    assert_eq!(
        events.screen("finished").await["screen"]["outcome"],
        "connected"
    );
}

#[tokio::test]
async fn an_instance_that_is_written_otherwise_begins_anew() {
    let gateway = Gateway::start(Dialect::ZApi).await;
    let config = file(&gateway.section("shop"));
    let mut serving = start(&gateway.section("shop")).await;
    for changed in [
        config.clone() + "expect_phone = \"+5511999998888\"\n",
        config.clone() + "webhook_secret = \"0123456789abcdef\"\n",
        config.replace("[policy]\n", "[policy]\ndeadline = \"3m\"\n"),
        config.clone(),
    ] {
        let page = serving.create("shop").await;
        let mut events = page.events().await;
        page.post("start", &json!({"method": "qr"})).await;
        events.screen("code").await;
        let told = reload(&mut serving, &changed, DONE).await;
        let expected = "added=[] removed=[] changed=[\"shop\"]";
        assert!(told.contains(expected), "{told}");
        assert_eq!(
            events.screen("finished").await["screen"]["outcome"],
            "cancelled"
        );
        assert_eq!(instances(&serving).await, ["shop"]);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_reported_and_changes_nothing() {
    let gateway = Gateway::start(Dialect::ZApi).await;
    let other = Gateway::start(Dialect::MegaApi).await;
    let shop = gateway.section("shop");
    let mut serving = start(&shop).await;
    let page = serving.create("shop").await;
    let mut events = page.events().await;
    page.post("start", &json!({"method": "qr"})).await;
    let ready = events.screen("code").await;
    let second = other.section("other");
    for (config, why) in [
        ("not TOML".to_owned(), "TOML"),
        (String::new(), "which gateway"),
        (shop.replace("token =", "tokn ="), "unknown key"),
        (second.clone() + "[instances.shop]\n", "provider is missing"),
        (second.replace("other]", "\"a b\"]"), "name of an instance"),
        (
            second.clone() + "webhook_secret = \"short\"\n",
            "webhook secret",
        ),
        (
            second.clone() + &format!("webhook_secret = \"{ADMIN_TOKEN}\"\n"),
            "admin token",
        ),
    ] {
        let told = reload(&mut serving, &config, "nothing was reloaded").await;
        assert!(told.contains(why), "no {why:?} in {told}");
        assert_eq!(instances(&serving).await, ["shop"]);
    }
    let path = serving.running.folder().join("pairing.toml");
    std::fs::remove_file(&path).unwrap();
    serving.running.signal(Signal::HUP);
    let told = serving.running.error_with("nothing was reloaded").await;
    assert!(told.contains("no such file"), "{told}");
    // It would never be read to its end.
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    serving.running.signal(Signal::HUP);
    let told = serving.running.error_with("nothing was reloaded").await;
    assert!(told.contains("regular file"), "{told}");
    std::fs::remove_file(&path).unwrap();

    gateway.use_code(&ready["screen"]["code"]);
    assert_eq!(
        events.screen("finished").await["screen"]["outcome"],
        "connected"
    );
    let told = reload(&mut serving, &file(&(second + &shop)), DONE).await;
    assert!(told.contains("added=[\"other\"]"), "{told}");
    serving.running.signal(Signal::TERM);
    let finished = serving.running.finish().await;
    finished.assert_code(0);
    assert!(!finished.stderr.contains(ADMIN_TOKEN), "{finished}");
    assert!(
        !finished.stderr.contains(gateway.instance.token()),
        "{finished}"
    );
}

#[tokio::test]
async fn what_needs_a_restart_is_named() {
    let gateway = Gateway::start(Dialect::ZApi).await;
    let shop = gateway.section("shop");
    let mut serving = start(&shop).await;
    let serve = "[serve]\nadmin_token = \"CANARY-another-token\"\nlinger = \"5s\"\n";
    let told = reload(
        &mut serving,
        &file(&(serve.to_owned() + &shop)),
        "restarted",
    )
    .await;
    for part in ["[serve]", "admin_token", "linger"] {
        assert!(told.contains(part), "no {part} in {told}");
    }
    assert!(!told.contains("CANARY"), "{told}");
    // The token of the start is the one that counts.
    assert_eq!(instances(&serving).await, ["shop"]);
}

#[tokio::test]
async fn without_a_file_there_is_nothing_to_reload() {
    let gateway = Gateway::start(Dialect::ZApi).await;
    let mut serving = Serving::start(gateway.pairing(&["serve"])).await;
    serving.running.signal(Signal::HUP);
    serving.running.error_with("nothing to reload").await;
    assert_eq!(instances(&serving).await, ["zapi"]);
}

#[tokio::test]
async fn the_only_gateway_goes_on_and_takes_a_new_policy() {
    let gateway = Gateway::start(Dialect::ZApi).await;
    let mut serving = Serving::start(gateway.pairing(&["serve"]).policy(NOTICES_AT_ONCE)).await;
    let same = file("");
    let told = reload(&mut serving, &same, DONE).await;
    assert!(told.contains("changed=[]"), "{told}");
    let told = reload(&mut serving, &same.replace("100ms", "90ms"), DONE).await;
    assert!(told.contains("changed=[\"zapi\"]"), "{told}");
}
