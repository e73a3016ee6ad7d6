//! Which pairings there are, and how they are found: by instance, by id, by link.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::instance::HubInstance;
use super::keeper::keep;
use super::pairing::Pairing;
use super::state_file::{Saved, SavedLink};
use super::until::{Now, Until};
use super::usage::Usage;
use super::{HubLimits, Inner, NewPairing};
use crate::error::CreateError;
use crate::token::{PairingId, TokenHash};

#[derive(Default)]
pub(super) struct Book {
    instances: HashMap<String, Arc<HubInstance>>,
    /// By instance: those that are not over.
    live: HashMap<String, Arc<Pairing>>,
    by_id: HashMap<PairingId, Known>,
    /// Those that are over and not forgotten yet, by their end.
    over: VecDeque<PairingId>,
    links: HashMap<TokenHash, Link>,
    /// From the oldest to the youngest.
    links_of: HashMap<PairingId, Vec<TokenHash>>,
    /// From before a restart, until their instances are there.
    restored: HashMap<String, Saved>,
}

struct Known {
    pairing: Arc<Pairing>,
    is_over: bool,
}

/// A link as the hub knows it.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) pairing: Arc<Pairing>,
    /// When the pairing must have been opened, by this link or another. No later link gives
    /// this one more time.
    pub(super) until: Until,
    usage: Arc<Usage>,
}

impl Link {
    /// Whether it opens anything, still or for as long as its pairing is known.
    pub(crate) fn is_good(&self) -> bool {
        self.pairing.admits(self.until)
    }

    /// Counts an action; the error says how long there is none for this link.
    pub(crate) fn act(&self, per_minute: usize) -> Result<(), Duration> {
        self.usage.act(per_minute)
    }

    /// Its event stream has just ended.
    pub(super) fn touch(&self) {
        self.usage.touch();
    }

    /// Whether there is a clone of it beside the book's own: a request or an event stream.
    fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.usage) > 1
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
    /// Of a pairing from before a restart; `None` if its time is up. Its links wait no longer
    /// than `longest`.
    pub(super) fn again(saved: Saved, longest: Duration, now: Now) -> Option<Self> {
        let links = saved.links_left(longest, now);
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
        let limits = &self.options.limits;
        let now = self.clock.now();
        let lasts = links.iter().map(|(_, until)| *until);
        let lasts = lasts.max_by_key(|until| until.left(now));
        let lasts = lasts.unwrap_or_else(|| Until::after(self.options.link_lifetime, now));
        let live = book.live.get(&wish.instance);
        let live = live.filter(|pairing| !pairing.has_ended()).cloned();
        let opened = if let Some(pairing) = live {
            if let Some(phone) = &wish.expected_phone
                && !pairing
                    .expected_phone
                    .as_ref()
                    .is_some_and(|expected| expected.is_same_account(phone))
            {
                return Err(CreateError::ExpectsAnotherPhone);
            }
            book.make_room_for_links(&pairing.id, links.len(), limits.links_per_pairing)?;
            pairing.wait_until(lasts);
            Opened {
                pairing,
                is_new: false,
            }
        } else {
            if wish.expected_phone.is_some() && !instance.verifies_phones() {
                return Err(CreateError::PhoneNotVerifiable);
            }
            book.make_room_for_a_pairing(&wish.instance, limits)?;
            let no_numbers = |_| CreateError::NoRandomNumbers;
            let id = match restored {
                Some(id) => id,
                None => PairingId::new().map_err(no_numbers)?,
            };
            let phone = wish
                .expected_phone
                .or_else(|| instance.expected_phone.clone());
            let (pairing, started) = Pairing::new(
                id,
                wish.instance.clone(),
                instance,
                phone,
                lasts,
                self.clock.clone(),
            )
            .map_err(no_numbers)?;
            book.live.insert(wish.instance, pairing.clone());
            let known = Known {
                pairing: pairing.clone(),
                is_over: false,
            };
            book.by_id.insert(pairing.id.clone(), known);
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
        };
        book.add_links(&opened.pairing, links, limits.links_per_pairing);
        drop(book);
        self.save();
        Ok(opened)
    }

    /// It is over: its instance may be paired anew.
    pub(super) fn ended(self: &Arc<Self>, pairing: &Arc<Pairing>) {
        let most = self.options.limits.ended_pairings;
        self.book().retire(pairing, most);
        self.save();
    }

    pub(super) fn forget_links(&self, pairing: &Pairing) {
        self.book().forget_links(&pairing.id);
    }

    pub(super) fn forget(&self, pairing: &Pairing) {
        self.book().forget(&pairing.id);
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

    /// Refuses another pairing beside as many as may be live. Those that have ended a moment ago,
    /// which their tasks have yet to say, are none of them.
    fn make_room_for_a_pairing(
        &mut self,
        instance: &str,
        limits: &HubLimits,
    ) -> Result<(), CreateError> {
        // The one of this instance is over, or no other would be opened.
        if let Some(over) = self.live.get(instance).cloned() {
            self.retire(&over, limits.ended_pairings);
        }
        if self.live.len() < limits.pairings {
            return Ok(());
        }
        let over = self.live.values().filter(|pairing| pairing.has_ended());
        let over: Vec<_> = over.cloned().collect();
        if over.is_empty() {
            return Err(CreateError::TooManyPairings);
        }
        for pairing in over {
            self.retire(&pairing, limits.ended_pairings);
        }
        Ok(())
    }

    /// It is over: it counts as live no more, and is kept as one of the `most` that ended last.
    fn retire(&mut self, pairing: &Arc<Pairing>, most: usize) {
        if let Some(live) = self.live.get(&pairing.name)
            && Arc::ptr_eq(live, pairing)
        {
            self.live.remove(&pairing.name);
        }
        let Some(known) = self.by_id.get_mut(&pairing.id) else {
            return;
        };
        if std::mem::replace(&mut known.is_over, true) {
            return;
        }
        self.over.push_back(pairing.id.clone());
        while self.over.len() > most
            && let Some(first) = self.over.pop_front()
        {
            self.forget(&first);
        }
    }

    /// Ends its task as well.
    fn forget(&mut self, id: &PairingId) {
        self.forget_links(id);
        self.over.retain(|over| over != id);
        if let Some(known) = self.by_id.remove(id) {
            known.pairing.release_task();
        }
    }

    fn forget_links(&mut self, id: &PairingId) {
        for link in self.links_of.remove(id).unwrap_or_default() {
            self.links.remove(&link);
        }
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
        Some(self.by_id.get(id)?.pairing.clone())
    }

    pub(super) fn pairings(&self) -> Vec<Arc<Pairing>> {
        let pairings = self.by_id.values();
        pairings.map(|known| known.pairing.clone()).collect()
    }

    /// What a link opens that somebody uses now.
    pub(super) fn by_link(&self, link: TokenHash) -> Option<Link> {
        let link = self.links.get(&link).filter(|link| link.is_good())?;
        link.usage.touch();
        Some(link.clone())
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
        let good = hashes.filter_map(|hash| {
            let link = self.links.get(hash).filter(|link| link.is_good())?;
            Some((*hash, link))
        });
        let is_idle = pairing.is_idle();
        good.map(|(hash, link)| match is_idle {
            true => SavedLink::OfItsOwn {
                hash,
                expires_at: link.until.at(pairing.now()),
            },
            false => SavedLink::OfThePairing(hash),
        })
        .collect()
    }

    /// Takes places from links that have expired, then from those that were not used for the
    /// longest time. Those in use keep theirs.
    fn make_room_for_links(
        &mut self,
        id: &PairingId,
        more: usize,
        most: usize,
    ) -> Result<(), CreateError> {
        let Some(hashes) = self.links_of.get_mut(id) else {
            return Ok(());
        };
        let surplus = (hashes.len() + more).saturating_sub(most.max(1));
        if surplus == 0 {
            return Ok(());
        }
        let mut unused: Vec<_> = hashes
            .iter()
            .filter_map(|hash| Some((self.links.get(hash)?, *hash)))
            .filter(|(link, _)| !link.is_in_use())
            .map(|(link, hash)| ((link.is_good(), link.usage.last_used()), hash))
            .collect();
        if unused.len() < surplus {
            return Err(CreateError::TooManyLinks);
        }
        // The sort is stable: of two that were used at the same moment, the older goes.
        unused.sort_by_key(|(order, _)| *order);
        let gone: HashSet<_> = unused.drain(..surplus).map(|(_, hash)| hash).collect();
        hashes.retain(|hash| !gone.contains(hash));
        for hash in &gone {
            self.links.remove(hash);
        }
        Ok(())
    }

    /// Of more than there is room for, which a state file may hold, the last.
    fn add_links(&mut self, pairing: &Arc<Pairing>, links: Vec<(TokenHash, Until)>, most: usize) {
        let surplus = links.len().saturating_sub(most.max(1));
        let of_pairing = self.links_of.entry(pairing.id.clone()).or_default();
        for (hash, until) in links.into_iter().skip(surplus) {
            of_pairing.push(hash);
            let link = Link {
                pairing: pairing.clone(),
                until,
                usage: Arc::new(Usage::new()),
            };
            self.links.insert(hash, link);
        }
    }
}
