//! A simulated gateway on its own loopback port, with one instance.

use std::net::Ipv4Addr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pairing_sim::{Dialect, Instance, InstanceSetup, Server, Simulator, SimulatorOptions};
use serde_json::Value;

use super::Pairing;

/// For tests in which somebody uses a code: they live as long as in reality, so that a busy
/// machine kills none, and the link is noticed at once.
pub(crate) const NOTICES_AT_ONCE: &[&str] =
    &["status_interval = \"100ms\"", "webhook_debounce = \"50ms\""];

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
];

/// For tests in which the gateway fails: the retries are over soon.
pub(crate) const FAILS_FAST: &[&str] = &[
    "status_interval = \"100ms\"",
    "webhook_debounce = \"50ms\"",
    "not_ready_delay = \"50ms\"",
    "not_ready_limit = 2",
    "retry.min_delay = \"20ms\"",
    "retry.max_delay = \"50ms\"",
    "retry.max_cooldown = \"1s\"",
    "retry.max_retries = 2",
    "retry.phone_code_max_retries = 1",
];

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

    pub(crate) async fn with(setup: InstanceSetup) -> Self {
        let simulator = Simulator::new(SimulatorOptions::default());
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

    /// What links a program to this instance.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let settings = self.instance.settings_at(&self.base_url).into_iter();
        settings
            .map(|(field, value)| (self.variable(field), value))
            .collect()
    }

    /// What describes this instance in a file of several.
    pub(crate) fn section(&self, name: &str) -> String {
        let mut section = format!("[instances.{name}]\nprovider = \"{}\"\n", self.provider());
        for (field, value) in self.instance.settings_at(&self.base_url) {
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
