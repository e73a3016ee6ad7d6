//! Evolution as the simulator plays it: a server that keeps sockets, starts attempts, renews codes by
//! itself and says `close` for a moment after a scan.

mod answers;
mod attempt;
mod faults;
mod options;
mod webhooks;

use std::time::Duration;

use async_trait::async_trait;
use pairing_core::PhoneNumber;
use pairing_sim::{
    Dialect, Endpoint, Fault, GatewayRequest, GatewayResponse, Instance, InstanceSetup, Instances,
    InvalidSetup, Own, Random, Rotation, Route, Webhook,
};

use self::attempt::{Connection, Server};
use self::options::{Options, Version};

/// Evolution as the simulator plays it: below `/instance/`.
pub const DIALECT: &dyn Dialect = &EvolutionDialect;

#[derive(Debug)]
struct EvolutionDialect;

#[async_trait]
impl Dialect for EvolutionDialect {
    fn name(&self) -> &'static str {
        crate::ADAPTER.name
    }

    fn is_immediate(&self) -> bool {
        false
    }

    fn help(&self) -> &'static str {
        include_str!("help.txt")
    }

    /// 45 s for each code, 30 codes: `qrTimeout` and the usual limit.
    fn set_defaults(&self, setup: &mut InstanceSetup) {
        const LIFETIME: Duration = Duration::from_secs(45);
        setup.rotation = Rotation::new(LIFETIME, LIFETIME, Some(30));
        // Until a second after the next QR code. The next one replaces it.
        setup.phone_code_life_s = 46;
    }

    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<Own, InvalidSetup> {
        Ok(Box::new(Server::new(Options::open(setup, random)?)))
    }

    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)> {
        let secret = Server::of(instance).and_then(|server| server.options.webhook_secret.clone());
        vec![
            ("instance", Some(instance.id().to_owned())),
            ("api_key", Some(instance.token().to_owned())),
            ("webhook_secret", secret),
        ]
    }

    fn example(&self, instance: &Instance, base_url: &str) -> String {
        let (id, token) = (instance.id(), instance.token());
        format!("curl -H 'apikey: {token}' '{base_url}/instance/connect/{id}'")
    }

    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route> {
        let segments = request.segments();
        if !matches!(&*segments, ["instance" | "webhook", ..]) {
            return None;
        }
        let Some(call) = Call::read(request) else {
            let method = request.method();
            let path = segments.join("/");
            let message = format!("Cannot {method} /{path}");
            return Some(Route::Refused(answers::refusal(404, &message)));
        };
        let name = call.instance(request);
        Some(match (instances.by_id(&name), call.knows(request)) {
            (Some(instance), _) => Route::To(instance, call.endpoint(request)),
            (None, true) => Route::Refused(answers::missing(&name)),
            (None, false) => Route::Refused(answers::unauthorized()),
        })
    }

    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
        let (Some(server), Some(call)) = (Server::of(instance), Call::read(request)) else {
            return answers::refusal(404, "Cannot answer this");
        };
        // An unknown name comes before a wrong key.
        if !server.is_created() && call != Call::Create {
            return answers::missing(instance.id());
        }
        if request.header("apikey") != Some(instance.token()) {
            return answers::unauthorized();
        }
        perform(instance, server, call, request).await
    }

    fn refusal(&self, status: u16, message: &str) -> GatewayResponse {
        match status {
            200 => {
                GatewayResponse::json(200, &serde_json::json!({"error": true, "message": message}))
            }
            _ => answers::refusal(status, message),
        }
    }

    fn empty_qr(&self) -> GatewayResponse {
        answers::not_ready(0)
    }

    fn settling_time(&self, instance: &Instance) -> Duration {
        Server::of(instance).map_or(Duration::ZERO, |server| server.options.settles_in())
    }

    /// A `connect` in the moments after a scan opens a second linked socket.
    fn second_attempts(&self, instance: &Instance) -> u64 {
        Server::of(instance).map_or(0, Server::second_sockets)
    }

    fn faults(&self) -> &'static [Fault] {
        faults::FAULTS
    }

    /// Sent once the state is `open`.
    fn linked(&self, instance: &Instance, phone: &PhoneNumber) -> Option<Webhook> {
        let server = Server::of(instance)?;
        let Some(settles_in) = server.linked(instance, phone) else {
            return Some(webhooks::linked(instance, phone));
        };
        let phone = phone.clone();
        instance.schedule(settles_in, move |instance| {
            if instance.linked_phone().as_ref() == Some(&phone) {
                instance.send_webhook(webhooks::linked(instance, &phone));
            }
        });
        None
    }

    fn unlinked(&self, instance: &Instance) -> Option<Webhook> {
        Some(webhooks::unlinked(instance))
    }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    State,
    Connect,
    Details,
    Logout,
    Restart,
    Create,
    SetWebhook,
}

impl Call {
    /// `None` for a wrong path or verb.
    fn read(request: &GatewayRequest) -> Option<Self> {
        Some(match (request.method(), &*request.segments()) {
            ("GET", ["instance", "connectionState", _]) => Self::State,
            ("GET", ["instance", "connect", _]) => Self::Connect,
            ("GET", ["instance", "fetchInstances"]) => Self::Details,
            ("DELETE", ["instance", "logout", _]) => Self::Logout,
            ("POST" | "PUT", ["instance", "restart", _]) => Self::Restart,
            ("POST", ["instance", "create"]) => Self::Create,
            ("POST", ["webhook", "set", _]) => Self::SetWebhook,
            _ => return None,
        })
    }

    /// The name of the instance that is meant.
    fn instance(self, request: &GatewayRequest) -> String {
        match self {
            Self::Details => request.query("instanceName").unwrap_or_default(),
            Self::Create => {
                let body = request.json();
                body["instanceName"].as_str().unwrap_or_default().to_owned()
            }
            _ => request
                .segments()
                .last()
                .copied()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    /// Whether an unknown instance is named before the key is looked at.
    fn knows(self, request: &GatewayRequest) -> bool {
        !matches!(self, Self::Details | Self::Create) || request.header("apikey").is_some()
    }

    fn endpoint(self, request: &GatewayRequest) -> Endpoint {
        match self {
            Self::State => Endpoint::Status,
            Self::Connect if request.query("number").is_some() => Endpoint::PhoneCode,
            Self::Connect => Endpoint::CodeQrImage,
            Self::Details => Endpoint::Device,
            Self::Logout => Endpoint::Unlink,
            Self::Restart | Self::Create | Self::SetWebhook => Endpoint::Other,
        }
    }
}

/// Does what is asked and says so.
async fn perform(
    instance: &Instance,
    server: &Server,
    call: Call,
    request: &GatewayRequest,
) -> GatewayResponse {
    let connection = server.connection(instance);
    let version = server.options.version;
    match (call, connection) {
        (Call::State, _) | (Call::Connect, Connection::Open) => {
            answers::state(instance, connection)
        }
        (Call::Connect, Connection::Connecting) => answers::codes(instance, &server.memory()),
        (Call::Connect, Connection::Close) => {
            let number = request.query("number");
            // Evolution takes any text; WhatsApp makes no code that works for one that is no number.
            let number = number.and_then(|number| PhoneNumber::parse(&number).ok());
            server.start(instance, number);
            instance.wait(server.options.connect_waits()).await;
            answers::codes(instance, &server.memory())
        }
        (Call::Details, _) => answers::details(instance, server),
        (Call::Logout, Connection::Open) => {
            instance.unlink();
            answers::success("Instance logged out")
        }
        (Call::Logout, Connection::Connecting) => {
            server.stop(instance);
            webhooks::send_state(instance, "close", 401);
            answers::success("Instance logged out")
        }
        (Call::Logout, Connection::Close) => answers::not_connected(instance, version),
        (Call::Restart, _) if (request.method() == "PUT") != (version == Version::V1) => {
            let message = format!("Cannot {} this path", request.method());
            answers::refusal(404, &message)
        }
        (Call::Restart, Connection::Close) if version != Version::V1 => answers::failure_in_200(),
        (Call::Restart, Connection::Connecting) => answers::codes(instance, &server.memory()),
        (Call::Restart, _) => answers::state(instance, connection),
        (Call::Create, _) => match server.create() {
            true => answers::created(instance, version),
            false => {
                let id = instance.id();
                answers::refusal(403, &format!("This name \"{id}\" is already in use."))
            }
        },
        (Call::SetWebhook, _) => set_webhook(instance, request),
    }
}

/// The simulator calls loopback addresses only. Version 1 has no `webhook` around it.
fn set_webhook(instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
    let body = request.json();
    let settings = body.get("webhook").unwrap_or(&body);
    let is_enabled = settings["enabled"].as_bool() == Some(true);
    let url = settings["url"].as_str().filter(|_| is_enabled);
    match instance.set_webhook(url.map(str::to_owned)) {
        Ok(()) => GatewayResponse::json(201, settings),
        Err(error) => answers::refusal(400, &error.to_string()),
    }
}
