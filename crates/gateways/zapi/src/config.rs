//! What is needed to speak to one Z-API instance.

use pairing_adapter::{BaseUrl, InvalidCredential, QrForm, check_credential};
use secrecy::{ExposeSecret, SecretString};

pub(crate) const DEFAULT_BASE_URL: &str = "https://api.z-api.io";

/// The credentials of an instance and how to use it. `Debug` hides the credentials.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ZApiConfig {
    /// The instance id, from the dashboard.
    pub instance: SecretString,
    /// The instance token, from the dashboard.
    pub token: SecretString,
    /// The account's security token, needed once its owner has activated it.
    pub client_token: Option<SecretString>,
    /// Another address than `https://api.z-api.io`.
    pub base_url: Option<BaseUrl>,
    /// Which form of QR code to ask for.
    pub qr_form: QrForm,
    /// Whether a second request may clear up an answer or add the linked number; on by
    /// default.
    pub follow_ups: bool,
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

    /// Sets the account's security token.
    #[must_use]
    pub fn with_client_token(mut self, token: impl Into<SecretString>) -> Self {
        self.client_token = Some(token.into());
        self
    }

    /// Sets another address than `https://api.z-api.io`.
    #[must_use]
    pub fn with_base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// Sets which form of QR code to ask for.
    #[must_use]
    pub fn with_qr_form(mut self, form: QrForm) -> Self {
        self.qr_form = form;
        self
    }

    /// Sets whether a second request may clear up an answer or add the linked number.
    #[must_use]
    pub fn with_follow_ups(mut self, follow_ups: bool) -> Self {
        self.follow_ups = follow_ups;
        self
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
        let is_endpoint = |base: &BaseUrl| base.has_segment("instances");
        if self.base_url.as_ref().is_some_and(is_endpoint) {
            return Err(InvalidCredential::endpoint_as_base_url());
        }
        Ok(())
    }
}
