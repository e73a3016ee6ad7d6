//! The hub's routes, and the two that only a program of its own has: what this is, and
//! metrics.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use pairing_web::{AdminToken, PairingHub, guarded, router};

/// For a person who looks at the address.
const ABOUT: &str = "\
This is `pairing serve`: pages on which a WhatsApp number is linked.

A page opens with the link that an application has made for you; there is nothing to see here.
For applications: /openapi.json describes the interface, and /healthz says whether it is up.
";

#[derive(Clone)]
struct Metrics {
    token: AdminToken,
    handle: PrometheusHandle,
}

/// Everything that is served.
pub(super) fn around(hub: PairingHub, token: AdminToken, handle: PrometheusHandle) -> Router {
    let own = Router::new()
        .route("/", get(about))
        .route("/metrics", get(metrics))
        .with_state(Metrics { token, handle });
    guarded(own, &hub).merge(router(hub))
}

async fn about() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], ABOUT)
}

async fn metrics(State(metrics): State<Metrics>, headers: HeaderMap) -> Response {
    if !metrics.token.authorises(&headers) {
        let asked = [
            (header::WWW_AUTHENTICATE, "Bearer"),
            (header::CONTENT_TYPE, "application/json"),
        ];
        return (StatusCode::UNAUTHORIZED, asked, UNAUTHORIZED).into_response();
    }
    let text = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (text, metrics.handle.render()).into_response()
}

const UNAUTHORIZED: &str = r#"{"error":{"kind":"unauthorized","message":"send the admin token as Authorization: Bearer"}}"#;
