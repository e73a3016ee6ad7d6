//! A link that is being made or must last, a passkey, and an attempt that is another's or is left.

use std::time::Duration;

use super::feed::{End, Expected, Feed};
use super::requests::UnderWay;
use super::seen::{Known, Screen};
use super::{Broken, Spec, Stage, rule};
use crate::search::says::{Fault, StatusSays};
use pairing_core::flow::Now;
use pairing_core::{
    CodePurpose, InstancePhase, PairingMethod, PhoneNumber, ProviderErrorKind, WebhookHint,
};

impl Spec<'_> {
    /// A status says "not linked", and perhaps more.
    pub(super) fn not_linked(
        &mut self,
        says: StatusSays,
        now: Duration,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        let phase = match says {
            StatusSays::In(phase) => phase,
            _ => InstancePhase::NotLinked,
        };
        match (self.seen.stage.clone(), says) {
            // It may be between two states once, not twice.
            (Stage::Confirming { denied: 1, .. }, _) => self.end_with(End::LinkDropped, feed),
            (Stage::Confirming { phone, denied }, _) => {
                let denied = denied + 1;
                self.seen.stage = Stage::Confirming { phone, denied };
                self.plan_status(now);
                Ok(())
            }
            (_, StatusSays::Passkey(step)) => self.passkey(step, now, feed),
            (_, StatusSays::In(InstancePhase::Linking)) => self.linking(now, feed),
            (Stage::Linking { until, .. }, _) if now >= until => self.codes_again(now, feed),
            (Stage::Linking { .. }, _) | (Stage::Passkey, StatusSays::NotConnected) => {
                self.plan_status(now);
                Ok(())
            }
            (Stage::Passkey, _) => self.codes_again(now, feed),
            (_, StatusSays::In(InstancePhase::Idle)) => self.idle(now, feed),
            _ => self.nothing_new(phase, now, feed),
        }
    }

    /// No attempt runs: a phone may have just ended it with a link, and otherwise its code is dead.
    fn idle(&mut self, now: Duration, feed: &mut Feed<'_>) -> Result<(), Broken> {
        if self.may_be_linking(now) {
            return self.linking(now, feed);
        }
        if self.seen.shown.is_none() {
            return self.nothing_new(InstancePhase::Idle, now, feed);
        }
        self.take_down(now, feed)?;
        self.open_gate_if_spent(now, feed)?;
        self.plan_code_now(now);
        Ok(())
    }

    fn nothing_new(
        &mut self,
        phase: InstancePhase,
        now: Duration,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        let in_round = self.seen.stage == Stage::Round;
        if in_round && phase == InstancePhase::Starting {
            self.show_starting(feed)?;
        }
        let waits = self.seen.code.is_some() || self.seen.ends_attempt.is_some();
        if in_round && !waits && !self.is_spent() {
            // A request for a code was answered with "linked" before.
            let too_often = self.not_ready(None, now);
            return self.give_up_if(too_often, false, feed);
        }
        self.plan_status(now);
        Ok(())
    }

    /// The next code, as soon as one may be asked for.
    fn plan_code_now(&mut self, now: Duration) {
        if self.seen.stage == Stage::Round {
            let at = self.soonest_code().max(now);
            self.seen.code = Some((at, at));
        }
        self.plan_status(now);
    }

    /// Whether a code was on screen so short a time ago that a gateway on which no attempt runs may
    /// be linking a phone with it.
    pub(super) fn may_be_linking(&self, now: Duration) -> bool {
        let last = self.seen.shown.map(|_| now).or(self.seen.off_screen);
        last.is_some_and(|last| now < last + self.setting.policy().linking_window)
    }

    pub(super) fn linking(&mut self, now: Duration, feed: &mut Feed<'_>) -> Result<(), Broken> {
        let policy = self.setting.policy();
        let since = match self.seen.stage {
            Stage::Linking { since, .. } => since,
            _ => now,
        };
        let believed = policy.linking_window.max(policy.linking_status_interval);
        let until = (now + believed).min(since + policy.linking_timeout);
        self.seen.failures = 0;
        self.seen.code = None;
        self.hide(now);
        self.seen.stage = Stage::Linking { since, until };
        self.seen.saw_attempt = true;
        if self.seen.screen != Screen::Linking {
            self.take(Expected::Linking, feed)?;
        }
        self.plan_status(now);
        Ok(())
    }

    /// When linking is over whatever is said: where nothing can be said, after the time for which it
    /// is believed.
    pub(super) fn linking_ends(&self) -> Option<Duration> {
        match self.seen.stage {
            Stage::Linking { since, .. } if self.setting.has_status() => {
                Some(since + self.setting.policy().linking_timeout)
            }
            Stage::Linking { until, .. } => Some(until),
            _ => None,
        }
    }

    pub(super) fn let_linking_end(
        &mut self,
        now: Duration,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        match self.linking_ends() {
            Some(end) if now >= end => self.codes_again(now, feed),
            _ => Ok(()),
        }
    }

    /// No phone linked, or the passkey is dealt with: codes as before.
    fn codes_again(&mut self, now: Duration, feed: &mut Feed<'_>) -> Result<(), Broken> {
        self.seen.stage = Stage::Round;
        self.seen.off_screen = None;
        self.seen.ends_attempt = None;
        self.take(Expected::Expired, feed)?;
        self.open_gate_if_spent(now, feed)?;
        self.plan_code_now(now);
        Ok(())
    }

    pub(super) fn passkey(
        &mut self,
        step: u8,
        now: Duration,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        if !self.setting.has_status() {
            return self.end_with(End::Passkey, feed);
        }
        self.seen.failures = 0;
        self.seen.not_ready = 0;
        self.seen.code = None;
        self.hide(now);
        self.seen.stage = Stage::Passkey;
        self.seen.saw_attempt = true;
        if self.seen.screen != Screen::Passkey(step) {
            self.take(Expected::Passkey(step), feed)?;
        }
        self.plan_status(now);
        Ok(())
    }

    /// The gateway starts, for as long as it takes.
    pub(super) fn starts(
        &mut self,
        retry_in: Option<Duration>,
        now: Duration,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        self.seen.failures = 0;
        self.seen.not_ready = 0;
        self.seen.purpose = CodePurpose::Renew;
        self.seen.first_next = true;
        self.show_starting(feed)?;
        let usual = self.setting.policy().starting_delay;
        self.ask_again_in(retry_in, usual, now);
        Ok(())
    }

    fn show_starting(&mut self, feed: &mut Feed<'_>) -> Result<(), Broken> {
        match self.seen.screen {
            Screen::Preparing | Screen::Expired => self.take(Expected::Starting, feed),
            _ => Ok(()),
        }
    }

    /// It is ended once no phone can be linking with a code of this session.
    pub(super) fn another_attempt(
        &mut self,
        now: Duration,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        if !self.setting.can_abandon() || self.seen.ended_attempt {
            return self.end_with(End::Rejected(ProviderErrorKind::Refused), feed);
        }
        self.take_down(now, feed)?;
        let window = self.setting.policy().linking_window;
        let safe = self.seen.off_screen.map(|last| last + window);
        self.seen.ends_attempt = Some(safe.unwrap_or(now).max(now));
        self.seen.code = None;
        self.plan_status(now);
        Ok(())
    }

    pub(super) fn check_end_of_attempt(&mut self, now: Duration) -> Result<(), Broken> {
        rule!(self.setting.can_abandon(), "this gateway ends no attempt");
        let due = self.seen.ends_attempt.take();
        let due = due.filter(|_| self.seen.stage == Stage::Round);
        rule!(
            due.is_some_and(|at| now >= at),
            "an attempt is ended too soon, or without a reason"
        );
        Ok(())
    }

    pub(super) fn attempt_ended(
        &mut self,
        request: &UnderWay,
        fault: Option<Fault>,
        now: Now,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        if let Some(fault) = fault {
            return self.failed(request, fault, now, feed);
        }
        self.seen.ended_attempt = true;
        self.seen.purpose = CodePurpose::StartAttempt;
        self.seen.first_next = false;
        for known in self.seen.known.iter_mut().flatten() {
            known.ended = true;
        }
        self.plan_first_code(now.elapsed);
        Ok(())
    }

    /// Whether this is the last code of its kind, and of an attempt that was ended or for another
    /// account. Otherwise it is the last from now on.
    pub(super) fn is_dead(&mut self, qr: bool, number: u64, request: &UnderWay) -> bool {
        let phone = match &request.code {
            Some(PairingMethod::PhoneCode(phone)) if !qr => Some(phone.clone()),
            _ => None,
        };
        let known = &mut self.seen.known[usize::from(qr)];
        if let Some(last) = known.as_ref().filter(|last| last.number == number) {
            let accounts = last.phone.as_ref().zip(phone.as_ref());
            let other = accounts.is_some_and(|(last, this)| !last.is_same_account(this));
            if last.ended || other {
                return true;
            }
        }
        *known = Some(Known {
            number,
            phone,
            ended: false,
        });
        false
    }

    /// The link is there, with the right number as far as it matters: the end, or shown for as long as
    /// it has to last.
    pub(super) fn settled(
        &mut self,
        number: Option<PhoneNumber>,
        now: Duration,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        if let Stage::Confirming { phone, .. } = &self.seen.stage {
            let phone = number.or(phone.clone());
            return self.end_linked(phone, feed);
        }
        let lasts = self.setting.policy().link_confirmation;
        if lasts.is_zero() || !self.seen.saw_attempt || !self.setting.has_status() {
            return self.end_linked(number, feed);
        }
        self.hide(now);
        self.seen.code = None;
        self.seen.hinted = false;
        self.seen.status = Some((now + lasts, now + lasts));
        self.seen.stage = Stage::Confirming {
            phone: number.clone(),
            denied: 0,
        };
        self.take(Expected::Linked(number), feed)
    }

    /// What a webhook claims only moves forward what is asked next.
    pub(super) fn hinted(&mut self, hint: WebhookHint, now: Duration) {
        match hint {
            WebhookHint::Connected => self.seen.hinted = self.setting.has_status(),
            WebhookHint::Progress if self.setting.has_status() => {
                let interval = self.setting.policy().linking_status_interval;
                let last = self.seen.status_asked;
                let at = last.map_or(now, |last| now.max(last + interval));
                let (from, by) = self.seen.status.unwrap_or((at, at));
                self.seen.status = Some((from.min(at), by.min(at)));
            }
            WebhookHint::CodeChanged if self.seen.shown.is_some() => {
                let at = self.soonest_code();
                let code = self.seen.code;
                self.seen.code = code.map(|(from, by)| (from.min(at), by.min(at)));
            }
            _ => {}
        }
    }

    /// The end of a session that its user has left. The attempt at the gateway is left with it, unless
    /// a phone is linking.
    pub(super) fn leave(&mut self, end: End, feed: &mut Feed<'_>) -> Result<(), Broken> {
        let unlinked = matches!(self.seen.stage, Stage::Round | Stage::Gate { .. });
        self.seen.to_leave =
            self.setting.can_abandon() && self.seen.ever_asked && unlinked && !self.knows_a_link();
        self.end_with(end, feed)
    }
}
