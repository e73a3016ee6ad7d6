//! Codes on screen, rounds and the gate.

use std::time::{Duration, SystemTime};

use super::feed::{Expected, Feed};
use super::requests::Purpose;
use super::{Broken, Spec, Stage, rule};
use pairing_core::flow::Now;
use pairing_core::{CodePurpose, CommandError, EventKind, PairingMethod};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shown {
    pub(super) qr: bool,
    number: u64,
    /// Taken down at this reading of the monotonic clock at the latest, and unless the time of
    /// day says otherwise not before the other.
    pub(super) until: Duration,
    pub(super) not_before: Duration,
    until_wall: SystemTime,
}

impl Shown {
    fn is_dead(&self, now: Now) -> bool {
        now.elapsed >= self.until || now.wall >= self.until_wall
    }
}

impl Spec<'_> {
    /// A dead code comes down, and the gate opens behind the last one of a round.
    pub(super) fn let_codes_die(&mut self, now: Now, feed: &mut Feed<'_>) -> Result<(), Broken> {
        let Some(shown) = self.seen.shown else {
            return Ok(());
        };
        // Where a learned rotation leaves the life of a code open, the flow may choose.
        let chosen =
            now.elapsed >= shown.not_before && matches!(feed.peek(), Some(EventKind::CodeExpired));
        if !shown.is_dead(now) && !chosen {
            return Ok(());
        }
        self.take_down(now.elapsed, feed)?;
        self.open_gate_if_spent(now.elapsed, feed)
    }

    pub(super) fn open_gate_if_spent(
        &mut self,
        now: Duration,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        if self.is_spent() {
            self.seen.stage = Stage::Gate { since: now };
            self.take(Expected::Gate, feed)?;
        }
        Ok(())
    }

    /// Takes the code off the screen, if there is one.
    pub(super) fn take_down(&mut self, now: Duration, feed: &mut Feed<'_>) -> Result<(), Broken> {
        match self.hide(now) {
            true => self.take(Expected::Expired, feed),
            false => Ok(()),
        }
    }

    /// Something else takes its place; whether there was one.
    pub(super) fn hide(&mut self, now: Duration) -> bool {
        let shown = self.seen.shown.take();
        if let Some(shown) = shown {
            self.seen.off_screen = Some(now.min(shown.not_before));
        }
        shown.is_some()
    }

    pub(super) fn is_spent(&self) -> bool {
        let allowed = match self.seen.method {
            PairingMethod::Qr => self.setting.policy().codes_per_round,
            PairingMethod::PhoneCode(_) if self.setting.renews_phone_codes() => {
                self.setting.policy().phone_codes_per_round
            }
            PairingMethod::PhoneCode(_) => 1,
        };
        self.seen.attempt >= allowed
    }

    /// A code that has to be shown, until a moment that fits what is known of its life; `first` if
    /// the gateway had to start before.
    pub(super) fn show(
        &mut self,
        qr: bool,
        number: u64,
        exact: Option<Duration>,
        first: bool,
        now: Now,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        if let Some(shown) = self.seen.shown.filter(|shown| shown.number == number) {
            return self.show_again(shown, exact, now, feed);
        }
        self.seen.saw_attempt = true;
        self.seen.attempt += 1;
        let event = Expected::Ready {
            qr,
            number,
            exact: exact.is_some(),
        };
        self.take(event, feed)?;
        let until_wall = feed.last_expiry().unwrap_or(now.wall);
        let told = until_wall.duration_since(now.wall).unwrap_or_default();
        let usual = match qr {
            true => self.setting.policy().qr_lifetime,
            false => self.setting.policy().phone_code_lifetime,
        };
        let life = exact.unwrap_or(if first {
            usual.max(self.setting.policy().first_qr_lifetime)
        } else {
            usual
        });
        let certain = exact.is_some() || life > usual || !self.knows_rotation(qr);
        rule!(told <= life, "shown for {told:?} instead of {life:?}");
        rule!(
            told == life || !certain,
            "shown for {told:?} instead of {life:?}"
        );
        self.seen.shown = Some(Shown {
            qr,
            number,
            until: now.elapsed + life,
            not_before: now.elapsed + told,
            until_wall,
        });
        // One may be handed out in its last moment.
        self.let_codes_die(now, feed)
    }

    pub(super) fn shows(&self, number: u64) -> bool {
        self.seen.shown.is_some_and(|shown| shown.number == number)
    }

    /// What is on screen already is not announced, not counted and no younger; it is taken down
    /// sooner if the gateway now says so.
    fn show_again(
        &mut self,
        shown: Shown,
        exact: Option<Duration>,
        now: Now,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        let end = exact.map_or(shown.until, |life| now.elapsed + life);
        self.seen.shown = Some(Shown {
            until: shown.until.min(end),
            not_before: shown.not_before.min(end),
            ..shown
        });
        self.let_codes_die(now, feed)
    }

    /// A person wants the next round, by the same method and number.
    pub(super) fn resume(&mut self, now: Now, feed: &mut Feed<'_>) -> Result<(), Broken> {
        if self.seen.purpose == CodePurpose::Renew {
            self.seen.purpose = CodePurpose::OpenRound;
        }
        self.open_round(now, feed)
    }

    pub(super) fn open_round(&mut self, now: Now, feed: &mut Feed<'_>) -> Result<(), Broken> {
        self.seen.stage = Stage::Round;
        self.seen.round += 1;
        self.seen.attempt = 0;
        self.seen.not_ready = 0;
        self.seen.failures = 0;
        self.seen.ends_attempt = None;
        self.seen.ended_attempt = false;
        let under_way = self.seen.under_way.as_ref();
        self.seen.asked = under_way.is_some_and(|one| one.is_code() && one.wanted);
        self.plan_first_code(now.elapsed);
        self.take(Expected::Preparing(self.seen.method.clone()), feed)
    }

    pub(super) fn switch(
        &mut self,
        method: &PairingMethod,
        now: Now,
        feed: &mut Feed<'_>,
    ) -> Result<Result<(), CommandError>, Broken> {
        if !self.setting.options.capabilities.supports(method) {
            return Ok(Err(CommandError::MethodUnsupported));
        }
        if !self.setting.accepts(method) {
            return Ok(Err(CommandError::ExpectsAnotherPhone));
        }
        if *method == self.seen.method {
            if self.can_resume() {
                self.resume(now, feed)?;
            }
            return Ok(Ok(()));
        }
        self.seen.method = method.clone();
        // What runs at the gateway is for what was left.
        self.seen.purpose = CodePurpose::StartAttempt;
        self.seen.first_next = false;
        self.seen.came[0] = 0;
        match &mut self.seen.under_way {
            // Who comes back to a method in time gets the code that is under way for it.
            Some(request) if request.is_code() => {
                request.wanted = request.code.as_ref() == Some(method);
            }
            // What the method that was left could not get ends nothing any more.
            Some(request) if matches!(request.purpose, Purpose::LastWord(_)) => {
                request.purpose = Purpose::Regular;
            }
            _ => {}
        }
        self.take_down(now.elapsed, feed)?;
        self.open_round(now, feed)?;
        Ok(Ok(()))
    }
}
