//! The session, pulled by the app.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as Slot, MutexGuard, PoisonError};

use pairing_core::{self as core, PhoneNumber};
use tokio::sync::Mutex;

use super::provider::AppProvider;
use crate::{
    IncomingWebhook, PairingError, PairingEvent, PairingMethod, PairingPolicy, PairingProvider,
    PairingView, WebhookHint, runtime,
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
    /// The app passes the gateway's webhooks on with `notify`: the status is then asked less
    /// often, as `webhook_status_interval` says. Without effect with a gateway that has none.
    #[uniffi(default = false)]
    pub expect_webhooks: bool,
}

/// One run that tries to link one instance.
///
/// Its events end after exactly one `Finished`. It goes on without a reader, at most until the
/// deadline of its policy. Releasing it cancels it once no call waits for an event; `cancel`
/// does so immediately.
#[derive(uniffi::Object)]
pub struct PairingSession {
    session: Mutex<core::PairingSession>,
    /// What arrived and was not taken yet.
    event: Slot<Option<core::PairingEvent>>,
    view: Slot<Option<core::PairingView>>,
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
            expect_webhooks,
        } = options;
        let mut builder =
            core::PairingSession::builder(AppProvider::new(provider)?).method(method.try_into()?);
        if let Some(policy) = policy {
            builder = builder.policy(core::PairingPolicy::from(policy));
        }
        if let Some(phone) = expected_phone {
            builder = builder.expect_phone(PhoneNumber::parse_user_input(&phone)?);
        }
        if expect_webhooks {
            builder = builder.expect_webhooks();
        }
        let runtime = runtime::handle()?;
        let session = {
            let _inside = runtime.enter();
            builder.start()?
        };
        Ok(Arc::new(Self {
            handle: session.handle(),
            session: Mutex::new(session),
            event: Slot::default(),
            view: Slot::default(),
        }))
    }

    /// Waits until there is an event to take; false after the last was taken.
    ///
    /// Cancelling it loses nothing. A call that returned the event could lose it: cancelled after
    /// the event left this library and before it reached the caller. In each language
    /// `next_event` is made of this and `take_event`.
    pub async fn wait_for_event(&self) -> bool {
        let mut session = self.session.lock().await;
        if lock(&self.event).is_none() {
            let event = session.next_event().await;
            *lock(&self.event) = event;
        }
        lock(&self.event).is_some()
    }

    /// Takes the event that `wait_for_event` waited for; nothing if there is none, or another
    /// reader took it.
    pub fn take_event(&self) -> Option<PairingEvent> {
        lock(&self.event).take().map(Into::into)
    }

    /// Waits until there is a view to take: the present at the first call, then the latest after
    /// each change. False after the last was taken. Cancelling it loses nothing; in each language
    /// `next_view` is made of this and `take_view`.
    ///
    /// Read the views of a session or its events: both are the same stream, and a view takes the
    /// events before it away.
    pub async fn wait_for_view(&self) -> bool {
        let mut session = self.session.lock().await;
        if lock(&self.view).is_none() {
            let view = session.next_view().await;
            *lock(&self.view) = view;
        }
        lock(&self.view).is_some()
    }

    /// Takes the view that `wait_for_view` waited for; nothing if there is none, or another
    /// reader took it.
    pub fn take_view(&self) -> Option<PairingView> {
        lock(&self.view).take().map(Into::into)
    }

    /// Opens the next round after `InteractionRequired`, and asks for codes again after
    /// `PasskeyRequired`.
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

    /// Passes on a webhook: its body, byte for byte as it arrived, and where the provider verifies
    /// signatures the headers of the request too. A webhook about linking only triggers an
    /// immediate request.
    ///
    /// Fails with `MalformedReply` for what is no webhook of this gateway, with `InvalidSignature`
    /// for a signature that is missing or wrong, with `Unsupported` where it has no webhooks. The
    /// session goes on.
    #[uniffi::method(default(headers))]
    pub fn notify(
        &self,
        body: Vec<u8>,
        headers: HashMap<String, String>,
    ) -> Result<WebhookHint, PairingError> {
        let webhook = IncomingWebhook::new(body, headers);
        Ok(webhook.read(|webhook| self.handle.notify_webhook(*webhook))?)
    }

    /// Ends the session with `Cancelled`, unless it has ended, and with it the request that is
    /// under way. The events before it and the last one can still be read.
    pub fn cancel(&self) {
        self.handle.cancel();
    }

    /// What a screen shows now, for one that was rebuilt.
    pub fn view(&self) -> PairingView {
        self.handle.view().into()
    }
}

/// Poisoned or not: a slot is written in one move.
fn lock<T>(slot: &Slot<T>) -> MutexGuard<'_, T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
