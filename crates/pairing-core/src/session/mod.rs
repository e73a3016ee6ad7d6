//! Runs the flow on tokio: a stream of events, and a handle to steer it.

mod driver;
mod event_log;
mod shared;
mod streams;

use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::flow::{CommandError, FlowOptions, Input, PairingFlow, StartError};
use crate::{
    IncomingWebhook, PairingEvent, PairingMethod, PairingOutcome, PairingPolicy, PairingProvider,
    PairingView, PhoneNumber, ProviderError, WebhookHint, retry,
};
use driver::Driver;
use shared::{Clocks, Shared, WallClock};
pub use streams::{PairingEvents, PairingViews};

/// One run that tries to link one instance.
///
/// It is a [`Stream`] of [`PairingEvent`]s that ends after exactly one
/// [`Finished`](crate::EventKind::Finished), for logs; a screen reads
/// [`next_view`](Self::next_view) instead. It goes on without a reader, and waits
/// without waking up between due times. Dropping it cancels it: no task, timer or request
/// survives, but the one call that ends an attempt which would go on at the gateway
/// ([`abandon`](PairingProvider::abandon)).
///
/// ```
/// use pairing_core::{EventKind, PairingProvider, PairingSession};
///
/// async fn link(
///     provider: impl PairingProvider + 'static,
/// ) -> Result<(), Box<dyn std::error::Error>> {
///     let mut session = PairingSession::builder(provider).start()?;
///     while let Some(event) = session.next_event().await {
///         match event.kind {
///             EventKind::CodeReady { code, .. } => { /* show it */ }
///             EventKind::CodeExpired => { /* take it off the screen */ }
///             EventKind::InteractionRequired => session.handle().resume()?,
///             _ => {}
///         }
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug)]
#[must_use = "dropping a session cancels it"]
pub struct PairingSession {
    events: PairingEvents,
    handle: PairingHandle,
    driver: JoinHandle<()>,
}

impl PairingSession {
    /// Prepares a session with a provider: `Arc`, `Box`, or the provider itself.
    pub fn builder(provider: impl PairingProvider + 'static) -> PairingSessionBuilder {
        PairingSessionBuilder {
            provider: Arc::new(provider),
            method: PairingMethod::Qr,
            policy: None,
            expected_phone: None,
            expect_webhooks: false,
            wall_clock: WallClock::default(),
        }
    }

    /// The next event, or `None` after the last. Dropping the future loses nothing.
    pub async fn next_event(&mut self) -> Option<PairingEvent> {
        self.events.next_event().await
    }

    /// What a screen shows: the present at the first call, then the latest after each change.
    /// `None` after the end. Dropping the future loses nothing.
    ///
    /// Events that were not read before count as read.
    pub async fn next_view(&mut self) -> Option<PairingView> {
        self.events.next_view().await
    }

    /// Skips to the end and says how it ended.
    pub async fn outcome(mut self) -> PairingOutcome {
        while let Some(event) = self.next_event().await {
            if let crate::EventKind::Finished { outcome } = event.kind {
                return outcome;
            }
        }
        // The stream has been read to its end before.
        let view = self.handle.view();
        view.outcome().cloned().unwrap_or(PairingOutcome::Cancelled)
    }

    /// A handle to steer the session from elsewhere. It does not keep the session alive.
    #[must_use]
    pub fn handle(&self) -> PairingHandle {
        self.handle.clone()
    }

    /// Cancels the session and waits until nothing of it is left: no task, and no request
    /// that could still go out.
    pub async fn close(mut self) {
        self.handle.cancel();
        // The driver ends by itself; if it was aborted or panicked, it has ended as well.
        let _ = (&mut self.driver).await;
    }
}

impl Stream for PairingSession {
    type Item = PairingEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<PairingEvent>> {
        Pin::new(&mut self.events).poll_next(cx)
    }
}

impl Drop for PairingSession {
    fn drop(&mut self) {
        self.handle.cancel();
        // The attempt at the gateway is ended first; the driver then ends by itself.
        if self.handle.shared.left_attempt().is_none() {
            self.driver.abort();
        }
    }
}

/// What a session needs to know before it starts.
#[derive(Debug)]
#[must_use]
pub struct PairingSessionBuilder {
    provider: Arc<dyn PairingProvider>,
    method: PairingMethod,
    policy: Option<Arc<PairingPolicy>>,
    expected_phone: Option<PhoneNumber>,
    expect_webhooks: bool,
    wall_clock: WallClock,
}

impl PairingSessionBuilder {
    /// How to link the phone. Default: [`PairingMethod::Qr`].
    pub fn method(mut self, method: PairingMethod) -> Self {
        self.method = method;
        self
    }

    /// The numbers to go by: a policy, or an `Arc` of one that many sessions share. Default:
    /// what the provider recommends.
    pub fn policy(mut self, policy: impl Into<Arc<PairingPolicy>>) -> Self {
        self.policy = Some(policy.into());
        self
    }

    /// The number that must be linked; another ends the session with
    /// [`WrongAccount`](PairingOutcome::WrongAccount).
    pub fn expect_phone(mut self, phone: PhoneNumber) -> Self {
        self.expected_phone = Some(phone);
        self
    }

    /// The program will pass the provider's webhooks on with
    /// [`notify_webhook`](PairingHandle::notify_webhook). The status is then asked only
    /// every [`webhook_status_interval`](PairingPolicy::webhook_status_interval), as
    /// insurance against a lost one. Without effect if the provider's
    /// [capabilities](crate::Capabilities) have no webhooks or no status.
    pub fn expect_webhooks(mut self) -> Self {
        self.expect_webhooks = true;
        self
    }

    /// Where the time of day comes from, for tests. Default:
    /// [`SystemTime::now`](std::time::SystemTime::now).
    #[cfg(feature = "test-util")]
    pub fn wall_clock(
        mut self,
        now: impl Fn() -> std::time::SystemTime + Send + Sync + 'static,
    ) -> Self {
        self.wall_clock = WallClock::set(now);
        self
    }

    /// Starts the session; its first request is on its way before an event is read.
    ///
    /// # Errors
    ///
    /// [`StartError`]; [`NoRuntime`](StartError::NoRuntime) outside a tokio runtime.
    ///
    /// # Panics
    ///
    /// In a tokio runtime without its timer (`enable_time`).
    pub fn start(self) -> Result<PairingSession, StartError> {
        let runtime = Handle::try_current().map_err(|_| StartError::NoRuntime)?;
        let policy = self
            .policy
            .unwrap_or_else(|| shared_policy(self.provider.recommended_policy()));
        let options = FlowOptions {
            method: self.method,
            policy,
            capabilities: self.provider.capabilities(),
            expected_phone: self.expected_phone,
            expect_webhooks: self.expect_webhooks,
            seed: retry::random_seed(),
        };
        let clocks = Clocks::starting(self.wall_clock);
        let flow = PairingFlow::new(options, clocks.now())?;
        let shared = Arc::new(Shared::new(flow, clocks, self.provider));
        let events = PairingEvents::from_the_start(&shared);
        let driver = runtime.spawn(Driver::of(shared.clone()));
        Ok(PairingSession {
            events,
            handle: PairingHandle { shared },
            driver,
        })
    }
}

/// Most providers recommend the default, which all their sessions share.
fn shared_policy(policy: PairingPolicy) -> Arc<PairingPolicy> {
    static DEFAULT: LazyLock<Arc<PairingPolicy>> = LazyLock::new(Arc::default);
    if policy == **DEFAULT {
        DEFAULT.clone()
    } else {
        Arc::new(policy)
    }
}

/// Steers a session. Cheap to clone; outlives the session without keeping it alive.
#[derive(Debug, Clone)]
pub struct PairingHandle {
    shared: Arc<Shared>,
}

impl PairingHandle {
    /// Opens the next round after
    /// [`InteractionRequired`](crate::EventKind::InteractionRequired).
    ///
    /// # Errors
    ///
    /// [`CommandError::NotWaiting`] or [`CommandError::Finished`].
    pub fn resume(&self) -> Result<(), CommandError> {
        self.shared.apply(Input::Resume)
    }

    /// Links the phone the other way from now on: takes down the code and opens a round.
    /// Does nothing if a round with this method is running already.
    ///
    /// # Errors
    ///
    /// Any [`CommandError`] but [`NotWaiting`](CommandError::NotWaiting). Nothing has been asked
    /// for then, and nothing has changed.
    pub fn switch_method(&self, method: PairingMethod) -> Result<(), CommandError> {
        self.shared.apply(Input::SwitchMethod(method))
    }

    /// Passes on what a webhook seems to say; the session confirms it by a status call: at
    /// once, but no sooner than the policy's [`webhook_debounce`](PairingPolicy::webhook_debounce)
    /// after another, and not in the silence that follows a failure.
    pub fn notify(&self, hint: WebhookHint) {
        self.shared.apply_infallible(Input::Hint(hint));
    }

    /// Reads a webhook with the session's provider and passes it on. A body alone will do where the
    /// provider verifies no signature.
    ///
    /// # Errors
    ///
    /// What [`PairingProvider::read_webhook`] says of it. The session goes on.
    pub fn notify_webhook<'a>(
        &self,
        webhook: impl Into<IncomingWebhook<'a>>,
    ) -> Result<WebhookHint, ProviderError> {
        let hint = self.shared.provider().read_webhook(&webhook.into())?;
        self.notify(hint);
        Ok(hint)
    }

    /// Ends the session with [`Cancelled`](PairingOutcome::Cancelled), unless it has ended.
    pub fn cancel(&self) {
        self.shared.apply_infallible(Input::Cancel);
    }

    /// Whether a person takes part: the session was started for a phone code, or was asked to
    /// resume or to switch the method, also if it refused. A session that only showed QR codes may
    /// have been started by a program that opens links, such as a mail scanner.
    #[must_use]
    pub fn is_attended(&self) -> bool {
        self.shared.is_attended()
    }

    /// What a screen shows now.
    #[must_use]
    pub fn view(&self) -> PairingView {
        self.shared.view()
    }

    /// What a screen shows: the present first, then each change.
    #[must_use]
    pub fn views(&self) -> PairingViews {
        PairingViews::from_now(&self.shared)
    }

    /// Another stream of the session's events. It begins with the event that describes the
    /// present, so that a late subscriber shows the present state immediately.
    #[must_use]
    pub fn subscribe(&self) -> PairingEvents {
        PairingEvents::from_now(&self.shared)
    }
}
