//! The provider: which requests each call is, by the state of the connection.

use std::future::Ready;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_adapter::{
    GatewayClient, GatewayResponse, GatewayRules, HttpMethod, HttpRequest, HttpTransport,
    SetupError,
};
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstancePhase, InstanceStatus,
    IssuedCode, PairingMethod, PairingPolicy, PairingProvider, PhoneNumber, ProviderError,
    ProviderErrorKind, WebhookHint,
};
use serde_json::{Value, json};

use crate::attempt::{Age, Attempt};
use crate::connection::{Connection, Offer, State};
use crate::errors::{ALREADY_CONNECTED, NO_CONNECTION, STUCK, UNLINKS_OVER_A_CONNECTION};
use crate::{WuzapiConfig, errors, policy, webhook};

/// `QRCode` holds the picture as a data URI, `LinkingCode` the phone code.
pub(crate) static RULES: GatewayRules = GatewayRules::new()
    .qr_fields(&["QRCode"])
    .phone_code_fields(&["LinkingCode"])
    .further_fields(&[
        "Connected",
        "Details",
        "LoggedIn",
        "connected",
        "display_name",
        "enabled",
        "events",
        "history",
        "hmac_configured",
        "id",
        "instanceName",
        "jid",
        "loggedIn",
        "name",
        "profile_picture_url",
        "proxy_config",
        "proxy_url",
        "s3_config",
        "token",
        "webhook",
        "webhook_use_proxy",
    ])
    .errors(errors::ERRORS);

/// One user of a WuzAPI server.
///
/// A call is at most two requests, none of which is repeated here. It remembers whether the connection
/// that runs is its own, since WuzAPI does not say how old it is.
#[derive(Debug)]
pub struct Wuzapi {
    config: WuzapiConfig,
    gateway: GatewayClient,
    attempt: Attempt,
}

impl Wuzapi {
    /// What WuzAPI can do. It cannot end an attempt that waits for a phone.
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
    pub fn new(config: WuzapiConfig) -> Result<Self, SetupError> {
        let transport = pairing_adapter::ReqwestTransport::new()?;
        Self::with_transport(config, Arc::new(transport))
    }

    /// With an HTTP client of one's own.
    ///
    /// # Errors
    ///
    /// [`SetupError::Credential`] for a configuration that cannot work.
    pub fn with_transport(
        config: WuzapiConfig,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Self, SetupError> {
        config.validate()?;
        Ok(Self {
            config,
            gateway: GatewayClient::new(transport, &RULES),
            attempt: Attempt::default(),
        })
    }

    async fn send(
        &self,
        method: HttpMethod,
        path: &str,
        body: Option<Value>,
    ) -> Result<GatewayResponse, ProviderError> {
        let url = self.config.base_url.join(&["session", path]);
        let request = HttpRequest::new(method, url).with_header("token", self.config.token.clone());
        let request = match body {
            Some(body) => request.with_json(body.to_string()),
            None => request,
        };
        self.gateway.send(request).await
    }

    async fn connection(&self) -> Result<Connection, ProviderError> {
        let response = self.send(HttpMethod::Get, "status", None).await?;
        Connection::read(&response)
    }

    /// Starts a connection. The user keeps what their webhook gets: newer servers leave it alone without
    /// a list, and those before them change it, so they are sent the list that they have.
    async fn start(&self, connection: &Connection) -> Result<CodeReply, ProviderError> {
        let events = connection.events.as_ref().unwrap_or(&self.config.events);
        // `Immediate`: not after 10 s.
        let body = json!({"Subscribe": events, "Immediate": true});
        let response = self.send(HttpMethod::Post, "connect", Some(body)).await?;
        if response.intercepted().is_some() {
            return Err(response.failure());
        }
        let object = response.object().filter(|_| response.is_success());
        if object.is_some_and(|object| !object.is_failure() && object.has(&["details"])) {
            self.attempt.was_started();
            return Ok(CodeReply::STARTING);
        }
        // Another program was faster, or the server contradicts itself.
        if response.message().contains(ALREADY_CONNECTED) {
            return Err(response.error(ProviderErrorKind::Unavailable, STUCK));
        }
        Err(response.failure())
    }

    async fn qr(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let response = self.send(HttpMethod::Get, "qr", None).await?;
        self.code(response, request).await
    }

    /// A phone code dies with the connection, and WhatsApp wants the QR code to be there first.
    async fn phone_code(
        &self,
        phone: &PhoneNumber,
        offer: Offer,
        age: Age,
        request: &CodeRequest,
    ) -> Result<CodeReply, ProviderError> {
        if offer == Offer::None {
            return Ok(wait(request));
        }
        if age == Age::Unknown {
            return Ok(CodeReply::Starting {
                retry_in: Some(policy::NEXT_LOOK_FOR_THE_END),
            });
        }
        let body = json!({"Phone": phone.digits()});
        let response = self.send(HttpMethod::Post, "pairphone", Some(body)).await?;
        let reply = self.code(response, request).await?;
        Ok(match reply {
            CodeReply::Code(issued) if age == Age::FirstCode => {
                let rest = policy::REST_OF_THE_CONNECTION;
                CodeReply::Code(IssuedCode::new(issued.code).with_expires_in(rest))
            }
            reply => reply,
        })
    }

    async fn code(
        &self,
        response: GatewayResponse,
        request: &CodeRequest,
    ) -> Result<CodeReply, ProviderError> {
        if response.intercepted().is_none()
            && !response.is_success()
            && response.message().contains_any(NO_CONNECTION)
        {
            return Ok(wait(request));
        }
        let none = None::<Ready<Result<bool, ProviderError>>>;
        let reply = response.code_reply(&request.method, none).await?;
        match reply {
            CodeReply::Code(_) => self.attempt.has_given_a_code(),
            CodeReply::NotReady { .. } => return Ok(wait(request)),
            _ => {}
        }
        Ok(reply)
    }
}

#[async_trait]
impl PairingProvider for Wuzapi {
    fn name(&self) -> &str {
        "wuzapi"
    }

    fn capabilities(&self) -> Capabilities {
        Self::CAPABILITIES
    }

    fn recommended_policy(&self) -> PairingPolicy {
        policy::recommended()
    }

    /// One request for the status, and one more that it calls for.
    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let connection = match self.connection().await {
            Ok(connection) => connection,
            Err(error) => {
                self.attempt.was_out_of_sight();
                return Err(error);
            }
        };
        match connection.state {
            State::LoggedIn => {
                self.attempt.is_over();
                Ok(CodeReply::AlreadyConnected)
            }
            // After a scan the connection is made once more.
            State::Down if request.may_be_linking => Ok(CodeReply::Linking),
            State::Down if self.attempt.is_coming_up() => Ok(CodeReply::STARTING),
            State::Down => self.start(&connection).await,
            State::Up => {
                let offer = connection.offer;
                let age = self.attempt.is_up(offer);
                match &request.method {
                    PairingMethod::Qr => self.qr(request).await,
                    PairingMethod::PhoneCode(phone) => {
                        self.phone_code(phone, offer, age, request).await
                    }
                }
            }
        }
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let connection = self.connection().await?;
        Ok(match connection.state {
            State::Down => InstanceStatus::in_phase(InstancePhase::Idle),
            State::Up => InstanceStatus::in_phase(InstancePhase::WaitingForPhone),
            State::LoggedIn => InstanceStatus::connected(connection.phone),
        })
    }

    /// One `logout`, never repeated, and one request for the status where the response leaves open what
    /// was done.
    async fn unlink(&self) -> Result<(), ProviderError> {
        let response = self.send(HttpMethod::Post, "logout", None).await?;
        let has_no_connection = response.intercepted().is_none()
            && !response.is_success()
            && response.message().contains_any(NO_CONNECTION);
        if has_no_connection {
            // A link outlives the connection. Without one, `jid` was never set.
            return match self.connection().await?.is_new {
                true => Ok(()),
                false => Err(response.error(ProviderErrorKind::Refused, UNLINKS_OVER_A_CONNECTION)),
            };
        }
        let is_linked = async { Ok(self.connection().await?.state == State::LoggedIn) };
        response.unlinked(Some(is_linked)).await
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        webhook::read(webhook, &self.config)
    }
}

/// There is no code: not yet, or not any more, because a phone has used it.
fn wait(request: &CodeRequest) -> CodeReply {
    match request.may_be_linking {
        true => CodeReply::Linking,
        false => CodeReply::NOT_READY,
    }
}
