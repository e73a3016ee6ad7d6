//! What is needed to speak to one megaAPI instance.

use pairing_adapter::{BaseUrl, InvalidCredential, check_credential, deserialize_secret};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// The credentials of an instance and how to use it. `Debug` hides the credentials.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MegaApiConfig {
    /// The instance key, from the dashboard.
    #[serde(deserialize_with = "deserialize_secret")]
    pub instance_key: SecretString,
    /// The token, without `Bearer`.
    #[serde(deserialize_with = "deserialize_secret")]
    pub token: SecretString,
    /// The customer's host, from the dashboard.
    pub base_url: BaseUrl,
    /// Whether a second request may clear up an answer; on by default.
    #[serde(default = "yes")]
    pub follow_ups: bool,
}

const fn yes() -> bool {
    true
}

impl MegaApiConfig {
    /// The credentials, host included.
    #[must_use]
    pub fn new(
        instance_key: impl Into<SecretString>,
        token: impl Into<SecretString>,
        base_url: BaseUrl,
    ) -> Self {
        Self {
            instance_key: instance_key.into(),
            token: token.into(),
            base_url,
            follow_ups: true,
        }
    }

    /// Checks what can be known without asking megaAPI.
    ///
    /// # Errors
    ///
    /// [`InvalidCredential`] names the field and what to do, never the value.
    pub fn validate(&self) -> Result<(), InvalidCredential> {
        check_credential("instance_key", self.instance_key.expose_secret())?;
        check_credential("token", self.token.expose_secret())?;
        if self.base_url.has_segment("rest") {
            return Err(InvalidCredential::endpoint_as_base_url());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<MegaApiConfig, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_file_needs_three_fields() {
        let file = r#"{"instance_key":"mega-1","token":"M1","base_url":"https://h.example.com"}"#;
        let config = parse(file).unwrap();
        config.validate().unwrap();
        assert!(config.follow_ups);
        let error = parse(r#"{"instance_key":"mega-1","token":"M1"}"#).unwrap_err();
        assert!(error.to_string().contains("base_url"), "{error}");
    }

    #[test]
    fn mistakes_are_named_without_quoting_a_value() {
        let base = "https://h.example.com";
        for (key, token, base, field) in [
            ("instance_key", "M1", base, "instance_key"),
            ("mega-1", "Bearer canary", base, "token"),
            ("mega-1", "can ary", base, "token"),
            (
                "mega-1",
                "M1",
                "https://h.example.com/rest/instance/canary",
                "base_url",
            ),
        ] {
            let config = MegaApiConfig::new(key, token, BaseUrl::parse(base).unwrap());
            let error = config.validate().unwrap_err();
            assert_eq!(error.field(), field);
            assert!(!format!("{error} {config:?}").contains("canary"), "{error}");
        }
    }
}
