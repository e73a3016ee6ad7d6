//! Every known exchange with WPPConnect-server, the recorded ones among them, means what its file says,
//! and nothing it leads to prints a secret.

use pairing_adapter::testing::{Fixture, FixtureRequest, FixtureSetup};
use pairing_adapter::{BaseUrl, QrForm};
use pairing_wppconnect::{WppConnect, WppConnectConfig};

/// The records have the names `shop1` to `shop4`, which are no secrets.
fn provider(setup: FixtureSetup, folder: &str) -> WppConnect {
    let base = BaseUrl::parse("https://gateway.example.com").expect("the URL is well-formed");
    let config = WppConnectConfig::new(base, "shop1")
        .with_phone_codes(folder != "no-phone-codes")
        .with_qr_form(match setup.request {
            FixtureRequest::QrImage => QrForm::Image,
            _ => QrForm::Text,
        });
    let config = match folder {
        "secret-key" => config.with_secret_key("canary-key".to_owned()),
        _ => config.with_token("canary-token".to_owned()),
    };
    WppConnect::with_transport(config, setup.transport).expect("the configuration is well-formed")
}

#[tokio::test]
async fn every_fixture_means_what_it_says() {
    for fixture in Fixture::load_all("fixtures") {
        let folder = fixture.name.rsplit('/').nth(1).unwrap_or_default();
        fixture.check(|setup| provider(setup, folder)).await;
    }
}

#[test]
fn every_record_is_a_fixture_or_is_listed_with_the_reason_why_not() {
    const RECORDS: [&str; 44] = include!("records.in");
    let folders = ["fixtures/records", "fixtures/secret-key"];
    let fixtures: Vec<String> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("the folder is there"))
        .map(|file| file.expect("it can be listed").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let readme = std::fs::read_to_string("README.md").expect("the page is there");
    for record in RECORDS {
        let is_fixture = fixtures.iter().any(|file| file.starts_with(record));
        let is_listed = readme.contains(&format!("`{record}`"));
        assert!(is_fixture != is_listed, "{record}");
    }
}
