//! How this adapter describes itself to the registry.

use std::sync::Arc;

use pairing_adapter::{
    Adapter, ConfigError, FieldSpec, HttpTransport, InstanceConfig, SetupError, Values,
};
use pairing_core::PairingProvider;

use crate::{WppConnect, WppConnectConfig, provider};

/// This adapter, for the registry.
pub const ADAPTER: Adapter = Adapter::new(
    "wppconnect",
    "WPPConnect-server",
    WppConnect::CAPABILITIES,
    configure,
)
.with_needs("address, name of the session, and its token or the server's secret key")
.with_documentation("https://wppconnect.io/docs/projects/wppserver/installation")
.with_rules(&provider::RULES)
.with_fields(&[
    FieldSpec::text("session", "the name of the session"),
    FieldSpec::secret(
        "token",
        "the token of the session: the field `token` of generate-token; left out if secret_key is set",
    ),
    FieldSpec::secret(
        "secret_key",
        "the server's secret key (SECRET_KEY), which the token is made with if none is set",
    )
    .optional(),
    FieldSpec::base_url("the address of the server, like https://wppconnect.example.com"),
    FieldSpec::plain_http(),
    FieldSpec::secret(
        "webhook",
        "where the server sends the webhooks of this session; without it a start for a QR code leaves that as it is",
    )
    .optional(),
    FieldSpec::flag(
        "phone_codes",
        "whether phone codes are offered, of which the server shows one only to the first start of a session: true or false (default)",
    ),
    FieldSpec::qr_form(),
]);

fn configure(values: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
    let base_url = values.required_base_url()?;
    let mut config = WppConnectConfig::new(base_url, values.required_text("session")?);
    config.secret_key = values.optional("secret_key");
    config.token = match &config.secret_key {
        Some(_) => values.optional("token"),
        None => Some(values.required("token")?),
    };
    config.webhook = values.optional("webhook");
    config.phone_codes = values.flag("phone_codes")?.unwrap_or(config.phone_codes);
    config.qr_form = values.qr_form()?.unwrap_or(config.qr_form);
    values.accept(config.validate())?;
    Ok(Arc::new(config))
}

impl InstanceConfig for WppConnectConfig {
    fn build(
        &self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, SetupError> {
        Ok(Box::new(WppConnect::with_transport(
            self.clone(),
            transport,
        )?))
    }
}
