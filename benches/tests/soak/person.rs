//! Someone who tries to link a phone, changes their mind, and at times just walks away.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::time::{Duration, SystemTime};

use pairing_core::testing::{BrokenRule, EventRules};
use pairing_core::{
    CommandError, EventKind, PairingEvents, PairingHandle, PairingMethod, PairingOutcome,
    PairingPolicy, PairingProvider, PairingSession, WebhookHint,
};
use tokio::time::{Instant, sleep};

use crate::chance::Chance;
use crate::gateway::Instance;

/// The number that is expected, where one is.
pub(crate) const NUMBER: &str = "5511999998888";

/// How one session went.
#[derive(Debug)]
pub(crate) struct Went {
    /// Every terminal event that its readers saw: one for each who stayed.
    pub(crate) outcomes: Vec<PairingOutcome>,
    pub(crate) readers: usize,
    pub(crate) took: Duration,
    /// When the person cancelled or left.
    pub(crate) given_up_after: Option<Duration>,
    /// Requests that the gateway still sees after the end.
    pub(crate) under_way: usize,
    /// A rule of the event stream that was broken.
    pub(crate) broken: Option<BrokenRule>,
}

/// Runs one session to its end. A second reader sees what becomes of one that is dropped.
pub(crate) async fn live(instance: Instance, mut chance: Chance) -> Went {
    let instance = Arc::new(instance);
    let began = Instant::now();
    let hours = Arc::new(AtomicI64::new(0));
    let mut session = start(instance.clone(), &mut chance, began, &hours);
    let watcher = tokio::spawn(watch(session.handle().subscribe()));
    let mut given_up = None;
    let stays = act(&mut session, &instance, &mut chance, &hours, &mut given_up).await;
    // Who leaves drops it. A session that has ended has to let go of everything by itself.
    let ended_session = stays.is_some().then_some(session);
    let (seen, ended, broken) = watcher.await.unwrap();
    let readers = 1 + usize::from(stays.is_some());
    let own = stays.into_iter().flatten();
    // The clock stands still until everything that is ready has run.
    sleep(Duration::from_millis(1)).await;
    let under_way = instance.under_way();
    drop(ended_session);
    Went {
        outcomes: seen.into_iter().chain(own).collect(),
        readers,
        took: ended - began,
        given_up_after: given_up.map(|at| at - began),
        under_way,
        broken,
    }
}

fn start(
    provider: impl PairingProvider + 'static,
    chance: &mut Chance,
    began: Instant,
    hours: &Arc<AtomicI64>,
) -> PairingSession {
    let hours = hours.clone();
    let wall = move || {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000) + began.elapsed();
        let jump = Duration::from_secs(3600) * hours.load(SeqCst).unsigned_abs() as u32;
        if hours.load(SeqCst) < 0 {
            now - jump
        } else {
            now + jump
        }
    };
    let mut builder = PairingSession::builder(provider).wall_clock(wall);
    if chance.in_a_thousand(300) {
        builder = builder.method(phone_method());
    }
    if chance.in_a_thousand(500) {
        builder = builder.expect_phone(NUMBER.parse().unwrap());
    }
    if chance.in_a_thousand(300) {
        builder = builder.expect_webhooks();
    }
    builder.start().unwrap()
}

fn phone_method() -> PairingMethod {
    PairingMethod::PhoneCode(NUMBER.parse().unwrap())
}

/// Acts until the session ends; `None` if they left it before,
/// `Some(None)` if the session ended and did not say how.
async fn act(
    session: &mut PairingSession,
    instance: &Instance,
    chance: &mut Chance,
    hours: &AtomicI64,
    given_up: &mut Option<Instant>,
) -> Option<Option<PairingOutcome>> {
    let handle = session.handle();
    let mut resumed = None;
    loop {
        let next = sleep(Duration::from_secs(1) + chance.millis(60_000));
        tokio::select! {
            event = session.next_event() => match event.map(|event| event.kind) {
                // Without an outcome: it will be missed.
                None => return Some(None),
                Some(EventKind::Finished { outcome }) => {
                    // The end is the end.
                    assert!(session.next_event().await.is_none());
                    return Some(Some(outcome));
                }
                Some(EventKind::InteractionRequired) => {
                    sleep(chance.millis(20_000)).await;
                    // It may have ended meanwhile, or the method was switched in the moment in
                    // which the round ended.
                    if handle.resume().is_ok() {
                        resumed = Some((Instant::now(), instance.calls()));
                    }
                }
                Some(_) => {}
            },
            () = next => match chance.below(100) {
                _ if is_stuck(resumed, instance) => return Some(None),
                act @ 0..6 => {
                    given_up.get_or_insert_with(Instant::now);
                    if act < 3 {
                        return None;
                    }
                    handle.cancel();
                }
                6..16 => switch(&handle, PairingMethod::Qr),
                16..26 => switch(&handle, phone_method()),
                26..56 => handle.notify(WebhookHint::Connected),
                56..60 => _ = hours.fetch_add(1, SeqCst),
                60..62 => _ = hours.fetch_sub(1, SeqCst),
                _ => {}
            },
        }
    }
}

/// Whether nothing was asked of the gateway since somebody resumed, for longer than the silence
/// after a failure, the time between two phone codes and a request that hangs take together.
fn is_stuck(resumed: Option<(Instant, usize)>, instance: &Instance) -> bool {
    let policy = PairingPolicy::default();
    let longest = policy.retry.max_cooldown + policy.phone_code_spacing + policy.request_timeout;
    resumed.is_some_and(|(at, calls)| at.elapsed() > longest && instance.calls() == calls)
}

fn switch(handle: &PairingHandle, method: PairingMethod) {
    let switched = handle.switch_method(method);
    assert!(matches!(switched, Ok(()) | Err(CommandError::Finished)));
}

/// Reads to the end: the outcomes seen, when it ended, and a rule that was broken.
async fn watch(mut events: PairingEvents) -> (Vec<PairingOutcome>, Instant, Option<BrokenRule>) {
    let (mut outcomes, mut broken) = (Vec::new(), None);
    let mut rules = EventRules::joining(&PairingPolicy::default());
    while let Some(event) = events.next_event().await {
        broken = broken.or(rules.check(&event).err());
        outcomes.extend(event.outcome().cloned());
    }
    (outcomes, Instant::now(), broken)
}

/// When the last session of a wave has to be over.
pub(crate) fn deadline() -> Duration {
    PairingPolicy::default().deadline
}
