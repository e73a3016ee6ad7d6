//! The webhooks, as the source of the server makes them. The token of the instance is in each.

use pairing_sim::{Instance, Webhook, WebhookTopic};
use serde_json::{Value, json};

use super::answers::jid;

fn webhook(instance: &Instance, topic: WebhookTopic, event: &str, data: &Value) -> Webhook {
    let body = json!({
        "event": event,
        "data": data,
        "instanceToken": instance.token(),
        "instanceId": instance.id(),
        "instanceName": "loja centro",
    });
    Webhook::json(topic, &body)
}

pub(super) fn code(instance: &Instance, text: &str, count: u32) -> Webhook {
    let data = json!({
        // The real one has the picture here.
        "qrcode": "data:image/png;base64,",
        "code": text,
        "count": count,
        "maxCount": 5,
    });
    webhook(instance, WebhookTopic::Other, "QRCode", &data)
}

pub(super) fn timeout(instance: &Instance, count: u32) -> Webhook {
    let data = json!({
        "reason": "Maximum QR code count (5) reached",
        "qrcount": count + 1,
        "maxCount": 5,
        "forceLogout": true,
    });
    webhook(instance, WebhookTopic::Other, "QRTimeout", &data)
}

pub(super) fn pair_success(instance: &Instance) -> Option<Webhook> {
    let data = json!({"status": "open", "jid": jid(instance)?});
    Some(webhook(instance, WebhookTopic::Other, "PairSuccess", &data))
}

pub(super) fn connected(instance: &Instance) -> Option<Webhook> {
    let data = json!({"status": "open", "jid": jid(instance)?, "pushName": "Simulator"});
    Some(webhook(instance, WebhookTopic::Linked, "Connected", &data))
}

pub(super) fn logged_out(instance: &Instance) -> Webhook {
    let data = json!({"reason": "Logged out"});
    webhook(instance, WebhookTopic::Unlinked, "LoggedOut", &data)
}
