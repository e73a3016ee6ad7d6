//! A gateway on a bad day: slow, failing, contradicting itself, hanging, and one of its
//! instances linked now and then.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingMethod,
    PairingProvider, PasskeyStep, PhoneCode, PhoneNumber, ProviderError, ProviderErrorKind as Kind,
    QrText, WebhookHint,
};
use tokio::time::Instant;

use crate::chance::Chance;

/// What all instances together have seen.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) calls: AtomicUsize,
    /// Two requests at once at the same instance.
    pub(crate) overlaps: AtomicUsize,
    living: AtomicUsize,
    /// The most sessions that lived at the same time.
    pub(crate) most_at_once: AtomicUsize,
}

/// Counts a session for as long as it lives.
#[derive(Debug)]
pub(crate) struct Living(Arc<Totals>);

impl Totals {
    pub(crate) fn living(self: &Arc<Self>) -> Living {
        let living = self.living.fetch_add(1, SeqCst) + 1;
        self.most_at_once.fetch_max(living, SeqCst);
        Living(self.clone())
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        self.0.living.fetch_sub(1, SeqCst);
    }
}

/// One instance.
#[derive(Debug)]
pub(crate) struct Instance {
    chance: Mutex<Chance>,
    totals: Arc<Totals>,
    under_way: AtomicUsize,
    calls: AtomicUsize,
    links_at: Option<Instant>,
    phone: Option<PhoneNumber>,
}

impl Instance {
    pub(crate) fn new(mut chance: Chance, totals: Arc<Totals>) -> Self {
        let links = chance.in_a_thousand(300);
        // Some are linked already.
        let after = match chance.below(10) {
            0 => Duration::ZERO,
            _ => chance.millis(500_000),
        };
        let links_at = links.then(|| Instant::now() + after);
        let number = match chance.below(4) {
            0 => None,
            1 => Some("4915112345678"),
            _ => Some(crate::person::NUMBER),
        };
        Self {
            chance: Mutex::new(chance),
            totals,
            under_way: AtomicUsize::new(0),
            calls: AtomicUsize::new(0),
            links_at,
            phone: number.and_then(|number| number.parse().ok()),
        }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(SeqCst)
    }

    pub(crate) fn under_way(&self) -> usize {
        self.under_way.load(SeqCst)
    }

    fn draw(&self, end: u64) -> u64 {
        self.chance.lock().unwrap().below(end)
    }

    fn is_linked(&self) -> bool {
        self.links_at.is_some_and(|at| Instant::now() >= at)
    }

    async fn answer(&self) -> Result<(), ProviderError> {
        let _under_way = UnderWay::begin(self);
        match self.draw(1000) {
            0..15 => std::future::pending().await,
            15..50 => tokio::time::sleep(Duration::from_millis(self.draw(45_000))).await,
            50..60 => {}
            60 => std::panic::resume_unwind(Box::new("a defect of the provider")),
            _ => tokio::time::sleep(Duration::from_millis(self.draw(1500))).await,
        }
        let limited = ProviderError::from(Kind::RateLimited);
        match self.draw(1000) {
            0..60 => Err(Kind::Unavailable.into()),
            60..75 => Err(Kind::MalformedReply.into()),
            75..80 => Err(limited),
            80..95 => Err(limited.with_retry_after(Duration::from_secs(self.draw(65)))),
            95 => Err(Kind::InvalidCredentials.into()),
            _ => Ok(()),
        }
    }
}

/// Counts a request for as long as it lives, dropped ones too.
struct UnderWay<'a>(&'a Instance);

impl<'a> UnderWay<'a> {
    fn begin(instance: &'a Instance) -> Self {
        instance.totals.calls.fetch_add(1, SeqCst);
        instance.calls.fetch_add(1, SeqCst);
        if instance.under_way.fetch_add(1, SeqCst) > 0 {
            instance.totals.overlaps.fetch_add(1, SeqCst);
        }
        Self(instance)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, SeqCst);
    }
}

#[async_trait]
impl PairingProvider for Instance {
    fn name(&self) -> &str {
        "soak"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none()
            .with_qr_text()
            .with_phone_code()
            .with_status()
            .with_linked_phone()
            .with_webhooks()
    }

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        self.answer().await?;
        Ok(match (self.draw(1000), &request.method) {
            _ if self.is_linked() => CodeReply::AlreadyConnected,
            (0..100, _) => CodeReply::NOT_READY,
            (100..103, _) => CodeReply::PasskeyRequired(PasskeyStep::new()),
            (103..150, _) => CodeReply::STARTING,
            (150..160, _) => CodeReply::Linking,
            (_, PairingMethod::Qr) => QrText::new(format!("2@{}", self.draw(3))).unwrap().into(),
            (_, PairingMethod::PhoneCode(_)) => PhoneCode::new("ABCD1234").unwrap().into(),
        })
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        self.answer().await?;
        Ok(if self.is_linked() {
            InstanceStatus::connected(self.phone.clone())
        } else {
            InstanceStatus::disconnected()
        })
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        Err(ProviderError::unsupported())
    }

    fn read_webhook(&self, _: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        Ok(WebhookHint::Connected)
    }
}
