//! A provider of any adapter in the registry, configured with made-up credentials.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pairing_adapter::HttpTransport;
use pairing_adapter::testing::Fixture;
use pairing_core::PairingProvider;
use pairing_providers::{
    Adapter, FieldKind, FieldSpec, Overrides, ProviderConfig, Table, load, providers,
};

/// How one instance is configured.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Configured {
    /// Whether optional credentials are given as well.
    pub(crate) optional_credentials: bool,
    pub(crate) follow_ups: bool,
    pub(crate) qr_image: bool,
}

/// The adapter that the first byte selects, and the rest.
pub(crate) fn select(data: &[u8]) -> (&'static Adapter, &[u8]) {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let adapters = providers();
    (adapters[usize::from(*first) % adapters.len()], rest)
}

/// A provider for the instance of this name, which is the value of the adapter's first field.
pub(crate) fn provider(
    adapter: &'static Adapter,
    instance: &'static str,
    configured: Configured,
    transport: Arc<dyn HttpTransport>,
) -> Box<dyn PairingProvider> {
    type Known = HashMap<(&'static str, &'static str, Configured), ProviderConfig>;
    thread_local! {
        /// Reading a configuration takes longer than most exchanges.
        static KNOWN: RefCell<Known> = RefCell::default();
    }
    let key = (adapter.name, instance, configured);
    let config = KNOWN.with_borrow_mut(|known| {
        let read = || configuration(adapter, instance, configured);
        known.entry(key).or_insert_with(read).clone()
    });
    config.build_with(transport).expect("it was accepted")
}

fn configuration(adapter: &Adapter, instance: &str, configured: Configured) -> ProviderConfig {
    let mut values = Table::new();
    for (index, field) in adapter.fields.iter().enumerate() {
        let value = match field.kind {
            FieldKind::QrForm if configured.qr_image => "image".into(),
            FieldKind::Flag => configured.follow_ups.into(),
            FieldKind::Text if index == 0 => instance.into(),
            FieldKind::Text if !field.required && !configured.optional_credentials => continue,
            _ => match example(field) {
                Some(value) => value.into(),
                None => continue,
            },
        };
        values.insert(field.name.to_owned(), value);
    }
    load(adapter.name, &values, |_| None, &Overrides::default())
        .expect("every adapter works with well-formed values")
}

/// A value that the field accepts; `None` if its default does.
pub(crate) fn example(field: &FieldSpec) -> Option<&'static str> {
    match field.kind {
        // The address that webhooks are sent to.
        FieldKind::Text if field.name == "webhook" => Some("https://canary.example.com/hook"),
        FieldKind::Text => Some("canary-value"),
        FieldKind::Url => Some("https://gateway.example.com"),
        _ => None,
    }
}

/// The recorded exchanges in the adapter's folder.
pub(crate) fn fixtures(adapter: &Adapter) -> Vec<Fixture> {
    Fixture::load_all(folder(adapter).join("fixtures"))
}

/// The adapter's folder.
pub(crate) fn folder(adapter: &Adapter) -> PathBuf {
    let gateways = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/gateways");
    Path::new(gateways).join(adapter.name)
}
