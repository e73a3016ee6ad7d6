//! One account slot: what its gateway and its phone share, and what a test may look at.

mod gateway;
mod phone;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pairing_core::PhoneNumber;
use tokio::sync::{Notify, watch};

pub use gateway::NoPhoneCode;
pub use phone::{ScanError, TypeError};

use crate::calls::Calls;
use crate::clock::Clock;
use crate::codes::{PhoneCodes, QrCodes, with_hyphen};
use crate::dialect::Own;
use crate::faults::ActiveFaults;
use crate::webhook::{InvalidWebhookUrl, Tasks, WebhookUrl};
use crate::{Dialect, Faults, InstanceSetup, IssuedCode, Webhook, WebhookTopic};

/// One simulated instance with the phone that can be linked to it. Cheap to clone: clones
/// are the same instance.
///
/// `Debug` hides the credentials.
#[derive(Clone)]
pub struct Instance(Arc<Inner>);

struct Inner {
    setup: InstanceSetup,
    id: String,
    token: String,
    phone: PhoneNumber,
    clock: Clock,
    tasks: Tasks,
    /// The dialect's part.
    own: Own,
    issued: watch::Sender<Option<IssuedCode>>,
    /// Rings whenever a request comes or ends.
    calls_changed: Notify,
    state: Mutex<State>,
}

struct State {
    qr: QrCodes,
    phone_codes: PhoneCodes,
    linked: Option<PhoneNumber>,
    /// Simulated time.
    link_changed: Duration,
    calls: Calls,
    faults: ActiveFaults,
    addresses: BTreeMap<WebhookTopic, WebhookUrl>,
    webhooks: VecDeque<Webhook>,
}

/// The last so many webhooks are kept.
const WEBHOOKS_KEPT: usize = 100;

impl Instance {
    /// From a setup that the dialect has completed.
    pub(crate) fn new(
        setup: InstanceSetup,
        own: Own,
        phone: PhoneNumber,
        seed: u64,
        clock: Clock,
        tasks: Tasks,
    ) -> Self {
        let id = setup.id.clone().unwrap_or_default();
        let token = setup.token.clone().unwrap_or_default();
        let phase = Duration::from_millis(setup.phase_ms);
        let life = Duration::from_secs(setup.phone_code_life_s.into());
        let state = State {
            qr: QrCodes::new(setup.rotation, setup.qr_text, phase, seed, &id),
            phone_codes: PhoneCodes::new(life, setup.phone_code_limit, seed, &id),
            linked: None,
            link_changed: clock.now(),
            calls: Calls::default(),
            faults: ActiveFaults::default(),
            addresses: BTreeMap::new(),
            webhooks: VecDeque::new(),
        };
        Self(Arc::new(Inner {
            setup,
            id,
            token,
            phone,
            clock,
            tasks,
            own,
            issued: watch::Sender::new(None),
            calls_changed: Notify::new(),
            state: Mutex::new(state),
        }))
    }

    /// Which gateway's HTTP it speaks.
    #[must_use]
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.0.setup.dialect
    }

    /// The id or name under which the gateway knows it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The secret of this instance.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.0.token
    }

    /// The settings with which an adapter reaches it, by the names of its configuration fields,
    /// except the address. All are credentials.
    #[must_use]
    pub fn settings(&self) -> BTreeMap<&'static str, String> {
        let credentials = self.dialect().credentials(self).into_iter();
        credentials
            .filter_map(|(field, value)| Some((field, value?)))
            .collect()
    }

    /// The same with the address, which is [`Server::base_url`](crate::Server::base_url) or
    /// [`InProcessTransport::BASE_URL`](crate::InProcessTransport::BASE_URL).
    #[must_use]
    pub fn settings_at(&self, base_url: &str) -> BTreeMap<&'static str, String> {
        let mut settings = self.settings();
        settings.insert("base_url", base_url.to_owned());
        settings
    }

    /// The values of all its credentials: what may be printed nowhere.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        self.settings().into_values().collect()
    }

    /// The number of the simulated phone.
    #[must_use]
    pub fn phone(&self) -> PhoneNumber {
        self.0.phone.clone()
    }

    /// What it was made from, made-up credentials included.
    #[must_use]
    pub fn setup(&self) -> &InstanceSetup {
        &self.0.setup
    }

    /// The text of the QR code that links right now. `None` before one was requested,
    /// while linked, and between the sessions of a [`Rotation`](crate::Rotation) that ends.
    #[must_use]
    pub fn current_qr(&self) -> Option<String> {
        self.state().qr.current(self.now())
    }

    /// The phone code that links right now, as the gateway sent it.
    #[must_use]
    pub fn current_phone_code(&self) -> Option<String> {
        let state = self.state();
        let (code, _) = state.phone_codes.current(self.now())?;
        Some(self.as_sent(code))
    }

    /// The number that the phone code of [`current_phone_code`](Self::current_phone_code) was
    /// made for.
    #[must_use]
    pub fn current_phone_code_for(&self) -> Option<PhoneNumber> {
        let state = self.state();
        let (_, phone) = state.phone_codes.current(self.now())?;
        Some(phone.clone())
    }

    /// Whether a phone is linked.
    #[must_use]
    pub fn is_linked(&self) -> bool {
        self.state().linked.is_some()
    }

    /// The number that is linked, if one is.
    #[must_use]
    pub fn linked_phone(&self) -> Option<PhoneNumber> {
        self.state().linked.clone()
    }

    /// What it has been asked so far.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.state().calls.clone()
    }

    /// Waits until the counters are as a test wants them, and gives them: for example until a
    /// request has arrived (`|calls| calls.status == 1`) or the last one has ended
    /// (`|calls| calls.in_flight == 0`).
    pub async fn wait_for_calls(&self, are_there: impl Fn(&Calls) -> bool) -> Calls {
        loop {
            let mut changed = pin!(self.0.calls_changed.notified());
            // From here on no change is missed.
            changed.as_mut().enable();
            let calls = self.calls();
            if are_there(&calls) {
                return calls;
            }
            changed.await;
        }
    }

    /// Starts counting again. Requests in flight stay counted as such.
    pub fn reset_calls(&self) {
        self.state().calls.reset();
    }

    /// Switches faults on, in place of all that were on. A fault that this dialect's gateway
    /// does not have ([`Fault::fits`](crate::Fault::fits)) never happens.
    pub fn set_faults(&self, faults: impl Into<Faults>) {
        self.state().faults = ActiveFaults::new(faults.into());
    }

    /// The faults that are still on, with the requests they have left.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.state().faults.remaining()
    }

    /// Sends all webhooks there from now on, or none.
    ///
    /// Deliveries need a tokio runtime around the call that causes them; each is tried three
    /// times and never waited for.
    ///
    /// # Errors
    ///
    /// [`InvalidWebhookUrl`] unless the address is plain HTTP on loopback.
    pub fn set_webhook(&self, url: Option<String>) -> Result<(), InvalidWebhookUrl> {
        for topic in WebhookTopic::ALL {
            self.set_webhook_for(topic, url.clone())?;
        }
        Ok(())
    }

    /// Sends the webhooks of this topic there from now on, or none.
    ///
    /// # Errors
    ///
    /// As [`set_webhook`](Self::set_webhook).
    pub fn set_webhook_for(
        &self,
        topic: WebhookTopic,
        url: Option<String>,
    ) -> Result<(), InvalidWebhookUrl> {
        let url = url.as_deref().map(WebhookUrl::parse).transpose()?;
        let addresses = &mut self.state().addresses;
        match url {
            Some(url) => drop(addresses.insert(topic, url)),
            None => drop(addresses.remove(&topic)),
        }
        Ok(())
    }

    /// Where the "linked" webhook goes.
    #[must_use]
    pub fn webhook(&self) -> Option<String> {
        let state = self.state();
        let url = state.addresses.get(&WebhookTopic::Linked)?;
        Some(url.as_str().to_owned())
    }

    /// The webhooks so far, oldest first, sent or not for want of an address; the last 100 of
    /// them.
    #[must_use]
    pub fn webhooks(&self) -> Vec<Webhook> {
        self.state().webhooks.iter().cloned().collect()
    }

    /// The bodies of [`webhooks`](Self::webhooks).
    #[must_use]
    pub fn webhook_bodies(&self) -> Vec<Vec<u8>> {
        let webhooks = self.webhooks().into_iter();
        webhooks.map(|webhook| webhook.body).collect()
    }

    /// The next code that is handed out after this call: what the person in front of the
    /// screen waits for. Waiting starts now, not when the future is first polled.
    ///
    /// In a loop use [`codes`](Self::codes), which misses nothing between two rounds.
    pub fn next_code(&self) -> impl Future<Output = IssuedCode> + Send + 'static {
        let mut codes = self.codes();
        async move { codes.next().await }
    }

    /// The code that was handed out last, dead or alive: what the person in front of the
    /// screen sees.
    #[must_use]
    pub fn last_code(&self) -> Option<IssuedCode> {
        self.0.issued.borrow().clone()
    }

    /// Watches the codes that are handed out from now on.
    #[must_use]
    pub fn codes(&self) -> IssuedCodes {
        IssuedCodes {
            receiver: self.0.issued.subscribe(),
            _instance: self.clone(),
        }
    }

    fn as_sent(&self, code: &str) -> String {
        if self.0.setup.phone_code_hyphen {
            with_hyphen(code)
        } else {
            code.to_owned()
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance")
            .field("dialect", &self.dialect().name())
            .field("phone", &self.0.phone)
            .field("linked", &self.is_linked())
            .finish_non_exhaustive()
    }
}

/// The codes an instance hands out, as they come. Also a code that was handed out before
/// counts: a gateway repeats the valid one.
#[derive(Debug)]
pub struct IssuedCodes {
    receiver: watch::Receiver<Option<IssuedCode>>,
    /// Keeps the sender alive.
    _instance: Instance,
}

impl IssuedCodes {
    /// Waits for a code that this watcher has not seen; of several, gives the latest.
    pub async fn next(&mut self) -> IssuedCode {
        while self.receiver.changed().await.is_ok() {
            if let Some(code) = self.receiver.borrow_and_update().clone() {
                return code;
            }
        }
        // The sender lives as long as `_instance`.
        std::future::pending().await
    }
}
