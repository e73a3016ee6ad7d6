//! The provider: which requests each call is, and what their answers mean together.

use std::future::Ready;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pairing_adapter::{
    GatewayClient, GatewayResponse, GatewayRules, HttpMethod, HttpRequest, HttpTransport, QrForm,
    SecretUrl, SetupError,
};
use pairing_core::{
    Capabilities, CodePurpose, CodeReply, CodeRequest, IncomingWebhook, InstancePhase,
    InstanceStatus, PairingMethod, PairingPolicy, PairingProvider, ProviderError,
    ProviderErrorKind, WebhookHint,
};
use secrecy::ExposeSecret;

use crate::state::{self, State};
use crate::{EvolutionConfig, errors, webhook};

/// An answer has the text in `code` and the picture in `base64`. Without either, `count` says that
/// they are being made.
pub(crate) const COMMON: GatewayRules = GatewayRules::new()
    .phone_code_fields(&["pairingCode"])
    .not_ready_fields(&["count"])
    .quotes_names()
    .further_fields(&[
        "clientName",
        "connectionStatus",
        "disconnectionAt",
        "disconnectionObject",
        "disconnectionReasonCode",
        "documentation",
        "hash",
        "instanceId",
        "instanceName",
        "integration",
        "manager",
        "owner",
        "ownerJid",
        "serverUrl",
        "settings",
        "swagger",
        "webhookWaBusiness",
        "accessTokenWaBusiness",
        "whatsappWebVersion",
    ])
    .states(&["close", "connecting", "open", "refused", "WHATSAPP-BAILEYS"])
    .errors(errors::ERRORS);
static TEXT_FIRST: GatewayRules = COMMON.qr_fields(&["code", "base64"]);
static PICTURE_FIRST: GatewayRules = COMMON.qr_fields(&["base64", "code"]);

/// One instance of an Evolution server.
///
/// A call is at most two requests, and is not repeated here.
#[derive(Debug)]
pub struct Evolution {
    config: EvolutionConfig,
    gateway: GatewayClient,
}

impl Evolution {
    /// What Evolution can do.
    pub const CAPABILITIES: Capabilities = Capabilities::none()
        .with_qr_text()
        .with_qr_image()
        .with_phone_code()
        .with_status()
        .with_linked_phone()
        .with_unlink()
        .with_abandon()
        .with_renews_phone_codes()
        .with_webhooks();

    /// With the bundled HTTP client.
    ///
    /// # Errors
    ///
    /// [`SetupError`] for a configuration that cannot work.
    #[cfg(feature = "reqwest")]
    pub fn new(config: EvolutionConfig) -> Result<Self, SetupError> {
        let transport = pairing_adapter::ReqwestTransport::new()?;
        Self::with_transport(config, Arc::new(transport))
    }

    /// With an HTTP client of one's own.
    ///
    /// # Errors
    ///
    /// [`SetupError::Credential`] for a configuration that cannot work.
    pub fn with_transport(
        config: EvolutionConfig,
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

    /// Below `/instance`, for this instance.
    fn url(&self, call: &str) -> SecretUrl {
        let path = ["instance", call, &self.config.instance];
        self.config.base_url.join(&path)
    }

    async fn send(&self, request: HttpRequest) -> Result<GatewayResponse, ProviderError> {
        let request = request
            .with_header("accept", "application/json".into())
            .with_header("apikey", self.config.api_key.clone());
        let response = self.gateway.send(request).await?;
        state::of_own_instance(&response, &self.config.instance)?;
        Ok(response)
    }

    async fn connection_state(&self) -> Result<GatewayResponse, ProviderError> {
        self.send(get(self.url("connectionState"))).await
    }

    /// Starts an attempt where none runs; otherwise reads its present code. It must not arrive twice:
    /// each start opens a socket.
    async fn connect(&self, method: &PairingMethod) -> Result<GatewayResponse, ProviderError> {
        let url = match method {
            PairingMethod::Qr => self.url("connect"),
            PairingMethod::PhoneCode(phone) => {
                self.url("connect").with_query("number", phone.digits())
            }
        };
        self.send(get(url).once()).await
    }

    async fn logout(&self) -> Result<GatewayResponse, ProviderError> {
        let request = HttpRequest::new(HttpMethod::Delete, self.url("logout"));
        self.send(request).await
    }

    /// The code in the answer may be that of an attempt that is over, so it is not used.
    async fn start(&self, method: &PairingMethod) -> Result<CodeReply, ProviderError> {
        match self.code(method).await? {
            CodeReply::Code(_) => Ok(CodeReply::STARTING),
            reply => Ok(reply),
        }
    }

    async fn code(&self, method: &PairingMethod) -> Result<CodeReply, ProviderError> {
        let response = self.connect(method).await?;
        match state::stated(&response) {
            Some(Ok(State::Open)) => Ok(CodeReply::AlreadyConnected),
            Some(state) => state.map(|_| CodeReply::NOT_READY),
            None => response.code_reply(method, NO_STATUS).await,
        }
    }

    async fn create(&self) -> Result<CodeReply, ProviderError> {
        let url = self.config.base_url.join(&["instance", "create"]);
        let body = serde_json::json!({
            "instanceName": self.config.instance,
            "integration": "WHATSAPP-BAILEYS",
            "qrcode": false,
        });
        let request = HttpRequest::new(HttpMethod::Post, url).with_json(body.to_string());
        let response = self.send(request).await?;
        let is_created = response.object().is_some_and(|object| {
            response.is_success() && !object.is_failure() && object.has(&["instance"])
        });
        if is_created && response.intercepted().is_none() {
            return Ok(CodeReply::STARTING);
        }
        // Another client created it first.
        if response.status == 403 && response.message().contains("already in use") {
            return Ok(CodeReply::NOT_READY);
        }
        let failure = response.failure();
        Err(match failure.kind() {
            ProviderErrorKind::InvalidCredentials => response.error(
                ProviderErrorKind::InvalidCredentials,
                "Evolution does not let this key create the instance: api_key must be the server's own, AUTHENTICATION_API_KEY",
            ),
            _ => failure,
        })
    }

    /// Whether the answer says that the instance is missing, and it may be created.
    fn is_to_be_created(&self, response: &GatewayResponse) -> bool {
        self.config.create && state::is_missing(response)
    }

    /// Whether a number is linked, for an answer that leaves it open.
    fn follow_up(&self) -> Option<impl Future<Output = Result<bool, ProviderError>>> {
        let is_linked = async || Ok(state::read(&self.connection_state().await?)? == State::Open);
        self.config.follow_ups.then(is_linked)
    }
}

/// The state was asked for before the code.
const NO_STATUS: Option<Ready<Result<bool, ProviderError>>> = None;

#[async_trait]
impl PairingProvider for Evolution {
    fn name(&self) -> &str {
        "evolution"
    }

    /// [`CAPABILITIES`](Self::CAPABILITIES); without
    /// [`follow_ups`](EvolutionConfig::follow_ups) the status does not name the linked number.
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Self::CAPABILITIES;
        capabilities.linked_phone = self.config.follow_ups;
        capabilities
    }

    /// Evolution's numbers. A new QR code, and with it a new phone code, every 45 s: `qrTimeout` in the
    /// source. Six phone codes: seen, after about 270 s the attempt is over. `close` for up to 3 s after
    /// a scan: seen, so 5 s are allowed for. Asking for the present code costs WhatsApp nothing, so it is
    /// asked for every 10 s, and again after 2 s while it is being made. The answer to a start took 2 s
    /// and may hold a code of an earlier attempt; the new QR code is there about a second after the start,
    /// and the phone code another second later. Both are asked for 2 s after the answer, when they have been
    /// there for at least a second.
    fn recommended_policy(&self) -> PairingPolicy {
        const LIFETIME: Duration = Duration::from_secs(45);
        const WAIT: Duration = Duration::from_secs(2);
        PairingPolicy::default()
            .with_qr_lifetime(LIFETIME)
            .with_first_qr_lifetime(LIFETIME)
            .with_phone_code_lifetime(LIFETIME)
            .with_phone_codes_per_round(6)
            .with_refresh_min(Duration::from_secs(5))
            .with_refresh_interval(Duration::from_secs(10))
            .with_refresh_max(Duration::from_secs(15))
            .with_not_ready_delay(WAIT)
            .with_not_ready_limit(15)
            .with_phone_code_not_ready_delay(WAIT)
            .with_phone_code_not_ready_limit(15)
            .with_starting_delay(WAIT)
            .with_linking_window(Duration::from_secs(5))
    }

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let response = self.connection_state().await?;
        if self.is_to_be_created(&response) {
            return self.create().await;
        }
        let is_phone_code = matches!(request.method, PairingMethod::PhoneCode(_));
        match state::read(&response)? {
            State::Open => Ok(CodeReply::AlreadyConnected),
            State::Closed if request.may_be_linking => Ok(CodeReply::Linking),
            State::Closed => self.start(&request.method).await,
            // It may run for another number, or for none. A QR code it has in any case.
            State::Connecting if is_phone_code && request.purpose == CodePurpose::StartAttempt => {
                Ok(CodeReply::AnotherAttempt)
            }
            State::Connecting => self.code(&request.method).await,
        }
    }

    /// One `connectionState`; if a number is linked, also one `fetchInstances` for it, whose failure
    /// leaves the number out.
    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let response = self.connection_state().await?;
        if self.is_to_be_created(&response) {
            return Ok(InstanceStatus::in_phase(InstancePhase::Idle));
        }
        let phase = match state::read(&response)? {
            State::Open => InstancePhase::Linked,
            State::Connecting => InstancePhase::WaitingForPhone,
            State::Closed => InstancePhase::Idle,
        };
        if phase != InstancePhase::Linked {
            return Ok(InstanceStatus::in_phase(phase));
        }
        if !self.config.follow_ups {
            return Ok(InstanceStatus::connected(None));
        }
        let url = self
            .config
            .base_url
            .join(&["instance", "fetchInstances"])
            .with_query("instanceName", &self.config.instance);
        let details = self.send(get(url)).await.ok();
        let phone =
            details.and_then(|details| state::linked_phone(&details, &self.config.instance));
        Ok(InstanceStatus::connected(phone))
    }

    /// One `connectionState`, and one `logout` if an attempt runs. A phone that scans between the two
    /// stays linked: after a scan the state is `close`, in which Evolution refuses a `logout`.
    async fn abandon(&self) -> Result<(), ProviderError> {
        let response = self.connection_state().await?;
        if self.is_to_be_created(&response) || state::read(&response)? != State::Connecting {
            return Ok(());
        }
        self.logout().await?.unlinked(NO_STATUS).await
    }

    /// One `logout`, never repeated, and one `connectionState` if the response does not say whether it
    /// was done. An instance that is not linked counts as unlinked.
    async fn unlink(&self) -> Result<(), ProviderError> {
        self.logout().await?.unlinked(self.follow_up()).await
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        let secret = self.config.webhook_secret.as_ref();
        webhook::read(
            webhook,
            &self.config.instance,
            secret.map(ExposeSecret::expose_secret),
        )
    }
}

fn get(url: SecretUrl) -> HttpRequest {
    HttpRequest::new(HttpMethod::Get, url)
}
