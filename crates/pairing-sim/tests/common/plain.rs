//! A gateway that exists in these tests alone: below `/plain/{id}/`, with the token in a header.
//! Its options play what gateways do with time and state.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use pairing_core::PhoneNumber;
use pairing_sim::{
    Dialect, Endpoint, Fault, GatewayRequest, GatewayResponse, Instance, InstanceSetup, Instances,
    InvalidSetup, Own, Random, Route, Webhook, WebhookTopic,
};
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) const PLAIN: &dyn Dialect = &Plain("plain");
/// Another gateway with the same paths.
pub(crate) const TWIN: &dyn Dialect = &Plain("twin");

#[derive(Debug)]
struct Plain(&'static str);

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// How long a request for a code takes.
    slow_ms: u64,
    /// How long the status lags behind.
    lag_ms: u64,
    /// Whether a code has to be preceded by `start`.
    needs_start: bool,
    /// How often the gateway makes another phone code by itself.
    renewal_s: Option<u64>,
    #[serde(skip)]
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_started: bool,
}

fn own(instance: &Instance) -> &Options {
    instance.own().unwrap()
}

#[async_trait]
impl Dialect for Plain {
    fn name(&self) -> &'static str {
        self.0
    }

    fn help(&self) -> &'static str {
        "  Plain, header Token\n    GET    /plain/{id}/qr\n"
    }

    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<Own, InvalidSetup> {
        let options: Options = setup.read_options()?;
        let (id, token) = (random.text(b"ab", 20), random.text(b"cd", 20));
        setup.id.get_or_insert(id);
        setup.token.get_or_insert(token);
        Ok(Box::new(options))
    }

    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("name", Some(instance.id().to_owned())),
            ("token", Some(instance.token().to_owned())),
            ("account", None),
        ]
    }

    fn example(&self, instance: &Instance, base_url: &str) -> String {
        format!("curl {base_url}/plain/{}/qr", instance.id())
    }

    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route> {
        let segments = request.segments();
        let ["plain", id, call @ ..] = &*segments else {
            return None;
        };
        let endpoint = match call {
            ["qr"] => Endpoint::CodeQrText,
            ["picture"] => Endpoint::CodeQrImage,
            ["phone-code", _] => Endpoint::PhoneCode,
            ["status"] => Endpoint::Status,
            ["device"] => Endpoint::Device,
            ["unlink"] => Endpoint::Unlink,
            _ => Endpoint::Other,
        };
        Some(match instances.by_id(id) {
            Some(instance) => Route::To(instance, endpoint),
            None => Route::Refused(self.refusal(404, "no such instance")),
        })
    }

    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
        let segments = request.segments();
        let [_, _, call @ ..] = &*segments else {
            return self.refusal(404, "no such path");
        };
        let own = own(instance);
        if matches!(call, ["qr" | "picture"] | ["phone-code", _]) {
            instance.wait(Duration::from_millis(own.slow_ms)).await;
            if own.needs_start && !own.state.lock().unwrap().is_started {
                return self.refusal(422, "start it first");
            }
        }
        match call {
            ["qr"] => match instance.issue_qr() {
                Some(text) => value(&text.into()),
                None => self.refusal(409, "linked"),
            },
            ["picture"] => match instance.issue_qr() {
                Some(text) => {
                    let shape = instance.setup().qr_picture_body;
                    GatewayResponse::picture(&text, shape, |uri| value(&uri.into()))
                }
                None => self.refusal(409, "linked"),
            },
            ["phone-code", phone] => self.phone_code(instance, phone),
            ["status"] => {
                let lags = instance.link_age() < Duration::from_millis(own.lag_ms);
                value(&(instance.is_linked() != lags).into())
            }
            ["device"] => value(&instance.linked_phone().map(|it| it.to_string()).into()),
            ["start"] => {
                own.state.lock().unwrap().is_started = true;
                value(&true.into())
            }
            ["unlink"] => {
                instance.unlink();
                value(&true.into())
            }
            ["restart"] => {
                instance.restart();
                value(&true.into())
            }
            ["webhook", topic] => {
                let topic = match *topic {
                    "linked" => WebhookTopic::Linked,
                    _ => WebhookTopic::Unlinked,
                };
                let url = request.json()["url"].as_str().map(str::to_owned);
                match instance.set_webhook_for(topic, url) {
                    Ok(()) => value(&true.into()),
                    Err(error) => self.refusal(400, &error.to_string()),
                }
            }
            _ => self.refusal(404, "no such path"),
        }
    }

    fn refusal(&self, status: u16, message: &str) -> GatewayResponse {
        GatewayResponse::json(status, &json!({"error": message}))
    }

    fn empty_qr(&self) -> GatewayResponse {
        value(&"".into())
    }

    fn faults(&self) -> &'static [Fault] {
        &[Fault::ALREADY_CONNECTED_SERVER_ERROR]
    }

    fn linked(&self, instance: &Instance, phone: &PhoneNumber) -> Option<Webhook> {
        let body = json!({"linked": phone.digits(), "id": instance.id()});
        Some(signed(Webhook::json(WebhookTopic::Linked, &body)))
    }

    fn unlinked(&self, instance: &Instance) -> Option<Webhook> {
        let body = json!({"unlinked": instance.id()});
        Some(signed(Webhook::json(WebhookTopic::Unlinked, &body)))
    }
}

impl Plain {
    fn phone_code(&self, instance: &Instance, phone: &str) -> GatewayResponse {
        let phone: PhoneNumber = phone.parse().unwrap();
        match instance.issue_phone_code(phone.clone()) {
            Ok(code) => {
                renew_later(instance, phone);
                value(&code.into())
            }
            Err(_) => self.refusal(429, "no code"),
        }
    }
}

/// The gateway makes another code as long as no phone is linked.
fn renew_later(instance: &Instance, phone: PhoneNumber) {
    let Some(seconds) = own(instance).renewal_s else {
        return;
    };
    instance.schedule(Duration::from_secs(seconds), move |instance| {
        if let Ok(code) = instance.issue_phone_code(phone.clone()) {
            let body = json!({"renewed": code});
            instance.send_webhook(Webhook::json(WebhookTopic::Other, &body));
            renew_later(instance, phone);
        }
    });
}

/// As good as a signature for a test: it says something about the body.
fn signed(webhook: Webhook) -> Webhook {
    let sum: u64 = webhook.body().iter().map(|byte| u64::from(*byte)).sum();
    webhook.with_header("X-Sum", sum.to_string())
}

fn value(value: &Value) -> GatewayResponse {
    GatewayResponse::json(200, &json!({"value": value}))
}
