//! How `pairing link` ends when the gateway fails, asks for patience, or nobody comes.

use std::net::TcpListener;

use pairing_sim::{Fault, InstanceSetup};

use crate::endings::{by_method, ends_with};
use crate::support::{FAILS_FAST, Gateway, dialects, immediate_dialects};

#[tokio::test]
async fn a_failing_gateway_is_unavailable_after_a_few_retries() {
    for &dialect in immediate_dialects() {
        for fault in [
            Fault::SERVER_ERROR.with(500),
            Fault::SERVER_ERROR_PAGE.with(502),
            Fault::CONNECTION_RESET,
            Fault::HANG,
            Fault::HTML_PAGE,
        ] {
            let gateway = Gateway::start(dialect).await;
            gateway.instance.set_faults(fault);
            let mut policy = FAILS_FAST.to_vec();
            if fault == Fault::HANG {
                policy.push("request_timeout = \"1s\"");
            }
            let end = ends_with(&gateway, &policy, &[], 5).await;
            assert_eq!(end["outcome"], "unavailable", "{fault:?}");
            // Twice: the first request and the two retries of the policy.
            assert_eq!(gateway.instance.calls().codes(), 6, "{dialect:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_closed_port_is_unavailable() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        let end = ends_with(&gateway, FAILS_FAST, &["--base-url", &closed], 5).await;
        assert_eq!(end["outcome"], "unavailable");
        assert_eq!(gateway.instance.calls().total, 0, "--base-url wins");
    }
}

#[tokio::test]
async fn a_rate_limit_is_an_outcome_of_its_own() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        gateway
            .instance
            .set_faults(Fault::RATE_LIMITED_SECONDS.with(3600));
        let end = ends_with(&gateway, FAILS_FAST, &[], 5).await;
        assert_eq!(end["outcome"], "rate_limited");
        assert_eq!(end["retry_after_seconds"], 3600);

        let setup = InstanceSetup::new(dialect).with_phone_code_limit(0);
        let gateway = Gateway::with(setup).await;
        let outcome = by_method(&gateway, FAILS_FAST, "phone", 5).await;
        assert_eq!(outcome, "rate_limited");
        // Once in each run: a phone code is never asked for again after a rate limit.
        assert_eq!(gateway.instance.calls().phone_code, 2);
    }
}

#[tokio::test]
async fn the_deadline_ends_an_abandoned_session() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let end = ends_with(&gateway, &["deadline = \"500ms\""], &[], 6).await;
        assert_eq!(end["outcome"], "deadline");
        // One in each run, unless the machine was so busy that the deadline came first.
        assert!(gateway.instance.calls().codes() <= 2);
    }
}
