//! The server: a hub with an instance for each session, and a clock on what the provider says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingCode,
    PairingPolicy, PairingProvider, ProviderError, WebhookHint,
};
use pairing_http::ReqwestTransport;
use pairing_web::{HubInstance, NewPairing, PairingHub, router, serve};
use pairing_zapi::{ZApi, ZApiConfig};

use crate::gateway::credentials;
use crate::{Happening, Micros, SESSIONS, Target, digest, instruction, now, runtime};

/// When the hub learnt what.
type Learnt = Arc<Mutex<BTreeMap<Happening, Micros>>>;

/// A provider that notes when it answered.
#[derive(Debug)]
struct Clocked {
    provider: ZApi,
    session: usize,
    learnt: Learnt,
}

impl Clocked {
    fn note(&self, happening: Happening) {
        self.learnt
            .lock()
            .unwrap()
            .entry(happening)
            .or_insert(now());
    }
}

#[async_trait]
impl PairingProvider for Clocked {
    fn name(&self) -> &str {
        self.provider.name()
    }

    fn capabilities(&self) -> Capabilities {
        self.provider.capabilities()
    }

    fn recommended_policy(&self) -> PairingPolicy {
        self.provider.recommended_policy()
    }

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let method = &request.method;
        let reply = self.provider.request_code(&method.clone().into()).await;
        if let Ok(CodeReply::Code(issued)) = &reply
            && let PairingCode::QrText { text } = &issued.code
        {
            self.note(Happening::Code(digest(text.expose())));
        }
        reply
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let status = self.provider.status().await;
        if status.as_ref().is_ok_and(|status| status.is_connected()) {
            self.note(Happening::Linked(self.session));
        }
        status
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        self.provider.unlink().await
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        let body = webhook.body();
        self.provider.read_webhook(&IncomingWebhook::new(body))
    }
}

pub(crate) fn main(gateway: &str) {
    runtime().block_on(async {
        let transport = Arc::new(ReqwestTransport::new().unwrap());
        let learnt = Learnt::default();
        let hub = PairingHub::builder().build().unwrap();
        let mut paths = Vec::new();
        for session in 0..SESSIONS {
            let (id, token) = credentials(session);
            let config = ZApiConfig::new(id, token).with_base_url(gateway.parse().unwrap());
            let provider = Clocked {
                provider: ZApi::with_transport(config, transport.clone()).unwrap(),
                session,
                learnt: learnt.clone(),
            };
            let name = format!("shop-{session}");
            hub.add_instance(&name, HubInstance::new(provider)).unwrap();
            let link = hub.create(NewPairing::of(name)).unwrap();
            paths.push(link.path().to_owned());
        }
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .unwrap();
        let target = Target {
            address: listener.local_addr().unwrap(),
            paths,
            viewers_per_session: 0,
        };
        tokio::spawn(serve(listener, router(hub), std::future::pending()));
        println!("{}", serde_json::to_string(&target).unwrap());
        instruction().await;
        let learnt: Vec<_> = learnt.lock().unwrap().clone().into_iter().collect();
        println!("{}", serde_json::to_string(&learnt).unwrap());
    });
}
