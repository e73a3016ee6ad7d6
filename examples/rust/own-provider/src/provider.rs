//! The adapter for "Acme", a gateway that exists only here. It translates and does no more:
//! no retry, no timer, no memory of codes. The session has all that, the same for everyone.
//!
//! Acme's page says: `GET /v1/{instance}/qr` answers 200 `{"qr":"2@…"}`, 202 while the code is
//! being made, and 409 once a phone is linked; `GET /v1/{instance}` answers
//! `{"linked":true,"phone":"5511…"}`; both want `Authorization: Bearer {token}`.

use std::sync::Arc;

use async_trait::async_trait;
use pairing_adapter::{Answer, BaseUrl, Body, Gateway, HttpMethod, HttpRequest, HttpTransport};
use pairing_core::{
    Capabilities, CodeReply, InstanceStatus, PairingMethod, PairingProvider, PhoneNumber,
    ProviderError, ProviderErrorKind, WebhookHint,
};
use secrecy::{ExposeSecret, SecretString};

/// One instance at Acme.
#[derive(Debug)]
pub struct Acme {
    base: BaseUrl,
    instance: SecretString,
    authorization: SecretString,
    gateway: Gateway,
}

impl Acme {
    /// Any transport will do: `pairing_adapter::ReqwestTransport`, a fake, your platform's own.
    pub fn new(
        base: BaseUrl,
        instance: &str,
        token: &str,
        transport: Arc<dyn HttpTransport>,
    ) -> Self {
        Self {
            base,
            instance: instance.into(),
            authorization: format!("Bearer {token}").into(),
            gateway: Gateway::new(transport),
        }
    }

    /// One request. Failures on the way are mapped by `Gateway`; any answer of Acme's is `Ok`.
    async fn get(&self, path: &[&str]) -> Result<Answer, ProviderError> {
        let segments = [&["v1", self.instance.expose_secret()], path].concat();
        let request = HttpRequest::new(HttpMethod::Get, self.base.join(&segments))
            .with_header("authorization", self.authorization.clone());
        let answer = self.gateway.send(request).await?;
        // What a firewall or a login page says is not Acme's, whatever its status.
        answer.intercepted().map_or(Ok(answer), Err)
    }
}

#[async_trait]
impl PairingProvider for Acme {
    fn name(&self) -> &str {
        "acme"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none()
            .with_qr_text()
            .with_qr_image()
            .with_status()
            .with_linked_phone()
    }

    async fn request_code(&self, method: &PairingMethod) -> Result<CodeReply, ProviderError> {
        // What the capabilities leave out is refused without a call.
        let PairingMethod::Qr = method else {
            return Err(ProviderErrorKind::Unsupported.into());
        };
        let answer = self.get(&["qr"]).await?;
        // `read_qr_code` takes a QR text or a picture and nothing else: a person must never be
        // shown "please wait" as a code.
        if let Body::Object(object) = &answer.body
            && let Some(code) = object
                .texts(&["qr"])
                .find_map(pairing_adapter::read_qr_code)
        {
            return Ok(code.into());
        }
        match answer.status {
            202 => Ok(CodeReply::NotReady),
            409 => Ok(CodeReply::AlreadyConnected),
            // 401, 404, 429 with its Retry-After, 5xx: the same everywhere. The message is
            // ours; never quote the body, for gateways echo credentials.
            _ => Err(answer.error_by_status()),
        }
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let answer = self.get(&[]).await?;
        let Body::Object(object) = &answer.body else {
            return Err(answer.error_by_status());
        };
        match object.flag(&["linked"]) {
            Some(true) => {
                let mut phones = object.texts(&["phone"]);
                let phone = phones.find_map(PhoneNumber::from_account_id);
                Ok(InstanceStatus::connected(phone))
            }
            Some(false) => Ok(InstanceStatus::disconnected()),
            None => Err(answer.error_by_status()),
        }
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        Err(ProviderErrorKind::Unsupported.into())
    }

    fn read_webhook(&self, _body: &[u8]) -> Result<WebhookHint, ProviderError> {
        Err(ProviderErrorKind::Unsupported.into())
    }
}
