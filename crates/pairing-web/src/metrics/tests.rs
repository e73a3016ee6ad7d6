//! What is counted, under which names, and what never is.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn;
use axum::routing::get;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use pairing_core::ProviderErrorKind;
use tower::ServiceExt as _;

use super::*;

/// Every metric but histograms, as Prometheus writes them.
fn counted(snapshotter: &Snapshotter) -> BTreeMap<String, f64> {
    let metrics = snapshotter.snapshot().into_vec();
    let numbers = metrics.into_iter().filter_map(|(key, _, _, value)| {
        let value = match value {
            DebugValue::Counter(count) => f64::from(u32::try_from(count).unwrap()),
            DebugValue::Gauge(level) => level.into_inner(),
            DebugValue::Histogram(_) => return None,
        };
        let labels: Vec<_> = key
            .key()
            .labels()
            .map(|label| (label.key(), label.value()))
            .collect();
        Some((format!("{}{labels:?}", key.key().name()), value))
    });
    numbers.collect()
}

#[test]
fn a_pairing_is_counted_in_one_state_at_a_time_and_by_its_outcome() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        pairing_created("zapi");
        pairing_created("zapi");
        pairing_created("zapi");
        pairing_started("zapi");
        pairing_started("zapi");
        pairing_ended("zapi", false, None);
        pairing_ended("zapi", true, Some(&PairingOutcome::Deadline));
        viewer_joined();
        viewer_joined();
        viewer_left();
        fallback("silent");
        webhook("zapi", &Ok(WebhookHint::Connected));
        webhook("zapi", &Ok(WebhookHint::CodeChanged));
        webhook("zapi", &Ok(WebhookHint::Progress));
        webhook("zapi", &Err(ProviderErrorKind::MalformedReply.into()));
        webhook("zapi", &Err(ProviderErrorKind::InvalidSignature.into()));
    });
    let expected = [
        (
            r#"pairing_outcomes_total[("provider", "zapi"), ("outcome", "deadline")]"#,
            1.0,
        ),
        (
            r#"pairing_pairings[("provider", "zapi"), ("state", "idle")]"#,
            0.0,
        ),
        (
            r#"pairing_pairings[("provider", "zapi"), ("state", "running")]"#,
            1.0,
        ),
        (
            r#"pairing_stream_fallbacks_total[("reason", "silent")]"#,
            1.0,
        ),
        ("pairing_viewers[]", 1.0),
        (
            r#"pairing_webhooks_total[("provider", "zapi"), ("result", "code_changed")]"#,
            1.0,
        ),
        (
            r#"pairing_webhooks_total[("provider", "zapi"), ("result", "connected")]"#,
            1.0,
        ),
        (
            r#"pairing_webhooks_total[("provider", "zapi"), ("result", "invalid_signature")]"#,
            1.0,
        ),
        (
            r#"pairing_webhooks_total[("provider", "zapi"), ("result", "malformed_reply")]"#,
            1.0,
        ),
        (
            r#"pairing_webhooks_total[("provider", "zapi"), ("result", "progress")]"#,
            1.0,
        ),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value));
    assert_eq!(counted(&snapshotter), BTreeMap::from(expected));
}

/// Where a subscriber writes.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_request_is_known_by_its_route_and_by_nothing_its_client_made_up() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let counting = metrics::set_default_local_recorder(&recorder);
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let tracing = tracing::subscriber::set_default(subscriber);
    let page = Router::new()
        .route("/p/{token}", get(async || "page"))
        .fallback(async || http::StatusCode::NOT_FOUND)
        .layer(from_fn(observe));
    let app = Router::new().nest("/pair", page);
    for (method, uri) in [
        ("GET", "/pair/p/CANARY?lang=CANARY"),
        ("GET", "/pair/p/CANARY2"),
        ("POST", "/pair/p/CANARY"),
        ("CANARY", "/pair/p/CANARY"),
        ("GET", "/pair/CANARY"),
    ] {
        let request = Request::builder().method(method).uri(uri);
        let request = request.header("x", "CANARY").body(Body::from("CANARY"));
        app.clone().oneshot(request.unwrap()).await.unwrap();
    }
    drop((counting, tracing));

    let counted = counted(&snapshotter);
    let expected = [
        (
            r#"("route", "/pair/p/{token}"), ("method", "GET"), ("status", "200")"#,
            2.0,
        ),
        (
            r#"("route", "/pair/p/{token}"), ("method", "POST"), ("status", "405")"#,
            1.0,
        ),
        (
            r#"("route", "/pair/p/{token}"), ("method", "other"), ("status", "405")"#,
            1.0,
        ),
        (
            r#"("route", "unmatched"), ("method", "GET"), ("status", "404")"#,
            1.0,
        ),
    ];
    let expected =
        expected.map(|(labels, count)| (format!("pairing_http_requests_total[{labels}]"), count));
    assert_eq!(counted, BTreeMap::from(expected));

    let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(written.contains(r#"route="/pair/p/{token}" method="GET" status=200 latency_ms="#));
    assert!(!written.contains("CANARY"), "{written}");
}
