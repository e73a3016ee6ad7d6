//! How this adapter describes itself to the registry.

use std::sync::Arc;

use pairing_adapter::{
    Adapter, BaseUrl, ConfigError, FieldSpec, HttpTransport, InstanceConfig, SetupError, Values,
    check_credential,
};
use pairing_core::PairingProvider;
use secrecy::{ExposeSecret, SecretString};

use crate::Acme;

/// This adapter, for the registry.
pub const ADAPTER: Adapter = Adapter::new("acme", "Acme", Acme::CAPABILITIES, configure)
    .with_needs("address, instance and token")
    .with_documentation("https://acme.example.com/docs")
    .with_fields(&[
        FieldSpec::secret("instance", "the name of the instance, from the dashboard"),
        FieldSpec::secret("token", "the token, from the dashboard, without Bearer"),
        FieldSpec::base_url("the address of this instance, from the dashboard"),
    ]);

/// The credentials of an instance. `Debug` hides them.
#[derive(Debug, Clone)]
pub struct AcmeConfig {
    /// The name of the instance.
    pub instance: SecretString,
    /// The token, without `Bearer`.
    pub token: SecretString,
    /// The address.
    pub base_url: BaseUrl,
}

fn configure(values: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
    let config = AcmeConfig {
        instance: values.required("instance")?,
        token: values.required("token")?,
        base_url: values.required_base_url()?,
    };
    values.accept(check_credential(
        "instance",
        config.instance.expose_secret(),
    ))?;
    values.accept(check_credential("token", config.token.expose_secret()))?;
    Ok(Arc::new(config))
}

impl InstanceConfig for AcmeConfig {
    fn build(
        &self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, SetupError> {
        Ok(Box::new(Acme::new(self, transport)))
    }
}
