//! What is shown: the round, the code on screen, and the view of both.

use std::time::{Duration, SystemTime};

use super::Now;
use super::moment::Moment;
use super::output::{Outbox, Output};
use super::rotation::Rotations;
use super::task::Task;
use crate::{
    EventKind, Expiry, IssuedCode, PairingCode, PairingEvent, PairingMethod, PairingView,
    PasskeyStep, PhoneNumber, Screen,
};

/// Two readings of two clocks are never of the same moment: what differs by less was not set.
const READING_ERROR: Duration = Duration::from_secs(1);

/// Whether codes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// A round is running.
    Round,
    /// A code was used, or may have been: only the status is asked.
    Linking {
        since: Moment,
        /// Before this moment a gateway that denies it is not believed.
        until: Moment,
    },
    /// A person finishes elsewhere: only the status is asked.
    Passkey,
    /// A number is linked, and one more status is to agree.
    Confirming {
        /// How many statuses in a row have said otherwise.
        denied: u8,
    },
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
    /// Until when a code was on screen that a phone may be linking with; `None` once the gateway has
    /// had the time to say so.
    last_alive: Option<Moment>,
    /// Whether a code was shown, a phone was linking or a passkey was waited for: then the number was
    /// linked during this session.
    pub(super) saw_an_attempt: bool,
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
            last_alive: None,
            saw_an_attempt: false,
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
        self.end_code(task, now, outbox);
    }

    /// Takes the code off the screen, which is dead.
    pub(super) fn end_code(&mut self, task: &Task, now: Now, outbox: &mut Outbox) {
        self.take_down(now, outbox);
        self.wait_if_spent(task, now, outbox);
    }

    /// After the last code of a round, the session waits for the user.
    fn wait_if_spent(&mut self, task: &Task, now: Now, outbox: &mut Outbox) {
        if self.round_is_spent(task) {
            self.phase = Phase::WaitingForUser {
                opened: now.moment(),
            };
            self.emit(EventKind::InteractionRequired, outbox);
        }
    }

    /// Takes the code off the screen, if there is one.
    pub(super) fn take_down(&mut self, now: Now, outbox: &mut Outbox) {
        if self.hide(now) {
            self.emit(EventKind::CodeExpired, outbox);
        }
    }

    /// Forgets the code on screen, for an event that takes it off; whether there was one.
    fn hide(&mut self, now: Now) -> bool {
        let shown = self.expires.take();
        if let Some(expires) = shown {
            self.last_alive = Some(expires.min(now.moment()));
        }
        shown.is_some()
    }

    /// Whether this round may ask for no further code.
    pub(super) fn round_is_spent(&self, task: &Task) -> bool {
        let renews = task.capabilities.renews_phone_codes;
        let most = task.policy.codes_in_round(&self.view.method, renews);
        self.view.attempt >= most
    }

    /// Until when a gateway on which no attempt runs may be linking a phone.
    pub(super) fn may_link_until(&self, task: &Task, now: Moment) -> Option<Moment> {
        let last = self.expires.map_or(self.last_alive, |_| Some(now))?;
        Some(last.plus(task.policy.linking_window))
    }

    pub(super) fn may_be_linking(&self, task: &Task, now: Moment) -> bool {
        let until = self.may_link_until(task, now);
        self.expires.is_some() || until.is_some_and(|until| now < until)
    }

    /// A code was used, or may have been. How long that is believed grows with every time that the
    /// gateway says so, up to the limit.
    pub(super) fn enter_linking(&mut self, task: &Task, now: Now, outbox: &mut Outbox) {
        let moment = now.moment();
        let since = match self.phase {
            Phase::Linking { since, .. } => since,
            _ => moment,
        };
        let policy = &task.policy;
        let believed = policy.linking_window.max(policy.linking_status_interval);
        let until = moment
            .plus(believed)
            .min(since.plus(policy.linking_timeout));
        self.phase = Phase::Linking { since, until };
        self.saw_an_attempt = true;
        self.hide(now);
        if self.view.screen != Screen::Linking {
            self.emit(EventKind::Linking, outbox);
        }
    }

    /// When linking is over, whatever the gateway says or does not say.
    pub(super) fn linking_ends(&self, task: &Task) -> Option<Moment> {
        match self.phase {
            Phase::Linking { until, .. } if !task.capabilities.status => Some(until),
            Phase::Linking { since, .. } => Some(since.plus(task.policy.linking_timeout)),
            _ => None,
        }
    }

    /// Back to codes: the phone did not link, or the passkey is no longer asked for.
    pub(super) fn back_to_codes(&mut self, task: &Task, now: Now, outbox: &mut Outbox) {
        self.phase = Phase::Round;
        self.last_alive = None;
        self.emit(EventKind::CodeExpired, outbox);
        self.wait_if_spent(task, now, outbox);
    }

    /// A person finishes elsewhere.
    pub(super) fn enter_passkey(&mut self, step: PasskeyStep, now: Now, outbox: &mut Outbox) {
        self.hide(now);
        let is_news =
            !matches!(&self.view.screen, Screen::PasskeyRequired { step: shown } if *shown == step);
        self.phase = Phase::Passkey;
        self.saw_an_attempt = true;
        if is_news {
            self.emit(EventKind::PasskeyRequired { step }, outbox);
        }
    }

    /// The gateway starts the instance: no code is on its way soon.
    pub(super) fn show_starting(&mut self, outbox: &mut Outbox) {
        if matches!(self.view.screen, Screen::Preparing | Screen::CodeExpired) {
            self.emit(EventKind::Starting, outbox);
        }
    }

    /// A number is linked, which is shown before it is confirmed.
    pub(super) fn enter_confirming(
        &mut self,
        phone: Option<PhoneNumber>,
        now: Now,
        outbox: &mut Outbox,
    ) {
        self.hide(now);
        self.phase = Phase::Confirming { denied: 0 };
        self.emit(EventKind::Linked { phone }, outbox);
    }

    /// Shows a code, unless it is on screen: then there is nothing new to see, and it is no
    /// younger. If the provider now names an earlier end, it is taken down by then.
    pub(super) fn show(
        &mut self,
        issued: IssuedCode,
        usual_lifetime: Duration,
        rotations: &Rotations,
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
            None => (usual_lifetime, Expiry::UpperBound),
        };
        // Where earlier codes have shown when this one expires, it lives no longer.
        let period = task.policy.lifetime(&self.view.method);
        let lifetime = match rotations
            .of(&self.view.method)
            .next_change(now.moment(), period)
        {
            Some(change) if expiry == Expiry::UpperBound && usual_lifetime == period => {
                lifetime.min(change.to.since(now.moment()))
            }
            _ => lifetime,
        };
        let expires = now.moment().plus(lifetime);
        let expires_at = now.wall.checked_add(lifetime).unwrap_or(now.wall);
        self.view.attempt += 1;
        self.saw_an_attempt = true;
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
