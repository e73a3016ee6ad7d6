//! Every known exchange with Evolution means what its file says, with one status request alone and with
//! follow-ups, and nothing it leads to prints a secret.

use pairing_adapter::testing::{Fixture, FixtureRequest, FixtureSetup};
use pairing_adapter::{BaseUrl, QrForm};
use pairing_evolution::{Evolution, EvolutionConfig};

/// The name that the fixtures have. Those below `create` are for an instance that may be created.
fn provider(setup: FixtureSetup, create: bool) -> Evolution {
    let base = BaseUrl::parse("https://gateway.example.com").expect("the URL is well-formed");
    let form = match setup.request {
        FixtureRequest::QrImage => QrForm::Image,
        _ => QrForm::Text,
    };
    let config = EvolutionConfig::new("canary shop é/1", "canary-key", base)
        .with_qr_form(form)
        .with_create(create)
        .with_follow_ups(setup.follow_ups);
    Evolution::with_transport(config, setup.transport).expect("the configuration is well-formed")
}

#[tokio::test]
async fn every_fixture_means_what_it_says() {
    for fixture in Fixture::load_all("fixtures") {
        let create = fixture.name.contains("fixtures/create/");
        fixture.check(|setup| provider(setup, create)).await;
    }
}
