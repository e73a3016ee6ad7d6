//! How this adapter describes itself to the registry.

use std::sync::Arc;

use pairing_adapter::{
    Adapter, ConfigError, FieldSpec, HttpTransport, InstanceConfig, SetupError, Values,
};
use pairing_core::PairingProvider;

use crate::{GreenApi, GreenApiConfig, provider};

/// This adapter, for the registry.
pub const ADAPTER: Adapter = Adapter::new(
    "green-api",
    "Green-API",
    GreenApi::CAPABILITIES,
    configure,
)
.with_needs("address, instance and token")
.with_documentation("https://green-api.com/en/docs")
.with_rules(&provider::RULES)
.with_fields(&[
    FieldSpec::secret("instance", "idInstance, from the console"),
    FieldSpec::secret("token", "apiTokenInstance, from the console"),
    FieldSpec::base_url("apiUrl, from the console, like https://1101.api.green-api.com"),
    FieldSpec::secret(
        "webhook_token",
        "the token that webhooks bring (webhookUrlToken), without Bearer or Basic; without it they are not verified",
    )
    .optional(),
]);

fn configure(values: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
    let instance = values.required("instance")?;
    let token = values.required("token")?;
    let mut config = GreenApiConfig::new(instance, token, values.required_base_url()?);
    config.webhook_token = values.optional("webhook_token");
    values.accept(config.validate())?;
    Ok(Arc::new(config))
}

impl InstanceConfig for GreenApiConfig {
    fn build(
        &self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, SetupError> {
        Ok(Box::new(GreenApi::with_transport(self.clone(), transport)?))
    }
}
