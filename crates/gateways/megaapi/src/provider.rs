//! The provider: which request each call is, and when a second one clears up the first.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_adapter::{
    Answer, Gateway, HttpMethod, HttpRequest, HttpTransport, SecretUrl, SetupError,
};
use pairing_core::{
    Capabilities, CodeReply, InstanceStatus, PairingMethod, PairingProvider, ProviderError,
    WebhookHint,
};
use secrecy::{ExposeSecret, SecretString};

use crate::{MegaApiConfig, MegaApiWebhook, replies};

/// One megaAPI instance.
///
/// Calls are repeated by nobody here; a call is one request, or two where
/// [`follow_ups`](MegaApiConfig::follow_ups) says so.
pub struct MegaApi {
    config: MegaApiConfig,
    authorization: SecretString,
    gateway: Gateway,
}

impl MegaApi {
    /// What megaAPI can do.
    pub const CAPABILITIES: Capabilities = Capabilities::none()
        .with_qr_image()
        .with_phone_code()
        .with_status()
        .with_linked_phone()
        .with_unlink()
        .with_webhooks();

    /// With the bundled HTTP client.
    ///
    /// # Errors
    ///
    /// [`SetupError`] for a configuration that cannot work.
    #[cfg(feature = "reqwest")]
    pub fn new(config: MegaApiConfig) -> Result<Self, SetupError> {
        let transport = pairing_adapter::ReqwestTransport::new()?;
        Self::with_transport(config, Arc::new(transport))
    }

    /// With an HTTP client of one's own.
    ///
    /// # Errors
    ///
    /// [`SetupError::Credential`] for a configuration that cannot work.
    pub fn with_transport(
        config: MegaApiConfig,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Self, SetupError> {
        config.validate()?;
        // As large as needed at once: growing would leave a copy behind.
        let authorization = ["Bearer ", config.token.expose_secret()].concat();
        Ok(Self {
            config,
            authorization: authorization.into(),
            gateway: Gateway::new(transport),
        })
    }

    fn key(&self) -> &str {
        self.config.instance_key.expose_secret()
    }

    /// Below `/rest/instance`.
    fn url(&self, path: &[&str]) -> SecretUrl {
        let segments = [&["rest", "instance"], path].concat();
        self.config.base_url.join(&segments)
    }

    async fn send(&self, request: HttpRequest) -> Result<Answer, ProviderError> {
        let request = request
            .with_header("accept", "application/json".into())
            .with_header("content-type", "application/json".into())
            .with_header("authorization", self.authorization.clone());
        let answer = self.gateway.send(request).await?;
        replies::of_own_instance(&answer, self.key())?;
        Ok(answer)
    }

    async fn is_connected(&self) -> Result<bool, ProviderError> {
        Ok(self.status().await?.connected)
    }
}

#[async_trait]
impl PairingProvider for MegaApi {
    fn name(&self) -> &str {
        "megaapi"
    }

    fn capabilities(&self) -> Capabilities {
        Self::CAPABILITIES
    }

    async fn request_code(&self, method: &PairingMethod) -> Result<CodeReply, ProviderError> {
        let request = match method {
            PairingMethod::Qr => get(self.url(&["qrcode_base64", self.key()])),
            PairingMethod::PhoneCode(phone) => {
                let url = self.url(&["pairingCode", self.key()]);
                get(url.with_query("phoneNumber", phone.digits())).once()
            }
        };
        let answer = self.send(request).await?;
        let reading = replies::code(answer, method);
        let is_linked = self.config.follow_ups.then(|| self.is_connected());
        reading.settle(is_linked).await
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let answer = self.send(get(self.url(&[self.key()]))).await?;
        replies::status(&answer)
    }

    /// One logout, never repeated, and one status if the answer does not say whether it was done.
    /// An instance that is not linked counts as unlinked.
    async fn unlink(&self) -> Result<(), ProviderError> {
        let url = self.url(&[self.key(), "logout"]);
        let answer = self.send(HttpRequest::new(HttpMethod::Delete, url)).await?;
        let unlinking = replies::unlinked(&answer);
        let is_linked = self.config.follow_ups.then(|| self.is_connected());
        unlinking.settle(is_linked).await
    }

    fn read_webhook(&self, body: &[u8]) -> Result<WebhookHint, ProviderError> {
        let mut webhook = MegaApiWebhook::parse(body)?;
        let hint = webhook.hint_for(self.key());
        webhook.wipe();
        Ok(hint)
    }
}

fn get(url: SecretUrl) -> HttpRequest {
    HttpRequest::new(HttpMethod::Get, url)
}

impl fmt::Debug for MegaApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MegaApi")
            .field("base_url", &self.config.base_url)
            .finish_non_exhaustive()
    }
}
