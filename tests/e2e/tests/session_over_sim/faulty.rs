//! Every fault the simulator knows, from the first request on and from any later moment of a
//! session: it ends as the table of faults says, in time, after few calls, and gives away nothing.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pairing_core::{PairingMethod, PairingPolicy, PairingSession};
use pairing_e2e::{Adapter, Bench, immediate_dialects};
use pairing_faults::{Case, Method, Onset, Outcome, cases};
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
}

impl Setting {
    fn all() -> impl Iterator<Item = Self> {
        let methods = [(Method::Qr, &PHASES[..]), (Method::PhoneCode, &PHASES[..1])];
        Adapter::all().into_iter().flat_map(move |adapter| {
            methods.into_iter().flat_map(move |(method, phases)| {
                phases.iter().map(move |phase| Self {
                    adapter,
                    method,
                    phase: *phase,
                })
            })
        })
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

    /// Runs a session under a fault that sets in after this time, and says how many requests it
    /// made.
    async fn run(&self, case: &Case, sets_in: Duration) -> u64 {
        let policy = PairingPolicy::default();
        let began = Instant::now();
        let (bench, session) = self.start();
        let what = format!(
            "{:?}, {:?} after {sets_in:?}: {case:?}",
            self.adapter, self.phase
        );
        let (instance, fault) = (bench.instance.clone(), case.fault);
        if sets_in.is_zero() {
            instance.set_faults(fault);
        } else {
            tokio::spawn(async move {
                tokio::time::sleep(sets_in).await;
                instance.set_faults(fault);
            });
        }
        let events = watch(session).await;
        check(&bench, &events);
        let end = serde_json::to_value(events.last().unwrap()).unwrap();
        let outcome = case.expected.outcome.of_session();
        assert_eq!(end["outcome"], outcome, "{what}: {end}");
        let error = end["error"]["kind"].as_str();
        assert_eq!(error, case.expected.error_name(), "{what}: {end}");

        let latest = (sets_in + case.longest(&policy)).min(policy.deadline);
        assert!(since(began) <= latest, "{what}: {:?}", since(began));
        let calls = bench.instance.calls();
        if case.onset == Onset::First {
            let codes = u64::from(case.code_requests(&policy));
            // The code that a healthy gateway gives again while it is shown is one request more.
            let most = u64::from(case.most_code_requests(&policy));
            assert!((codes..=most).contains(&calls.codes()), "{what}: {calls:?}");
            let follows_up = self.adapter.follows_up();
            let requests = u64::from(case.requests(&policy));
            let whole = !case.expected.is_harmless();
            if follows_up {
                assert!(!whole || calls.total == requests, "{what}: {calls:?}");
            } else {
                // Nothing but the one status at the end, and not where it could name no number.
                let few = (codes..=codes + 1).contains(&calls.total)
                    || case.expected.outcome == Outcome::PasskeyRequired;
                assert!(!whole || few, "{what}: {calls:?}");
            }
        }
        assert_eq!(calls.max_in_flight, 1, "{what}");
        ensure_silence(&bench).await;
        calls.total
    }
}

#[tokio::test(start_paused = true)]
async fn every_fault_ends_as_the_table_says_in_time_after_few_calls_and_gives_away_nothing() {
    let mut sessions = 0;
    for setting in Setting::all() {
        for case in setting.cases(Onset::First) {
            setting.run(&case, Duration::ZERO).await;
            sessions += 1;
        }
    }
    assert!(sessions > 300, "only {sessions} sessions");
}

/// The worst that a fault can do is to set in just before a request. Once the last code of a
/// round has been asked for, only the status is, as after a phone code. Returns the most requests
/// of a session by QR code and of one by phone code.
async fn most_calls(dialect: &'static dyn Dialect) -> (u64, u64) {
    let (mut most_qr, mut most_phone_code) = (0, 0);
    for setting in Setting::all().filter(|it| it.adapter.dialect() == dialect) {
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
                let calls = setting.run(case, at - Duration::from_millis(1)).await;
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
