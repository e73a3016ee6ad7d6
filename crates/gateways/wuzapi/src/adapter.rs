//! How this adapter describes itself to the registry.

use std::sync::Arc;

use pairing_adapter::{
    Adapter, ConfigError, FieldSpec, HttpTransport, InstanceConfig, SetupError, Values,
};
use pairing_core::PairingProvider;
use secrecy::ExposeSecret as _;

use crate::{Wuzapi, WuzapiConfig, provider};

/// This adapter, for the registry.
pub const ADAPTER: Adapter = Adapter::new("wuzapi", "WuzAPI", Wuzapi::CAPABILITIES, configure)
    .with_needs("address, and token of the user")
    .with_documentation("https://github.com/asternic/wuzapi/blob/main/API.md")
    .with_rules(&provider::RULES)
    .with_fields(&[
        FieldSpec::secret("token", "the token of the user (header Token)"),
        FieldSpec::base_url("the address of the server, like https://wuzapi.example.com"),
        FieldSpec::plain_http(),
        FieldSpec::text(
            "name",
            "the name of the user, where one webhook address gets those of several users",
        )
        .optional(),
        FieldSpec::text(
            "events",
            "what the user's webhook gets, like Message,ReadReceipt: only for servers of 2025 and older, which do not report it and change it to All with every start",
        )
        .optional(),
        FieldSpec::secret(
            "webhook_hmac_key",
            "the key that webhooks are signed with (/session/hmac/config); without it they are not verified",
        )
        .optional(),
    ]);

fn configure(values: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
    let token = values.required("token")?;
    let mut config = WuzapiConfig::new(values.required_base_url()?, token);
    if let Some(name) = values.optional("name") {
        config = config.with_name(name.expose_secret().trim());
    }
    if let Some(events) = values.optional("events") {
        config = config.with_events(events.expose_secret().split(','));
    }
    config.webhook_hmac_key = values.optional("webhook_hmac_key");
    values.accept(config.validate())?;
    Ok(Arc::new(config))
}

impl InstanceConfig for WuzapiConfig {
    fn build(
        &self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, SetupError> {
        Ok(Box::new(Wuzapi::with_transport(self.clone(), transport)?))
    }
}
