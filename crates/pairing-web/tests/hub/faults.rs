//! Whatever the gateway does: the page is told the outcome that the table of faults names, and no
//! secret; the gateway is asked no more often than the policy allows; and the hub goes on.
//!
//! The hub plays each common fault with both methods at one gateway, and at every gateway of the registry
//! each kind of outcome. Every fault at every gateway is played against the library, by `pairing-e2e`.

use std::time::Duration;

use axum::http::StatusCode;
use pairing_faults::{Case, Method, Onset, Start, cases, sessions_for_a_front_end};
use pairing_sim::Faults;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{ADMIN_TOKEN, House, provider};

#[tokio::test(start_paused = true)]
async fn every_fault_reaches_the_page_as_its_outcome_and_the_hub_goes_on() {
    let cases = sessions_for_a_front_end(cases().unwrap());
    assert!(cases.len() > 100, "the table has shrunk");
    for case in cases {
        let house = House::new(case.dialect);
        let policy = provider(&house.simulator, &house.instance).recommended_policy();
        let page = house.open().await;
        if case.onset == Onset::First {
            house.instance.set_faults(case.fault);
        }
        let told = follow(&house, &page, &case).await;

        let end = &told.last().unwrap()["screen"];
        assert_eq!(end["kind"], "finished", "{case:?}: {end}");
        let outcome = case.expected.outcome.of_session();
        assert_eq!(end["outcome"], outcome, "{case:?}: {end}");
        let error = end["error"]["kind"].as_str();
        assert_eq!(error, case.expected.error_name(), "{case:?}: {end}");

        if !case.dialect.is_immediate() {
            // The end of the attempt that the session has left.
            tokio::time::sleep(policy.request_timeout + Duration::from_secs(1)).await;
        }
        let calls = house.instance.calls();
        let most = case.most_requests(&policy, start_of_gateway(&case).await);
        assert!(calls.total <= most, "{case:?}: more than {most}: {calls:?}");
        if case.onset == Onset::First && case.dialect.is_immediate() {
            let codes = u64::from(case.code_requests(&policy));
            // The code that comes again while it is shown is one request more.
            let most = u64::from(case.most_code_requests(&policy));
            assert!(
                (codes..=most).contains(&calls.codes()),
                "{case:?}: {calls:?}"
            );
            let requests = u64::from(case.requests(&policy));
            let whole = !case.expected.is_harmless();
            assert!(!whole || calls.total == requests, "{case:?}: {calls:?}");
        }
        assert_eq!((calls.in_flight, calls.max_in_flight), (0, 1), "{case:?}");

        assert_no_secret(&house, &page, &case, &told);
        goes_on(&house, &page, &case, end).await;
    }
}

/// What this gateway takes until its first code, where it must be started.
async fn start_of_gateway(case: &Case) -> Start {
    if case.dialect.is_immediate() {
        return Start::default();
    }
    let house = House::new(case.dialect);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    let began = Instant::now();
    start(&house, &page, case).await;
    viewer.until("code").await;
    Start {
        requests: house.calls(),
        takes: began.elapsed(),
    }
}

async fn start(house: &House, page: &str, case: &Case) {
    let wish = match case.method {
        Method::Qr => json!({"method": "qr"}),
        Method::PhoneCode => {
            json!({"method": "phone_code", "phone": house.instance.phone().to_string()})
        }
    };
    let started = house.send("POST", &format!("{page}/start"), &wish).await;
    assert_eq!(started.status, StatusCode::NO_CONTENT, "{}", started.text);
}

/// Starts the session and returns the data of all messages to the browser, until the end.
async fn follow(house: &House, page: &str, case: &Case) -> Vec<Value> {
    let mut viewer = house.watch(page).await;
    start(house, page, case).await;
    let mut awaits_code = case.onset == Onset::Later;
    let mut told = Vec::new();
    while let Some(event) = viewer.next().await {
        if awaits_code && event.data["screen"]["kind"] == "code" {
            house.instance.set_faults(case.fault);
            awaits_code = false;
        }
        told.push(event.data);
    }
    assert!(!awaits_code, "{case:?}: no code without a fault");
    told
}

#[track_caller]
fn assert_no_secret(house: &House, page: &str, case: &Case, told: &[Value]) {
    let instance = &house.instance;
    let token = page.rsplit('/').next().unwrap();
    let others = [token, ADMIN_TOKEN].map(str::to_owned);
    let told = Value::from(told.to_vec()).to_string();
    for secret in instance.secrets().into_iter().chain(others) {
        assert!(!told.contains(&secret), "{case:?}: {told}");
    }
}

/// The page can still be opened, the host application is told the end, and the next pairing of the
/// same instance gets its code.
async fn goes_on(house: &House, page: &str, case: &Case, end: &Value) {
    assert_eq!(house.get(page).await.status, StatusCode::OK, "{case:?}");
    let all = house.api("GET", "/pairings", &json!(null)).await.json();
    let pairing = &all["pairings"][0];
    // A session that nobody used is not the end: the link has time for another.
    if matches!(case.method, Method::Qr) && end["outcome"] == "deadline" {
        assert_eq!(pairing["state"], "idle", "{case:?}: {all}");
    } else {
        assert_eq!(pairing["state"], "ended", "{case:?}: {all}");
        assert_eq!(pairing["event"]["outcome"], end["outcome"], "{case:?}");
    }

    house.instance.set_faults(Faults::none());
    house.instance.unlink();
    let next = house.open().await;
    let mut viewer = house.watch(&next).await;
    house.start_qr(&next).await;
    viewer.until("code").await;
}
