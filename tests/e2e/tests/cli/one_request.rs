//! What `--no-retry` promises: one HTTP request, whatever the gateway answers; two where a gateway is asked
//! for its state before a code.

use pairing_conformance::MAX_CALLS_PER_REQUEST;
use pairing_sim::{Dialect, Endpoint, Fault};

use crate::support::{
    FAILS_FAST, Gateway, immediate_dialects, in_parallel, nth_with, outcome, slowest_first,
};

#[tokio::test]
async fn a_transient_failure_is_repeated_by_default() {
    for &dialect in immediate_dialects() {
        for command in ["code", "status"] {
            let gateway = Gateway::start(dialect).await;
            let once = Fault::SERVER_ERROR.with(503).first(1);
            gateway.instance.set_faults(once.clone());
            let finished = gateway.pairing(&[command]).policy(FAILS_FAST).run().await;
            finished.assert_code(0);
            assert_eq!(gateway.instance.calls().total, 2);

            gateway.instance.reset_calls();
            gateway.instance.set_faults(once);
            let finished = gateway
                .pairing(&[command, "--no-retry"])
                .policy(FAILS_FAST)
                .run()
                .await;
            finished.assert_code(5);
            assert_eq!(gateway.instance.calls().total, 1);
        }
    }
}

#[tokio::test]
async fn no_retry_is_one_request_whatever_the_gateway_answers() {
    let mut runs = Vec::new();
    for fault in slowest_first() {
        for (endpoint, arguments) in [
            (Endpoint::CodeQrImage, &["code", "--form", "image"][..]),
            (Endpoint::PhoneCode, &["code", "--method", "phone"]),
            (Endpoint::Status, &["status"]),
            (Endpoint::Unlink, &["unlink", "--yes"]),
        ] {
            if fault.applies_to(endpoint) {
                // Another gateway for each.
                let dialect = nth_with(fault, arguments, runs.len());
                runs.extend(dialect.map(|dialect| one_request(dialect, fault, arguments)));
            }
        }
    }
    in_parallel(runs).await;
}

async fn one_request(dialect: &'static dyn Dialect, fault: Fault, arguments: &[&str]) {
    let gateway = Gateway::start(dialect).await;
    gateway.instance.set_faults(fault);
    let mut pairing = gateway.pairing(arguments).arg("--no-retry");
    if arguments.contains(&"phone") {
        pairing = pairing
            .arg("--phone")
            .arg(gateway.instance.phone().to_string());
    }
    let finished = pairing.run().await;
    let calls = gateway.instance.calls();
    let most = match dialect.is_immediate() {
        true => 1,
        false => MAX_CALLS_PER_REQUEST,
    };
    assert!(
        (1..=most).contains(&calls.total),
        "{dialect:?} {fault:?} {calls:?}: {finished}"
    );
    assert!(
        [Some(0), Some(3), Some(4), Some(5)].contains(&finished.code),
        "{finished}"
    );
}

#[tokio::test]
async fn a_session_without_retries_ends_at_the_first_failure() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        gateway.instance.set_faults(Fault::SERVER_ERROR.with(503));
        let link = gateway.pairing(&["link", "--no-retry", "--output", "json"]);
        let finished = link.run().await;
        finished.assert_code(5);
        assert_eq!(outcome(&finished.stdout)["outcome"], "unavailable");
        assert_eq!(gateway.instance.calls().codes(), 1);
    }
}
