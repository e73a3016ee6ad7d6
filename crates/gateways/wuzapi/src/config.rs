//! What is needed to speak to one user of a WuzAPI server.

use std::fmt;

use pairing_adapter::{BaseUrl, InvalidCredential, check_credential, check_name};
use secrecy::{ExposeSecret, SecretString};

/// The user, the server, and how to use them. `Debug` hides the token and the key, and the name: people
/// name users after customers.
#[derive(Clone)]
#[non_exhaustive]
pub struct WuzapiConfig {
    /// The server.
    pub base_url: BaseUrl,
    /// The token of the user.
    pub token: SecretString,
    /// The name of the user: webhooks with another name are irrelevant. Without it every webhook is
    /// taken for this user's.
    pub name: Option<String>,
    /// What the user's webhook gets, for servers that do not report it and forget it with every
    /// start. Servers that report it keep theirs, whatever is here.
    pub events: Vec<String>,
    /// The key that webhooks are signed with. Without it they are not verified.
    pub webhook_hmac_key: Option<SecretString>,
}

impl WuzapiConfig {
    /// The user of this server who has this token.
    #[must_use]
    pub fn new(base_url: BaseUrl, token: impl Into<SecretString>) -> Self {
        Self {
            base_url,
            token: token.into(),
            name: None,
            events: Vec::new(),
            webhook_hmac_key: None,
        }
    }

    /// Sets the name of the user: webhooks with another name are irrelevant.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets what the user's webhook gets where the server does not report it, like `Message`.
    #[must_use]
    pub fn with_events<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.events = event_names(names);
        self
    }

    /// Sets the key that webhooks are signed with: from then on an unsigned one is refused.
    #[must_use]
    pub fn with_webhook_hmac_key(mut self, key: impl Into<SecretString>) -> Self {
        self.webhook_hmac_key = Some(key.into());
        self
    }

    /// Checks what can be known without asking the server.
    ///
    /// # Errors
    ///
    /// [`InvalidCredential`] names the field and what to do, never the value.
    pub fn validate(&self) -> Result<(), InvalidCredential> {
        check_credential("token", self.token.expose_secret())?;
        if let Some(name) = &self.name {
            check_name("name", name)?;
        }
        if let Some(key) = &self.webhook_hmac_key {
            check_credential("webhook_hmac_key", key.expose_secret())?;
        }
        if self.base_url.has_segment("session") {
            return Err(InvalidCredential::endpoint_as_base_url());
        }
        Ok(())
    }
}

impl fmt::Debug for WuzapiConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WuzapiConfig")
            .field("base_url", &self.base_url)
            .field("token", &self.token)
            .field("webhook_hmac_key", &self.webhook_hmac_key)
            .finish_non_exhaustive()
    }
}

/// Trimmed, empty ones left out.
pub(crate) fn event_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let names = names.into_iter().map(str::trim);
    let names = names.filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}
