//! What is needed to speak to one session of a WPPConnect server.

use std::fmt;

use pairing_adapter::{BaseUrl, InvalidCredential, QrForm, check_credential, check_name};
use secrecy::{ExposeSecret, SecretString};

/// The session, the server, and how to use them. `Debug` hides the credentials, the address of the
/// webhooks, which often holds one, and the name: people name sessions after customers.
#[derive(Clone)]
#[non_exhaustive]
pub struct WppConnectConfig {
    /// The server.
    pub base_url: BaseUrl,
    /// The name of the session.
    pub session: String,
    /// The token of the session. Either this or the secret key is needed; if both are set, the token
    /// is used.
    pub token: Option<SecretString>,
    /// The server's secret key, which a token is asked for with.
    pub secret_key: Option<SecretString>,
    /// Where the server sends the session's webhooks: each start names it. Without it a start for a QR
    /// code leaves it as it is.
    pub webhook: Option<SecretString>,
    /// Whether phone codes are offered; off by default. The server shows a phone code only to the
    /// first start of a session after its own, and never again.
    pub phone_codes: bool,
    /// Which form of QR code to read.
    pub qr_form: QrForm,
}

impl WppConnectConfig {
    /// The session with this name. It needs a token or a secret key yet.
    #[must_use]
    pub fn new(base_url: BaseUrl, session: impl Into<String>) -> Self {
        Self {
            base_url,
            session: session.into(),
            token: None,
            secret_key: None,
            webhook: None,
            phone_codes: false,
            qr_form: QrForm::default(),
        }
    }

    /// Sets the token of the session.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Sets the server's secret key.
    #[must_use]
    pub fn with_secret_key(mut self, key: impl Into<SecretString>) -> Self {
        self.secret_key = Some(key.into());
        self
    }

    /// Sets where the server sends the session's webhooks.
    #[must_use]
    pub fn with_webhook(mut self, url: impl Into<SecretString>) -> Self {
        self.webhook = Some(url.into());
        self
    }

    /// Sets whether phone codes are offered.
    #[must_use]
    pub fn with_phone_codes(mut self, offered: bool) -> Self {
        self.phone_codes = offered;
        self
    }

    /// Sets which form of QR code to read.
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
        if self.session.contains(':') {
            // The server reads what follows as a token.
            return check_credential("session", "<>");
        }
        match (&self.token, &self.secret_key) {
            (Some(token), _) => check_credential("token", token.expose_secret())?,
            (None, Some(key)) => check_credential("secret_key", key.expose_secret())?,
            (None, None) => check_credential("token", "")?,
        }
        if let Some(url) = &self.webhook {
            // Its scheme apart, an address has the form of a credential.
            let url = url.expose_secret();
            let rest = url.strip_prefix("https://");
            let rest = rest.or_else(|| url.strip_prefix("http://"));
            check_credential("webhook", rest.unwrap_or_default())?;
        }
        if self.base_url.has_segment("api") {
            return Err(InvalidCredential::endpoint_as_base_url());
        }
        Ok(())
    }
}

impl fmt::Debug for WppConnectConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WppConnectConfig")
            .field("base_url", &self.base_url)
            .field("token", &self.token)
            .field("secret_key", &self.secret_key)
            .field("webhook", &self.webhook)
            .field("phone_codes", &self.phone_codes)
            .field("qr_form", &self.qr_form)
            .finish_non_exhaustive()
    }
}
