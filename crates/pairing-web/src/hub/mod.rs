//! Owns all pairings: at most one at a time for each instance, however many links and viewers
//! it has.

mod admin_token;
mod book;
mod feed;
mod frame;
mod instance;
mod keeper;
mod link;
mod options;
mod pace;
mod pairing;
mod pictures;
mod present;
mod state_file;
mod summary;
mod until;
mod usage;
mod viewer;

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pairing_core::PairingOutcome;
use tokio::sync::watch;

pub use admin_token::AdminToken;
pub use instance::{HubInstance, InvalidInstance};
pub use link::{NewPairing, PageLink};
pub use options::{BuildError, HubLimits, PairingHubBuilder};
pub use state_file::StateFileError;
pub use summary::{CodelessEvent, PairingState, PairingSummary};

pub(crate) use book::Link;
pub(crate) use frame::moment;
pub(crate) use pairing::Pairing;
pub(crate) use present::{FallbackReason, Present};
pub(crate) use viewer::Watch;

use crate::error::CreateError;
use crate::http::{Addresses, Guesses};
use crate::token::{LinkToken, PairingId, TokenHash, is_same_secret};
use book::{Book, Opened, Opening};
use pace::Pace;
use pictures::Pictures;
use state_file::{Saved, StateFile};
use until::{Clock, Until};

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
    pub(crate) options: PairingHubBuilder,
    book: Mutex<Book>,
    pub(super) clock: Clock,
    viewers: Arc<AtomicUsize>,
    /// Of the answers to pages that poll.
    polls: Pace,
    /// Tells the event streams to end.
    closing: watch::Sender<bool>,
    /// Tells the pairings' tasks to end. They hold its receivers, so it knows when they have.
    keepers: watch::Sender<bool>,
    state_file: Option<StateFile>,
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
    /// What a hub is made from.
    pub fn builder() -> PairingHubBuilder {
        PairingHubBuilder::default()
    }

    fn new(
        options: PairingHubBuilder,
        addresses: Addresses,
        state_file: Option<StateFile>,
        restored: Vec<Saved>,
    ) -> Self {
        Self(Arc::new(Inner {
            book: Mutex::new(Book::new(restored)),
            clock: options.clock.clone(),
            options,
            viewers: Arc::default(),
            polls: Pace::default(),
            closing: watch::Sender::new(false),
            keepers: watch::Sender::new(false),
            state_file,
            pictures: Pictures::default(),
            addresses,
            wrong_tokens: Guesses::at_admin_tokens(),
            wrong_links: Guesses::at_links(),
        }))
    }

    /// Makes an instance known, under a name that is no secret: it stands in webhook URLs and
    /// logs. Links to it that a state file has kept work again.
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
        if let Some(file) = &self.0.state_file {
            file.begin_tidying(&self.0);
        }
        let restored = self
            .0
            .book()
            .add_instance(name, Arc::new(instance))
            .ok_or(InvalidInstance::NameTaken)?;
        let Some(saved) = restored else {
            return Ok(());
        };
        let longest = self.0.options.link_lifetime;
        let Some(opening) = Opening::again(saved, longest, self.0.clock.now()) else {
            return Ok(());
        };
        match self.0.open(opening) {
            Err(CreateError::NoRuntime) => Err(InvalidInstance::NoRuntime),
            Err(error) => {
                // As if its time were up: whoever has the link needs a new one.
                tracing::warn!(%error, "the links of an instance were not restored");
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }

    /// Forgets an instance, and cancels its pairing. Whether there was one of this name. An
    /// instance that is added under the same name afterwards begins without a pairing.
    pub fn remove_instance(&self, name: &str) -> bool {
        let removed = self.0.book().remove_instance(name);
        if let Some(Some(pairing)) = &removed {
            self.0.cancel(pairing);
        }
        removed.is_some()
    }

    /// Opens a pairing, or finds the one that its instance has, and makes a link to its page.
    /// The provider is asked for nothing before somebody starts the session.
    ///
    /// # Errors
    ///
    /// [`CreateError`].
    pub fn create(&self, wish: NewPairing) -> Result<PageLink, CreateError> {
        let token = LinkToken::new().map_err(|_| CreateError::NoRandomNumbers)?;
        let until = Until::after(self.0.options.link_lifetime, self.0.clock.now());
        let opening = Opening {
            wish,
            links: vec![(token.hash(), until)],
            restored: None,
        };
        let Opened { pairing, is_new } = self.0.open(opening)?;
        let expires_at = if pairing.is_idle() {
            // This link's own: another may have more time.
            Some(until.at(self.0.clock.now()))
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
        Some(self.0.book().pairing(id)?.summary())
    }

    /// Where all pairings stand, in no order: those that go on, and those that
    /// [`pairing`](Self::pairing) still knows the end of.
    #[must_use]
    pub fn pairings(&self) -> Vec<PairingSummary> {
        let pairings = self.0.book().pairings();
        pairings.iter().map(|pairing| pairing.summary()).collect()
    }

    /// Ends a pairing and its links. Whether there is such a pairing. When this returns, its
    /// instance may be paired anew.
    pub fn cancel(&self, id: &PairingId) -> bool {
        let pairing = self.0.book().pairing(id);
        if let Some(pairing) = &pairing {
            self.0.cancel(pairing);
        }
        pairing.is_some()
    }

    /// Waits for the end of a pairing, which a session that nobody used is not as long as a link
    /// can start another; `None` if there is no such pairing, or the hub shuts
    /// down.
    pub async fn outcome(&self, id: &PairingId) -> Option<PairingOutcome> {
        let mut outcomes = self.0.book().pairing(id)?.outcomes();
        let mut closing = self.0.closing.subscribe();
        tokio::select! {
            biased;
            outcome = outcomes.wait_for(Option::is_some) => outcome.ok()?.clone(),
            _ = closing.wait_for(|closing| *closing) => None,
        }
    }

    /// Cancels every session, ends every event stream and writes the state file. Nothing is
    /// asked of a provider afterwards. Links that a state file keeps work again with the next
    /// hub.
    pub async fn shutdown(&self) {
        self.0.closing.send_replace(true);
        self.0.keepers.send_replace(true);
        if let Some(file) = &self.0.state_file {
            file.write_at_last(&self.0).await;
        }
        self.0.keepers.closed().await;
    }
}

impl Inner {
    /// What a token opens; `None` if that is too late or was never anything.
    pub(crate) fn by_token(&self, token: &str) -> Option<Link> {
        self.book().by_link(TokenHash::of(token)?)
    }

    /// The instance that a webhook is for, if its secret is right. How long it takes tells
    /// nothing about the secret; the name is none.
    pub(crate) fn for_webhook(&self, name: &str, secret: &str) -> Option<Target> {
        let (instance, pairing) = self.book().target(name);
        let instance = instance?;
        let expected = instance.webhook_secret.as_ref()?;
        is_same_secret(secret, expected).then_some(Target { instance, pairing })
    }

    /// Ends a pairing: whoever asks from now on finds it over. Whether it was not yet.
    pub(crate) fn cancel(self: &Arc<Self>, pairing: &Arc<Pairing>) -> bool {
        let was_live = pairing.cancel();
        if was_live {
            self.ended(pairing);
        }
        was_live
    }

    pub(crate) fn instances(&self) -> Vec<(String, Arc<HubInstance>)> {
        self.book().instances()
    }

    pub(crate) fn save(self: &Arc<Self>) {
        if let Some(file) = &self.state_file {
            file.write_soon(self);
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // A panic while it is held leaves every entry whole.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for PairingHub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PairingHub")
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
