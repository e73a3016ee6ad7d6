//! The one list of all adapters.

use pairing_core::Capabilities;

use crate::load::Values;
use crate::{ConfigError, FieldSpec, ProviderConfig, megaapi, zapi};

/// All of them. A new adapter is one line here.
static PROVIDERS: [ProviderInfo; 2] = [zapi::INFO, megaapi::INFO];

/// What a door needs to know about a provider.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ProviderInfo {
    /// Its name in configurations, on command lines and as a cargo feature.
    pub name: &'static str,
    /// Its name as the vendor writes it.
    pub title: &'static str,
    /// What one needs to use it, in English.
    pub needs: &'static str,
    /// The vendor's documentation.
    pub documentation: &'static str,
    /// The fields of its configuration.
    pub fields: &'static [FieldSpec],
    /// What it can do; `None` if this program was built without it.
    pub capabilities: Option<Capabilities>,
    /// Makes a configuration of the values for `fields`.
    pub(crate) configure: Configure,
}

pub(crate) type Configure = fn(&mut Values) -> Result<ProviderConfig, ConfigError>;

impl ProviderInfo {
    /// Whether this program was built with it.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.capabilities.is_some()
    }
}

/// Every provider there is, also those this program was built without.
#[must_use]
pub fn providers() -> &'static [ProviderInfo] {
    &PROVIDERS
}

/// The provider with this name.
///
/// # Errors
///
/// [`ConfigError::UnknownProvider`] lists the known ones.
pub fn provider(name: &str) -> Result<&'static ProviderInfo, ConfigError> {
    providers()
        .iter()
        .find(|provider| provider.name.eq_ignore_ascii_case(name.trim()))
        .ok_or_else(|| ConfigError::UnknownProvider {
            known: join(providers().iter().map(|provider| provider.name)),
        })
}

pub(crate) fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
