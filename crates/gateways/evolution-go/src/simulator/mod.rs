//! Evolution Go as the simulator plays it: the instance by its token, a client that is started by the
//! request for a QR code, and attempts that end by themselves.

mod answers;
mod client;
mod faults;
mod options;
mod webhooks;

use std::time::Duration;

use async_trait::async_trait;
use pairing_core::PhoneNumber;
use pairing_sim::{
    Dialect, Endpoint, Fault, GatewayRequest, GatewayResponse, Instance, InstanceSetup, Instances,
    InvalidSetup, NoPhoneCode, Own as AnyOwn, QrPictureBody, Random, Rotation, Route, Webhook,
};
use serde_json::json;

use client::{Own, Phase};
use options::Version;

/// Evolution Go as the simulator plays it: below `/instance/`. Its words and times are those of the
/// source; how long a link takes is invented.
pub const DIALECT: &dyn Dialect = &EvolutionGoDialect;

#[derive(Debug)]
struct EvolutionGoDialect;

/// How long a request that starts a client for a code waits.
const STARTS: Duration = Duration::from_secs(3);
/// How long a request waits for a QR code that is not there.
const LOOKS_AGAIN: Duration = Duration::from_secs(2);
/// How long a request that starts a client for anything else waits.
const WAKES: Duration = Duration::from_secs(2);

#[async_trait]
impl Dialect for EvolutionGoDialect {
    fn name(&self) -> &'static str {
        crate::ADAPTER.name
    }

    fn is_immediate(&self) -> bool {
        false
    }

    fn help(&self) -> &'static str {
        include_str!("help.txt")
    }

    /// With the usual `QRCODE_MAX_COUNT`: the attempt is over when the fifth code would come.
    fn set_defaults(&self, setup: &mut InstanceSetup) {
        setup.rotation = Rotation::new(Duration::from_secs(60), Duration::from_secs(20), Some(4));
        setup.phone_code_hyphen = true;
    }

    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<AnyOwn, InvalidSetup> {
        const HEXADECIMAL: &[u8] = b"0123456789abcdef";
        let options = setup.read_options()?;
        // Both are drawn in any case, so that a given one does not change the others.
        let [id, token] = [12, 32].map(|length| random.text(HEXADECIMAL, length));
        setup.id.get_or_insert(format!("evogo-{id}"));
        setup.token.get_or_insert(token);
        Ok(Box::new(Own::new(options)))
    }

    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)> {
        vec![("token", Some(instance.token().to_owned()))]
    }

    fn example(&self, instance: &Instance, base_url: &str) -> String {
        let token = instance.token();
        format!("curl -H 'apikey: {token}' '{base_url}/instance/qr'")
    }

    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route> {
        let segments = request.segments();
        if segments.first() != Some(&"instance") {
            return None;
        }
        let Some(call) = Call::read(request) else {
            return Some(Route::Refused(answers::no_such_path()));
        };
        let key = request.header("apikey").unwrap_or_default();
        let instance = instances.find(|instance| instance.token() == key);
        Some(match instance {
            Some(instance) => Route::To(instance, call.endpoint()),
            None => Route::Refused(answers::unauthorized()),
        })
    }

    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
        let Some(call) = Call::read(request) else {
            return answers::no_such_path();
        };
        client::first_request(instance);
        let own = Own::of(instance);
        let phase = own.phase();
        if call.disturbs(phase, own.options.version) {
            own.disturb();
        }
        match call {
            Call::Status => answers::status(
                instance,
                own.options.version,
                phase.is_open(),
                phase == Phase::LoggedIn,
            ),
            Call::Qr => qr(instance).await,
            Call::Pair => pair(instance, request).await,
            Call::Logout => logout(instance).await,
            Call::Connect => connect(instance, request),
        }
    }

    fn refusal(&self, status: u16, message: &str) -> GatewayResponse {
        answers::refusal(status, message)
    }

    fn empty_qr(&self) -> GatewayResponse {
        answers::success(&json!({"qrcode": "", "code": ""}))
    }

    fn settling_time(&self, instance: &Instance) -> Duration {
        let options = &Own::of(instance).options;
        options.scanned_takes() + options.reconnect_takes()
    }

    fn second_attempts(&self, instance: &Instance) -> u64 {
        Own::of(instance).disturbed()
    }

    fn faults(&self) -> &'static [Fault] {
        faults::FAULTS
    }

    fn linked(&self, instance: &Instance, _phone: &PhoneNumber) -> Option<Webhook> {
        client::linked(instance)
    }

    fn unlinked(&self, instance: &Instance) -> Option<Webhook> {
        Some(client::unlinked(instance))
    }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Status,
    Qr,
    Pair,
    Logout,
    Connect,
}

impl Call {
    /// `None` for a wrong path or verb.
    fn read(request: &GatewayRequest) -> Option<Self> {
        Some(match (request.method(), &*request.segments()) {
            ("GET", ["instance", "status"]) => Self::Status,
            ("GET", ["instance", "qr"]) => Self::Qr,
            ("POST", ["instance", "pair"]) => Self::Pair,
            ("DELETE", ["instance", "logout"]) => Self::Logout,
            ("POST", ["instance", "connect"]) => Self::Connect,
            _ => return None,
        })
    }

    fn endpoint(self) -> Endpoint {
        match self {
            Self::Status => Endpoint::Status,
            Self::Qr => Endpoint::CodeQrText,
            Self::Pair => Endpoint::PhoneCode,
            Self::Logout => Endpoint::Unlink,
            Self::Connect => Endpoint::Other,
        }
    }

    /// Whether it breaks a link that is being made, or restarts the client of a linked number.
    fn disturbs(self, phase: Phase, version: Version) -> bool {
        match self {
            Self::Status | Self::Connect => false,
            // Until the connection breaks, it only looks into the database.
            Self::Qr => {
                phase == Phase::Reconnecting
                    || (phase == Phase::LoggedIn && version != Version::Newer)
            }
            Self::Pair | Self::Logout => phase.is_linking(),
        }
    }
}

async fn qr(instance: &Instance) -> GatewayResponse {
    let own = Own::of(instance);
    if own.phase() == Phase::LoggedIn && own.options.version == Version::Newer {
        return answers::logged_in();
    }
    if !matches!(own.phase(), Phase::Waiting | Phase::Scanned) {
        client::start(instance);
        instance.wait(STARTS).await;
        if own.phase() == Phase::LoggedIn {
            return answers::logged_in();
        }
    }
    if own.stored_qr().is_none() {
        instance.wait(LOOKS_AGAIN).await;
    }
    let Some(text) = own.stored_qr() else {
        return answers::no_qr();
    };
    // What is stored may be dead; the phone knows only codes that were handed out.
    let valid = instance.valid_qr().filter(|(valid, _)| *valid == text);
    if valid.is_some() && instance.issue_qr().is_none() {
        return answers::no_qr();
    }
    GatewayResponse::picture(&text, QrPictureBody::DataUri, |picture| {
        answers::qr(own.options.version, picture, &text)
    })
}

async fn pair(instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
    let own = Own::of(instance);
    let body = request.json();
    let text = body["phone"].as_str().unwrap_or_default();
    if text.is_empty() {
        return answers::refusal(400, "phone is required");
    }
    if matches!(own.phase(), Phase::None | Phase::Connecting) {
        if own.options.version == Version::V061 {
            return answers::success(&json!({"PairingCode": ""}));
        }
        client::start(instance);
        instance.wait(STARTS).await;
    }
    match own.phase() {
        Phase::LoggedIn => return answers::authenticated(),
        Phase::Waiting => {}
        _ => return faults::pairing_failed("websocket not connected"),
    }
    let Some(phone) = client::number(text) else {
        return faults::pairing_failed("phone number too short");
    };
    match instance.issue_phone_code(phone) {
        Ok(code) => answers::success(&json!({"PairingCode": code})),
        Err(NoPhoneCode::Linked) => answers::authenticated(),
        Err(_) => faults::pairing_failed("info query returned status 429: rate-overlimit"),
    }
}

/// It starts a client where there is none, and ends an attempt. What it says does not tell which.
async fn logout(instance: &Instance) -> GatewayResponse {
    let own = Own::of(instance);
    match own.phase() {
        Phase::None => {
            client::start(instance);
            instance.wait(WAKES).await;
            if own.phase() == Phase::Connecting {
                return answers::refusal(400, "no active session found");
            }
        }
        Phase::Connecting | Phase::Reconnecting => {
            return answers::refusal(400, "client disconnected");
        }
        Phase::Waiting | Phase::Scanned | Phase::LoggedIn => {}
    }
    match own.phase() {
        Phase::LoggedIn => client::logout(instance),
        Phase::Waiting => client::stop(instance),
        _ => {}
    }
    answers::done()
}

/// Sets the webhook, and starts a client.
fn connect(instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
    let body = request.json();
    let url = body["webhookUrl"].as_str().filter(|url| !url.is_empty());
    let keeps = Own::of(instance).options.version == Version::Newer;
    if url.is_some() || !keeps {
        // The simulator calls loopback addresses only.
        let _ = instance.set_webhook(url.map(str::to_owned));
    }
    client::start(instance);
    answers::success(&json!({
        "jid": answers::jid(instance).unwrap_or_default(),
        "webhookUrl": instance.webhook().unwrap_or_default(),
        "eventString": "CONNECTION,QRCODE",
    }))
}
