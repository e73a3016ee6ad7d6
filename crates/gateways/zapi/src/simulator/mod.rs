//! Z-API as the simulator plays it: secrets in the path, `value` in the answers, an `error` even
//! on success.

mod faults;
mod options;

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use pairing_core::PhoneNumber;
use pairing_sim::{
    Dialect, Endpoint, Fault, GatewayRequest, GatewayResponse, Instance, InstanceSetup, Instances,
    InvalidSetup, InvalidWebhookUrl, NoPhoneCode, Own, QrPictureBody, Random, Route, Webhook,
    WebhookTopic,
};
use serde_json::json;

use options::{Options, PhoneCodeField, QrTextBody};

/// Z-API as the simulator plays it: below `/instances/{id}/token/{token}/`.
pub const DIALECT: &dyn Dialect = &ZApiDialect;

#[derive(Debug)]
struct ZApiDialect;

#[async_trait]
impl Dialect for ZApiDialect {
    fn name(&self) -> &'static str {
        crate::ADAPTER.name
    }

    fn help(&self) -> &'static str {
        include_str!("help.txt")
    }

    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<Own, InvalidSetup> {
        Ok(Box::new(Options::complete(setup, random)?))
    }

    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("instance", Some(instance.id().to_owned())),
            ("token", Some(instance.token().to_owned())),
            ("client_token", options(instance).client_token),
        ]
    }

    fn example(&self, instance: &Instance, base_url: &str) -> String {
        let header = match options(instance).client_token {
            Some(token) => format!("-H 'Client-Token: {token}' "),
            None => String::new(),
        };
        let (id, token) = (instance.id(), instance.token());
        format!("curl {header}{base_url}/instances/{id}/token/{token}/qr-code")
    }

    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route> {
        let segments = request.segments();
        let ["instances", id, "token", _, call @ ..] = &*segments else {
            return None;
        };
        Some(match instances.by_id(id) {
            Some(instance) => Route::To(instance, Call::read(request, call).endpoint()),
            // No body for an unknown instance is known; these words are met with wrong ones.
            None => Route::Refused(client_token_not_configured()),
        })
    }

    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
        let segments = request.segments();
        let ["instances", _, "token", token, call @ ..] = &*segments else {
            return not_found();
        };
        refuse(instance, token, request)
            .unwrap_or_else(|| perform(instance, Call::read(request, call), request))
    }

    fn refusal(&self, status: u16, message: &str) -> GatewayResponse {
        refusal(status, message)
    }

    fn empty_qr(&self) -> GatewayResponse {
        value("")
    }

    fn faults(&self) -> &'static [Fault] {
        faults::FAULTS
    }

    fn linked(&self, instance: &Instance, phone: &PhoneNumber) -> Option<Webhook> {
        let body = json!({
            "type": "ConnectedCallback",
            "connected": true,
            "momment": since_1970().as_millis().try_into().unwrap_or(u64::MAX),
            "instanceId": instance.id(),
            "phone": phone.digits(),
        });
        Some(Webhook::json(WebhookTopic::Linked, &body))
    }

    fn unlinked(&self, instance: &Instance) -> Option<Webhook> {
        let body = json!({
            "type": "DisconnectedCallback",
            // Seconds here and milliseconds above, as in Z-API's two examples.
            "momment": since_1970().as_secs(),
            "error": "Device has been disconnected",
            "disconnected": true,
            "instanceId": instance.id(),
        });
        Some(Webhook::json(WebhookTopic::Unlinked, &body))
    }
}

fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}

fn options(instance: &Instance) -> Options {
    instance.own::<Options>().cloned().unwrap_or_default()
}

/// What a request asks for.
#[derive(Debug)]
enum Call<'a> {
    QrText,
    QrImage,
    PhoneCode(&'a str),
    Status,
    Device,
    Disconnect,
    Restart,
    RestoreSession,
    ConnectedWebhook,
    DisconnectedWebhook,
    /// A wrong path or a wrong verb.
    Nothing,
}

impl<'a> Call<'a> {
    fn read(request: &GatewayRequest, call: &[&'a str]) -> Self {
        match (request.method(), call) {
            ("GET", ["qr-code"]) => Self::QrText,
            ("GET", ["qr-code", "image"]) => Self::QrImage,
            ("GET", ["phone-code", phone]) => Self::PhoneCode(phone),
            ("GET", ["status"]) => Self::Status,
            ("GET", ["device"]) => Self::Device,
            ("GET", ["disconnect"]) => Self::Disconnect,
            ("GET", ["restart"]) => Self::Restart,
            ("GET", ["restore-session"]) => Self::RestoreSession,
            ("PUT", ["update-webhook-connected"]) => Self::ConnectedWebhook,
            ("PUT", ["update-webhook-disconnected"]) => Self::DisconnectedWebhook,
            _ => Self::Nothing,
        }
    }

    fn endpoint(&self) -> Endpoint {
        match self {
            Self::QrText => Endpoint::CodeQrText,
            Self::QrImage => Endpoint::CodeQrImage,
            Self::PhoneCode(_) => Endpoint::PhoneCode,
            Self::Status => Endpoint::Status,
            Self::Device => Endpoint::Device,
            Self::Disconnect => Endpoint::Unlink,
            _ => Endpoint::Other,
        }
    }
}

/// Whether the secrets of a request are right; if not, what Z-API says. A wrong instance
/// token is met with the words for a missing account token.
fn refuse(instance: &Instance, token: &str, request: &GatewayRequest) -> Option<GatewayResponse> {
    if token != instance.token() {
        return Some(client_token_not_configured());
    }
    let active = options(instance).client_token?;
    match request.header("client-token") {
        None => Some(null_not_allowed()),
        Some(sent) if sent != active => Some(client_token_not_allowed(sent)),
        Some(_) => None,
    }
}

/// Does what is asked and says so.
fn perform(instance: &Instance, call: Call<'_>, request: &GatewayRequest) -> GatewayResponse {
    match call {
        Call::QrText => qr_code(instance, options(instance).qr_text_body),
        Call::QrImage => match instance.issue_qr() {
            Some(text) => GatewayResponse::picture(&text, instance.setup().qr_picture_body, value),
            None => connected_flag(),
        },
        Call::PhoneCode(phone) => phone_code(instance, phone),
        Call::Status if instance.is_linked() => status(true, "You are already connected", true),
        Call::Status => status(false, "You are not connected.", false),
        Call::Device => match instance.linked_phone() {
            Some(phone) => GatewayResponse::json(
                200,
                &json!({"phone": phone.digits(), "name": "Simulator", "isBusiness": false}),
            ),
            None => refusal(400, "You are not connected."),
        },
        Call::Disconnect => {
            instance.unlink();
            done()
        }
        Call::Restart | Call::RestoreSession => {
            instance.restart();
            done()
        }
        Call::ConnectedWebhook => set_webhook(instance, WebhookTopic::Linked, request),
        Call::DisconnectedWebhook => set_webhook(instance, WebhookTopic::Unlinked, request),
        Call::Nothing => not_found(),
    }
}

fn qr_code(instance: &Instance, shape: QrTextBody) -> GatewayResponse {
    let Some(text) = instance.issue_qr() else {
        return connected_flag();
    };
    match shape {
        QrTextBody::Text => value(&text),
        QrTextBody::BareText => GatewayResponse::text(200, text),
        QrTextBody::Picture => GatewayResponse::picture(&text, QrPictureBody::DataUri, value),
    }
}

fn phone_code(instance: &Instance, phone: &str) -> GatewayResponse {
    let Ok(phone) = PhoneNumber::parse(phone) else {
        return refusal(400, "Invalid phone number");
    };
    match instance.issue_phone_code(phone) {
        Ok(code) => match options(instance).phone_code_field {
            PhoneCodeField::Value => value(&code),
            PhoneCodeField::Code => GatewayResponse::json(200, &json!({"code": code})),
        },
        Err(NoPhoneCode::Linked) => connected_flag(),
        Err(_) => refusal(429, "rate-overlimit"),
    }
}

/// The simulator calls loopback addresses only.
fn set_webhook(
    instance: &Instance,
    topic: WebhookTopic,
    request: &GatewayRequest,
) -> GatewayResponse {
    let body = request.json();
    let Some(url) = body["value"].as_str() else {
        return refusal(400, "value is required");
    };
    match instance.set_webhook_for(topic, Some(url.to_owned())) {
        Ok(()) => done(),
        Err(InvalidWebhookUrl) => refusal(
            400,
            "The simulator sends webhooks to http:// on loopback only",
        ),
    }
}

fn value(value: &str) -> GatewayResponse {
    GatewayResponse::json(200, &json!({"value": value}))
}

fn done() -> GatewayResponse {
    GatewayResponse::json(200, &json!({"value": true}))
}

fn status(connected: bool, error: &str, smartphone: bool) -> GatewayResponse {
    GatewayResponse::json(
        200,
        &json!({"connected": connected, "error": error, "smartphoneConnected": smartphone}),
    )
}

fn connected_flag() -> GatewayResponse {
    GatewayResponse::json(200, &json!({"connected": true}))
}

fn refusal(status: u16, error: &str) -> GatewayResponse {
    GatewayResponse::json(status, &json!({"error": error}))
}

fn client_token_not_configured() -> GatewayResponse {
    refusal(400, "your client-token is not configured")
}

fn null_not_allowed() -> GatewayResponse {
    refusal(400, "null not allowed")
}

/// Echoes the token, as the gateway does: a client that shows this body leaks it.
fn client_token_not_allowed(sent: &str) -> GatewayResponse {
    refusal(403, &format!("Client-Token {sent} not allowed"))
}

fn not_found() -> GatewayResponse {
    GatewayResponse::json(
        404,
        &json!({
            "error": "NOT_FOUND",
            "message": "Unable to find matching target resource method",
        }),
    )
}
