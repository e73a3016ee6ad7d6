//! The provider: which request each call is, and when a second one clears up the first.

use std::sync::Arc;

use async_trait::async_trait;
use pairing_adapter::{
    BaseUrl, GatewayClient, GatewayResponse, GatewayRules, HttpMethod, HttpRequest, HttpTransport,
    QrForm, SetupError, read_linked_value,
};
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingMethod,
    PairingProvider, PhoneNumber, ProviderError, WebhookHint,
};
use secrecy::ExposeSecret;

use crate::{ZApiConfig, config, errors, webhook};

/// The documentation says `value` for all codes.
pub(crate) const COMMON: GatewayRules = GatewayRules::new()
    .qr_fields(&["value"])
    .phone_code_fields(&["value"])
    .further_fields(&[
        "connected",
        "created",
        "isBusiness",
        "session",
        "smartphoneConnected",
    ])
    .errors(errors::ERRORS);
static RULES: GatewayRules = COMMON;
static RULES_WITHOUT_CLIENT_TOKEN: GatewayRules = COMMON.errors_first(errors::WITHOUT_CLIENT_TOKEN);

/// One Z-API instance.
///
/// A call is one request, or two where [`follow_ups`](ZApiConfig::follow_ups) says so. It is not
/// repeated here.
#[derive(Debug)]
pub struct ZApi {
    config: ZApiConfig,
    base: BaseUrl,
    gateway: GatewayClient,
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
        let rules = match config.client_token {
            Some(_) => &RULES,
            None => &RULES_WITHOUT_CLIENT_TOKEN,
        };
        Ok(Self {
            config,
            base,
            gateway: GatewayClient::new(transport, rules),
        })
    }

    async fn get(&self, path: &[&str]) -> Result<GatewayResponse, ProviderError> {
        self.gateway.send(self.request(path)).await
    }

    /// As [`get`](Self::get), for what must not arrive twice although it is a `GET`.
    async fn get_once(&self, path: &[&str]) -> Result<GatewayResponse, ProviderError> {
        self.gateway.send(self.request(path).once()).await
    }

    fn request(&self, path: &[&str]) -> HttpRequest {
        let (instance, token) = (&self.config.instance, &self.config.token);
        let account = [
            "instances",
            instance.expose_secret(),
            "token",
            token.expose_secret(),
        ];
        let url = self.base.join(&[&account, path].concat());
        let mut request = HttpRequest::new(HttpMethod::Get, url)
            .with_header("accept", "application/json".into())
            // Z-API's documentation asks for it with every request, also without a body.
            .with_header("content-type", "application/json".into());
        if let Some(client_token) = &self.config.client_token {
            request = request.with_header("client-token", client_token.clone());
        }
        request
    }

    /// `/status` fills `error` on success too, so `connected` comes first.
    async fn is_linked(&self) -> Result<bool, ProviderError> {
        let response = self.get(&["status"]).await?;
        let connected = response
            .object()
            .and_then(|object| object.flag(&["connected"]));
        response.linked(connected)
    }

    /// `is_linked`, where a second request is allowed.
    fn follow_up(&self) -> Option<impl Future<Output = Result<bool, ProviderError>>> {
        self.config.follow_ups.then(|| self.is_linked())
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

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let method = &request.method;
        let response = match (method, self.config.qr_form) {
            (PairingMethod::Qr, QrForm::Text) => self.get(&["qr-code"]).await?,
            (PairingMethod::Qr, QrForm::Image) => self.get(&["qr-code", "image"]).await?,
            (PairingMethod::PhoneCode(phone), _) => {
                self.get_once(&["phone-code", phone.digits()]).await?
            }
        };
        response.code_reply(method, self.follow_up()).await
    }

    /// One `/status`; if connected, also one `/device` for the linked number, whose failure
    /// leaves the number out.
    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        if !self.is_linked().await? {
            return Ok(InstanceStatus::disconnected());
        }
        let device = match self.config.follow_ups {
            true => self.get(&["device"]).await.ok(),
            false => None,
        };
        Ok(InstanceStatus::connected(device.and_then(linked_phone)))
    }

    /// One `/disconnect`, never repeated, and one `/status` if the response does not say whether it
    /// was done. An instance that is not linked counts as unlinked.
    async fn unlink(&self) -> Result<(), ProviderError> {
        let response = self.get_once(&["disconnect"]).await?;
        response.unlinked(self.follow_up()).await
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        let body = webhook.body();
        webhook::read(body, self.config.instance.expose_secret())
    }
}

fn linked_phone(device: GatewayResponse) -> Option<PhoneNumber> {
    let object = device.object().filter(|_| device.is_success())?;
    object.ids(&["phone"]).find_map(read_linked_value)
}
