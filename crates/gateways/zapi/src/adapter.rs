//! How this adapter describes itself to the registry.

use std::sync::Arc;

use pairing_adapter::{
    Adapter, ConfigError, FieldSpec, HttpTransport, InstanceConfig, SetupError, Values,
};
use pairing_core::PairingProvider;

use crate::{ZApi, ZApiConfig, provider};

/// This adapter, for the registry.
pub const ADAPTER: Adapter = Adapter::new("zapi", "Z-API", ZApi::CAPABILITIES, configure)
    .with_needs("instance id and instance token; the account's security token once it is active")
    .with_documentation("https://developer.z-api.io")
    .with_rules(&provider::COMMON)
    .with_fields(&[
        FieldSpec::secret("instance", "the instance id, from the dashboard"),
        FieldSpec::secret("token", "the instance token, from the dashboard"),
        FieldSpec::secret(
            "client_token",
            "the account's security token, from the dashboard under Security",
        )
        .optional(),
        FieldSpec::base_url("another address than https://api.z-api.io").optional(),
        FieldSpec::qr_form(),
        FieldSpec::follow_ups(),
    ]);

fn configure(values: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
    let mut config = ZApiConfig::new(values.required("instance")?, values.required("token")?);
    config.client_token = values.optional("client_token");
    config.base_url = values.base_url()?;
    config.qr_form = values.qr_form()?.unwrap_or(config.qr_form);
    config.follow_ups = values.follow_ups()?.unwrap_or(config.follow_ups);
    values.accept(config.validate())?;
    Ok(Arc::new(config))
}

impl InstanceConfig for ZApiConfig {
    fn build(
        &self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, SetupError> {
        Ok(Box::new(ZApi::with_transport(self.clone(), transport)?))
    }
}
