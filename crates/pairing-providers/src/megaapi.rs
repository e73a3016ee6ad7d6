//! megaAPI's row in the table.

use crate::{FieldSpec, ProviderInfo};

pub(crate) const INFO: ProviderInfo = ProviderInfo {
    name: "megaapi",
    title: "megaAPI",
    needs: "host, instance key and token",
    documentation: "https://doc.mega-api.app.br",
    fields: &[
        FieldSpec::secret("instance_key", "the instance key, from the dashboard"),
        FieldSpec::secret("token", "the token, from the dashboard, without Bearer"),
        FieldSpec::base_url(
            "the host of this instance, from the dashboard, like https://apinocode01.megaapi.com.br",
        ),
        FieldSpec::follow_ups(),
    ],
    #[cfg(feature = "megaapi")]
    capabilities: Some(pairing_megaapi::MegaApi::CAPABILITIES),
    #[cfg(feature = "megaapi")]
    configure: |values| {
        let instance_key = values.required("instance_key")?;
        let token = values.required("token")?;
        let base_url = values.required_base_url()?;
        let mut config = pairing_megaapi::MegaApiConfig::new(instance_key, token, base_url);
        config.follow_ups = values.follow_ups()?.unwrap_or(config.follow_ups);
        values.accept(config.validate())?;
        Ok(crate::ProviderConfig::Megaapi(config))
    },
    #[cfg(not(feature = "megaapi"))]
    capabilities: None,
    #[cfg(not(feature = "megaapi"))]
    configure: |_| {
        Err(crate::ConfigError::NotCompiledIn {
            provider: "megaapi",
        })
    },
};
