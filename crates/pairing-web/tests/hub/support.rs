//! A hub on the simulator without sockets, a host application, and browsers as simple as can be.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Request, StatusCode, header};
use futures_util::StreamExt as _;
use pairing_core::{PairingPolicy, PairingProvider};
use pairing_providers::{Overrides, Table, immediate_dialects};
use pairing_sim::{
    Dialect, InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions,
};
use pairing_web::{AdminToken, HubInstance, PairingHub, PairingHubBuilder, PairingStore, router};
pub(crate) use pairing_zapi::simulator::DIALECT as ZAPI;
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub(crate) const ADMIN_TOKEN: &str = "canary-admin-token-0123";
pub(crate) const WEBHOOK_SECRET: &str = "canary-webhook-secret-0123";

/// A hub with one instance, `shop`.
pub(crate) struct House {
    pub(crate) simulator: Simulator,
    pub(crate) instance: Instance,
    pub(crate) hub: PairingHub,
    pub(crate) app: Router,
}

impl House {
    pub(crate) fn new(dialect: &'static dyn Dialect) -> Self {
        Self::with(dialect, builder(), |instance| instance)
    }

    pub(crate) fn with(
        dialect: &'static dyn Dialect,
        builder: PairingHubBuilder,
        change: impl FnOnce(HubInstance) -> HubInstance,
    ) -> Self {
        let simulator = Simulator::new(SimulatorOptions::default());
        let instance = simulator.add_instance(InstanceSetup::new(dialect));
        let house = Self::of(builder.build().unwrap(), simulator, instance);
        let provider = provider(&house.simulator, &house.instance);
        let shop = change(HubInstance::new(provider).title("Gateway"));
        house.hub.add_instance("shop", shop).unwrap();
        house
    }

    pub(crate) async fn with_store(
        dialect: &'static dyn Dialect,
        builder: PairingHubBuilder,
        store: impl PairingStore + 'static,
    ) -> Self {
        let simulator = Simulator::new(SimulatorOptions::default());
        let instance = simulator.add_instance(InstanceSetup::new(dialect));
        let house = Self::of(
            builder.build_with_store(store).await.unwrap(),
            simulator,
            instance,
        );
        house.know_again();
        house
    }

    /// A hub without instances at the gateway.
    fn of(hub: PairingHub, simulator: Simulator, instance: Instance) -> Self {
        Self {
            app: Router::new().nest("/pair", router(hub.clone())),
            simulator,
            instance,
            hub,
        }
    }

    /// The same gateway, and another hub that has yet to know it.
    pub(crate) fn restarted(&self, hub: PairingHub) -> Self {
        Self::of(hub, self.simulator.clone(), self.instance.clone())
    }

    /// Adds the gateway's instance to the hub.
    pub(crate) fn know_again(&self) {
        let provider = provider(&self.simulator, &self.instance);
        self.hub
            .add_instance("shop", HubInstance::new(provider))
            .unwrap();
    }

    /// Another instance at the same gateway.
    pub(crate) fn add(&self, name: &str) -> Instance {
        let setup = InstanceSetup::new(self.instance.dialect());
        let instance = self.simulator.add_instance(setup);
        let provider = provider(&self.simulator, &instance);
        let added = HubInstance::new(provider);
        self.hub.add_instance(name, added).unwrap();
        instance
    }

    /// A request as a program sends it, without any header but its content type.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.answer(request.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).body(Body::empty());
        self.answer(request.unwrap()).await
    }

    /// A request of the host application.
    pub(crate) async fn api(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/pair/api{path}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {ADMIN_TOKEN}"))
            .body(Body::from(body.to_string()));
        self.answer(request.unwrap()).await
    }

    pub(crate) async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// Opens a pairing and gives the path of its page.
    pub(crate) async fn open(&self) -> String {
        let created = self
            .api("POST", "/pairings", &json!({"instance": "shop"}))
            .await;
        created.json()["path"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn start_qr(&self, page: &str) {
        let started = self
            .send("POST", &format!("{page}/start"), &json!({"method": "qr"}))
            .await;
        assert_eq!(started.status, StatusCode::NO_CONTENT, "{}", started.text);
    }

    pub(crate) async fn watch(&self, page: &str) -> Viewer {
        let (status, viewer) = self.try_watch(page, None).await;
        assert_eq!(status, StatusCode::OK);
        viewer
    }

    pub(crate) async fn try_watch(
        &self,
        page: &str,
        last_event_id: Option<&str>,
    ) -> (StatusCode, Viewer) {
        let mut request = Request::get(format!("{page}/events"));
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let viewer = Viewer {
            status: response.status(),
            stream: response.into_body().into_data_stream(),
            text: String::new(),
        };
        (viewer.status, viewer)
    }

    /// How often the gateway has been asked for anything.
    pub(crate) fn calls(&self) -> u64 {
        self.instance.calls().total
    }
}

pub(crate) fn builder() -> PairingHubBuilder {
    PairingHub::builder().admin_token(AdminToken::new(ADMIN_TOKEN).unwrap())
}

/// Statuses so rare that whatever happens soon was not noticed by them.
pub(crate) fn rarely_polling() -> PairingPolicy {
    PairingPolicy::default()
        .with_status_interval(Duration::from_secs(3_000))
        .with_webhook_status_interval(Duration::from_secs(3_000))
        .with_deadline(Duration::from_secs(10_000))
}

pub(crate) fn provider(simulator: &Simulator, instance: &Instance) -> Arc<dyn PairingProvider> {
    let settings = instance
        .settings_at(InProcessTransport::BASE_URL)
        .into_iter();
    let table: Table = settings
        .map(|(field, value)| (field.to_owned(), value.into()))
        .collect();
    let name = instance.dialect().name();
    let config = pairing_providers::load(name, &table, |_| None, &Overrides::default());
    let provider = config.unwrap().build_with(Arc::new(simulator.transport()));
    provider.unwrap().into()
}

/// Another gateway than [`ZAPI`]: the last of those that give a code at once.
pub(crate) fn another() -> &'static dyn Dialect {
    immediate_dialects().last().copied().unwrap()
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// The kind of a refusal.
    pub(crate) fn kind(&self) -> String {
        self.json()["error"]["kind"].as_str().unwrap().to_owned()
    }
}

/// An open event stream.
pub(crate) struct Viewer {
    status: StatusCode,
    stream: BodyDataStream,
    text: String,
}

/// One event of a stream.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) data: Value,
}

impl Viewer {
    /// The next event, whatever it is; `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if let Some(event) = read(&event) {
                    return Some(event);
                }
                continue;
            }
            let chunk = self.stream.next().await?.unwrap();
            self.text += std::str::from_utf8(&chunk).unwrap();
        }
    }

    /// The next view with this kind of screen: `code` and so on, or the event of this name.
    pub(crate) async fn until(&mut self, kind: &str) -> Event {
        while let Some(event) = self.next().await {
            if event.name == kind || event.data["screen"]["kind"] == kind {
                return event;
            }
        }
        panic!("the stream ended before {kind}");
    }

    /// Reads to the end and gives the kinds of the screens.
    pub(crate) async fn rest(mut self) -> Vec<String> {
        let mut kinds = Vec::new();
        while let Some(event) = self.next().await {
            if let Some(kind) = event.data["screen"]["kind"].as_str() {
                kinds.push(kind.to_owned());
            }
        }
        kinds
    }
}

fn read(text: &str) -> Option<Event> {
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.map(str::trim).unwrap_or_default().to_owned()
    };
    let data = field("data:");
    (!data.is_empty()).then(|| Event {
        name: field("event:"),
        id: field("id:"),
        data: serde_json::from_str(&data).unwrap(),
    })
}

/// Whether the gateway links by phone code.
pub(crate) fn has_phone_codes(dialect: &dyn Dialect) -> bool {
    let adapter = pairing_providers::provider(dialect.name());
    adapter.is_ok_and(|adapter| adapter.capabilities.phone_code)
}
