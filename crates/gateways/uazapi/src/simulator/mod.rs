//! uazapi as the simulator plays it: the instance found by its token, attempts that end by the clock, and
//! a moment after a scan in which nothing is said of it.

mod answers;
mod attempt;
mod faults;
mod options;

use std::time::Duration;

use async_trait::async_trait;
use pairing_core::PhoneNumber;
use pairing_sim::{
    Dialect, Endpoint, Fault, GatewayRequest, GatewayResponse, Instance, InstanceSetup, Instances,
    InvalidSetup, Own, Random, Rotation, Route, Webhook,
};
use serde_json::json;

use attempt::{Overlimit, Server};

/// uazapiGO v2 as the simulator plays it. Its answers are those of the vendor's API description and of
/// captured webhooks; how its codes rotate is what the library beneath does.
pub const DIALECT: &dyn Dialect = &UazapiDialect;

#[derive(Debug)]
struct UazapiDialect;

#[async_trait]
impl Dialect for UazapiDialect {
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
        setup.phone_code_life_s = 300;
    }

    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<Own, InvalidSetup> {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        const HEXADECIMAL: &[u8] = b"0123456789abcdef";
        let options = setup.read_options()?;
        // Both are drawn in any case, so that a given one does not change the other.
        let id = format!("uaz-{}", random.text(LETTERS, 10));
        let token = random.text(HEXADECIMAL, 36);
        setup.id.get_or_insert(id);
        setup.token.get_or_insert(token);
        Ok(Box::new(Server::new(options)))
    }

    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)> {
        vec![("token", Some(instance.token().to_owned()))]
    }

    fn example(&self, instance: &Instance, base_url: &str) -> String {
        let token = instance.token();
        format!("curl -X POST -H 'token: {token}' -d '{{}}' {base_url}/instance/connect")
    }

    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route> {
        let call = Call::read(request)?;
        let token = request.header("token");
        let instance = instances.find(|instance| token == Some(instance.token()));
        Some(match instance {
            Some(instance) => Route::To(instance, call.endpoint(request)),
            None if token.is_some() => {
                Route::Refused(answers::refusal(401, "instance info not found"))
            }
            None => Route::Refused(answers::refusal(401, "missing token")),
        })
    }

    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
        let server = Server::of(instance);
        match Call::read(request) {
            Some(Call::Connect) => {
                // A text that is no number would get a code that cannot be typed.
                let phone = request.json()["phone"].as_str().map(PhoneNumber::parse);
                let Ok(phone) = phone.transpose() else {
                    return answers::refusal(400, "invalid phone number");
                };
                match server.start(instance, phone).await {
                    Ok(()) => answers::connect(instance),
                    Err(Overlimit) => answers::refusal(429, "rate-overlimit"),
                }
            }
            Some(Call::Status) => answers::status(instance),
            Some(Call::Disconnect) => {
                server.disconnect(instance);
                answers::disconnected(instance)
            }
            Some(Call::SetWebhook) => set_webhook(instance, request),
            None => GatewayResponse::empty(404),
        }
    }

    fn refusal(&self, status: u16, message: &str) -> GatewayResponse {
        answers::refusal(status, message)
    }

    fn empty_qr(&self) -> GatewayResponse {
        let body = json!({
            "connected": false,
            "loggedIn": false,
            "jid": null,
            "instance": {"status": "connecting", "qrcode": "", "paircode": ""},
        });
        GatewayResponse::json(200, &body)
    }

    fn settling_time(&self, instance: &Instance) -> Duration {
        Server::of(instance).options.link_takes()
    }

    /// A `connect` in the moments after a scan breaks the link that is being made.
    fn second_attempts(&self, instance: &Instance) -> u64 {
        Server::of(instance).second_attempts()
    }

    fn faults(&self) -> &'static [Fault] {
        faults::FAULTS
    }

    fn linked(&self, instance: &Instance, phone: &PhoneNumber) -> Option<Webhook> {
        Server::of(instance).linked(instance, phone)
    }

    fn unlinked(&self, instance: &Instance) -> Option<Webhook> {
        Some(Server::of(instance).unlinked(instance))
    }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
enum Call {
    Connect,
    Status,
    Disconnect,
    SetWebhook,
}

impl Call {
    /// `None` for another path, which may be that of another gateway.
    fn read(request: &GatewayRequest) -> Option<Self> {
        Some(match (request.method(), &*request.segments()) {
            ("POST", ["instance", "connect"]) => Self::Connect,
            ("GET", ["instance", "status"]) => Self::Status,
            ("POST", ["instance", "disconnect"]) => Self::Disconnect,
            ("POST", ["webhook"]) => Self::SetWebhook,
            _ => return None,
        })
    }

    fn endpoint(self, request: &GatewayRequest) -> Endpoint {
        match self {
            Self::Connect if request.json()["phone"].is_string() => Endpoint::PhoneCode,
            Self::Connect => Endpoint::CodeQrImage,
            Self::Status => Endpoint::Status,
            Self::Disconnect => Endpoint::Unlink,
            Self::SetWebhook => Endpoint::Other,
        }
    }
}

/// The simulator calls loopback addresses only.
fn set_webhook(instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
    let settings = request.json();
    let is_enabled = settings["enabled"].as_bool() == Some(true);
    let url = settings["url"].as_str().filter(|_| is_enabled);
    match instance.set_webhook(url.map(str::to_owned)) {
        Ok(()) => GatewayResponse::json(200, &json!([settings])),
        Err(error) => answers::refusal(400, &error.to_string()),
    }
}
