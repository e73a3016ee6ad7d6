//! What the driver, the handles and the readers of one session share.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::event_log::{EventLog, ReaderId, Start};
use crate::flow::{CommandError, Input, Now, Output, PairingFlow, Request, RequestId};
use crate::{PairingEvent, PairingMethod, PairingProvider, PairingView};

type ReadClock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// The time of day: the system's, or a test's. One pointer, since a program may have a hundred
/// thousand sessions that wait.
#[derive(Clone, Default)]
pub(super) struct WallClock(Option<Arc<ReadClock>>);

impl WallClock {
    #[cfg(feature = "test-util")]
    pub(super) fn set(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(Box::new(now))))
    }

    fn now(&self) -> SystemTime {
        self.0.as_ref().map_or_else(SystemTime::now, |now| now())
    }
}

impl fmt::Debug for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_none() { "system" } else { "set" })
    }
}

/// Both clocks of a session.
pub(super) struct Clocks {
    start: Instant,
    wall: WallClock,
}

impl Clocks {
    pub(super) fn starting(wall: WallClock) -> Self {
        Self {
            start: Instant::now(),
            wall,
        }
    }

    pub(super) fn now(&self) -> Now {
        Now {
            elapsed: self.start.elapsed(),
            wall: self.wall.now(),
        }
    }
}

pub(super) struct Shared {
    provider: Arc<dyn PairingProvider>,
    clocks: Clocks,
    state: Mutex<State>,
}

struct State {
    flow: PairingFlow,
    log: EventLog,
    /// The request that should be under way.
    wanted: Option<(RequestId, Request)>,
    /// The plan may be another than the one the driver follows.
    is_changed: bool,
    driver: Option<Waker>,
    is_attended: bool,
    /// The attempt that the session leaves at the gateway is still to be ended.
    leaves_attempt: bool,
}

/// What the driver should be doing.
pub(super) struct Plan {
    pub(super) wanted: Option<(RequestId, Request)>,
    pub(super) wake_at: Instant,
}

/// Without the state, which a panic may have left locked.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shared = f.debug_struct("Shared");
        shared.field("provider", &self.provider);
        shared.finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn new(
        flow: PairingFlow,
        clocks: Clocks,
        provider: Arc<dyn PairingProvider>,
    ) -> Self {
        let is_attended = matches!(flow.view().method, PairingMethod::PhoneCode(_));
        let mut state = State {
            flow,
            log: EventLog::default(),
            wanted: None,
            is_changed: true,
            driver: None,
            is_attended,
            leaves_attempt: false,
        };
        state.take_outputs();
        Self {
            provider,
            clocks,
            state: Mutex::new(state),
        }
    }

    pub(super) fn provider(&self) -> &Arc<dyn PairingProvider> {
        &self.provider
    }

    /// Feeds the flow from outside its driver, and lets the driver look at its plan again.
    pub(super) fn apply(&self, input: Input) -> Result<(), CommandError> {
        let result = self.step(input);
        let driver = self.lock().driver.take();
        if let Some(driver) = driver {
            driver.wake();
        }
        result
    }

    /// The driver's own: whether the plan may have changed since it was last taken; otherwise
    /// the driver is woken when it has.
    pub(super) fn poll_changed(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.is_changed {
            return Poll::Ready(());
        }
        match &mut state.driver {
            Some(driver) => driver.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// [`apply`](Self::apply) for inputs that are fine at any time.
    pub(super) fn apply_infallible(&self, input: Input) {
        // Only `Resume` and `SwitchMethod` can be refused.
        let _ = self.apply(input);
    }

    /// The driver's own: time has passed.
    pub(super) fn tick(&self) {
        // A tick is never refused.
        let _ = self.step(Input::Tick);
    }

    /// The driver's own: the wanted request was answered.
    pub(super) fn answered(&self, reply: Input) {
        self.lock().wanted = None;
        // A reply is never refused.
        let _ = self.step(reply);
    }

    /// Feeds the flow and passes on what comes out of it.
    fn step(&self, input: Input) -> Result<(), CommandError> {
        let now = self.clocks.now();
        let mut state = self.lock();
        state.is_attended |= matches!(input, Input::Resume | Input::SwitchMethod(_));
        let result = state.flow.handle(input, now);
        state.is_changed = true;
        let wakers = state.take_outputs();
        drop(state);
        // Outside the lock: a woken reader may look at the session at once.
        for waker in wakers {
            waker.wake();
        }
        result
    }

    /// `None` once the flow has finished.
    pub(super) fn plan(&self) -> Option<Plan> {
        let mut state = self.lock();
        state.is_changed = false;
        let wake_at = state.flow.wake_at()?;
        Some(Plan {
            wanted: state.wanted.clone(),
            wake_at: self.clocks.start + wake_at.min(FAR_AWAY),
        })
    }

    /// Once the flow has finished: for how long its driver may try to end the attempt that the session
    /// leaves at the gateway, if it leaves one.
    pub(super) fn left_attempt(&self) -> Option<Duration> {
        let state = self.lock();
        state.leaves_attempt.then(|| state.flow.request_timeout())
    }

    pub(super) fn is_attended(&self) -> bool {
        self.lock().is_attended
    }

    pub(super) fn view(&self) -> PairingView {
        self.take_down_what_died();
        let now = self.clocks.now();
        self.lock().flow.view_at(now)
    }

    /// Before the present is shown: a machine that slept may not have noticed yet that the code
    /// on screen is dead.
    fn take_down_what_died(&self) {
        self.apply_infallible(Input::Tick);
    }

    pub(super) fn add_reader(&self, start: Start) -> ReaderId {
        self.lock().log.add_reader(start)
    }

    pub(super) fn remove_reader(&self, reader: ReaderId) {
        self.lock().log.remove_reader(reader);
    }

    pub(super) fn poll_event(
        &self,
        reader: ReaderId,
        cx: &Context<'_>,
    ) -> Poll<Option<PairingEvent>> {
        if self.lock().log.is_next_the_present(reader) {
            self.take_down_what_died();
        }
        let mut guard = self.lock();
        let State { flow, log, .. } = &mut *guard;
        let present = || flow.view_at(self.clocks.now()).to_event();
        log.poll_event(reader, cx, present)
    }

    pub(super) fn poll_view(
        &self,
        reader: ReaderId,
        cx: &Context<'_>,
    ) -> Poll<Option<PairingView>> {
        if self.lock().log.is_unread(reader) {
            self.take_down_what_died();
        }
        let mut state = self.lock();
        let unread = ready!(state.log.poll_present(reader, cx));
        Poll::Ready(unread.map(|()| state.flow.view_at(self.clocks.now())))
    }

    /// The flow changes its fields one after the other, but none of them can leave it in a
    /// state that would be wrong to go on from; a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// More than a year: no policy allows longer.
const FAR_AWAY: Duration = Duration::from_secs(2 * 366 * 24 * 3600);

impl State {
    /// Gives the readers to be woken once the lock is released.
    fn take_outputs(&mut self) -> Vec<Waker> {
        while let Some(output) = self.flow.next_output() {
            match output {
                Output::Request(id, request) => self.wanted = Some((id, request)),
                Output::Abandon(_) => self.wanted = None,
                Output::Emit(event) => self.log.push(event),
                Output::LeaveAttempt => self.leaves_attempt = true,
            }
        }
        self.flow.release_outputs();
        self.log.take_wakers()
    }
}
