//! Every step that is tried in every state, and those that must change nothing.

use std::time::Duration;

use super::run::Run;
use super::says::{Act, CodeSays, Fault, Move, StatusSays, Way, When};
use super::setting::Menu;
use super::spec::Call;
use pairing_core::{InstancePhase, ProviderErrorKind as Kind, WebhookHint};

/// Shorter than any silence after a failure.
const NO_TIME: Duration = Duration::ZERO;
/// A life that ends before the next code may be asked for.
const BRIEF: Duration = Duration::from_secs(1);
/// Shorter than any `max_cooldown` but that of no retries at all; as a life of a code, in most
/// sessions between the soonest and the latest moment for the next.
const SHORT: Duration = Duration::from_secs(3);
/// A life that, in most sessions, ends soon after the next code is asked for, which may be the
/// same.
const MIDDLE: Duration = Duration::from_secs(6);
/// Longer than any wait of any policy that is searched.
const LONG: Duration = Duration::from_secs(100);

const CODE: [Act; 20] = [
    Act::NewCode { exact: None },
    Act::SameCode { exact: None },
    Act::SameCode { exact: Some(BRIEF) },
    Act::NewCode {
        exact: Some(NO_TIME),
    },
    Act::NewCode { exact: Some(BRIEF) },
    Act::NewCode { exact: Some(SHORT) },
    Act::NewCode {
        exact: Some(MIDDLE),
    },
    Act::NewCode { exact: Some(LONG) },
    Act::WrongKind,
    Act::Code(CodeSays::NOT_READY),
    Act::Code(CodeSays::AlreadyConnected),
    Act::Code(CodeSays::Fails(Fault::of(Kind::Unavailable))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::Unavailable).after(SHORT))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::Unavailable).after(LONG))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::RateLimited))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::RateLimited).after(NO_TIME))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::RateLimited).after(SHORT))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::RateLimited).after(LONG))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::InvalidCredentials))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::MalformedReply))),
];

const STATUS: [Act; 14] = [
    Act::Status(StatusSays::NotConnected),
    Act::Status(StatusSays::Unnamed),
    Act::Status(StatusSays::Right),
    Act::Status(StatusSays::RightShort),
    Act::Status(StatusSays::Wrong),
    Act::Status(StatusSays::Fails(Fault::of(Kind::Unavailable))),
    Act::Status(StatusSays::Fails(Fault::of(Kind::Unavailable).after(SHORT))),
    Act::Status(StatusSays::Fails(Fault::of(Kind::Unavailable).after(LONG))),
    Act::Status(StatusSays::Fails(Fault::of(Kind::RateLimited))),
    Act::Status(StatusSays::Fails(
        Fault::of(Kind::RateLimited).after(NO_TIME),
    )),
    Act::Status(StatusSays::Fails(Fault::of(Kind::RateLimited).after(SHORT))),
    Act::Status(StatusSays::Fails(Fault::of(Kind::RateLimited).after(LONG))),
    Act::Status(StatusSays::Fails(Fault::of(Kind::InvalidCredentials))),
    Act::Status(StatusSays::Fails(Fault::of(Kind::MalformedReply))),
];

/// What a gateway says that must be started, settles, or wants a passkey.
const ATTEMPT_CODE: [Act; 14] = [
    Act::NewCode { exact: None },
    Act::SameCode { exact: None },
    Act::NewCode { exact: Some(SHORT) },
    Act::Code(CodeSays::NOT_READY),
    Act::Code(CodeSays::NotReady {
        retry_in: Some(SHORT),
    }),
    Act::Code(CodeSays::STARTING),
    Act::Code(CodeSays::Starting {
        retry_in: Some(NO_TIME),
    }),
    Act::Code(CodeSays::Starting {
        retry_in: Some(LONG),
    }),
    Act::Code(CodeSays::Linking),
    Act::Code(CodeSays::AlreadyConnected),
    Act::Code(CodeSays::AnotherAttempt),
    Act::Code(CodeSays::Passkey(1)),
    Act::Code(CodeSays::Fails(Fault::of(Kind::Unavailable))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::CapacityReached))),
];

const ATTEMPT_STATUS: [Act; 11] = [
    Act::Status(StatusSays::NotConnected),
    Act::Status(StatusSays::In(InstancePhase::Idle)),
    Act::Status(StatusSays::In(InstancePhase::Starting)),
    Act::Status(StatusSays::In(InstancePhase::WaitingForPhone)),
    Act::Status(StatusSays::In(InstancePhase::Linking)),
    Act::Status(StatusSays::Passkey(0)),
    Act::Status(StatusSays::Passkey(1)),
    Act::Status(StatusSays::Unnamed),
    Act::Status(StatusSays::Right),
    Act::Status(StatusSays::Fails(Fault::of(Kind::Unavailable))),
    Act::Status(StatusSays::Fails(Fault::of(Kind::AccountBlocked))),
];

/// What becomes of an attempt that is to be ended.
const ENDED: [Act; 4] = [
    Act::Ended(None),
    Act::Ended(Some(Fault::of(Kind::Unavailable))),
    Act::Ended(Some(Fault::of(Kind::RateLimited))),
    Act::Ended(Some(Fault::of(Kind::Refused))),
];

const ATTEMPT_ACTS: [Act; 8] = [
    Act::Hint(WebhookHint::Connected),
    Act::Hint(WebhookHint::CodeChanged),
    Act::Hint(WebhookHint::Progress),
    Act::Resume,
    Act::Switch(Way::Qr),
    Act::Switch(Way::Phone),
    Act::Switch(Way::OtherPhone),
    Act::Cancel,
];

/// What people, webhooks and programs do.
const ACTS: [Act; 7] = [
    Act::Hint(WebhookHint::Connected),
    Act::Resume,
    Act::Switch(Way::Qr),
    Act::Switch(Way::Phone),
    Act::Switch(Way::PhoneShort),
    Act::Switch(Way::OtherPhone),
    Act::Cancel,
];

/// The few that a session is mostly made of, to go deeper with.
const CORE_CODE: [Act; 4] = [
    Act::NewCode { exact: None },
    Act::SameCode { exact: None },
    Act::Code(CodeSays::NOT_READY),
    Act::Code(CodeSays::Fails(Fault::of(Kind::Unavailable))),
];
const CORE_STATUS: [Act; 3] = [
    Act::Status(StatusSays::NotConnected),
    Act::Status(StatusSays::Unnamed),
    Act::Status(StatusSays::Fails(Fault::of(Kind::Unavailable))),
];
const CORE_ACTS: [Act; 4] = [
    Act::Hint(WebhookHint::Connected),
    Act::Resume,
    Act::Switch(Way::Qr),
    Act::Switch(Way::Phone),
];

/// What is tried next.
pub(crate) fn possible(run: &Run<'_>) -> Vec<Move> {
    match run.menu() {
        Menu::Full => each(run, &CODE, &STATUS, &ACTS),
        Menu::Attempts => each(run, &ATTEMPT_CODE, &ATTEMPT_STATUS, &ATTEMPT_ACTS),
        Menu::Core => core(run),
    }
}

/// Everything that can happen next.
pub(crate) fn all(run: &Run<'_>) -> Vec<Move> {
    each(
        run,
        &[&CODE[..], &ATTEMPT_CODE].concat(),
        &[&STATUS[..], &ATTEMPT_STATUS].concat(),
        &[&ACTS[..], &ATTEMPT_ACTS].concat(),
    )
}

/// Each of these at each time, and whatever time does alone.
fn each(run: &Run<'_>, code: &[Act], status: &[Act], acts: &[Act]) -> Vec<Move> {
    let answers = match run.asked() {
        Some(Call::Code) => code,
        Some(Call::Status) => status,
        Some(Call::EndAttempt) => &ENDED,
        None => &[],
    };
    let mut moves = Vec::new();
    for when in [When::Now, When::Due, When::Late] {
        moves.extend([at(when, answers), at(when, acts)].concat());
    }
    for when in [When::JustBefore, When::Due, When::Late] {
        moves.push(Move::new(when, Act::Tick));
    }
    // While nothing is shown, the time of day decides nothing: see `idle`.
    if run.shows_a_code() {
        moves.extend([When::Slept, When::SetBack].map(|when| Move::new(when, Act::Tick)));
    }
    moves
}

/// What mostly happens next.
pub(crate) fn core(run: &Run<'_>) -> Vec<Move> {
    let answers: &[Act] = match run.asked() {
        Some(Call::Code) => &CORE_CODE,
        Some(Call::Status) => &CORE_STATUS,
        Some(Call::EndAttempt) => &ENDED[..2],
        None => &[],
    };
    let due = at(When::Due, &[Act::Tick]);
    [at(When::Now, answers), at(When::Now, &CORE_ACTS), due].concat()
}

fn at(when: When, acts: &[Act]) -> Vec<Move> {
    acts.iter().map(|act| Move::new(when, *act)).collect()
}

/// What must leave the flow exactly as it is, one after the other.
pub(crate) fn idle(run: &Run<'_>) -> Vec<Move> {
    let mut idle = vec![
        Act::Tick,
        Act::Stale,
        Act::Hint(WebhookHint::Disconnected),
        Act::Hint(WebhookHint::Irrelevant),
    ];
    let ended = run.ended();
    let closed = ended || run.spec().is_confirming();
    if !run.has_status() || closed {
        idle.push(Act::Hint(WebhookHint::Connected));
        idle.push(Act::Hint(WebhookHint::Progress));
    }
    if !run.shows_a_code() {
        idle.push(Act::Hint(WebhookHint::CodeChanged));
    }
    let resumes = run.spec().can_resume();
    if !resumes {
        idle.push(Act::Resume);
    }
    for way in Way::ALL {
        let same = way.method() == run.method() && !resumes;
        if closed || same || !run.accepts(&way.method()) {
            idle.push(Act::Switch(way));
        }
    }
    if ended {
        idle.push(Act::Cancel);
    }
    let mut idle = at(When::Now, &idle);
    if !run.shows_a_code() {
        // There and back again.
        idle.extend([When::Slept, When::SetBack].map(|when| Move::new(when, Act::Tick)));
    }
    idle
}
