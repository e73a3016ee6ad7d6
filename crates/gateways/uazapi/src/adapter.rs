//! How this adapter describes itself to the registry.

use std::sync::Arc;

use pairing_adapter::{
    Adapter, ConfigError, FieldSpec, HttpTransport, InstanceConfig, SetupError, Values,
};
use pairing_core::PairingProvider;

use crate::{Uazapi, UazapiConfig, provider};

/// This adapter, for the registry.
pub const ADAPTER: Adapter = Adapter::new("uazapi", "uazapiGO", Uazapi::CAPABILITIES, configure)
    .with_needs("address of the server, and token of the instance")
    .with_documentation("https://docs.uazapi.com")
    .with_rules(&provider::RULES)
    .with_fields(&[
        FieldSpec::secret("token", "the token of the instance, not the admin token"),
        FieldSpec::base_url("the address of the server, such as https://shop.uazapi.com"),
    ]);

fn configure(values: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
    let config = UazapiConfig::new(values.required("token")?, values.required_base_url()?);
    values.accept(config.validate())?;
    Ok(Arc::new(config))
}

impl InstanceConfig for UazapiConfig {
    fn build(
        &self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, SetupError> {
        Ok(Box::new(Uazapi::with_transport(self.clone(), transport)?))
    }
}
