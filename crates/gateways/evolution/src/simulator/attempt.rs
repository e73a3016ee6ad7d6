//! What the server remembers of an instance and does by itself: attempts to link, their codes, and
//! the time after a scan.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pairing_core::PhoneNumber;
use pairing_sim::Instance;

use super::options::Options;
use super::webhooks;

/// From a new QR code to the phone code that is made with it.
const PHONE_CODE_AFTER: Duration = Duration::from_secs(1);

/// From one phone code to the next, whatever rotation the QR codes were set up with.
const PHONE_CODE_EVERY: Duration = Duration::from_secs(45);

/// An instance at the server.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) options: Options,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_created: bool,
    attempt: Option<Attempt>,
    /// How many attempts there were: what an earlier one has planned is not done.
    attempts: u64,
    memory: Memory,
    /// Simulated time at which a scan has become a link.
    settles_at: Duration,
    /// The last number that was linked: it outlives its link.
    owner: Option<PhoneNumber>,
    second_sockets: u64,
}

/// A socket that waits for a phone.
#[derive(Debug)]
struct Attempt {
    number: Option<PhoneNumber>,
    /// Simulated time of the first QR code.
    first_code: Option<Duration>,
}

/// What `connect` answers with. A logout leaves it as it is: its codes are dead then.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    pub(super) qr: Option<String>,
    pub(super) phone_code: Option<String>,
    pub(super) count: u32,
}

/// The words of `connectionState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connection {
    Open,
    Connecting,
    Close,
}

impl Connection {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Connecting => "connecting",
            Self::Close => "close",
        }
    }
}

impl Server {
    pub(super) fn new(options: Options) -> Self {
        let state = State {
            is_created: !options.must_be_created,
            ..State::default()
        };
        Self {
            options,
            state: Mutex::new(state),
        }
    }

    /// What this dialect keeps for the instance.
    pub(super) fn of(instance: &Instance) -> Option<&Self> {
        instance.own()
    }

    pub(super) fn is_created(&self) -> bool {
        self.state().is_created
    }

    /// Whether it was missing until now.
    pub(super) fn create(&self) -> bool {
        !std::mem::replace(&mut self.state().is_created, true)
    }

    pub(super) fn connection(&self, instance: &Instance) -> Connection {
        let state = self.state();
        match (instance.is_linked(), &state.attempt) {
            (true, _) if instance.now() < state.settles_at => Connection::Close,
            (true, _) => Connection::Open,
            (false, Some(_)) => Connection::Connecting,
            (false, None) => Connection::Close,
        }
    }

    pub(super) fn memory(&self) -> Memory {
        self.state().memory.clone()
    }

    pub(super) fn owner(&self) -> Option<PhoneNumber> {
        self.state().owner.clone()
    }

    pub(super) fn second_sockets(&self) -> u64 {
        self.state().second_sockets
    }

    /// Opens a socket. Beside a link that settles it is a second one.
    pub(super) fn start(&self, instance: &Instance, number: Option<PhoneNumber>) {
        let mut state = self.state();
        if instance.is_linked() {
            state.second_sockets += 1;
            return;
        }
        state.attempts += 1;
        let this = state.attempts;
        state.attempt = Some(Attempt {
            number,
            first_code: None,
        });
        drop(state);
        webhooks::send_state(instance, "connecting", 200);
        instance.schedule(self.options.qr_delay(), move |instance| {
            instance.open_qr();
            next_qr(instance, this);
        });
    }

    /// Ends an attempt; its codes die.
    pub(super) fn stop(&self, instance: &Instance) {
        self.state().attempt = None;
        instance.close_codes();
    }

    /// A phone was linked. Whether that takes a moment: not if it was done elsewhere.
    pub(super) fn linked(&self, instance: &Instance, phone: &PhoneNumber) -> Option<Duration> {
        let mut state = self.state();
        state.owner = Some(phone.clone());
        state.attempt.take()?;
        let settles_in = self.options.settles_in();
        state.settles_at = instance.now() + settles_in;
        (!settles_in.is_zero()).then_some(settles_in)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The attempt with this number, if it still runs.
    fn attempt(state: &mut State, this: u64) -> Option<&mut Attempt> {
        let is_this = state.attempts == this;
        state.attempt.as_mut().filter(|_| is_this)
    }
}

/// WhatsApp has sent the next QR code, or none because the limit is reached.
fn next_qr(instance: &Instance, this: u64) {
    let Some(server) = Server::of(instance) else {
        return;
    };
    let now = instance.now();
    let valid = instance.valid_qr();
    let mut state = server.state();
    let Some(attempt) = Server::attempt(&mut state, this) else {
        return;
    };
    let first_code = *attempt.first_code.get_or_insert(now);
    let number = attempt.number.clone();
    let is_over = number.is_some() && now >= first_code + server.options.phone_attempt();
    let Some((text, lives)) = valid.filter(|_| !is_over) else {
        // The next start counts from one.
        state.memory = Memory::default();
        drop(state);
        server.stop(instance);
        webhooks::send_limit(instance);
        return;
    };
    state.memory.count += 1;
    state.memory.qr = Some(text);
    if number.is_none() {
        state.memory.phone_code = None;
    }
    drop(state);
    match number {
        Some(number) if first_code == now => instance.schedule(PHONE_CODE_AFTER, move |instance| {
            next_phone_code(instance, this, number);
        }),
        Some(_) => {}
        None => webhooks::send_code(instance, &server.memory()),
    }
    instance.schedule(lives, move |instance| next_qr(instance, this));
}

/// WhatsApp has made the phone code that comes with a QR code. At its limit the last one stays.
fn next_phone_code(instance: &Instance, this: u64, number: PhoneNumber) {
    let Some(server) = Server::of(instance) else {
        return;
    };
    let mut state = server.state();
    if Server::attempt(&mut state, this).is_none() {
        return;
    }
    if instance.renew_phone_code(number.clone()).is_ok() {
        state.memory.phone_code = instance.current_phone_code();
    }
    drop(state);
    webhooks::send_code(instance, &server.memory());
    instance.schedule(PHONE_CODE_EVERY, move |instance| {
        next_phone_code(instance, this, number);
    });
}
