//! The smallest program that links a WhatsApp number: the core, one adapter, and what to do
//! about each event. Run it with `cargo run -p example-minimal` and the credentials below in
//! the environment; `pairing sim` prints some for those who have no account.
use pairing_core::{EventKind, PairingCode::QrText, PairingSession};
use pairing_zapi::{ZApi, ZApiConfig};
use std::{env::var, error::Error, io::stdin};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (instance, token) = (var("PAIRING_ZAPI_INSTANCE")?, var("PAIRING_ZAPI_TOKEN")?);
    let mut config = ZApiConfig::new(instance, token);
    config.client_token = var("PAIRING_ZAPI_CLIENT_TOKEN").ok().map(Into::into);
    if let Ok(url) = var("PAIRING_ZAPI_BASE_URL") {
        config.base_url = Some(url.parse()?); // the simulator; otherwise https://api.z-api.io
    }
    // The session asks, renews and retries by itself. Dropping it cancels it.
    let mut session = PairingSession::builder(ZApi::new(config)?).start()?;
    while let Some(event) = session.next_event().await {
        match event.kind {
            // A login secret that replaces any code before: for this screen, never for a log.
            EventKind::CodeReady {
                code: QrText { text },
                ..
            } => {
                println!("Draw this as a QR code and scan it: {}", text.expose());
            }
            EventKind::CodeExpired => println!("That code is dead, take it off the screen."),
            EventKind::Retrying { error, .. } => println!("A moment, please: {}", error.message),
            EventKind::InteractionRequired => {
                println!("Nobody used the codes. Press Enter for new ones.");
                stdin().read_line(&mut String::new())?;
                session.handle().resume().ok(); // refused if the session has ended meanwhile
            }
            EventKind::Finished { outcome } => println!("Done: {outcome:?}"),
            _ => {} // `Preparing`, and whatever a later version adds
        }
    }
    Ok(())
}
