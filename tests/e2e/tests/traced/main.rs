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
use pairing_core::{IncomingWebhook, PairingMethod, PairingProvider, ProviderError};
use pairing_e2e::setup_with_credentials;
use pairing_http::ReqwestTransport;
use pairing_providers::{Overrides, Table, immediate_dialects};
use pairing_qr::QrMatrix;
use pairing_sim::{Dialect, Fault, Instance, IssuedCode, Simulator};

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

/// Every gateway with every form of QR codes that it offers.
fn setups() -> Vec<(&'static dyn Dialect, Option<&'static str>)> {
    let of_one = |dialect: &'static dyn Dialect| {
        let adapter = pairing_providers::provider(dialect.name()).unwrap();
        let has_form = adapter.fields.iter().any(|field| field.name == "qr_form");
        let forms: &[_] = match has_form {
            true => &[Some("text"), Some("image")],
            false => &[None],
        };
        forms.iter().map(move |form| (dialect, *form))
    };
    immediate_dialects()
        .iter()
        .copied()
        .flat_map(of_one)
        .collect()
}

/// An instance with canaries of its own.
fn instance(simulator: &Simulator, dialect: &'static dyn Dialect, number: usize) -> Instance {
    let [id, token, account] = ["3Canary", "8cAnArY", "FCANARY"].map(|it| format!("{it}{number}"));
    simulator.add_instance(setup_with_credentials(dialect, &id, &token, &account))
}

fn provider(
    qr_form: Option<&str>,
    instance: &Instance,
    base_url: &str,
    transport: &ReqwestTransport,
) -> Box<dyn PairingProvider> {
    let settings = instance.settings_at(base_url).into_iter();
    let settings = settings.map(|(field, value)| (field.to_owned(), value.into()));
    let form = qr_form.map(|form| ("qr_form".to_owned(), form.into()));
    let table: Table = settings.chain(form).collect();
    let name = instance.dialect().name();
    let config = pairing_providers::load(name, &table, |_| None, &Overrides::default());
    config
        .unwrap()
        .build_with(Arc::new(transport.clone()))
        .unwrap()
}

/// What the call's result prints, in every way.
async fn printed(call: Call, provider: &dyn PairingProvider, instance: &Instance) -> String {
    match call {
        Call::Qr => shown(provider.request_code(&PairingMethod::Qr.into()).await),
        Call::PhoneCode => {
            let method = PairingMethod::PhoneCode(instance.phone());
            shown(provider.request_code(&method.clone().into()).await)
        }
        Call::Status => shown(provider.status().await),
        Call::Unlink => shown(provider.unlink().await),
        Call::Webhook => {
            let secrets = [instance.id(), instance.token()].concat();
            let mut text = shown(provider.read_webhook(&IncomingWebhook::new(secrets.as_bytes())));
            for body in instance.webhook_bodies() {
                text += &shown(provider.read_webhook(&IncomingWebhook::new(&body)));
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
    let patient = ReqwestTransport::new().unwrap();
    // For the gateway that hangs, and for the one that is late: they need not be waited for. All other
    // answers are, however busy the machine is.
    let impatient = ReqwestTransport::builder()
        .total_timeout(Duration::from_millis(1500))
        .build()
        .unwrap();
    let mut calls = Vec::new();
    for (dialect, qr_form) in setups() {
        let faults = dialect.all_faults().map(Some);
        for fault in faults.chain([None]) {
            for call in CALLS {
                let instance = instance(&simulator, dialect, calls.len());
                let is_late = fault.is_some_and(|it| it == Fault::HANG || it == Fault::LATENCY);
                let transport = if is_late { &impatient } else { &patient };
                let provider = provider(qr_form, &instance, &base_url, transport);
                if let Some(fault) = &fault {
                    instance.set_faults(*fault);
                }
                let what = format!("{call:?} of {dialect} under {fault:?}");
                calls.push(async move {
                    let text = printed(call, &*provider, &instance).await;
                    (what, text, codes(&instance))
                });
            }
        }
    }
    assert!(calls.len() > 400, "only {} calls", calls.len());
    // To a port where TLS is not spoken, and to one where nobody listens.
    let nobody = instance(&simulator, immediate_dialects()[0], calls.len());
    let mut results = join_all(calls).await;
    for base_url in [
        base_url.replace("http", "https"),
        "http://127.0.0.1:1".into(),
    ] {
        let provider = provider(None, &nobody, &base_url, &patient);
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
