//! Codes rotate, die and link, in paused time.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod common;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Client, client, json, megaapi, simulator, text, value, zapi};
use pairing_sim::{
    Dialect, InstanceSetup, IssuedCode, PhoneCodeField, QrPictureBody, QrTextBody, QrTextForm,
    Rotation, ScanError, Simulator, SimulatorOptions, TypeError,
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
async fn the_code_changes_every_20_s_and_only_the_valid_one_links() {
    let zapi = zapi();
    let first = value(&zapi.qr().await);
    advance(s(19)).await;
    assert_eq!(value(&zapi.qr().await), first);
    advance(s(1)).await;
    assert_eq!(zapi.instance.scan(&first), Err(ScanError::Dead));
    let second = value(&zapi.qr().await);
    assert_ne!(first, second);
    assert_eq!(
        zapi.instance.scan("2@a stranger's"),
        Err(ScanError::Unknown)
    );
    assert_eq!(zapi.instance.scan(&second), Ok(()));
    assert_eq!(zapi.instance.scan(&second), Err(ScanError::AlreadyLinked));
    assert_eq!(zapi.instance.linked_phone(), Some(zapi.instance.phone()));
}

#[tokio::test(start_paused = true)]
async fn the_other_rotation_gives_the_first_code_a_minute() {
    let zapi = client(InstanceSetup::new(Dialect::ZApi).with_rotation(Rotation::First60Then20s));
    let first = value(&zapi.qr().await);
    advance(s(59)).await;
    assert_eq!(value(&zapi.qr().await), first);
    advance(s(1)).await;
    let second = value(&zapi.qr().await);
    assert_ne!(first, second);
    advance(s(20)).await;
    assert_eq!(zapi.instance.scan(&second), Err(ScanError::Dead));
    advance(s(80)).await;
    assert_eq!(zapi.instance.current_qr(), None);
    assert_eq!(zapi.instance.scan_current(), Err(ScanError::NoCode));
}

#[tokio::test(start_paused = true)]
async fn an_offset_gives_a_code_that_dies_sooner() {
    let zapi = client(InstanceSetup::new(Dialect::ZApi).with_phase(s(15)));
    let first = value(&zapi.qr().await);
    advance(s(5)).await;
    assert_eq!(zapi.instance.scan(&first), Err(ScanError::Dead));
}

#[tokio::test(start_paused = true)]
async fn speed_shortens_lives_and_says_so() {
    let fast = Simulator::new(SimulatorOptions::default().with_speed(20));
    let zapi = Client::of(&fast, InstanceSetup::new(Dialect::ZApi));
    let next = zapi.instance.next_code();
    let first = value(&zapi.qr().await);
    assert_eq!(next.await.lives(), s(1));
    advance(s(1)).await;
    assert_ne!(value(&zapi.qr().await), first);
}

#[tokio::test(start_paused = true)]
async fn pictures_say_what_the_instance_says() {
    let zapi = zapi();
    let answer = zapi.get(&["qr-code", "image"]).await;
    let png = picture(&value(&answer));
    assert_eq!(pairing_qr::decode(&png).ok(), zapi.instance.current_qr());
    assert_eq!(
        zapi.instance.scan_picture(b"no picture"),
        Err(ScanError::Unreadable)
    );
    assert_eq!(zapi.instance.scan_picture(&png), Ok(()));

    let megaapi = megaapi();
    let answer = json(&megaapi.qr().await);
    assert_eq!(answer["error"], false);
    let png = picture(answer["qrcode"].as_str().unwrap());
    assert_eq!(megaapi.instance.scan_picture(&png), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn every_shape_carries_the_valid_code() {
    let simulator = simulator();
    let zapi = |change: fn(&mut InstanceSetup)| {
        let mut setup = InstanceSetup::new(Dialect::ZApi);
        change(&mut setup);
        Client::of(&simulator, setup)
    };
    let bare = zapi(|setup| setup.qr_text_body = QrTextBody::BareText);
    assert_eq!(bare.instance.scan(&text(&bare.qr().await)), Ok(()));

    let drawn = zapi(|setup| setup.qr_text_body = QrTextBody::Picture);
    let png = picture(&value(&drawn.qr().await));
    assert_eq!(drawn.instance.scan_picture(&png), Ok(()));

    let uri = zapi(|setup| setup.qr_picture_body = QrPictureBody::BareDataUri);
    let png = picture(&text(&uri.get(&["qr-code", "image"]).await));
    assert_eq!(uri.instance.scan_picture(&png), Ok(()));

    let base64 = zapi(|setup| setup.qr_picture_body = QrPictureBody::BareBase64);
    let body = text(&base64.get(&["qr-code", "image"]).await);
    assert_eq!(
        base64
            .instance
            .scan_picture(&STANDARD.decode(body).unwrap()),
        Ok(())
    );

    let raw = zapi(|setup| setup.qr_picture_body = QrPictureBody::Png);
    let answer = raw.get(&["qr-code", "image"]).await;
    assert_eq!(answer.content_type.as_deref(), Some("image/png"));
    assert_eq!(raw.instance.scan_picture(&answer.body), Ok(()));

    let link = zapi(|setup| setup.qr_text = QrTextForm::Link);
    let code = value(&link.qr().await);
    assert!(code.starts_with("https://wa.me/settings/linked_devices#"));
    assert_eq!(link.instance.scan(&code), Ok(()));

    let code = zapi(|setup| setup.phone_code_field = PhoneCodeField::Code);
    let answer = json(&code.phone_code().await);
    assert_eq!(
        code.instance.type_code(answer["code"].as_str().unwrap()),
        Ok(())
    );
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_lives_160_s_and_a_new_one_replaces_it() {
    let zapi = zapi();
    let first = value(&zapi.phone_code().await);
    assert_eq!(zapi.instance.current_phone_code(), Some(first.clone()));
    let second = value(&zapi.phone_code().await);
    assert_eq!(zapi.instance.type_code(&first), Err(TypeError::Unknown));
    advance(s(160)).await;
    assert_eq!(zapi.instance.type_code(&second), Err(TypeError::Dead));
    assert_eq!(zapi.instance.type_current(), Err(TypeError::NoCode));
    let third = value(&zapi.phone_code().await);
    advance(s(159)).await;
    assert_eq!(zapi.instance.type_code(&third), Ok(()));
    assert_eq!(
        zapi.instance.type_code(&third),
        Err(TypeError::AlreadyLinked)
    );
}

#[tokio::test(start_paused = true)]
async fn megaapi_sends_the_hyphen_and_the_phone_tolerates_it() {
    let megaapi = megaapi();
    let code = json(&megaapi.phone_code().await)["pairingCode"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(code.find('-'), Some(4));
    assert_eq!(megaapi.instance.type_code(&code.to_lowercase()), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_code_for_another_number_does_not_link_this_phone() {
    let zapi = zapi();
    let code = value(&zapi.get(&["phone-code", "351912345678"]).await);
    assert_eq!(zapi.instance.type_code(&code), Err(TypeError::OtherPhone));
    let wanted = zapi.instance.current_phone_code_for().unwrap();
    assert_eq!(wanted.digits(), "351912345678");
    zapi.instance.link_as(wanted);
    assert_eq!(zapi.instance.current_phone_code_for(), None);
}

#[tokio::test(start_paused = true)]
async fn after_the_limit_whatsapp_makes_no_more_phone_codes() {
    for dialect in Dialect::ALL {
        let client = client(InstanceSetup::new(dialect).with_phone_code_limit(1));
        assert_eq!(client.phone_code().await.status, 200);
        let refused = client.phone_code().await;
        assert_eq!(refused.status, 429);
        assert!(text(&refused).contains("rate-overlimit"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_kills_the_codes() {
    let zapi = zapi();
    let qr = value(&zapi.qr().await);
    let code = value(&zapi.phone_code().await);
    assert_eq!(json(&zapi.get(&["restart"]).await)["value"], true);
    assert_eq!(zapi.instance.scan(&qr), Err(ScanError::Dead));
    assert_eq!(zapi.instance.type_code(&code), Err(TypeError::Dead));
    // It stays on the screen all the same.
    assert_eq!(zapi.instance.last_code().unwrap().text(), code);
}

#[tokio::test(start_paused = true)]
async fn the_person_sees_each_code_as_it_is_handed_out() {
    let zapi = zapi();
    let phone = zapi.instance.clone();
    let mut codes = phone.codes();
    let person = tokio::spawn(async move {
        let start = Instant::now();
        let first = codes.next().await;
        tokio::time::sleep(first.lives()).await;
        let second = codes.next().await;
        phone.scan(second.text()).unwrap();
        (start.elapsed(), first, second)
    });
    let first = value(&zapi.qr().await);
    tokio::time::sleep(s(21)).await;
    let second = value(&zapi.qr().await);
    let (took, seen_first, seen_second) = person.await.unwrap();
    assert_eq!(took, s(21));
    assert_eq!(seen_first.text(), first);
    assert!(matches!(seen_second, IssuedCode::Qr { text, .. } if text == second));
    assert!(zapi.instance.is_linked());
}

#[tokio::test(start_paused = true)]
async fn runs_repeat_and_seeds_differ() {
    let first_code = |seed| async move {
        let simulator = Simulator::new(SimulatorOptions::default().with_seed(seed));
        let zapi = Client::of(&simulator, InstanceSetup::new(Dialect::ZApi));
        (zapi.instance.id().to_owned(), value(&zapi.qr().await))
    };
    assert_eq!(first_code(1).await, first_code(1).await);
    assert_ne!(first_code(1).await, first_code(2).await);
}
