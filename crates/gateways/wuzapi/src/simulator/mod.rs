//! WuzAPI as the simulator plays it: the user is known by its token, which its answers show, and codes
//! are made whether or not they are asked for.

mod answers;
mod faults;
mod options;
mod user;

use std::time::Duration;

use async_trait::async_trait;
use pairing_core::PhoneNumber;
use pairing_sim::{
    Dialect, Endpoint, Fault, GatewayRequest, GatewayResponse, Instance, InstanceSetup, Instances,
    InvalidSetup, NoPhoneCode, Own as AnyOwn, QrPictureBody, Random, Rotation, Route, Webhook,
};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use options::Version;
use user::{Own, Phase};

/// WuzAPI as the simulator plays it: `/session/…` and `/webhook`. Its answers are those of the sources
/// that the adapter's README names.
pub const DIALECT: &dyn Dialect = &WuzapiDialect;

#[derive(Debug)]
struct WuzapiDialect;

/// How long a start without `Immediate` waits before it says whether there is a connection.
const PATIENCE: Duration = Duration::from_secs(10);

#[async_trait]
impl Dialect for WuzapiDialect {
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
        setup.phone_code_hyphen = true;
    }

    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<AnyOwn, InvalidSetup> {
        const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
        let options = setup.read_options()?;
        // All are drawn in any case, so that a given one does not change the others.
        let id = format!("wuzapi-{}", random.text(LETTERS, 12));
        let token = random.text(LETTERS, 32);
        let hmac_key = random.text(LETTERS, 32);
        setup.id.get_or_insert(id);
        setup.token.get_or_insert(token);
        Ok(Box::new(Own::new(options, hmac_key)))
    }

    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)> {
        let own = Own::of(instance);
        let hmac_key = own.hmac_key.expose_secret();
        vec![
            ("token", Some(instance.token().to_owned())),
            ("name", Some(instance.id().to_owned())),
            (
                "webhook_hmac_key",
                own.options.signed.then(|| hmac_key.to_owned()),
            ),
        ]
    }

    fn example(&self, instance: &Instance, base_url: &str) -> String {
        let token = instance.token();
        format!(
            "curl -H 'Token: {token}' -d '{{\"Immediate\":true}}' {base_url}/session/connect; \
             curl -H 'Token: {token}' {base_url}/session/qr"
        )
    }

    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route> {
        let call = Call::read(request)?;
        let token = request.header("token").unwrap_or_default();
        Some(match instances.find(|it| it.token() == token) {
            Some(instance) => Route::To(instance, call.endpoint()),
            None => Route::Refused(answers::unauthorized()),
        })
    }

    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
        user::first_request(instance);
        match Call::read(request) {
            Some(Call::Connect) => connect(instance, &request.json()).await,
            Some(Call::Disconnect) => disconnect(instance),
            Some(Call::Logout) => logout(instance),
            Some(Call::Status) => status(instance),
            Some(Call::Qr) => qr(instance),
            Some(Call::PhoneCode) => phone_code(instance, &request.json()),
            Some(Call::Webhook) => webhook(instance, &request.json()),
            None => answers::error(404, "no such path"),
        }
    }

    fn refusal(&self, status: u16, message: &str) -> GatewayResponse {
        answers::error(status, message)
    }

    fn empty_qr(&self) -> GatewayResponse {
        answers::data(&json!({"QRCode": ""}))
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
        user::linked(instance, phone)
    }

    /// The connection ends, and reports that itself.
    fn unlinked(&self, instance: &Instance) -> Option<Webhook> {
        user::unlinked(instance);
        None
    }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
enum Call {
    Connect,
    Disconnect,
    Logout,
    Status,
    Qr,
    PhoneCode,
    Webhook,
}

impl Call {
    /// `None` for a wrong path or verb.
    fn read(request: &GatewayRequest) -> Option<Self> {
        Some(match (request.method(), &*request.segments()) {
            ("POST", ["session", "connect"]) => Self::Connect,
            ("POST", ["session", "disconnect"]) => Self::Disconnect,
            ("POST", ["session", "logout"]) => Self::Logout,
            ("GET", ["session", "status"]) => Self::Status,
            ("GET", ["session", "qr"]) => Self::Qr,
            ("POST", ["session", "pairphone"]) => Self::PhoneCode,
            ("POST", ["webhook"]) => Self::Webhook,
            _ => return None,
        })
    }

    fn endpoint(self) -> Endpoint {
        match self {
            Self::Status => Endpoint::Status,
            Self::Qr => Endpoint::CodeQrImage,
            Self::PhoneCode => Endpoint::PhoneCode,
            Self::Logout => Endpoint::Unlink,
            Self::Connect | Self::Disconnect | Self::Webhook => Endpoint::Other,
        }
    }
}

async fn connect(instance: &Instance, body: &Value) -> GatewayResponse {
    let own = Own::of(instance);
    if !body.is_object() {
        return answers::error(400, "could not decode Payload");
    }
    let is_refused = match own.options.version {
        // Also while the socket is not open.
        Version::Of2025 => own.phase() != Phase::Down,
        Version::Of2026 => own.phase().flags().0,
    };
    if is_refused {
        return answers::already_connected();
    }
    let names = body["Subscribe"].as_array().into_iter().flatten();
    let names: Vec<_> = names.filter_map(Value::as_str).collect();
    match own.options.version {
        Version::Of2025 if names.is_empty() => own.subscribe("All".to_owned()),
        Version::Of2026 if names.is_empty() => {}
        _ => own.subscribe(names.join(",")),
    }
    user::connect(instance);
    if body["Immediate"] != true {
        instance.wait(PATIENCE).await;
        if !own.phase().flags().0 {
            return answers::error(500, "failed to Connect");
        }
    }
    answers::data(&json!({
        "webhook": own.webhook(),
        "jid": own.jid(),
        "events": own.events(),
        "details": "Connected!",
    }))
}

fn disconnect(instance: &Instance) -> GatewayResponse {
    let own = Own::of(instance);
    if own.phase() == Phase::Down {
        return answers::no_session();
    }
    let is_refused = match own.options.version {
        Version::Of2025 => own.phase() != Phase::LoggedIn,
        Version::Of2026 => !own.phase().flags().0,
    };
    if is_refused {
        return answers::error(500, "cannot disconnect because it is not logged in");
    }
    user::disconnect(instance);
    answers::data(&json!({"Details": "Disconnected"}))
}

fn logout(instance: &Instance) -> GatewayResponse {
    match Own::of(instance).phase() {
        Phase::Down => answers::no_session(),
        Phase::LoggedIn => {
            user::logout(instance);
            answers::data(&json!({"Details": "Logged out"}))
        }
        phase if phase.flags().0 => answers::error(500, "could not logout as it was not logged in"),
        _ => answers::error(500, "could not disconnect as it was not connected"),
    }
}

fn status(instance: &Instance) -> GatewayResponse {
    let own = Own::of(instance);
    let phase = own.phase();
    let (is_connected, is_logged_in) = phase.flags();
    if own.options.version == Version::Of2025 {
        return match phase {
            Phase::Down => answers::no_session(),
            _ => answers::data(&json!({"Connected": is_connected, "LoggedIn": is_logged_in})),
        };
    }
    answers::data(&json!({
        "id": "1",
        "name": instance.id(),
        "connected": is_connected,
        "loggedIn": is_logged_in,
        "token": instance.token(),
        "jid": own.jid(),
        "webhook": own.webhook(),
        "events": own.events(),
        "proxy_url": "",
        "qrcode": code_on_offer(instance),
        "history": "0",
        "proxy_config": {"enabled": false, "proxy_url": ""},
        "hmac_configured": own.options.signed,
    }))
}

/// Stands for the picture, which is drawn only where it is asked for: another text for each code.
fn code_on_offer(instance: &Instance) -> String {
    let offered = Own::of(instance).phase() == Phase::Offer;
    let code = instance.valid_qr().filter(|_| offered);
    code.map_or_else(String::new, |(text, _)| {
        let text: String = text.chars().rev().take(24).collect();
        format!("data:image/png;base64,{text}")
    })
}

fn qr(instance: &Instance) -> GatewayResponse {
    let empty = || answers::data(&json!({"QRCode": ""}));
    match Own::of(instance).phase() {
        Phase::Down => answers::no_session(),
        Phase::Connecting | Phase::Reconnecting => answers::not_connected(),
        Phase::Early | Phase::Scanned => empty(),
        Phase::LoggedIn => answers::error(500, "already logged in"),
        Phase::Offer => match instance.issue_qr() {
            Some(text) => GatewayResponse::picture(&text, QrPictureBody::DataUri, |uri| {
                answers::data(&json!({"QRCode": uri}))
            }),
            None => empty(),
        },
    }
}

fn phone_code(instance: &Instance, body: &Value) -> GatewayResponse {
    let own = Own::of(instance);
    let phase = own.phase();
    if phase == Phase::Down {
        return answers::no_session();
    }
    let Some(text) = body["Phone"].as_str().filter(|text| !text.is_empty()) else {
        return answers::error(400, "missing Phone in Payload");
    };
    match phase {
        Phase::LoggedIn => return answers::error(400, "already paired"),
        Phase::Connecting => return answers::error(400, "websocket not connected"),
        // A code for a phone that is linking: WhatsApp's answer to that is not known.
        Phase::Scanned | Phase::Reconnecting => {
            own.count_second_attempt();
            return answers::error(400, "websocket not connected");
        }
        Phase::Down | Phase::Early | Phase::Offer => {}
    }
    let Ok(phone) = PhoneNumber::parse(text) else {
        return answers::refused_by_whatsapp(400, "bad-request");
    };
    match instance.issue_phone_code(phone) {
        Ok(code) => answers::data(&json!({"LinkingCode": code})),
        Err(NoPhoneCode::Linked) => answers::error(400, "already paired"),
        Err(_) => answers::refused_by_whatsapp(429, "rate-overlimit"),
    }
}

fn webhook(instance: &Instance, body: &Value) -> GatewayResponse {
    let own = Own::of(instance);
    let url = body["webhookurl"].as_str().unwrap_or_default();
    // The simulator calls loopback addresses only.
    let _ = instance.set_webhook((!url.is_empty()).then(|| url.to_owned()));
    own.set_webhook(url.to_owned());
    answers::data(&json!({"webhook": url}))
}
