//! A checked configuration of any provider, and the provider made from it.

use std::sync::Arc;

use pairing_adapter::{ConfigError, HttpTransport, InstanceConfig, Overrides, Table, Values};
use pairing_core::PairingProvider;
use secrecy::zeroize::Zeroize as _;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::provider;

/// The configuration of one provider. `Debug` hides the credentials.
///
/// Deserialises from a table with the provider's name and fields:
///
/// ```
/// # #[cfg(feature = "zapi")] {
/// use pairing_providers::ProviderConfig;
///
/// let json = r#"{"provider":"zapi","instance":"3C01","token":"A0F5"}"#;
/// let config: ProviderConfig = serde_json::from_str(json)?;
/// assert_eq!(config.name(), "zapi");
/// # }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    name: &'static str,
    config: Arc<dyn InstanceConfig>,
}

/// Gathers the configuration of a provider; [the crate's page](crate) has the rules. `env`
/// reads an environment variable.
///
/// # Errors
///
/// [`ConfigError`] names the provider, the field and what to do; never a value.
pub fn load(
    name: &str,
    file: &Table,
    env: impl Fn(&str) -> Option<String>,
    overrides: &Overrides,
) -> Result<ProviderConfig, ConfigError> {
    let adapter = provider(name)?;
    let mut values = Values::gather(adapter, file, env, overrides)?;
    Ok(ProviderConfig {
        name: adapter.name,
        config: adapter.configure(&mut values)?,
    })
}

impl ProviderConfig {
    /// The provider's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The provider, with the bundled HTTP client.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Setup`].
    #[cfg(feature = "reqwest")]
    pub fn build(self) -> Result<Box<dyn PairingProvider>, ConfigError> {
        let transport = pairing_adapter::ReqwestTransport::new()?;
        self.build_with(Arc::new(transport))
    }

    /// The provider, with an HTTP client of one's own.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Setup`].
    pub fn build_with(
        self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, ConfigError> {
        Ok(self.config.build(transport)?)
    }
}

impl<'de> Deserialize<'de> for ProviderConfig {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut table = Table::deserialize(from)?;
        let name = match table.remove("provider") {
            Some(serde_json::Value::String(name)) => name,
            _ => {
                return Err(D::Error::custom(
                    "`provider` must be the name of a provider",
                ));
            }
        };
        let config = load(&name, &table, |_| None, &Overrides::default());
        for value in table.values_mut() {
            if let serde_json::Value::String(credential) = value {
                credential.zeroize();
            }
        }
        config.map_err(D::Error::custom)
    }
}
