//! The bodies of answers, as recorded.

use pairing_core::PhoneNumber;
use pairing_sim::{GatewayResponse, Instance, QrPictureBody};
use serde_json::{Value, json};

use super::attempt::{Connection, Memory, Server};
use super::options::Version;
use super::webhooks::DATE;

/// `connectionState`.
pub(super) fn state(instance: &Instance, connection: Connection) -> GatewayResponse {
    let body = json!({"instance": {
        "instanceName": instance.id(),
        "state": connection.as_str(),
    }});
    GatewayResponse::json(200, &body)
}

/// `connect`. Codes that are alive count as handed out.
pub(super) fn codes(instance: &Instance, memory: &Memory) -> GatewayResponse {
    let Some(text) = &memory.qr else {
        return not_ready(memory.count);
    };
    if instance.current_qr().as_ref() == Some(text) {
        let _ = instance.issue_qr();
    }
    if memory.phone_code.is_some() && instance.current_phone_code() == memory.phone_code {
        let _ = instance.show_phone_code();
    }
    let (phone_code, count) = (&memory.phone_code, memory.count);
    let in_json = |picture: &str| {
        let body = json!({
            "pairingCode": phone_code,
            "code": text,
            "base64": picture,
            "count": count,
        });
        GatewayResponse::json(200, &body)
    };
    GatewayResponse::picture(text, QrPictureBody::DataUri, in_json)
}

pub(super) fn not_ready(count: u32) -> GatewayResponse {
    GatewayResponse::json(200, &json!({"count": count}))
}

/// `fetchInstances`: a list from version 2 on.
pub(super) fn details(instance: &Instance, server: &Server) -> GatewayResponse {
    let connection = server.connection(instance);
    let id = |phone: PhoneNumber| format!("{}@s.whatsapp.net", phone.digits());
    let owner = server.owner().map(id);
    let body = match server.options.version {
        Version::V1 => {
            let mut described = json!({
                "instanceName": instance.id(),
                "instanceId": "00000000-0000-0000-0000-000000000000",
                "status": connection.as_str(),
                "serverUrl": "http://localhost",
                "apikey": instance.token(),
            });
            if connection == Connection::Open {
                described["owner"] = owner.into();
            }
            json!({"instance": described})
        }
        Version::V2 | Version::V24 => json!([{
            "id": "00000000-0000-0000-0000-000000000000",
            "name": instance.id(),
            "connectionStatus": connection.as_str(),
            "ownerJid": owner,
            "profileName": null,
            "integration": "WHATSAPP-BAILEYS",
            "number": null,
            "token": instance.token(),
            "disconnectionReasonCode": null,
            "disconnectionAt": null,
            "createdAt": DATE,
            "updatedAt": DATE,
        }]),
    };
    GatewayResponse::json(200, &body)
}

/// `create`. Version 1 has another form of `hash`.
pub(super) fn created(instance: &Instance, version: Version) -> GatewayResponse {
    let hash = match version {
        Version::V1 => json!({"apikey": instance.token()}),
        Version::V2 | Version::V24 => json!(instance.token()),
    };
    let body = json!({
        "instance": {
            "instanceName": instance.id(),
            "instanceId": "00000000-0000-0000-0000-000000000000",
            "integration": "WHATSAPP-BAILEYS",
            "status": "close",
        },
        "hash": hash,
        "webhook": {},
        "settings": {"rejectCall": false},
    });
    GatewayResponse::json(201, &body)
}

pub(super) fn success(message: &str) -> GatewayResponse {
    let body = json!({"status": "SUCCESS", "error": false, "response": {"message": message}});
    GatewayResponse::json(200, &body)
}

/// `logout` where nothing runs.
pub(super) fn not_connected(instance: &Instance, version: Version) -> GatewayResponse {
    match version {
        Version::V24 => success("Instance was already disconnected"),
        Version::V1 | Version::V2 => {
            let id = instance.id();
            refusal(400, &format!("The \"{id}\" instance is not connected"))
        }
    }
}

pub(super) fn unauthorized() -> GatewayResponse {
    let message = json!("Unauthorized");
    refused(401, "Unauthorized", &message)
}

pub(super) fn missing(name: &str) -> GatewayResponse {
    refusal(404, &format!("The \"{name}\" instance does not exist"))
}

pub(super) fn failure_in_200() -> GatewayResponse {
    GatewayResponse::json(200, &json!({"error": true, "message": "[object Object]"}))
}

/// A failure in Evolution's form: the message is a list.
pub(super) fn refusal(status: u16, message: &str) -> GatewayResponse {
    let error = match status {
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        429 => "Too Many Requests",
        _ => "Internal Server Error",
    };
    refused(status, error, &json!([message]))
}

fn refused(status: u16, error: &str, message: &Value) -> GatewayResponse {
    let body = json!({"status": status, "error": error, "response": {"message": message}});
    GatewayResponse::json(status, &body)
}
