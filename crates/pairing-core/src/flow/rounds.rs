//! Rounds, the code on screen, and the gate behind the last code of a round.

use std::time::SystemTime;

use super::moment::Moment;
use super::{CommandError, Now, PairingFlow, Phase, is_for_another};
use crate::{EventKind, Expiry, IssuedCode, PairingCode, PairingMethod, Screen};

/// The code on screen: what the view shows, and the monotonic side of its expiry.
pub(super) struct Shown<'a> {
    pub(super) code: &'a PairingCode,
    pub(super) expiry: Expiry,
    pub(super) expires: Moment,
    pub(super) expires_at: SystemTime,
}

impl PairingFlow {
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

    /// Takes a dead code off the screen, and opens the gate behind the last one.
    pub(super) fn expire_code(&mut self, now: Now) {
        let dead = |shown: Shown| now.moment() >= shown.expires || now.wall >= shown.expires_at;
        if !self.shown().is_some_and(dead) {
            return;
        }
        self.expires = None;
        self.emit(EventKind::CodeExpired);
        if self.round_is_spent() {
            self.open_gate(now);
        }
    }

    /// Whether this round may ask for no further code. A phone code is the only one of its
    /// round: another would replace it under the fingers of the person who types it.
    pub(super) fn round_is_spent(&self) -> bool {
        match self.view.method {
            PairingMethod::Qr => self.view.attempt >= self.policy.codes_per_round,
            PairingMethod::PhoneCode(_) => self.view.attempt >= 1,
        }
    }

    fn open_gate(&mut self, now: Now) {
        self.phase = Phase::Gate {
            opened: now.moment(),
        };
        self.emit(EventKind::InteractionRequired);
    }

    /// Shows a code, unless it is on screen: then there is nothing new to see, and it is no
    /// younger. If the provider now names an earlier end, it is taken down by then.
    pub(super) fn show(&mut self, issued: IssuedCode, now: Now) {
        if let Some(shown) = self.shown().filter(|shown| *shown.code == issued.code) {
            let expires = shown.expires;
            if let Some(left) = issued.expires_in {
                self.expires = Some(expires.min(now.moment().plus(left)));
                self.expire_code(now);
            }
            return;
        }
        let (lifetime, expiry) = match issued.expires_in {
            Some(exact) => (exact, Expiry::Exact),
            None => (self.policy.lifetime(&self.view.method), Expiry::UpperBound),
        };
        // Where the codes before have told when this one dies, it lives no longer.
        let lifetime = match self.next_change(now.moment()) {
            Some(change) if expiry == Expiry::UpperBound && issued.code.is_qr() => {
                lifetime.min(change.to.since(now.moment()))
            }
            _ => lifetime,
        };
        let expires = now.moment().plus(lifetime);
        let expires_at = now.wall.checked_add(lifetime).unwrap_or(now.wall);
        self.view.attempt += 1;
        self.ever_shown = true;
        self.emit(EventKind::CodeReady {
            expires_at,
            expiry,
            code: issued.code,
        });
        self.expires = Some(expires);
        // A provider may hand out a code in its last moment.
        self.expire_code(now);
    }

    pub(super) fn resume(&mut self, now: Now) -> Result<(), CommandError> {
        match self.phase {
            Phase::Done => Err(CommandError::Finished),
            Phase::Round => Err(CommandError::NotWaiting),
            Phase::Gate { .. } => {
                self.open_round(now);
                Ok(())
            }
        }
    }

    pub(super) fn switch_method(
        &mut self,
        method: PairingMethod,
        now: Now,
    ) -> Result<(), CommandError> {
        if self.phase == Phase::Done {
            return Err(CommandError::Finished);
        }
        if !self.capabilities.supports(&method) {
            return Err(CommandError::MethodUnsupported);
        }
        if is_for_another(&method, self.expected_phone.as_ref()) {
            return Err(CommandError::ExpectsAnotherPhone);
        }
        if method == self.view.method {
            return match self.phase {
                // Asking for what is on screen already must not replace a phone code.
                Phase::Round | Phase::Done => Ok(()),
                Phase::Gate { .. } => self.resume(now),
            };
        }
        if self.expires.take().is_some() {
            self.emit(EventKind::CodeExpired);
        }
        let left = std::mem::replace(&mut self.view.method, method);
        self.schedule.switch_method(left, &self.view.method);
        self.open_round(now);
        Ok(())
    }

    fn open_round(&mut self, now: Now) {
        self.phase = Phase::Round;
        self.view.round += 1;
        self.view.attempt = 0;
        self.not_ready = 0;
        self.failures.reset();
        self.schedule.open_round();
        self.plan_first_code(now);
        self.emit_preparing();
    }
}
