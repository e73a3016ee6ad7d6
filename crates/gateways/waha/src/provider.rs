//! The provider: which requests each call is, by the state of the session.

use std::future::Ready;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_adapter::{
    Body, GatewayClient, GatewayResponse, GatewayRules, HttpMethod, HttpRequest, HttpTransport,
    QrForm, SecretUrl, SetupError,
};
use pairing_core::{
    Capabilities, CodePurpose, CodeReply, CodeRequest, IncomingWebhook, InstancePhase,
    InstanceStatus, PairingMethod, PairingPolicy, PairingProvider, PasskeyStep, PhoneNumber,
    ProviderError, WebhookHint,
};
use serde_json::json;

use crate::errors::{ALREADY_EXISTS, ALREADY_STARTED, NO_SESSION};
use crate::session::Session;
use crate::state::{self, State};
use crate::{WahaConfig, errors, policy, webhook};

/// `value` holds the QR text, `data` the picture in base64, `code` the phone code.
pub(crate) static RULES: GatewayRules = GatewayRules::new()
    .qr_fields(&["value", "data"])
    .phone_code_fields(&["code"])
    .further_fields(&[
        "attempts",
        "browser",
        "challenge",
        "customHeaders",
        "delaySeconds",
        "engine",
        "environment",
        "events",
        "expected",
        "hmac",
        "me",
        "payload",
        "policy",
        "retries",
        "rpId",
        "session",
        "tier",
        "webhooks",
    ])
    .states(&state::WORDS)
    .errors(errors::ERRORS);

/// One session of a WAHA server.
///
/// A call is at most two requests, none of which is repeated here.
#[derive(Debug)]
pub struct Waha {
    config: WahaConfig,
    gateway: GatewayClient,
}

impl Waha {
    /// What WAHA can do.
    pub const CAPABILITIES: Capabilities = Capabilities::none()
        .with_qr_text()
        .with_qr_image()
        .with_phone_code()
        .with_status()
        .with_linked_phone()
        .with_unlink()
        .with_abandon()
        .with_webhooks();

    /// With the bundled HTTP client.
    ///
    /// # Errors
    ///
    /// [`SetupError`] for a configuration that cannot work.
    #[cfg(feature = "reqwest")]
    pub fn new(config: WahaConfig) -> Result<Self, SetupError> {
        let transport = pairing_adapter::ReqwestTransport::new()?;
        Self::with_transport(config, Arc::new(transport))
    }

    /// With an HTTP client of one's own.
    ///
    /// # Errors
    ///
    /// [`SetupError::Credential`] for a configuration that cannot work.
    pub fn with_transport(
        config: WahaConfig,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Self, SetupError> {
        config.validate()?;
        Ok(Self {
            config,
            gateway: GatewayClient::new(transport, &RULES),
        })
    }

    fn name(&self) -> &str {
        &self.config.session
    }

    /// Below `/api`.
    fn url(&self, path: &[&str]) -> SecretUrl {
        self.config.base_url.join(&[&["api"], path].concat())
    }

    /// Below `/api/{session}/auth`.
    fn auth_url(&self, path: &[&str]) -> SecretUrl {
        self.url(&[&[self.name(), "auth"], path].concat())
    }

    async fn send(&self, request: HttpRequest) -> Result<GatewayResponse, ProviderError> {
        let request = match &self.config.api_key {
            Some(key) => request.with_header("x-api-key", key.clone()),
            None => request,
        };
        self.gateway.send(request).await
    }

    async fn get(&self, url: SecretUrl) -> Result<GatewayResponse, ProviderError> {
        let request = HttpRequest::new(HttpMethod::Get, url);
        let request = request.with_header("accept", "application/json".into());
        self.send(request).await
    }

    async fn post(
        &self,
        url: SecretUrl,
        body: Option<serde_json::Value>,
    ) -> Result<GatewayResponse, ProviderError> {
        let request = HttpRequest::new(HttpMethod::Post, url);
        let request = request.with_header("accept", "application/json".into());
        self.send(match body {
            Some(body) => request.with_json(body.to_string()),
            None => request,
        })
        .await
    }

    /// The session; `None` if there is none.
    async fn session(&self) -> Result<Option<Session>, ProviderError> {
        let response = self.get(self.url(&["sessions", self.name()])).await?;
        Session::read(&response, self.name())
    }

    /// `start`, `stop`, `restart` or `logout`.
    async fn order(&self, action: &str) -> Result<GatewayResponse, ProviderError> {
        let url = self.url(&["sessions", self.name(), action]);
        self.post(url, None).await
    }

    /// The session does not run: starts it by this action.
    async fn start_by(&self, action: &str) -> Result<CodeReply, ProviderError> {
        let response = self.order(action).await?;
        self.started(&response, ALREADY_STARTED)
    }

    /// There is no session.
    async fn create(&self) -> Result<CodeReply, ProviderError> {
        let body = json!({"name": self.name(), "start": true});
        let response = self.post(self.url(&["sessions"]), Some(body)).await?;
        self.started(&response, ALREADY_EXISTS)
    }

    /// The reply to a request that starts the session. `unneeded` is what WAHA says where another
    /// program was faster.
    fn started(
        &self,
        response: &GatewayResponse,
        unneeded: &[&str],
    ) -> Result<CodeReply, ProviderError> {
        if response.intercepted().is_none() && response.message().contains_any(unneeded) {
            return Ok(CodeReply::STARTING);
        }
        match Session::read(response, self.name())? {
            Some(session) if session.state == State::Working => Ok(CodeReply::AlreadyConnected),
            Some(_) => Ok(CodeReply::STARTING),
            None => Err(response.failure()),
        }
    }

    /// The session waits for a phone.
    async fn code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let response = match &request.method {
            PairingMethod::Qr => self.qr().await?,
            PairingMethod::PhoneCode(phone) => self.phone_code(phone).await?,
        };
        if let Some(error) = response.intercepted() {
            return Err(error);
        }
        if let Some(state) = State::of_refusal(&response) {
            return Ok(reply_without_code(state, request));
        }
        if response.status == 404 && response.message().contains_any(NO_SESSION) {
            // It was there a moment ago: it has been stopped since.
            return Ok(CodeReply::NOT_READY);
        }
        if is_nothing(&response) {
            return Ok(wait(request));
        }
        let none = None::<Ready<Result<bool, ProviderError>>>;
        match response.code_reply(&request.method, none).await {
            Ok(CodeReply::NotReady { .. }) => Ok(wait(request)),
            reply => reply,
        }
    }

    async fn qr(&self) -> Result<GatewayResponse, ProviderError> {
        let url = self.auth_url(&["qr"]);
        self.get(match self.config.qr_form {
            QrForm::Text => url.with_query("format", "raw"),
            QrForm::Image => url,
        })
        .await
    }

    /// Any text gets a code from WAHA; a [`PhoneNumber`] is one that can be linked.
    async fn phone_code(&self, phone: &PhoneNumber) -> Result<GatewayResponse, ProviderError> {
        let body = json!({"phoneNumber": phone.digits()});
        self.post(self.auth_url(&["request-code"]), Some(body))
            .await
    }

    /// What the person does next. The code to compare is there only in one state; without it the
    /// dashboard shows it.
    async fn passkey_step(&self, state: State) -> PasskeyStep {
        let step = PasskeyStep::new();
        if state != State::PasskeyConfirmationRequired {
            return step;
        }
        let url = self.auth_url(&["passkey", "confirmation"]);
        let Ok(response) = self.get(url).await else {
            return step;
        };
        let object = response.object().filter(|_| response.is_success());
        match object.and_then(|object| object.texts(&["code"]).next()) {
            Some(code) => step.with_confirmation_code(code),
            None => step,
        }
    }
}

#[async_trait]
impl PairingProvider for Waha {
    fn name(&self) -> &str {
        "waha"
    }

    fn capabilities(&self) -> Capabilities {
        Self::CAPABILITIES
    }

    fn recommended_policy(&self) -> PairingPolicy {
        policy::recommended()
    }

    /// One request for the state, and one more that the state calls for.
    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let Some(session) = self.session().await? else {
            return match self.config.create {
                true => self.create().await,
                false => Err(errors::no_session()),
            };
        };
        match session.state {
            State::Working => Ok(CodeReply::AlreadyConnected),
            state @ (State::PasskeyRequired | State::PasskeyConfirmationRequired) => {
                Ok(CodeReply::PasskeyRequired(self.passkey_step(state).await))
            }
            // Engines that say nothing of a scan may pass through any of these states after one.
            State::Starting | State::Stopped | State::Failed if request.may_be_linking => {
                Ok(CodeReply::Linking)
            }
            State::Starting => match request.method {
                // The answer waits for the code, for 5 s at most: then it is not seen late.
                PairingMethod::Qr => self.code(request).await,
                // WAHA would not answer.
                PairingMethod::PhoneCode(_) => Ok(CodeReply::STARTING),
            },
            State::Stopped => self.start_by("start").await,
            State::Failed if was_removed(&session, request) => self.start_by("logout").await,
            State::Failed => self.start_by("restart").await,
            State::ScanQrCode => match request.method {
                PairingMethod::Qr => self.code(request).await,
                PairingMethod::PhoneCode(_) if is_scanned(&session, request) => {
                    Ok(CodeReply::Linking)
                }
                // A phone code dies with the attempt, and how old this one is, WAHA does not say.
                PairingMethod::PhoneCode(_) if request.purpose != CodePurpose::Renew => {
                    Ok(CodeReply::AnotherAttempt)
                }
                PairingMethod::PhoneCode(_) => self.code(request).await,
            },
        }
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let Some(session) = self.session().await? else {
            return match self.config.create {
                true => Ok(InstanceStatus::in_phase(InstancePhase::Idle)),
                false => Err(errors::no_session()),
            };
        };
        Ok(match session.state {
            State::Stopped | State::Failed => InstanceStatus::in_phase(InstancePhase::Idle),
            State::Starting => InstanceStatus::in_phase(InstancePhase::Starting),
            State::ScanQrCode => InstanceStatus::in_phase(InstancePhase::WaitingForPhone),
            state @ (State::PasskeyRequired | State::PasskeyConfirmationRequired) => {
                InstanceStatus::passkey_required(self.passkey_step(state).await)
            }
            State::Working => {
                InstanceStatus::connected(session.account.and_then(|account| account.phone))
            }
        })
    }

    /// One request for the state, and a `stop` if codes are on offer or on their way. A `stop` keeps a
    /// link, should one be made between the two requests. A session with an account that a phone has
    /// confirmed is left alone: it is linking, or a linked one that starts again.
    async fn abandon(&self) -> Result<(), ProviderError> {
        let Some(session) = self.session().await? else {
            return match self.config.create {
                true => Ok(()),
                false => Err(errors::no_session()),
            };
        };
        let makes_codes = matches!(session.state, State::Starting | State::ScanQrCode);
        if !makes_codes || session.has_confirmed_account() {
            return Ok(());
        }
        let response = self.order("stop").await?;
        match Session::read(&response, self.name())? {
            Some(_) => Ok(()),
            None => Err(response.failure()),
        }
    }

    /// One `logout`, never repeated, which also starts the session again with new codes; and one
    /// request for the state if the response does not say that no account is left.
    async fn unlink(&self) -> Result<(), ProviderError> {
        let response = self.order("logout").await?;
        if let Ok(Some(session)) = Session::read(&response, self.name()) {
            if session.account.is_none() && session.state != State::Working {
                return Ok(());
            }
        }
        let is_linked = async {
            let session = self.session().await?;
            Ok(session.is_some_and(|session| session.state == State::Working))
        };
        response.unlinked(Some(is_linked)).await
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        webhook::read(webhook, self.name(), self.config.webhook_hmac_key.as_ref())
    }
}

/// The reply where the state has changed since it was asked.
fn reply_without_code(state: State, request: &CodeRequest) -> CodeReply {
    match state {
        State::Working => CodeReply::AlreadyConnected,
        State::PasskeyRequired | State::PasskeyConfirmationRequired => {
            CodeReply::PasskeyRequired(PasskeyStep::new())
        }
        State::Starting | State::Stopped | State::Failed if request.may_be_linking => {
            CodeReply::Linking
        }
        State::Starting => CodeReply::STARTING,
        // The next request starts it.
        State::Stopped | State::Failed | State::ScanQrCode => CodeReply::NOT_READY,
    }
}

/// A session that waits for a phone has no code between two attempts, and after a scan.
fn wait(request: &CodeRequest) -> CodeReply {
    match request.may_be_linking {
        true => CodeReply::Linking,
        false => CodeReply::NOT_READY,
    }
}

/// `{}` for a text, and no bytes for a picture.
fn is_nothing(response: &GatewayResponse) -> bool {
    let is_empty = match &response.body {
        Body::Empty => true,
        Body::Object(object) => object.is_empty(),
        _ => false,
    };
    response.is_success() && is_empty
}

/// A code of ours was on screen a moment ago, and a phone has confirmed an account.
fn is_scanned(session: &Session, request: &CodeRequest) -> bool {
    request.may_be_linking && session.has_confirmed_account()
}

/// WhatsApp has removed the device of a session that failed with an account, if it is still so after
/// a restart: the first request for a code makes one, and this is a later one.
fn was_removed(session: &Session, request: &CodeRequest) -> bool {
    request.purpose == CodePurpose::Renew && session.has_confirmed_account()
}
