//! What is needed to speak to one megaAPI instance.

use pairing_adapter::{BaseUrl, InvalidCredential, check_credential};
use secrecy::{ExposeSecret, SecretString};

/// The credentials of an instance and how to use it. `Debug` hides the credentials.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MegaApiConfig {
    /// The instance key, from the dashboard.
    pub instance_key: SecretString,
    /// The token, without `Bearer`.
    pub token: SecretString,
    /// The customer's host, from the dashboard.
    pub base_url: BaseUrl,
    /// Whether a second request may clear up an answer; on by default.
    pub follow_ups: bool,
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

    /// Sets whether a second request may clear up an answer.
    #[must_use]
    pub fn with_follow_ups(mut self, follow_ups: bool) -> Self {
        self.follow_ups = follow_ups;
        self
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
