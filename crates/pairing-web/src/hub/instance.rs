//! What the host application says about an instance.

use std::fmt;
use std::sync::Arc;

use pairing_core::{InvalidPolicy, PairingPolicy, PairingProvider, PhoneNumber};
use secrecy::{ExposeSecret, SecretString};

use crate::metered::Metered;

/// An instance that can be linked: its provider, and how.
#[must_use]
pub struct HubInstance {
    pub(super) provider: Arc<dyn PairingProvider>,
    pub(super) title: String,
    pub(super) policy: PairingPolicy,
    pub(super) webhook_secret: Option<SecretString>,
    pub(super) expected_phone: Option<PhoneNumber>,
}

impl HubInstance {
    /// An instance at this provider: `Arc`, `Box`, or the provider itself. Its policy is the
    /// one the provider recommends.
    pub fn new(provider: impl PairingProvider + 'static) -> Self {
        let provider: Arc<dyn PairingProvider> = Arc::new(Metered::new(Arc::new(provider)));
        Self {
            title: provider.name().to_owned(),
            policy: provider.recommended_policy(),
            provider,
            webhook_secret: None,
            expected_phone: None,
        }
    }

    /// The provider's name as people know it, for the page. Default: its short name.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The numbers to go by.
    pub fn policy(mut self, policy: PairingPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Receives the provider's webhooks at `webhooks/{name}/{secret}`. The secret is all that
    /// tells the provider's calls from anyone else's: at least 16 characters of `A-Z`, `a-z`,
    /// `0-9`, `-` and `_`. With it, the status is polled less often, because a webhook is
    /// expected to come first.
    pub fn webhook_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.webhook_secret = Some(secret.into());
        self
    }

    /// The number that must be linked, unless a pairing names its own.
    pub fn expect_phone(mut self, phone: PhoneNumber) -> Self {
        self.expected_phone = Some(phone);
        self
    }

    pub(crate) fn provider(&self) -> &dyn PairingProvider {
        &*self.provider
    }

    pub(crate) fn shown_title(&self) -> &str {
        &self.title
    }

    /// The methods it offers, the better known one first.
    pub(crate) fn methods(&self) -> Vec<&'static str> {
        let can = self.provider.capabilities();
        let methods = [(can.supports_qr(), "qr"), (can.phone_code, "phone_code")];
        let offered = methods.into_iter().filter(|(offered, _)| *offered);
        offered.map(|(_, name)| name).collect()
    }

    pub(crate) fn has_webhooks(&self) -> bool {
        self.webhook_secret.is_some()
    }

    /// Whether a hub would take it under this name, if it has no other instance of the name: for
    /// a host that wants to know before it removes anything.
    ///
    /// # Errors
    ///
    /// [`InvalidInstance`].
    pub fn check(&self, name: &str) -> Result<(), InvalidInstance> {
        let in_a_url = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        if name.is_empty() || name.len() > MOST_NAME_BYTES || !in_a_url(name) {
            return Err(InvalidInstance::Name);
        }
        if let Some(secret) = &self.webhook_secret {
            let secret = secret.expose_secret();
            if secret.len() < LEAST_SECRET_BYTES || !in_a_url(secret) {
                return Err(InvalidInstance::WebhookSecret);
            }
            if !self.provider.capabilities().webhooks {
                return Err(InvalidInstance::NoWebhooks);
            }
        }
        if self.expected_phone.is_some() && !self.verifies_phones() {
            return Err(InvalidInstance::PhoneNotVerifiable);
        }
        Ok(self.policy.validate()?)
    }

    pub(super) fn verifies_phones(&self) -> bool {
        self.provider.capabilities().verifies_phones()
    }
}

impl fmt::Debug for HubInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubInstance")
            .field("provider", &self.provider.name())
            .field("title", &self.title)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// It goes into URLs and logs.
const MOST_NAME_BYTES: usize = 64;
/// 96 bits, if they are random.
const LEAST_SECRET_BYTES: usize = 16;

/// Why an instance cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidInstance {
    /// The name does not fit into a URL.
    #[error("the name of an instance must be 1 to 64 characters of A-Z, a-z, 0-9, - and _")]
    Name,
    /// There is an instance of this name.
    #[error("there is an instance of this name already")]
    NameTaken,
    /// The webhook secret is short, or does not fit into a URL.
    #[error(
        "the webhook secret must be at least 16 characters of A-Z, a-z, 0-9, - and _, such as \
         `openssl rand -hex 16` makes"
    )]
    WebhookSecret,
    /// The provider has no webhooks.
    #[error("this provider has no webhooks: leave out the webhook secret")]
    NoWebhooks,
    /// The provider does not tell which number is linked.
    #[error(
        "this provider does not tell which number is linked, so an expected phone number \
         cannot be verified"
    )]
    PhoneNotVerifiable,
    /// The numbers do not fit together.
    #[error(transparent)]
    Policy(#[from] InvalidPolicy),
    /// Links of this instance were restored, and there is no tokio runtime to keep them.
    #[error("an instance must be added within a tokio runtime")]
    NoRuntime,
}
