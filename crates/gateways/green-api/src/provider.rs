//! The provider: which requests each call is, and what decides between their answers.

use std::future::Ready;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pairing_adapter::{
    GatewayClient, GatewayResponse, GatewayRules, HttpMethod, HttpRequest, HttpTransport,
    SetupError, read_linked_value,
};
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstancePhase, InstanceStatus,
    PairingMethod, PairingPolicy, PairingProvider, PasskeyStep, PhoneNumber, ProviderError,
    ProviderErrorKind as Kind, WebhookHint,
};
use secrecy::ExposeSecret as _;

use crate::state::State;
use crate::{GreenApiConfig, errors, webhook};

/// `message` holds the picture in base64, and is where errors are.
pub(crate) static RULES: GatewayRules = GatewayRules::new()
    .qr_fields(&["message"])
    .phone_code_fields(&["code"])
    .further_fields(&[
        "avatar",
        "correspondentsStatus",
        "deviceId",
        "invokeStatus",
        "isLogout",
        "stateInstance",
    ])
    .states(&[
        "alreadyLogged",
        "authorized",
        "blocked",
        "error",
        "notAuthorized",
        "passkeyRequired",
        "qrCode",
        "sleepMode",
        "starting",
        "suspended",
        "yellowCard",
    ])
    .errors(errors::ERRORS);

/// One Green-API instance.
///
/// A call is at most two requests, to different methods of Green-API, none of which is repeated here.
#[derive(Debug)]
pub struct GreenApi {
    config: GreenApiConfig,
    gateway: GatewayClient,
}

impl GreenApi {
    /// What Green-API can do.
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
    pub fn new(config: GreenApiConfig) -> Result<Self, SetupError> {
        let transport = pairing_adapter::ReqwestTransport::new()?;
        Self::with_transport(config, Arc::new(transport))
    }

    /// With an HTTP client of one's own.
    ///
    /// # Errors
    ///
    /// [`SetupError::Credential`] for a configuration that cannot work.
    pub fn with_transport(
        config: GreenApiConfig,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Self, SetupError> {
        config.validate()?;
        Ok(Self {
            config,
            gateway: GatewayClient::new(transport, &RULES),
        })
    }

    /// The token is part of the path.
    fn request(&self, verb: HttpMethod, method: &str) -> HttpRequest {
        let (instance, token) = (self.config.path_of_instance(), &self.config.token);
        let path = [instance.expose_secret(), method, token.expose_secret()];
        let request = HttpRequest::new(verb, self.config.base_url.join(&path));
        request.with_header("accept", "application/json".into())
    }

    async fn send(&self, request: HttpRequest) -> Result<GatewayResponse, ProviderError> {
        let response = self.gateway.send(request).await?;
        errors::by_status(&response).map_or(Ok(response), Err)
    }

    async fn get(&self, method: &str) -> Result<GatewayResponse, ProviderError> {
        self.send(self.request(HttpMethod::Get, method)).await
    }

    async fn state(&self) -> Result<State, ProviderError> {
        State::read(&self.get("getStateInstance").await?)
    }

    async fn qr(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let response = self.get("qr").await?;
        let is_stale = errors::is_stale_link(&response);
        let by_itself = reply(response, request).await;
        let says_enough = match &by_itself {
            Ok(reply) => *reply != CodeReply::NOT_READY,
            Err(error) => !matches!(error.kind(), Kind::Refused | Kind::MalformedReply),
        };
        if says_enough {
            return by_itself;
        }
        match self.state().await {
            Ok(State::Linked) => Ok(CodeReply::AlreadyConnected),
            Ok(State::Starting) => Ok(starting(request)),
            // The credentials may be those of a link that is being made.
            Ok(State::NotLinked) if is_stale && request.may_be_linking => Ok(CodeReply::Linking),
            Err(error) if !error.is_retryable() => Err(error),
            Ok(State::NotLinked) | Err(_) => by_itself,
        }
    }

    /// Asks for a code in a state alone that has none: another request may break a link that is being
    /// made, and one in any other state is of no use.
    async fn phone_code(
        &self,
        phone: &PhoneNumber,
        request: &CodeRequest,
    ) -> Result<CodeReply, ProviderError> {
        match self.state().await? {
            State::Linked => return Ok(CodeReply::AlreadyConnected),
            State::Starting => return Ok(starting(request)),
            State::NotLinked if request.may_be_linking => return Ok(CodeReply::NOT_READY),
            State::NotLinked => {}
        }
        // A number, not a text; its digits are JSON as they are.
        let body = format!("{{\"phoneNumber\":{}}}", phone.digits());
        let order = self.request(HttpMethod::Post, "getAuthorizationCode");
        let response = self.send(order.with_json(body)).await?;
        let status = response.object().and_then(|it| it.flag(&["status"]));
        match response.failure() {
            // "Try again", unless it says more.
            error if response.is_success() && status == Some(false) => match error.kind() {
                Kind::Refused => Ok(CodeReply::NOT_READY),
                _ => Err(error),
            },
            _ => reply(response, request).await,
        }
    }
}

#[async_trait]
impl PairingProvider for GreenApi {
    fn name(&self) -> &str {
        "green-api"
    }

    fn capabilities(&self) -> Capabilities {
        Self::CAPABILITIES
    }

    /// Green-API's pages, November 2026.
    ///
    /// `QR`: a code is replaced every 20 s, which is the default. "Creating and configuring an instance": ask for it every 2 s.
    /// Such a request also says that a number is linked, so no status is asked for meanwhile. A code may take
    /// 10 minutes to be made. `scanqrcode`: 100 s to scan, which are five codes.
    ///
    /// `GetAuthorizationCode`: a phone code lives about 2.5 minutes, of which 10 s are left out.
    ///
    /// How long after a scan the state says nothing of it is not documented: 10 s, three times what other
    /// gateways were seen to take.
    fn recommended_policy(&self) -> PairingPolicy {
        const ASKED_AGAIN: Duration = Duration::from_secs(2);
        PairingPolicy::default()
            .with_codes_per_round(5)
            .with_refresh_min(ASKED_AGAIN)
            .with_refresh_interval(ASKED_AGAIN)
            .with_not_ready_delay(ASKED_AGAIN)
            .with_not_ready_limit(300)
            .with_phone_code_lifetime(Duration::from_secs(140))
            .with_linking_window(Duration::from_secs(10))
    }

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        match &request.method {
            PairingMethod::Qr => self.qr(request).await,
            PairingMethod::PhoneCode(phone) => self.phone_code(phone, request).await,
        }
    }

    /// One `getWaSettings`, which has both the state and the number.
    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let response = self.get("getWaSettings").await?;
        Ok(match State::read(&response)? {
            State::NotLinked => InstanceStatus::disconnected(),
            State::Starting => InstanceStatus::in_phase(InstancePhase::Starting),
            State::Linked => {
                let ids = response.object().map(|it| it.ids(&["phone", "deviceId"]));
                InstanceStatus::connected(ids.and_then(|mut ids| ids.find_map(read_linked_value)))
            }
        })
    }

    /// One `logout`, never repeated, and one request for the state if the response does not say that it
    /// was done.
    async fn unlink(&self) -> Result<(), ProviderError> {
        let order = self.request(HttpMethod::Get, "logout").once();
        let response = self.send(order).await?;
        let done = response.object().and_then(|it| it.flag(&["isLogout"]));
        if response.is_success() && done == Some(true) {
            return Ok(());
        }
        if errors::is_starting(&response) {
            return Err(response.error(Kind::Unavailable, errors::STARTING));
        }
        let is_linked = async {
            match self.state().await? {
                State::Starting => Err(ProviderError::new(Kind::Unavailable, errors::STARTING)),
                state => Ok(state == State::Linked),
            }
        };
        response.unlinked(Some(is_linked)).await
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        let id = self.config.instance.expose_secret();
        webhook::read(webhook, id, self.config.webhook_token.as_ref())
    }
}

/// What an answer to a request for a code means by itself.
async fn reply(
    response: GatewayResponse,
    request: &CodeRequest,
) -> Result<CodeReply, ProviderError> {
    if errors::is_starting(&response) {
        return Ok(starting(request));
    }
    match response.object().and_then(|it| it.texts(&["type"]).next()) {
        Some("alreadyLogged") => Ok(CodeReply::AlreadyConnected),
        Some("passkeyRequired") => Ok(CodeReply::PasskeyRequired(PasskeyStep::new())),
        Some("error") => Err(errors::of_kind_error(&response)),
        _ => {
            let none = None::<Ready<Result<bool, ProviderError>>>;
            response.code_reply(&request.method, none).await
        }
    }
}

/// After a scan, an instance may be starting before it is linked.
fn starting(request: &CodeRequest) -> CodeReply {
    match request.may_be_linking {
        true => CodeReply::Linking,
        false => CodeReply::STARTING,
    }
}
