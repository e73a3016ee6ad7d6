//! When the status is asked for: in the regular course, and because of a webhook.

use std::time::Duration;

use super::moment::Moment;
use super::stage::{Phase, Stage};
use super::task::Task;
use crate::WebhookHint;

#[derive(Debug)]
pub(super) struct StatusPlan {
    /// When the status is asked next in the regular course.
    pub(super) at: Option<Moment>,
    /// A webhook wants to be confirmed.
    pub(super) hinted: bool,
    /// Statuses in a row that said "connected" without the number that must be verified.
    pub(super) unnamed: u8,
    /// When the status was last asked because of a webhook.
    last_confirmation: Option<Moment>,
    /// When the status was last asked.
    last_asked: Option<Moment>,
    /// Until when the status is asked often, also while waiting for the user and with webhooks.
    watch_until: Moment,
}

impl StatusPlan {
    pub(super) fn starting() -> Self {
        Self {
            at: None,
            hinted: false,
            unnamed: 0,
            last_confirmation: None,
            last_asked: None,
            watch_until: Moment::ZERO,
        }
    }

    /// Plans the next status call: at most one interval away, by the last look at the code on
    /// screen, and spread evenly up to the next code, so that the status call before it has time
    /// to be answered. The request for the code tells about a linked phone as well and takes the
    /// place of a status.
    pub(super) fn plan(
        &mut self,
        task: &Task,
        stage: &Stage,
        next_code: Option<Moment>,
        at: Moment,
    ) {
        let interval = self.interval(task, stage, at);
        self.at = match (stage.phase, next_code) {
            _ if !task.capabilities.status => None,
            (Phase::Linking { .. } | Phase::Confirming { .. }, _) => {
                Some(at.plus(task.policy.linking_status_interval))
            }
            (Phase::Passkey, _) => Some(at.plus(task.policy.status_interval)),
            (Phase::WaitingForUser { opened }, _) => {
                Some(self.next_while_waiting(task, at, interval, opened))
            }
            (_, next_code) => match (last_look_in(task, stage, next_code, at), next_code) {
                (Some(gap), _) => Some(at.plus(gap.min(interval))),
                (None, Some(next_code)) => {
                    let gap = next_code.since(at);
                    let parts = gap.as_nanos().div_ceil(interval.as_nanos());
                    let parts = u32::try_from(parts).unwrap_or(u32::MAX);
                    (parts > 1).then(|| at.plus(gap / parts))
                }
                (None, None) => Some(at.plus(interval)),
            },
        };
    }

    fn interval(&self, task: &Task, stage: &Stage, at: Moment) -> Duration {
        let often = task.policy.status_interval;
        let watched = at.plus(often) <= self.watch_until;
        match stage.phase {
            _ if watched => often,
            _ if task.expect_webhooks => often.max(task.policy.webhook_status_interval),
            // The longer ago the last code died, the less likely it is that it was scanned.
            Phase::WaitingForUser { opened } => often.max(at.since(opened) * 2),
            _ => often,
        }
    }

    /// One interval away; but the last call comes at the end of the window, for a person who was
    /// slow, unless one has just been answered.
    fn next_while_waiting(
        &self,
        task: &Task,
        at: Moment,
        interval: Duration,
        opened: Moment,
    ) -> Moment {
        let (next, end) = (at.plus(interval), self.watch_end(task, opened));
        let is_worth_it = !task.expect_webhooks && at.plus(task.policy.status_interval) <= end;
        if is_worth_it { next.min(end) } else { next }
    }

    fn watch_end(&self, task: &Task, opened: Moment) -> Moment {
        opened
            .plus(task.policy.post_expiry_status_window)
            .max(self.watch_until)
    }

    /// Something says that a phone is being linked: the status is asked often for a while.
    pub(super) fn watch(&mut self, task: &Task, now: Moment) {
        self.watch_until = now.plus(task.policy.post_expiry_status_window);
    }

    /// A webhook only moves the next status forward.
    pub(super) fn hint(&mut self, task: &Task, hint: WebhookHint, now: Moment) {
        match hint {
            WebhookHint::Connected => self.hinted = task.capabilities.status,
            // A gateway may send dozens of these a second.
            WebhookHint::Progress if task.capabilities.status => {
                let interval = task.policy.linking_status_interval;
                let soonest = self
                    .last_asked
                    .map_or(now, |last| last.plus(interval).max(now));
                self.at = Some(self.at.map_or(soonest, |at| at.min(soonest)));
            }
            // Not a step of linking: the regular status would notice in time.
            WebhookHint::Progress
            | WebhookHint::Disconnected
            | WebhookHint::CodeChanged
            | WebhookHint::Irrelevant => {}
        }
    }

    /// The status is asked now.
    pub(super) fn asked(&mut self, now: Moment) {
        self.last_asked = Some(now);
    }

    /// Whether the status that is asked now confirms a webhook.
    pub(super) fn take_hint(&mut self, now: Moment) -> bool {
        let hinted = std::mem::take(&mut self.hinted);
        if hinted {
            self.last_confirmation = Some(now);
        }
        hinted
    }

    /// When the next status call is due.
    pub(super) fn due(&self, task: &Task, stage: &Stage, quiet_until: Moment) -> Option<Moment> {
        let regular = self.at.filter(|at| match stage.phase {
            Phase::Round | Phase::Linking { .. } | Phase::Passkey | Phase::Confirming { .. } => {
                true
            }
            Phase::WaitingForUser { opened } => *at <= self.watch_end(task, opened),
            Phase::Done => false,
        });
        // A gateway that said "connected" and not who has nothing to confirm: it is asked
        // again in the regular course.
        let unconfirmed = self.hinted && self.unnamed == 0;
        let hinted = unconfirmed.then(|| {
            let last = self.last_confirmation;
            last.map_or(Moment::ZERO, |at| at.plus(task.policy.webhook_debounce))
        });
        let at = [regular, hinted].into_iter().flatten().min()?;
        Some(at.max(quiet_until))
    }
}

/// How long it is until the status is asked for the last time before the code on screen is
/// called expired, so that a scan in its last seconds shows as a link first. `None`
/// if that moment has passed, if the code is replaced before it dies, or if webhooks are expected
/// and another code is to follow.
fn last_look_in(
    task: &Task,
    stage: &Stage,
    next_code: Option<Moment>,
    at: Moment,
) -> Option<Duration> {
    let expires = stage.expires?;
    if next_code.is_some_and(|next| next < expires || task.expect_webhooks) {
        return None;
    }
    let gap = expires
        .since(at)
        .checked_sub(task.policy.webhook_debounce)?;
    (!gap.is_zero()).then_some(gap)
}
