//! Owns all pairings: at most one at a time for each instance, however many links and viewers
//! it has.
//!
//! [`registry`] knows which pairings and links there are, [`task`] runs one pairing, [`viewers`]
//! serves those who watch, and [`writer`] stores what changed. None of them knows the hub.

mod admin_token;
mod builder;
mod deadline;
mod feed;
mod frame;
mod instance;
mod link;
mod options;
mod pace;
mod page_link;
mod pairing;
mod pictures;
mod present;
mod registry;
mod shared_registry;
mod summary;
mod task;
mod usage;
mod viewer;
mod viewers;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use pairing_core::PairingOutcome;
use tokio::runtime::Handle;
use tokio::sync::watch;

pub use admin_token::AdminToken;
pub use builder::PairingHubBuilder;
pub use instance::{HubInstance, InvalidInstance};
pub use options::HubLimits;
pub use page_link::{NewPairing, PageLink};
pub use summary::{CodelessEvent, PairingState, PairingSummary};

pub(crate) use frame::moment;
pub(crate) use link::Link;
pub(crate) use pairing::Pairing;
pub(crate) use present::{FallbackReason, Present};
pub(crate) use viewer::Watch;

use crate::clients::{Addresses, Guesses};
use crate::error::CreateError;
use crate::store::{PairingRecord, PairingStore};
use crate::token::{LinkHash, LinkToken, PairingId, is_same_secret};
use deadline::{Clock, Deadline};
use options::HubOptions;
use pictures::Pictures;
use registry::{CreateRequest, Opened, Registry};
use shared_registry::SharedRegistry;
use task::{TaskContext, run_pairing};
use viewers::Viewers;
use writer::Writer;

/// Owns the pairings of many instances. Cheap to clone; all clones are the same hub.
///
/// ```
/// use pairing_core::PairingProvider;
/// use pairing_web::{HubInstance, NewPairing, PairingHub};
///
/// # async fn serve(provider: impl PairingProvider + 'static) -> Result<(), Box<dyn std::error::Error>> {
/// let hub = PairingHub::builder().build()?;
/// hub.add_instance("shop-1", HubInstance::new(provider).title("Z-API"))?;
///
/// // In a handler of yours that only the owner of shop-1 gets to:
/// let link = hub.create(NewPairing::of("shop-1"))?;
/// let location = format!("/pair{}", link.path());
///
/// let app: axum::Router = axum::Router::new().nest("/pair", pairing_web::router(hub));
/// # let _ = (app, location);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PairingHub(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) options: HubOptions,
    clock: Clock,
    registry: Arc<SharedRegistry>,
    pub(crate) viewers: Viewers,
    /// Tells the pairings' tasks to end. They hold its receivers, so it knows when they have.
    tasks: watch::Sender<bool>,
    pictures: Pictures,
    pub(crate) addresses: Addresses,
    pub(crate) wrong_tokens: Guesses,
    pub(crate) wrong_links: Guesses,
}

/// What a webhook is for.
pub(crate) struct Target {
    pub(crate) instance: Arc<HubInstance>,
    pub(crate) pairing: Option<Arc<Pairing>>,
}

impl PairingHub {
    fn new(
        options: HubOptions,
        clock: Clock,
        addresses: Addresses,
        store: Option<Box<dyn PairingStore>>,
        restored: Vec<PairingRecord>,
    ) -> Self {
        let registry = Registry::new(options.limits, clock.clone(), restored);
        let writer = store.map(|store| Arc::new(Writer::new(store)));
        Self(Arc::new(Inner {
            registry: Arc::new(SharedRegistry::new(registry, writer)),
            clock,
            viewers: Viewers::new(options.limits),
            tasks: watch::Sender::new(false),
            pictures: Pictures::default(),
            addresses,
            wrong_tokens: Guesses::at_admin_tokens(),
            wrong_links: Guesses::at_links(),
            options,
        }))
    }

    /// Forgets restored pairings whose instances are not added before their time is up.
    fn begin_tidying(&self, runtime: &Handle) {
        let mut closing = self.0.tasks.subscribe();
        let clock = self.0.clock.clone();
        let registry = Arc::downgrade(&self.0.registry);
        let tidy = async move {
            while let Some(registry) = registry.upgrade() {
                let now = clock.now().wall;
                let next = registry.change(|registry| registry.drop_restored(now));
                drop(registry);
                let Some(next) = next else { return };
                // The time of day may be set meanwhile.
                let left = next.duration_since(now).unwrap_or_default();
                tokio::time::sleep((left + TIDYING_REST).min(LONGEST_GLANCE)).await;
            }
        };
        runtime.spawn(async move {
            tokio::select! {
                // An error means that the hub is gone.
                _ = closing.wait_for(|closing| *closing) => {}
                () = tidy => {}
            }
        });
    }

    /// Makes an instance known, under a name that is no secret: it stands in webhook URLs and
    /// logs. Links to it that a store has kept work again.
    ///
    /// # Errors
    ///
    /// [`InvalidInstance`].
    pub fn add_instance(
        &self,
        name: impl Into<String>,
        instance: HubInstance,
    ) -> Result<(), InvalidInstance> {
        let name = name.into();
        instance.check(&name)?;
        let registry = &self.0.registry;
        let restored = registry
            .lock()
            .add_instance(name, Arc::new(instance))
            .ok_or(InvalidInstance::NameTaken)?;
        let restored = restored.map(|record| self.restore(record));
        // Also what was not opened again is a change.
        registry.change(|_| ());
        restored.unwrap_or(Ok(()))
    }

    /// Opens a pairing from before a restart, unless its time is up. Its links wait no longer than
    /// new ones would: the clock may have been set since they were stored.
    fn restore(&self, record: PairingRecord) -> Result<(), InvalidInstance> {
        let now = self.0.clock.now();
        let longest = self.0.options.link_lifetime;
        let links = record.links.into_iter().filter_map(|link| {
            let deadline = Deadline::at_time_of_day(link.expires_at, longest, now)?;
            Some((link.hash, deadline))
        });
        let request = CreateRequest {
            pairing: NewPairing {
                instance: record.instance,
                expected_phone: record.expected_phone,
            },
            links: links.collect(),
            id: Some(record.id),
        };
        if request.links.is_empty() {
            return Ok(());
        }
        match self.0.open(request) {
            Err(CreateError::NoRuntime) => Err(InvalidInstance::NoRuntime),
            Err(error) => {
                // As if its time were up: its visitors need a new link.
                tracing::warn!(%error, "the links of an instance were not restored");
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }

    /// Forgets an instance, and cancels its pairing. Whether there was one of this name. An
    /// instance that is added under the same name afterwards begins without a pairing.
    pub fn remove_instance(&self, name: &str) -> bool {
        let removed = self.0.registry.lock().remove_instance(name);
        if let Some(Some(pairing)) = &removed {
            self.0.cancel(pairing);
        }
        removed.is_some()
    }

    /// Opens a pairing, or finds the one that its instance has, and makes a link to its page.
    /// No request is sent to the provider before the session is started.
    ///
    /// # Errors
    ///
    /// [`CreateError`].
    pub fn create(&self, request: NewPairing) -> Result<PageLink, CreateError> {
        let token = LinkToken::new().map_err(|_| CreateError::NoRandomNumbers)?;
        let deadline = Deadline::after(self.0.options.link_lifetime, self.0.clock.now());
        let (pairing, is_new) = self.0.open(CreateRequest {
            pairing: request,
            links: vec![(token.hash(), deadline)],
            id: None,
        })?;
        let expires_at = if pairing.is_idle() {
            // This link's own: another may have more time.
            Some(deadline.at(self.0.clock.now()))
        } else {
            pairing.expires_at()
        };
        Ok(PageLink {
            id: pairing.id.clone(),
            token,
            public_url: self.0.options.public_url.clone(),
            expires_at,
            is_new,
        })
    }

    /// Where a pairing stands; `None` ten minutes after its end, or sooner if
    /// [`ended_pairings`](HubLimits::ended_pairings) have ended since.
    #[must_use]
    pub fn pairing(&self, id: &PairingId) -> Option<PairingSummary> {
        Some(self.0.registry.lock().pairing(id)?.summary())
    }

    /// Where all pairings stand, in no order: those that go on, and those that
    /// [`pairing`](Self::pairing) still knows the end of.
    #[must_use]
    pub fn pairings(&self) -> Vec<PairingSummary> {
        let pairings = self.0.registry.lock().pairings();
        pairings.iter().map(|pairing| pairing.summary()).collect()
    }

    /// Ends a pairing and its links. Whether there is such a pairing. When this returns, its
    /// instance may be paired again.
    pub fn cancel(&self, id: &PairingId) -> bool {
        let pairing = self.0.registry.lock().pairing(id);
        if let Some(pairing) = &pairing {
            self.0.cancel(pairing);
        }
        pairing.is_some()
    }

    /// Waits for the end of a pairing. A session that was not used does not end it as long as a link
    /// can start another. `None` if there is no such pairing, or the hub shuts down.
    pub async fn outcome(&self, id: &PairingId) -> Option<PairingOutcome> {
        let mut outcomes = self.0.registry.lock().pairing(id)?.outcomes();
        let mut closing = self.0.viewers.closing.subscribe();
        tokio::select! {
            biased;
            outcome = outcomes.wait_for(Option::is_some) => outcome.ok()?.clone(),
            _ = closing.wait_for(|closing| *closing) => None,
        }
    }

    /// Cancels every session, ends every event stream and writes the store. Nothing is
    /// asked of a provider afterwards. Links that a store keeps work again with the next hub.
    pub async fn shutdown(&self) {
        self.0.viewers.closing.send_replace(true);
        self.0.tasks.send_replace(true);
        self.0.registry.close().await;
        self.0.tasks.closed().await;
    }
}

/// So that what ends within a second is forgotten together.
const TIDYING_REST: Duration = Duration::from_secs(1);
/// How often an end that is awaited is compared with the time of day, which may be set.
const LONGEST_GLANCE: Duration = Duration::from_secs(600);

impl Inner {
    /// What a token opens; `None` if that is too late or was never anything.
    pub(crate) fn by_token(&self, token: &str) -> Option<Link> {
        self.registry.lock().by_link(LinkHash::of(token)?)
    }

    /// The instance that a webhook is for, if its secret is right. How long it takes tells
    /// nothing about the secret; the name is none.
    pub(crate) fn for_webhook(&self, name: &str, secret: &str) -> Option<Target> {
        let (instance, pairing) = self.registry.lock().target(name);
        let instance = instance?;
        let expected = instance.webhook_secret.as_ref()?;
        is_same_secret(secret, expected).then_some(Target { instance, pairing })
    }

    /// Finds the instance's pairing or makes one and runs it. Whether it is new.
    fn open(&self, request: CreateRequest) -> Result<(Arc<Pairing>, bool), CreateError> {
        let runtime = Handle::try_current().map_err(|_| CreateError::NoRuntime)?;
        // Before the pairing is there: shutting down waits for its task.
        let closing = self.tasks.subscribe();
        let Opened { pairing, started } =
            self.registry.change(|registry| registry.open(request))?;
        let is_new = started.is_some();
        if let Some(started) = started {
            let context = TaskContext {
                registry: Arc::downgrade(&self.registry),
                pictures: self.pictures.clone(),
                linger: self.options.linger,
                closing,
            };
            runtime.spawn(run_pairing(pairing.clone(), started, context));
        }
        Ok((pairing, is_new))
    }

    /// Ends a pairing, for everyone who asks from now on. Whether it was not over yet.
    pub(crate) fn cancel(&self, pairing: &Arc<Pairing>) -> bool {
        let was_live = pairing.cancel();
        if was_live {
            self.registry.change(|registry| registry.retire(pairing));
        }
        was_live
    }

    pub(crate) fn instances(&self) -> Vec<(String, Arc<HubInstance>)> {
        self.registry.lock().instances()
    }

    /// Stores what has become of a pairing.
    pub(crate) fn save(&self, pairing: &Pairing) {
        self.registry
            .change(|registry| registry.note_change(&pairing.id));
    }
}

impl std::fmt::Debug for PairingHub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PairingHub")
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
