//! Every step that is tried in every state, and those that must change nothing.

use std::time::Duration;

use super::run::Run;
use super::says::{Act, CodeSays, Fault, Move, StatusSays, Way, When};
use super::setting::Menu;
use pairing_core::{ProviderErrorKind as Kind, WebhookHint};

/// Longer than any wait of any policy that is searched.
const LONG: Duration = Duration::from_secs(100);
/// Shorter than any `max_cooldown` but that of no retries at all.
const SHORT: Duration = Duration::from_secs(3);
/// A life that ends before the next code may be asked for.
const BRIEF: Duration = Duration::from_secs(1);

const CODE: [Act; 15] = [
    Act::NewCode { exact: None },
    Act::SameCode,
    Act::NewCode {
        exact: Some(Duration::ZERO),
    },
    Act::NewCode { exact: Some(BRIEF) },
    Act::NewCode { exact: Some(LONG) },
    Act::WrongKind,
    Act::Code(CodeSays::NotReady),
    Act::Code(CodeSays::AlreadyConnected),
    Act::Code(CodeSays::Passkey),
    Act::Code(CodeSays::Fails(Fault::of(Kind::Unavailable))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::RateLimited))),
    Act::Code(CodeSays::Fails(Fault::limited(SHORT))),
    Act::Code(CodeSays::Fails(Fault::limited(LONG))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::BadCredentials))),
    Act::Code(CodeSays::Fails(Fault::of(Kind::MalformedReply))),
];

const STATUS: [Act; 10] = [
    Act::Status(StatusSays::NotConnected),
    Act::Status(StatusSays::Unnamed),
    Act::Status(StatusSays::Right),
    Act::Status(StatusSays::RightShort),
    Act::Status(StatusSays::Wrong),
    Act::Status(StatusSays::Fails(Fault::of(Kind::Unavailable))),
    Act::Status(StatusSays::Fails(Fault::of(Kind::RateLimited))),
    Act::Status(StatusSays::Fails(Fault::limited(SHORT))),
    Act::Status(StatusSays::Fails(Fault::limited(LONG))),
    Act::Status(StatusSays::Fails(Fault::of(Kind::BadCredentials))),
];

/// The answers that meet a due time, or come after several.
const CODE_LATE: [Act; 4] = [
    Act::NewCode { exact: None },
    Act::Code(CodeSays::NotReady),
    Act::Code(CodeSays::AlreadyConnected),
    Act::Code(CodeSays::Fails(Fault::of(Kind::Unavailable))),
];
const STATUS_LATE: [Act; 3] = [
    Act::Status(StatusSays::NotConnected),
    Act::Status(StatusSays::Right),
    Act::Status(StatusSays::Fails(Fault::of(Kind::Unavailable))),
];

/// What people, webhooks and programs do.
const ACTS: [Act; 6] = [
    Act::Hint(WebhookHint::Connected),
    Act::Resume,
    Act::Switch(Way::Qr),
    Act::Switch(Way::Phone),
    Act::Switch(Way::OtherPhone),
    Act::Cancel,
];

/// The few that a session is mostly made of, to go deeper with.
const CORE_CODE: [Act; 4] = [
    Act::NewCode { exact: None },
    Act::SameCode,
    Act::Code(CodeSays::NotReady),
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
        Menu::Full => all(run),
        Menu::Core => core(run),
    }
}

/// Everything that can happen next.
pub(crate) fn all(run: &Run<'_>) -> Vec<Move> {
    let (answers, late): (&[Act], &[Act]) = match run.code_under_way() {
        Some(true) => (&CODE, &CODE_LATE),
        Some(false) => (&STATUS, &STATUS_LATE),
        None => (&[], &[]),
    };
    let mut moves = [at(When::Now, answers), at(When::Now, &ACTS)].concat();
    moves.extend(at(When::JustBefore, &[Act::Tick]));
    for when in [When::Due, When::Late] {
        moves.extend([at(when, &[Act::Tick]), at(when, late), at(when, &ACTS[..5])].concat());
    }
    // While nothing is shown, the time of day decides nothing: see `idle`.
    if run.shows_a_code() {
        moves.extend([When::Slept, When::SetBack].map(|when| Move::new(when, Act::Tick)));
    }
    moves
}

/// What mostly happens next.
pub(crate) fn core(run: &Run<'_>) -> Vec<Move> {
    let answers: &[Act] = match run.code_under_way() {
        Some(true) => &CORE_CODE,
        Some(false) => &CORE_STATUS,
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
    if !run.has_status() || ended {
        idle.push(Act::Hint(WebhookHint::Connected));
    }
    if !run.at_gate() {
        idle.push(Act::Resume);
    }
    for way in [Way::Qr, Way::Phone, Way::OtherPhone] {
        let same = way.method() == run.method() && !run.at_gate();
        if ended || same || !run.supports(&way.method()) {
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
