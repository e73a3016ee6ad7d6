//! megaAPI as the simulator plays it: the key in the path, a Bearer token in a header, `error` and
//! `message` around all.

use async_trait::async_trait;
use pairing_core::PhoneNumber;
use pairing_sim::FaultEffect::{Instead, LinkedElsewhere};
use pairing_sim::FaultMeaning::{InvalidCredentials, UnknownInstance};
use pairing_sim::FaultScope::{All, Codes};
use pairing_sim::{
    Dialect, Endpoint, Fault, GatewayRequest, GatewayResponse, Instance, InstanceSetup, Instances,
    InvalidSetup, NoPhoneCode, Own, QrPictureBody, Random, Route, Webhook, WebhookTopic,
};
use serde::Deserialize;
use serde_json::json;

/// megaAPI as the simulator plays it: below `/rest/`.
pub const DIALECT: &dyn Dialect = &MegaApiDialect;

#[derive(Debug)]
struct MegaApiDialect;

/// What an instance can be set up with.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Whether `user.id` carries a device: `5511…:12@s.whatsapp.net`.
    device_suffix: bool,
}

const FAULTS: &[Fault] = &[
    Fault::RATE_OVERLIMIT,
    Fault::ALREADY_CONNECTED_SERVER_ERROR,
    Fault::new(
        "already_logged_in",
        Codes,
        "links the instance elsewhere; HTTP 403 \"User is already logged in\"",
        LinkedElsewhere(|_| already_logged_in()),
    ),
    Fault::new(
        "unauthorized",
        All,
        "HTTP 401, as for a wrong token",
        Instead(|_| unauthorized()),
    )
    .meaning(InvalidCredentials),
    Fault::new(
        "instance_not_found",
        All,
        "HTTP 404 \"Instance not found\"",
        Instead(|_| instance_not_found()),
    )
    .meaning(UnknownInstance),
];

#[async_trait]
impl Dialect for MegaApiDialect {
    fn name(&self) -> &'static str {
        crate::ADAPTER.name
    }

    fn help(&self) -> &'static str {
        include_str!("help.txt")
    }

    fn set_defaults(&self, setup: &mut InstanceSetup) {
        setup.phone_code_hyphen = true;
    }

    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<Own, InvalidSetup> {
        const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let options: Options = setup.read_options()?;
        // Both are drawn in any case, so that a given one does not change the other.
        let id = format!("megaapi-{}", random.text(LETTERS, 12));
        let token = random.text(LETTERS, 22);
        setup.id.get_or_insert(id);
        setup.token.get_or_insert(token);
        Ok(Box::new(options))
    }

    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("instance_key", Some(instance.id().to_owned())),
            ("token", Some(instance.token().to_owned())),
        ]
    }

    fn example(&self, instance: &Instance, base_url: &str) -> String {
        let (id, token) = (instance.id(), instance.token());
        format!(
            "curl -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \
             {base_url}/rest/instance/qrcode_base64/{id}"
        )
    }

    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route> {
        let segments = request.segments();
        let ["rest", path @ ..] = &*segments else {
            return None;
        };
        let Some((call, key)) = Call::read(request, path) else {
            return Some(Route::Refused(not_found(request)));
        };
        Some(match (instances.by_id(key), request.bearer()) {
            (Some(instance), _) => Route::To(instance, call.endpoint()),
            (None, Some(_)) => Route::Refused(instance_not_found()),
            (None, None) => Route::Refused(unauthorized()),
        })
    }

    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
        let segments = request.segments();
        let path = segments.get(1..).unwrap_or_default();
        match Call::read(request, path) {
            Some((call, _)) => {
                refuse(instance, request).unwrap_or_else(|| perform(instance, &call, request))
            }
            None => not_found(request),
        }
    }

    fn refusal(&self, status: u16, message: &str) -> GatewayResponse {
        refusal(status, message)
    }

    fn empty_qr(&self) -> GatewayResponse {
        qr_code("")
    }

    fn faults(&self) -> &'static [Fault] {
        FAULTS
    }

    /// No body about the end of a link is known, so megaAPI reports none.
    fn linked(&self, instance: &Instance, phone: &PhoneNumber) -> Option<Webhook> {
        let body = json!({
            "instance_key": instance.id(),
            "messageType": "connection_update",
            "message": "phone_connected",
            "jid": format!("{}@s.whatsapp.net", phone.digits()),
        });
        Some(Webhook::json(WebhookTopic::Linked, &body))
    }
}

/// What a request asks for.
#[derive(Debug)]
enum Call {
    QrImage,
    /// The QR code on a page for people.
    QrPage,
    PhoneCode,
    Status,
    Logout,
    Restart,
    ConfigWebhook,
}

impl Call {
    /// Also gives the instance key. `None` for a wrong path or verb.
    fn read<'a>(request: &GatewayRequest, path: &[&'a str]) -> Option<(Self, &'a str)> {
        Some(match (request.method(), path) {
            ("GET", ["instance", "qrcode_base64", key]) => (Self::QrImage, *key),
            ("GET", ["instance", "qrcode", key]) => (Self::QrPage, *key),
            ("GET", ["instance", "pairingCode", key]) => (Self::PhoneCode, *key),
            ("GET", ["instance", key]) => (Self::Status, *key),
            ("DELETE", ["instance", key, "logout"]) => (Self::Logout, *key),
            ("DELETE", ["instance", key, "restart"]) => (Self::Restart, *key),
            ("POST", ["webhook", key, "configWebhook"]) => (Self::ConfigWebhook, *key),
            _ => return None,
        })
    }

    fn endpoint(&self) -> Endpoint {
        match self {
            Self::QrImage => Endpoint::CodeQrImage,
            Self::PhoneCode => Endpoint::PhoneCode,
            Self::Status => Endpoint::Status,
            Self::Logout => Endpoint::Unlink,
            Self::QrPage | Self::Restart | Self::ConfigWebhook => Endpoint::Other,
        }
    }
}

/// Whether a request may be served; if not, what megaAPI says. Its documentation wants
/// `Content-Type: application/json` on every call, so its absence is refused here.
fn refuse(instance: &Instance, request: &GatewayRequest) -> Option<GatewayResponse> {
    if request.bearer() != Some(instance.token()) {
        return Some(unauthorized());
    }
    let label = request.header("content-type");
    let is_json = label.is_some_and(|label| label.starts_with("application/json"));
    (!is_json).then(|| refusal(415, "Content-Type must be application/json"))
}

/// Does what is asked and says so.
fn perform(instance: &Instance, call: &Call, request: &GatewayRequest) -> GatewayResponse {
    match call {
        Call::QrImage => match instance.issue_qr() {
            Some(text) => {
                GatewayResponse::picture(&text, instance.setup().qr_picture_body, qr_code)
            }
            None => already_logged_in(),
        },
        Call::QrPage => match instance.issue_qr() {
            Some(text) => GatewayResponse::picture(&text, QrPictureBody::DataUri, page),
            None => already_logged_in(),
        },
        Call::PhoneCode => phone_code(instance, request.query("phoneNumber").as_deref()),
        Call::Status => status(instance),
        Call::Logout => {
            instance.unlink();
            message("Instance logged out")
        }
        Call::Restart => {
            instance.restart();
            message("Instance restarted")
        }
        Call::ConfigWebhook => config_webhook(instance, request),
    }
}

fn phone_code(instance: &Instance, phone: Option<&str>) -> GatewayResponse {
    let Some(Ok(phone)) = phone.map(PhoneNumber::parse) else {
        return refusal(200, "phoneNumber is missing or invalid");
    };
    match instance.issue_phone_code(phone) {
        Ok(code) => GatewayResponse::json(200, &json!({"pairingCode": code})),
        Err(NoPhoneCode::Linked) => already_logged_in(),
        Err(_) => refusal(429, "rate-overlimit"),
    }
}

fn status(instance: &Instance) -> GatewayResponse {
    let key = instance.id();
    let options = instance.own::<Options>();
    let device = match options.is_some_and(|options| options.device_suffix) {
        true => ":12",
        false => "",
    };
    let described = match instance.linked_phone() {
        Some(phone) => json!({
            "key": key,
            "status": "connected",
            "user": {
                "id": format!("{}{device}@s.whatsapp.net", phone.digits()),
                "name": "Simulator",
            },
        }),
        None => json!({"key": key, "status": "disconnected"}),
    };
    GatewayResponse::json(
        200,
        &json!({"error": false, "message": "Instance fetched", "instance": described}),
    )
}

/// The simulator calls loopback addresses only.
fn config_webhook(instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
    let body = request.json();
    let data = &body["messageData"];
    let url = match (
        data["webhookEnabled"].as_bool(),
        data["webhookUrl"].as_str(),
    ) {
        (Some(true), Some(url)) => Some(url.to_owned()),
        (Some(false), _) => None,
        _ => return refusal(200, "messageData needs webhookUrl and webhookEnabled"),
    };
    match instance.set_webhook(url) {
        Ok(()) => message("Webhook configured"),
        Err(_) => refusal(
            200,
            "The simulator sends webhooks to http:// on loopback only",
        ),
    }
}

fn qr_code(data_uri: &str) -> GatewayResponse {
    let message = if data_uri.is_empty() {
        "Qrcode is not ready"
    } else {
        "Qrcode fetched"
    };
    GatewayResponse::json(
        200,
        &json!({"error": false, "message": message, "qrcode": data_uri}),
    )
}

fn page(data_uri: &str) -> GatewayResponse {
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>QR code</title></head>\
         <body><img alt=\"QR code\" src=\"{data_uri}\"></body></html>\n"
    );
    GatewayResponse::html(200, page)
}

fn message(message: &str) -> GatewayResponse {
    GatewayResponse::json(200, &json!({"error": false, "message": message}))
}

fn refusal(status: u16, message: &str) -> GatewayResponse {
    GatewayResponse::json(status, &json!({"error": true, "message": message}))
}

/// A 403 that is not about the token.
fn already_logged_in() -> GatewayResponse {
    GatewayResponse::json(403, &json!({"message": "User is already logged in"}))
}

fn unauthorized() -> GatewayResponse {
    refusal(401, "Unauthorized")
}

fn instance_not_found() -> GatewayResponse {
    refusal(404, "Instance not found")
}

fn not_found(request: &GatewayRequest) -> GatewayResponse {
    refusal(404, &format!("Cannot {} this path", request.method()))
}
