//! Every known exchange with megaAPI means what its file says, with one request alone and
//! with follow-ups, and nothing it leads to prints a secret.

use pairing_adapter::BaseUrl;
use pairing_adapter::testing::{Fixture, FixtureSetup};
use pairing_megaapi::{MegaApi, MegaApiConfig};

fn provider(setup: FixtureSetup) -> MegaApi {
    let base = BaseUrl::parse("https://gateway.example.com").expect("the URL is well-formed");
    let config = MegaApiConfig::new("canary-instance", "canary-token", base)
        .with_follow_ups(setup.follow_ups);
    MegaApi::with_transport(config, setup.transport).expect("the credentials are well-formed")
}

#[tokio::test]
async fn every_fixture_means_what_it_says() {
    for fixture in Fixture::load_all("fixtures") {
        fixture.check(provider).await;
    }
}
