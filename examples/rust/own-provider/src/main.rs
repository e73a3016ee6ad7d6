//! Runs a session over the adapter in `provider.rs`, against a fake of its gateway, with
//! `cargo run -p example-own-provider`: no account and no network needed. The phone scans the
//! first code after three seconds.

#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use std::sync::Arc;
use std::time::Duration;

use example_own_provider::{Acme, FakeAcme};
use pairing_core::{EventKind, PairingCode, PairingSession};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let gateway = FakeAcme::new("+5511999998888".parse()?);
    let provider = Acme::new(
        "https://acme.example.com".parse()?,
        "my-instance",
        "my-token",
        Arc::new(gateway.clone()),
    );

    // From here on nothing knows which gateway it is.
    let mut session = PairingSession::builder(provider).start()?;
    while let Some(event) = session.next_event().await {
        match event.kind {
            EventKind::CodeReady {
                code: PairingCode::QrText { text },
                ..
            } => {
                println!("scan this: {}", text.expose());
                tokio::time::sleep(Duration::from_secs(3)).await;
                println!("the phone scans it: {}", gateway.scan(text.expose()));
            }
            EventKind::Finished { outcome } => println!("done: {outcome:?}"),
            other => println!("{other:?}"),
        }
    }
    Ok(())
}
