//! How this adapter describes itself to the registry.

use std::sync::Arc;

use pairing_adapter::{
    Adapter, ConfigError, FieldSpec, HttpTransport, InstanceConfig, SetupError, Values,
};
use pairing_core::PairingProvider;
use secrecy::ExposeSecret as _;

use crate::{Waha, WahaConfig, provider};

/// This adapter, for the registry.
pub const ADAPTER: Adapter = Adapter::new("waha", "WAHA", Waha::CAPABILITIES, configure)
    .with_needs("address, name of the session, and API key if the server has one")
    .with_documentation("https://waha.devlike.pro/docs")
    .with_rules(&provider::RULES)
    .with_fields(&[
        FieldSpec::text("session", "the name of the session; `default` if left out").optional(),
        FieldSpec::secret(
            "api_key",
            "the server's API key (WAHA_API_KEY), if it has one",
        )
        .optional(),
        FieldSpec::base_url("the address of the server, like https://waha.example.com"),
        FieldSpec::plain_http(),
        FieldSpec::flag(
            "create",
            "whether a session that does not exist is created: true or false (default)",
        ),
        FieldSpec::secret(
            "webhook_hmac_key",
            "the key that webhooks are signed with (`hmac.key`); without it they are not verified",
        )
        .optional(),
        FieldSpec::qr_form(),
    ]);

fn configure(values: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
    let mut config = WahaConfig::new(values.required_base_url()?);
    if let Some(session) = values.optional("session") {
        session
            .expose_secret()
            .trim()
            .clone_into(&mut config.session);
    }
    config.api_key = values.optional("api_key");
    config.create = values.flag("create")?.unwrap_or(config.create);
    config.webhook_hmac_key = values.optional("webhook_hmac_key");
    config.qr_form = values.qr_form()?.unwrap_or(config.qr_form);
    values.accept(config.validate())?;
    Ok(Arc::new(config))
}

impl InstanceConfig for WahaConfig {
    fn build(
        &self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, SetupError> {
        Ok(Box::new(Waha::with_transport(self.clone(), transport)?))
    }
}
