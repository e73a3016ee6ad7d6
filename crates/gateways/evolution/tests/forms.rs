//! One answer in all the forms that gateways give it, at every call.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_adapter::testing::{CannedTransport, enveloped, flagged_as_failure};
use pairing_adapter::{BaseUrl, HttpResponse};
use pairing_core::{
    CodePurpose, CodeReply, CodeRequest, IncomingWebhook, InstancePhase, InstanceStatus,
    PairingMethod, PairingProvider, ProviderErrorKind, WebhookHint,
};
use pairing_evolution::{Evolution, EvolutionConfig};
use serde_json::{Value, json};

const STATUSES: [u16; 4] = [200, 201, 400, 500];
const NAME: &str = "canary shop";

fn provider_of(name: &str, answers: &[(u16, &Value)]) -> Evolution {
    let answers = answers
        .iter()
        .map(|(status, body)| Ok(HttpResponse::new(*status, body.to_string())));
    let transport = Arc::new(CannedTransport::new(answers));
    let base = BaseUrl::parse("https://gateway.example.com/").unwrap();
    let config = EvolutionConfig::new(name, "canary-key", base);
    Evolution::with_transport(config, transport).unwrap()
}

fn provider(answers: &[(u16, &Value)]) -> Evolution {
    provider_of(NAME, answers)
}

fn connecting() -> Value {
    json!({"instance": {"instanceName": NAME, "state": "connecting"}})
}

fn renew(method: PairingMethod) -> CodeRequest {
    CodeRequest::new(method).with_purpose(CodePurpose::Renew)
}

fn methods() -> [CodeRequest; 2] {
    let phone = "+5511999998888".parse().unwrap();
    [PairingMethod::Qr, PairingMethod::PhoneCode(phone)].map(renew)
}

#[tokio::test]
async fn every_answer_is_read_in_every_envelope() {
    let [qr, phone] = methods();
    for form in enveloped(&json!({"pairingCode": "AB12CD34", "code": "2@canary,b", "count": 1})) {
        for request in [&qr, &phone] {
            let answers = [(200, &connecting()), (200, &form)];
            let reply = provider(&answers).request_code(request).await;
            assert!(matches!(reply, Ok(CodeReply::Code(_))), "{form}");
        }
    }
    for form in enveloped(&json!({"count": 0})) {
        let answers = [(200, &connecting()), (200, &form)];
        let reply = provider(&answers).request_code(&qr).await;
        assert!(matches!(reply, Ok(CodeReply::NotReady { .. })), "{form}");
    }
    let id = "5511999998888:13@s.whatsapp.net";
    let linked = InstanceStatus::connected(Some("+5511999998888".parse().unwrap()));
    let details = json!({"name": NAME, "connectionStatus": "open", "ownerJid": id});
    for state in enveloped(&json!({"instanceName": NAME, "state": "open"})) {
        let answers = [(200, &state), (200, &details)];
        assert_eq!(
            provider(&answers).status().await.unwrap(),
            linked,
            "{state}"
        );
    }
    for form in enveloped(&details) {
        let open = json!({"instance": {"state": "open"}});
        let answers = [(200, &open), (200, &form)];
        assert_eq!(provider(&answers).status().await.unwrap(), linked, "{form}");
    }
    for form in enveloped(&json!({"state": "close"})) {
        let status = provider(&[(200, &form)]).status().await.unwrap();
        assert_eq!(status.phase, InstancePhase::Idle, "{form}");
    }
    for form in enveloped(&json!({"error": false, "message": "Instance logged out"})) {
        provider(&[(200, &form)]).unlink().await.unwrap();
    }
    let webhook = json!({
        "event": "connection.update", "instance": NAME, "data": {"state": "open"}
    });
    for form in [webhook.clone(), json!([webhook])] {
        let body = form.to_string();
        let hint = provider(&[]).read_webhook(&IncomingWebhook::new(body.as_bytes()));
        assert_eq!(hint.unwrap(), WebhookHint::Connected, "{form}");
    }
}

#[tokio::test]
async fn a_flagged_failure_is_no_code_no_state_and_no_success_at_any_call() {
    let still_linked = json!({"instance": {"instanceName": NAME, "state": "open"}});
    let [qr, phone] = methods();
    for failure in
        flagged_as_failure(&json!({"pairingCode": "E4001X", "code": "E4001X", "state": "open"}))
    {
        for form in enveloped(&failure) {
            for status in STATUSES {
                let reply = provider(&[(200, &connecting()), (status, &form)]);
                let reply = reply.request_code(&phone).await;
                assert!(reply.is_err(), "{status} {form}");
                let first = provider(&[(status, &form)]).request_code(&phone).await;
                assert!(first.is_err(), "{status} {form}");
                let asked = provider(&[(status, &form)]).status().await;
                assert!(asked.is_err(), "{status} {form}");
                let answers = [(status, &form), (200, &still_linked)];
                let unlinked = provider(&answers).unlink().await;
                assert!(unlinked.is_err(), "{status} {form}");
            }
        }
    }
    for failure in flagged_as_failure(&json!({"code": "2@canary,b", "base64": "2@canary,b"})) {
        for form in enveloped(&failure) {
            let answers = [(200, &connecting()), (200, &form)];
            let reply = provider(&answers).request_code(&qr).await;
            assert!(reply.is_err(), "{form}");
        }
    }
}

#[tokio::test]
async fn an_interception_is_one_at_every_call_in_every_envelope() {
    let block = json!({"cloudflare_error": true, "error_code": 1020, "state": "open"});
    for form in enveloped(&block) {
        for status in [200, 403, 409, 429, 503] {
            let of = || provider(&[(status, &form)]);
            let mut errors = Vec::new();
            for request in methods() {
                errors.push(of().request_code(&request).await.unwrap_err());
                let second = provider(&[(200, &connecting()), (status, &form)]);
                errors.push(second.request_code(&request).await.unwrap_err());
            }
            errors.push(of().status().await.unwrap_err());
            errors.push(of().abandon().await.unwrap_err());
            errors.push(of().unlink().await.unwrap_err());
            for error in errors {
                let kind = error.kind();
                assert_eq!(kind, ProviderErrorKind::Intercepted, "{status} {form}");
            }
        }
    }
}

#[tokio::test]
async fn a_name_is_no_message_whatever_it_says() {
    for name in [
        "already connected",
        "is not connected",
        "please wait",
        "rate limit",
        "unauthorized",
        "passkey",
        "subscription \"expired\"",
        "invalid phone",
    ] {
        let message = format!("The \"{name}\" instance does not exist");
        let missing =
            json!({"status": 404, "error": "Not Found", "response": {"message": [message]}});
        let of = || provider_of(name, &[(404, &missing), (404, &missing)]);
        let mut errors = vec![
            of().status().await.unwrap_err(),
            of().unlink().await.unwrap_err(),
            of().abandon().await.unwrap_err(),
        ];
        for request in methods() {
            errors.push(of().request_code(&request).await.unwrap_err());
        }
        for error in errors {
            assert_eq!(error.kind(), ProviderErrorKind::UnknownInstance, "{name}");
            assert!(!error.to_string().contains(name));
        }
    }
}
