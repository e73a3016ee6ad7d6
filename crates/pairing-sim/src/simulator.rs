//! The simulator: a list of instances and the ways to reach them.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use pairing_core::PhoneNumber;

use crate::clock::Clock;
use crate::dialect::Instances as OfDialect;
use crate::random::Random;
use crate::setup::InvalidSetup;
use crate::webhook::Tasks;
use crate::{
    Dialect, GatewayRequest, InProcessTransport, Instance, InstanceSetup, Route, Server, control,
    gateway,
};

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
    /// The gateways that the control surface and the help page offer. A gateway that only has
    /// instances added by [`Simulator::add_instance`] need not be here.
    pub dialects: &'static [&'static dyn Dialect],
}

impl Default for SimulatorOptions {
    fn default() -> Self {
        Self {
            speed: 1,
            seed: 2009,
            dialects: &[],
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

    /// Sets the gateways that the control surface and the help page offer.
    #[must_use]
    pub fn with_dialects(mut self, dialects: &'static [&'static dyn Dialect]) -> Self {
        self.dialects = dialects;
        self
    }

    /// Sets the seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

/// Gateways with as many instances as wanted. Cheap to clone: clones are the same
/// simulator.
#[derive(Clone)]
pub struct Simulator(Arc<Inner>);

struct Inner {
    options: SimulatorOptions,
    clock: Clock,
    tasks: Tasks,
    instances: Mutex<Instances>,
}

struct Instances {
    /// Those of the options, and those of the instances.
    dialects: Vec<&'static dyn Dialect>,
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
        if !self.dialects.contains(&instance.dialect()) {
            self.dialects.push(instance.dialect());
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
            tasks: Tasks::default(),
            instances: Mutex::new(Instances {
                dialects: options.dialects.to_vec(),
                list: Vec::new(),
                places: HashMap::new(),
                added: 0,
            }),
            options,
        }))
    }

    /// Serves the gateways, the control surface and the help page on a loopback address.
    /// Port 0 takes a free port.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidInput`] for an address that other machines can reach: they could read
    /// the credentials. Otherwise what the system says, for example that the port is taken.
    pub async fn serve(&self, address: SocketAddr) -> io::Result<Server> {
        Server::bind(self.router(), address).await
    }

    /// The gateways without sockets, for tests in tokio's paused time.
    #[must_use]
    pub fn transport(&self) -> InProcessTransport {
        InProcessTransport::new(self.router())
    }

    /// Adds an instance. One with the same id is replaced.
    ///
    /// # Panics
    ///
    /// When the setup has an option that its gateway does not have; see
    /// [`try_add_instance`](Self::try_add_instance).
    pub fn add_instance(&self, setup: InstanceSetup) -> Instance {
        self.try_add_instance(setup)
            .expect("the options are those of the gateway")
    }

    /// Adds an instance. One with the same id is replaced.
    ///
    /// # Errors
    ///
    /// [`InvalidSetup`] names an option that its gateway does not have.
    pub fn try_add_instance(&self, mut setup: InstanceSetup) -> Result<Instance, InvalidSetup> {
        let (dialect, seed) = (setup.dialect, self.0.options.seed);
        let mut instances = self.lock();
        let mut random = Random::new(seed, dialect.name(), instances.added);
        let own = dialect.open(&mut setup, &mut random)?;
        instances.added += 1;
        // Drawn in any case, so that a given phone changes nothing else.
        let made_up = format!("+5511900{}", random.text(b"0123456789", 6));
        let phone = setup.phone.take().or_else(|| made_up.parse().ok());
        let phone = phone.unwrap_or_else(some_phone);
        setup.phone = Some(phone.clone());
        let clock = setup.speed.map_or(self.0.clock, Clock::start);
        let tasks = self.0.tasks.clone();
        let instance = Instance::new(setup, own, phone, seed, clock, tasks);
        instances.put(instance.clone());
        Ok(instance)
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

    /// The gateways of the options, and those that have instances.
    #[must_use]
    pub fn dialects(&self) -> Vec<&'static dyn Dialect> {
        self.lock().dialects.clone()
    }

    /// The instance with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Instance> {
        let instances = self.lock();
        let place = *instances.places.get(id)?;
        instances.list.get(place).cloned()
    }

    /// The instance that a request is for; else the first refusal.
    pub(crate) fn route(&self, request: &GatewayRequest) -> Option<Route> {
        let mut refusal = None;
        for dialect in self.dialects() {
            let instances = OfDialect {
                simulator: self,
                dialect,
            };
            match dialect.route(request, &instances) {
                Some(route @ Route::To(..)) => return Some(route),
                other => refusal = refusal.or(other),
            }
        }
        refusal
    }

    fn router(&self) -> Router {
        control::routes()
            .fallback(gateway::serve)
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
