//! When the status is asked for: in the regular course, and because of a webhook.

use std::time::Duration;

use super::moment::Moment;
use super::{Now, PairingFlow, Phase};
use crate::WebhookHint;

impl PairingFlow {
    /// Plans the next status call: at most one interval away, by the last look at the code on
    /// screen, and spread evenly up to the next code, so that the status call before it has time
    /// to be answered. The request for the code tells about a linked phone as well and takes the
    /// place of a status.
    pub(super) fn plan_status(&mut self, now: Now) {
        let at = now.moment();
        let interval = self.status_interval(at);
        self.schedule.status_at = match (self.phase, self.schedule.code_at) {
            _ if !self.capabilities.status => None,
            (Phase::Gate { opened }, _) => Some(self.next_at_gate(at, interval, opened)),
            (_, code_at) => match (self.last_look_in(at), code_at) {
                (Some(gap), _) => Some(at.plus(gap.min(interval))),
                (None, Some(code_at)) => {
                    let gap = code_at.since(at);
                    let parts = gap.as_nanos().div_ceil(interval.as_nanos());
                    let parts = u32::try_from(parts).unwrap_or(u32::MAX);
                    (parts > 1).then(|| at.plus(gap / parts))
                }
                (None, None) => Some(at.plus(interval)),
            },
        };
    }

    /// How long it is until the status is asked for the last time before the code on screen is
    /// called expired, so that whoever scanned it in its last seconds sees the link first. `None`
    /// if that moment has passed, if the code is replaced before it dies, or if a webhook tells
    /// and another code is to follow.
    fn last_look_in(&self, at: Moment) -> Option<Duration> {
        let expires = self.expires?;
        let next_code = self.schedule.code_at;
        if next_code.is_some_and(|next| next < expires || self.expect_webhooks) {
            return None;
        }
        let gap = expires.since(at).checked_sub(self.policy.hint_spacing)?;
        (!gap.is_zero()).then_some(gap)
    }

    fn status_interval(&self, at: Moment) -> Duration {
        let often = self.policy.status_interval;
        let watched = at.plus(often) <= self.schedule.watch_until;
        match self.phase {
            _ if watched => often,
            _ if self.expect_webhooks => often.max(self.policy.webhook_status_interval),
            // The longer ago the last code died, the less likely it is that it was scanned.
            Phase::Gate { opened } => often.max(at.since(opened) * 2),
            _ => often,
        }
    }

    /// One interval away; but the last call comes when nobody watches any longer, for
    /// whoever was slow, unless one has just been answered.
    fn next_at_gate(&self, at: Moment, interval: Duration, opened: Moment) -> Moment {
        let (next, end) = (at.plus(interval), self.watch_end(opened));
        let is_worth_it = !self.expect_webhooks && at.plus(self.policy.status_interval) <= end;
        if is_worth_it { next.min(end) } else { next }
    }

    fn watch_end(&self, opened: Moment) -> Moment {
        opened
            .plus(self.policy.gate_watch)
            .max(self.schedule.watch_until)
    }

    /// Something says that a phone is being linked: the status is asked often for a while.
    pub(super) fn watch_status(&mut self, now: Now) {
        self.schedule.watch_until = now.moment().plus(self.policy.gate_watch);
    }

    /// A hint moves the next status forward. It is never believed.
    pub(super) fn hint(&mut self, hint: WebhookHint) {
        match hint {
            WebhookHint::Connected => self.schedule.hinted = self.capabilities.status,
            // Not a step of linking: the regular status would notice in time.
            WebhookHint::Disconnected | WebhookHint::Irrelevant => {}
        }
    }

    /// When the next status call is due.
    pub(super) fn status_due(&self) -> Option<Moment> {
        let regular = self.schedule.status_at.filter(|at| match self.phase {
            Phase::Round => true,
            Phase::Gate { opened } => *at <= self.watch_end(opened),
            Phase::Done => false,
        });
        // A gateway that said "connected" and not who has nothing to confirm: it is asked
        // again in the regular course.
        let unconfirmed = self.schedule.hinted && self.unnamed == 0;
        let hinted = unconfirmed.then(|| {
            let last = self.schedule.last_confirmation;
            last.map_or(Moment::ZERO, |at| at.plus(self.policy.hint_spacing))
        });
        let at = [regular, hinted].into_iter().flatten().min()?;
        Some(at.max(self.failures.quiet_until()))
    }
}
