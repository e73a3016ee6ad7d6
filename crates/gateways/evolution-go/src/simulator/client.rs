//! The client of a simulated instance, by the clock and by what it is asked.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pairing_core::PhoneNumber;
use pairing_sim::{Instance, Webhook};

use super::options::Options;
use super::webhooks;

/// What the dialect keeps for an instance.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) options: Options,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Counts the phases, so that what was planned in an earlier one is dropped.
    epoch: u64,
    /// The QR code in the database.
    stored_qr: Option<String>,
    /// The QR codes of this attempt.
    count: u32,
    /// How many requests came that disturb a link.
    disturbed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is no client.
    None,
    /// A client connects, for an attempt or for the number that is linked.
    Connecting,
    /// Codes are on offer.
    Waiting,
    /// A phone has used a code.
    Scanned,
    /// The connection that follows.
    Reconnecting,
    LoggedIn,
}

impl Phase {
    /// `connected` of a status.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Scanned | Self::LoggedIn)
    }

    /// Whether a link is being made.
    pub(super) fn is_linking(self) -> bool {
        matches!(self, Self::Scanned | Self::Reconnecting)
    }
}

impl Own {
    pub(super) fn new(options: Options) -> Self {
        Self {
            options,
            state: Mutex::new(State {
                phase: Phase::None,
                epoch: 0,
                stored_qr: None,
                count: 0,
                disturbed: 0,
            }),
        }
    }

    pub(super) fn of(instance: &Instance) -> &Self {
        let own = instance.own();
        own.expect("the dialect makes one for each of its instances")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn phase(&self) -> Phase {
        self.state().phase
    }

    pub(super) fn stored_qr(&self) -> Option<String> {
        self.state().stored_qr.clone()
    }

    pub(super) fn disturbed(&self) -> u64 {
        self.state().disturbed
    }

    /// A request came that disturbs a link, or a linked number.
    pub(super) fn disturb(&self) {
        self.state().disturbed += 1;
    }
}

/// Begins what the setup says is under way already.
pub(super) fn first_request(instance: &Instance) {
    let own = Own::of(instance);
    let is_new = own.state().epoch == 0 && own.phase() == Phase::None;
    if is_new && own.options.attempt {
        enter(instance, Phase::Waiting);
    }
}

/// Starts a client where there is none.
pub(super) fn start(instance: &Instance) {
    if Own::of(instance).phase() == Phase::None {
        enter(instance, Phase::Connecting);
    }
}

/// Ends an attempt. What its codes were stays in the database if the setup says so.
pub(super) fn stop(instance: &Instance) {
    let own = Own::of(instance);
    instance.close_codes();
    if !own.options.keeps_dead_qr {
        own.state().stored_qr = None;
    }
    enter(instance, Phase::None);
}

/// Unlinks, after which the client is started again, for an attempt.
pub(super) fn logout(instance: &Instance) {
    instance.close_codes();
    instance.unlink();
}

/// A phone has linked: with a code, or elsewhere. Gives the webhook of a link that holds already.
pub(super) fn linked(instance: &Instance) -> Option<Webhook> {
    let own = Own::of(instance);
    match own.phase() {
        Phase::LoggedIn => return webhooks::connected(instance),
        Phase::Waiting => {
            own.state().stored_qr = None;
            if let Some(webhook) = webhooks::pair_success(instance) {
                instance.send_webhook(webhook);
            }
            enter(instance, Phase::Scanned);
        }
        _ if own.options.asleep => {}
        _ => enter(instance, Phase::LoggedIn),
    }
    None
}

/// The phone has removed the device: the client is started again, for an attempt.
pub(super) fn unlinked(instance: &Instance) -> Webhook {
    enter(instance, Phase::Connecting);
    webhooks::logged_out(instance)
}

/// Goes into a phase, reports it, and plans what follows.
fn enter(instance: &Instance, phase: Phase) {
    let own = Own::of(instance);
    let epoch = {
        let mut state = own.state();
        state.phase = phase;
        state.epoch += 1;
        state.epoch
    };
    let options = &own.options;
    let planned: Option<(_, fn(&Instance))> = match phase {
        Phase::None => None,
        Phase::Connecting => Some((options.connects_in(), connected)),
        Phase::Waiting => {
            own.state().count = 0;
            instance.open_qr();
            next_qr(instance, epoch);
            None
        }
        Phase::Scanned => Some((options.scanned_takes(), |instance| {
            enter(instance, Phase::Reconnecting);
        })),
        Phase::Reconnecting => Some((options.reconnect_takes(), connected)),
        Phase::LoggedIn => {
            own.state().stored_qr = None;
            if let Some(webhook) = webhooks::connected(instance) {
                instance.send_webhook(webhook);
            }
            None
        }
    };
    if let Some((after, action)) = planned {
        instance.schedule(after, move |instance| {
            if Own::of(instance).state().epoch == epoch {
                action(instance);
            }
        });
    }
}

/// The client has a connection to WhatsApp.
fn connected(instance: &Instance) {
    enter(
        instance,
        match instance.is_linked() {
            true => Phase::LoggedIn,
            false => Phase::Waiting,
        },
    );
}

/// WhatsApp has another QR code, which is stored; or the attempt is over.
fn next_qr(instance: &Instance, epoch: u64) {
    let own = Own::of(instance);
    if own.state().epoch != epoch {
        return;
    }
    let Some((text, lives)) = instance.valid_qr() else {
        let count = own.state().count;
        instance.send_webhook(webhooks::timeout(instance, count));
        stop(instance);
        return;
    };
    let count = {
        let mut state = own.state();
        state.count += 1;
        state.stored_qr = Some(text.clone());
        state.count
    };
    instance.send_webhook(webhooks::code(instance, &text, count));
    instance.schedule(lives, move |instance| next_qr(instance, epoch));
}

/// The number whose phone code an attempt would be for, if the text is one.
pub(super) fn number(text: &str) -> Option<PhoneNumber> {
    PhoneNumber::parse(text).ok()
}
