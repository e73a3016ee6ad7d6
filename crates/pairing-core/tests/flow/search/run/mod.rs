//! One session on its way through a list of moves, watched by the [`Spec`] at every step.

mod input;
mod print;

use std::time::Duration;

use super::defect::Defect;
use super::says::{Move, When};
use super::setting::{Menu, Setting};
use super::spec::{Broken, Call, Cause, Spec, Step};
use crate::support::*;
use pairing_core::flow::{Now, Output, PairingFlow, RequestId};
use pairing_core::{PairingMethod, PairingView};

/// How far the time of day jumps at [`When::Slept`] and [`When::SetBack`].
const SLEPT: Duration = Duration::from_secs(3600);

pub(crate) struct Run<'a> {
    setting: &'a Setting,
    flow: PairingFlow,
    /// What the events add up to.
    folded: PairingView,
    spec: Spec<'a>,
    now: Now,
    /// The number of the last QR code and of the last phone code.
    last: [u64; 2],
    /// New codes differ from all before, instead of the last alone.
    count_up: bool,
    /// The last request that is not under way any more.
    stale: Option<(RequestId, Call)>,
}

impl<'a> Run<'a> {
    pub(crate) fn start(setting: &'a Setting) -> Result<Self, Broken> {
        let elapsed = secs(5);
        let now = Now {
            elapsed,
            wall: wall(elapsed),
        };
        let options = setting.played.as_ref().unwrap_or(&setting.options);
        let flow = PairingFlow::new(options.clone(), now).unwrap();
        let folded = PairingView::new(
            options.method.clone(),
            options.policy.codes_per_round,
            options.capabilities,
        );
        let mut run = Self {
            setting,
            flow,
            folded,
            spec: Spec::new(setting, now),
            now,
            last: [0, 0],
            count_up: false,
            stale: None,
        };
        run.watch(Cause::Start, Ok(()))?;
        Ok(run)
    }

    pub(crate) fn counting_up(mut self) -> Self {
        self.count_up = true;
        self
    }

    /// Plays one move; `Ok(false)` if it cannot be played here.
    pub(crate) fn play(&mut self, step: Move) -> Result<bool, Broken> {
        let before = (self.now, self.last);
        if !self.pass(step.when) {
            return Ok(false);
        }
        let act = match self.setting.defect {
            Some(Defect::Happens(otherwise)) => otherwise(step.act),
            _ => step.act,
        };
        let Some((cause, input)) = self.input(act) else {
            (self.now, self.last) = before;
            return Ok(false);
        };
        let was = self.spec.under_way_id();
        let input = match self.setting.defect {
            Some(Defect::Hears(otherwise)) => otherwise(input, &self.spec),
            _ => input,
        };
        let result = self.flow.handle(input, self.now);
        self.watch(cause, result)?;
        if let Some(over) = was.filter(|_| self.spec.under_way_id() != was) {
            self.stale = Some(over);
        }
        Ok(true)
    }

    fn watch(
        &mut self,
        cause: Cause,
        result: Result<(), pairing_core::CommandError>,
    ) -> Result<(), Broken> {
        let outputs: Vec<_> = std::iter::from_fn(|| self.flow.next_output()).collect();
        for output in &outputs {
            if let Output::Emit(event) = output {
                self.folded.apply(event);
            }
        }
        let mut step = Step {
            cause,
            now: self.now,
            outputs,
            result,
            wake_at: self.flow.wake_at(),
            view: self.flow.view().clone(),
            folded: self.folded.clone(),
            is_finished: self.flow.is_finished(),
        };
        if let Some(Defect::Says(otherwise)) = self.setting.defect {
            let before = self.spec.under_way_id().or(self.stale);
            otherwise(&mut step, &self.spec, before.map(|(id, _)| id));
        }
        if let Some(Defect::Silent(unwanted)) = self.setting.defect {
            let told =
                |output: &Output| !matches!(output, Output::Emit(event) if unwanted(&event.kind));
            step.outputs.retain(told);
        }
        self.spec.follow(&step)
    }

    /// Lets time pass; `false` if it cannot pass like this.
    fn pass(&mut self, when: When) -> bool {
        let due = self.flow.wake_at();
        let to = match (when, due) {
            (When::Now, _) => self.now.elapsed,
            (When::Due, Some(due)) => due,
            (When::JustBefore, Some(due)) => due.saturating_sub(Duration::from_nanos(1)),
            (When::Late, Some(_)) => self.now.elapsed + self.long(),
            (When::After(time), _) => self.now.elapsed + time,
            (When::Slept, Some(_)) => {
                self.now.wall += SLEPT;
                return true;
            }
            (When::SetBack, Some(_)) => {
                self.now.wall -= SLEPT;
                return true;
            }
            (_, None) => return false,
        };
        self.now.wall += to - self.now.elapsed;
        let moved = to > self.now.elapsed || matches!(when, When::Now | When::After(_));
        self.now.elapsed = to;
        moved
    }

    /// Longer than any request may take, and than any QR code of an unknown end is shown.
    fn long(&self) -> Duration {
        let policy = self.setting.policy();
        policy.request_timeout + policy.qr_lifetime
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.now.elapsed
    }

    /// What is under way.
    pub(crate) fn asked(&self) -> Option<Call> {
        self.spec.under_way_id().map(|(_, call)| call)
    }

    pub(crate) fn method(&self) -> PairingMethod {
        self.spec.method().clone()
    }

    pub(crate) fn menu(&self) -> Menu {
        self.setting.menu
    }

    pub(crate) fn accepts(&self, method: &PairingMethod) -> bool {
        self.setting.options.capabilities.supports(method) && self.setting.accepts(method)
    }

    pub(crate) fn has_status(&self) -> bool {
        self.setting.has_status()
    }

    pub(crate) fn at_gate(&self) -> bool {
        self.spec.at_gate()
    }

    pub(crate) fn shows_a_code(&self) -> bool {
        self.spec.shown_until().is_some()
    }

    pub(crate) fn ended(&self) -> bool {
        self.spec.end().is_some()
    }

    /// The longest that a session with a healthy gateway waits before it asks for something:
    /// what is left of a failure, and of the time between two codes.
    pub(crate) fn longest_wait(&self) -> Duration {
        let policy = self.setting.policy();
        let failure = policy.retry.max_cooldown.max(policy.retry.max_delay * 2);
        let spacing = policy.phone_code_spacing.max(policy.refresh_min * 2);
        let not_ready = policy
            .not_ready_delay
            .max(policy.phone_code_not_ready_delay)
            .max(policy.starting_delay);
        // A phone that may be linking is waited for, and so is one that has linked.
        let linking = policy.linking_window.max(policy.linking_status_interval)
            + policy.link_confirmation
            + policy.status_interval;
        let asks = failure + spacing.max(policy.refresh_interval).max(not_ready) + linking;
        // Without a status, nothing is noticed while the last code of a round is on screen.
        match self.spec.shown_until().filter(|_| !self.has_status()) {
            Some(until) => asks + until.saturating_sub(self.now.elapsed),
            None => asks,
        }
    }

    pub(crate) fn spec(&self) -> &Spec<'a> {
        &self.spec
    }
}
