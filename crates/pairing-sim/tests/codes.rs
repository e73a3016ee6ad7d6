//! Codes rotate, die and link, in paused time.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod common;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Client, PLAIN, client, plain, simulator, text, value};
use pairing_sim::{
    Fault, InstanceSetup, IssuedCode, QrPictureBody, QrTextForm, Rotation, ScanError, Simulator,
    SimulatorOptions, TypeError,
};
use tokio::time::{Instant, advance};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn picture(data_uri: &str) -> Vec<u8> {
    STANDARD
        .decode(data_uri.strip_prefix("data:image/png;base64,").unwrap())
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_instance_with_a_speed_of_its_own_leaves_the_others_as_they_are() {
    let simulator = simulator();
    let usual = Client::of(&simulator, InstanceSetup::new(PLAIN));
    let fast = Client::of(&simulator, InstanceSetup::new(PLAIN).with_speed(40));
    let before = [value(&usual.qr().await), value(&fast.qr().await)];
    // Of 20 simulated seconds, the life of a code.
    advance(Duration::from_millis(500)).await;
    let after = [value(&usual.qr().await), value(&fast.qr().await)];
    assert_eq!(before[0], after[0]);
    assert_ne!(before[1], after[1]);
    // What is waited for is as much shorter.
    fast.instance.set_faults(Fault::LATENCY.with(4_000));
    let start = Instant::now();
    fast.qr().await;
    assert_eq!(start.elapsed(), Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn the_code_changes_every_20_s_and_only_the_valid_one_links() {
    let plain = plain();
    let first = value(&plain.qr().await);
    advance(s(19)).await;
    assert_eq!(value(&plain.qr().await), first);
    advance(s(1)).await;
    assert_eq!(plain.instance.scan(&first), Err(ScanError::Dead));
    let second = value(&plain.qr().await);
    assert_ne!(first, second);
    assert_eq!(
        plain.instance.scan("2@a stranger's"),
        Err(ScanError::Unknown)
    );
    assert_eq!(plain.instance.scan(&second), Ok(()));
    assert_eq!(plain.instance.scan(&second), Err(ScanError::AlreadyLinked));
    assert_eq!(plain.instance.linked_phone(), Some(plain.instance.phone()));
}

#[tokio::test(start_paused = true)]
async fn the_other_rotation_gives_the_first_code_a_minute() {
    let plain = client(InstanceSetup::new(PLAIN).with_rotation(Rotation::FIRST_60_THEN_20_S));
    let first = value(&plain.qr().await);
    advance(s(59)).await;
    assert_eq!(value(&plain.qr().await), first);
    advance(s(1)).await;
    let second = value(&plain.qr().await);
    assert_ne!(first, second);
    advance(s(20)).await;
    assert_eq!(plain.instance.scan(&second), Err(ScanError::Dead));
    advance(s(80)).await;
    assert_eq!(plain.instance.current_qr(), None);
    assert_eq!(plain.instance.scan_current(), Err(ScanError::NoCode));
}

#[tokio::test(start_paused = true)]
async fn an_offset_gives_a_code_that_dies_sooner() {
    let plain = client(InstanceSetup::new(PLAIN).with_phase(s(15)));
    let first = value(&plain.qr().await);
    advance(s(5)).await;
    assert_eq!(plain.instance.scan(&first), Err(ScanError::Dead));
}

#[tokio::test(start_paused = true)]
async fn speed_shortens_lives_and_says_so() {
    let fast = Simulator::new(SimulatorOptions::default().with_speed(20));
    let plain = Client::of(&fast, InstanceSetup::new(PLAIN));
    let next = plain.instance.next_code();
    let first = value(&plain.qr().await);
    assert_eq!(next.await.lives(), s(1));
    advance(s(1)).await;
    assert_ne!(value(&plain.qr().await), first);
}

#[tokio::test(start_paused = true)]
async fn pictures_say_what_the_instance_says() {
    let plain = plain();
    let answer = plain.get(&["picture"]).await;
    let png = picture(&value(&answer));
    assert_eq!(pairing_qr::decode(&png).ok(), plain.instance.current_qr());
    assert_eq!(
        plain.instance.scan_picture(b"no picture"),
        Err(ScanError::Unreadable)
    );
    assert_eq!(plain.instance.scan_picture(&png), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn every_form_carries_the_valid_code() {
    let with = |shape| {
        let mut setup = InstanceSetup::new(PLAIN);
        setup.qr_picture_body = shape;
        client(setup)
    };
    let uri = with(QrPictureBody::BareDataUri);
    let png = picture(&text(&uri.get(&["picture"]).await));
    assert_eq!(uri.instance.scan_picture(&png), Ok(()));

    let base64 = with(QrPictureBody::BareBase64);
    let body = text(&base64.get(&["picture"]).await);
    let png = STANDARD.decode(body).unwrap();
    assert_eq!(base64.instance.scan_picture(&png), Ok(()));

    let raw = with(QrPictureBody::Png);
    let response = raw.get(&["picture"]).await;
    assert_eq!(response.content_type.as_deref(), Some("image/png"));
    assert_eq!(raw.instance.scan_picture(&response.body), Ok(()));

    let mut setup = InstanceSetup::new(PLAIN);
    setup.qr_text = QrTextForm::Link;
    let link = client(setup);
    let code = value(&link.qr().await);
    assert!(code.starts_with("https://wa.me/settings/linked_devices#"));
    assert_eq!(link.instance.scan(&code), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_lives_160_s_and_a_new_one_replaces_it() {
    let plain = plain();
    let first = value(&plain.phone_code().await);
    assert_eq!(plain.instance.current_phone_code(), Some(first.clone()));
    let second = value(&plain.phone_code().await);
    assert_eq!(plain.instance.type_code(&first), Err(TypeError::Unknown));
    advance(s(160)).await;
    assert_eq!(plain.instance.type_code(&second), Err(TypeError::Dead));
    assert_eq!(plain.instance.type_current(), Err(TypeError::NoCode));
    let third = value(&plain.phone_code().await);
    advance(s(159)).await;
    assert_eq!(plain.instance.type_code(&third), Ok(()));
    assert_eq!(
        plain.instance.type_code(&third),
        Err(TypeError::AlreadyLinked)
    );
}

#[tokio::test(start_paused = true)]
async fn the_phone_tolerates_the_hyphen() {
    let mut setup = InstanceSetup::new(PLAIN);
    setup.phone_code_hyphen = true;
    let plain = client(setup);
    let code = value(&plain.phone_code().await);
    assert_eq!(code.find('-'), Some(4));
    assert_eq!(plain.instance.type_code(&code.to_lowercase()), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_code_for_another_number_does_not_link_this_phone() {
    let plain = plain();
    let code = value(&plain.get(&["phone-code", "351912345678"]).await);
    assert_eq!(plain.instance.type_code(&code), Err(TypeError::OtherPhone));
    let wanted = plain.instance.current_phone_code_for().unwrap();
    assert_eq!(wanted.digits(), "351912345678");
    plain.instance.link_as(wanted);
    assert_eq!(plain.instance.current_phone_code_for(), None);
}

#[tokio::test(start_paused = true)]
async fn after_the_limit_whatsapp_makes_no_more_phone_codes() {
    let plain = client(InstanceSetup::new(PLAIN).with_phone_code_limit(1));
    assert_eq!(plain.phone_code().await.status, 200);
    assert_eq!(plain.phone_code().await.status, 429);
}

#[tokio::test(start_paused = true)]
async fn a_restart_kills_the_codes() {
    let plain = plain();
    let qr = value(&plain.qr().await);
    let code = value(&plain.phone_code().await);
    assert_eq!(plain.get(&["restart"]).await.status, 200);
    assert_eq!(plain.instance.scan(&qr), Err(ScanError::Dead));
    assert_eq!(plain.instance.type_code(&code), Err(TypeError::Dead));
    // It stays on the screen all the same.
    assert_eq!(plain.instance.last_code().unwrap().text(), code);
}

#[tokio::test(start_paused = true)]
async fn the_person_sees_each_code_as_it_is_handed_out() {
    let plain = plain();
    let phone = plain.instance.clone();
    let mut codes = phone.codes();
    let person = tokio::spawn(async move {
        let start = Instant::now();
        let first = codes.next().await;
        tokio::time::sleep(first.lives()).await;
        let second = codes.next().await;
        phone.scan(second.text()).unwrap();
        (start.elapsed(), first, second)
    });
    let first = value(&plain.qr().await);
    tokio::time::sleep(s(21)).await;
    let second = value(&plain.qr().await);
    let (took, seen_first, seen_second) = person.await.unwrap();
    assert_eq!(took, s(21));
    assert_eq!(seen_first.text(), first);
    assert!(matches!(seen_second, IssuedCode::Qr { text, .. } if text == second));
    assert!(plain.instance.is_linked());
}

#[tokio::test(start_paused = true)]
async fn runs_repeat_and_seeds_differ() {
    let first_code = |seed| async move {
        let simulator = Simulator::new(SimulatorOptions::default().with_seed(seed));
        let plain = Client::of(&simulator, InstanceSetup::new(PLAIN));
        (plain.instance.id().to_owned(), value(&plain.qr().await))
    };
    assert_eq!(first_code(1).await, first_code(1).await);
    assert_ne!(first_code(1).await, first_code(2).await);
}
