//! The bodies of answers and webhooks, as the vendor's API description and captures of its webhooks
//! show them.

use pairing_sim::{GatewayResponse, Instance, QrPictureBody, Webhook, WebhookTopic};
use serde_json::{Value, json};

use super::attempt::{Phase, Server};

/// Made up, like all dates of the simulator.
const DATE: &str = "2026-11-29T12:00:00.000Z";

/// To `status`.
pub(super) fn status(instance: &Instance) -> GatewayResponse {
    with_codes(
        instance,
        |described| json!({"instance": described, "status": flags(instance)}),
    )
}

/// To `connect`: the flags are on top.
pub(super) fn connect(instance: &Instance) -> GatewayResponse {
    with_codes(instance, |described| {
        let mut body = flags(instance);
        body["instance"] = described;
        body
    })
}

/// To `disconnect`.
pub(super) fn disconnected(instance: &Instance) -> GatewayResponse {
    let body = json!({
        "instance": described(instance, "", ""),
        "response": "Disconnected",
        "info": "A new QR code is needed for the next connection",
    });
    GatewayResponse::json(200, &body)
}

pub(super) fn refusal(status: u16, message: &str) -> GatewayResponse {
    GatewayResponse::json(status, &json!({"error": message}))
}

/// The answer with the code of the attempt that runs, which counts as handed out.
fn with_codes(instance: &Instance, body: impl Fn(Value) -> Value) -> GatewayResponse {
    let answer = |qr_code: &str, phone_code: &str| {
        let described = described(instance, qr_code, phone_code);
        GatewayResponse::json(200, &body(described))
    };
    let has_qr_code = Server::of(instance).is_by_qr() && instance.valid_qr().is_some();
    match has_qr_code.then(|| instance.issue_qr()).flatten() {
        Some(text) => {
            GatewayResponse::picture(&text, QrPictureBody::DataUri, |picture| answer(picture, ""))
        }
        None => answer("", &instance.show_phone_code().unwrap_or_default()),
    }
}

fn described(instance: &Instance, qr_code: &str, phone_code: &str) -> Value {
    let server = Server::of(instance);
    let owner = server.owner();
    json!({
        "id": "r183e2ef9597845",
        "token": instance.token(),
        "status": server.phase(instance).word(),
        "paircode": phone_code,
        "qrcode": qr_code,
        "name": instance.id(),
        "profileName": "Simulator",
        "systemName": "uazapi",
        "owner": owner.map(|phone| phone.digits().to_owned()).unwrap_or_default(),
        "lastDisconnect": DATE,
        "lastDisconnectReason": server.last_end(),
        "currentTime": DATE,
    })
}

fn flags(instance: &Instance) -> Value {
    let is_connected = Server::of(instance).phase(instance) == Phase::Connected;
    let phone = instance.linked_phone().filter(|_| is_connected);
    let jid = phone.map(|phone| {
        json!({"user": phone.digits(), "agent": 0, "device": 12, "server": "s.whatsapp.net"})
    });
    json!({"connected": is_connected, "loggedIn": is_connected, "jid": jid, "resetting": false})
}

/// The webhook about the connection as it is now. The real one has the picture where this has its head
/// alone.
pub(super) fn webhook(instance: &Instance) -> Webhook {
    let server = Server::of(instance);
    let phase = server.phase(instance);
    let mut body = json!({
        "BaseUrl": "https://simulator.example.com",
        "EventType": "connection",
        "instance": {"name": instance.id(), "status": phase.word()},
        "instanceName": instance.id(),
        "owner": server.owner().map(|phone| phone.digits().to_owned()).unwrap_or_default(),
        "token": instance.token(),
    });
    let topic = match phase {
        Phase::Connected => WebhookTopic::Linked,
        Phase::Connecting => {
            body["instance"]["qrcode"] = "data:image/png;base64,".into();
            WebhookTopic::Other
        }
        Phase::Disconnected => {
            let reason = server.last_end();
            body["instance"]["lastDisconnect"] = DATE.into();
            body["instance"]["lastDisconnectReason"] = reason.into();
            if reason.starts_with("401") {
                body["type"] = "LoggedOut".into();
            }
            WebhookTopic::Unlinked
        }
    };
    Webhook::json(topic, &body)
}
