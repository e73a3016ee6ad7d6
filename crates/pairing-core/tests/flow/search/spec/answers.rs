//! What an answer means: a code, a failure, or the end of the session.

use std::time::Duration;

use super::feed::{End, Expected, Feed};
use super::requests::{Purpose, UnderWay};
use super::{Broken, Spec, Stage};
use crate::search::says::{CodeSays, Fault, StatusSays};
use crate::support::phone;
use pairing_core::flow::Now;
use pairing_core::{CodePurpose, PairingMethod, PhoneNumber, ProviderErrorKind};

impl Spec<'_> {
    pub(super) fn code_answered(
        &mut self,
        request: &UnderWay,
        says: CodeSays,
        now: Now,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        match says {
            CodeSays::Code { qr, number, exact } => {
                let fits = qr == (self.seen.method == PairingMethod::Qr);
                if request.wanted && !fits {
                    let fault = Fault::of(ProviderErrorKind::MalformedReply);
                    return self.failed(request, fault, now, feed);
                }
                if request.wanted {
                    self.seen.purpose = CodePurpose::Renew;
                }
                if self.is_dead(qr, number, request) {
                    // The gateway has not got to the next one.
                    if request.wanted {
                        let too_often = self.not_ready(None, now.elapsed);
                        return self.give_up_if(too_often, true, feed);
                    }
                    self.not_ready_for_another_method(qr, now.elapsed);
                    return Ok(());
                }
                self.seen.failures = 0;
                self.seen.not_ready = 0;
                let came = &mut self.seen.came[usize::from(qr)];
                if qr {
                    self.seen.last_qr = Some(now.elapsed);
                    *came = 2.min(*came + 1);
                } else {
                    self.seen.last_phone_code = Some(now.elapsed);
                    // One for a number that was left tells nothing of this one.
                    *came = 2.min(*came + u8::from(request.wanted));
                }
                // A phone code for a number that was left must not be shown.
                if request.wanted {
                    let first = qr && std::mem::take(&mut self.seen.first_next);
                    let same = self.shows(number);
                    self.show(qr, number, exact, first, now, feed)?;
                    self.plan_next_code(exact.filter(|_| !same), now.elapsed);
                } else {
                    self.plan_first_code(now.elapsed);
                }
                Ok(())
            }
            CodeSays::Passkey(step) => self.passkey(step, now.elapsed, feed),
            CodeSays::Linking => self.linking(now.elapsed, feed),
            CodeSays::AnotherAttempt if request.wanted => self.another_attempt(now.elapsed, feed),
            CodeSays::AnotherAttempt => {
                // The next request says it again.
                self.plan_first_code(now.elapsed);
                Ok(())
            }
            CodeSays::AlreadyConnected if self.setting.expected().is_some() => {
                // Only the status says who, and until then no code is asked for.
                self.seen.code = None;
                self.seen.status = Some((now.elapsed, now.elapsed));
                Ok(())
            }
            CodeSays::AlreadyConnected => self.linked(None, now.elapsed, feed),
            CodeSays::NotReady { .. } | CodeSays::Starting { .. } if !request.wanted => {
                let is_qr = request.code == Some(PairingMethod::Qr);
                self.not_ready_for_another_method(is_qr, now.elapsed);
                Ok(())
            }
            CodeSays::Starting { retry_in } => self.starts(retry_in, now.elapsed, feed),
            CodeSays::NotReady { retry_in } => {
                self.seen.purpose = CodePurpose::Renew;
                let too_often = self.not_ready(retry_in, now.elapsed);
                self.give_up_if(too_often, true, feed)
            }
            CodeSays::Fails(fault) => self.failed(request, fault, now, feed),
        }
    }

    pub(super) fn status_answered(
        &mut self,
        request: &UnderWay,
        says: StatusSays,
        now: Now,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        match &request.purpose {
            // The link is known, whatever is said of it now.
            Purpose::Number => return self.settled(says.number().map(phone), now.elapsed, feed),
            Purpose::LastWord(end) if !says.is_hopeful() => {
                return self.end_with(end.clone(), feed);
            }
            Purpose::Regular | Purpose::LastWord(_) => {}
        }
        if let StatusSays::Fails(fault) = says {
            return self.failed(request, fault, now, feed);
        }
        self.seen.failures = 0;
        if !says.is_connected() {
            self.seen.unnamed = 0;
            if request.confirms {
                self.seen.watch_until =
                    now.elapsed + self.setting.policy().post_expiry_status_window;
            }
            return self.not_linked(says, now.elapsed, feed);
        }
        let number = says.number().map(phone);
        match (self.setting.expected(), number) {
            (None, number) => self.linked(number, now.elapsed, feed),
            (Some(_), Some(number)) if says != StatusSays::Wrong => {
                self.settled(Some(number), now.elapsed, feed)
            }
            (Some(_), Some(number)) => self.end_with(End::WrongAccount(number), feed),
            (Some(_), None) => self.unnamed(now.elapsed, feed),
        }
    }

    /// Where a number can be named and is not, one status asks for it.
    fn linked(
        &mut self,
        number: Option<PhoneNumber>,
        now: Duration,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        if number.is_none() && self.setting.names_numbers() && !self.is_confirming() {
            self.seen.to_ask = Some(Purpose::Number);
            return Ok(());
        }
        self.settled(number, now, feed)
    }

    pub(super) fn end_linked(
        &mut self,
        number: Option<PhoneNumber>,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        let end = if self.seen.saw_attempt {
            End::Connected(number)
        } else {
            End::AlreadyConnected(number)
        };
        self.end_with(end, feed)
    }

    /// A number that must be verified is never guessed: asked for three times, then given up.
    fn unnamed(&mut self, now: Duration, feed: &mut Feed<'_>) -> Result<(), Broken> {
        self.seen.unnamed += 1;
        if self.seen.unnamed == 3 {
            return self.end_with(End::Unavailable(ProviderErrorKind::MalformedReply), feed);
        }
        let policy = self.setting.policy();
        self.seen.watch_until = now + policy.post_expiry_status_window;
        let at = now + policy.webhook_debounce;
        self.seen.status = Some((at, at));
        Ok(())
    }

    /// Whether it was so too often.
    pub(super) fn not_ready(&mut self, retry_in: Option<Duration>, now: Duration) -> bool {
        self.seen.failures = 0;
        self.seen.not_ready += 1;
        let policy = self.setting.policy();
        let is_qr = self.seen.method == PairingMethod::Qr;
        let (limit, pause) = match is_qr {
            true => (policy.not_ready_limit, policy.not_ready_delay),
            false => (
                policy.phone_code_not_ready_limit,
                policy.phone_code_not_ready_delay,
            ),
        };
        if self.seen.not_ready > limit {
            return true;
        }
        self.ask_again_in(retry_in, pause, now);
        false
    }

    /// A gateway may know better, but neither floods itself nor is never asked again.
    pub(super) fn ask_again_in(
        &mut self,
        retry_in: Option<Duration>,
        usual: Duration,
        now: Duration,
    ) {
        let policy = self.setting.policy();
        let least = policy.webhook_debounce;
        let within_reason = |wait: Duration| wait.min(policy.retry.max_cooldown).max(least);
        let pause = retry_in.map_or(usual, within_reason);
        let is_qr = self.seen.method == PairingMethod::Qr;
        self.rest(is_qr, now + pause);
        let at = self.soonest_code();
        self.seen.code = Some((at, at));
        self.plan_status(now);
    }

    fn rest(&mut self, is_qr: bool, until: Duration) {
        let rests_until = &mut self.seen.rests_until[usize::from(is_qr)];
        *rests_until = until.max(*rests_until);
    }

    pub(super) fn give_up_if(
        &mut self,
        too_often: bool,
        asks: bool,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        let end = End::Unavailable(ProviderErrorKind::Unavailable);
        match too_often {
            true if asks => self.give_up(end, feed),
            true => self.end_with(end, feed),
            false => Ok(()),
        }
    }

    /// No code can be had, and it may be because the number is linked: one status decides, if
    /// there is any.
    fn give_up(&mut self, end: End, feed: &mut Feed<'_>) -> Result<(), Broken> {
        if !self.setting.has_status() {
            return self.end_with(end, feed);
        }
        self.seen.code = None;
        self.seen.to_ask = Some(Purpose::LastWord(end));
        Ok(())
    }

    /// The method was left, but codes of its kind have their pause all the same.
    fn not_ready_for_another_method(&mut self, is_qr: bool, now: Duration) {
        let policy = self.setting.policy();
        let pause = match is_qr {
            true => policy.not_ready_delay,
            false => policy.phone_code_not_ready_delay,
        };
        self.rest(is_qr, now + pause);
        let soonest = self.soonest_code();
        if let Some((_, by)) = self.seen.code.filter(|(from, _)| *from < soonest) {
            self.seen.code = Some((soonest, by.max(soonest)));
            self.plan_status(now);
        }
    }

    pub(super) fn failed(
        &mut self,
        request: &UnderWay,
        fault: Fault,
        now: Now,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        if !request.wanted {
            return self.failed_for_another_method(fault, now, feed);
        }
        let retry = &self.setting.policy().retry;
        let limited = fault.kind == ProviderErrorKind::RateLimited;
        let waiting = self.seen.shown.is_some() || self.seen.stage != Stage::Round;
        // An attempt is ended for the sake of a code by the present method.
        let method = match request.is_status() {
            true => None,
            false => Some(&self.seen.method),
        };
        let retries = match method {
            Some(PairingMethod::Qr) => retry.max_retries,
            Some(_) if limited => 0,
            Some(_) => retry.phone_code_max_retries,
            None if waiting => u32::MAX,
            None => retry.max_retries,
        };
        if !request.is_status() {
            let at = self.soonest_code().max(now.elapsed);
            self.seen.code = Some((at, at));
        } else {
            self.seen.status = Some((now.elapsed, now.elapsed));
            self.seen.hinted |= request.confirms;
        }
        self.seen.failures += 1;
        let cooldown = fault.retry_after.unwrap_or_default();
        let is_waited_out = fault.kind.is_retryable()
            && self.seen.failures <= retries
            && cooldown <= retry.max_cooldown;
        // A link that was shown is not lost because it cannot be confirmed.
        if let Stage::Confirming { phone, .. } = &self.seen.stage {
            if !is_waited_out {
                let phone = phone.clone();
                return self.end_linked(phone, feed);
            }
        }
        if !fault.kind.is_retryable() {
            return self.end_with(End::Rejected(fault.kind), feed);
        }
        if !is_waited_out {
            let end = match limited {
                true => End::RateLimited(fault.retry_after.map(|wait| wait.as_secs())),
                false => End::Unavailable(fault.kind),
            };
            return match request.is_status() {
                true => self.end_with(end, feed),
                false => self.give_up(end, feed),
            };
        }
        self.keep_silence(fault, self.seen.failures, cooldown, now, feed)
    }

    /// It counts for nothing and ends nothing, but the gateway is left alone for a while.
    fn failed_for_another_method(
        &mut self,
        fault: Fault,
        now: Now,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        if !fault.kind.is_retryable() {
            return Ok(());
        }
        let longest = self.setting.policy().retry.max_cooldown;
        let cooldown = fault.retry_after.unwrap_or_default().min(longest);
        self.keep_silence(fault, 1, cooldown, now, feed)
    }

    fn keep_silence(
        &mut self,
        fault: Fault,
        failures: u32,
        cooldown: Duration,
        now: Now,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        let retry = &self.setting.policy().retry;
        let doublings = failures - 1;
        let base = retry
            .max_delay
            .min(retry.min_delay * 2_u32.pow(doublings.min(16)));
        let mut wait = (cooldown.max(base), cooldown.max(base * 2));
        if self.seen.stage == Stage::Round {
            self.take(
                Expected::Retrying {
                    kind: fault.kind,
                    wait,
                },
                feed,
            )?;
            // People are told when: then it is true.
            wait = feed.last_wait().map_or(wait, |said| (said, said));
        }
        self.seen.silence = (now.elapsed + wait.0, now.elapsed + wait.1);
        Ok(())
    }

    pub(super) fn end_with(&mut self, end: End, feed: &mut Feed<'_>) -> Result<(), Broken> {
        self.seen.to_abandon = self.seen.under_way.take().map(|request| request.id);
        self.seen.shown = None;
        self.seen.stage = Stage::Ended(end.clone());
        self.take(Expected::Finished(end), feed)
    }
}
