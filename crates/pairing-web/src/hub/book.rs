//! Which pairings there are, and how they are found: by instance, by id, by link.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::instance::HubInstance;
use super::keeper::keep;
use super::pairing::Pairing;
use super::state_file::{Saved, SavedLink};
use super::until::Until;
use super::{Inner, NewPairing};
use crate::error::CreateError;
use crate::token::{PairingId, TokenHash};

#[derive(Default)]
pub(super) struct Book {
    instances: HashMap<String, Arc<HubInstance>>,
    /// By instance: those that are not over.
    live: HashMap<String, Arc<Pairing>>,
    by_id: HashMap<PairingId, Arc<Pairing>>,
    links: HashMap<TokenHash, Link>,
    /// From the oldest to the youngest.
    links_of: HashMap<PairingId, Vec<TokenHash>>,
    /// From before a restart, until their instances are there.
    restored: HashMap<String, Saved>,
}

/// A link as the hub knows it.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) pairing: Arc<Pairing>,
    /// When the pairing must have been opened, by this link or another. No later link gives
    /// this one more time.
    pub(super) until: Until,
}

impl Link {
    /// Whether it opens anything, still or for as long as its pairing is known.
    pub(crate) fn is_good(&self) -> bool {
        self.pairing.admits(self.until)
    }
}

/// What a pairing is opened with.
pub(super) struct Opening {
    pub(super) wish: NewPairing,
    /// At least one, the oldest first.
    pub(super) links: Vec<(TokenHash, Until)>,
    /// The id of one from before a restart.
    pub(super) restored: Option<PairingId>,
}

impl Opening {
    /// Of a pairing from before a restart; `None` if its time is up.
    pub(super) fn again(saved: Saved) -> Option<Self> {
        let links = saved.links_left();
        (!links.is_empty()).then_some(Self {
            wish: NewPairing {
                instance: saved.instance,
                expected_phone: saved.expected_phone,
            },
            links,
            restored: Some(saved.id),
        })
    }
}

pub(super) struct Opened {
    pub(super) pairing: Arc<Pairing>,
    pub(super) is_new: bool,
}

impl Inner {
    /// Finds the instance's pairing or makes one, and gives it the links.
    pub(super) fn open(self: &Arc<Self>, opening: Opening) -> Result<Opened, CreateError> {
        let runtime = Handle::try_current().map_err(|_| CreateError::NoRuntime)?;
        let mut book = self.book();
        if *self.keepers.borrow() {
            return Err(CreateError::ShuttingDown);
        }
        let Opening {
            wish,
            links,
            restored,
        } = opening;
        let instance = book.instances.get(&wish.instance).cloned();
        let instance = instance.ok_or(CreateError::UnknownInstance)?;
        let lasts = links.iter().map(|(_, until)| *until);
        let lasts = lasts.max_by_key(|until| until.instant);
        let lasts = lasts.unwrap_or_else(|| Until::after(self.options.link_lifetime));
        let live = book.live.get(&wish.instance);
        let opened = match live.filter(|pairing| !pairing.has_ended()) {
            Some(pairing) => {
                let pairing = pairing.clone();
                if let Some(phone) = &wish.expected_phone
                    && !pairing
                        .expected_phone
                        .as_ref()
                        .is_some_and(|expected| expected.is_same_account(phone))
                {
                    return Err(CreateError::ExpectsAnotherPhone);
                }
                pairing.wait_until(lasts);
                Opened {
                    pairing,
                    is_new: false,
                }
            }
            None => {
                if wish.expected_phone.is_some() && !instance.verifies_phones() {
                    return Err(CreateError::PhoneNotVerifiable);
                }
                if book.live.len() >= self.options.limits.pairings {
                    return Err(CreateError::TooManyPairings);
                }
                let no_numbers = |_| CreateError::NoRandomNumbers;
                let id = match restored {
                    Some(id) => id,
                    None => PairingId::new().map_err(no_numbers)?,
                };
                let phone = wish
                    .expected_phone
                    .or_else(|| instance.expected_phone.clone());
                let (pairing, started) =
                    Pairing::new(id, wish.instance.clone(), instance, phone, lasts)
                        .map_err(no_numbers)?;
                book.live.insert(wish.instance, pairing.clone());
                book.by_id.insert(pairing.id.clone(), pairing.clone());
                let keepers = self.keepers.subscribe();
                runtime.spawn(keep(
                    Arc::downgrade(self),
                    pairing.clone(),
                    started,
                    keepers,
                    self.options.linger,
                ));
                Opened {
                    pairing,
                    is_new: true,
                }
            }
        };
        book.add_links(
            &opened.pairing,
            links,
            self.options.limits.links_per_pairing,
        );
        drop(book);
        self.save();
        Ok(opened)
    }

    /// It is over: its instance may be paired anew.
    pub(super) fn ended(self: &Arc<Self>, pairing: &Arc<Pairing>) {
        let mut book = self.book();
        if let Some(live) = book.live.get(&pairing.name)
            && Arc::ptr_eq(live, pairing)
        {
            book.live.remove(&pairing.name);
        }
        drop(book);
        self.save();
    }

    pub(super) fn forget_links(&self, pairing: &Pairing) {
        let mut book = self.book();
        for link in book.links_of.remove(&pairing.id).unwrap_or_default() {
            book.links.remove(&link);
        }
    }

    pub(super) fn forget(&self, pairing: &Pairing) {
        self.book().by_id.remove(&pairing.id);
    }
}

impl Book {
    pub(super) fn new(restored: Vec<Saved>) -> Self {
        let by_instance = |saved: Saved| (saved.instance.clone(), saved);
        Self {
            restored: restored.into_iter().map(by_instance).collect(),
            ..Self::default()
        }
    }

    /// Gives what was kept for it; `None` if the name is taken.
    pub(super) fn add_instance(
        &mut self,
        name: String,
        instance: Arc<HubInstance>,
    ) -> Option<Option<Saved>> {
        if self.instances.contains_key(&name) {
            return None;
        }
        let restored = self.restored.remove(&name);
        self.instances.insert(name, instance);
        Some(restored)
    }

    /// Gives the instance's pairing; `None` if there is no such instance.
    pub(super) fn remove_instance(&mut self, name: &str) -> Option<Option<Arc<Pairing>>> {
        self.instances.remove(name)?;
        Some(self.live.get(name).cloned())
    }

    pub(super) fn instances(&self) -> Vec<(String, Arc<HubInstance>)> {
        let mut instances: Vec<_> = self
            .instances
            .iter()
            .map(|(name, instance)| (name.clone(), instance.clone()))
            .collect();
        instances.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        instances
    }

    pub(super) fn pairing(&self, id: &PairingId) -> Option<Arc<Pairing>> {
        self.by_id.get(id).cloned()
    }

    pub(super) fn pairings(&self) -> Vec<Arc<Pairing>> {
        self.by_id.values().cloned().collect()
    }

    pub(super) fn by_link(&self, link: TokenHash) -> Option<Link> {
        self.links.get(&link).filter(|link| link.is_good()).cloned()
    }

    pub(super) fn target(&self, name: &str) -> (Option<Arc<HubInstance>>, Option<Arc<Pairing>>) {
        let instance = self.instances.get(name).cloned();
        (instance, self.live.get(name).cloned())
    }

    /// What a state file holds: the pairings that are not over, and those whose instances have
    /// not come back yet.
    pub(super) fn saved(&self) -> Vec<Saved> {
        let live = self.live.values().filter_map(|pairing| {
            Some(Saved {
                id: pairing.id.clone(),
                instance: pairing.name.clone(),
                links: self.saved_links(pairing),
                expires_at: pairing.expires_at()?,
                expected_phone: pairing.expected_phone.clone(),
            })
        });
        live.chain(self.restored.values().cloned()).collect()
    }

    /// Those that still open it: until their own ends, or for as long as it runs.
    fn saved_links(&self, pairing: &Pairing) -> Vec<SavedLink> {
        let hashes = self.links_of.get(&pairing.id).into_iter().flatten();
        let good = hashes.filter_map(|hash| Some((*hash, self.by_link(*hash)?)));
        let is_idle = pairing.idle_until().is_some();
        good.map(|(hash, link)| match is_idle {
            true => SavedLink::OfItsOwn {
                hash,
                expires_at: link.until.wall,
            },
            false => SavedLink::OfThePairing(hash),
        })
        .collect()
    }

    fn add_links(&mut self, pairing: &Arc<Pairing>, links: Vec<(TokenHash, Until)>, most: usize) {
        let of_pairing = self.links_of.entry(pairing.id.clone()).or_default();
        for (hash, until) in links {
            of_pairing.push(hash);
            let pairing = pairing.clone();
            self.links.insert(hash, Link { pairing, until });
        }
        let surplus = of_pairing.len().saturating_sub(most.max(1));
        for link in of_pairing.drain(..surplus) {
            self.links.remove(&link);
        }
    }
}
