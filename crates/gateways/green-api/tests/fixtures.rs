//! Every known exchange with Green-API means what its file says, and nothing it leads to prints a
//! secret.

use pairing_adapter::BaseUrl;
use pairing_adapter::testing::{Fixture, FixtureSetup};
use pairing_green_api::{GreenApi, GreenApiConfig};

fn provider(setup: FixtureSetup, folder: &str) -> GreenApi {
    let base = BaseUrl::parse("https://gateway.example.com").expect("the URL is well-formed");
    let mut config = GreenApiConfig::new("1101000001", "canary-token", base);
    if folder == "webhook-token" {
        config = config.with_webhook_token("canary-webhook");
    }
    GreenApi::with_transport(config, setup.transport).expect("the credentials are well-formed")
}

#[tokio::test]
async fn every_fixture_means_what_it_says() {
    for fixture in Fixture::load_all("fixtures") {
        let folder = fixture.name.rsplit('/').nth(1).unwrap_or_default();
        fixture.check(|setup| provider(setup, folder)).await;
    }
}
