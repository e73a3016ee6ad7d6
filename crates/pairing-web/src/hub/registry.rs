//! Which instances, pairings and links there are, and which of their records have changed.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use pairing_core::PairingSession;
use tokio::sync::oneshot;

use super::deadline::{Clock, Deadline};
use super::instance::HubInstance;
use super::link::Link;
use super::options::HubLimits;
use super::page_link::NewPairing;
use super::pairing::Pairing;
use crate::error::CreateError;
use crate::store::{LinkRecord, PairingRecord, RecordChange};
use crate::token::{LinkHash, PairingId};

pub(super) struct Registry {
    limits: HubLimits,
    clock: Clock,
    instances: HashMap<String, Arc<HubInstance>>,
    /// By instance: those that are not over.
    live: HashMap<String, Arc<Pairing>>,
    by_id: HashMap<PairingId, Known>,
    /// Those that are over and not forgotten yet, by their end.
    over: VecDeque<PairingId>,
    links: HashMap<LinkHash, Link>,
    /// From the oldest to the youngest.
    links_of: HashMap<PairingId, Vec<LinkHash>>,
    /// By instance: from before a restart, until their instances are there.
    restored: HashMap<String, PairingRecord>,
    /// The pairings whose records may differ from what the store has.
    changed: HashSet<PairingId>,
    is_closed: bool,
}

struct Known {
    pairing: Arc<Pairing>,
    is_over: bool,
}

/// What a pairing is opened with.
pub(super) struct CreateRequest {
    pub(super) pairing: NewPairing,
    /// At least one, the oldest first.
    pub(super) links: Vec<(LinkHash, Deadline)>,
    /// The id of a pairing from before a restart.
    pub(super) id: Option<PairingId>,
}

pub(super) struct Opened {
    pub(super) pairing: Arc<Pairing>,
    /// Of a new pairing: where its session comes out once it is started.
    pub(super) started: Option<oneshot::Receiver<PairingSession>>,
}

impl Registry {
    pub(super) fn new(limits: HubLimits, clock: Clock, restored: Vec<PairingRecord>) -> Self {
        let by_instance = |record: PairingRecord| (record.instance.clone(), record);
        Self {
            limits,
            clock,
            restored: restored.into_iter().map(by_instance).collect(),
            instances: HashMap::new(),
            live: HashMap::new(),
            by_id: HashMap::new(),
            over: VecDeque::new(),
            links: HashMap::new(),
            links_of: HashMap::new(),
            changed: HashSet::new(),
            is_closed: false,
        }
    }

    /// Refuses pairings from now on.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
    }

    /// Finds the instance's pairing or makes one, and gives it the links.
    pub(super) fn open(&mut self, request: CreateRequest) -> Result<Opened, CreateError> {
        if self.is_closed {
            return Err(CreateError::ShuttingDown);
        }
        let CreateRequest { pairing, links, id } = request;
        let NewPairing {
            instance: name,
            expected_phone,
        } = pairing;
        let instance = self.instances.get(&name).cloned();
        let instance = instance.ok_or(CreateError::UnknownInstance)?;
        let now = self.clock.now();
        let ends = links.iter().map(|(_, deadline)| *deadline);
        let last = ends.max_by_key(|deadline| deadline.left(now));
        let last = last.unwrap_or_else(|| Deadline::after(Duration::ZERO, now));
        let live = self.live.get(&name);
        let live = live.filter(|pairing| !pairing.has_ended()).cloned();
        let opened = if let Some(pairing) = live {
            if let Some(phone) = &expected_phone
                && !pairing
                    .expected_phone
                    .as_ref()
                    .is_some_and(|expected| expected.is_same_account(phone))
            {
                return Err(CreateError::ExpectsAnotherPhone);
            }
            self.make_room_for_links(&pairing.id, links.len())?;
            pairing.wait_until(last);
            Opened {
                pairing,
                started: None,
            }
        } else {
            if expected_phone.is_some() && !instance.verifies_phones() {
                return Err(CreateError::PhoneNotVerifiable);
            }
            self.make_room_for_a_pairing(&name)?;
            let no_numbers = |_| CreateError::NoRandomNumbers;
            let id = match id {
                Some(id) => id,
                None => PairingId::new().map_err(no_numbers)?,
            };
            let phone = expected_phone.or_else(|| instance.expected_phone.clone());
            let clock = self.clock.clone();
            let (pairing, started) =
                Pairing::new(id, name, instance, phone, last, clock).map_err(no_numbers)?;
            self.live.insert(pairing.name.clone(), pairing.clone());
            let known = Known {
                pairing: pairing.clone(),
                is_over: false,
            };
            self.by_id.insert(pairing.id.clone(), known);
            Opened {
                pairing,
                started: Some(started),
            }
        };
        self.add_links(&opened.pairing, links);
        self.note_change(&opened.pairing.id);
        Ok(opened)
    }

    /// Gives what was kept for it; `None` if the name is taken.
    pub(super) fn add_instance(
        &mut self,
        name: String,
        instance: Arc<HubInstance>,
    ) -> Option<Option<PairingRecord>> {
        if self.instances.contains_key(&name) {
            return None;
        }
        let restored = self.restored.remove(&name);
        // It is deleted, unless it is opened again.
        self.changed
            .extend(restored.as_ref().map(|record| record.id.clone()));
        self.instances.insert(name, instance);
        Some(restored)
    }

    /// Forgets what was restored for instances that are not there, if its time is up. When the
    /// next such record ends.
    pub(super) fn drop_restored(&mut self, now: SystemTime) -> Option<SystemTime> {
        let over = self.restored.extract_if(|_, record| record.is_over(now));
        self.changed.extend(over.map(|(_, record)| record.id));
        self.restored.values().map(PairingRecord::ends_at).min()
    }

    /// Gives the instance's pairing; `None` if there is no such instance.
    pub(super) fn remove_instance(&mut self, name: &str) -> Option<Option<Arc<Pairing>>> {
        self.instances.remove(name)?;
        Some(self.live.get(name).cloned())
    }

    /// Refuses another pairing beside as many as may be live. Those that have ended a moment ago,
    /// which their tasks have yet to say, are none of them.
    fn make_room_for_a_pairing(&mut self, instance: &str) -> Result<(), CreateError> {
        // The one of this instance is over, or no other would be opened.
        if let Some(over) = self.live.get(instance).cloned() {
            self.retire(&over);
        }
        if self.live.len() < self.limits.pairings {
            return Ok(());
        }
        let over = self.live.values().filter(|pairing| pairing.has_ended());
        let over: Vec<_> = over.cloned().collect();
        if over.is_empty() {
            return Err(CreateError::TooManyPairings);
        }
        for pairing in over {
            self.retire(&pairing);
        }
        Ok(())
    }

    /// It is over: it counts as live no more, its instance may be paired again, and it is kept as one
    /// of those that ended last.
    pub(super) fn retire(&mut self, pairing: &Arc<Pairing>) {
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
        self.note_change(&pairing.id);
        self.over.push_back(pairing.id.clone());
        while self.over.len() > self.limits.ended_pairings
            && let Some(first) = self.over.pop_front()
        {
            self.forget(&first);
        }
    }

    /// Ends its task as well.
    pub(super) fn forget(&mut self, id: &PairingId) {
        self.forget_links(id);
        self.over.retain(|over| over != id);
        if let Some(known) = self.by_id.remove(id) {
            known.pairing.release_task();
        }
    }

    pub(super) fn forget_links(&mut self, id: &PairingId) {
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

    /// What a link opens, for a request that uses it now.
    pub(super) fn by_link(&self, link: LinkHash) -> Option<Link> {
        let link = self.links.get(&link).filter(|link| link.is_good())?;
        link.touch();
        Some(link.clone())
    }

    pub(super) fn target(&self, name: &str) -> (Option<Arc<HubInstance>>, Option<Arc<Pairing>>) {
        let instance = self.instances.get(name).cloned();
        (instance, self.live.get(name).cloned())
    }

    /// The record of this pairing may differ from the store's.
    pub(super) fn note_change(&mut self, id: &PairingId) {
        self.changed.insert(id.clone());
    }

    /// What the store does not know yet.
    pub(super) fn take_changes(&mut self) -> Vec<RecordChange> {
        let changed = std::mem::take(&mut self.changed);
        let change = |id| match self.record(&id) {
            Some(record) => RecordChange::Put(record),
            None => RecordChange::Delete(id),
        };
        changed.into_iter().map(change).collect()
    }

    pub(super) fn drop_changes(&mut self) {
        self.changed.clear();
    }

    /// `None` of a pairing that is over.
    fn record(&self, id: &PairingId) -> Option<PairingRecord> {
        let known = self.by_id.get(id).filter(|known| !known.is_over)?;
        let pairing = &known.pairing;
        let expires_at = pairing.expires_at()?;
        let is_idle = pairing.is_idle();
        let hashes = self.links_of.get(id).into_iter().flatten();
        let links = hashes.filter_map(|hash| {
            let link = self.links.get(hash).filter(|link| link.is_good())?;
            Some(LinkRecord {
                hash: *hash,
                // Once the session runs, its links live as long as it does.
                expires_at: match is_idle {
                    true => link.deadline.at(pairing.now()),
                    false => expires_at,
                },
            })
        });
        Some(PairingRecord {
            id: pairing.id.clone(),
            instance: pairing.name.clone(),
            links: links.collect(),
            expires_at,
            expected_phone: pairing.expected_phone.clone(),
        })
    }

    /// Takes places from links that have expired, then from those that were not used for the
    /// longest time. Those in use keep theirs.
    fn make_room_for_links(&mut self, id: &PairingId, more: usize) -> Result<(), CreateError> {
        let Some(hashes) = self.links_of.get_mut(id) else {
            return Ok(());
        };
        let surplus = (hashes.len() + more).saturating_sub(self.limits.links_per_pairing.max(1));
        if surplus == 0 {
            return Ok(());
        }
        let mut unused: Vec<_> = hashes
            .iter()
            .filter_map(|hash| Some((self.links.get(hash)?, *hash)))
            .filter(|(link, _)| !link.is_in_use())
            .map(|(link, hash)| ((link.is_good(), link.last_used()), hash))
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

    /// Of more than there is room for, which a store may hold, the last.
    fn add_links(&mut self, pairing: &Arc<Pairing>, links: Vec<(LinkHash, Deadline)>) {
        let most = self.limits.links_per_pairing.max(1);
        let surplus = links.len().saturating_sub(most);
        let of_pairing = self.links_of.entry(pairing.id.clone()).or_default();
        for (hash, deadline) in links.into_iter().skip(surplus) {
            of_pairing.push(hash);
            self.links
                .insert(hash, Link::new(pairing.clone(), deadline));
        }
    }
}
