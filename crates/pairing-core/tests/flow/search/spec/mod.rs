//! The rules of a session once more, as someone sees them who knows only what goes in and what
//! comes out.
//!
//! The [`Spec`] foretells every event, and bounds the moment of every request and of every
//! wake-up from both sides. It shares no line with the flow and asks it nothing but its outputs,
//! `wake_at`, `view` and `is_finished`.
//!
//! | rule | where |
//! |---|---|
//! | what an answer means, how a session ends | `answers.rs` |
//! | codes on screen, rounds, the gate | `screen.rs` |
//! | which requests may go out, which are given up | `requests.rs` |
//! | which requests must go out, and when at the latest | `pace.rs` |
//! | a link that is being made, or must last; a passkey; an attempt that is another's | `attempt.rs` |
//! | the numbers and the order of events | `feed.rs` |

mod answers;
mod attempt;
mod feed;
mod pace;
mod requests;
mod screen;
mod seen;

use std::time::Duration;

pub(crate) use feed::End;
use feed::{Expected, Feed};
use pairing_core::flow::{Now, Output, RequestId};
use pairing_core::{CommandError, PairingMethod, PairingView, WebhookHint};
pub(crate) use requests::Call;
use requests::Purpose;
use seen::{Screen, Seen, Stage};

use super::says::{CodeSays, Fault, StatusSays};
use super::setting::Setting;

/// Which rule was broken, and how.
pub(crate) type Broken = String;

/// Fails the step with a sentence unless the rule holds.
macro_rules! rule {
    ($holds:expr, $($sentence:tt)+) => {
        if !$holds {
            return Err(format!($($sentence)+));
        }
    };
}
use rule;

/// What went in.
#[derive(Debug, Clone)]
pub(crate) enum Cause {
    Start,
    Tick,
    Code(RequestId, CodeSays),
    Status(RequestId, StatusSays),
    Ended(RequestId, Option<Fault>),
    Hint(WebhookHint),
    Resume,
    Switch(PairingMethod),
    Cancel,
}

/// One step: what went in, what came out, and what the flow says of itself afterwards.
pub(crate) struct Step {
    pub(crate) cause: Cause,
    pub(crate) now: Now,
    pub(crate) outputs: Vec<Output>,
    pub(crate) result: Result<(), CommandError>,
    pub(crate) wake_at: Option<Duration>,
    pub(crate) view: PairingView,
    /// What a program makes of the events.
    pub(crate) folded: PairingView,
    pub(crate) is_finished: bool,
}

/// What has been seen of a session so far, as far as it matters for what may come.
pub(crate) struct Spec<'a> {
    setting: &'a Setting,
    seen: Seen,
}

impl std::hash::Hash for Spec<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.seen.hash(state);
    }
}

impl<'a> Spec<'a> {
    pub(crate) fn new(setting: &'a Setting, now: Now) -> Self {
        let seen = Seen::starting(setting, now);
        Self { setting, seen }
    }

    /// Checks one step against all rules.
    pub(crate) fn follow(&mut self, step: &Step) -> Result<(), Broken> {
        let mut feed = Feed::of(step);
        let result = self.foretell(step, &mut feed)?;
        feed.expect_no_more()?;
        rule!(
            step.result == result,
            "answered {:?} instead of {result:?}",
            step.result
        );
        self.check_requests(step)?;
        self.check_pace(step)?;
        self.check_state(step)
    }

    /// Goes through the events that have to come, in order, and gives the answer to the input.
    fn foretell(
        &mut self,
        step: &Step,
        feed: &mut Feed<'_>,
    ) -> Result<Result<(), CommandError>, Broken> {
        let now = step.now;
        let ended = matches!(self.seen.stage, Stage::Ended(_));
        match step.cause {
            Cause::Cancel if ended => return Ok(Ok(())),
            Cause::Cancel => return self.leave(End::Cancelled, feed).map(Ok),
            _ => {}
        }
        if !ended && now.elapsed >= self.seen.deadline {
            match self.seen.stage.clone() {
                Stage::Confirming { phone, .. } => self.end_linked(phone, feed)?,
                _ if self.knows_a_link() => self.end_linked(None, feed)?,
                _ => self.leave(End::Deadline, feed)?,
            }
        }
        if !self.is_over() {
            self.let_codes_die(now, feed)?;
            self.let_linking_end(now.elapsed, feed)?;
        }
        let mut result = Ok(());
        match &step.cause {
            Cause::Resume | Cause::Switch(_) if self.is_over() || self.is_confirming() => {
                result = Err(CommandError::Finished)
            }
            _ if self.is_over() => {}
            Cause::Start => self.take(Expected::Preparing(self.seen.method.clone()), feed)?,
            Cause::Code(id, says) => {
                if let Some(request) = self.answered(*id) {
                    self.code_answered(&request, *says, now, feed)?;
                }
            }
            Cause::Status(id, says) => {
                if let Some(request) = self.answered(*id) {
                    self.status_answered(&request, *says, now, feed)?;
                }
            }
            Cause::Ended(id, fault) => {
                if let Some(request) = self.answered(*id) {
                    self.attempt_ended(&request, *fault, now, feed)?;
                }
            }
            // The link has to last, whatever is sent meanwhile.
            Cause::Hint(_) if self.is_confirming() => {}
            Cause::Hint(hint) => self.hinted(*hint, now.elapsed),
            Cause::Resume if self.can_resume() => self.resume(now, feed)?,
            Cause::Resume => result = Err(CommandError::NotWaiting),
            Cause::Switch(method) => result = self.switch(method, now, feed)?,
            Cause::Tick | Cause::Cancel => {}
        }
        if !self.is_over() {
            self.give_up_what_takes_too_long(now, feed)?;
        }
        Ok(result)
    }

    fn take(&mut self, expected: Expected, feed: &mut Feed<'_>) -> Result<(), Broken> {
        self.seen.seq += 1;
        self.seen.retrying = matches!(expected, Expected::Retrying { .. });
        if let Some(screen) = expected.screen() {
            self.seen.screen = screen;
        }
        let numbers = (self.seen.seq, self.seen.round, self.seen.attempt);
        feed.take(&expected, numbers)
    }

    /// A view shows the present, and is the same for a screen that followed all events and for one
    /// that comes late.
    fn check_state(&self, step: &Step) -> Result<(), Broken> {
        let view = &step.view;
        rule!(
            *view == step.folded,
            "the events add up to {:?} instead of {view:?}",
            step.folded
        );
        rule!(
            view.method == self.seen.method,
            "the view has another method"
        );
        rule!(
            view.code().is_some() == self.seen.shown.is_some(),
            "the view shows a code that is gone, or hides one"
        );
        rule!(
            view.retrying.is_some() == self.seen.retrying,
            "the view hides a retry, or shows one that is over"
        );
        rule!(
            Screen::of(&view.screen) == self.seen.screen,
            "the view shows {:?} instead of {:?}",
            view.screen,
            self.seen.screen
        );
        let its = &view.actions;
        let actions = [
            its.resume,
            its.switch_to_qr,
            its.switch_to_phone_code,
            its.cancel,
        ];
        let switches = !self.is_over() && !self.is_confirming();
        let capabilities = &self.setting.options.capabilities;
        let accepted = [
            self.can_resume(),
            switches && capabilities.qr_text,
            switches && capabilities.phone_code,
            !self.is_over(),
        ];
        rule!(
            actions == accepted,
            "the view offers what the session refuses, or hides what it accepts"
        );
        rule!(
            step.is_finished == self.is_over(),
            "finished or not, the flow says otherwise"
        );
        Ok(())
    }

    fn is_over(&self) -> bool {
        matches!(self.seen.stage, Stage::Ended(_))
    }

    pub(crate) fn end(&self) -> Option<&End> {
        match &self.seen.stage {
            Stage::Ended(end) => Some(end),
            _ => None,
        }
    }

    /// Whether a link was noticed, and only its number is still asked for.
    pub(crate) fn knows_a_link(&self) -> bool {
        let under_way = self.seen.under_way.as_ref();
        under_way.is_some_and(|one| one.purpose == Purpose::Number)
    }

    pub(crate) fn at_gate(&self) -> bool {
        matches!(self.seen.stage, Stage::Gate { .. })
    }

    /// A number is linked, and has to stay so for a while.
    pub(crate) fn is_confirming(&self) -> bool {
        matches!(self.seen.stage, Stage::Confirming { .. })
    }

    /// Codes are offered to a person who waits for nothing, or does something else.
    pub(crate) fn can_resume(&self) -> bool {
        self.at_gate() || self.seen.stage == Stage::Passkey
    }

    pub(crate) fn method(&self) -> &PairingMethod {
        &self.seen.method
    }

    pub(crate) fn deadline(&self) -> Duration {
        self.seen.deadline
    }

    /// The method for which a code was asked that is under way.
    pub(crate) fn asked_for(&self) -> Option<&PairingMethod> {
        self.seen.under_way.as_ref()?.code.as_ref()
    }

    /// Until when the code on screen is there at the latest.
    pub(crate) fn shown_until(&self) -> Option<Duration> {
        self.seen.shown.map(|shown| shown.until)
    }

    /// The request under way, and what it is.
    pub(crate) fn under_way_id(&self) -> Option<(RequestId, Call)> {
        let request = self.seen.under_way.as_ref()?;
        Some((request.id, request.call))
    }
}
