//! The adapter for Acme. It translates: retries, timers and the memory of codes are the session's.
//!
//! Acme's page says: `GET /v1/{instance}/qr` answers 200 `{"qr":"2@…"}`, 202 while the code is
//! being made, and 409 once a phone is linked; `GET /v1/{instance}` answers
//! `{"linked":true,"phone":"5511…"}`; both want `Authorization: Bearer {token}`.

use std::sync::Arc;

use async_trait::async_trait;
use pairing_adapter::{
    BaseUrl, Body, GatewayClient, GatewayResponse, GatewayRules, HttpMethod, HttpRequest,
    HttpTransport, read_linked_value,
};
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingMethod,
    PairingProvider, ProviderError, ProviderErrorKind, WebhookHint,
};
use secrecy::{ExposeSecret, SecretString};

use crate::AcmeConfig;

/// Where Acme puts its codes. A table of its error messages would follow with `.errors(…)`.
static RULES: GatewayRules = GatewayRules::new().qr_fields(&["qr"]);

/// One instance at Acme.
#[derive(Debug)]
pub struct Acme {
    base: BaseUrl,
    instance: SecretString,
    authorization: SecretString,
    gateway: GatewayClient,
}

impl Acme {
    /// What Acme can do.
    pub const CAPABILITIES: Capabilities = Capabilities::none()
        .with_qr_text()
        .with_status()
        .with_linked_phone();

    /// With any HTTP client: `pairing_adapter::ReqwestTransport`, or your platform's.
    pub fn new(config: &AcmeConfig, transport: Arc<dyn HttpTransport>) -> Self {
        Self {
            base: config.base_url.clone(),
            instance: config.instance.clone(),
            authorization: format!("Bearer {}", config.token.expose_secret()).into(),
            gateway: GatewayClient::new(transport, &RULES),
        }
    }

    /// One request. The client maps failures on the way; any response of Acme's is `Ok`.
    async fn get(&self, path: &[&str]) -> Result<GatewayResponse, ProviderError> {
        let segments = [&["v1", self.instance.expose_secret()], path].concat();
        let request = HttpRequest::new(HttpMethod::Get, self.base.join(&segments))
            .with_header("authorization", self.authorization.clone());
        let response = self.gateway.send(request).await?;
        // A firewall or a login page may answer in Acme's place, with any status.
        response.intercepted().map_or(Ok(response), Err)
    }
}

#[async_trait]
impl PairingProvider for Acme {
    fn name(&self) -> &str {
        crate::ADAPTER.name
    }

    fn capabilities(&self) -> Capabilities {
        Self::CAPABILITIES
    }

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        // What the capabilities leave out is refused without a call.
        let PairingMethod::Qr = request.method else {
            return Err(ProviderErrorKind::Unsupported.into());
        };
        let response = self.get(&["qr"]).await?;
        match response.status {
            202 => Ok(CodeReply::NOT_READY),
            409 => Ok(CodeReply::AlreadyConnected),
            // A QR text or a picture is a code, "please wait" is not. 401, 404, 429 with its
            // Retry-After, 5xx: the kit reads them alike for every gateway. It never quotes a
            // body, for gateways echo credentials.
            _ => {
                let is_linked = async { Ok(self.status().await?.is_connected()) };
                response.code_reply(&request.method, Some(is_linked)).await
            }
        }
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let response = self.get(&[]).await?;
        let (linked, phone) = match &response.body {
            Body::Object(object) => (
                object.flag(&["linked"]),
                object.get(&["phone"]).and_then(read_linked_value),
            ),
            _ => (None, None),
        };
        Ok(match response.linked(linked)? {
            true => InstanceStatus::connected(phone),
            false => InstanceStatus::disconnected(),
        })
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        Err(ProviderErrorKind::Unsupported.into())
    }

    fn read_webhook(&self, _: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        Err(ProviderErrorKind::Unsupported.into())
    }
}
