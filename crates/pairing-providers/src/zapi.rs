//! Z-API's row in the table.

use crate::{FieldSpec, ProviderInfo};

pub(crate) const INFO: ProviderInfo = ProviderInfo {
    name: "zapi",
    title: "Z-API",
    needs: "instance id and instance token; the account's security token once it is active",
    documentation: "https://developer.z-api.io",
    fields: &[
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
    ],
    #[cfg(feature = "zapi")]
    capabilities: Some(pairing_zapi::ZApi::CAPABILITIES),
    #[cfg(feature = "zapi")]
    configure: |values| {
        let mut config =
            pairing_zapi::ZApiConfig::new(values.required("instance")?, values.required("token")?);
        config.client_token = values.optional("client_token");
        config.base_url = values.base_url()?;
        config.qr_form = values.qr_form()?.unwrap_or(config.qr_form);
        config.follow_ups = values.follow_ups()?.unwrap_or(config.follow_ups);
        values.accept(config.validate())?;
        Ok(crate::ProviderConfig::Zapi(config))
    },
    #[cfg(not(feature = "zapi"))]
    capabilities: None,
    #[cfg(not(feature = "zapi"))]
    configure: |_| Err(crate::ConfigError::NotCompiledIn { provider: "zapi" }),
};
