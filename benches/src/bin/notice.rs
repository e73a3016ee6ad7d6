//! How long after a scan the library says that the phone is linked: by asking for the status,
//! and when a webhook tells it to ask.
//!
//! A simulated gateway on a socket, as many sessions as one has at once, and for each a phone
//! that scans at a moment that has nothing to do with when the status was asked.

#![allow(clippy::print_stderr, reason = "people see how far it is")]

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use bytes::Bytes;
use pairing_benches::{Measured, Record, is_quick, size};
use pairing_core::{PairingHandle, PairingOutcome, PairingPolicy, PairingSession};
use pairing_http::ReqwestTransport;
use pairing_sim::{Instance, InstanceSetup, Simulator, SimulatorOptions};
use pairing_web::{HubInstance, NewPairing, PairingHub, router, serve};
use pairing_zapi::simulator as zapi;
use pairing_zapi::{ZApi, ZApiConfig};
use tokio::net::TcpListener;
use tokio::runtime::{Handle, Runtime};
use tokio::task::JoinSet;

/// Sessions begin, and phones scan, anywhere in this time: whole status intervals, and shorter
/// than a code lives.
const SPREAD: Duration = Duration::from_secs(15);

#[derive(Clone, Copy)]
enum Way {
    Status,
    WebhookToHub,
    WebhookToHandle,
}

impl Way {
    const ALL: [Self; 3] = [Self::Status, Self::WebhookToHub, Self::WebhookToHandle];

    fn name(self) -> &'static str {
        match self {
            Self::Status => "status asked every 5 s",
            Self::WebhookToHub => "webhook through the hub",
            Self::WebhookToHandle => "webhook through notify_webhook",
        }
    }
}

fn main() -> anyhow::Result<()> {
    let interval = PairingPolicy::default().status_interval;
    ensure!(interval == Duration::from_secs(5), "not what is reported");
    // What reqwest is built with here has none of its own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let gateway = Gateway::open()?;
    let runtime = Runtime::new()?;
    for way in Way::ALL {
        eprintln!("{} …", way.name());
        let delays = runtime.block_on(delays(way, &gateway))?;
        report(way, &delays)?;
    }
    if is_quick() {
        eprintln!("quick sizes: these figures mean nothing");
    }
    Ok(())
}

/// The provider, with threads of its own.
struct Gateway {
    simulator: Simulator,
    base_url: String,
    runtime: Handle,
}

impl Gateway {
    fn open() -> anyhow::Result<Self> {
        let runtime = Runtime::new()?;
        let simulator = Simulator::new(SimulatorOptions::default());
        let server = runtime.block_on(simulator.serve(SocketAddr::from(([127, 0, 0, 1], 0))))?;
        let opened = Self {
            simulator,
            base_url: server.base_url().to_string(),
            runtime: runtime.handle().clone(),
        };
        std::thread::spawn(move || {
            runtime.block_on(async move {
                let _server = server;
                std::future::pending::<()>().await;
            })
        });
        Ok(opened)
    }

    fn add(&self, transport: &Arc<ReqwestTransport>) -> anyhow::Result<(Instance, ZApi)> {
        let setup = InstanceSetup::new(zapi::DIALECT).with_option("security", false);
        let instance = self.simulator.add_instance(setup);
        let config = ZApiConfig::new(instance.id().to_owned(), instance.token().to_owned())
            .with_base_url(self.base_url.parse()?);
        let provider = ZApi::with_transport(config, transport.clone())?;
        Ok((instance, provider))
    }
}

/// The handles of the running sessions, by number: what a program's own webhook route needs.
type Handles = Arc<Mutex<HashMap<usize, PairingHandle>>>;

/// Where webhooks go, and the sessions they are for.
#[derive(Clone)]
struct Library {
    way: Way,
    address: SocketAddr,
    hub: PairingHub,
    handles: Handles,
    client: reqwest::Client,
}

impl Library {
    async fn open(way: Way) -> anyhow::Result<Self> {
        let hub = PairingHub::builder().build()?;
        let handles = Handles::default();
        let own = Router::new()
            .route("/own/{number}", post(own_webhook))
            .with_state(handles.clone());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let app = router(hub.clone()).merge(own);
        tokio::spawn(serve(listener, app, std::future::pending()));
        Ok(Self {
            way,
            address,
            hub,
            handles,
            client: reqwest::Client::new(),
        })
    }

    /// Starts a session; what is returned waits for its end.
    async fn start(
        &self,
        number: usize,
        instance: &Instance,
        provider: ZApi,
    ) -> anyhow::Result<impl Future<Output = Option<PairingOutcome>> + use<>> {
        let base = format!("http://{}", self.address);
        let session = match self.way {
            Way::Status => Some(PairingSession::builder(provider).start()?),
            Way::WebhookToHandle => {
                instance.set_webhook(Some(format!("{base}/own/{number}")))?;
                let session = PairingSession::builder(provider)
                    .expect_webhooks()
                    .start()?;
                let mut handles = self.handles.lock().unwrap_or_else(PoisonError::into_inner);
                handles.insert(number, session.handle());
                Some(session)
            }
            Way::WebhookToHub => {
                let secret = format!("made-up-secret-{number}");
                instance.set_webhook(Some(format!("{base}/webhooks/shop-{number}/{secret}")))?;
                let slot = HubInstance::new(provider).webhook_secret(secret);
                self.hub.add_instance(format!("shop-{number}"), slot)?;
                None
            }
        };
        let id = match session {
            Some(_) => None,
            None => {
                let link = self.hub.create(NewPairing::of(format!("shop-{number}")))?;
                let start = self.client.post(format!("{base}{}/start", link.path()));
                let start = start.header("content-type", "application/json");
                let answer = start.body(r#"{"method":"qr"}"#).send().await?;
                ensure!(answer.status() == 204, "not started: {}", answer.status());
                Some(link.id().clone())
            }
        };
        let hub = self.hub.clone();
        Ok(async move {
            match (session, id) {
                (Some(session), _) => Some(session.outcome().await),
                (None, Some(id)) => hub.outcome(&id).await,
                (None, None) => None,
            }
        })
    }
}

/// What a program writes that has no hub.
async fn own_webhook(State(handles): State<Handles>, Path(number): Path<usize>, body: Bytes) {
    let handles = handles.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = handles.get(&number) {
        // Nobody sends anything else to this program.
        let _ = handle.notify_webhook(&body);
    }
}

/// From each phone's scan to its session's last event.
async fn delays(way: Way, gateway: &Gateway) -> anyhow::Result<Vec<f64>> {
    let transport = Arc::new(ReqwestTransport::new()?);
    let library = Library::open(way).await?;
    let random = RandomState::new();
    let share = |number: usize| random.hash_one(number) as f64 / u64::MAX as f64;
    let spread = size(SPREAD, Duration::from_secs(1));
    let mut phones = JoinSet::new();
    for number in 0..size(1_000, 5) {
        let (instance, provider) = gateway.add(&transport)?;
        let begin = spread.mul_f64(share(2 * number));
        let look = spread.mul_f64(share(2 * number + 1));
        let (library, runtime) = (library.clone(), gateway.runtime.clone());
        phones.spawn(async move {
            tokio::time::sleep(begin).await;
            let code = instance.next_code();
            let end = library.start(number, &instance, provider).await?;
            // The session runs on while nobody reads its events.
            code.await;
            tokio::time::sleep(look).await;
            let scan = runtime.spawn(async move {
                let scanned = Instant::now();
                instance.scan_current().map(|()| scanned)
            });
            let outcome = end.await;
            let seen = Instant::now();
            let scanned = scan.await??;
            let linked = matches!(outcome, Some(PairingOutcome::Connected { .. }));
            ensure!(linked, "it ended otherwise: {outcome:?}");
            Ok((seen - scanned).as_secs_f64() * 1e3)
        });
    }
    let mut delays = Vec::new();
    while let Some(delay) = phones.join_next().await {
        delays.push(delay?.context(way.name())?);
    }
    Ok(delays)
}

fn report(way: Way, delays: &[f64]) -> anyhow::Result<()> {
    let mut sorted = delays.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |part: f64| sorted[((sorted.len() - 1) as f64 * part).round() as usize];
    let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
    let record = |metric: &str, measured| {
        Record::new("notice", "pairing", metric, "ms", measured).at(way.name())
    };
    let median = record("from scan to event", Measured::of(delays));
    let mean = record("from scan to event, mean", Measured::once(mean));
    // Half an interval and a tenth of that for the call: that is on average.
    let (median, mean) = match way {
        Way::Status => (median, mean.goal("<= 2750")),
        Way::WebhookToHub | Way::WebhookToHandle => (median.goal("< 20"), mean),
    };
    median.print()?;
    mean.print()?;
    for (name, part) in [("10 %", 0.1), ("90 %", 0.9), ("99 %", 0.99)] {
        record(
            &format!("from scan to event, {name} are faster"),
            Measured::once(at(part)),
        )
        .print()?;
    }
    Ok(())
}
