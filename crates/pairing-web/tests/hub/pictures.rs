//! What becomes of the pictures that a gateway sends in the place of codes.

use pairing_core::mock::MockPairingProvider;
use pairing_core::{Capabilities, CodeReply, InstanceStatus, PairingPolicy, QrImage};
use pairing_qr::QrMatrix;
use pairing_sim::Dialect;
use pairing_web::HubInstance;
use serde_json::json;

use crate::support::House;

/// Sends these pictures, the last again and again.
fn gallery(mut pictures: Vec<Vec<u8>>) -> HubInstance {
    pictures.reverse();
    let mut provider = MockPairingProvider::new();
    provider.expect_name().return_const("gallery".to_owned());
    provider
        .expect_capabilities()
        .return_const(Capabilities::none().with_qr_image().with_status());
    provider
        .expect_recommended_policy()
        .returning(PairingPolicy::default);
    provider.expect_request_code().returning(move |_| {
        let picture = match &pictures[..] {
            [last] => last.clone(),
            _ => pictures.pop().unwrap(),
        };
        Ok(CodeReply::from(QrImage::new(picture).unwrap()))
    });
    provider
        .expect_status()
        .returning(|| Ok(InstanceStatus::disconnected()));
    HubInstance::new(provider)
}

#[tokio::test(start_paused = true)]
async fn one_that_cannot_be_read_stays_here_and_the_next_code_comes_in_time() {
    let unreadable = b"\x89PNG\r\n\x1a\ncanary".repeat(1_000);
    let code = QrMatrix::encode("2@next").unwrap().to_png(4).unwrap();
    let house = House::new(Dialect::ZApi);
    let instance = gallery(vec![unreadable, code]);
    house.hub.add_instance("gallery", instance).unwrap();
    let wish = json!({"instance": "gallery"});
    let link = house.api("POST", "/pairings", &wish).await.json();
    let page = link["path"].as_str().unwrap();
    let mut viewer = house.watch(page).await;
    house.start_qr(page).await;
    let before = tokio::time::Instant::now();
    let first = viewer.until("code").await;
    assert_eq!(first.data["screen"]["code"], json!({"kind": "unreadable"}));
    // Who comes now is told the same.
    let late = house.watch(page).await.until("code").await;
    assert_eq!(late.data, first.data);
    let next = viewer.until("code").await;
    assert_eq!(
        (&next.data["attempt"], &next.data["screen"]["code"]["kind"]),
        (&json!(2), &json!("qr_image"))
    );
    assert!(before.elapsed() <= PairingPolicy::default().refresh_interval);
    assert!(next.data["drawing"]["width"].is_u64());
}
