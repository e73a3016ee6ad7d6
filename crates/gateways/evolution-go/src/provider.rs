//! The provider: which requests each call is, by the connection of the instance.

use std::future::Ready;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_adapter::{
    GatewayClient, GatewayResponse, GatewayRules, HttpMethod, HttpRequest, HttpTransport, QrForm,
    SecretUrl, SetupError,
};
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstancePhase, InstanceStatus,
    PairingMethod, PairingPolicy, PairingProvider, PhoneNumber, ProviderError, WebhookHint,
};

use crate::state::{self, Connection};
use crate::{EvolutionGoConfig, errors, passkey, policy, webhook};

/// An answer has the text in `code` and the picture in `qrcode`.
pub(crate) const COMMON: GatewayRules = GatewayRules::new()
    .names_in_any_case()
    .phone_code_fields(&["pairingcode"])
    .further_fields(&[
        "Code",
        "Connected",
        "LoggedIn",
        "PairingCode",
        "Qrcode",
        "instanceToken",
        "loggedIn",
        "myJid",
        "passkeyCode",
        "passkeyOpenUrl",
        "passkeyStage",
    ])
    .states(&["challenge", "confirmation", "confirmed", "success"])
    .errors(errors::ERRORS);
static TEXT_FIRST: GatewayRules = COMMON.qr_fields(&["code", "qrcode"]);
static PICTURE_FIRST: GatewayRules = COMMON.qr_fields(&["qrcode", "code"]);

/// The status was asked for before.
const NO_STATUS: Option<Ready<Result<bool, ProviderError>>> = None;

/// One instance of an Evolution Go server.
///
/// A request for a code is at most two requests, and is not repeated here.
#[derive(Debug)]
pub struct EvolutionGo {
    config: EvolutionGoConfig,
    gateway: GatewayClient,
}

impl EvolutionGo {
    /// What Evolution Go can do. An attempt that runs cannot be ended: the one request that ends it would
    /// unlink a number that was linked a moment before.
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
    pub fn new(config: EvolutionGoConfig) -> Result<Self, SetupError> {
        let transport = pairing_adapter::ReqwestTransport::new()?;
        Self::with_transport(config, Arc::new(transport))
    }

    /// With an HTTP client of one's own.
    ///
    /// # Errors
    ///
    /// [`SetupError::Credential`] for a configuration that cannot work.
    pub fn with_transport(
        config: EvolutionGoConfig,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Self, SetupError> {
        config.validate()?;
        let rules = match config.qr_form {
            QrForm::Text => &TEXT_FIRST,
            QrForm::Image => &PICTURE_FIRST,
        };
        Ok(Self {
            config,
            gateway: GatewayClient::new(transport, rules),
        })
    }

    fn url(&self, call: &str) -> SecretUrl {
        self.config.base_url.join(&["instance", call])
    }

    async fn send(&self, request: HttpRequest) -> Result<GatewayResponse, ProviderError> {
        let request = request
            .with_header("accept", "application/json".into())
            .with_header("apikey", self.config.token.clone());
        self.gateway.send(request).await
    }

    async fn connection(&self) -> Result<Connection, ProviderError> {
        let request = HttpRequest::new(HttpMethod::Get, self.url("status"));
        state::read(&self.send(request).await?)
    }

    /// Reads the present code where a socket is open. Elsewhere it starts a client, and while a phone
    /// links that breaks the link: it must not arrive late, or twice.
    async fn qr(&self) -> Result<GatewayResponse, ProviderError> {
        let request = HttpRequest::new(HttpMethod::Get, self.url("qr")).once();
        self.send(request).await
    }

    /// Asks WhatsApp for a code, which makes the one before it worthless.
    async fn phone_code(&self, phone: &PhoneNumber) -> Result<CodeReply, ProviderError> {
        let body = serde_json::json!({"phone": phone.digits()});
        let request =
            HttpRequest::new(HttpMethod::Post, self.url("pair")).with_json(body.to_string());
        let method = PairingMethod::PhoneCode(phone.clone());
        self.reply(self.send(request).await?, &method).await
    }

    async fn reply(
        &self,
        response: GatewayResponse,
        method: &PairingMethod,
    ) -> Result<CodeReply, ProviderError> {
        match passkey::step(&response) {
            Some(step) => Ok(CodeReply::PasskeyRequired(step)),
            None => response.code_reply(method, NO_STATUS).await,
        }
    }

    /// Starts a client, for either method: a phone code is made only where one is connected, and servers
    /// up to 0.6 give an empty one elsewhere. The QR code in the answer may be one that was left in the
    /// database by an attempt that is over, so it is not used. A server that starts asks for patience in
    /// words; of an answer that has neither these nor a code it is not known what it means.
    async fn start(&self) -> Result<CodeReply, ProviderError> {
        let response = self.qr().await?;
        let is_refusal = !response.is_success();
        Ok(match self.reply(response, &PairingMethod::Qr).await? {
            CodeReply::Code(_) => CodeReply::STARTING,
            CodeReply::NotReady { .. } if is_refusal => CodeReply::STARTING,
            reply => reply,
        })
    }

    /// The present QR code, which is taken away when it was scanned.
    async fn qr_code(&self, may_be_linking: bool) -> Result<CodeReply, ProviderError> {
        let response = self.qr().await?;
        Ok(match self.reply(response, &PairingMethod::Qr).await? {
            CodeReply::NotReady { .. } if may_be_linking => CodeReply::Linking,
            reply => reply,
        })
    }
}

#[async_trait]
impl PairingProvider for EvolutionGo {
    fn name(&self) -> &str {
        "evolution-go"
    }

    fn capabilities(&self) -> Capabilities {
        Self::CAPABILITIES
    }

    fn recommended_policy(&self) -> PairingPolicy {
        policy::recommended()
    }

    /// One request for the status, and one more that it calls for.
    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        match (self.connection().await?, &request.method) {
            (Connection::LoggedIn(_), _) => Ok(CodeReply::AlreadyConnected),
            // A client that is started now would disturb the one that connects after a scan.
            (Connection::Closed, _) if request.may_be_linking => Ok(CodeReply::Linking),
            (Connection::Closed, _) => self.start().await,
            (Connection::Open, PairingMethod::Qr) => self.qr_code(request.may_be_linking).await,
            // A phone may be linking with the code that was on screen.
            (Connection::Open, PairingMethod::PhoneCode(_)) if request.may_be_linking => {
                Ok(CodeReply::NOT_READY)
            }
            (Connection::Open, PairingMethod::PhoneCode(phone)) => self.phone_code(phone).await,
        }
    }

    /// One request. An open socket waits for a phone, or for a passkey: the status does not say for which.
    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        Ok(match self.connection().await? {
            Connection::LoggedIn(number) => InstanceStatus::connected(number),
            Connection::Open => InstanceStatus::in_phase(InstancePhase::NotLinked),
            Connection::Closed => InstanceStatus::in_phase(InstancePhase::Idle),
        })
    }

    /// One request for the status, and one `logout`, never repeated, unless an attempt to link runs: then
    /// no number is linked, and the `logout` would end the attempt. A last status decides where the answer
    /// does not say whether it was done.
    async fn unlink(&self) -> Result<(), ProviderError> {
        if self.connection().await? == Connection::Open {
            return Ok(());
        }
        let request = HttpRequest::new(HttpMethod::Delete, self.url("logout"));
        let response = self.send(request).await?;
        let is_done = response.object().is_some_and(|object| {
            response.is_success() && !object.is_failure() && object.says("message", "success")
        });
        if is_done && response.intercepted().is_none() {
            return Ok(());
        }
        let is_linked = async { Ok(matches!(self.connection().await?, Connection::LoggedIn(_))) };
        response.unlinked(Some(is_linked)).await
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        webhook::read(webhook, &self.config.token)
    }
}
