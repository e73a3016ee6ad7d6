//! The hub's routes, and the two that only its own program has: what this is, and
//! metrics.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use pairing_web::{PairingHub, admin_only, router, with_security_layers};

/// For a person who looks at the address.
const ABOUT: &str = "\
This is `pairing serve`: pages on which a WhatsApp number is linked.

A page opens with the link that an application has made for you; there is nothing to see here.
For applications: /openapi.json describes the interface, and /healthz says whether it is up.
";

/// Everything that is served.
pub(super) fn around(hub: PairingHub, handle: PrometheusHandle) -> Router {
    let metrics = Router::new()
        .route("/metrics", get(metrics))
        .with_state(handle);
    let own = Router::new()
        .route("/", get(about))
        .merge(admin_only(metrics, &hub));
    with_security_layers(own, &hub).merge(router(hub))
}

async fn about() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], ABOUT)
}

async fn metrics(State(handle): State<PrometheusHandle>) -> impl IntoResponse {
    let text = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (text, handle.render())
}
