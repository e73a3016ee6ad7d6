//! What is needed to speak to one instance of an Evolution server.

use std::fmt;

use pairing_adapter::{BaseUrl, InvalidCredential, QrForm, check_credential, check_name};
use secrecy::{ExposeSecret, SecretString};

/// The server, the instance and how to use it. `Debug` hides the credentials, and the name: people
/// name instances after customers.
#[derive(Clone)]
#[non_exhaustive]
pub struct EvolutionConfig {
    /// The name of the instance: any text.
    pub instance: String,
    /// The key of the instance, or the server's own.
    pub api_key: SecretString,
    /// Where the server lives.
    pub base_url: BaseUrl,
    /// The `jwt_key` of the instance's webhook. With it, a webhook is read only if its token is valid.
    pub webhook_secret: Option<SecretString>,
    /// Whether a missing instance is created. Off by default: a mistyped name would make another
    /// instance. Takes the server's own key.
    pub create: bool,
    /// Which form of QR code is preferred; every answer has both.
    pub qr_form: QrForm,
    /// Whether a second request may add the linked number to a status; on by default. A request for
    /// a code takes two in any case.
    pub follow_ups: bool,
}

impl EvolutionConfig {
    /// What every instance has, and defaults for the rest.
    #[must_use]
    pub fn new(
        instance: impl Into<String>,
        api_key: impl Into<SecretString>,
        base_url: BaseUrl,
    ) -> Self {
        Self {
            instance: instance.into(),
            api_key: api_key.into(),
            base_url,
            webhook_secret: None,
            create: false,
            qr_form: QrForm::default(),
            follow_ups: true,
        }
    }

    /// Sets the `jwt_key` of the instance's webhook.
    #[must_use]
    pub fn with_webhook_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.webhook_secret = Some(secret.into());
        self
    }

    /// Sets whether a missing instance is created.
    #[must_use]
    pub fn with_create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// Sets which form of QR code is preferred.
    #[must_use]
    pub fn with_qr_form(mut self, form: QrForm) -> Self {
        self.qr_form = form;
        self
    }

    /// Sets whether a second request may add the linked number to a status.
    #[must_use]
    pub fn with_follow_ups(mut self, follow_ups: bool) -> Self {
        self.follow_ups = follow_ups;
        self
    }

    /// Checks what can be known without asking the server.
    ///
    /// # Errors
    ///
    /// [`InvalidCredential`] names the field and what to do, never the value.
    pub fn validate(&self) -> Result<(), InvalidCredential> {
        check_name("instance", &self.instance)?;
        check_credential("api_key", self.api_key.expose_secret())?;
        if let Some(secret) = &self.webhook_secret {
            check_credential("webhook_secret", secret.expose_secret())?;
        }
        // The address of an endpoint, or of the dashboard.
        if ["instance", "manager"]
            .iter()
            .any(|segment| self.base_url.has_segment(segment))
        {
            return Err(InvalidCredential::endpoint_as_base_url());
        }
        Ok(())
    }
}

impl fmt::Debug for EvolutionConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvolutionConfig")
            .field("base_url", &self.base_url)
            .field("webhook_secret", &self.webhook_secret)
            .field("create", &self.create)
            .field("qr_form", &self.qr_form)
            .field("follow_ups", &self.follow_ups)
            .finish_non_exhaustive()
    }
}
