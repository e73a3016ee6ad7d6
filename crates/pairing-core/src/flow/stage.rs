//! What is shown: the round, the code on screen, and the view of both.

use std::time::{Duration, SystemTime};

use super::Now;
use super::moment::Moment;
use super::output::{Outbox, Output};
use super::rotation::Rotation;
use super::task::Task;
use crate::{
    EventKind, Expiry, IssuedCode, PairingCode, PairingEvent, PairingMethod, PairingView, Screen,
};

/// Two readings of two clocks are never of the same moment: what differs by less was not set.
const READING_ERROR: Duration = Duration::from_secs(1);

/// Whether codes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// A round is running.
    Round,
    /// The round was not used; a person must ask for the next one.
    WaitingForUser {
        /// Since when.
        opened: Moment,
    },
    /// The one terminal event has been emitted.
    Done,
}

#[derive(Debug)]
pub(super) struct Stage {
    pub(super) phase: Phase,
    /// Whether a code has been asked for in this round.
    pub(super) asked: bool,
    /// When the code on screen dies; `None` while there is none.
    pub(super) expires: Option<Moment>,
    /// Whether any code was shown: then a linked phone was linked by this session.
    pub(super) ever_shown: bool,
    /// What the events add up to, and the method, round and attempt of the flow itself.
    pub(super) view: PairingView,
}

/// The code on screen: what the view shows, and the monotonic side of its expiry.
pub(super) struct Shown<'a> {
    code: &'a PairingCode,
    pub(super) expiry: Expiry,
    pub(super) expires: Moment,
    expires_at: SystemTime,
}

impl Stage {
    /// The first round, announced.
    pub(super) fn starting(view: PairingView, outbox: &mut Outbox) -> Self {
        let mut stage = Self {
            phase: Phase::Round,
            asked: false,
            expires: None,
            ever_shown: false,
            view,
        };
        stage.emit_preparing(outbox);
        stage
    }

    fn emit_preparing(&mut self, outbox: &mut Outbox) {
        let method = self.view.method.clone();
        self.emit(EventKind::Preparing { method }, outbox);
    }

    pub(super) fn emit(&mut self, kind: EventKind, outbox: &mut Outbox) {
        let event = PairingEvent {
            kind,
            seq: self.view.seq + 1,
            round: self.view.round,
            attempt: self.view.attempt,
        };
        self.view.apply(&event);
        outbox.push(Output::Emit(event));
    }

    pub(super) fn is_qr(&self) -> bool {
        self.view.method == PairingMethod::Qr
    }

    /// The view for a screen that is drawn at `now`. Where the clock was set back since the code
    /// was shown, the expiry is in the time of day as it is now.
    pub(super) fn view_at(&self, now: Now) -> PairingView {
        let mut view = self.view.clone();
        if let (Some(expires), Screen::Code { expires_at, .. }) = (self.expires, &mut view.screen) {
            let left = expires.since(now.moment());
            let by_monotonic = now.wall.checked_add(left).unwrap_or(now.wall);
            if expires_at.duration_since(by_monotonic).unwrap_or_default() > READING_ERROR {
                *expires_at = by_monotonic;
            }
        }
        view
    }

    pub(super) fn shown(&self) -> Option<Shown<'_>> {
        let expires = self.expires?;
        match &self.view.screen {
            Screen::Code {
                expires_at,
                expiry,
                code,
            } => Some(Shown {
                code,
                expiry: *expiry,
                expires,
                expires_at: *expires_at,
            }),
            _ => None,
        }
    }

    /// Takes an expired code off the screen. After the last one of a round, the session waits for
    /// the user.
    pub(super) fn expire_code(&mut self, task: &Task, now: Now, outbox: &mut Outbox) {
        let dead = |shown: Shown| now.moment() >= shown.expires || now.wall >= shown.expires_at;
        if !self.shown().is_some_and(dead) {
            return;
        }
        self.take_down(outbox);
        if self.round_is_spent(task) {
            self.phase = Phase::WaitingForUser {
                opened: now.moment(),
            };
            self.emit(EventKind::InteractionRequired, outbox);
        }
    }

    /// Takes the code off the screen, if there is one.
    pub(super) fn take_down(&mut self, outbox: &mut Outbox) {
        if self.expires.take().is_some() {
            self.emit(EventKind::CodeExpired, outbox);
        }
    }

    /// Whether this round may ask for no further code. A phone code is the only one of its
    /// round: another would replace it under the fingers of the person who types it.
    pub(super) fn round_is_spent(&self, task: &Task) -> bool {
        match self.view.method {
            PairingMethod::Qr => self.view.attempt >= task.policy.codes_per_round,
            PairingMethod::PhoneCode(_) => self.view.attempt >= 1,
        }
    }

    /// Shows a code, unless it is on screen: then there is nothing new to see, and it is no
    /// younger. If the provider now names an earlier end, it is taken down by then.
    pub(super) fn show(
        &mut self,
        issued: IssuedCode,
        rotation: &Rotation,
        task: &Task,
        now: Now,
        outbox: &mut Outbox,
    ) {
        if let Some(shown) = self.shown().filter(|shown| *shown.code == issued.code) {
            let expires = shown.expires;
            if let Some(left) = issued.expires_in {
                self.expires = Some(expires.min(now.moment().plus(left)));
                self.expire_code(task, now, outbox);
            }
            return;
        }
        let (lifetime, expiry) = match issued.expires_in {
            Some(exact) => (exact, Expiry::Exact),
            None => (task.policy.lifetime(&self.view.method), Expiry::UpperBound),
        };
        // Where the codes before have told when this one dies, it lives no longer.
        let lifetime = match rotation.next_change(now.moment(), task.policy.qr_lifetime) {
            Some(change) if expiry == Expiry::UpperBound && issued.code.is_qr() => {
                lifetime.min(change.to.since(now.moment()))
            }
            _ => lifetime,
        };
        let expires = now.moment().plus(lifetime);
        let expires_at = now.wall.checked_add(lifetime).unwrap_or(now.wall);
        self.view.attempt += 1;
        self.ever_shown = true;
        let kind = EventKind::CodeReady {
            expires_at,
            expiry,
            code: issued.code,
        };
        self.emit(kind, outbox);
        self.expires = Some(expires);
        // A provider may hand out a code in its last moment.
        self.expire_code(task, now, outbox);
    }

    /// The next round; its first code may be on its way already.
    pub(super) fn open_round(&mut self, asked: bool, outbox: &mut Outbox) {
        self.phase = Phase::Round;
        self.view.round += 1;
        self.view.attempt = 0;
        self.asked = asked;
        self.emit_preparing(outbox);
    }
}
