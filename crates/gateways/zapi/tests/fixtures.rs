//! Every known exchange with Z-API means what its file says, with one request alone and
//! with follow-ups, and nothing it leads to prints a secret.

use pairing_adapter::testing::{Fixture, FixtureRequest, FixtureSetup};
use pairing_zapi::{QrForm, ZApi, ZApiConfig};

fn provider(setup: FixtureSetup) -> ZApi {
    let mut config =
        ZApiConfig::new("canary-instance", "canary-token").with_follow_ups(setup.follow_ups);
    if setup.request == FixtureRequest::QrImage {
        config.qr_form = QrForm::Image;
    }
    ZApi::with_transport(config, setup.transport).expect("the credentials are well-formed")
}

#[tokio::test]
async fn every_fixture_means_what_it_says() {
    for fixture in Fixture::load_all("fixtures") {
        fixture.check(provider).await;
    }
}
