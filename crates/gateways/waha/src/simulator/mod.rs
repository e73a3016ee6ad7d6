//! WAHA as the simulator plays it: the session in the path, a key in a header, states that take their
//! time, and codes that are made whether or not they are asked for.

mod faults;
mod options;
mod refusals;
mod session;

use std::time::Duration;

use async_trait::async_trait;
use pairing_core::PhoneNumber;
use pairing_sim::{
    Dialect, Endpoint, Fault, GatewayRequest, GatewayResponse, Instance, InstanceSetup, Instances,
    InvalidSetup, NoPhoneCode, Own as AnyOwn, QrPictureBody, Random, Rotation, Route, Webhook,
};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use session::{Own, Phase};

/// WAHA as the simulator plays it: below `/api/`. Its answers and times are those of WAHA 2024.10 with
/// the engine NOWEB; passkeys are those of GOWS, from the documentation.
pub const DIALECT: &dyn Dialect = &WahaDialect;

#[derive(Debug)]
struct WahaDialect;

/// How long a request for a QR code waits for a session that has none.
const QR_WAIT: Duration = Duration::from_secs(5);
/// How often the state is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(100);

#[async_trait]
impl Dialect for WahaDialect {
    fn name(&self) -> &'static str {
        crate::ADAPTER.name
    }

    fn is_immediate(&self) -> bool {
        false
    }

    fn help(&self) -> &'static str {
        include_str!("help.txt")
    }

    fn set_defaults(&self, setup: &mut InstanceSetup) {
        setup.rotation = Rotation::FIRST_60_THEN_20_S;
        setup.qr_picture_body = QrPictureBody::Png;
        setup.phone_code_hyphen = true;
    }

    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<AnyOwn, InvalidSetup> {
        const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
        let options = setup.read_options()?;
        // All are drawn in any case, so that a given one does not change the others.
        let id = format!("waha-{}", random.text(LETTERS, 12));
        let token = random.text(LETTERS, 32);
        let hmac_key = random.text(LETTERS, 32);
        setup.id.get_or_insert(id);
        setup.token.get_or_insert(token);
        Ok(Box::new(Own::new(options, hmac_key)))
    }

    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)> {
        let own = Own::of(instance);
        let key = own.options.api_key.then(|| instance.token().to_owned());
        let hmac_key = own.hmac_key.expose_secret();
        vec![
            ("session", Some(instance.id().to_owned())),
            ("api_key", key),
            (
                "webhook_hmac_key",
                own.options.signed.then(|| hmac_key.to_owned()),
            ),
        ]
    }

    fn example(&self, instance: &Instance, base_url: &str) -> String {
        let (id, token) = (instance.id(), instance.token());
        format!(
            "curl -X POST -H 'X-Api-Key: {token}' {base_url}/api/sessions/{id}/start; \
             curl -H 'X-Api-Key: {token}' '{base_url}/api/{id}/auth/qr?format=raw'"
        )
    }

    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route> {
        let segments = request.segments();
        let ["api", path @ ..] = &*segments else {
            return None;
        };
        let Some((call, name)) = Call::read(request, path) else {
            return Some(Route::Refused(not_found(request)));
        };
        Some(match instances.by_id(&name) {
            Some(instance) => Route::To(instance, call.endpoint()),
            None => Route::Refused(refusals::session_not_found()),
        })
    }

    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
        let segments = request.segments();
        let path = segments.get(1..).unwrap_or_default();
        let Some((call, _)) = Call::read(request, path) else {
            return not_found(request);
        };
        let own = Own::of(instance);
        if own.options.api_key && request.header("x-api-key") != Some(instance.token()) {
            return refusals::unauthorized();
        }
        session::first_request(instance);
        if call.disturbs() {
            own.count_if_linking();
        }
        match (own.phase(), call) {
            (Phase::Missing, Call::Create) => create(instance, request),
            (Phase::Missing, Call::Delete) => GatewayResponse::empty(200),
            (Phase::Missing, _) => refusals::session_not_found(),
            (_, call) => perform(instance, call, request).await,
        }
    }

    fn refusal(&self, status: u16, message: &str) -> GatewayResponse {
        refusals::refusal(status, message)
    }

    fn empty_qr(&self) -> GatewayResponse {
        GatewayResponse::json(200, &json!({}))
    }

    fn settling_time(&self, instance: &Instance) -> Duration {
        Own::of(instance).settles_in()
    }

    fn second_attempts(&self, instance: &Instance) -> u64 {
        Own::of(instance).second_attempts()
    }

    fn faults(&self) -> &'static [Fault] {
        faults::FAULTS
    }

    fn linked(&self, instance: &Instance, phone: &PhoneNumber) -> Option<Webhook> {
        session::linked(instance, phone)
    }

    /// The session fails, and reports that itself.
    fn unlinked(&self, instance: &Instance) -> Option<Webhook> {
        session::unlinked(instance);
        None
    }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
enum Call {
    Create,
    Session,
    Configure,
    Delete,
    Start,
    Stop,
    Restart,
    Logout,
    QrText,
    QrImage,
    PhoneCode,
    Confirmation,
}

impl Call {
    /// Also gives the name of the session. `None` for a wrong path or verb.
    fn read(request: &GatewayRequest, path: &[&str]) -> Option<(Self, String)> {
        let (call, name) = match (request.method(), path) {
            ("POST", ["sessions"]) => {
                let name = request.json()["name"].as_str()?.to_owned();
                return Some((Self::Create, name));
            }
            ("GET", ["sessions", name]) => (Self::Session, name),
            ("PUT", ["sessions", name]) => (Self::Configure, name),
            ("DELETE", ["sessions", name]) => (Self::Delete, name),
            ("POST", ["sessions", name, "start"]) => (Self::Start, name),
            ("POST", ["sessions", name, "stop"]) => (Self::Stop, name),
            ("POST", ["sessions", name, "restart"]) => (Self::Restart, name),
            ("POST", ["sessions", name, "logout"]) => (Self::Logout, name),
            ("GET", [name, "auth", "qr"]) => match request.query("format").as_deref() {
                Some("raw") => (Self::QrText, name),
                _ => (Self::QrImage, name),
            },
            ("POST", [name, "auth", "request-code"]) => (Self::PhoneCode, name),
            ("GET", [name, "auth", "passkey", "confirmation"]) => (Self::Confirmation, name),
            _ => return None,
        };
        Some((call, (*name).to_owned()))
    }

    /// Whether it breaks a link that is being made.
    fn disturbs(self) -> bool {
        match self {
            Self::Start
            | Self::Stop
            | Self::Restart
            | Self::Logout
            | Self::Delete
            | Self::PhoneCode => true,
            Self::Create
            | Self::Session
            | Self::Configure
            | Self::QrText
            | Self::QrImage
            | Self::Confirmation => false,
        }
    }

    fn endpoint(self) -> Endpoint {
        match self {
            Self::Session => Endpoint::Status,
            Self::QrText => Endpoint::CodeQrText,
            Self::QrImage => Endpoint::CodeQrImage,
            Self::PhoneCode => Endpoint::PhoneCode,
            Self::Logout => Endpoint::Unlink,
            Self::Create
            | Self::Configure
            | Self::Delete
            | Self::Start
            | Self::Stop
            | Self::Restart
            | Self::Confirmation => Endpoint::Other,
        }
    }
}

/// Does what is asked of a session that exists, and says so.
async fn perform(instance: &Instance, call: Call, request: &GatewayRequest) -> GatewayResponse {
    let name = instance.id();
    match call {
        Call::Create => refusals::refusal(
            422,
            &format!("Session '{name}' already exists. Use PUT to update it."),
        ),
        Call::Session => described(200, instance),
        Call::Configure => {
            session::configure(instance, &request.json()["config"]);
            described(200, instance)
        }
        Call::Delete => {
            session::stop(instance).await;
            session::delete(instance);
            GatewayResponse::empty(200)
        }
        Call::Start => match Own::of(instance).phase() {
            Phase::Stopped => {
                session::start(instance);
                described(201, instance)
            }
            _ => refusals::refusal(422, &format!("Session '{name}' is already started.")),
        },
        Call::Stop => {
            session::stop(instance).await;
            described(201, instance)
        }
        Call::Restart => {
            session::stop(instance).await;
            session::start(instance);
            described(201, instance)
        }
        Call::Logout => {
            session::logout(instance).await;
            described(201, instance)
        }
        Call::QrText | Call::QrImage => qr(instance, call, request).await,
        Call::PhoneCode => phone_code(instance, request).await,
        Call::Confirmation => refusals::refusal(422, "No passkey confirmation is pending"),
    }
}

fn create(instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
    let body = request.json();
    session::configure(instance, &body["config"]);
    session::start(instance);
    described(201, instance)
}

/// Waits a while for a session that has no code to scan.
async fn qr(instance: &Instance, call: Call, request: &GatewayRequest) -> GatewayResponse {
    let own = Own::of(instance);
    let asked = instance.now();
    loop {
        match own.phase() {
            Phase::Stopped | Phase::Missing => return refusals::not_running(instance.id()),
            Phase::Scan => break,
            Phase::Between | Phase::Scanned => {
                return match call {
                    Call::QrText => GatewayResponse::json(200, &json!({})),
                    _ => GatewayResponse::new(200, "image/png", ""),
                };
            }
            Phase::Starting | Phase::Reconnecting | Phase::Working | Phase::Failed => {}
        }
        if instance.now() >= asked + QR_WAIT {
            return refusals::not_as_expected(instance.id(), own.phase().status());
        }
        instance.wait(LOOK).await;
    }
    let Some(text) = instance.issue_qr() else {
        return GatewayResponse::json(200, &json!({}));
    };
    let wants_json = request.header("accept") == Some("application/json");
    match call {
        Call::QrText => GatewayResponse::json(200, &json!({"value": text})),
        _ if wants_json => GatewayResponse::picture(&text, QrPictureBody::DataUri, |uri| {
            let data = uri.rsplit(',').next().unwrap_or_default();
            GatewayResponse::json(200, &json!({"mimetype": "image/png", "data": data}))
        }),
        _ => GatewayResponse::picture(&text, instance.setup().qr_picture_body, |uri| {
            GatewayResponse::text(200, uri.to_owned())
        }),
    }
}

/// While the session starts, the answer waits for the end of the start, and is a refusal then.
async fn phone_code(instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
    let own = Own::of(instance);
    if matches!(own.phase(), Phase::Stopped | Phase::Missing) {
        return refusals::not_running(instance.id());
    }
    if own.phase() == Phase::Starting {
        while own.phase() == Phase::Starting {
            instance.wait(LOOK).await;
        }
        return refusals::only_in_scan(Phase::Starting.status());
    }
    if own.phase().status() != Phase::Scan.status() {
        return refusals::only_in_scan(own.phase().status());
    }
    let body = request.json();
    // The real server takes any text; a code for one that is no number could not be typed.
    let phone = match &body["phoneNumber"] {
        Value::String(text) => PhoneNumber::parse(text).ok(),
        _ => None,
    };
    let Some(phone) = phone.filter(|_| own.phase() == Phase::Scan) else {
        return refusals::exception();
    };
    match instance.issue_phone_code(phone.clone()) {
        Ok(code) => {
            session::requested(instance, phone);
            GatewayResponse::json(201, &json!({"code": code}))
        }
        Err(NoPhoneCode::Linked) => refusals::only_in_scan(Phase::Working.status()),
        Err(_) => refusals::refusal(429, "rate-overlimit"),
    }
}

fn described(status: u16, instance: &Instance) -> GatewayResponse {
    GatewayResponse::json(status, &session::described(instance))
}

fn not_found(request: &GatewayRequest) -> GatewayResponse {
    refusals::refusal(404, &format!("Cannot {} this path", request.method()))
}
