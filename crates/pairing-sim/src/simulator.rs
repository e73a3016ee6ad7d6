//! The simulator: a list of instances and the doors to them.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use pairing_core::PhoneNumber;

use crate::clock::Clock;
use crate::webhook::Deliveries;
use crate::{Dialect, InProcessTransport, Instance, InstanceSetup, Server, control, gateway};

/// Options of a whole simulator.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimulatorOptions {
    /// How many times faster than the caller's clock simulated time passes; 1 by default.
    /// With 20, a QR code lives one second. Zero counts as 1.
    pub speed: u32,
    /// Decides every code and every generated credential. Fixed by default, so that runs
    /// repeat.
    pub seed: u64,
}

impl Default for SimulatorOptions {
    fn default() -> Self {
        Self {
            speed: 1,
            seed: 2009,
        }
    }
}

impl SimulatorOptions {
    /// Sets the speed.
    #[must_use]
    pub fn with_speed(mut self, speed: u32) -> Self {
        self.speed = speed;
        self
    }

    /// Sets the seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

/// Both gateways, with as many instances as wanted. Cheap to clone: clones are the same
/// simulator.
#[derive(Clone)]
pub struct Simulator(Arc<Inner>);

struct Inner {
    options: SimulatorOptions,
    clock: Clock,
    deliveries: Deliveries,
    instances: Mutex<Instances>,
}

#[derive(Default)]
struct Instances {
    list: Vec<Instance>,
    /// Where in `list` an id is: a bench has a hundred thousand.
    places: HashMap<String, usize>,
    /// How many were ever added, so that made-up credentials never repeat.
    added: u64,
}

impl Instances {
    /// At the end of the list, in place of one with the same id.
    fn put(&mut self, instance: Instance) {
        if let Some(place) = self.places.remove(instance.id()) {
            self.list.remove(place);
            for later in self.places.values_mut().filter(|other| **other > place) {
                *later -= 1;
            }
        }
        let place = self.list.len();
        self.places.insert(instance.id().to_owned(), place);
        self.list.push(instance);
    }
}

impl Simulator {
    /// Starts the clock. No instance and no socket exists yet.
    #[must_use]
    pub fn new(options: SimulatorOptions) -> Self {
        Self(Arc::new(Inner {
            clock: Clock::start(options.speed),
            options,
            deliveries: Deliveries::default(),
            instances: Mutex::default(),
        }))
    }

    /// Serves both gateways, the control surface and the help page on a loopback address.
    /// Port 0 takes a free port.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidInput`] for an address other machines can reach: anybody
    /// there could read the credentials. Otherwise what the system says, for example that
    /// the port is taken.
    pub async fn serve(&self, address: SocketAddr) -> io::Result<Server> {
        Server::bind(self.router(), address).await
    }

    /// Both gateways without sockets, for tests in tokio's paused time.
    #[must_use]
    pub fn transport(&self) -> InProcessTransport {
        InProcessTransport::new(self.router())
    }

    /// Adds an instance. One with the same id is replaced.
    pub fn add_instance(&self, mut setup: InstanceSetup) -> Instance {
        let mut instances = self.lock();
        setup.complete(self.0.options.seed, instances.added);
        instances.added += 1;
        let phone = setup.phone.clone().unwrap_or_else(some_phone);
        let instance = Instance::new(
            setup,
            phone,
            self.0.options.seed,
            self.0.clock,
            self.0.deliveries.clone(),
        );
        instances.put(instance.clone());
        instance
    }

    /// All instances, in the order they were added.
    #[must_use]
    pub fn instances(&self) -> Vec<Instance> {
        self.lock().list.clone()
    }

    /// What it was made with.
    #[must_use]
    pub fn options(&self) -> &SimulatorOptions {
        &self.0.options
    }

    pub(crate) fn find(&self, dialect: Dialect, id: &str) -> Option<Instance> {
        self.find_any(id)
            .filter(|instance| instance.dialect() == dialect)
    }

    pub(crate) fn find_any(&self, id: &str) -> Option<Instance> {
        let instances = self.lock();
        let place = *instances.places.get(id)?;
        instances.list.get(place).cloned()
    }

    fn router(&self) -> Router {
        gateway::routes()
            .merge(control::routes())
            .with_state(self.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Instances> {
        let instances = &self.0.instances;
        instances.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn some_phone() -> PhoneNumber {
    PhoneNumber::parse("+5511900000000").expect("13 digits without a leading zero")
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator")
            .field("options", &self.0.options)
            .field("instances", &self.lock().list.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_with_a_known_id_takes_its_place_at_the_end() {
        let simulator = Simulator::new(SimulatorOptions::default());
        let add = |id: &str, token: &str| {
            simulator.add_instance(InstanceSetup::new(Dialect::ZApi).with_credentials(id, token));
        };
        for id in ["a", "b", "c"] {
            add(id, "old");
        }
        add("a", "new");
        let ids: Vec<String> = simulator
            .instances()
            .iter()
            .map(|instance| instance.id().to_owned())
            .collect();
        assert_eq!(ids, ["b", "c", "a"]);
        for (id, token) in [("a", "new"), ("b", "old"), ("c", "old")] {
            let found = simulator.find(Dialect::ZApi, id);
            assert_eq!(found.as_ref().map(Instance::token), Some(token));
        }
        assert!(simulator.find(Dialect::MegaApi, "a").is_none());
    }
}
