//! A gateway in memory, a provider that does everything right, and ways to do it wrong.

mod gateway;
mod provider;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use pairing_conformance::{Calls, Condition, Harness, NotSimulated, TestInstance};
use pairing_core::{Capabilities, PairingCode, PairingProvider, PhoneNumber};

use gateway::Gateway;
use provider::FakeProvider;

pub(crate) const EVERYTHING: Capabilities = Capabilities::none()
    .with_qr_text()
    .with_phone_code()
    .with_status()
    .with_linked_phone()
    .with_unlink()
    .with_abandon()
    .with_renews_phone_codes()
    .with_webhooks();

/// One way to break the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "not every test file breaks something")]
pub(crate) enum Flaw {
    None,
    NameHoldsTheInstance,
    LinkedPhoneWithoutStatus,
    InvalidPolicy,
    ServesWhatIsNotDeclared,
    CallsForWhatIsNotDeclared,
    SaysUnsupportedThoughDeclared,
    InventsQrCodes,
    SendsQrTextAsPicture,
    KeepsFirstQrCode,
    InventsPhoneCodes,
    KeepsFirstPhoneCode,
    FailsWhenAlreadyConnected,
    FailsWhenNotReady,
    FailsWhenPhoneCodeIsNotReady,
    AsksWhileLinking,
    AsksForOneNumberAlways,
    ShowsCodesFromBeforeUnlinking,
    RenewsNoPhoneCode,
    RefusesAnotherMethod,
    AbandonsNothing,
    AbandonUnlinks,
    FailsWhenPasskeyIsWanted,
    AsksTheStatusTwiceMore,
    StatusIsAlwaysConnected,
    StatusIsNeverConnected,
    NamesAnotherPhone,
    NamesNoPhone,
    UnlinksNothing,
    FailsToUnlinkTwice,
    ReportsOutageAsRefusal,
    ReportsRateLimitAsOutage,
    InventsRetryAfter,
    ForgetsRetryAfter,
    ReportsInvalidCredentialsAsOutage,
    ReportsUnknownInstanceAsOutage,
    ReportsInterceptionAsInvalidCredentials,
    ReadsGarbageAsNotReady,
    RepeatsFailedRequests,
    RemembersFailures,
    DetachesRequests,
    LeaksTokenInMessage,
    LeaksTokenInSource,
    WebhooksAreIrrelevant,
    WebhooksOfOthersAreMine,
    WebhooksFindConnectedAnywhere,
    WebhooksPanicOnGarbage,
}

#[derive(Clone, Copy)]
pub(crate) struct Fake {
    pub(crate) capabilities: Capabilities,
    pub(crate) flaw: Flaw,
    /// How long the gateway's status lags behind a scan.
    pub(crate) settling: Duration,
    /// Whether the harness can put the gateway in conditions and send webhooks.
    pub(crate) simulates: bool,
}

impl Fake {
    pub(crate) fn new(capabilities: Capabilities, flaw: Flaw) -> Self {
        Self {
            capabilities,
            flaw,
            settling: Duration::ZERO,
            simulates: true,
        }
    }
}

#[async_trait]
impl Harness for Fake {
    async fn fresh(&self) -> Box<dyn TestInstance> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let gateway = Arc::new(Gateway::new(number, self.settling));
        Box::new(FakeInstance {
            provider: Arc::new(FakeProvider::new(gateway.clone(), *self)),
            gateway,
            simulates: self.simulates,
        })
    }
}

struct FakeInstance {
    provider: Arc<FakeProvider>,
    gateway: Arc<Gateway>,
    simulates: bool,
}

#[async_trait]
impl TestInstance for FakeInstance {
    fn provider(&self) -> Arc<dyn PairingProvider> {
        self.provider.clone()
    }

    fn phone(&self) -> PhoneNumber {
        gateway::phone()
    }

    async fn use_code(&self, code: &PairingCode) -> bool {
        self.gateway.use_code(code)
    }

    async fn link(&self) {
        self.gateway.set_linked(true);
    }

    async fn unlink(&self) {
        self.gateway.set_linked(false);
    }

    fn is_linked(&self) -> bool {
        self.gateway.is_linked()
    }

    fn set_condition(&self, condition: Condition) -> Result<(), NotSimulated> {
        if !self.simulates {
            return Err(NotSimulated("conditions"));
        }
        self.gateway.set_condition(condition);
        Ok(())
    }

    fn second_attempts(&self) -> u64 {
        self.gateway.second_attempts()
    }

    fn settling_time(&self) -> Duration {
        self.gateway.settling
    }

    fn calls(&self) -> Calls {
        self.gateway.calls()
    }

    async fn webhooks(&self) -> Result<Vec<Vec<u8>>, NotSimulated> {
        if !self.simulates {
            return Err(NotSimulated("webhooks"));
        }
        Ok(self.gateway.webhooks())
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.gateway.instance.clone(), self.gateway.token.clone()]
    }
}
