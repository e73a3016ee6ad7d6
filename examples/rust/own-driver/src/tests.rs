//! The driver on a clock that jumps, so that minutes cost nothing.

use std::cell::Cell;
use std::future::pending;
use std::time::{Duration, SystemTime};

use pairing_core::flow::{FlowOptions, Now};

use super::*;

/// Waiting is what lets its time pass.
#[derive(Debug, Default)]
struct Jumping(Cell<Duration>);

impl Clock for Jumping {
    fn now(&self) -> Now {
        Now {
            elapsed: self.0.get(),
            wall: SystemTime::UNIX_EPOCH + self.0.get(),
        }
    }

    fn wait(&self, longest: Duration) {
        self.0.set(self.0.get() + longest);
    }
}

#[test]
fn the_demo_shows_codes_until_the_phone_is_linked() {
    let (clock, mut screen) = (Jumping::default(), Vec::new());
    let outcome = link(&Demo::default(), &clock, &mut screen).unwrap();
    assert!(outcome.is_linked());
    assert_eq!(clock.0.get(), Duration::from_secs(20));
    let screen = String::from_utf8(screen).unwrap();
    assert_eq!(screen, "Scan this: 2@demo-1\nScan this: 2@demo-2\n");
}

/// Counts the requests that were dropped unanswered.
#[derive(Debug, Default)]
struct Hanging {
    asked: AtomicU32,
    dropped: AtomicU32,
}

struct Dropped<'a>(&'a AtomicU32);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl PairingProvider for Hanging {
    fn name(&self) -> &str {
        "hanging"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none().with_qr_text()
    }

    async fn request_code(&self, _: &CodeRequest) -> Result<CodeReply, ProviderError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let _dropped = Dropped(&self.dropped);
        pending().await
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        Err(ProviderError::unsupported())
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        Err(ProviderError::unsupported())
    }

    fn read_webhook(&self, _: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        Err(ProviderError::unsupported())
    }
}

#[test]
fn requests_that_hang_are_dropped_and_repeated_until_the_retries_are_used_up() {
    let provider = Hanging::default();
    let outcome = link(&provider, &Jumping::default(), &mut Vec::new()).unwrap();
    assert!(matches!(outcome, PairingOutcome::Unavailable { .. }));
    assert_eq!(provider.asked.load(Ordering::Relaxed), 6);
    assert_eq!(provider.dropped.load(Ordering::Relaxed), 6);
}

/// A gateway that is busy with another attempt until that is ended, and lets the second call to end
/// one hang.
#[derive(Debug, Default)]
struct Busy {
    ended: AtomicU32,
}

#[async_trait]
impl PairingProvider for Busy {
    fn name(&self) -> &str {
        "busy"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none()
            .with_qr_text()
            .with_status()
            .with_abandon()
    }

    async fn request_code(&self, _: &CodeRequest) -> Result<CodeReply, ProviderError> {
        Ok(match self.ended.load(Ordering::Relaxed) {
            0 => CodeReply::AnotherAttempt,
            _ => QrText::new("2@busy").unwrap().into(),
        })
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        Ok(InstanceStatus::disconnected())
    }

    async fn abandon(&self) -> Result<(), ProviderError> {
        match self.ended.fetch_add(1, Ordering::Relaxed) {
            0 => Ok(()),
            _ => pending().await,
        }
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        Err(ProviderError::unsupported())
    }

    fn read_webhook(&self, _: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        Err(ProviderError::unsupported())
    }
}

#[test]
fn another_attempt_is_ended_for_a_code_and_the_own_one_when_the_person_leaves() {
    let (provider, clock) = (Busy::default(), Jumping::default());
    let options = FlowOptions {
        method: PairingMethod::Qr,
        policy: Arc::new(provider.recommended_policy()),
        capabilities: provider.capabilities(),
        expected_phone: None,
        expect_webhooks: false,
        seed: 0,
    };
    let patience = options.policy.request_timeout;
    let mut left_at = None;
    let outcome = drive(&provider, options, &clock, |event| match event.kind {
        EventKind::CodeReady { .. } => {
            left_at = Some(clock.0.get());
            Some(Input::Cancel)
        }
        _ => None,
    });
    assert_eq!(outcome, Ok(PairingOutcome::Cancelled));
    assert_eq!(provider.ended.load(Ordering::Relaxed), 2);
    assert_eq!(clock.0.get(), left_at.unwrap() + patience);
}
