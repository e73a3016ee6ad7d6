//! What is needed to speak to one session of a WAHA server.

use std::fmt;

use pairing_adapter::{BaseUrl, InvalidCredential, QrForm, check_credential, check_name};
use secrecy::{ExposeSecret, SecretString};

/// The name that WAHA gives the one session of its free edition.
const DEFAULT_SESSION: &str = "default";

/// The session, the server, and how to use them. `Debug` hides the keys, and the name: people name
/// sessions after customers.
#[derive(Clone)]
#[non_exhaustive]
pub struct WahaConfig {
    /// The server.
    pub base_url: BaseUrl,
    /// The name of the session: `default` unless set.
    pub session: String,
    /// The server's API key, if it has one.
    pub api_key: Option<SecretString>,
    /// Whether a session that does not exist is created when a code is asked for; off by default.
    pub create: bool,
    /// The key that webhooks are signed with. Without it they are not verified.
    pub webhook_hmac_key: Option<SecretString>,
    /// Which form of QR code to ask for.
    pub qr_form: QrForm,
}

impl WahaConfig {
    /// The session `default` of this server, which has no API key.
    #[must_use]
    pub fn new(base_url: BaseUrl) -> Self {
        Self {
            base_url,
            session: DEFAULT_SESSION.to_owned(),
            api_key: None,
            create: false,
            webhook_hmac_key: None,
            qr_form: QrForm::default(),
        }
    }

    /// Sets the name of the session.
    #[must_use]
    pub fn with_session(mut self, name: impl Into<String>) -> Self {
        self.session = name.into();
        self
    }

    /// Sets the server's API key.
    #[must_use]
    pub fn with_api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Sets whether a session that does not exist is created.
    #[must_use]
    pub fn with_create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// Sets the key that webhooks are signed with: from then on an unsigned one is refused.
    #[must_use]
    pub fn with_webhook_hmac_key(mut self, key: impl Into<SecretString>) -> Self {
        self.webhook_hmac_key = Some(key.into());
        self
    }

    /// Sets which form of QR code to ask for.
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
        check_name("session", &self.session)?;
        let keys = [
            ("api_key", &self.api_key),
            ("webhook_hmac_key", &self.webhook_hmac_key),
        ];
        for (field, key) in keys {
            if let Some(key) = key {
                check_credential(field, key.expose_secret())?;
            }
        }
        if self.base_url.has_segment("api") {
            return Err(InvalidCredential::endpoint_as_base_url());
        }
        Ok(())
    }
}

impl fmt::Debug for WahaConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WahaConfig")
            .field("base_url", &self.base_url)
            .field("api_key", &self.api_key)
            .field("create", &self.create)
            .field("webhook_hmac_key", &self.webhook_hmac_key)
            .field("qr_form", &self.qr_form)
            .finish_non_exhaustive()
    }
}
