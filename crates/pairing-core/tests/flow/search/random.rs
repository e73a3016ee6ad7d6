//! Long random paths under random policies, watched by the same [`Spec`](super::spec::Spec).

use std::sync::Arc;
use std::time::Duration;

use super::run::Run;
use super::says::{Act, CodeSays, Fault, Move, StatusSays, When};
use super::setting::{RIGHT, Setting};
use super::spec::Call;
use super::{moves, walk};
use crate::support::*;
use pairing_core::flow::FlowOptions;
use pairing_core::{Capabilities, PairingMethod, PairingPolicy, ProviderErrorKind, RetryPolicy};
use proptest::prelude::*;

/// One step of a random path, which may be whatever is possible there.
#[derive(Debug, Clone)]
enum Pick {
    /// One of the usual steps.
    Core(usize),
    /// One of all.
    Any(usize),
    /// Whatever is under way fails like this.
    Fails(When, Fault),
    /// The provider says how long the code lives.
    Exact(When, Duration),
    Wait(Duration),
}

fn pick() -> impl Strategy<Value = Pick> {
    let kind = prop::sample::select(ProviderErrorKind::ALL.to_vec());
    let retry_after = prop::option::weighted(0.3, (0_u64..70).prop_map(secs));
    let fault = (kind, retry_after).prop_map(|(kind, retry_after)| Fault { kind, retry_after });
    let when = || prop::sample::select(vec![When::Now, When::Now, When::Due, When::Late]);
    prop_oneof![
        120 => (0_usize..1000).prop_map(Pick::Core),
        30 => (0_usize..1000).prop_map(Pick::Any),
        2 => (when(), fault).prop_map(|(when, fault)| Pick::Fails(when, fault)),
        10 => (when(), 0_u64..90_000).prop_map(|(when, life)| Pick::Exact(when, millis(life))),
        20 => (0_u64..15_000).prop_map(|time| Pick::Wait(millis(time))),
    ]
}

impl Pick {
    fn step(&self, run: &Run<'_>) -> Move {
        let one_of = |moves: Vec<Move>, index: usize| moves[index % moves.len()];
        match self {
            Self::Core(index) => one_of(moves::core(run), *index),
            Self::Any(index) => one_of(moves::all(run), *index),
            Self::Fails(when, fault) => Move::new(
                *when,
                match run.asked() {
                    Some(Call::Code) => Act::Code(CodeSays::Fails(*fault)),
                    Some(Call::EndAttempt) => Act::Ended(Some(*fault)),
                    _ => Act::Status(StatusSays::Fails(*fault)),
                },
            ),
            Self::Exact(when, life) => Move::new(*when, Act::NewCode { exact: Some(*life) }),
            Self::Wait(time) => Move::new(When::After(*time), Act::Tick),
        }
    }
}

fn between(least: u64, most: u64) -> impl Strategy<Value = Duration> {
    (least..=most).prop_map(millis)
}

/// Any policy that is accepted, within what still lets things happen.
fn policy() -> impl Strategy<Value = PairingPolicy> {
    let lives = (between(100, 60_000), between(100, 200_000), 1_u32..5);
    let refresh = (
        between(100, 20_000),
        between(0, 10_000),
        between(0, 10_000),
        between(0, 40_000),
    );
    let status = (
        between(100, 10_000),
        between(100, 30_000),
        between(0, 40_000),
        between(100, 5_000),
    );
    let not_ready = (
        between(100, 5_000),
        0_u32..6,
        between(100, 15_000),
        0_u32..4,
    );
    let retry = (
        between(100, 3_000),
        between(0, 30_000),
        0_u32..6,
        0_u32..4,
        between(0, 60_000),
    );
    let ends = (between(100, 40_000), between(100, 900_000));
    let attempt = (
        between(0, 90_000),
        1_u32..5,
        between(100, 10_000),
        prop_oneof![Just(Duration::ZERO), between(0, 20_000)],
        between(100, 5_000),
        between(0, 90_000),
        prop_oneof![Just(Duration::ZERO), between(0, 20_000)],
    );
    (lives, refresh, status, not_ready, retry, ends, attempt).prop_map(
        |(lives, refresh, status, not_ready, retry, ends, attempt)| {
            PairingPolicy::default()
                .with_qr_lifetime(lives.0)
                .with_phone_code_lifetime(lives.1)
                .with_codes_per_round(lives.2)
                .with_refresh_min(refresh.0)
                .with_refresh_interval(refresh.0 + refresh.1)
                .with_refresh_max(refresh.0 + refresh.1 + refresh.2)
                .with_phone_code_spacing(refresh.3)
                .with_status_interval(status.0)
                .with_webhook_status_interval(status.1)
                .with_post_expiry_status_window(status.2)
                .with_webhook_debounce(status.3)
                .with_not_ready_delay(not_ready.0)
                .with_not_ready_limit(not_ready.1)
                .with_phone_code_not_ready_delay(not_ready.2)
                .with_phone_code_not_ready_limit(not_ready.3)
                .with_retry(
                    RetryPolicy::default()
                        .with_min_delay(retry.0)
                        .with_max_delay(retry.0 + retry.1)
                        .with_max_retries(retry.2)
                        .with_phone_code_max_retries(retry.3)
                        .with_max_cooldown(retry.4),
                )
                .with_first_qr_lifetime(attempt.0)
                .with_phone_codes_per_round(attempt.1)
                .with_starting_delay(attempt.2)
                .with_linking_window(attempt.3)
                .with_linking_status_interval(attempt.4)
                .with_linking_timeout(attempt.5)
                .with_link_confirmation(attempt.6)
                .with_request_timeout(ends.0)
                .with_deadline(ends.1)
        },
    )
}

fn session() -> impl Strategy<Value = FlowOptions> {
    let policy = prop_oneof![1 => Just(PairingPolicy::default()), 1 => policy()];
    let bits = prop::array::uniform8(any::<bool>());
    (policy, bits, any::<u64>()).prop_map(|(policy, bits, seed)| {
        let [
            phone_code,
            status,
            linked_phone,
            webhooks,
            verify,
            by_phone_code,
            abandon,
            renews_phone_codes,
        ] = bits;
        let mut capabilities = Capabilities::none().with_qr_text();
        capabilities.phone_code = phone_code;
        capabilities.status = status;
        capabilities.linked_phone = linked_phone;
        capabilities.webhooks = webhooks;
        capabilities.abandon = abandon;
        capabilities.renews_phone_codes = renews_phone_codes && phone_code;
        let verify = verify && capabilities.verifies_phones();
        FlowOptions {
            method: match by_phone_code && phone_code {
                true => phone_method(),
                false => PairingMethod::Qr,
            },
            policy: Arc::new(policy),
            capabilities,
            expected_phone: verify.then(|| phone(RIGHT)),
            expect_webhooks: webhooks,
            seed,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_random_path_breaks_a_rule(
        options in session(),
        picks in prop::collection::vec(pick(), 1..120),
    ) {
        let setting = Setting::full("random", options);
        let start = || Run::start(&setting).map(Run::counting_up).map_err(TestCaseError::fail);
        let mut run = start()?;
        let mut path = Vec::new();
        for pick in picks {
            let step = pick.step(&run);
            let played = run.play(step).map_err(|broken| {
                TestCaseError::fail(format!("{broken}\nafter {path:?}\nat {step:?}"))
            })?;
            path.extend(played.then_some(step));
        }
        let told = |broken| TestCaseError::fail(format!("{broken}\nafter {path:?}"));
        walk::time_alone(run).map_err(told)?;
        let mut run = start()?;
        for step in &path {
            run.play(*step).map_err(TestCaseError::fail)?;
        }
        walk::a_phone_that_links(run).map_err(told)?;
    }
}
