//! The session, pulled by the app.

use std::sync::Arc;

use pairing_core::{self as core, PhoneNumber};
use tokio::sync::Mutex;

use super::provider::AppProvider;
use crate::{
    PairingError, PairingEvent, PairingMethod, PairingPolicy, PairingProvider, PairingSnapshot,
    WebhookHint, runtime,
};

/// How a session is to be run.
#[derive(Clone, uniffi::Record)]
pub struct SessionOptions {
    /// How to link the phone.
    pub method: PairingMethod,
    /// The numbers to go by; what the provider recommends if none are given.
    #[uniffi(default = None)]
    pub policy: Option<PairingPolicy>,
    /// The number that must be linked; another ends the session with `WrongAccount`. Not to be
    /// confused with the number in the method, which says where the phone code goes.
    #[uniffi(default = None)]
    pub expected_phone: Option<String>,
}

/// One run that tries to link one instance.
///
/// Its events end after exactly one `Finished`. It works on while nobody asks for them, and it
/// lasts at most until the deadline of its policy. Releasing it cancels it, once no call of
/// `next_event` waits any more; `cancel` does at once.
#[derive(uniffi::Object)]
pub struct PairingSession {
    session: Mutex<core::PairingSession>,
    handle: core::PairingHandle,
}

#[uniffi::export]
impl PairingSession {
    /// Starts a session; its first request is on its way when this returns.
    ///
    /// Fails with `InvalidPhone`, `InvalidPolicy`, `Unsupported` for a method that the provider
    /// does not have, and `PhoneNotVerifiable`.
    #[uniffi::constructor]
    pub fn new(
        provider: Arc<dyn PairingProvider>,
        options: SessionOptions,
    ) -> Result<Arc<Self>, PairingError> {
        let SessionOptions {
            method,
            policy,
            expected_phone,
        } = options;
        let mut builder =
            core::PairingSession::builder(AppProvider::new(provider)?).method(method.try_into()?);
        if let Some(policy) = policy {
            builder = builder.policy(policy.into());
        }
        if let Some(phone) = expected_phone {
            builder = builder.expect_phone(PhoneNumber::parse(&phone)?);
        }
        let runtime = runtime::handle()?;
        let session = {
            let _inside = runtime.enter();
            builder.start()?
        };
        Ok(Arc::new(Self {
            handle: session.handle(),
            session: Mutex::new(session),
        }))
    }

    /// The next event, or nothing after the last. Cancelling the call loses no event. One call
    /// at a time: of two, each gets events that the other does not see.
    pub async fn next_event(&self) -> Option<PairingEvent> {
        let event = self.session.lock().await.next_event().await;
        event.map(Into::into)
    }

    /// Opens the next round after `InteractionRequired`.
    ///
    /// Fails with `NotWaiting` or `SessionFinished`.
    pub fn resume(&self) -> Result<(), PairingError> {
        Ok(self.handle.resume()?)
    }

    /// Links the phone the other way from now on: takes down the code and opens a round. Does
    /// nothing if a round with this method is running already.
    ///
    /// Fails with `InvalidPhone`, `Unsupported` or `SessionFinished`.
    pub fn switch_method(&self, method: PairingMethod) -> Result<(), PairingError> {
        Ok(self.handle.switch_method(method.try_into()?)?)
    }

    /// Passes on the body of a webhook. It is not believed: if it seems to be about linking,
    /// the status is asked sooner.
    ///
    /// Fails with `MalformedReply` for what is no webhook of this gateway, with `Unsupported`
    /// where it has none. The session goes on.
    pub fn notify(&self, body: Vec<u8>) -> Result<WebhookHint, PairingError> {
        Ok(self.handle.notify_webhook(&body)?.into())
    }

    /// Ends the session with `Cancelled`, unless it has ended, and with it the request that is
    /// under way. The events before it and the last one can still be read.
    pub fn cancel(&self) {
        self.handle.cancel();
    }

    /// Where the session stands now: what to show after a screen was rebuilt.
    pub fn snapshot(&self) -> PairingSnapshot {
        self.handle.snapshot().into()
    }
}
