//! The server under test: a hub whose sessions get a new code at each interval from a provider
//! in this process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingPolicy,
    PairingProvider, ProviderError, QrText, WebhookHint,
};
use pairing_web::{HubInstance, HubLimits, NewPairing, PairingHub, router, serve};

use crate::Target;

/// As long as WhatsApp's own.
pub(crate) const TEXT_BYTES: usize = 237;

/// The text of the code with this number.
fn text(number: u64) -> String {
    // Letters that look like Base64 and differ from code to code; a linear congruential
    // generator (Knuth's MMIX) will do, nobody is to be kept out.
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = number;
    let letters = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        char::from(LETTERS[(state >> 58) as usize])
    });
    "2@".chars().chain(letters).take(TEXT_BYTES).collect()
}

/// Always has a new code, and nobody scans it.
#[derive(Debug)]
struct Renewing {
    number: AtomicU64,
}

#[async_trait]
impl PairingProvider for Renewing {
    fn name(&self) -> &str {
        "renewing"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none().with_qr_text().with_status()
    }

    async fn request_code(&self, _: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let text = QrText::new(text(number)).expect("a text of letters is a QR text");
        Ok(text.into())
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        Ok(InstanceStatus::disconnected())
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        Ok(())
    }

    fn read_webhook(&self, _: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        Ok(WebhookHint::Irrelevant)
    }
}

/// The numbers of sessions, of viewers of each, and of milliseconds between two codes.
pub(crate) fn main(arguments: &[String]) -> anyhow::Result<()> {
    let [sessions, viewers, interval] = arguments else {
        anyhow::bail!("three numbers are needed");
    };
    let (sessions, viewers) = (sessions.parse()?, viewers.parse()?);
    let interval = Duration::from_millis(interval.parse()?);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(serve_sessions(sessions, viewers, interval))
}

async fn serve_sessions(sessions: u64, viewers: usize, interval: Duration) -> anyhow::Result<()> {
    let policy = PairingPolicy::default()
        .with_refresh_min(interval)
        .with_refresh_interval(interval)
        .with_codes_per_round(u32::MAX);
    let limits = HubLimits::default()
        .with_pairings(usize::try_from(sessions)?)
        .with_viewers(usize::try_from(sessions)? * viewers)
        .with_viewers_per_pairing(viewers);
    let hub = PairingHub::builder().limits(limits).build()?;
    let mut paths = Vec::new();
    for session in 0..sessions {
        let provider = Renewing {
            number: AtomicU64::new(session << 32),
        };
        let name = format!("shop-{session}");
        let instance = HubInstance::new(provider).policy(policy.clone());
        hub.add_instance(&name, instance)?;
        let link = hub.create(NewPairing::of(name))?;
        paths.push(link.path().to_owned());
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let target = Target {
        address: listener.local_addr()?,
        paths,
    };
    println!("{}", serde_json::to_string(&target)?);
    serve(listener, router(hub), std::future::pending())
        .await
        .context("the server ended")
}
