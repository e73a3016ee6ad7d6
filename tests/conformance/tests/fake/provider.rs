//! An adapter for the gateway in memory, correct unless it has a flaw.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use pairing_conformance::Condition;
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstancePhase, InstanceStatus,
    PairingCode, PairingMethod, PairingPolicy, PairingProvider, PasskeyStep, PhoneCode,
    ProviderError, ProviderErrorKind as Kind, QrImage, QrText, WebhookHint,
};

use super::gateway::{Answer, Ask, Gateway, phone};
use super::{Fake, Flaw};

#[derive(Debug)]
pub(crate) struct FakeProvider {
    gateway: Arc<Gateway>,
    name: String,
    capabilities: Capabilities,
    flaw: Flaw,
    first_qr: String,
    first_phone_code: String,
    unlinked: AtomicBool,
    first_is_qr: OnceLock<bool>,
    failed_before: AtomicBool,
}

impl FakeProvider {
    pub(crate) fn new(gateway: Arc<Gateway>, fake: Fake) -> Self {
        let mut capabilities = fake.capabilities;
        if fake.flaw == Flaw::LinkedPhoneWithoutStatus {
            capabilities.status = false;
            capabilities.linked_phone = true;
        }
        Self {
            name: match fake.flaw {
                Flaw::NameHoldsTheInstance => gateway.instance.clone(),
                _ => "fake".to_owned(),
            },
            capabilities,
            flaw: fake.flaw,
            first_qr: gateway.qr(),
            first_phone_code: gateway.phone_code(&phone()),
            unlinked: AtomicBool::new(false),
            first_is_qr: OnceLock::new(),
            failed_before: AtomicBool::new(false),
            gateway,
        }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    async fn declared(&self, is_declared: bool) -> Result<(), ProviderError> {
        if self.has(Flaw::SaysUnsupportedThoughDeclared) {
            return Err(Kind::Unsupported.into());
        }
        if is_declared || self.has(Flaw::ServesWhatIsNotDeclared) {
            return Ok(());
        }
        if self.has(Flaw::CallsForWhatIsNotDeclared) {
            self.gateway.ask(Ask::Status).await;
        }
        Err(Kind::Unsupported.into())
    }

    /// Whether the first request was for the other kind of code.
    fn asked_for_another(&self, is_qr: bool) -> bool {
        let first = *self.first_is_qr.get_or_init(|| is_qr);
        first != is_qr
    }

    async fn ask(&self, ask: Ask) -> Result<Answer, ProviderError> {
        let again = ask.clone();
        if self.has(Flaw::RemembersFailures) && self.failed_before.load(Ordering::Relaxed) {
            return Err(Kind::Unavailable.into());
        }
        let mut answer = if self.has(Flaw::DetachesRequests) {
            let gateway = self.gateway.clone();
            let task = tokio::spawn(async move { gateway.ask(ask).await });
            task.await
                .map_err(|_| ProviderError::from(Kind::Internal))?
        } else {
            self.gateway.ask(ask).await
        };
        if self.has(Flaw::RepeatsFailedRequests) && matches!(answer, Answer::Trouble(_)) {
            answer = self.gateway.ask(again).await;
        }
        if self.has(Flaw::AsksTheStatusTwiceMore) {
            self.gateway.ask(Ask::Status).await;
            self.gateway.ask(Ask::Status).await;
        }
        let Answer::Trouble(condition) = answer else {
            return Ok(answer);
        };
        if self.has(Flaw::ReadsGarbageAsNotReady) && condition == Condition::MalformedReply {
            return Ok(Answer::NotReady);
        }
        self.failed_before.store(true, Ordering::Relaxed);
        Err(self.error(condition))
    }

    fn error(&self, condition: Condition) -> ProviderError {
        let retry_after = match condition {
            Condition::RateLimited { retry_after } => retry_after,
            _ => None,
        };
        let kind = match condition {
            Condition::Unavailable if self.has(Flaw::ReportsOutageAsRefusal) => Kind::Refused,
            Condition::RateLimited { .. } if self.has(Flaw::ReportsRateLimitAsOutage) => {
                Kind::Unavailable
            }
            Condition::RateLimited { .. } => Kind::RateLimited,
            Condition::InvalidCredentials if self.has(Flaw::ReportsInvalidCredentialsAsOutage) => {
                Kind::Unavailable
            }
            Condition::InvalidCredentials => Kind::InvalidCredentials,
            Condition::UnknownInstance if self.has(Flaw::ReportsUnknownInstanceAsOutage) => {
                Kind::Unavailable
            }
            Condition::UnknownInstance => Kind::UnknownInstance,
            Condition::Intercepted if self.has(Flaw::ReportsInterceptionAsInvalidCredentials) => {
                Kind::InvalidCredentials
            }
            Condition::Intercepted => Kind::Intercepted,
            Condition::MalformedReply => Kind::MalformedReply,
            _ => Kind::Unavailable,
        };
        let mut error = if self.has(Flaw::LeaksTokenInMessage) {
            ProviderError::new(kind, format!("GET /{} failed", self.gateway.token))
        } else {
            ProviderError::from(kind)
        };
        if self.has(Flaw::LeaksTokenInSource) {
            error = error.with_source(std::io::Error::other(self.gateway.token.clone()));
        }
        match retry_after {
            _ if self.has(Flaw::ForgetsRetryAfter) => error,
            Some(wait) => error.with_retry_after(wait),
            None if self.has(Flaw::InventsRetryAfter) && kind == Kind::RateLimited => {
                error.with_retry_after(Duration::from_secs(30))
            }
            None => error,
        }
    }

    fn code(&self, method: &PairingMethod, text: String) -> Result<CodeReply, ProviderError> {
        let malformed = |_| ProviderError::from(Kind::MalformedReply);
        let code: PairingCode = match method {
            PairingMethod::Qr if self.has(Flaw::SendsQrTextAsPicture) => {
                let picture = [b"\x89PNG\r\n\x1a\n", text.as_bytes()].concat();
                QrImage::new(picture).map_err(malformed)?.into()
            }
            PairingMethod::Qr => {
                let text = match self.flaw {
                    Flaw::InventsQrCodes => "2@invented".to_owned(),
                    Flaw::KeepsFirstQrCode => self.first_qr.clone(),
                    Flaw::ShowsCodesFromBeforeUnlinking
                        if self.unlinked.load(Ordering::Relaxed) =>
                    {
                        "2@before".to_owned()
                    }
                    _ => text,
                };
                QrText::new(text).map_err(malformed)?.into()
            }
            PairingMethod::PhoneCode(_) => {
                let text = match self.flaw {
                    Flaw::InventsPhoneCodes => "ZZZZ-9999".to_owned(),
                    Flaw::KeepsFirstPhoneCode | Flaw::RenewsNoPhoneCode => {
                        self.first_phone_code.clone()
                    }
                    _ => text,
                };
                PhoneCode::new(text).map_err(malformed)?.into()
            }
        };
        Ok(code.into())
    }
}

#[async_trait]
impl PairingProvider for FakeProvider {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn recommended_policy(&self) -> PairingPolicy {
        let mut policy = PairingPolicy::default();
        policy.linking_window = self.gateway.settling;
        if self.capabilities.renews_phone_codes {
            policy.phone_codes_per_round = 2;
        }
        if self.has(Flaw::InvalidPolicy) {
            policy.codes_per_round = 0;
        }
        policy
    }

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let method = &request.method;
        self.declared(self.capabilities.supports(method)).await?;
        // What a phone has just used is not asked for again before the status is known.
        let asks_first = self.gateway.settling > Duration::ZERO && request.may_be_linking;
        if asks_first && !self.has(Flaw::AsksWhileLinking) {
            match self.ask(Ask::Status).await? {
                Answer::Linking => return Ok(CodeReply::Linking),
                Answer::Connected(true) => return Ok(CodeReply::AlreadyConnected),
                _ => {}
            }
        }
        let ask = match method {
            PairingMethod::Qr => Ask::Qr,
            PairingMethod::PhoneCode(_) if self.has(Flaw::AsksForOneNumberAlways) => {
                Ask::PhoneCode("+351911111111".parse().map_err(|_| Kind::Internal)?)
            }
            PairingMethod::PhoneCode(phone) => Ask::PhoneCode(phone.clone()),
        };
        let is_qr = ask == Ask::Qr;
        if self.has(Flaw::RefusesAnotherMethod) && self.asked_for_another(is_qr) {
            return Ok(CodeReply::AnotherAttempt);
        }
        match self.ask(ask).await? {
            Answer::Text(text) => self.code(method, text),
            Answer::Connected(_) if self.has(Flaw::FailsWhenAlreadyConnected) => {
                Err(Kind::Refused.into())
            }
            Answer::Connected(_) => Ok(CodeReply::AlreadyConnected),
            Answer::NotReady if self.has(Flaw::FailsWhenNotReady) => {
                Err(Kind::MalformedReply.into())
            }
            Answer::NotReady if self.has(Flaw::FailsWhenPhoneCodeIsNotReady) && !is_qr => {
                Err(Kind::MalformedReply.into())
            }
            Answer::NotReady => Ok(CodeReply::NOT_READY),
            Answer::Passkey if self.has(Flaw::FailsWhenPasskeyIsWanted) => {
                Err(Kind::Unavailable.into())
            }
            Answer::Passkey => Ok(CodeReply::PasskeyRequired(PasskeyStep::new())),
            _ => Err(Kind::MalformedReply.into()),
        }
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        self.declared(self.capabilities.status).await?;
        let mut connected = match self.ask(Ask::Status).await? {
            Answer::Connected(connected) => connected,
            Answer::Linking => return Ok(InstanceStatus::in_phase(InstancePhase::Linking)),
            _ => return Err(Kind::MalformedReply.into()),
        };
        match self.flaw {
            Flaw::StatusIsAlwaysConnected => connected = true,
            Flaw::StatusIsNeverConnected => connected = false,
            _ => {}
        }
        if !connected {
            return Ok(InstanceStatus::disconnected());
        }
        let named = match self.flaw {
            Flaw::NamesNoPhone => None,
            Flaw::NamesAnotherPhone => "+351911111111".parse().ok(),
            _ => self.capabilities.linked_phone.then(phone),
        };
        Ok(InstanceStatus::connected(named))
    }

    async fn abandon(&self) -> Result<(), ProviderError> {
        self.declared(self.capabilities.abandon).await?;
        let status = self.ask(Ask::Status).await?;
        match status {
            Answer::Connected(true) if self.has(Flaw::AbandonUnlinks) => {
                self.ask(Ask::Unlink).await.map(|_| ())
            }
            Answer::Connected(false) if !self.has(Flaw::AbandonsNothing) => {
                self.ask(Ask::Abandon).await.map(|_| ())
            }
            _ => Ok(()),
        }
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        self.declared(self.capabilities.unlink).await?;
        if self.has(Flaw::FailsToUnlinkTwice) && !self.gateway.is_linked() {
            return Err(Kind::Unavailable.into());
        }
        let ask = match self.flaw {
            Flaw::UnlinksNothing => Ask::Status,
            _ => Ask::Unlink,
        };
        self.unlinked.store(true, Ordering::Relaxed);
        self.ask(ask).await.map(|_| ())
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        let body = webhook.body();
        let is_served = self.capabilities.webhooks || self.has(Flaw::ServesWhatIsNotDeclared);
        if !is_served {
            return Err(Kind::Unsupported.into());
        }
        if self.has(Flaw::LeaksTokenInMessage) {
            let text = String::from_utf8_lossy(body).into_owned();
            return Err(ProviderError::new(Kind::MalformedReply, text));
        }
        let text = std::str::from_utf8(body);
        if self.has(Flaw::WebhooksPanicOnGarbage) {
            text.expect("webhooks are text");
        }
        let malformed = || ProviderError::from(Kind::MalformedReply);
        let text = text.map_err(|_| malformed())?;
        if self.has(Flaw::WebhooksFindConnectedAnywhere) && text.contains("connected") {
            return Ok(WebhookHint::Connected);
        }
        let mut words = text.split(' ');
        let (Some("connected"), Some(instance), Some(number)) =
            (words.next(), words.next(), words.next())
        else {
            return Err(malformed());
        };
        if number != phone().to_string() {
            return Err(malformed());
        }
        if self.has(Flaw::WebhooksAreIrrelevant) {
            return Ok(WebhookHint::Irrelevant);
        }
        if instance == self.gateway.instance || self.has(Flaw::WebhooksOfOthersAreMine) {
            return Ok(WebhookHint::Connected);
        }
        Ok(WebhookHint::Irrelevant)
    }
}
