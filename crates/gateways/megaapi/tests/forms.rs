//! One answer in all the forms that gateways give it, at every call.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_core::{
    CodeReply, IncomingWebhook, InstanceStatus, PairingMethod, PairingProvider, ProviderErrorKind,
    WebhookHint,
};

use pairing_adapter::testing::{CannedTransport, enveloped, flagged_as_failure};
use pairing_adapter::{BaseUrl, HttpResponse};
use pairing_megaapi::{MegaApi, MegaApiConfig};
use serde_json::{Value, json};

const STATUSES: [u16; 4] = [200, 201, 400, 500];

fn provider(answers: &[(u16, &Value)]) -> MegaApi {
    let answers = answers
        .iter()
        .map(|(status, body)| Ok(HttpResponse::new(*status, body.to_string())));
    let transport = Arc::new(CannedTransport::new(answers));
    let base = BaseUrl::parse("https://gateway.example.com/").unwrap();
    let config = MegaApiConfig::new("canary-instance", "canary-token", base);
    MegaApi::with_transport(config, transport).unwrap()
}

fn phone_code() -> PairingMethod {
    PairingMethod::PhoneCode("+5511999998888".parse().unwrap())
}

#[tokio::test]
async fn every_answer_is_read_in_every_envelope() {
    for form in enveloped(&json!({"error": false, "qrcode": "2@canary,b"})) {
        let reply = provider(&[(200, &form)])
            .request_code(&PairingMethod::Qr.into())
            .await;
        assert!(matches!(reply, Ok(CodeReply::Code(_))), "{form}");
    }
    for form in enveloped(&json!({"error": false, "pairingCode": "ABCD-1234"})) {
        let reply = provider(&[(200, &form)])
            .request_code(&phone_code().into())
            .await;
        assert!(matches!(reply, Ok(CodeReply::Code(_))), "{form}");
    }
    let linked = InstanceStatus::connected(Some("+5511999998888".parse().unwrap()));
    let id = "5511999998888:13@s.whatsapp.net";
    for answer in [
        json!({"status": "connected", "user": {"id": id}}),
        json!({"state": "open", "jid": id}),
        json!({"phone_connected": true, "id": id}),
        json!({"phone_connected": true, "user": [{"jid": id}]}),
        json!({"error": false, "instance": {"status": "connected", "user": {"id": id}}}),
        json!({"instance_data": {"phone_connected": true, "user": {"id": id}}}),
    ] {
        for form in enveloped(&answer) {
            let status = provider(&[(200, &form)]).status().await;
            assert_eq!(status.unwrap(), linked, "{form}");
        }
    }
    for answer in [
        json!({"status": "disconnected"}),
        json!({"phone_connected": false}),
        json!({"error": false, "instance": {"status": "connecting"}}),
    ] {
        for form in enveloped(&answer) {
            let status = provider(&[(200, &form)]).status().await;
            assert_eq!(status.unwrap(), InstanceStatus::disconnected(), "{form}");
        }
    }
    for form in enveloped(&json!({"error": false, "message": "bye"})) {
        provider(&[(200, &form)]).unlink().await.unwrap();
    }
    let webhook = json!({"messageType": "connection_update", "message": "phone_connected"});
    for form in enveloped(&webhook) {
        let hint = provider(&[]).read_webhook(&IncomingWebhook::new(form.to_string().as_bytes()));
        assert_eq!(hint.unwrap(), WebhookHint::Connected, "{form}");
    }
}

#[tokio::test]
async fn a_flagged_failure_is_no_code_no_state_and_no_success_at_any_call() {
    let still_linked = json!({"instance": {"status": "connected", "user": {"id": "1@c.us"}}});
    for failure in flagged_as_failure(&json!({"pairingCode": "E4001X", "code": "E4001X"})) {
        for form in enveloped(&failure) {
            for status in STATUSES {
                let reply = provider(&[(status, &form)])
                    .request_code(&phone_code().into())
                    .await;
                assert!(reply.is_err(), "{status} {form}");
                let asked = provider(&[(status, &form)]).status().await;
                assert!(asked.is_err(), "{status} {form}");
                let answers = [(status, &form), (200, &still_linked)];
                let unlinked = provider(&answers).unlink().await;
                assert!(unlinked.is_err(), "{status} {form}");
            }
        }
    }
    for failure in flagged_as_failure(&json!({"qrcode": "2@canary,b", "code": "2@canary,b"})) {
        for form in enveloped(&failure) {
            let reply = provider(&[(200, &form)])
                .request_code(&PairingMethod::Qr.into())
                .await;
            assert!(reply.is_err(), "{form}");
        }
    }
}

#[tokio::test]
async fn an_interception_is_one_at_every_call_in_every_envelope() {
    let block = json!({"cloudflare_error": true, "error_code": 1020, "challenge": "x"});
    for form in enveloped(&block) {
        for status in [403, 409, 429, 503] {
            let of = || provider(&[(status, &form)]);
            let qr = of()
                .request_code(&PairingMethod::Qr.into())
                .await
                .unwrap_err();
            let code = of().request_code(&phone_code().into()).await.unwrap_err();
            let asked = of().status().await.unwrap_err();
            let unlinked = of().unlink().await.unwrap_err();
            for error in [qr, code, asked, unlinked] {
                assert_eq!(
                    error.kind(),
                    ProviderErrorKind::Intercepted,
                    "{status} {form}"
                );
            }
        }
    }
}
