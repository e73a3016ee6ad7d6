//! The provider: which requests each call is, by the state of the instance.

use std::future::Ready;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_adapter::{
    GatewayClient, GatewayResponse, GatewayRules, HttpMethod, HttpRequest, HttpTransport,
    SetupError,
};
use pairing_core::{
    Capabilities, CodePurpose, CodeReply, CodeRequest, IncomingWebhook, InstancePhase,
    InstanceStatus, PairingMethod, PairingPolicy, PairingProvider, PasskeyStep, ProviderError,
    WebhookHint,
};
use serde_json::json;

use crate::instance::{End, FIELDS, Instance, State, WORDS};
use crate::{UazapiConfig, errors, policy, webhook};

pub(crate) static RULES: GatewayRules = GatewayRules::new()
    .qr_fields(&["qrcode"])
    .phone_code_fields(&["paircode"])
    .further_fields(&FIELDS)
    .states(&WORDS)
    .errors(errors::ERRORS);

/// The status was asked for before the code.
const NO_STATUS: Option<Ready<Result<bool, ProviderError>>> = None;

/// One instance of a uazapi server.
///
/// A call is at most two requests, none of which is repeated here.
#[derive(Debug)]
pub struct Uazapi {
    config: UazapiConfig,
    gateway: GatewayClient,
}

impl Uazapi {
    /// What uazapi can do. The one call that ends an attempt also unlinks, so there is no `abandon`.
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
    pub fn new(config: UazapiConfig) -> Result<Self, SetupError> {
        let transport = pairing_adapter::ReqwestTransport::new()?;
        Self::with_transport(config, Arc::new(transport))
    }

    /// With an HTTP client of one's own.
    ///
    /// # Errors
    ///
    /// [`SetupError::Credential`] for a configuration that cannot work.
    pub fn with_transport(
        config: UazapiConfig,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Self, SetupError> {
        config.validate()?;
        Ok(Self {
            config,
            gateway: GatewayClient::new(transport, &RULES),
        })
    }

    /// Below `/instance`.
    fn request(&self, method: HttpMethod, call: &str) -> HttpRequest {
        let url = self.config.base_url.join(&["instance", call]);
        HttpRequest::new(method, url)
            .with_header("accept", "application/json".into())
            .with_header("token", self.config.token.clone())
    }

    /// How far the instance is, with the present code of an attempt.
    async fn ask(&self) -> Result<GatewayResponse, ProviderError> {
        let request = self.request(HttpMethod::Get, "status");
        self.gateway.send(request).await
    }

    /// Starts an attempt, in place of one that runs; never while a number is linked or linking. Its answer
    /// may have the code, and may have one that stood in the status before, which is that of an earlier
    /// attempt.
    async fn start(
        &self,
        request: &CodeRequest,
        before: &GatewayResponse,
    ) -> Result<CodeReply, ProviderError> {
        let body = match &request.method {
            PairingMethod::Qr => json!({}),
            PairingMethod::PhoneCode(phone) => json!({"phone": phone.digits()}),
        };
        let connect = self.request(HttpMethod::Post, "connect");
        let response = self
            .gateway
            .send(connect.with_json(body.to_string()))
            .await?;
        if errors::is_capacity(&response) {
            return Err(errors::capacity());
        }
        match Instance::read(&response)?.state {
            State::Linked => return Ok(CodeReply::AlreadyConnected),
            State::Linking => return Ok(CodeReply::Linking),
            _ => {}
        }
        let code = response.code(&request.method)?;
        if code.is_some() && code != before.code(&request.method)? {
            return response.code_reply(&request.method, NO_STATUS).await;
        }
        Ok(match request.purpose {
            // Bounds how often an attempt is started that ends without a code.
            CodePurpose::Renew => CodeReply::NOT_READY,
            CodePurpose::StartAttempt | CodePurpose::OpenRound => CodeReply::STARTING,
        })
    }
}

/// The code of the attempt that runs.
async fn code(
    request: &CodeRequest,
    instance: &Instance,
    status: GatewayResponse,
) -> Result<CodeReply, ProviderError> {
    let has_code = match request.method {
        PairingMethod::Qr => instance.has_qr_code,
        PairingMethod::PhoneCode(_) => instance.has_phone_code,
    };
    match (has_code, request.may_be_linking) {
        (true, _) => status.code_reply(&request.method, NO_STATUS).await,
        // A scan takes the code out of the status.
        (false, true) => Ok(CodeReply::Linking),
        (false, false) => Ok(CodeReply::NOT_READY),
    }
}

/// Whether the attempt that runs gives no code that is wanted: a phone code may be for another number
/// or nearly over, and an attempt by phone code has no QR code.
fn serves_another(request: &CodeRequest, instance: &Instance) -> bool {
    match request.method {
        PairingMethod::Qr => {
            request.purpose == CodePurpose::StartAttempt
                && instance.has_phone_code
                && !instance.has_qr_code
        }
        PairingMethod::PhoneCode(_) => request.purpose != CodePurpose::Renew,
    }
}

#[async_trait]
impl PairingProvider for Uazapi {
    fn name(&self) -> &str {
        "uazapi"
    }

    fn capabilities(&self) -> Capabilities {
        Self::CAPABILITIES
    }

    fn recommended_policy(&self) -> PairingPolicy {
        policy::recommended()
    }

    /// One `status`, and one `connect` where no attempt runs that has the code.
    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let status = self.ask().await?;
        let instance = Instance::read(&status)?;
        // Otherwise it may be the end of an attempt of long ago.
        let is_end_of_ours = request.purpose == CodePurpose::Renew || request.may_be_linking;
        match (instance.state, instance.last_end) {
            (State::Linked, _) => Ok(CodeReply::AlreadyConnected),
            (State::Linking, _) => Ok(CodeReply::Linking),
            (State::Resetting, _) => Ok(CodeReply::STARTING),
            (State::Hibernated, _) => Err(errors::hibernated()),
            (State::Connecting, _) if !serves_another(request, &instance) => {
                code(request, &instance, status).await
            }
            (State::Disconnected, Some(End::Passkey)) if is_end_of_ours => {
                Ok(CodeReply::PasskeyRequired(PasskeyStep::new()))
            }
            (State::Disconnected, Some(End::Blocked)) if is_end_of_ours => Err(errors::blocked()),
            _ if request.may_be_linking => Ok(CodeReply::Linking),
            _ => self.start(request, &status).await,
        }
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let instance = Instance::read(&self.ask().await?)?;
        let has_code = instance.has_qr_code || instance.has_phone_code;
        Ok(InstanceStatus::in_phase(match instance.state {
            State::Linked => return Ok(InstanceStatus::connected(instance.phone)),
            State::Hibernated => return Err(errors::hibernated()),
            State::Disconnected if instance.last_end == Some(End::Passkey) => {
                return Ok(InstanceStatus::passkey_required(PasskeyStep::new()));
            }
            State::Disconnected => InstancePhase::Idle,
            State::Linking => InstancePhase::Linking,
            State::Connecting if has_code => InstancePhase::WaitingForPhone,
            State::Connecting | State::Resetting => InstancePhase::Starting,
        }))
    }

    /// One `disconnect`, never repeated, and one `status` if the response does not say that it was done.
    async fn unlink(&self) -> Result<(), ProviderError> {
        let request = self.request(HttpMethod::Post, "disconnect");
        let response = self.gateway.send(request).await?;
        let is_done = response.is_success()
            && response.intercepted().is_none()
            && response.object().is_some_and(|object| {
                !object.is_failure() && object.says("response", "Disconnected")
            });
        if is_done {
            return Ok(());
        }
        let is_linked = async {
            let state = Instance::read(&self.ask().await?)?.state;
            Ok([State::Linked, State::Linking, State::Hibernated].contains(&state))
        };
        response.unlinked(Some(is_linked)).await
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        webhook::read(webhook, &self.config.token)
    }
}
