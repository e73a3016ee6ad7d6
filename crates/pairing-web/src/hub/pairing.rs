//! One attempt to link one instance: idle until it is started, then a session, then
//! how it ended; or, if that session was not used, idle again.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use pairing_core::{
    CommandError, EventKind, PairingCode, PairingEvent, PairingHandle, PairingMethod,
    PairingOutcome, PairingSession, PairingView, PhoneNumber, Screen,
};
use serde::Serialize;
use tokio::sync::{Notify, oneshot, watch};

use super::deadline::{Clock, Deadline, Now};
use super::feed::Feed;
use super::frame::{Frame, moment};
use super::instance::HubInstance;
use super::pace::Pace;
use super::summary::{PairingState, PairingSummary};
use crate::error::ActionError;
use crate::metrics;
use crate::token::{NoRandomNumbers, PairingId};

pub(crate) struct Pairing {
    pub(super) id: PairingId,
    pub(super) name: String,
    pub(super) instance: Arc<HubInstance>,
    pub(super) expected_phone: Option<PhoneNumber>,
    pub(super) viewers: Arc<AtomicUsize>,
    /// Of the answers to pages that poll.
    pub(super) polls: Pace,
    /// The log already says that event streams do not arrive.
    pub(super) is_fallback_logged: AtomicBool,
    /// Of the session that runs or will run. A session has one of its own: who has seen the end
    /// of one is not taken into the next.
    feed: Mutex<Arc<Feed>>,
    stage: Mutex<Stage>,
    outcome: watch::Sender<Option<PairingOutcome>>,
    clock: Clock,
    forgotten: Notify,
}

enum Stage {
    /// No session runs.
    Idle {
        /// The end of the link that has the most time.
        until: Deadline,
        /// Hands the session to the pairing's task.
        start: oneshot::Sender<PairingSession>,
    },
    Running {
        handle: PairingHandle,
        deadline: Deadline,
        opened: Deadline,
        /// As in `Idle`: until then an unused session may be followed by another.
        until: Deadline,
    },
    /// Its last view may still be on its way to the viewers: the pairing's task shows it.
    Ended {
        view: PairingView,
        /// When it was opened, or would have had to be.
        opened: Deadline,
    },
}

/// The first message to a page.
#[derive(Serialize)]
pub(super) struct PageNotice {
    now: String,
    state: PairingState,
    provider: String,
    methods: Vec<&'static str>,
    expect_phone: Option<PhoneNumber>,
}

impl PageNotice {
    pub(super) fn state_name(&self) -> &'static str {
        self.state.as_str()
    }
}

impl Pairing {
    /// The pairing, and where the session comes out once it is started.
    pub(super) fn new(
        id: PairingId,
        name: String,
        instance: Arc<HubInstance>,
        expected_phone: Option<PhoneNumber>,
        until: Deadline,
        clock: Clock,
    ) -> Result<(Arc<Self>, oneshot::Receiver<PairingSession>), NoRandomNumbers> {
        let (start, started) = oneshot::channel();
        let pairing = Arc::new(Self {
            id,
            name,
            instance,
            expected_phone,
            viewers: Arc::default(),
            polls: Pace::default(),
            is_fallback_logged: AtomicBool::new(false),
            feed: Mutex::new(new_feed()?),
            stage: Mutex::new(Stage::Idle { until, start }),
            outcome: watch::Sender::new(None),
            clock,
            forgotten: Notify::new(),
        });
        metrics::pairing_created(pairing.provider_name());
        Ok((pairing, started))
    }

    pub(super) fn provider_name(&self) -> &str {
        self.instance.provider.name()
    }

    pub(crate) fn title(&self) -> &str {
        self.instance.shown_title()
    }

    pub(super) fn feed(&self) -> Arc<Feed> {
        self.lock_feed().clone()
    }

    pub(super) fn outcomes(&self) -> watch::Receiver<Option<PairingOutcome>> {
        self.outcome.subscribe()
    }

    /// Opens the session, unless it is open. Whether it has.
    pub(crate) fn start(&self, method: PairingMethod) -> Result<bool, ActionError> {
        let now = self.now();
        let mut stage = self.settled(now);
        let until = match &*stage {
            Stage::Idle { until, .. } => *until,
            Stage::Running { .. } => return Ok(false),
            Stage::Ended { .. } => return Err(ActionError::Ended),
        };
        let mut builder = PairingSession::builder(self.instance.provider.clone())
            .method(method)
            .policy(self.instance.policy.clone());
        #[cfg(feature = "test-util")]
        {
            let clock = self.clock.clone();
            builder = builder.wall_clock(move || clock.now().wall);
        }
        if let Some(phone) = &self.expected_phone {
            builder = builder.expect_phone(phone.clone());
        }
        if self.instance.webhook_secret.is_some() {
            builder = builder.expect_webhooks();
        }
        let session = builder.start()?;
        let running = Stage::Running {
            handle: session.handle(),
            deadline: Deadline::after(self.instance.policy.deadline, now),
            opened: Deadline::after(Duration::ZERO, now),
            until,
        };
        if let Stage::Idle { start, .. } = std::mem::replace(&mut *stage, running) {
            // Its task is gone only if the hub is; the session then ends with this.
            let _ = start.send(session);
        }
        metrics::pairing_started(self.provider_name());
        tracing::info!(pairing = %self.id, instance = %self.name, "session started");
        Ok(true)
    }

    /// Whether this opened the session.
    pub(crate) fn switch_method(&self, method: PairingMethod) -> Result<bool, ActionError> {
        match self.used()? {
            Some(handle) => {
                handle.switch_method(method)?;
                self.leave_behind(&handle);
                Ok(false)
            }
            None => self.start(method),
        }
    }

    pub(crate) fn resume(&self) -> Result<(), ActionError> {
        let handle = self.used()?.ok_or(CommandError::NotWaiting)?;
        handle.resume()?;
        self.leave_behind(&handle);
        Ok(())
    }

    /// A viewer that comes after an action does not see the state before it, even if the pairing's
    /// task has yet to pass on the result.
    fn leave_behind(&self, handle: &PairingHandle) {
        self.feed().leave_behind(handle.view().seq);
    }

    /// Later calls find it over. Returns whether this call ended it.
    pub(crate) fn cancel(&self) -> bool {
        let now = self.now();
        let mut stage = self.settled(now);
        match &*stage {
            Stage::Idle { .. } => self.end_unopened(&mut stage, PairingOutcome::Cancelled, now),
            Stage::Running { handle, .. } if handle.view().outcome().is_none() => {
                self.end_running(&mut stage, PairingOutcome::Cancelled);
            }
            Stage::Running { .. } | Stage::Ended { .. } => return false,
        }
        true
    }

    /// Passes a webhook on to the session, if there is one.
    pub(crate) fn hint(&self, hint: pairing_core::WebhookHint) {
        if let Ok(Some(handle)) = self.handle() {
            handle.notify(hint);
        }
    }

    /// The session's handle; `None` before it, an error after it.
    fn handle(&self) -> Result<Option<PairingHandle>, ActionError> {
        match &*self.settled(self.now()) {
            Stage::Idle { .. } => Ok(None),
            Stage::Running { handle, .. } => Ok(Some(handle.clone())),
            Stage::Ended { .. } => Err(ActionError::Ended),
        }
    }

    /// As [`handle`](Self::handle), for what only a person or the host application does: a session
    /// whose time has passed is over for them, and not followed by another.
    fn used(&self) -> Result<Option<PairingHandle>, ActionError> {
        let now = self.now();
        let mut stage = self.lock();
        if let Stage::Running { deadline, .. } = &*stage
            && deadline.has_passed_by_time_of_day(now)
        {
            self.end_running(&mut stage, PairingOutcome::Deadline);
        }
        drop(stage);
        self.handle()
    }

    /// How long it may still be opened; `None` once it is.
    pub(super) fn idle_left(&self) -> Option<Duration> {
        let now = self.now();
        match &*self.settled(now) {
            Stage::Idle { until, .. } => Some(until.left(now)),
            _ => None,
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.idle_left().is_some()
    }

    /// Gives the owner of a new link the time to open it. Older links have theirs.
    pub(super) fn wait_until(&self, later: Deadline) {
        let now = self.now();
        if let Stage::Idle { until, .. } | Stage::Running { until, .. } = &mut *self.settled(now)
            && until.left(now) < later.left(now)
        {
            *until = later;
        }
    }

    /// Whether a link with this end opens it. One that was opened in time does, to the end, and
    /// one that was not never does again, also if another link opens the pairing.
    pub(super) fn admits(&self, link: Deadline) -> bool {
        let now = self.now();
        match &*self.settled(now) {
            Stage::Idle { .. } => !link.has_passed(now),
            Stage::Running { opened, .. } | Stage::Ended { opened, .. } => !link.is_before(*opened),
        }
    }

    /// By when it must have been opened, or will be over; `None` when it is over.
    pub(super) fn expires_at(&self) -> Option<SystemTime> {
        let now = self.now();
        match &*self.settled(now) {
            Stage::Idle { until, .. } => Some(until.at(now)),
            Stage::Running { deadline, .. } => Some(deadline.at(now)),
            Stage::Ended { .. } => None,
        }
    }

    /// Ends it if its time has passed.
    pub(super) fn end_if_overdue(&self) {
        drop(self.settled(self.now()));
    }

    /// The stage as it is at this moment: a pairing whose time has passed by either clock is over,
    /// although its task has not noticed that yet.
    fn settled(&self, now: Now) -> MutexGuard<'_, Stage> {
        let mut stage = self.lock();
        match &*stage {
            Stage::Idle { until, .. } if until.has_passed(now) => {
                self.end_unopened(&mut stage, PairingOutcome::Deadline, now);
            }
            // By the monotonic clock the session ends without this. One that was not used makes room
            // for another as long as a link has time.
            Stage::Running {
                handle,
                deadline,
                until,
                ..
            } if deadline.has_passed_by_time_of_day(now)
                && (handle.is_attended() || until.has_passed(now)) =>
            {
                self.end_running(&mut stage, PairingOutcome::Deadline);
            }
            _ => {}
        }
        stage
    }

    /// Ends a pairing that was never opened; does nothing to any other.
    fn end_unopened(&self, stage: &mut Stage, outcome: PairingOutcome, now: Now) {
        let Stage::Idle { until, .. } = &*stage else {
            return;
        };
        let instance = &self.instance;
        let mut view = PairingView::new(
            PairingMethod::Qr,
            instance.policy.codes_per_round,
            instance.provider.capabilities(),
        );
        view.apply(&PairingEvent {
            kind: EventKind::Finished { outcome },
            seq: 1,
            round: 0,
            attempt: 0,
        });
        *stage = Stage::Ended {
            view: view.clone(),
            opened: until.or_now(now),
        };
        self.show(&view, now);
    }

    /// Cancels the session, and says that it ended like this, unless it had ended before. Does
    /// nothing to a pairing without one.
    fn end_running(&self, stage: &mut Stage, outcome: PairingOutcome) {
        let Stage::Running { handle, opened, .. } = &*stage else {
            return;
        };
        handle.cancel();
        let mut view = handle.view();
        match &mut view.screen {
            Screen::Finished { outcome: shown } if *shown == PairingOutcome::Cancelled => {
                *shown = outcome;
            }
            Screen::Finished { .. } => {}
            _ => return,
        }
        *stage = Stage::Ended {
            view,
            opened: *opened,
        };
        // Nothing of before is shown to those who begin to watch before its task shows the end.
        self.feed().leave_behind(u64::MAX);
    }

    /// Shows a view of the session, of the moment it was `read`, to everyone who looks. After the
    /// last one of a session that was not used, gives where the next session comes out: the links go
    /// on as before it.
    pub(super) fn publish(
        &self,
        mut view: PairingView,
        read: Now,
    ) -> Option<oneshot::Receiver<PairingSession>> {
        if view.outcome() == Some(&PairingOutcome::Deadline)
            && let Some(started) = self.begin_again(&view, read)
        {
            return Some(started);
        }
        if view.outcome().is_some() {
            let mut stage = self.lock();
            match &*stage {
                Stage::Running { opened, .. } => {
                    *stage = Stage::Ended {
                        view: view.clone(),
                        opened: *opened,
                    };
                }
                // What has been answered already.
                Stage::Ended { view: ended, .. } => view = ended.clone(),
                Stage::Idle { .. } => {}
            }
        }
        self.show(&view, read);
        None
    }

    /// Makes the pairing idle again after a session that passed its deadline unattended, while a
    /// link still has time; otherwise does nothing. Mail servers that open links start such
    /// sessions.
    fn begin_again(
        &self,
        view: &PairingView,
        read: Now,
    ) -> Option<oneshot::Receiver<PairingSession>> {
        let next = new_feed().ok()?;
        let mut stage = self.lock();
        let until = match &*stage {
            Stage::Running { handle, until, .. } if !handle.is_attended() => *until,
            _ => return None,
        };
        if until.has_passed(read) {
            return None;
        }
        let (start, started) = oneshot::channel();
        self.push(view, read);
        *stage = Stage::Idle { until, start };
        *self.lock_feed() = next;
        drop(stage);
        metrics::pairing_ended(self.provider_name(), true, view.outcome());
        metrics::pairing_created(self.provider_name());
        tracing::info!(
            pairing = %self.id, instance = %self.name,
            "the session was not used; its links can start another"
        );
        Some(started)
    }

    /// What the operator can do something about is a warning; its message is never the
    /// gateway's own.
    fn log(&self, outcome: &PairingOutcome) {
        let (pairing, instance, name) = (&self.id, &self.name, outcome.as_str());
        match outcome {
            PairingOutcome::Rejected { error } | PairingOutcome::Unavailable { error } => {
                tracing::warn!(
                    %pairing, instance, outcome = name, kind = %error.kind,
                    "pairing failed: {}", error.message
                );
            }
            PairingOutcome::RateLimited { .. } => {
                tracing::warn!(%pairing, instance, outcome = name, "pairing failed");
            }
            _ => tracing::info!(%pairing, instance, outcome = name, "pairing ended"),
        }
    }

    /// Whether this code is on screen already, and drawn.
    pub(super) fn has_drawn(&self, code: &PairingCode) -> bool {
        let drawn = self.feed().drawn();
        drawn.is_some_and(|drawn| drawn.is_of(code))
    }

    fn push(&self, view: &PairingView, read: Now) {
        let ends = match view.screen {
            Screen::Code { expires_at, .. } => Some(Deadline::announced(expires_at, read)),
            _ => None,
        };
        let feed = self.feed();
        let frame = Frame::of(view, feed.session(), ends, self.now(), feed.drawn());
        feed.push(frame);
    }

    fn show(&self, view: &PairingView, read: Now) {
        self.push(view, read);
        if let Some(outcome) = view.outcome() {
            // A round is counted from 1: this one was never opened.
            let was_started = view.round > 0;
            metrics::pairing_ended(self.provider_name(), was_started, Some(outcome));
            self.log(outcome);
            self.outcome.send_replace(Some(outcome.clone()));
        }
    }

    /// Also if its session has ended and its task has yet to say so.
    pub(crate) fn has_ended(&self) -> bool {
        match &*self.settled(self.now()) {
            Stage::Idle { .. } => false,
            Stage::Running { handle, .. } => handle.view().outcome().is_some(),
            Stage::Ended { .. } => true,
        }
    }

    /// Lets its task end before the time for which its end is kept.
    pub(super) fn release_task(&self) {
        self.forgotten.notify_one();
    }

    pub(super) async fn forgotten(&self) {
        self.forgotten.notified().await;
    }

    pub(super) fn now(&self) -> Now {
        self.clock.now()
    }

    /// The time of day for viewers, by which the code on screen has as long to live as it has.
    pub(super) fn time_to_tell(&self) -> SystemTime {
        let now = self.now();
        let ends = self.feed().present_ends();
        ends.map_or(now.wall, |ends| ends.counted_at(now))
    }

    pub(super) fn describe(&self) -> PageNotice {
        let summary = self.summary();
        PageNotice {
            now: moment(self.time_to_tell()),
            state: summary.state,
            provider: self.title().to_owned(),
            methods: self.instance.methods(),
            expect_phone: self.expected_phone.clone(),
        }
    }

    pub(super) fn summary(&self) -> PairingSummary {
        let now = self.now();
        let stage = self.settled(now);
        let (state, expires_at, view) = match &*stage {
            Stage::Idle { until, .. } => (PairingState::Idle, Some(until.at(now)), None),
            Stage::Running {
                handle, deadline, ..
            } => {
                let view = handle.view();
                match view.outcome() {
                    Some(_) => (PairingState::Ended, None, Some(view)),
                    None => (PairingState::Running, Some(deadline.at(now)), Some(view)),
                }
            }
            Stage::Ended { view, .. } => (PairingState::Ended, None, Some(view.clone())),
        };
        let running = view.as_ref().filter(|_| state == PairingState::Running);
        let method = running.map(|view| match view.method {
            PairingMethod::Qr => "qr",
            PairingMethod::PhoneCode(_) => "phone_code",
        });
        PairingSummary {
            id: self.id.clone(),
            instance: self.name.clone(),
            provider: self.provider_name().to_owned(),
            viewers: self.viewers.load(Ordering::Relaxed),
            state,
            method,
            expires_at,
            event: view.map(|view| view.to_event().into()),
        }
    }

    /// A panic while it is held leaves no stage half changed.
    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`lock`](Self::lock). Where both are held, the stage was locked first.
    fn lock_feed(&self) -> MutexGuard<'_, Arc<Feed>> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn new_feed() -> Result<Arc<Feed>, NoRandomNumbers> {
    let mut session = [0; 4];
    getrandom::fill(&mut session).map_err(|_| NoRandomNumbers)?;
    let session = format!("{:08x}", u32::from_ne_bytes(session));
    Ok(Arc::new(Feed::new(session)))
}
