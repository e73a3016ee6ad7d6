//! A checked configuration of any provider, and the provider made from it.

use std::sync::Arc;

use pairing_adapter::{ConfigError, HttpTransport, InstanceConfig, Overrides, Table, Values};
use pairing_core::PairingProvider;
use secrecy::zeroize::Zeroize as _;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::{provider, providers};

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

/// The environment variable that names the provider.
const PROVIDER: &str = "PAIRING_PROVIDER";

/// The configuration that the environment holds alone: `PAIRING_PROVIDER` names the provider, and
/// `PAIRING_<PROVIDER>_<FIELD>` its values. In a program built with one adapter the name may be
/// left out.
///
/// # Errors
///
/// [`ConfigError`] names the variable and what to do; never a value.
pub fn from_env() -> Result<ProviderConfig, ConfigError> {
    from_variables(|name| std::env::var(name).ok())
}

fn from_variables(env: impl Fn(&str) -> Option<String>) -> Result<ProviderConfig, ConfigError> {
    let named = env(PROVIDER).filter(|name| !name.trim().is_empty());
    let name = match (named, providers()) {
        (Some(name), _) => name,
        (None, [only]) => only.name.to_owned(),
        (None, all) => {
            let names: Vec<&str> = all.iter().map(|adapter| adapter.name).collect();
            return Err(ConfigError::NoProvider {
                known: names.join(", "),
            });
        }
    };
    load(&name, &Table::new(), env, &Overrides::default())
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

#[cfg(all(test, feature = "zapi"))]
mod tests {
    use super::*;

    fn config(variables: &[(&str, &str)]) -> Result<ProviderConfig, ConfigError> {
        from_variables(|name| {
            let found = variables.iter().find(|(known, _)| *known == name)?;
            Some(found.1.to_owned())
        })
    }

    #[test]
    fn the_environment_alone_makes_a_provider() {
        let values = [
            ("PAIRING_ZAPI_INSTANCE", "3C01"),
            ("PAIRING_ZAPI_TOKEN", "A0F5"),
        ];
        let named = [&values[..], &[(PROVIDER, " ZAPI ")]].concat();
        assert_eq!(
            config(&named).map(|config| config.name()).ok(),
            Some("zapi")
        );
    }

    #[test]
    fn without_a_name_the_error_says_which_variable_to_set() {
        for variables in [&[][..], &[(PROVIDER, " ")]] {
            match (config(variables), providers().len()) {
                // The only adapter is meant, and misses its first field.
                (Err(ConfigError::Missing { field, .. }), 1) => assert_eq!(field, "instance"),
                (Err(error @ ConfigError::NoProvider { .. }), 2..) => {
                    let shown = error.to_string();
                    assert!(
                        shown.contains(PROVIDER) && shown.contains("zapi"),
                        "{shown}"
                    );
                }
                (other, number) => unreachable!("{number} adapters: {other:?}"),
            }
        }
    }
}
