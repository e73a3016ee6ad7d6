//! The provider: which requests each call is, by the state of the session.

use std::future::Ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use pairing_adapter::{
    GatewayClient, GatewayResponse, GatewayRules, HttpMethod, HttpRequest, HttpTransport, QrForm,
    SecretUrl, SetupError, read_linked_value,
};
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstancePhase, InstanceStatus,
    PairingMethod, PairingPolicy, PairingProvider, PhoneNumber, ProviderError, WebhookHint,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::access::{self, GivenToken};
use crate::looks::Looks;
use crate::session::{self, Qr, Session, State};
use crate::{WppConnectConfig, errors, policy, webhook};

/// `urlcode` holds the QR text, `qrcode` the picture, `phoneCode` the phone code.
pub(crate) static RULES: GatewayRules = GatewayRules::new()
    .qr_fields(&["urlcode", "qrcode"])
    .phone_code_fields(&["phoneCode"])
    .further_fields(&[
        "connected",
        "event",
        "full",
        "mapper",
        "phone",
        "response",
        "session",
        "token",
        "version",
        "waitQrCode",
        "webhook",
    ])
    .states(&session::WORDS)
    .errors(errors::ERRORS);

static PICTURE_FIRST: GatewayRules = RULES.qr_fields(&["qrcode", "urlcode"]);

/// One session of a WPPConnect server.
///
/// It remembers the token that the server gave for its secret key, how long the session has been as it
/// is, and whether the server keeps a phone number for the next start.
#[derive(Debug)]
pub struct WppConnect {
    config: WppConnectConfig,
    gateway: GatewayClient,
    given: GivenToken,
    looks: Looks,
    keeps_phone: AtomicBool,
}

/// The state was asked for before the code.
const NO_STATUS: Option<Ready<Result<bool, ProviderError>>> = None;

impl WppConnect {
    /// What WPPConnect-server can do. Phone codes come on top with
    /// [`phone_codes`](WppConnectConfig::phone_codes).
    pub const CAPABILITIES: Capabilities = Capabilities::none()
        .with_qr_text()
        .with_qr_image()
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
    pub fn new(config: WppConnectConfig) -> Result<Self, SetupError> {
        let transport = pairing_adapter::ReqwestTransport::new()?;
        Self::with_transport(config, Arc::new(transport))
    }

    /// With an HTTP client of one's own.
    ///
    /// # Errors
    ///
    /// [`SetupError::Credential`] for a configuration that cannot work.
    pub fn with_transport(
        config: WppConnectConfig,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Self, SetupError> {
        config.validate()?;
        let rules = match config.qr_form {
            QrForm::Text => &RULES,
            QrForm::Image => &PICTURE_FIRST,
        };
        Ok(Self {
            config,
            gateway: GatewayClient::new(transport, rules),
            given: GivenToken::default(),
            looks: Looks::default(),
            keeps_phone: AtomicBool::new(false),
        })
    }

    /// Below `/api/{session}`.
    fn url(&self, path: &[&str]) -> SecretUrl {
        let base = ["api", &self.config.session];
        self.config.base_url.join(&[&base, path].concat())
    }

    /// The token, and whether it cost a request.
    async fn token(&self) -> Result<(SecretString, bool), ProviderError> {
        if let Some(token) = self.config.token.clone().or_else(|| self.given.get()) {
            return Ok((token, false));
        }
        let key = self.config.secret_key.as_ref();
        let key = key.map(SecretString::expose_secret).unwrap_or_default();
        let url = self.url(&[key, "generate-token"]);
        let response = self.gateway.send(request(HttpMethod::Post, url)).await?;
        let token = access::read(&response)?;
        self.given.set(token.clone());
        Ok((token, true))
    }

    /// Also says whether this was two requests.
    async fn send(&self, request: HttpRequest) -> Result<(GatewayResponse, bool), ProviderError> {
        let (token, is_new) = self.token().await?;
        let request = access::with_token(request, &token);
        let response = self.gateway.send(request).await?;
        if response.status == 401 && self.config.token.is_none() {
            self.given.forget();
            if !is_new && response.intercepted().is_none() {
                return Err(errors::token_expired());
            }
        }
        Ok((response, is_new))
    }

    async fn session(&self) -> Result<Asked, ProviderError> {
        let url = self.url(&["status-session"]);
        let (response, with_new_token) = self.send(request(HttpMethod::Get, url)).await?;
        let session = Session::read(&response, &self.looks)?;
        if session.state == State::PhoneCode {
            self.keeps_phone.store(true, Ordering::Relaxed);
        }
        Ok(Asked {
            response,
            session,
            with_new_token,
        })
    }

    /// No browser runs: opens one. A start without a body keeps what the server knows of the session,
    /// the address of its webhooks and a phone number among it.
    async fn start(&self, body: Option<Value>) -> Result<GatewayResponse, ProviderError> {
        let request = request(HttpMethod::Post, self.url(&["start-session"]));
        let webhook = self.config.webhook.as_ref();
        let body = match (body, webhook) {
            (Some(mut body), Some(url)) => {
                body["webhook"] = url.expose_secret().into();
                Some(body)
            }
            (None, Some(url)) => Some(json!({"webhook": url.expose_secret()})),
            (body, None) => body,
        };
        let request = match body {
            Some(body) => request.with_json(body.to_string()),
            None => request,
        };
        Ok(self.send(request).await?.0)
    }

    /// The answer names the state before the start, and often a dead code.
    async fn start_for_qr(&self) -> Result<CodeReply, ProviderError> {
        let forgets_phone = self.keeps_phone.swap(false, Ordering::Relaxed);
        let response = self
            .start(forgets_phone.then(|| json!({"phone": null})))
            .await?;
        started(&response)
    }

    /// The server answers once it has the code, if this is the session's first start.
    async fn start_for_phone(&self, phone: &PhoneNumber) -> Result<CodeReply, ProviderError> {
        self.keeps_phone.store(true, Ordering::Relaxed);
        let body = json!({"phone": phone.digits(), "waitQrCode": true});
        let response = self.start(Some(body)).await?;
        let is_code = response.object().is_some_and(|it| it.has(&["phoneCode"]));
        if !is_code {
            return started(&response);
        }
        let method = PairingMethod::PhoneCode(phone.clone());
        response.code_reply(&method, NO_STATUS).await
    }

    async fn qr_code(
        &self,
        request: &CodeRequest,
        asked: Asked,
    ) -> Result<CodeReply, ProviderError> {
        let session = &asked.session;
        match session.state {
            State::Connected => Ok(CodeReply::AlreadyConnected),
            State::QrCode => match session.qr() {
                Qr::Used => Ok(CodeReply::Linking),
                Qr::Old => Ok(CodeReply::NOT_READY),
                Qr::Fresh(rest) => {
                    let reply = asked.response.code_reply(&request.method, NO_STATUS);
                    Ok(match reply.await? {
                        CodeReply::Code(code) => CodeReply::Code(code.with_expires_in(rest)),
                        reply => reply,
                    })
                }
            },
            _ if request.may_be_linking => Ok(CodeReply::Linking),
            // An attempt by phone code cannot be ended: it is over after 60 s.
            State::Initializing | State::PhoneCode => Ok(CodeReply::STARTING),
            State::Closed { .. } if asked.with_new_token || session.is_just_closed() => {
                Ok(CodeReply::STARTING)
            }
            State::Closed { .. } => self.start_for_qr().await,
        }
    }

    async fn phone_code(
        &self,
        phone: &PhoneNumber,
        request: &CodeRequest,
        asked: &Asked,
    ) -> Result<CodeReply, ProviderError> {
        match asked.session.state {
            State::Connected => Ok(CodeReply::AlreadyConnected),
            _ if !self.config.phone_codes => Err(ProviderError::unsupported()),
            _ if request.may_be_linking => Ok(CodeReply::Linking),
            State::Initializing => Ok(CodeReply::STARTING),
            State::Closed { is_known: false } if asked.with_new_token => Ok(CodeReply::STARTING),
            State::Closed { is_known: false } => self.start_for_phone(phone).await,
            State::Closed { is_known: true } | State::QrCode | State::PhoneCode => {
                Err(errors::phone_code_not_shown())
            }
        }
    }
}

/// What the server said of the session.
struct Asked {
    response: GatewayResponse,
    session: Session,
    /// It took two requests, which is what one step may cost.
    with_new_token: bool,
}

#[async_trait]
impl PairingProvider for WppConnect {
    fn name(&self) -> &str {
        "wppconnect"
    }

    fn capabilities(&self) -> Capabilities {
        match self.config.phone_codes {
            true => Self::CAPABILITIES.with_phone_code(),
            false => Self::CAPABILITIES,
        }
    }

    fn recommended_policy(&self) -> PairingPolicy {
        policy::recommended()
    }

    /// One request for the state, which has the QR code in it, and a start where no browser runs.
    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let asked = self.session().await?;
        match &request.method {
            PairingMethod::Qr => self.qr_code(request, asked).await,
            PairingMethod::PhoneCode(phone) => self.phone_code(phone, request, &asked).await,
        }
    }

    /// One request for the state; if a number is linked, also one for the number, whose failure leaves it
    /// out.
    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let phase = self.session().await?.session.phase();
        if phase != InstancePhase::Linked {
            return Ok(InstanceStatus::in_phase(phase));
        }
        let number = request(HttpMethod::Get, self.url(&["get-phone-number"]));
        let number = self.send(number).await.ok();
        Ok(InstanceStatus::connected(number.and_then(
            |(response, _)| {
                let object = response.object().filter(|_| response.is_success())?;
                object.ids(&["response"]).find_map(read_linked_value)
            },
        )))
    }

    /// One `logout-session`, never repeated, and one request for the state, since the server says the same
    /// of a session that is closed.
    async fn unlink(&self) -> Result<(), ProviderError> {
        let url = self.url(&["logout-session"]);
        let (response, _) = self.send(request(HttpMethod::Post, url)).await?;
        let is_linked = async { Ok(self.session().await?.session.state == State::Connected) };
        response.unlinked(Some(is_linked)).await
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        webhook::read(webhook, &self.config.session)
    }
}

/// The reply to a start whose code is read later.
fn started(response: &GatewayResponse) -> Result<CodeReply, ProviderError> {
    match session::stated(response)?.0 {
        State::Connected => Ok(CodeReply::AlreadyConnected),
        _ => Ok(CodeReply::STARTING),
    }
}

fn request(method: HttpMethod, url: SecretUrl) -> HttpRequest {
    HttpRequest::new(method, url).with_header("accept", "application/json".into())
}
