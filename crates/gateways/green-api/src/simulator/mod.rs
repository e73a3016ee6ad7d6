//! Green-API as the simulator plays it: the token in the path, states that take their time, and an
//! answer of a kind to each request for a QR code.

mod answers;
mod faults;
mod options;
mod state;

use std::time::Duration;

use async_trait::async_trait;
use pairing_core::PhoneNumber;
use pairing_sim::{
    Dialect, Endpoint, Fault, GatewayRequest, GatewayResponse, Instance, InstanceSetup, Instances,
    InvalidSetup, InvalidWebhookUrl, Own as AnyOwn, QrPictureBody, Random, Route, Webhook,
};
use serde_json::{Value, json};

use options::Options;
use state::{Own, State};

/// Green-API as the simulator plays it: below `/waInstance{id}/`. Its answers and lifetimes are those of
/// the documentation; what it says between a scan and the link is a guess.
pub const DIALECT: &dyn Dialect = &GreenApiDialect;

#[derive(Debug)]
struct GreenApiDialect;

#[async_trait]
impl Dialect for GreenApiDialect {
    fn name(&self) -> &'static str {
        crate::ADAPTER.name
    }

    /// A phone code takes two requests, and the status lags behind a scan.
    fn is_immediate(&self) -> bool {
        false
    }

    fn help(&self) -> &'static str {
        include_str!("help.txt")
    }

    fn set_defaults(&self, setup: &mut InstanceSetup) {
        setup.phone_code_life_s = 150;
    }

    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<AnyOwn, InvalidSetup> {
        let options: Options = setup.read_options()?;
        // Both are drawn in any case, so that a given one does not change the other.
        let id = format!("1101{}", random.text(b"0123456789", 6));
        let token = random.text(b"0123456789abcdef", 50);
        setup.id.get_or_insert(id);
        setup.token.get_or_insert(token);
        Ok(Box::new(Own::new(options)))
    }

    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)> {
        let webhook_token = Own::of(instance).options.webhook_token.clone();
        vec![
            ("instance", Some(instance.id().to_owned())),
            ("token", Some(instance.token().to_owned())),
            ("webhook_token", webhook_token),
        ]
    }

    fn example(&self, instance: &Instance, base_url: &str) -> String {
        let (id, token) = (instance.id(), instance.token());
        format!("curl {base_url}/waInstance{id}/qr/{token}")
    }

    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route> {
        let segments = request.segments();
        let id = segments.first()?.strip_prefix("waInstance")?;
        Some(match instances.by_id(id) {
            Some(instance) => Route::To(instance, endpoint(request)),
            None => Route::Refused(GatewayResponse::empty(403)),
        })
    }

    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
        let segments = request.segments();
        let [_, method, token] = *segments else {
            return not_found(request);
        };
        if token != instance.token() {
            return answers::refusal(request, 401, "Unauthorized");
        }
        if state::is_over_limit(instance, method) {
            return answers::refusal(request, 429, "Too Many Requests");
        }
        perform(instance, request, method)
    }

    fn refusal(&self, status: u16, message: &str) -> GatewayResponse {
        answers::with_path(status, message, "")
    }

    fn empty_qr(&self) -> GatewayResponse {
        answers::of_kind("qrCode", "")
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

    fn linked(&self, instance: &Instance, _: &PhoneNumber) -> Option<Webhook> {
        state::linked(instance)
    }

    fn unlinked(&self, instance: &Instance) -> Option<Webhook> {
        Some(state::webhook(instance, State::NotAuthorized))
    }
}

fn endpoint(request: &GatewayRequest) -> Endpoint {
    let segments = request.segments();
    match (request.method(), segments.get(1).copied()) {
        ("GET", Some("qr")) => Endpoint::CodeQrImage,
        ("POST", Some("getAuthorizationCode")) => Endpoint::PhoneCode,
        ("GET", Some("getStateInstance" | "getWaSettings")) => Endpoint::Status,
        ("GET", Some("logout")) => Endpoint::Unlink,
        _ => Endpoint::Other,
    }
}

/// Does what is asked and says so.
fn perform(instance: &Instance, request: &GatewayRequest, method: &str) -> GatewayResponse {
    let state = state::state(instance);
    match (request.method(), method) {
        ("GET", "getStateInstance") if state == State::BeingMade => {
            GatewayResponse::json(200, &Value::Null)
        }
        ("GET", "getStateInstance") => {
            GatewayResponse::json(200, &json!({"stateInstance": state.json()}))
        }
        ("GET", "getWaSettings") => settings(instance, state),
        ("GET", "qr") => qr(instance, request, state),
        ("POST", "getAuthorizationCode") => phone_code(instance, request, state),
        ("GET", "logout") => {
            state::count_if_linking(instance);
            if state.is_starting() && !state::is_linking(instance) {
                return answers::refusal(request, 400, answers::STARTING);
            }
            instance.unlink();
            GatewayResponse::json(200, &json!({"isLogout": true}))
        }
        ("GET", "reboot") => {
            state::count_if_linking(instance);
            state::reboot(instance);
            GatewayResponse::json(200, &json!({"isReboot": true}))
        }
        ("POST", "setSettings") => set_settings(instance, request),
        _ => not_found(request),
    }
}

/// The number is there while one is linked alone.
fn settings(instance: &Instance, state: State) -> GatewayResponse {
    let digits = match instance.linked_phone() {
        Some(phone) if state.is_linked() => phone.digits().to_owned(),
        _ => String::new(),
    };
    let device = match &*digits {
        "" => String::new(),
        digits => format!("{digits}:8@s.whatsapp.net"),
    };
    let body = json!({
        "avatar": "",
        "phone": digits,
        "stateInstance": state.json(),
        "deviceId": device,
    });
    GatewayResponse::json(200, &body)
}

fn qr(instance: &Instance, request: &GatewayRequest, state: State) -> GatewayResponse {
    if state.is_starting() {
        return answers::refusal(request, 400, answers::STARTING);
    }
    if state::is_making_qr(instance) {
        return answers::of_kind("qrCode", "");
    }
    match instance.issue_qr() {
        Some(text) => {
            state::offers_code(instance);
            GatewayResponse::picture(&text, QrPictureBody::DataUri, |uri| {
                let base64 = uri.rsplit(',').next().unwrap_or_default();
                answers::of_kind("qrCode", base64)
            })
        }
        None => answers::already_logged(),
    }
}

fn phone_code(instance: &Instance, request: &GatewayRequest, state: State) -> GatewayResponse {
    state::count_if_linking(instance);
    if state.is_starting() {
        return answers::refusal(request, 400, answers::STARTING);
    }
    let body = request.json();
    let number = body["phoneNumber"].as_u64();
    let Some(phone) = number.and_then(|digits| PhoneNumber::parse(&format!("+{digits}")).ok())
    else {
        let words = "Validation failed. Details: 'phoneNumber' must be a number";
        return answers::refusal(request, 400, words);
    };
    if state.is_linked() {
        return answers::no_phone_code();
    }
    match instance.issue_phone_code(phone) {
        Ok(code) => {
            state::offers_code(instance);
            GatewayResponse::json(200, &json!({"status": true, "code": code}))
        }
        Err(_) => answers::refusal(request, 429, "rate-overlimit"),
    }
}

/// Reboots the instance, as every change of its settings does.
fn set_settings(instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
    let body = request.json();
    if let Some(url) = body["webhookUrl"].as_str() {
        let url = (!url.is_empty()).then(|| url.to_owned());
        if let Err(InvalidWebhookUrl) = instance.set_webhook(url) {
            let words = "The simulator sends webhooks to http:// on loopback only";
            return answers::refusal(request, 400, words);
        }
    }
    if let Some(token) = body["webhookUrlToken"].as_str() {
        state::set_webhook_token(instance, token);
    }
    state::reboot(instance);
    GatewayResponse::json(200, &json!({"saveSettings": true}))
}

fn not_found(request: &GatewayRequest) -> GatewayResponse {
    let words = format!(
        "Cannot {} /{}",
        request.method(),
        request.segments().join("/")
    );
    answers::refusal(request, 404, &words)
}
