//! How this adapter describes itself to the registry.

use std::sync::Arc;

use pairing_adapter::{
    Adapter, ConfigError, FieldSpec, HttpTransport, InstanceConfig, SetupError, Values,
};
use pairing_core::PairingProvider;

use crate::{MegaApi, MegaApiConfig, provider};

/// This adapter, for the registry.
pub const ADAPTER: Adapter = Adapter::new("megaapi", "megaAPI", MegaApi::CAPABILITIES, configure)
    .with_needs("host, instance key and token")
    .with_documentation("https://doc.mega-api.app.br")
    .with_rules(&provider::RULES)
    .with_fields(&[
        FieldSpec::secret("instance_key", "the instance key, from the dashboard"),
        FieldSpec::secret("token", "the token, from the dashboard, without Bearer"),
        FieldSpec::base_url(
            "the host of this instance, from the dashboard, like https://apinocode01.megaapi.com.br",
        ),
        FieldSpec::follow_ups(),
    ]);

fn configure(values: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
    let instance_key = values.required("instance_key")?;
    let token = values.required("token")?;
    let mut config = MegaApiConfig::new(instance_key, token, values.required_base_url()?);
    config.follow_ups = values.follow_ups()?.unwrap_or(config.follow_ups);
    values.accept(config.validate())?;
    Ok(Arc::new(config))
}

impl InstanceConfig for MegaApiConfig {
    fn build(
        &self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, SetupError> {
        Ok(Box::new(MegaApi::with_transport(self.clone(), transport)?))
    }
}
