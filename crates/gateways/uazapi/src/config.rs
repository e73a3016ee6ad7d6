//! What is needed to speak to one instance of a uazapi server.

use pairing_adapter::{BaseUrl, InvalidCredential, check_credential};
use secrecy::{ExposeSecret, SecretString};

/// The server and the instance. `Debug` hides the token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UazapiConfig {
    /// The token of the instance, by which the server finds it. Not the admin token of the server.
    pub token: SecretString,
    /// Where the server lives.
    pub base_url: BaseUrl,
}

impl UazapiConfig {
    /// The instance with this token, at this server.
    #[must_use]
    pub fn new(token: impl Into<SecretString>, base_url: BaseUrl) -> Self {
        Self {
            token: token.into(),
            base_url,
        }
    }

    /// Checks what can be known without asking the server.
    ///
    /// # Errors
    ///
    /// [`InvalidCredential`] names the field and what to do, never the value.
    pub fn validate(&self) -> Result<(), InvalidCredential> {
        check_credential("token", self.token.expose_secret())?;
        // The address of an endpoint.
        if self.base_url.has_segment("instance") {
            return Err(InvalidCredential::endpoint_as_base_url());
        }
        Ok(())
    }
}
