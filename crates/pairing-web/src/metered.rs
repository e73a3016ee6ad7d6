//! A provider whose requests are counted and timed.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingPolicy,
    PairingProvider, ProviderError, WebhookHint,
};

use crate::metrics;

/// Passes everything on to the provider within.
#[derive(Debug)]
pub(crate) struct Metered(Arc<dyn PairingProvider>);

impl Metered {
    pub(crate) fn new(provider: Arc<dyn PairingProvider>) -> Self {
        Self(provider)
    }

    async fn measure<T>(
        &self,
        operation: &'static str,
        request: impl Future<Output = Result<T, ProviderError>>,
        name: impl FnOnce(&T) -> &'static str,
    ) -> Result<T, ProviderError> {
        let mut measured = Measured {
            provider: self.0.name(),
            operation,
            begun: Instant::now(),
            result: "cancelled",
        };
        let result = request.await;
        measured.result = match &result {
            Ok(reply) => name(reply),
            Err(error) => error.kind().as_str(),
        };
        result
    }
}

/// Counts when it is dropped: a request that is cancelled has been sent all the same.
struct Measured<'a> {
    provider: &'a str,
    operation: &'static str,
    begun: Instant,
    result: &'static str,
}

impl Drop for Measured<'_> {
    fn drop(&mut self) {
        let took = self.begun.elapsed();
        metrics::provider_request(self.provider, self.operation, self.result, took);
    }
}

#[async_trait]
impl PairingProvider for Metered {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    fn recommended_policy(&self) -> PairingPolicy {
        self.0.recommended_policy()
    }

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let request = self.0.request_code(request);
        self.measure("request_code", request, |reply| match reply {
            CodeReply::Code(_) => "code",
            CodeReply::NotReady { .. } => "not_ready",
            CodeReply::Starting { .. } => "starting",
            CodeReply::Linking => "linking",
            CodeReply::AlreadyConnected => "already_connected",
            CodeReply::AnotherAttempt => "another_attempt",
            CodeReply::PasskeyRequired(_) => "passkey_required",
        })
        .await
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        self.measure("status", self.0.status(), |_| "ok").await
    }

    async fn abandon(&self) -> Result<(), ProviderError> {
        self.measure("abandon", self.0.abandon(), |()| "ok").await
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        self.measure("unlink", self.0.unlink(), |()| "ok").await
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        self.0.read_webhook(webhook)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use futures_util::FutureExt as _;
    use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
    use pairing_core::mock::MockPairingProvider;
    use pairing_core::{CodePurpose, PairingMethod, PasskeyStep, ProviderErrorKind, QrText};

    use super::*;
    // The facade, and not what this crate counts with it.
    use ::metrics;

    /// The requests by operation and result, and how many were timed.
    fn requests(snapshotter: &Snapshotter) -> (BTreeMap<String, u64>, usize) {
        let mut counted = BTreeMap::new();
        let mut timed = 0;
        for (key, _, _, value) in snapshotter.snapshot().into_vec() {
            let labels: Vec<_> = key.key().labels().map(|label| label.value()).collect();
            match value {
                DebugValue::Counter(count) => {
                    counted.insert(labels.join(" "), count);
                }
                DebugValue::Histogram(times) => timed += times.len(),
                DebugValue::Gauge(_) => panic!("no gauge belongs to a request"),
            }
        }
        (counted, timed)
    }

    fn count(provider: MockPairingProvider, calls: impl AsyncFnOnce(Metered)) -> Snapshotter {
        let recorder = DebuggingRecorder::new();
        metrics::with_local_recorder(&recorder, || {
            let calls = calls(Metered::new(Arc::new(provider)));
            calls.now_or_never().expect("the mock never waits");
        });
        recorder.snapshotter()
    }

    fn provider() -> MockPairingProvider {
        let mut provider = MockPairingProvider::new();
        provider.expect_name().return_const("zapi".to_owned());
        provider
    }

    #[test]
    fn every_answer_is_counted_by_what_it_is_and_timed() {
        let mut provider = provider();
        let code = QrText::new("2@canary").unwrap();
        let mut replies = vec![
            Err(ProviderError::new(ProviderErrorKind::RateLimited, "canary")),
            Ok(CodeReply::PasskeyRequired(PasskeyStep::new())),
            Ok(CodeReply::AnotherAttempt),
            Ok(CodeReply::Linking),
            Ok(CodeReply::STARTING),
            Ok(CodeReply::AlreadyConnected),
            Ok(CodeReply::NOT_READY),
            Ok(CodeReply::NOT_READY),
            Ok(code.into()),
        ];
        let request_code = provider.expect_request_code();
        request_code.returning(move |_| replies.pop().unwrap());
        let status = provider.expect_status();
        status.returning(|| Ok(InstanceStatus::disconnected()));
        let unlink = provider.expect_unlink();
        unlink.returning(|| Err(ProviderErrorKind::Unsupported.into()));
        provider.expect_abandon().returning(|| Ok(()));
        let snapshotter = count(provider, async |provider| {
            let method = PairingMethod::PhoneCode("5511999998888".parse().unwrap());
            for _ in 0..9 {
                let _ = provider.request_code(&method.clone().into()).await;
            }
            provider.status().await.unwrap();
            provider.abandon().await.unwrap();
            provider.unlink().await.unwrap_err();
        });
        let expected = [
            ("zapi abandon ok", 1),
            ("zapi request_code already_connected", 1),
            ("zapi request_code another_attempt", 1),
            ("zapi request_code code", 1),
            ("zapi request_code linking", 1),
            ("zapi request_code not_ready", 2),
            ("zapi request_code passkey_required", 1),
            ("zapi request_code rate_limited", 1),
            ("zapi request_code starting", 1),
            ("zapi status ok", 1),
            ("zapi unlink unsupported", 1),
        ];
        let expected = expected.map(|(labels, count)| (labels.to_owned(), count));
        assert_eq!(requests(&snapshotter), (BTreeMap::from(expected), 12));
    }

    #[test]
    fn the_provider_gets_the_request_and_the_webhook_as_they_are() {
        let request = CodeRequest::new(PairingMethod::Qr)
            .with_purpose(CodePurpose::Renew)
            .with_may_be_linking(true);
        let mut provider = provider();
        let code = provider.expect_request_code();
        code.withf({
            let request = request.clone();
            move |asked| *asked == request
        });
        code.returning(|_| Ok(CodeReply::Linking));
        let webhook = provider.expect_read_webhook();
        webhook.withf(|webhook| {
            webhook.header("X-Signature") == Some("abc") && webhook.body() == b" {} "
        });
        webhook.returning(|_| Ok(WebhookHint::Progress));
        count(provider, async |provider| {
            let reply = provider.request_code(&request).await.unwrap();
            assert_eq!(reply, CodeReply::Linking);
            let headers = [("x-signature", "abc")];
            let webhook = IncomingWebhook::new(b" {} ").with_headers(&headers);
            let hint = provider.read_webhook(&webhook).unwrap();
            assert_eq!(hint, WebhookHint::Progress);
        });
    }

    /// The mock answers at once; a gateway does not.
    #[derive(Debug)]
    struct Silent;

    #[async_trait]
    impl PairingProvider for Silent {
        fn name(&self) -> &str {
            "silent"
        }

        fn capabilities(&self) -> Capabilities {
            Capabilities::none().with_status()
        }

        async fn request_code(&self, _: &CodeRequest) -> Result<CodeReply, ProviderError> {
            Err(ProviderError::unsupported())
        }

        async fn status(&self) -> Result<InstanceStatus, ProviderError> {
            std::future::pending().await
        }

        async fn unlink(&self) -> Result<(), ProviderError> {
            Err(ProviderError::unsupported())
        }

        fn read_webhook(&self, _: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
            Err(ProviderError::unsupported())
        }
    }

    #[test]
    fn a_request_that_is_given_up_was_sent_all_the_same() {
        let recorder = DebuggingRecorder::new();
        metrics::with_local_recorder(&recorder, || {
            let provider = Metered::new(Arc::new(Silent));
            assert!(provider.status().now_or_never().is_none());
        });
        let expected = BTreeMap::from([("silent status cancelled".to_owned(), 1)]);
        assert_eq!(requests(&recorder.snapshotter()), (expected, 1));
    }
}
