//! A provider in memory: it answers what a test wants, and verifies the signatures of its webhooks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingProvider,
    ProviderError, ProviderErrorKind, QrText, WebhookHint,
};

/// Shared: the copy that the hub has follows the one of the test.
#[derive(Debug, Clone)]
pub(crate) struct Scripted(Arc<Mutex<Answers>>);

#[derive(Debug)]
struct Answers {
    codes: VecDeque<CodeReply>,
    status: InstanceStatus,
}

impl Scripted {
    /// Gives these answers to requests for a code, then codes; not linked.
    pub(crate) fn new(codes: impl IntoIterator<Item = CodeReply>) -> Self {
        Self(Arc::new(Mutex::new(Answers {
            codes: codes.into_iter().collect(),
            status: InstanceStatus::disconnected(),
        })))
    }

    pub(crate) fn set_status(&self, status: InstanceStatus) {
        self.0.lock().unwrap().status = status;
    }
}

/// What a webhook must have in the header `x-signature`: every byte of its body counts.
pub(crate) fn signature(body: &[u8]) -> String {
    let sum = body.iter().fold(7_u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
    });
    sum.to_string()
}

#[async_trait]
impl PairingProvider for Scripted {
    fn name(&self) -> &str {
        "scripted"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none()
            .with_qr_text()
            .with_status()
            .with_webhooks()
    }

    async fn request_code(&self, _: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let next = self.0.lock().unwrap().codes.pop_front();
        Ok(next.unwrap_or_else(|| QrText::new("2@scripted").unwrap().into()))
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        Ok(self.0.lock().unwrap().status.clone())
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        Err(ProviderError::unsupported())
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        if webhook.header("X-Signature") != Some(&*signature(webhook.body())) {
            return Err(ProviderErrorKind::InvalidSignature.into());
        }
        let body: serde_json::Value = match webhook.body().strip_prefix(b"hint=") {
            Some(hint) => serde_json::json!({"hint": String::from_utf8_lossy(hint)}),
            None => serde_json::from_slice(webhook.body())
                .map_err(|_| ProviderError::from(ProviderErrorKind::MalformedReply))?,
        };
        Ok(serde_json::from_value(body["hint"].clone()).unwrap_or(WebhookHint::Irrelevant))
    }
}
