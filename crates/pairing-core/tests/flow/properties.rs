//! The rules of the flow over random providers and random people, in virtual time.
//!
//! `support::World` checks at every step: one request at a time, no dead code on screen,
//! [`EventRules`](pairing_core::testing::EventRules), no spinning. The properties here look at
//! whole runs.

use std::sync::Arc;
use std::time::Duration;

use crate::search::says::{Act, CodeSays, Fault, StatusSays, Way};
use crate::support::*;
use pairing_core::flow::{FlowOptions, Input, Request};
use pairing_core::{
    CodeReply, EventKind, InstancePhase, InstanceStatus, PairingMethod, PairingOutcome,
    PairingPolicy, ProviderErrorKind, WebhookHint,
};
use proptest::prelude::*;

fn fault() -> impl Strategy<Value = Fault> {
    let any = prop::sample::select(ProviderErrorKind::ALL.to_vec());
    let transient = prop::sample::select(vec![
        ProviderErrorKind::Unavailable,
        ProviderErrorKind::TimedOut,
        ProviderErrorKind::RateLimited,
        ProviderErrorKind::MalformedReply,
    ]);
    let kind = prop_oneof![19 => transient, 1 => any];
    let retry_after = prop::option::weighted(0.2, (0_u64..90).prop_map(secs));
    (kind, retry_after).prop_map(|(kind, retry_after)| Fault { kind, retry_after })
}

/// What a random provider answers to a request for a code.
fn code() -> impl Strategy<Value = Act> {
    prop_oneof![
        30 => Just(Act::NewCode { exact: None }),
        6 => Just(Act::SameCode { exact: None }),
        4 => (0_u64..70).prop_map(|life| Act::NewCode { exact: Some(secs(life)) }),
        1 => Just(Act::WrongKind),
        8 => Just(Act::Code(CodeSays::NOT_READY)),
        3 => Just(Act::Code(CodeSays::STARTING)),
        2 => (0_u64..90).prop_map(|wait| Act::Code(CodeSays::Starting { retry_in: Some(secs(wait)) })),
        2 => Just(Act::Code(CodeSays::Linking)),
        1 => Just(Act::Code(CodeSays::AnotherAttempt)),
        1 => Just(Act::Code(CodeSays::AlreadyConnected)),
        1 => Just(Act::Code(CodeSays::Passkey(0))),
        10 => fault().prop_map(|fault| Act::Code(CodeSays::Fails(fault))),
    ]
}

fn status() -> impl Strategy<Value = StatusSays> {
    prop_oneof![
        60 => Just(StatusSays::NotConnected),
        6 => prop::sample::select(vec![
            InstancePhase::Idle,
            InstancePhase::Starting,
            InstancePhase::WaitingForPhone,
            InstancePhase::Linking,
        ]).prop_map(StatusSays::In),
        1 => (0_u8..3).prop_map(StatusSays::Passkey),
        1 => Just(StatusSays::Right),
        1 => Just(StatusSays::RightShort),
        1 => Just(StatusSays::Wrong),
        1 => Just(StatusSays::Unnamed),
        8 => fault().prop_map(StatusSays::Fails),
    ]
}

/// What a random person, webhook or program does.
fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => Just(Act::Resume),
        2 => Just(Act::Switch(Way::Qr)),
        2 => Just(Act::Switch(Way::Phone)),
        1 => Just(Act::Switch(Way::OtherPhone)),
        6 => Just(Act::Hint(WebhookHint::Connected)),
        1 => Just(Act::Hint(WebhookHint::Disconnected)),
        2 => Just(Act::Hint(WebhookHint::CodeChanged)),
        2 => Just(Act::Hint(WebhookHint::Progress)),
        1 => Just(Act::Cancel),
    ]
}

/// Mostly quick, at times slower than the request timeout.
fn latency() -> impl Strategy<Value = Duration> {
    prop_oneof![
        20 => (0_u64..2000).prop_map(millis),
        2 => (2000_u64..12_000).prop_map(millis),
        1 => (12_000_u64..60_000).prop_map(millis),
    ]
}

#[derive(Debug, Clone)]
struct Random {
    codes: Vec<(Duration, Act)>,
    statuses: Vec<(Duration, StatusSays)>,
    asked: (usize, usize),
}

fn random() -> impl Strategy<Value = Random> {
    let codes = prop::collection::vec((latency(), code()), 1..40);
    let statuses = prop::collection::vec((latency(), status()), 1..80);
    (codes, statuses).prop_map(|(codes, statuses)| Random {
        codes,
        statuses,
        asked: (0, 0),
    })
}

impl Script for Random {
    fn code(&mut self, method: &PairingMethod, _: Duration) -> Answer<CodeReply> {
        let number = self.asked.0 as u64;
        let (latency, act) = self.codes[self.asked.0 % self.codes.len()];
        self.asked.0 += 1;
        let is_qr = *method == PairingMethod::Qr;
        let code = |qr, number, exact| CodeSays::Code { qr, number, exact };
        let says = match act {
            Act::SameCode { exact } => code(is_qr, 0, exact),
            Act::NewCode { exact } => code(is_qr, number, exact),
            Act::Code(says) => says,
            _ => code(!is_qr, number, None),
        };
        (latency, says.reply())
    }

    fn status(&mut self, _: Duration) -> Answer<InstanceStatus> {
        let (latency, says) = self.statuses[self.asked.1 % self.statuses.len()];
        self.asked.1 += 1;
        (latency, says.reply())
    }
}

/// A whole run before it is run: what proptest makes smaller when it fails.
#[derive(Debug, Clone)]
struct Scenario {
    provider: Random,
    acts: Vec<(u64, Act)>,
    method: PairingMethod,
    verify: bool,
    expect_webhooks: bool,
    abandon: bool,
    seed: u64,
}

impl Scenario {
    fn run(self) -> World<Random> {
        let capabilities = match self.abandon {
            true => EVERYTHING.with_abandon(),
            false => EVERYTHING,
        };
        let options = FlowOptions {
            capabilities,
            expected_phone: self.verify.then(|| phone("5511999998888")),
            expect_webhooks: self.expect_webhooks,
            seed: self.seed,
            ..options(self.method)
        };
        let mut world = World::start(options, self.provider);
        for (pause, act) in self.acts {
            world.run_for(millis(pause));
            // Whether the flow accepts it is the flow's business; that it stays sound is ours.
            let _ = world.input(match act {
                Act::Resume => Input::Resume,
                Act::Switch(way) => Input::SwitchMethod(way.method()),
                Act::Hint(hint) => Input::Hint(hint),
                _ => Input::Cancel,
            });
        }
        world.run_to_the_end();
        world
    }
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let acts = prop::collection::vec((0_u64..90_000, act()), 0..25);
    let method = prop_oneof![3 => Just(PairingMethod::Qr), 1 => Just(phone_method())];
    let numbers = (any::<bool>(), any::<bool>(), any::<bool>(), any::<u64>());
    (random(), acts, method, numbers).prop_map(
        |(provider, acts, method, (verify, expect_webhooks, abandon, seed))| Scenario {
            provider,
            acts,
            method,
            verify,
            expect_webhooks,
            abandon,
            seed,
        },
    )
}

fn method_of(request: &Request) -> Option<&PairingMethod> {
    match request {
        Request::Code(request) => Some(&request.method),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_session_ends_once_and_by_its_deadline(scenario in scenario()) {
        let world = scenario.run();
        let ends = world.events.iter().filter(|(_, event)| event.outcome().is_some()).count();
        prop_assert_eq!(ends, 1);
        prop_assert!(world.outcome().is_some(), "the terminal event is the last");
        prop_assert!(world.events.last().unwrap().0 <= PairingPolicy::default().deadline);
    }

    #[test]
    fn the_next_qr_is_asked_for_10_to_20_s_after_the_last_arrived(scenario in scenario()) {
        let world = scenario.run();
        for (index, call) in world.calls.iter().enumerate() {
            let is_qr = method_of(&call.request) == Some(&PairingMethod::Qr);
            let (true, true, Some(arrived)) = (is_qr, call.got_code, call.answered) else {
                continue;
            };
            let (before, later) = (&world.calls[..index], &world.calls[index + 1..]);
            if before.iter().any(|call| call.request == Request::EndAttempt) {
                // A code may be of the attempt that was ended: it counts as none.
                continue;
            }
            let Some(next) = later.iter().position(Call::is_code) else { continue };
            let (between, next) = (&later[..next], &later[next]);
            if method_of(&next.request) != Some(&PairingMethod::Qr) {
                continue;
            }
            prop_assert!(next.started >= arrived + secs(10), "too soon: {:?}", next);
            let failing = between.iter().any(|call| call.failed);
            // A phone that links and a passkey are waited for.
            let waits = world.times(|kind| {
                matches!(kind, EventKind::Linking | EventKind::PasskeyRequired { .. })
            });
            let waits = waits.iter().any(|at| (arrived..next.started).contains(at));
            if next.round == call.round && !failing && !waits {
                prop_assert!(next.started <= arrived + secs(20), "too late: {:?}", next);
            }
        }
    }

    #[test]
    fn within_a_round_no_second_phone_code_is_asked_for(scenario in scenario()) {
        let world = scenario.run();
        for (index, call) in world.calls.iter().enumerate() {
            let is_phone_code = matches!(method_of(&call.request), Some(PairingMethod::PhoneCode(_)));
            // One of a number that was left is not shown: it counts as none.
            let shown = call.answered.is_some_and(|at| world.times(is_ready).contains(&at));
            if is_phone_code && call.got_code && shown {
                let again = world.calls[index + 1..].iter();
                let mut again = again.filter(|next| next.round == call.round && next.is_code());
                prop_assert!(again.all(|next| method_of(&next.request) != method_of(&call.request)));
            }
        }
    }

    #[test]
    fn failures_are_followed_by_a_growing_silence(scenario in scenario()) {
        let world = scenario.run();
        let mut in_a_row = 0_u32;
        for pair in world.calls.windows(2) {
            let [call, next] = pair else { unreachable!("windows of two") };
            in_a_row = if call.failed { in_a_row + 1 } else { 0 };
            if next.round != call.round {
                // A person acted: the count starts again.
                in_a_row = 0;
                continue;
            }
            let Some(answered) = call.answered.filter(|_| call.failed) else { continue };
            // The one status before the session gives up waits for nothing.
            if call.is_code() && !next.is_code() && next.started == answered {
                continue;
            }
            let least = secs(1 << (in_a_row - 1).min(4)).min(secs(30));
            prop_assert!(next.started >= answered + least, "{call:?} {next:?}");
        }
    }

    #[test]
    fn calls_are_bounded(scenario in scenario()) {
        let world = scenario.run();
        // The closest calls are a second apart, except a code that is due behind a status
        // and what follows a person's act.
        let acts = 25;
        let seconds = world.now.as_secs() as usize;
        prop_assert!(world.calls.len() <= 2 * (seconds + acts) + 2);
    }

    #[test]
    fn equal_seeds_and_inputs_give_equal_runs(scenario in scenario()) {
        prop_assert_eq!(scenario.clone().run().events, scenario.run().events);
    }
}

/// A healthy provider, whose replies take up to two seconds.
fn healthy_run(
    method: PairingMethod,
    expect_webhooks: bool,
    latency: Duration,
    links_at: Option<Duration>,
) -> World<Healthy> {
    let script = Healthy {
        latency,
        links_at,
        linked_phone: Some(phone("5511999998888")),
        ..Healthy::default()
    };
    let options = FlowOptions {
        expect_webhooks,
        ..options(method)
    };
    World::start(options, script)
}

fn method(by_phone_code: bool) -> PairingMethod {
    if by_phone_code {
        phone_method()
    } else {
        PairingMethod::Qr
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_link_is_noticed_within_one_status_interval_or_twice_the_time_at_the_gate(
        latency in (0_u64..2000).prop_map(millis),
        links_at in (0_u64..60_000).prop_map(millis),
        by_phone_code in any::<bool>(),
        lost_webhook in any::<bool>(),
    ) {
        let mut world = healthy_run(method(by_phone_code), lost_webhook, latency, Some(links_at));
        let outcome = world.run_to_the_end();
        prop_assert!(outcome.is_linked());
        let policy = PairingPolicy::default();
        let interval = if lost_webhook {
            policy.webhook_status_interval
        } else {
            policy.status_interval
        };
        // A status at the gate waits twice as long as the gate has been open.
        let gate = world.times(is_gate).first().copied();
        let at_gate = gate.map(|gate| (links_at + latency).saturating_sub(gate));
        // The interval runs from the last reply, so both calls' ways count once.
        // A status may have to name the number, and a slow one makes room for a code.
        let made_room = world.calls.iter().any(|call| call.abandoned);
        let ways = if made_room { 4 } else { 3 } * latency;
        let noticed = links_at + interval.max(2 * at_gate.unwrap_or_default()) + ways;
        prop_assert!(world.now <= noticed, "linked {:?}, noticed {:?}", links_at, world.now);
    }

    #[test]
    fn a_webhook_is_confirmed_as_fast_as_the_gateway_answers(
        latency in (0_u64..2000).prop_map(millis),
        links_at in (0_u64..550_000).prop_map(millis),
        by_phone_code in any::<bool>(),
        expect_webhooks in any::<bool>(),
    ) {
        let mut world =
            healthy_run(method(by_phone_code), expect_webhooks, latency, Some(links_at));
        world.run_until(links_at);
        if world.outcome().is_none() {
            world.hint();
        }
        prop_assert!(world.run_to_the_end().is_linked());
        // A request under way is waited for, and a confirmation makes room for a code that is
        // due, which tells as well.
        let made_room = world.calls.iter().any(|call| call.abandoned);
        // A code that notices the link leaves it to a status to name the number.
        let noticed = links_at + if made_room { 4 } else { 3 } * latency;
        prop_assert!(world.now <= noticed, "{:?}, {:?}", links_at, world.now);
    }

    #[test]
    fn hints_cost_at_most_one_status_call_per_spacing(
        latency in (0_u64..2000).prop_map(millis),
        pauses in prop::collection::vec(0_u64..1500, 1..200),
        by_phone_code in any::<bool>(),
        expect_webhooks in any::<bool>(),
    ) {
        let mut world = healthy_run(method(by_phone_code), expect_webhooks, latency, None);
        for pause in pauses {
            world.run_for(millis(pause));
            world.hint();
        }
        world.run_to_the_end();
        // Regular calls are further apart, so of three at least two are due to hints.
        for three in world.status_calls().windows(3) {
            prop_assert!(three[2] - three[0] >= secs(1), "{three:?}");
        }
    }

    #[test]
    fn a_session_costs_no_more_calls_than_documented(
        latency in (0_u64..2000).prop_map(millis),
        resumes in 0_usize..4,
        expect_webhooks in any::<bool>(),
    ) {
        let mut world = healthy_run(PairingMethod::Qr, expect_webhooks, latency, None);
        for _ in 0..resumes {
            world.run_for(secs(100));
            world.input(Input::Resume).unwrap();
        }
        prop_assert_eq!(world.run_to_the_end(), PairingOutcome::Deadline);
        let documented = if expect_webhooks { 5 } else { 19 };
        prop_assert!(world.calls.len() <= documented * (resumes + 1));
        prop_assert_eq!(world.code_calls().len(), 3 * (resumes + 1));
    }

    #[test]
    fn not_ready_is_bounded_and_uses_up_no_attempt(not_ready in 0_usize..15, latency in 0_u64..2000) {
        let script = Scripted {
            codes: (0..not_ready).map(|_| Ok(CodeReply::NOT_READY)).collect(),
            statuses: Vec::new(),
            healthy: Healthy { latency: millis(latency), ..Healthy::default() },
        };
        let mut world = World::start(options(PairingMethod::Qr), script);
        world.run_until(secs(150));
        prop_assert_eq!(world.times(is_ready).len(), 3);
        prop_assert_eq!(world.code_calls().len(), 3 + not_ready);
        for pair in world.code_calls().windows(2).take(not_ready) {
            prop_assert_eq!(pair[1] - pair[0], secs(2) + millis(latency));
        }
    }

    #[test]
    fn any_valid_policy_keeps_the_rules(
        codes_per_round in 1_u32..6,
        status in 1_u64..30,
        expect_webhooks in any::<bool>(),
        refresh in (1_u64..20, 0_u64..10, 0_u64..10),
        lifetime in 1_u64..90,
        latency in 0_u64..3000,
    ) {
        let policy = PairingPolicy::default().with_codes_per_round(codes_per_round).with_status_interval(secs(status)).with_refresh_min(secs(refresh.0)).with_refresh_interval(secs(refresh.0 + refresh.1)).with_refresh_max(secs(refresh.0 + refresh.1 + refresh.2)).with_qr_lifetime(secs(lifetime));
        let options = FlowOptions {
            policy: Arc::new(policy),
            expect_webhooks,
            ..options(PairingMethod::Qr)
        };
        let script = Healthy { latency: millis(latency), ..Healthy::default() };
        let mut world = World::start(options, script);
        prop_assert_eq!(world.run_to_the_end(), PairingOutcome::Deadline);
        prop_assert_eq!(world.times(is_ready).len(), codes_per_round as usize);
        prop_assert_eq!(world.times(is_gate).len(), 1);
    }
}
