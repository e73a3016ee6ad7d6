//! The provider: which request each call is, and when a second one clears up the first.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_adapter::{
    Answer, BaseUrl, Gateway, HttpMethod, HttpRequest, HttpTransport, QrForm, SetupError,
};
use pairing_core::{
    Capabilities, CodeReply, InstanceStatus, PairingMethod, PairingProvider, ProviderError,
    WebhookHint,
};
use secrecy::ExposeSecret;

use crate::{ZApiConfig, ZApiWebhook, config, replies};

/// One Z-API instance.
///
/// Calls are repeated by nobody here; a call is one request, or two where
/// [`follow_ups`](ZApiConfig::follow_ups) says so.
pub struct ZApi {
    config: ZApiConfig,
    base: BaseUrl,
    gateway: Gateway,
}

impl ZApi {
    /// What Z-API can do.
    pub const CAPABILITIES: Capabilities = Capabilities::none()
        .with_qr_text()
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
    pub fn new(config: ZApiConfig) -> Result<Self, SetupError> {
        let transport = pairing_adapter::ReqwestTransport::new()?;
        Self::with_transport(config, Arc::new(transport))
    }

    /// With an HTTP client of one's own.
    ///
    /// # Errors
    ///
    /// [`SetupError::Credential`] for a configuration that cannot work.
    pub fn with_transport(
        mut config: ZApiConfig,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Self, SetupError> {
        config.validate()?;
        let base = config.base_url.take().unwrap_or_else(|| {
            BaseUrl::parse(config::DEFAULT_BASE_URL).expect("the constant is a valid base URL")
        });
        Ok(Self {
            config,
            base,
            gateway: Gateway::new(transport),
        })
    }

    async fn get(&self, path: &[&str]) -> Result<Answer, ProviderError> {
        self.gateway.send(self.request(path)).await
    }

    /// As [`get`](Self::get), for what must not arrive twice although it is a `GET`.
    async fn get_once(&self, path: &[&str]) -> Result<Answer, ProviderError> {
        self.gateway.send(self.request(path).once()).await
    }

    fn request(&self, path: &[&str]) -> HttpRequest {
        let mut segments = vec![
            "instances",
            self.config.instance.expose_secret(),
            "token",
            self.config.token.expose_secret(),
        ];
        segments.extend(path);
        let mut request = HttpRequest::new(HttpMethod::Get, self.base.join(&segments))
            .with_header("accept", "application/json".into())
            // Z-API's documentation asks for it with every request, also without a body.
            .with_header("content-type", "application/json".into());
        if let Some(client_token) = &self.config.client_token {
            request = request.with_header("client-token", client_token.clone());
        }
        request
    }

    async fn is_connected(&self) -> Result<bool, ProviderError> {
        let answer = self.get(&["status"]).await?;
        replies::connected(&answer, self.sends_client_token())
    }

    fn sends_client_token(&self) -> bool {
        self.config.client_token.is_some()
    }
}

#[async_trait]
impl PairingProvider for ZApi {
    fn name(&self) -> &str {
        "zapi"
    }

    /// [`CAPABILITIES`](Self::CAPABILITIES); without
    /// [`follow_ups`](ZApiConfig::follow_ups) the status does not name the linked number,
    /// which `/device` alone knows.
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Self::CAPABILITIES;
        capabilities.linked_phone = self.config.follow_ups;
        capabilities
    }

    async fn request_code(&self, method: &PairingMethod) -> Result<CodeReply, ProviderError> {
        let answer = match (method, self.config.qr_form) {
            (PairingMethod::Qr, QrForm::Text) => self.get(&["qr-code"]).await?,
            (PairingMethod::Qr, QrForm::Image) => self.get(&["qr-code", "image"]).await?,
            (PairingMethod::PhoneCode(phone), _) => {
                self.get_once(&["phone-code", phone.digits()]).await?
            }
        };
        let reading = replies::code(answer, method, self.sends_client_token());
        let is_linked = self.config.follow_ups.then(|| self.is_connected());
        reading.settle(is_linked).await
    }

    /// One `/status`; if connected, also one `/device` for the linked number, whose failure
    /// leaves the number out.
    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        if !self.is_connected().await? {
            return Ok(InstanceStatus::disconnected());
        }
        if !self.config.follow_ups {
            return Ok(InstanceStatus::connected(None));
        }
        let device = self.get(&["device"]).await;
        let phone = device.ok().as_ref().and_then(replies::linked_phone);
        Ok(InstanceStatus::connected(phone))
    }

    /// One `/disconnect`, never repeated, and one `/status` if the answer does not say whether it
    /// was done. An instance that is not linked counts as unlinked.
    async fn unlink(&self) -> Result<(), ProviderError> {
        let answer = self.get_once(&["disconnect"]).await?;
        let unlinking = replies::unlinked(&answer, self.sends_client_token());
        let is_linked = self.config.follow_ups.then(|| self.is_connected());
        unlinking.settle(is_linked).await
    }

    fn read_webhook(&self, body: &[u8]) -> Result<WebhookHint, ProviderError> {
        let mut webhook = ZApiWebhook::parse(body)?;
        let hint = webhook.hint_for(self.config.instance.expose_secret());
        webhook.wipe();
        Ok(hint)
    }
}

impl fmt::Debug for ZApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZApi")
            .field("base_url", &self.base)
            .finish_non_exhaustive()
    }
}
