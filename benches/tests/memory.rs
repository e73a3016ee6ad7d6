//! What a session holds in memory while it waits for a person, counted by the allocator.

use std::sync::Arc;

use async_trait::async_trait;
use pairing_benches::load::{TOKEN, instance_id};
use pairing_core::{EventKind, PairingPolicy, PairingSession};
use pairing_http::{BaseUrl, HttpRequest, HttpResponse, HttpTransport, TransportError};
use pairing_zapi::{ZApi, ZApiConfig};

const SESSIONS: usize = 200;

/// Bytes that the program asks for: the session with its provider and the text of its code, its
/// task and the one that reads it. In the table *Waiting sessions* come the allocator's own
/// share and what belongs to nobody.
const MOST: u64 = 2_000;

/// Answers every request for a code at once.
#[derive(Debug)]
struct Ready;

#[async_trait]
impl HttpTransport for Ready {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        // As long as the simulator's, and WhatsApp's.
        let body = format!(r#"{{"value":"2@{}"}}"#, "x".repeat(229));
        Ok(HttpResponse::new(200, body.into_bytes()).with_content_type("application/json"))
    }
}

#[test]
fn a_waiting_session_stays_as_small_as_it_is() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let transport: Arc<dyn HttpTransport> = Arc::new(Ready);
    let base = BaseUrl::parse("http://127.0.0.1:9").unwrap();
    let policy = Arc::new(PairingPolicy::default());
    let start = |number| {
        let config = ZApiConfig::new(instance_id(number), TOKEN).with_base_url(base.clone());
        let provider = ZApi::with_transport(config, transport.clone()).unwrap();
        let builder = PairingSession::builder(provider).policy(policy.clone());
        builder.start().unwrap()
    };
    let (waits, mut waiting) = tokio::sync::mpsc::channel(SESSIONS);
    // What a program does: each session is read by its own task.
    let watch = |mut session: PairingSession, waits: tokio::sync::mpsc::Sender<()>| async move {
        while let Some(event) = session.next_event().await {
            if let EventKind::CodeReady { .. } = event.kind {
                waits.try_send(()).unwrap();
            }
        }
    };
    let counted = allocation_counter::measure(|| {
        runtime.block_on(async {
            for number in 0..SESSIONS {
                tokio::spawn(watch(start(number), waits.clone()));
            }
            for _ in 0..SESSIONS {
                waiting.recv().await.unwrap();
            }
        });
    });
    let each = u64::try_from(counted.bytes_current).unwrap() / SESSIONS as u64;
    assert!(each > 1_000, "{each} B: do they wait at all?");
    assert!(each <= MOST, "{each} B");
}
