//! The provider: which request each call is, and when a second one clears up the first.

use std::sync::Arc;

use async_trait::async_trait;
use pairing_adapter::{
    GatewayClient, GatewayResponse, GatewayRules, HttpMethod, HttpRequest, HttpTransport,
    SecretUrl, SetupError,
};
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingMethod,
    PairingProvider, ProviderError, WebhookHint,
};
use secrecy::{ExposeSecret, SecretString};

use crate::{MegaApiConfig, errors, status, webhook};

/// The documentation says `qrcode`; clients read `pairingCode`. Both come first by default.
pub(crate) static RULES: GatewayRules = GatewayRules::new()
    .further_fields(&["instance_key", "phone_connected", "plan", "webhook"])
    .errors(errors::ERRORS);

/// One megaAPI instance.
///
/// A call is one request, or two where [`follow_ups`](MegaApiConfig::follow_ups) says so. It is not
/// repeated here.
#[derive(Debug)]
pub struct MegaApi {
    config: MegaApiConfig,
    authorization: SecretString,
    gateway: GatewayClient,
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
            gateway: GatewayClient::new(transport, &RULES),
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

    async fn send(&self, request: HttpRequest) -> Result<GatewayResponse, ProviderError> {
        let request = request
            .with_header("accept", "application/json".into())
            .with_header("content-type", "application/json".into())
            .with_header("authorization", self.authorization.clone());
        let response = self.gateway.send(request).await?;
        status::of_own_instance(&response, self.key())?;
        Ok(response)
    }

    /// A status request, where a second request is allowed.
    fn follow_up(&self) -> Option<impl Future<Output = Result<bool, ProviderError>>> {
        let is_linked = async || Ok(self.status().await?.is_connected());
        self.config.follow_ups.then(is_linked)
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

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let method = &request.method;
        let request = match method {
            PairingMethod::Qr => get(self.url(&["qrcode_base64", self.key()])),
            PairingMethod::PhoneCode(phone) => {
                let url = self.url(&["pairingCode", self.key()]);
                get(url.with_query("phoneNumber", phone.digits())).once()
            }
        };
        let response = self.send(request).await?;
        response.code_reply(method, self.follow_up()).await
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let response = self.send(get(self.url(&[self.key()]))).await?;
        status::read(&response)
    }

    /// One logout, never repeated, and one status if the response does not say whether it was done.
    /// An instance that is not linked counts as unlinked.
    async fn unlink(&self) -> Result<(), ProviderError> {
        let url = self.url(&[self.key(), "logout"]);
        let response = self.send(HttpRequest::new(HttpMethod::Delete, url)).await?;
        response.unlinked(self.follow_up()).await
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        let body = webhook.body();
        webhook::read(body, self.key())
    }
}

fn get(url: SecretUrl) -> HttpRequest {
    HttpRequest::new(HttpMethod::Get, url)
}
