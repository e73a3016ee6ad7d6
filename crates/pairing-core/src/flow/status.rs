//! When the status is asked for: in the regular course, and because of a webhook.

use std::time::Duration;

use super::{Now, PairingFlow, Phase};
use crate::WebhookHint;

impl PairingFlow {
    /// Plans the next status call: at most one interval away, and spread evenly up to the
    /// next code, so that the status call before it has time to be answered. The request
    /// for the code tells about a linked phone as well and takes the place of a status.
    pub(super) fn plan_status(&mut self, now: Now) {
        let interval = self.status_interval(now);
        self.schedule.status_at = if !self.capabilities.status {
            None
        } else if let (Phase::Round, Some(code_at)) = (self.phase, self.schedule.code_at) {
            let gap = code_at.saturating_sub(now.elapsed);
            let parts = gap.as_nanos().div_ceil(interval.as_nanos());
            let parts = u32::try_from(parts).unwrap_or(u32::MAX);
            (parts > 1).then(|| now.elapsed.saturating_add(gap / parts))
        } else {
            Some(now.elapsed.saturating_add(interval))
        };
    }

    fn status_interval(&self, now: Now) -> Duration {
        let often = self.policy.status_interval;
        let watched = now.elapsed.saturating_add(often) <= self.schedule.watch_until;
        if self.expect_webhooks && !watched {
            often.max(self.policy.webhook_status_interval)
        } else {
            often
        }
    }

    /// Something says that a phone is being linked: the status is asked often for a while.
    pub(super) fn watch_status(&mut self, now: Now) {
        self.schedule.watch_until = now.elapsed.saturating_add(self.policy.gate_watch);
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
    pub(super) fn status_due(&self) -> Option<Duration> {
        let regular = self.schedule.status_at.filter(|at| match self.phase {
            Phase::Round => true,
            Phase::Gate { watch_until } => *at <= watch_until.max(self.schedule.watch_until),
            Phase::Done => false,
        });
        // A gateway that said "connected" and not who has nothing to confirm: it is asked
        // again in the regular course.
        let unconfirmed = self.schedule.hinted && self.unnamed == 0;
        let hinted = unconfirmed.then(|| {
            let last = self.schedule.last_confirmation;
            last.map_or(Duration::ZERO, |at| {
                at.saturating_add(self.policy.hint_spacing)
            })
        });
        let at = [regular, hinted].into_iter().flatten().min()?;
        Some(at.max(self.failures.quiet_until()))
    }
}
