//! A simulated gateway on its own loopback port, with one instance, and the policies under which tests run.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pairing_conformance::MAX_CALLS_PER_REQUEST;
use pairing_core::PairingPolicy;
use pairing_e2e::{Adapter, Bench};
use pairing_faults::{Method, Start};
use pairing_sim::{Dialect, Instance, InstanceSetup, Server, Simulator, SimulatorOptions};
use serde_json::Value;

use super::Pairing;

/// For tests in which somebody uses a code: they live as long as in reality, so that a busy
/// machine kills none, and the link is noticed at once.
pub(crate) const NOTICES_AT_ONCE: &[&str] = &[
    "status_interval = \"100ms\"",
    "linking_status_interval = \"100ms\"",
    "starting_delay = \"200ms\"",
    "webhook_debounce = \"50ms\"",
];

/// For tests in which nobody uses a code.
pub(crate) const SHORT_CODES: &[&str] = &[
    "qr_lifetime = \"600ms\"",
    "refresh_min = \"300ms\"",
    "refresh_interval = \"600ms\"",
    "refresh_max = \"600ms\"",
    "phone_code_lifetime = \"800ms\"",
    "status_interval = \"200ms\"",
    "post_expiry_status_window = \"500ms\"",
    "webhook_debounce = \"50ms\"",
    "first_qr_lifetime = \"600ms\"",
    "starting_delay = \"50ms\"",
    "phone_codes_per_round = 1",
];

/// For tests in which the gateway fails: the retries are over soon.
pub(crate) const FAILS_FAST: &[&str] = &[
    "status_interval = \"100ms\"",
    "webhook_debounce = \"50ms\"",
    "not_ready_delay = \"50ms\"",
    "not_ready_limit = 2",
    "phone_code_not_ready_delay = \"50ms\"",
    "starting_delay = \"50ms\"",
    "retry.min_delay = \"20ms\"",
    "retry.max_delay = \"50ms\"",
    "retry.max_cooldown = \"1s\"",
    "retry.max_retries = 2",
    "retry.phone_code_max_retries = 1",
];

/// How many times faster a gateway starts than in reality, where a test says so.
const STARTING_SPEED: u32 = 20;

/// The policy that this gateway's adapter recommends, with these lines in its place.
pub(crate) fn policy_with(dialect: &'static dyn Dialect, lines: &[&str]) -> PairingPolicy {
    let recommended = recommended_policy(dialect);
    let mut policy = toml::Table::try_from(&recommended).unwrap();
    overlay(&mut policy, toml::from_str(&lines.join("\n")).unwrap());
    policy.try_into().unwrap()
}

fn recommended_policy(dialect: &'static dyn Dialect) -> PairingPolicy {
    let bench = Bench::new(Adapter::usual(dialect));
    bench.provider.recommended_policy()
}

fn overlay(base: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(base)), toml::Value::Table(over)) => overlay(base, over),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// The most that a healthy gateway takes until its first code under this policy, when it
/// [starts quickly](Gateway::that_starts_quickly).
pub(crate) fn quick_start(
    dialect: &'static dyn Dialect,
    method: Method,
    policy: &PairingPolicy,
) -> Start {
    if dialect.is_immediate() {
        return Start::default();
    }
    let measured = pairing_e2e::start_of(Adapter::usual(dialect), method == Method::PhoneCode);
    let takes = measured.took / STARTING_SPEED;
    let polls = takes.as_nanos().div_ceil(policy.starting_delay.as_nanos());
    let polls = u64::try_from(polls).unwrap();
    Start {
        requests: measured.requests + MAX_CALLS_PER_REQUEST * polls,
        takes,
    }
}

pub(crate) struct Gateway {
    pub(crate) instance: Instance,
    pub(crate) base_url: String,
    /// Listens as long as this lives.
    _server: Server,
}

impl Gateway {
    pub(crate) async fn start(dialect: &'static dyn Dialect) -> Self {
        Self::with(InstanceSetup::new(dialect)).await
    }

    /// A gateway that must be started takes a fraction of the usual time for it. Its codes live as much
    /// shorter.
    pub(crate) async fn that_starts_quickly(dialect: &'static dyn Dialect) -> Self {
        Self::with_quick_start(InstanceSetup::new(dialect)).await
    }

    /// The same with this setup.
    pub(crate) async fn with_quick_start(setup: InstanceSetup) -> Self {
        let options = match setup.dialect.is_immediate() {
            true => SimulatorOptions::default(),
            false => SimulatorOptions::default().with_speed(STARTING_SPEED),
        };
        Self::at(options, setup).await
    }

    pub(crate) async fn with(setup: InstanceSetup) -> Self {
        Self::at(SimulatorOptions::default(), setup).await
    }

    async fn at(options: SimulatorOptions, setup: InstanceSetup) -> Self {
        let simulator = Simulator::new(options);
        let server = simulator.serve((Ipv4Addr::LOCALHOST, 0).into());
        let server = server.await.unwrap();
        Self {
            instance: simulator.add_instance(setup),
            base_url: server.base_url(),
            _server: server,
        }
    }

    pub(crate) fn provider(&self) -> &'static str {
        self.instance.dialect().name()
    }

    /// The environment variable of a field of the provider's configuration.
    pub(crate) fn variable(&self, field: &str) -> String {
        match field {
            "base_url" => "PAIRING_BASE_URL".to_owned(),
            _ => format!("PAIRING_{}_{field}", self.provider())
                .to_uppercase()
                .replace('-', "_"),
        }
    }

    /// What links a program to this instance, by the fields of the provider's configuration.
    pub(crate) fn settings(&self) -> BTreeMap<&'static str, String> {
        self.instance.settings_at(&self.base_url)
    }

    /// The same as environment variables.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let settings = self.settings().into_iter();
        settings
            .map(|(field, value)| (self.variable(field), value))
            .collect()
    }

    /// What describes this instance in a file of several.
    pub(crate) fn section(&self, name: &str) -> String {
        let mut section = format!("[instances.{name}]\nprovider = \"{}\"\n", self.provider());
        for (field, value) in self.settings() {
            section += &format!("{field} = \"{value}\"\n");
        }
        section
    }

    /// A command for this instance.
    pub(crate) fn pairing(&self, arguments: &[&str]) -> Pairing {
        let pairing = Pairing::new(arguments)
            .arg("--provider")
            .arg(self.provider());
        self.environment()
            .into_iter()
            .fold(pairing, |pairing, (name, value)| pairing.env(&name, value))
    }

    /// The arguments that choose a method.
    pub(crate) fn method(&self, method: &str) -> Vec<String> {
        let mut arguments = vec!["--method".to_owned(), method.to_owned()];
        if method == "phone" {
            arguments.extend(["--phone".to_owned(), self.instance.phone().to_string()]);
        }
        arguments
    }

    /// The phone scans or types a code as it was printed.
    pub(crate) fn use_code(&self, code: &Value) {
        let text = |field: &str| code[field].as_str().unwrap();
        match text("kind") {
            "qr_text" => self.instance.scan(text("text")).unwrap(),
            "qr_image" => {
                let picture = STANDARD.decode(text("data")).unwrap();
                self.instance.scan_picture(&picture).unwrap();
            }
            "phone_code" => self.instance.type_code(text("code")).unwrap(),
            other => panic!("a code of kind {other:?}"),
        }
    }
}
