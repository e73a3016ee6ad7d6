//! Every other way in which `pairing link` ends: its outcome, its exit code, and that nothing
//! is asked of the gateway afterwards.

use pairing_sim::{Dialect, Fault, FaultMeaning};

use crate::endings::{by_method, ends_with};
use crate::support::{
    FAILS_FAST, Gateway, NOTICES_AT_ONCE, Pairing, SHORT_CODES, ZAPI, dialects, events,
    immediate_dialects, methods, outcome,
};

#[tokio::test]
async fn three_unused_codes_end_it_and_nothing_more_is_asked() {
    for &dialect in immediate_dialects() {
        for output in ["json", "text"] {
            let gateway = Gateway::start(dialect).await;
            let link = gateway
                .pairing(&["link", "--output", output])
                .policy(SHORT_CODES);
            let finished = link.run().await;
            finished.assert_code(3);
            let calls = gateway
                .instance
                .wait_for_calls(|calls| calls.in_flight == 0)
                .await;
            // The code that comes again while it is shown is one request more.
            assert!((3..=4).contains(&calls.codes()), "{calls:?}");
            assert_eq!(calls.max_in_flight, 1);
            if output == "json" {
                let events = events(&finished.stdout);
                let names: Vec<_> = events
                    .iter()
                    .map(|event| event["event"].as_str().unwrap())
                    .collect();
                let (asked, end) = names.split_at(names.len() - 3);
                // Some are replaced before they die.
                let asked: Vec<_> = asked
                    .iter()
                    .filter(|name| **name != "code_expired")
                    .collect();
                assert_eq!(
                    asked,
                    [&"preparing", &"code_ready", &"code_ready", &"code_ready"]
                );
                assert_eq!(end, ["code_expired", "interaction_required", "finished"]);
                assert_eq!(events.last().unwrap()["outcome"], "cancelled");
            } else {
                assert!(
                    finished.stderr.contains("Nobody used the codes"),
                    "{finished}"
                );
            }
        }
    }
}

#[tokio::test]
async fn one_unused_phone_code_ends_it() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        by_method(&gateway, SHORT_CODES, "phone", 3).await;
        // One for each of the two runs.
        assert_eq!(gateway.instance.calls().codes(), 2);
    }
}

#[tokio::test]
async fn a_linked_instance_is_a_success() {
    for &dialect in dialects() {
        for method in methods(dialect) {
            let gateway = Gateway::start(dialect).await;
            gateway.instance.link();
            let outcome = by_method(&gateway, NOTICES_AT_ONCE, method, 0).await;
            assert_eq!(outcome, "already_connected");
        }
    }
    for &dialect in immediate_dialects() {
        for fault in dialect.all_faults().filter(Fault::links_elsewhere) {
            let gateway = Gateway::start(dialect).await;
            gateway.instance.set_faults(fault);
            let outcome = by_method(&gateway, NOTICES_AT_ONCE, "qr", 0).await;
            assert_eq!(outcome, "already_connected", "{dialect} {fault:?}");
        }
    }
}

#[tokio::test]
async fn another_number_than_the_expected_one_is_an_error() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let expect = ["--expect-phone", "+5511988887777"];
        let pairing = gateway
            .pairing(&["link", "--output", "json"])
            .arg(expect[0])
            .arg(expect[1])
            .policy(NOTICES_AT_ONCE);
        let mut link = pairing.start();
        let ready = link.event("code_ready").await;
        gateway.use_code(&ready["code"]);
        let finished = link.finish().await;
        finished.assert_code(4);
        let end = outcome(&finished.stdout);
        assert_eq!(end["outcome"], "wrong_account");
        assert_eq!(end["phone"], gateway.instance.phone().to_string());
        // The wrong phone is still linked, so the next run says the same.
        let end = ends_with(&gateway, NOTICES_AT_ONCE, &expect, 4).await;
        assert_eq!(end["outcome"], "wrong_account");
    }
}

#[tokio::test]
async fn a_passkey_is_waited_for_until_the_person_has_finished_elsewhere() {
    for &dialect in immediate_dialects() {
        let Some(fault) = dialect.fault_meaning(FaultMeaning::PasskeyRequired) else {
            continue;
        };
        for method in ["qr", "phone"] {
            let gateway = Gateway::start(dialect).await;
            gateway.instance.set_faults(fault);
            let pairing = gateway
                .pairing(&["link", "--output", "json"])
                .policy(FAILS_FAST);
            let arguments = gateway.method(method).into_iter();
            let mut link = arguments.fold(pairing, Pairing::arg).start();
            link.event("passkey_required").await;
            gateway.instance.link();
            let finished = link.finish().await;
            finished.assert_code(0);
            assert_eq!(outcome(&finished.stdout)["outcome"], "connected");
            assert_eq!(gateway.instance.calls().codes(), 1, "never a retry loop");
        }
    }
}

#[tokio::test]
async fn a_refusal_in_any_wording_ends_it_at_once() {
    let mut refusals = Vec::new();
    for (name, kind) in [
        // The program sends an account token, so its absence cannot be what is wrong.
        ("client_token_not_configured", "invalid_credentials"),
        ("null_not_allowed", "invalid_credentials"),
        ("ip_not_allowed", "address_not_allowed"),
        ("subscription_lapsed", "subscription_lapsed"),
        ("not_found", "refused"),
    ] {
        refusals.push((ZAPI, ZAPI.fault(name).unwrap(), kind));
    }
    let forbidden = ZAPI.fault("ip_not_allowed").unwrap();
    refusals.push((ZAPI, forbidden.with(200), "address_not_allowed"));
    for &dialect in dialects() {
        for (meaning, kind) in [
            (FaultMeaning::InvalidCredentials, "invalid_credentials"),
            (FaultMeaning::UnknownInstance, "unknown_instance"),
        ] {
            let fault = dialect.fault_meaning(meaning);
            refusals.extend(fault.map(|fault| (dialect, fault, kind)));
        }
    }
    for (dialect, fault, kind) in refusals {
        let gateway = Gateway::start(dialect).await;
        gateway.instance.set_faults(fault);
        let end = ends_with(&gateway, FAILS_FAST, &[], 4).await;
        assert_eq!(end["outcome"], "rejected", "{fault:?}");
        assert_eq!(end["error"]["kind"], kind, "{fault:?}");
        // One in each run, which may be for the state.
        assert_eq!(gateway.instance.calls().total, 2, "{fault:?}");
    }
}

/// Whether the gateway gets the setting with a request: the optional ones of most are for webhooks.
fn is_sent(dialect: &dyn Dialect, setting: &str) -> bool {
    let adapter = pairing_providers::provider(dialect.name()).unwrap();
    let field = adapter.fields.iter().find(|field| field.name == setting);
    field.is_some_and(|field| field.required) || SENT_IF_SET.contains(&setting)
}

/// The optional settings that are sent.
const SENT_IF_SET: &[&str] = &["api_key", "client_token", "session", "token"];

#[tokio::test]
async fn credentials_that_the_gateway_does_not_know_are_refused() {
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        let settings = gateway.instance.settings().into_keys();
        for field in settings.filter(|field| is_sent(dialect, field)) {
            let variable = gateway.variable(field);
            let finished = gateway
                .pairing(&["link", "--output", "json"])
                .without_env(&variable)
                .env(&variable, "mistyped-0815")
                .policy(FAILS_FAST)
                .run()
                .await;
            finished.assert_code(4);
            let end = outcome(&finished.stdout);
            assert_eq!(end["outcome"], "rejected", "{variable}");
            assert!(!finished.stdout.contains("mistyped-0815"), "{finished}");
        }
    }
}

#[tokio::test]
async fn an_account_token_that_is_missing_is_named() {
    let gateway = Gateway::start(ZAPI).await;
    let finished = gateway
        .pairing(&["link"])
        .without_env("PAIRING_ZAPI_CLIENT_TOKEN")
        .run()
        .await;
    finished.assert_code(4);
    assert!(finished.stderr.contains("security token"), "{finished}");
}
