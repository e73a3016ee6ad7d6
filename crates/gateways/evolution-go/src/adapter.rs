//! How this adapter describes itself to the registry.

use std::sync::Arc;

use pairing_adapter::{
    Adapter, ConfigError, FieldSpec, HttpTransport, InstanceConfig, SetupError, Values,
};
use pairing_core::PairingProvider;

use crate::{EvolutionGo, EvolutionGoConfig, provider};

/// This adapter, for the registry.
pub const ADAPTER: Adapter = Adapter::new(
    "evolution-go",
    "Evolution Go",
    EvolutionGo::CAPABILITIES,
    configure,
)
.with_needs("address of the server and token of the instance")
.with_documentation("https://github.com/evolution-foundation/evolution-go")
.with_rules(&provider::COMMON)
.with_fields(&[
    FieldSpec::secret(
        "token",
        "the token of the instance, as in the manager of Evolution Go; not GLOBAL_API_KEY",
    ),
    FieldSpec::base_url("the address of the server, such as https://evolution-go.example.com"),
    FieldSpec::plain_http(),
    FieldSpec::qr_form(),
]);

fn configure(values: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
    let mut config = EvolutionGoConfig::new(values.required("token")?, values.required_base_url()?);
    config.qr_form = values.qr_form()?.unwrap_or(config.qr_form);
    values.accept(config.validate())?;
    Ok(Arc::new(config))
}

impl InstanceConfig for EvolutionGoConfig {
    fn build(
        &self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, SetupError> {
        let provider = EvolutionGo::with_transport(self.clone(), transport)?;
        Ok(Box::new(provider))
    }
}
