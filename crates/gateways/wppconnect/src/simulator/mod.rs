//! WPPConnect-server as the simulator plays it: a token for each session, a browser that is opened and
//! closes by itself, and codes that stay in the answers after their death.

mod faults;
mod options;
mod refusals;
mod session;

use std::time::Duration;

use async_trait::async_trait;
use pairing_core::PhoneNumber;
use pairing_sim::{
    Dialect, Endpoint, Fault, GatewayRequest, GatewayResponse, Instance, InstanceSetup, Instances,
    InvalidSetup, Own as AnyOwn, QrPictureBody, Random, Rotation, Route, Webhook,
};
use secrecy::ExposeSecret as _;
use serde_json::json;

use session::{Own, Shown};

/// WPPConnect-server as the simulator plays it: below `/api/`. Its answers are those of version 2.10.4;
/// what happens when is from its source and that of its library, and how long a start and a link take is
/// invented.
pub const DIALECT: &dyn Dialect = &WppConnectDialect;

/// Of the server.
const VERSION: &str = "2.10.4";

#[derive(Debug)]
struct WppConnectDialect;

#[async_trait]
impl Dialect for WppConnectDialect {
    fn name(&self) -> &'static str {
        crate::ADAPTER.name
    }

    fn is_immediate(&self) -> bool {
        false
    }

    fn help(&self) -> &'static str {
        include_str!("help.txt")
    }

    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<AnyOwn, InvalidSetup> {
        const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
        let options = setup.read_options()?;
        // All are drawn in any case, so that a given one does not change the others.
        let id = format!("wpp-{}", random.text(LETTERS, 12));
        let token = format!("$2b$10${}", random.text(LETTERS, 53));
        let secret_key = random.text(LETTERS, 32);
        // A browser knows no other; the adapter tells by it whether a code was used.
        setup.rotation = Rotation::EVERY_20_S;
        setup.id.get_or_insert(id);
        setup.token.get_or_insert(token);
        Ok(Box::new(Own::new(options, secret_key)))
    }

    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)> {
        let own = Own::of(instance);
        let (token, key) = match own.options.secret {
            true => (None, Some(own.secret_key.expose_secret().to_owned())),
            false => (Some(instance.token().to_owned()), None),
        };
        vec![
            ("session", Some(instance.id().to_owned())),
            ("token", token),
            ("secret_key", key),
        ]
    }

    fn example(&self, instance: &Instance, base_url: &str) -> String {
        let (id, token) = (instance.id(), instance.token());
        format!(
            "curl -X POST -H 'Authorization: Bearer {token}' {base_url}/api/{id}/start-session; \
             curl -H 'Authorization: Bearer {token}' {base_url}/api/{id}/status-session"
        )
    }

    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route> {
        let segments = request.segments();
        let ["api", id, path @ ..] = &*segments else {
            return None;
        };
        Some(match (Call::read(request, path), instances.by_id(id)) {
            (Some(call), Some(instance)) => {
                session::first_request(&instance);
                let endpoint = call.endpoint(&instance, request);
                Route::To(instance, endpoint)
            }
            (Some(_), None) => Route::Refused(refusals::wrong_token()),
            (None, _) => Route::Refused(refusals::not_found(request.method())),
        })
    }

    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
        let segments = request.segments();
        let path = segments.get(2..).unwrap_or_default();
        let Some(call) = Call::read(request, path) else {
            return refusals::not_found(request.method());
        };
        match request.bearer() {
            _ if call == Call::Token => token(instance, path),
            None => refusals::no_token(),
            Some(token) if token != instance.token() => refusals::wrong_token(),
            Some(_) => perform(instance, call, request).await,
        }
    }

    fn refusal(&self, status: u16, message: &str) -> GatewayResponse {
        refusals::refusal(status, message)
    }

    fn empty_qr(&self) -> GatewayResponse {
        let body = json!({"status": "QRCODE", "qrcode": null, "version": VERSION});
        GatewayResponse::json(200, &body)
    }

    fn settling_time(&self, instance: &Instance) -> Duration {
        Own::of(instance).options.link_takes()
    }

    fn second_attempts(&self, instance: &Instance) -> u64 {
        Own::of(instance).second_attempts()
    }

    fn faults(&self) -> &'static [Fault] {
        faults::FAULTS
    }

    /// The session reports it itself.
    fn linked(&self, instance: &Instance, _: &PhoneNumber) -> Option<Webhook> {
        session::linked(instance)
    }

    fn unlinked(&self, instance: &Instance) -> Option<Webhook> {
        session::unlinked(instance)
    }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Token,
    Start,
    Status,
    Picture,
    IsLinked,
    Number,
    Device,
    Logout,
    Close,
}

impl Call {
    /// `None` for a wrong path or verb.
    fn read(request: &GatewayRequest, path: &[&str]) -> Option<Self> {
        Some(match (request.method(), path) {
            ("POST", [_, "generate-token"]) => Self::Token,
            ("POST", ["start-session"]) => Self::Start,
            ("GET", ["status-session"]) => Self::Status,
            ("GET", ["qrcode-session"]) => Self::Picture,
            ("GET", ["check-connection-session"]) => Self::IsLinked,
            ("GET", ["get-phone-number"]) => Self::Number,
            ("GET", ["host-device"]) => Self::Device,
            ("POST", ["logout-session"]) => Self::Logout,
            ("POST", ["close-session"]) => Self::Close,
            _ => return None,
        })
    }

    /// The one call for the state has the QR code in it, while there is one.
    fn endpoint(self, instance: &Instance, request: &GatewayRequest) -> Endpoint {
        match self {
            Self::Status if Own::of(instance).shown() == Shown::Qr => Endpoint::CodeQrText,
            Self::Status => Endpoint::Status,
            Self::Picture => Endpoint::CodeQrImage,
            Self::Start if request.json()["phone"].is_string() => Endpoint::PhoneCode,
            Self::Number | Self::Device => Endpoint::Device,
            Self::Logout => Endpoint::Unlink,
            Self::Token | Self::Start | Self::IsLinked | Self::Close => Endpoint::Other,
        }
    }
}

fn token(instance: &Instance, path: &[&str]) -> GatewayResponse {
    let key = Own::of(instance).secret_key.expose_secret();
    if path.first() != Some(&key) {
        return refusals::wrong_secret();
    }
    let (session, token) = (instance.id(), instance.token());
    let body = json!({
        "status": "success",
        "session": session,
        "token": token,
        "full": format!("{session}:{token}"),
    });
    GatewayResponse::json(201, &body)
}

async fn perform(instance: &Instance, call: Call, request: &GatewayRequest) -> GatewayResponse {
    let own = Own::of(instance);
    let is_linked = own.shown() == Shown::Connected;
    match call {
        Call::Start => session::start(instance, &request.json()).await,
        Call::Status | Call::Token => session::described(instance),
        Call::Picture => picture(instance),
        Call::IsLinked => {
            let message = if is_linked {
                "Connected"
            } else {
                "Disconnected"
            };
            GatewayResponse::json(200, &json!({"status": is_linked, "message": message}))
        }
        Call::Number | Call::Device | Call::Logout if !is_linked => refusals::not_active(),
        Call::Number => {
            let body =
                json!({"status": "success", "response": number(instance), "mapper": "device"});
            GatewayResponse::json(200, &body)
        }
        Call::Device => {
            let device = json!({"platform": "android", "phoneNumber": number(instance)});
            let body = json!({"status": "success", "response": device, "mapper": "device"});
            GatewayResponse::json(200, &body)
        }
        Call::Logout => session::logout(instance).await,
        Call::Close => session::close(instance),
    }
}

fn number(instance: &Instance) -> Option<String> {
    let phone = instance.linked_phone()?;
    Some(format!("{}@c.us", phone.digits()))
}

/// Also of a code that is dead.
fn picture(instance: &Instance) -> GatewayResponse {
    let own = Own::of(instance);
    match (own.code(), own.shown().status()) {
        (Some(code), _) => GatewayResponse::picture(&code, QrPictureBody::Png, |uri| {
            GatewayResponse::text(200, uri.to_owned())
        }),
        (None, None) if own.shown() == Shown::Nothing => {
            let message = "Session not started. Please, use the /start-session route, for initialization your session";
            GatewayResponse::json(200, &json!({"status": null, "message": message}))
        }
        (None, status) => {
            let message = "QRCode is not available...";
            GatewayResponse::json(200, &json!({"status": status, "message": message}))
        }
    }
}
