//! Links a phone on a plain thread: `driver.rs` runs the rules of pairing without tokio. Use the
//! same loop on another runtime, or inside an event loop that exists already. Run it with
//! `cargo run -p example-own-driver`; it takes 20 s.

mod driver;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use async_trait::async_trait;
use pairing_core::flow::{FlowOptions, Input};
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, EventKind, IncomingWebhook, InstanceStatus, PairingCode,
    PairingMethod, PairingOutcome, PairingProvider, ProviderError, QrText, WebhookHint,
};

use driver::{Clock, SystemClock, drive};

/// A gateway in memory, whose phone is linked at the third look. In its place, use an adapter with
/// an `HttpTransport` that needs no tokio either.
#[derive(Debug, Default)]
struct Demo {
    codes: AtomicU32,
    looks: AtomicU32,
}

#[async_trait]
impl PairingProvider for Demo {
    fn name(&self) -> &str {
        "demo"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none().with_qr_text().with_status()
    }

    async fn request_code(&self, _: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let number = self.codes.fetch_add(1, Ordering::Relaxed) + 1;
        let text = QrText::new(format!("2@demo-{number}"));
        text.map(CodeReply::from)
            .map_err(|_| ProviderError::unsupported())
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        Ok(match self.looks.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => InstanceStatus::disconnected(),
            _ => InstanceStatus::connected(None),
        })
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        Err(ProviderError::unsupported())
    }

    fn read_webhook(&self, _: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        Err(ProviderError::unsupported())
    }
}

/// The session of one person in front of one screen.
fn link(
    provider: &dyn PairingProvider,
    clock: &dyn Clock,
    screen: &mut impl Write,
) -> Result<PairingOutcome, Box<dyn Error>> {
    let options = FlowOptions {
        method: PairingMethod::Qr,
        policy: Arc::new(provider.recommended_policy()),
        capabilities: provider.capabilities(),
        expected_phone: None,
        expect_webhooks: false,
        // Spreads the retries of many sessions: any number that differs between them.
        seed: u64::from(std::process::id()),
    };
    let mut written = Ok(());
    let outcome = drive(provider, options, clock, |event| {
        let line = match &event.kind {
            EventKind::CodeReady {
                code: PairingCode::QrText { text },
                ..
            } => format!("Scan this: {}", text.expose()),
            EventKind::CodeExpired => "That code has expired.".to_owned(),
            EventKind::Retrying { error, .. } => format!("One moment: {}", error.message),
            EventKind::Starting => "The gateway is starting the instance.".to_owned(),
            EventKind::Linking => "Scanned: keep WhatsApp open on the phone.".to_owned(),
            EventKind::PasskeyRequired { step } => match step.url() {
                Some(url) => format!("WhatsApp wants a passkey. Go on at {url}"),
                None => "WhatsApp wants a passkey. Finish in the gateway's dashboard.".to_owned(),
            },
            EventKind::Linked { .. } => "Linked: one moment more.".to_owned(),
            EventKind::InteractionRequired => "Nobody scanned the codes: here are more.".to_owned(),
            EventKind::Preparing { .. }
            | EventKind::CodeReady { .. }
            | EventKind::Finished { .. } => {
                return None;
            }
        };
        if let Err(error) = writeln!(screen, "{line}") {
            written = Err(error);
            return Some(Input::Cancel);
        }
        matches!(event.kind, EventKind::InteractionRequired).then_some(Input::Resume)
    })?;
    written?;
    Ok(outcome)
}

fn main() -> Result<(), Box<dyn Error>> {
    let clock = SystemClock(Instant::now());
    let outcome = link(&Demo::default(), &clock, &mut io::stdout())?;
    writeln!(io::stdout(), "Done: {outcome:?}")?;
    Ok(())
}
