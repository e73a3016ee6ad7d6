//! What is needed to speak to one Z-API instance.

use pairing_adapter::{
    BaseUrl, InvalidCredential, QrForm, check_credential, deserialize_optional_secret,
    deserialize_secret,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Where Z-API lives.
pub(crate) const DEFAULT_BASE_URL: &str = "https://api.z-api.io";

/// The credentials of an instance and how to use it. `Debug` hides the credentials.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ZApiConfig {
    /// The instance id, from the dashboard.
    #[serde(deserialize_with = "deserialize_secret")]
    pub instance: SecretString,
    /// The instance token, from the dashboard.
    #[serde(deserialize_with = "deserialize_secret")]
    pub token: SecretString,
    /// The account's security token, needed once its owner has activated it.
    #[serde(default, deserialize_with = "deserialize_optional_secret")]
    pub client_token: Option<SecretString>,
    /// Another address than `https://api.z-api.io`.
    #[serde(default)]
    pub base_url: Option<BaseUrl>,
    /// Which form of QR code to ask for.
    #[serde(default)]
    pub qr_form: QrForm,
    /// Whether a second request may clear up an answer or add the linked number; on by
    /// default.
    #[serde(default = "yes")]
    pub follow_ups: bool,
}

const fn yes() -> bool {
    true
}

impl ZApiConfig {
    /// The two credentials every instance has, and defaults for the rest.
    #[must_use]
    pub fn new(instance: impl Into<SecretString>, token: impl Into<SecretString>) -> Self {
        Self {
            instance: instance.into(),
            token: token.into(),
            client_token: None,
            base_url: None,
            qr_form: QrForm::default(),
            follow_ups: true,
        }
    }

    /// Checks what can be known without asking Z-API.
    ///
    /// # Errors
    ///
    /// [`InvalidCredential`] names the field and what to do, never the value.
    pub fn validate(&self) -> Result<(), InvalidCredential> {
        check_credential("instance", self.instance.expose_secret())?;
        check_credential("token", self.token.expose_secret())?;
        if let Some(client_token) = &self.client_token {
            check_credential("client_token", client_token.expose_secret())?;
        }
        match &self.base_url {
            Some(base) if base.has_segment("instances") => {
                Err(InvalidCredential::endpoint_as_base_url())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<ZApiConfig, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_file_needs_two_fields_and_may_have_more() {
        let config = parse(r#"{"instance":"3C01","token":"AF7F"}"#).unwrap();
        config.validate().unwrap();
        assert!(config.follow_ups && config.client_token.is_none());
        let config = parse(
            r#"{"instance":"3C01","token":"AF7F","client_token":"F1","qr_form":"image",
                "base_url":"http://127.0.0.1:8080","follow_ups":false}"#,
        )
        .unwrap();
        assert_eq!(config.qr_form, QrForm::Image);
        assert!(!config.follow_ups && config.base_url.unwrap().is_loopback());
    }

    #[test]
    fn mistakes_are_named_without_quoting_a_value() {
        for (json, expected) in [
            (r#"{"token":"canary"}"#, "instance"),
            (
                r#"{"instance":"canary","token":"canary","tokn":"canary"}"#,
                "tokn",
            ),
            (
                r#"{"instance":"canary","token":["canary"]}"#,
                "text in quotes",
            ),
            (
                r#"{"instance":"a","token":"b","base_url":"http://canary.example.com"}"#,
                "https://",
            ),
        ] {
            let error = parse(json).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
        for (json, field) in [
            (r#"{"instance":"SUA_INSTANCIA","token":"b"}"#, "instance"),
            (r#"{"instance":"a","token":" "}"#, "token"),
            (
                r#"{"instance":"a","token":"b","client_token":""}"#,
                "client_token",
            ),
            (
                r#"{"instance":"a","token":"b","base_url":"https://api.z-api.io/instances/canary"}"#,
                "base_url",
            ),
        ] {
            let error = parse(json).unwrap().validate().unwrap_err();
            assert_eq!(error.field(), field);
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }

    #[test]
    fn debug_hides_the_credentials() {
        let mut config = ZApiConfig::new("canary", "canary");
        config.client_token = Some("canary".into());
        assert!(!format!("{config:?}").contains("canary"));
    }
}
