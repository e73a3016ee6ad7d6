//! What a gateway is to the simulator: how it reads requests, what it answers, and how it fails.

use std::any::Any;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use pairing_core::PhoneNumber;

use crate::random::Random;
use crate::setup::InvalidSetup;
use crate::{
    Endpoint, Fault, FaultMeaning, GatewayRequest, GatewayResponse, Instance, InstanceSetup,
    Simulator, Webhook,
};

/// What a dialect keeps for each instance: the options it was set up with, and its state behind a
/// lock. [`Instance::own`] lends it.
pub type Own = Box<dyn Any + Send + Sync>;

/// One gateway's HTTP interface. The simulator has the instances, the phones, the codes, the
/// clock and the faults that any HTTP server can have; a dialect has the rest.
///
/// A dialect answers from the instance it is given: [`Instance::issue_qr`],
/// [`Instance::issue_phone_code`], [`Instance::linked_phone`] and [`Instance::unlink`] are what
/// its gateway can do. It waits with [`Instance::wait`], reads the time with [`Instance::now`] and
/// [`Instance::link_age`], does something later with [`Instance::schedule`], and keeps what it has
/// to remember in [`Own`].
#[async_trait]
pub trait Dialect: fmt::Debug + Send + Sync {
    /// The gateway's name as in configurations and on the command line. It identifies the dialect.
    fn name(&self) -> &'static str;

    /// Its paths, headers and the options of its instances, as text for the help page.
    fn help(&self) -> &'static str;

    /// Changes the usual values of a new setup, such as its rotation, to this gateway's.
    fn set_defaults(&self, setup: &mut InstanceSetup) {
        let _ = setup;
    }

    /// Whether a healthy instance answers its first request for a code with one: no for a gateway
    /// that must be started, or that takes its time.
    fn is_immediate(&self) -> bool {
        true
    }

    /// Completes the setup of a new instance, at least its `id` and its `token`, with made-up
    /// values from `random`, and reads `setup.options`.
    ///
    /// # Errors
    ///
    /// [`InvalidSetup`] names the option that this gateway does not have.
    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<Own, InvalidSetup>;

    /// The instance's credentials under the names of the adapter's configuration fields; `None`
    /// for one that the instance does not ask for.
    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)>;

    /// A command that asks for a QR code, for the help page.
    fn example(&self, instance: &Instance, base_url: &str) -> String;

    /// Which instance a request is for. `None` for a path that is not this gateway's.
    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route>;

    /// Does what the request asks of the instance, or refuses it.
    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse;

    /// A failure in the gateway's own form.
    fn refusal(&self, status: u16, message: &str) -> GatewayResponse;

    /// What the gateway answers while a QR code is still being made.
    fn empty_qr(&self) -> GatewayResponse;

    /// How long after a scan this instance still says that no number is linked, in simulated time.
    fn settling_time(&self, instance: &Instance) -> Duration {
        let _ = instance;
        Duration::ZERO
    }

    /// How many attempts were started at this instance while a link was being made: each may break
    /// that link, or become a second one.
    fn second_attempts(&self, instance: &Instance) -> u64 {
        let _ = instance;
        0
    }

    /// The faults that this gateway can have besides [`Fault::COMMON`].
    fn faults(&self) -> &'static [Fault] {
        &[]
    }

    /// The webhook that reports a link. It is sent when a phone links and after
    /// [`Instance::restart`].
    fn linked(&self, instance: &Instance, phone: &PhoneNumber) -> Option<Webhook> {
        let _ = (instance, phone);
        None
    }

    /// The webhook that reports the end of a link.
    fn unlinked(&self, instance: &Instance) -> Option<Webhook> {
        let _ = instance;
        None
    }
}

impl dyn Dialect {
    /// Every fault of this gateway, with its usual number.
    pub fn all_faults(&self) -> impl Iterator<Item = Fault> + use<> {
        Fault::COMMON.iter().chain(self.faults()).copied()
    }

    /// The fault of this gateway with this name, with its usual number.
    #[must_use]
    pub fn fault(&self, name: &str) -> Option<Fault> {
        self.all_faults().find(|fault| fault.name() == name)
    }

    /// The fault that stands for this at this gateway; `None` if it has no words for it.
    #[must_use]
    pub fn fault_meaning(&self, meaning: FaultMeaning) -> Option<Fault> {
        self.all_faults().find(|fault| fault.means(meaning))
    }
}

impl PartialEq for dyn Dialect {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for dyn Dialect {}

/// The name.
impl fmt::Display for dyn Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Where a request goes.
#[derive(Debug)]
#[non_exhaustive]
pub enum Route {
    /// To this instance, where it counts as a request to this endpoint.
    To(Instance, Endpoint),
    /// To none, because the instance or the path is unknown. When the paths of two dialects
    /// overlap, a dialect that knows the instance takes precedence.
    Refused(GatewayResponse),
}

/// The instances of one dialect.
#[derive(Debug)]
pub struct Instances<'a> {
    pub(crate) simulator: &'a Simulator,
    pub(crate) dialect: &'static dyn Dialect,
}

impl Instances<'_> {
    /// The instance with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<Instance> {
        let found = self.simulator.find(id)?;
        (found.dialect() == self.dialect).then_some(found)
    }

    /// The first instance that this holds for: for a gateway that finds an instance by its token.
    #[must_use]
    pub fn find(&self, is_meant: impl Fn(&Instance) -> bool) -> Option<Instance> {
        let all = self.simulator.instances();
        let mut own = all.into_iter().filter(|it| it.dialect() == self.dialect);
        own.find(is_meant)
    }
}
