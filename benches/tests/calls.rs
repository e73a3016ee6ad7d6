//! What a session asks of the gateway, at most: each call more is one that somebody decided on.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use pairing_core::{EventKind, PairingMethod, PairingOutcome, PairingSession};
use pairing_http::BaseUrl;
use pairing_sim::{Calls, InProcessTransport, InstanceSetup, Simulator, SimulatorOptions};
use pairing_zapi::simulator as zapi;
use pairing_zapi::{ZApi, ZApiConfig};

/// One session with the default policy; the phone is linked `link_after` its start, if ever.
async fn calls(link_after: Option<Duration>) -> Result<(Calls, PairingOutcome)> {
    let simulator = Simulator::new(SimulatorOptions::default());
    let setup = InstanceSetup::new(zapi::DIALECT).with_option("security", false);
    let instance = simulator.add_instance(setup);
    let config = ZApiConfig::new(instance.id(), instance.token())
        .with_base_url(BaseUrl::parse(InProcessTransport::BASE_URL)?);
    let provider = ZApi::with_transport(config, Arc::new(simulator.transport()))?;
    let mut session = PairingSession::builder(Arc::new(provider))
        .method(PairingMethod::Qr)
        .start()?;
    let phone = instance.clone();
    let linking = async move {
        if let Some(after) = link_after {
            tokio::time::sleep(after).await;
            phone.link();
        }
    };
    tokio::spawn(linking);
    loop {
        let event = session.next_event().await.context("no end came")?;
        if let EventKind::Finished { outcome } = event.kind {
            return Ok((instance.calls(), outcome));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_unused_session_costs_eighteen_calls() {
    let (calls, outcome) = calls(None).await.unwrap();
    assert_eq!(outcome, PairingOutcome::Deadline);
    assert!(calls.codes() <= 4 && calls.status <= 14, "{calls:?}");
    assert!(calls.total <= 18 && calls.max_in_flight == 1, "{calls:?}");
}

#[tokio::test(start_paused = true)]
async fn a_session_whose_first_code_is_used_costs_six_calls() {
    let (calls, outcome) = calls(Some(Duration::from_secs(8))).await.unwrap();
    assert!(matches!(outcome, PairingOutcome::Connected { .. }));
    // The second request for a code is the one that finds out; a status, which is two requests at
    // Z-API, then names the number.
    assert!(calls.codes() <= 2 && calls.status <= 3, "{calls:?}");
    assert!(calls.total <= 6, "{calls:?}");
}
