//! The webhooks, as the recorded server sends them.

use std::time::SystemTime;

use pairing_core::PhoneNumber;
use pairing_sim::{Instance, Webhook, WebhookTopic};
use serde_json::{Value, json};

use super::attempt::{Memory, Server};
use crate::token;

/// Made-up, like all dates of the simulator.
pub(super) const DATE: &str = "2026-11-29T12:00:00.000Z";

fn webhook(instance: &Instance, topic: WebhookTopic, event: &str, data: &Value) -> Webhook {
    let body = json!({
        "event": event,
        "instance": instance.id(),
        "data": data,
        "destination": instance.webhook(),
        "date_time": DATE,
        "server_url": "http://localhost",
        "apikey": instance.token(),
    });
    let webhook = Webhook::json(topic, &body)
        .with_header("X-Instance-Name", header_value(instance.id()))
        .with_header("X-Event-Type", event);
    let secret = Server::of(instance).and_then(|server| server.options.webhook_secret.as_deref());
    match secret {
        Some(secret) => {
            let authorization = token::authorization(secret, SystemTime::now());
            webhook.with_header("Authorization", authorization)
        }
        None => webhook,
    }
}

/// Headers hold visible ASCII.
fn header_value(name: &str) -> String {
    let is_visible = |character: &char| character.is_ascii_graphic();
    name.chars().filter(is_visible).collect()
}

/// The state has changed to this.
pub(super) fn send_state(instance: &Instance, state: &str, reason: u16) {
    let data = json!({"instance": instance.id(), "state": state, "statusReason": reason});
    let webhook = webhook(instance, WebhookTopic::Other, "connection.update", &data);
    instance.send_webhook(webhook);
}

/// There is another code.
pub(super) fn send_code(instance: &Instance, memory: &Memory) {
    let data = json!({"qrcode": {
        "instance": instance.id(),
        "pairingCode": memory.phone_code,
        "code": memory.qr,
        // The real one has the picture here.
        "base64": "data:image/png;base64,",
    }});
    let webhook = webhook(instance, WebhookTopic::Other, "qrcode.updated", &data);
    instance.send_webhook(webhook);
}

/// There is no further code.
pub(super) fn send_limit(instance: &Instance) {
    let message = "QR code limit reached, please login again";
    let data = json!({"message": message, "statusCode": 500});
    let webhook = webhook(instance, WebhookTopic::Other, "qrcode.updated", &data);
    instance.send_webhook(webhook);
    send_state(instance, "refused", 428);
}

/// A number is linked.
pub(super) fn linked(instance: &Instance, phone: &PhoneNumber) -> Webhook {
    let id = format!("{}@s.whatsapp.net", phone.digits());
    let data = json!({
        "instance": instance.id(),
        "wuid": id,
        "profilePictureUrl": null,
        "state": "open",
        "statusReason": 200,
    });
    webhook(instance, WebhookTopic::Linked, "connection.update", &data)
}

/// The number is no longer linked.
pub(super) fn unlinked(instance: &Instance) -> Webhook {
    let data = json!({"instance": instance.id(), "state": "close", "statusReason": 401});
    webhook(instance, WebhookTopic::Unlinked, "connection.update", &data)
}
