//! Every known exchange with uazapi means what its file says, and nothing it leads to prints a secret.

use pairing_adapter::BaseUrl;
use pairing_adapter::testing::{Fixture, FixtureSetup};
use pairing_uazapi::{Uazapi, UazapiConfig};

fn provider(setup: FixtureSetup) -> Uazapi {
    let base = BaseUrl::parse("https://gateway.example.com").expect("the URL is well-formed");
    let config = UazapiConfig::new("canary-token".to_owned(), base);
    Uazapi::with_transport(config, setup.transport).expect("the configuration is well-formed")
}

#[tokio::test]
async fn every_fixture_means_what_it_says() {
    for fixture in Fixture::load_all("fixtures") {
        fixture.check(provider).await;
    }
}
