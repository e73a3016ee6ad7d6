//! What is needed to speak to one instance of an Evolution Go server.

use std::fmt;

use pairing_adapter::{BaseUrl, InvalidCredential, QrForm, check_credential};
use secrecy::{ExposeSecret, SecretString};

/// The server, the token that stands for the instance, and how to use them. `Debug` hides the token.
#[derive(Clone)]
#[non_exhaustive]
pub struct EvolutionGoConfig {
    /// The token of the instance.
    pub token: SecretString,
    /// Where the server lives.
    pub base_url: BaseUrl,
    /// Which form of QR code is preferred; every answer has both.
    pub qr_form: QrForm,
}

impl EvolutionGoConfig {
    /// The instance with this token.
    #[must_use]
    pub fn new(token: impl Into<SecretString>, base_url: BaseUrl) -> Self {
        Self {
            token: token.into(),
            base_url,
            qr_form: QrForm::default(),
        }
    }

    /// Sets which form of QR code is preferred.
    #[must_use]
    pub fn with_qr_form(mut self, form: QrForm) -> Self {
        self.qr_form = form;
        self
    }

    /// Checks what can be known without asking the server.
    ///
    /// # Errors
    ///
    /// [`InvalidCredential`] names the field and what to do, never the value.
    pub fn validate(&self) -> Result<(), InvalidCredential> {
        check_credential("token", self.token.expose_secret())?;
        // The address of an endpoint, or of a page of the server.
        if ["instance", "manager", "swagger"]
            .iter()
            .any(|segment| self.base_url.has_segment(segment))
        {
            return Err(InvalidCredential::endpoint_as_base_url());
        }
        Ok(())
    }
}

impl fmt::Debug for EvolutionGoConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvolutionGoConfig")
            .field("base_url", &self.base_url)
            .field("qr_form", &self.qr_form)
            .finish_non_exhaustive()
    }
}
