//! Configurations, addresses and policies: a mistake is named, a value never; what was accepted
//! can be used, and reads back as it was.
//!
//! The first byte says what the rest is.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use pairing_adapter::BaseUrl;
use pairing_adapter::testing::CannedTransport;
use pairing_core::flow::{FlowOptions, Now, PairingFlow};
use pairing_core::{Capabilities, PairingMethod, PairingPolicy, StartError};
use pairing_providers::{ConfigError, Overrides, ProviderConfig, Table, load, providers};
use serde_json::Value;

use crate::said::{assert_ours, our_words};

pub(crate) const AS_JSON: u8 = 0;
pub(crate) const AS_TOML: u8 = 1;
pub(crate) const AS_ENVIRONMENT: u8 = 2;
pub(crate) const AS_POLICY: u8 = 3;
pub(crate) const AS_ADDRESS: u8 = 4;

pub(crate) fn check(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    match *kind % 5 {
        AS_JSON => json(&text),
        AS_TOML => toml(&text),
        AS_ENVIRONMENT => environment(&text),
        AS_POLICY => policy(&text),
        _ => address(&text),
    }
}

fn json(text: &str) {
    let Ok(table) = serde_json::from_str::<Table>(text) else {
        return;
    };
    let direct = serde_json::from_str::<ProviderConfig>(text);
    if let Err(error) = &direct {
        quotes_no_value(&error.to_string(), &table);
    }
    let mut fields = table;
    let Some(Value::String(name)) = fields.remove("provider") else {
        assert!(direct.is_err(), "a provider without a name");
        return;
    };
    let loaded = loaded(&name, &fields, |_| None);
    assert_eq!(loaded.is_ok(), direct.is_ok(), "both ways in say the same");
}

/// As the program's own file: a section for each provider.
fn toml(text: &str) {
    let Ok(file) = text.parse::<toml::Table>() else {
        return;
    };
    for provider in providers() {
        let section = file.get(provider.name).map(serde_json::to_value);
        if let Some(Ok(Value::Object(fields))) = section {
            let _ = loaded(provider.name, &fields, |_| None);
        }
    }
}

/// Lines of `NAME=value`.
fn environment(text: &str) {
    let find = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once('='));
        let (_, value) = lines.find(|(known, _)| *known == name)?;
        Some(value.to_owned())
    };
    for provider in providers() {
        let config = loaded(provider.name, &Table::new(), find);
        let spelled = format!(" {} ", provider.name.to_ascii_uppercase());
        assert_eq!(
            loaded(&spelled, &Table::new(), find).is_ok(),
            config.is_ok()
        );
    }
}

/// Loads, uses what was accepted, and looks at what is said about the rest.
fn loaded(
    name: &str,
    fields: &Table,
    env: impl Fn(&str) -> Option<String>,
) -> Result<ProviderConfig, ConfigError> {
    let mut values = fields.clone();
    for provider in providers() {
        for variable in provider
            .fields
            .iter()
            .flat_map(|field| field.env_vars(provider.name))
        {
            let value = env(&variable).map(Value::String);
            values.extend(value.map(|value| (variable, value)));
        }
    }
    let result = load(name, fields, env, &Overrides::default());
    match &result {
        Ok(config) => {
            let mut secrets = values;
            secrets.retain(|field, _| {
                field.to_lowercase() != "base_url" && !field.ends_with("BASE_URL")
            });
            quotes_no_value(&format!("{config:?} {config:#?}"), &secrets);
            let transport = Arc::new(CannedTransport::default());
            let provider = config
                .clone()
                .build_with(transport)
                .expect("it was accepted");
            assert_eq!(provider.name(), config.name());
            assert_eq!(provider.recommended_policy().validate(), Ok(()));
        }
        Err(error) => quotes_no_value(&format!("{error} {error:?}"), &values),
    }
    result
}

/// The error of an unknown provider, which lists the known ones.
fn error_of_an_unknown_provider() -> String {
    load("?", &Table::new(), |_| None, &Overrides::default())
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

/// A value that happens to be one of our own words, or a key of the file, cannot be told apart.
fn quotes_no_value(printed: &str, table: &Table) {
    let keys: Vec<&str> = table.keys().map(String::as_str).collect();
    for value in table.values().filter_map(Value::as_str) {
        if value.trim().len() < 6 || !printed.contains(value) {
            continue;
        }
        let is_ours = our_words().contains(value)
            || error_of_an_unknown_provider().contains(value)
            || keys.iter().any(|key| key.contains(value));
        assert!(is_ours, "quotes a value: {printed}");
    }
}

fn policy(text: &str) {
    let from_json = serde_json::from_str::<PairingPolicy>(text).ok();
    let Some(policy) = from_json.or_else(|| toml::from_str(text).ok()) else {
        return;
    };
    let written = serde_json::to_string(&policy).expect("a policy is JSON");
    let read: PairingPolicy = serde_json::from_str(&written).expect("its own JSON");
    assert_eq!(read, policy);
    let options = FlowOptions {
        method: PairingMethod::Qr,
        policy: Arc::new(policy.clone()),
        capabilities: Capabilities::none().with_qr_text(),
        expected_phone: None,
        expect_webhooks: false,
        seed: 0,
    };
    let now = Now {
        elapsed: Duration::ZERO,
        wall: SystemTime::UNIX_EPOCH,
    };
    let flow = PairingFlow::new(options, now);
    match policy.validate() {
        Ok(()) => {
            let flow = flow.expect("a policy that is valid is good enough to start");
            assert!(flow.is_finished() || flow.wake_at().is_some());
        }
        Err(problem) => {
            assert_eq!(flow.err(), Some(StartError::Policy(problem)));
        }
    }
    let _ = policy.scaled_down(7).validate();
}

fn address(text: &str) {
    let any = BaseUrl::parse_insecure(text);
    match BaseUrl::parse(text) {
        Ok(base) => {
            assert_eq!(any.as_ref(), Ok(&base));
            let written = String::from(base.clone());
            assert!(
                written.starts_with("https://") || base.is_loopback(),
                "{written}"
            );
            assert_eq!(
                BaseUrl::parse(&written).as_ref(),
                Ok(&base),
                "its own spelling"
            );
            goes_nowhere_else(&base, &written);
        }
        Err(error) => {
            assert_ours(&error.to_string());
        }
    }
}

/// Credentials in the path change neither the host nor the number of segments.
fn goes_nowhere_else(base: &BaseUrl, written: &str) {
    let url = base
        .join(&["canary/../x", "y?z#@"])
        .with_query("k&=", "v&=#");
    assert!(url.expose().starts_with(written), "{written}");
    let added = url.expose().matches('/').count() - written.matches('/').count();
    assert_eq!(added, 2, "{written}");
    assert_eq!(url.expose().matches('?').count(), 1, "{written}");
    assert!(!url.expose().contains('#'), "{written}");
    assert!(written.starts_with(url.origin()));
    // The operator's own part of it is told, whatever it is called.
    let told = format!("{url} {url:?} {base:?}").replace(written, "");
    assert!(!told.replace(url.origin(), "").contains("canary"));
}
