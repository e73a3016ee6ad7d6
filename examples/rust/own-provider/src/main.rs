//! Runs a session with the adapter against its simulated gateway, with
//! `cargo run -p example-own-provider`: no account and no network needed. The phone scans the
//! first code after three seconds.

#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use std::sync::Arc;
use std::time::Duration;

use example_own_provider::{Acme, AcmeConfig, simulator::DIALECT};
use pairing_core::{EventKind, PairingCode, PairingSession};
use pairing_sim::{InProcessTransport, InstanceSetup, Simulator, SimulatorOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(InstanceSetup::new(DIALECT));
    let config = AcmeConfig {
        instance: instance.id().into(),
        token: instance.token().into(),
        base_url: InProcessTransport::BASE_URL.parse()?,
    };
    let provider = Acme::new(&config, Arc::new(simulator.transport()));

    // From here on nothing depends on the gateway.
    let mut session = PairingSession::builder(provider).start()?;
    while let Some(event) = session.next_event().await {
        match event.kind {
            EventKind::CodeReady {
                code: PairingCode::QrText { text },
                ..
            } => {
                println!("scan this: {}", text.expose());
                tokio::time::sleep(Duration::from_secs(3)).await;
                println!("the phone scans it: {:?}", instance.scan(text.expose()));
            }
            EventKind::Finished { outcome } => println!("done: {outcome:?}"),
            other => println!("{other:?}"),
        }
    }
    Ok(())
}
