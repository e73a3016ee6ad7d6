//! How this adapter describes itself to the registry.

use std::sync::Arc;

use pairing_adapter::{
    Adapter, ConfigError, FieldSpec, HttpTransport, InstanceConfig, SetupError, Values,
};
use pairing_core::PairingProvider;

use crate::{Evolution, EvolutionConfig, provider};

/// This adapter, for the registry.
pub const ADAPTER: Adapter = Adapter::new(
    "evolution",
    "Evolution API",
    Evolution::CAPABILITIES,
    configure,
)
.with_needs("address of the server, name of the instance and API key")
.with_documentation("https://doc.evolution-api.com")
.with_rules(&provider::COMMON)
.with_fields(&[
    FieldSpec::text("instance", "the name of the instance, as in the manager"),
    FieldSpec::secret(
        "api_key",
        "the key of the instance, or the server's AUTHENTICATION_API_KEY",
    ),
    FieldSpec::base_url("the address of the server, such as https://evolution.example.com"),
    FieldSpec::secret(
        "webhook_secret",
        "the jwt_key among the headers of the instance's webhook; webhooks without a valid token are then refused",
    )
    .optional(),
    FieldSpec::flag(
        "create",
        "whether a missing instance is created: true or false (default)",
    ),
    FieldSpec::plain_http(),
    FieldSpec::qr_form(),
    FieldSpec::follow_ups(),
]);

fn configure(values: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
    let mut config = EvolutionConfig::new(
        values.required_text("instance")?,
        values.required("api_key")?,
        values.required_base_url()?,
    );
    config.webhook_secret = values.optional("webhook_secret");
    config.create = values.flag("create")?.unwrap_or(config.create);
    config.qr_form = values.qr_form()?.unwrap_or(config.qr_form);
    config.follow_ups = values.follow_ups()?.unwrap_or(config.follow_ups);
    values.accept(config.validate())?;
    Ok(Arc::new(config))
}

impl InstanceConfig for EvolutionConfig {
    fn build(
        &self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, SetupError> {
        Ok(Box::new(Evolution::with_transport(
            self.clone(),
            transport,
        )?))
    }
}
