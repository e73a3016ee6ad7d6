//! Every fault the simulator knows at every gateway of the registry, from the first request on and from
//! any later moment of a session: it ends as the table of faults says, in time, after few calls, begins
//! no second attempt, unlinks nothing, and gives away nothing.
//!
//! This is the whole matrix of faults and gateways. A gateway that gives a code to the first request for
//! one is held to exact counts, any other to the most that the policy allows. Front ends
//! (`tests/cli/faults.rs` and `pairing-web`'s `tests/hub/faults.rs`) play each fault at one gateway and
//! each kind of outcome at every gateway.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pairing_core::{EventKind, PairingEvent, PairingMethod, PairingPolicy, PairingSession};
use pairing_e2e::{Adapter, Bench, immediate_dialects, start_of};
use pairing_faults::{Case, Method, Onset, Outcome, Start, cases};
use pairing_sim::{Dialect, Fault};
use tokio::time::Instant;

use crate::{check, ensure_silence, secs, since, start, watch};

/// How old the gateway's first QR code is when it is asked for: the second is the same one, and
/// the third is due 10 s later; or the second is new, and the third is due after 20 s.
const PHASES: [Duration; 2] = [secs(0), secs(15)];

/// A session about to be run.
struct Setting {
    adapter: Adapter,
    method: Method,
    phase: Duration,
    /// What the gateway takes to start, where it must be started.
    gateway_start: Start,
}

/// When a fault sets in.
#[derive(Debug, Clone, Copy)]
enum Moment {
    After(Duration),
    WithTheFirstCode,
}

impl Setting {
    /// Every adapter in every form with both methods; where a gateway gives a code to the first request
    /// for one, at both phases of its rotation.
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for adapter in Adapter::every() {
            let phases = match adapter.dialect().is_immediate() {
                true => &PHASES[..],
                false => &PHASES[..1],
            };
            let mut methods = vec![(Method::Qr, phases), (Method::PhoneCode, &PHASES[..1])];
            methods.retain(|(method, _)| method.is_known_to(adapter.dialect()));
            for (method, phases) in methods {
                for &phase in phases {
                    let mut setting = Self {
                        adapter,
                        method,
                        phase,
                        gateway_start: Start::default(),
                    };
                    setting.gateway_start = setting.start_of_gateway();
                    all.push(setting);
                }
            }
        }
        all
    }

    fn is_immediate(&self) -> bool {
        self.adapter.dialect().is_immediate()
    }

    fn start_of_gateway(&self) -> Start {
        if self.is_immediate() {
            return Start::default();
        }
        let measured = start_of(self.adapter, self.method == Method::PhoneCode);
        Start {
            requests: measured.requests,
            takes: measured.took,
        }
    }

    fn start(&self) -> (Bench, PairingSession) {
        let bench = Bench::with_phase(self.adapter, self.phase);
        let method = match self.method {
            Method::Qr => PairingMethod::Qr,
            Method::PhoneCode => PairingMethod::PhoneCode(bench.instance.phone()),
        };
        let session = start(&bench, &method);
        (bench, session)
    }

    /// The rows of the table for it.
    fn cases(&self, onset: Onset) -> Vec<Case> {
        let mut cases = cases().unwrap();
        cases.retain(|case| case.dialect == self.adapter.dialect());
        cases.retain(|case| (case.method, case.onset) == (self.method, onset));
        cases
    }

    /// When a session that nobody disturbs makes its requests, and how many codes it has had
    /// before each.
    async fn due_times(&self) -> Vec<(Duration, u64)> {
        let (bench, session) = self.start();
        let began = Instant::now();
        let times = Arc::new(Mutex::new(Vec::new()));
        let (instance, noted) = (bench.instance.clone(), times.clone());
        let watcher = tokio::spawn(async move {
            for seen in 0.. {
                let calls = instance.wait_for_calls(|calls| calls.total > seen).await;
                assert_eq!(calls.total, seen + 1, "two requests at once");
                let is_code = calls
                    .code_requests
                    .last()
                    .is_some_and(|last| last.at == since(began));
                let codes = calls.codes() - u64::from(is_code);
                noted.lock().unwrap().push((since(began), codes));
            }
        });
        watch(session).await;
        watcher.abort();
        let times = times.lock().unwrap().clone();
        assert_eq!(times.len() as u64, bench.instance.calls().total);
        times
    }

    /// Runs a session under a fault that sets in at this moment, and says how many requests it made.
    ///
    /// # Errors
    ///
    /// Another end than that of the table.
    async fn run(&self, case: &Case, moment: Moment) -> Result<u64, String> {
        let began = Instant::now();
        let (bench, mut session) = self.start();
        let policy = bench.provider.recommended_policy();
        let what = format!("{:?}, {:?} {moment:?}: {case:?}", self.adapter, self.phase);
        let (instance, fault) = (bench.instance.clone(), case.fault);
        let mut events = Vec::new();
        let mut sets_in = Duration::ZERO;
        match moment {
            Moment::After(Duration::ZERO) => instance.set_faults(fault),
            Moment::After(time) => {
                sets_in = time;
                tokio::spawn(async move {
                    tokio::time::sleep(time).await;
                    instance.set_faults(fault);
                });
            }
            Moment::WithTheFirstCode => {
                while !matches!(
                    events.last(),
                    Some(PairingEvent {
                        kind: EventKind::CodeReady { .. },
                        ..
                    })
                ) {
                    events.push(session.next_event().await.unwrap());
                }
                sets_in = since(began);
                instance.set_faults(fault);
            }
        }
        events.extend(watch(session).await);
        check(&bench, &events);
        let end = serde_json::to_value(events.last().unwrap()).unwrap();
        let outcome = case.expected.outcome.of_session();
        let error = end["error"]["kind"].as_str();
        if end["outcome"] != outcome || error != case.expected.error_name() {
            return Err(format!("{what}: {end}"));
        }

        let longest = match self.is_immediate() {
            true => case.longest(&policy),
            false => case.longest_anywhere(&policy, self.gateway_start),
        };
        let latest = (sets_in + longest).min(policy.deadline);
        assert!(since(began) <= latest, "{what}: {:?}", since(began));
        if self.is_immediate() && case.onset == Onset::First {
            self.assert_exact(case, &bench, &policy, &what);
        }
        let is_linked = bench.instance.is_linked();
        ensure_silence(&bench).await;
        assert_eq!(bench.instance.is_linked(), is_linked, "{what}: unlinked");
        let second_attempts = case.dialect.second_attempts(&bench.instance);
        assert_eq!(second_attempts, 0, "{what}");
        let calls = bench.instance.calls();
        assert_eq!(calls.max_in_flight, 1, "{what}");
        let most = case.most_requests(&policy, self.gateway_start);
        assert!(calls.total <= most, "{what}: more than {most}: {calls:?}");
        Ok(calls.total)
    }

    /// A gateway that gives a code to the first request for one is asked exactly as often as the policy
    /// says.
    #[track_caller]
    fn assert_exact(&self, case: &Case, bench: &Bench, policy: &PairingPolicy, what: &str) {
        let calls = bench.instance.calls();
        let codes = u64::from(case.code_requests(policy));
        // The code that a healthy gateway gives again while it is shown is one request more.
        let most = u64::from(case.most_code_requests(policy));
        assert!((codes..=most).contains(&calls.codes()), "{what}: {calls:?}");
        let requests = u64::from(case.requests(policy));
        let whole = !case.expected.is_harmless();
        if self.adapter.follows_up() {
            assert!(!whole || calls.total == requests, "{what}: {calls:?}");
        } else {
            // Nothing but the one status at the end, and not where it could name no number.
            let few = (codes..=codes + 1).contains(&calls.total)
                || case.expected.outcome == Outcome::PasskeyRequired;
            assert!(!whole || few, "{what}: {calls:?}");
        }
    }
}

/// Runs a session for each row of the table; all that end otherwise are named together.
async fn assert_ends(onset: Onset, moment: Moment) {
    let (mut sessions, mut others) = (0, Vec::new());
    for setting in Setting::all() {
        for case in setting.cases(onset) {
            others.extend(setting.run(&case, moment).await.err());
            sessions += 1;
        }
    }
    assert!(others.is_empty(), "{others:#?}");
    assert!(sessions > 300, "only {sessions} sessions");
}

#[tokio::test(start_paused = true)]
async fn every_fault_ends_as_the_table_says_in_time_after_few_calls_and_gives_away_nothing() {
    assert_ends(Onset::First, Moment::After(Duration::ZERO)).await;
}

#[tokio::test(start_paused = true)]
async fn a_fault_that_sets_in_once_a_code_is_shown_ends_as_the_table_says() {
    assert_ends(Onset::Later, Moment::WithTheFirstCode).await;
}

/// The worst that a fault can do is to set in just before a request. Once the last code of a
/// round has been asked for, only the status is, as after a phone code. Returns the most requests
/// of a session by QR code and of one by phone code.
async fn most_calls(dialect: &'static dyn Dialect) -> (u64, u64) {
    let (mut most_qr, mut most_phone_code) = (0, 0);
    let mut settings = Setting::all();
    settings.retain(|it| it.adapter.dialect() == dialect);
    for setting in settings {
        let most = match setting.method {
            Method::Qr => &mut most_qr,
            Method::PhoneCode => &mut most_phone_code,
        };
        let status_alone = Setting {
            method: Method::PhoneCode,
            ..setting
        };
        let (code_follows, status_alone) = (
            setting.cases(Onset::Later),
            status_alone.cases(Onset::Later),
        );
        // Before the first request is `Onset::First`.
        let mut due = setting.due_times().await.split_off(1);
        // A code that comes again while it is shown is one request more.
        let last_code = due.iter().map(|(_, codes)| *codes).max().unwrap();
        // The other forms ask at the same moments: the beginning of a session will do.
        if !setting.adapter.is_usual() {
            due.truncate(2);
        }
        for (at, codes) in due {
            let cases = if codes < last_code {
                &code_follows
            } else {
                &status_alone
            };
            // How often the status is asked while a passkey is waited for is no failure's doing.
            let waits = |case: &&Case| case.expected.outcome == Outcome::PasskeyRequired;
            for case in cases.iter().filter(|case| !waits(case)) {
                let moment = Moment::After(at - Duration::from_millis(1));
                let calls = setting.run(case, moment).await.unwrap();
                *most = calls.max(*most);
            }
        }
    }
    (most_qr, most_phone_code)
}

#[tokio::test(start_paused = true)]
async fn a_fault_before_any_request_of_a_session_costs_43_or_27_requests_or_40_and_no_more() {
    // By QR code, ten requests before the last code is due, and then a gateway that is never
    // ready: it is asked 16 times, and where its answer is not clear each time for the status too,
    // and once more before the session gives up. By phone code, one code and 33 statuses, and then
    // a status that fails until the session waits no longer: each repetition is one more.
    // The random part of the silences decides whether there is one more.
    for &dialect in immediate_dialects() {
        let never_ready = |case: &Case| case.fault == Fault::EMPTY_QR && case.dialect == dialect;
        let is_unclear = cases()
            .unwrap()
            .into_iter()
            .find(never_ready)
            .unwrap()
            .unclear;
        let (qr, phone_code) = most_calls(dialect).await;
        assert_eq!(qr, 10 + 16 * (1 + u64::from(is_unclear)) + 1, "{dialect}");
        assert!(
            (34 + 5..=34 + 6).contains(&phone_code),
            "{dialect}: {phone_code}"
        );
    }
}
