//! The one list of all adapters.

#[cfg(feature = "simulator")]
use std::sync::LazyLock;

use pairing_adapter::{Adapter, ConfigError};
#[cfg(feature = "simulator")]
use pairing_sim::Dialect;

macro_rules! adapters {
    ($($name:literal: $module:ident => $adapter:ident),* $(,)?) => {
        static ADAPTERS: &[&Adapter] = &[$(#[cfg(feature = $name)] &$adapter::ADAPTER),*];
        #[cfg(feature = "simulator")]
        static DIALECTS: &[&dyn Dialect] =
            &[$(#[cfg(feature = $name)] $adapter::simulator::DIALECT),*];
        /// Also of those this program was built without.
        const NAMES: &[&str] = &[$($name),*];
        /// The adapters this program was built with, each under the gateway's name.
        pub mod gateways {
            $(#[cfg(feature = $name)] pub use $adapter as $module;)*
        }
    };
}

// A new adapter is one line here. Its name is that of its cargo feature.
adapters! {
    "zapi": zapi => pairing_zapi,
    "megaapi": megaapi => pairing_megaapi,
    "evolution": evolution => pairing_evolution,
    "waha": waha => pairing_waha,
    "green-api": green_api => pairing_green_api,
    "wuzapi": wuzapi => pairing_wuzapi,
    "uazapi": uazapi => pairing_uazapi,
    "evolution-go": evolution_go => pairing_evolution_go,
    "wppconnect": wppconnect => pairing_wppconnect,
}

/// Every adapter this program was built with.
#[must_use]
pub fn providers() -> &'static [&'static Adapter] {
    ADAPTERS
}

/// The adapter with this name.
///
/// # Errors
///
/// [`ConfigError::UnknownProvider`] lists the known ones; [`ConfigError::NotCompiledIn`] names the
/// cargo feature that is missing.
pub fn provider(name: &str) -> Result<&'static Adapter, ConfigError> {
    let is_meant = |known: &str| known.eq_ignore_ascii_case(name.trim());
    if let Some(adapter) = ADAPTERS.iter().find(|adapter| is_meant(adapter.name)) {
        return Ok(adapter);
    }
    match NAMES.iter().find(|known| is_meant(known)) {
        Some(provider) => Err(ConfigError::NotCompiledIn { provider }),
        None => Err(ConfigError::UnknownProvider {
            known: NAMES.join(", "),
        }),
    }
}

/// Every gateway as the simulator plays it, in the order of [`providers`].
#[cfg(feature = "simulator")]
#[must_use]
pub fn dialects() -> &'static [&'static dyn Dialect] {
    DIALECTS
}

/// The simulated gateways that give a code to the first request for one: for tests that count the
/// requests of a session.
#[cfg(feature = "simulator")]
#[must_use]
pub fn immediate_dialects() -> &'static [&'static dyn Dialect] {
    static IMMEDIATE: LazyLock<Vec<&dyn Dialect>> = LazyLock::new(|| {
        let all = DIALECTS.iter().copied();
        all.filter(|dialect| dialect.is_immediate()).collect()
    });
    &IMMEDIATE
}

/// The gateway with this name as the simulator plays it.
#[cfg(feature = "simulator")]
#[must_use]
pub fn dialect(name: &str) -> Option<&'static dyn Dialect> {
    DIALECTS.iter().find(|it| it.name() == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_adapter_has_the_name_of_its_feature() {
        for adapter in ADAPTERS {
            assert!(NAMES.contains(&adapter.name), "{}", adapter.name);
        }
    }
}
