//! One attempt to link one instance: idle until somebody opens its page, then a session, then
//! how it ended; or, if nobody used that session, idle again.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use pairing_core::{
    EventKind, FlowError, PairingEvent, PairingHandle, PairingMethod, PairingOutcome,
    PairingSession, PhoneNumber, StartError,
};
use serde::Serialize;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use super::feed::Feed;
use super::frame::{Frame, moment};
use super::instance::HubInstance;
use super::pace::Pace;
use super::summary::{PairingState, PairingSummary};
use super::until::Until;
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
    /// The operator has been told that event streams do not arrive.
    pub(super) is_fallback_logged: AtomicBool,
    /// Of the session that runs or will run. A session has one of its own: who has seen the end
    /// of one is not taken into the next.
    feed: Mutex<Arc<Feed>>,
    stage: Mutex<Stage>,
    outcome: watch::Sender<Option<PairingOutcome>>,
}

enum Stage {
    /// Nobody has opened the page yet.
    Idle {
        /// The end of the link that has the most time.
        until: Until,
        /// Hands the session to the pairing's task.
        start: oneshot::Sender<PairingSession>,
    },
    Running {
        handle: PairingHandle,
        deadline: SystemTime,
        opened: Instant,
        /// As in `Idle`: until then an unused session may be followed by another.
        until: Until,
        /// Somebody has done more than open the page.
        is_used: bool,
    },
    Ended {
        event: PairingEvent,
        /// When it was opened, or would have had to be.
        opened: Instant,
    },
}

/// What a page is told before anything else.
#[derive(Serialize)]
pub(super) struct PageNotice {
    now: String,
    state: PairingState,
    provider: String,
    methods: Vec<&'static str>,
    method: Option<&'static str>,
    codes_per_round: u32,
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
        until: Until,
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
        let mut stage = self.lock();
        let until = match &*stage {
            Stage::Idle { until, .. } => *until,
            Stage::Running { .. } => return Ok(false),
            Stage::Ended { .. } => return Err(ActionError::Ended),
        };
        // A number is typed by a person. A QR code may have been asked for by a program that tries
        // what is behind links.
        let is_used = matches!(method, PairingMethod::PhoneCode(_));
        let mut builder = PairingSession::builder(self.instance.provider.clone())
            .method(method)
            .policy(self.instance.policy.clone());
        if let Some(phone) = &self.expected_phone {
            builder = builder.expect_phone(phone.clone());
        }
        if self.instance.webhook_secret.is_some() {
            builder = builder.expect_webhooks();
        }
        let session = builder.start().map_err(|error| match error {
            StartError::Flow(error) => ActionError::Flow(error),
            StartError::NoRuntime => ActionError::NoRuntime,
        })?;
        let running = Stage::Running {
            handle: session.handle(),
            deadline: SystemTime::now() + self.instance.policy.deadline,
            // The last link is still good until the pairing's task has noticed its end.
            opened: until.instant.min(Instant::now()),
            until,
            is_used,
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
                Ok(false)
            }
            None => self.start(method),
        }
    }

    pub(crate) fn resume(&self) -> Result<(), ActionError> {
        match self.used()? {
            Some(handle) => Ok(handle.resume()?),
            None => Err(FlowError::NotWaiting.into()),
        }
    }

    /// Does nothing to a pairing that has ended.
    pub(crate) fn cancel(&self) {
        match self.used() {
            Ok(Some(handle)) => handle.cancel(),
            Ok(None) => self.end_unopened(PairingOutcome::Cancelled),
            Err(_) => {}
        }
    }

    /// Passes a webhook on to the session, if there is one.
    pub(crate) fn hint(&self, hint: pairing_core::WebhookHint) {
        if let Ok(Some(handle)) = self.handle() {
            handle.notify(hint);
        }
    }

    /// The session's handle; `None` before it, an error after it.
    fn handle(&self) -> Result<Option<PairingHandle>, ActionError> {
        match &*self.lock() {
            Stage::Idle { .. } => Ok(None),
            Stage::Running { handle, .. } => Ok(Some(handle.clone())),
            Stage::Ended { .. } => Err(ActionError::Ended),
        }
    }

    /// As [`handle`](Self::handle), for what only a person or the host application does.
    fn used(&self) -> Result<Option<PairingHandle>, ActionError> {
        if let Stage::Running { is_used, .. } = &mut *self.lock() {
            *is_used = true;
        }
        self.handle()
    }

    /// Until when it may be opened; `None` once it is.
    pub(super) fn idle_until(&self) -> Option<Instant> {
        match &*self.lock() {
            Stage::Idle { until, .. } => Some(until.instant),
            _ => None,
        }
    }

    /// Gives whoever got a new link the time to open it. Older links have theirs.
    pub(super) fn wait_until(&self, later: Until) {
        if let Stage::Idle { until, .. } | Stage::Running { until, .. } = &mut *self.lock()
            && until.instant < later.instant
        {
            *until = later;
        }
    }

    /// Whether a link with this end opens it. One that was opened in time does, to the end, and
    /// one that was not never does again, whoever opens the pairing by another.
    pub(super) fn admits(&self, link: Until) -> bool {
        match &*self.lock() {
            // The last one's end is told by the pairing's own.
            Stage::Idle { until, .. } => {
                link.instant > Instant::now() || link.instant >= until.instant
            }
            Stage::Running { opened, .. } | Stage::Ended { opened, .. } => link.instant >= *opened,
        }
    }

    /// By when it must have been opened, or will be over; `None` when it is over.
    pub(super) fn expires_at(&self) -> Option<SystemTime> {
        match &*self.lock() {
            Stage::Idle { until, .. } => Some(until.wall),
            Stage::Running { deadline, .. } => Some(*deadline),
            Stage::Ended { .. } => None,
        }
    }

    /// Ends a pairing that was never opened; does nothing to any other.
    pub(super) fn end_unopened(&self, outcome: PairingOutcome) {
        let event = PairingEvent {
            kind: EventKind::Finished { outcome },
            seq: 1,
            round: 0,
            attempt: 0,
        };
        let mut stage = self.lock();
        if let Stage::Idle { until, .. } = &*stage {
            *stage = Stage::Ended {
                event: event.clone(),
                opened: until.instant.min(Instant::now()),
            };
            drop(stage);
            self.show(&event, &PairingMethod::Qr);
        }
    }

    /// Shows an event of the session to everyone who looks. After the last one of a session that
    /// nobody used, gives where the next session comes out: the links go on as before it.
    pub(super) fn publish(
        &self,
        event: &PairingEvent,
        method: &PairingMethod,
    ) -> Option<oneshot::Receiver<PairingSession>> {
        if event.outcome() == Some(&PairingOutcome::Deadline)
            && let Some(started) = self.begin_again(event, method)
        {
            return Some(started);
        }
        if event.outcome().is_some() {
            let mut stage = self.lock();
            if let Stage::Running { opened, .. } = *stage {
                let event = event.clone();
                *stage = Stage::Ended { event, opened };
            }
        }
        self.show(event, method);
        None
    }

    /// Makes the pairing idle again after a session that passed its deadline without anybody
    /// having done anything, while a link still has time; otherwise does nothing. Programs that
    /// try links, as mail servers have them, start such sessions.
    fn begin_again(
        &self,
        event: &PairingEvent,
        method: &PairingMethod,
    ) -> Option<oneshot::Receiver<PairingSession>> {
        let next = new_feed().ok()?;
        let mut stage = self.lock();
        let until = match &*stage {
            Stage::Running { until, is_used, .. } if !is_used => *until,
            _ => return None,
        };
        if until.instant <= Instant::now() {
            return None;
        }
        let (start, started) = oneshot::channel();
        self.push(event, method);
        *stage = Stage::Idle { until, start };
        *self.lock_feed() = next;
        drop(stage);
        metrics::pairing_ended(self.provider_name(), true, event.outcome());
        metrics::pairing_created(self.provider_name());
        tracing::info!(
            pairing = %self.id, instance = %self.name,
            "nobody used the session; its links can start another"
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

    fn push(&self, event: &PairingEvent, method: &PairingMethod) {
        let feed = self.feed();
        let frame = Frame::of(event, feed.session(), method, SystemTime::now());
        feed.push(frame);
    }

    fn show(&self, event: &PairingEvent, method: &PairingMethod) {
        self.push(event, method);
        if let Some(outcome) = event.outcome() {
            // A round is counted from 1: this one was never opened.
            let was_started = event.round > 0;
            metrics::pairing_ended(self.provider_name(), was_started, Some(outcome));
            self.log(outcome);
            self.outcome.send_replace(Some(outcome.clone()));
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        matches!(&*self.lock(), Stage::Ended { .. })
    }

    pub(super) fn describe(&self) -> PageNotice {
        let summary = self.summary();
        PageNotice {
            now: moment(SystemTime::now()),
            state: summary.state,
            provider: self.title().to_owned(),
            methods: self.instance.methods(),
            method: summary.method,
            codes_per_round: self.instance.policy.codes_per_round,
            expect_phone: self.expected_phone.clone(),
        }
    }

    pub(super) fn summary(&self) -> PairingSummary {
        let stage = self.lock();
        let (state, expires_at, snapshot) = match &*stage {
            Stage::Idle { until, .. } => (PairingState::Idle, Some(until.wall), None),
            Stage::Running {
                handle, deadline, ..
            } => (
                PairingState::Running,
                Some(*deadline),
                Some(handle.snapshot()),
            ),
            Stage::Ended { .. } => (PairingState::Ended, None, None),
        };
        let method = snapshot.as_ref().map(|snapshot| match snapshot.method {
            PairingMethod::Qr => "qr",
            PairingMethod::PhoneCode(_) => "phone_code",
        });
        let event = match &*stage {
            Stage::Ended { event, .. } => Some(event.clone()),
            _ => snapshot.map(|snapshot| snapshot.state),
        };
        PairingSummary {
            id: self.id.clone(),
            instance: self.name.clone(),
            provider: self.provider_name().to_owned(),
            viewers: self.viewers.load(Ordering::Relaxed),
            state,
            method,
            expires_at,
            event: event.map(Into::into),
        }
    }

    /// A panic while it is held leaves no stage half changed.
    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`lock`](Self::lock). Whoever holds both took the stage first.
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
