//! What is needed to speak to one instance of an Evolution Go server.

use std::fmt;

use pairing_adapter::{BaseUrl, InvalidCredential, QrForm, check_credential, check_name};
use secrecy::{ExposeSecret, SecretString};

/// The server, the token that stands for the instance, and how to use them. `Debug` hides the
/// credentials.
#[derive(Clone)]
#[non_exhaustive]
pub struct EvolutionGoConfig {
    /// The token of the instance.
    pub token: SecretString,
    /// Where the server lives.
    pub base_url: BaseUrl,
    /// The id of the instance, for [`global_key`](Self::global_key).
    pub instance_id: Option<String>,
    /// The server's `GLOBAL_API_KEY`. With the id of the instance, a second request adds the linked
    /// number to a status that does not name it. Nothing else is done with it.
    pub global_key: Option<SecretString>,
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
            instance_id: None,
            global_key: None,
            qr_form: QrForm::default(),
        }
    }

    /// Sets the server's own key, and the id of the instance that it takes.
    #[must_use]
    pub fn with_global_key(
        mut self,
        key: impl Into<SecretString>,
        instance_id: impl Into<String>,
    ) -> Self {
        self.global_key = Some(key.into());
        self.instance_id = Some(instance_id.into());
        self
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
        // Each of the two is of no use without the other.
        if self.instance_id.is_some() || self.global_key.is_some() {
            let key = self.global_key.as_ref().map(ExposeSecret::expose_secret);
            check_name(
                "instance_id",
                self.instance_id.as_deref().unwrap_or_default(),
            )?;
            check_credential("global_key", key.unwrap_or_default())?;
        }
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
            .field("global_key", &self.global_key)
            .field("qr_form", &self.qr_form)
            .finish_non_exhaustive()
    }
}
