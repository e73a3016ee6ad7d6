//! What is needed to speak to one Green-API instance.

use pairing_adapter::{BaseUrl, InvalidCredential, check_credential};
use secrecy::{ExposeSecret, SecretString};

/// The credentials of an instance and its address. `Debug` hides the credentials.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GreenApiConfig {
    /// `idInstance`, from the console.
    pub instance: SecretString,
    /// `apiTokenInstance`, from the console.
    pub token: SecretString,
    /// `apiUrl`, from the console.
    pub base_url: BaseUrl,
    /// The token that webhooks bring (`webhookUrlToken`). Without it they are not verified.
    pub webhook_token: Option<SecretString>,
}

impl GreenApiConfig {
    /// An instance, its token and its address; webhooks are not verified.
    #[must_use]
    pub fn new(
        instance: impl Into<SecretString>,
        token: impl Into<SecretString>,
        base_url: BaseUrl,
    ) -> Self {
        Self {
            instance: instance.into(),
            token: token.into(),
            base_url,
            webhook_token: None,
        }
    }

    /// Sets the token that webhooks bring: from then on one without it is refused.
    #[must_use]
    pub fn with_webhook_token(mut self, token: impl Into<SecretString>) -> Self {
        self.webhook_token = Some(token.into());
        self
    }

    /// The part of every path that names the instance.
    pub(crate) fn path_of_instance(&self) -> SecretString {
        format!("waInstance{}", self.instance.expose_secret()).into()
    }

    /// Checks what can be known without asking Green-API.
    ///
    /// # Errors
    ///
    /// [`InvalidCredential`] names the field and what to do, never the value.
    pub fn validate(&self) -> Result<(), InvalidCredential> {
        check_credential("instance", self.instance.expose_secret())?;
        check_credential("token", self.token.expose_secret())?;
        if let Some(token) = &self.webhook_token {
            check_credential("webhook_token", token.expose_secret())?;
        }
        let instance = self.path_of_instance();
        if self.base_url.has_segment(instance.expose_secret()) {
            return Err(InvalidCredential::endpoint_as_base_url());
        }
        Ok(())
    }
}
