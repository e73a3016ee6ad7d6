//! Every call of every adapter under every fault of the simulator, over the bundled HTTP client
//! and loopback: neither what comes back nor what any crate logs at trace level holds a secret.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod capture;

use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use pairing_core::{PairingMethod, PairingProvider, ProviderError};
use pairing_http::ReqwestTransport;
use pairing_providers::{Overrides, Table};
use pairing_qr::QrMatrix;
use pairing_sim::{Dialect, Fault, Instance, InstanceSetup, IssuedCode, Simulator};
use serde_json::json;

/// In every credential, and no punctuation that an encoding could change.
const CANARY: &str = "canary";

#[derive(Debug, Clone, Copy)]
enum Call {
    Qr,
    PhoneCode,
    Status,
    Unlink,
    Webhook,
}

const CALLS: [Call; 5] = [
    Call::Qr,
    Call::PhoneCode,
    Call::Status,
    Call::Unlink,
    Call::Webhook,
];

/// How an instance is set up, besides its credentials.
const SETUPS: [(&str, Option<&str>); 3] = [
    ("zapi", Some("text")),
    ("zapi", Some("image")),
    ("megaapi", None),
];

fn dialect(name: &str) -> Dialect {
    match name {
        "zapi" => Dialect::ZApi,
        _ => Dialect::MegaApi,
    }
}

/// An instance with canaries of its own.
fn instance(simulator: &Simulator, name: &str, number: usize) -> Instance {
    let setup = InstanceSetup::new(dialect(name));
    let setup = setup.with_credentials(format!("3Canary{number}"), format!("8cAnArY{number}"));
    simulator.add_instance(match dialect(name) {
        Dialect::ZApi => setup.with_client_token(format!("FCANARY{number}")),
        Dialect::MegaApi => setup,
    })
}

fn provider(
    name: &str,
    qr_form: Option<&str>,
    instance: &Instance,
    base_url: &str,
    transport: &ReqwestTransport,
) -> Box<dyn PairingProvider> {
    let table = match dialect(name) {
        Dialect::ZApi => json!({
            "instance": instance.id(),
            "token": instance.token(),
            "client_token": instance.client_token(),
            "base_url": base_url,
            "qr_form": qr_form,
        }),
        Dialect::MegaApi => json!({
            "instance_key": instance.id(),
            "token": instance.token(),
            "base_url": base_url,
        }),
    };
    let table: Table = serde_json::from_value(table).unwrap();
    let config = pairing_providers::load(name, &table, |_| None, &Overrides::default());
    config
        .unwrap()
        .build_with(Arc::new(transport.clone()))
        .unwrap()
}

/// What the call's result prints, in every way.
async fn printed(call: Call, provider: &dyn PairingProvider, instance: &Instance) -> String {
    match call {
        Call::Qr => shown(provider.request_code(&PairingMethod::Qr).await),
        Call::PhoneCode => {
            let method = PairingMethod::PhoneCode(instance.phone());
            shown(provider.request_code(&method).await)
        }
        Call::Status => shown(provider.status().await),
        Call::Unlink => shown(provider.unlink().await),
        Call::Webhook => {
            let secrets = [instance.id(), instance.token()].concat();
            let mut text = shown(provider.read_webhook(secrets.as_bytes()));
            for body in instance.webhook_bodies() {
                text += &shown(provider.read_webhook(&body));
            }
            text
        }
    }
}

fn shown<T: std::fmt::Debug>(result: Result<T, ProviderError>) -> String {
    let mut text = format!("{result:?} {result:#?}");
    if let Err(error) = &result {
        write!(text, " {error} {:?}", error.report()).unwrap();
        text += &serde_json::to_string(&error.report()).unwrap();
        let mut source = error.source();
        while let Some(error) = source {
            write!(text, " {error} {error:?} {error:#?}").unwrap();
            source = error.source();
        }
    }
    text
}

/// In every form in which a gateway sends it.
fn codes(instance: &Instance) -> Vec<String> {
    match instance.last_code() {
        None => Vec::new(),
        Some(IssuedCode::PhoneCode { code, .. }) => vec![code.replace('-', ""), code],
        Some(code) => {
            let picture = QrMatrix::encode(code.text()).unwrap().to_png(6).unwrap();
            // Beyond the head, which all pictures share.
            let base64 = STANDARD.encode(&picture);
            let bytes = format!("{:?}", &picture[60..90]);
            vec![
                code.text().to_owned(),
                base64.get(100..160).unwrap().to_owned(),
                bytes.trim_matches(['[', ']']).to_owned(),
            ]
        }
    }
}

#[tokio::test]
async fn no_call_under_no_fault_prints_or_logs_a_secret() {
    capture::start();
    let simulator = Simulator::new(Default::default());
    let server = simulator.serve("127.0.0.1:0".parse().unwrap()).await;
    let base_url = server.as_ref().unwrap().base_url();
    // The gateway that hangs, and the one that takes two seconds, need not be waited for.
    let transport = ReqwestTransport::builder()
        .total_timeout(Duration::from_millis(1500))
        .build()
        .unwrap();
    let mut calls = Vec::new();
    for (name, qr_form) in SETUPS {
        let faults = Fault::all().into_iter();
        let faults = faults.filter(|fault| fault.fits(dialect(name))).map(Some);
        for fault in faults.chain([None]) {
            for call in CALLS {
                let instance = instance(&simulator, name, calls.len());
                let provider = provider(name, qr_form, &instance, &base_url, &transport);
                if let Some(fault) = &fault {
                    instance.set_faults(fault.clone());
                }
                let what = format!("{call:?} of {name} under {fault:?}");
                calls.push(async move {
                    let text = printed(call, &*provider, &instance).await;
                    (what, text, codes(&instance))
                });
            }
        }
    }
    assert!(calls.len() > 400, "only {} calls", calls.len());
    // To a port where TLS is not spoken, and to one where nobody listens.
    let nobody = instance(&simulator, "zapi", calls.len());
    let mut results = join_all(calls).await;
    for base_url in [
        base_url.replace("http", "https"),
        "http://127.0.0.1:1".into(),
    ] {
        let provider = provider("zapi", None, &nobody, &base_url, &transport);
        let text = printed(Call::Qr, &*provider, &nobody).await;
        results.push((base_url, text, Vec::new()));
    }
    let log = capture::text();
    for told in [
        "gateway answered",
        "no answer from the gateway",
        "hyper_util",
        "reqwest",
    ] {
        assert!(log.contains(told), "nothing is logged about `{told}`");
    }
    let mut codes = 0;
    for (what, text, secrets) in results {
        assert!(!text.to_lowercase().contains(CANARY), "{what}: {text}");
        for secret in secrets {
            codes += 1;
            assert!(!text.contains(&secret), "{what} shows a code: {text}");
            assert!(!log.contains(&secret), "a code of {what} is in the log");
        }
    }
    assert!(codes > 50, "only {codes} codes to look for");
    let canary = log
        .lines()
        .find(|line| line.to_lowercase().contains(CANARY));
    assert_eq!(canary, None);
}
