//! Every known exchange with WAHA, the recorded ones among them, means what its file says, and nothing
//! it leads to prints a secret.

use pairing_adapter::testing::{Fixture, FixtureRequest, FixtureSetup};
use pairing_adapter::{BaseUrl, QrForm};
use pairing_waha::{Waha, WahaConfig};

/// The records have the name `default`, which is no secret.
fn provider(setup: FixtureSetup, folder: &str) -> Waha {
    let base = BaseUrl::parse("https://gateway.example.com").expect("the URL is well-formed");
    let mut config = WahaConfig::new(base)
        .with_api_key("canary-key".to_owned())
        .with_create(folder == "create")
        .with_qr_form(match setup.request {
            FixtureRequest::QrImage => QrForm::Image,
            _ => QrForm::Text,
        });
    if folder == "webhook-signed" {
        config = config.with_webhook_hmac_key("canary-hmac-key".to_owned());
    }
    Waha::with_transport(config, setup.transport).expect("the configuration is well-formed")
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
    const RECORDS: [&str; 93] = include!("records.in");
    let folders = ["fixtures/records", "fixtures/records/create"];
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
    for file in fixtures.iter().filter(|file| file.ends_with(".json")) {
        let is_known = RECORDS.iter().any(|record| file.starts_with(record));
        assert!(is_known, "{file} is of no record");
    }
}
