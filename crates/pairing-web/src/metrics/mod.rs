//! What is counted and timed, with every name, label and description in one place. No label
//! says which instance, link or phone it was.

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use pairing_core::{PairingOutcome, ProviderError, WebhookHint};
use tracing::Instrument as _;

const PAIRINGS: &str = "pairing_pairings";
const VIEWERS: &str = "pairing_viewers";
const OUTCOMES: &str = "pairing_outcomes_total";
const PROVIDER_REQUESTS: &str = "pairing_provider_requests_total";
const PROVIDER_REQUEST_SECONDS: &str = "pairing_provider_request_seconds";
const HTTP_REQUESTS: &str = "pairing_http_requests_total";
const HTTP_REQUEST_SECONDS: &str = "pairing_http_request_seconds";
const FALLBACKS: &str = "pairing_stream_fallbacks_total";
const WEBHOOKS: &str = "pairing_webhooks_total";

const IDLE: &str = "idle";
const RUNNING: &str = "running";

/// Tells the recorder of the [`metrics`] facade what each metric means. Call it once, after
/// installing a recorder; without one, counting costs nothing and leads nowhere.
pub fn describe() {
    describe_gauge!(PAIRINGS, "Live pairings, by provider and state");
    describe_gauge!(VIEWERS, "Open event streams");
    describe_counter!(
        FALLBACKS,
        "Pages that began to poll because they had no event stream, by reason"
    );
    describe_counter!(OUTCOMES, "Ended sessions, by provider and outcome");
    describe_counter!(
        PROVIDER_REQUESTS,
        "Requests to providers, by operation and result"
    );
    describe_histogram!(
        PROVIDER_REQUEST_SECONDS,
        Unit::Seconds,
        "How long providers took, by operation"
    );
    describe_counter!(HTTP_REQUESTS, "HTTP requests, by route, method and status");
    describe_histogram!(
        HTTP_REQUEST_SECONDS,
        Unit::Seconds,
        "How long answers took to begin, by route and method"
    );
    describe_counter!(
        WEBHOOKS,
        "Webhooks with the right secret in their address, by what they said"
    );
}

/// A pairing was created; its page is not open yet.
pub(crate) fn pairing_created(provider: &str) {
    pairings(provider, IDLE, 1.0);
}

/// The session of a pairing began.
pub(crate) fn pairing_started(provider: &str) {
    pairings(provider, IDLE, -1.0);
    pairings(provider, RUNNING, 1.0);
}

/// A pairing ended: its session with an outcome, or before it had `started`.
pub(crate) fn pairing_ended(provider: &str, started: bool, outcome: Option<&PairingOutcome>) {
    pairings(provider, if started { RUNNING } else { IDLE }, -1.0);
    if let Some(outcome) = outcome {
        let provider = provider.to_owned();
        let outcome = outcome.as_str();
        counter!(OUTCOMES, "provider" => provider, "outcome" => outcome).increment(1);
    }
}

fn pairings(provider: &str, state: &'static str, change: f64) {
    gauge!(PAIRINGS, "provider" => provider.to_owned(), "state" => state).increment(change);
}

/// An event stream was opened.
pub(crate) fn viewer_joined() {
    gauge!(VIEWERS).increment(1.0);
}

/// An event stream ended.
pub(crate) fn viewer_left() {
    gauge!(VIEWERS).decrement(1.0);
}

/// A page began to poll.
pub(crate) fn fallback(reason: &'static str) {
    counter!(FALLBACKS, "reason" => reason).increment(1);
}

/// A webhook came with the right secret.
pub(crate) fn webhook(provider: &str, result: &Result<WebhookHint, ProviderError>) {
    let result = match result {
        Ok(WebhookHint::Connected) => "connected",
        Ok(WebhookHint::Disconnected) => "disconnected",
        Ok(WebhookHint::CodeChanged) => "code_changed",
        Ok(WebhookHint::Progress) => "progress",
        Ok(WebhookHint::Irrelevant) => "irrelevant",
        Err(error) => error.kind().as_str(),
    };
    counter!(WEBHOOKS, "provider" => provider.to_owned(), "result" => result).increment(1);
}

/// A webhook came with the right secret, and was acknowledged unread.
pub(crate) fn webhook_ignored(provider: &str, reason: &'static str) {
    counter!(WEBHOOKS, "provider" => provider.to_owned(), "result" => reason).increment(1);
}

/// A request to a provider was answered, or given up.
pub(crate) fn provider_request(
    provider: &str,
    operation: &'static str,
    result: &'static str,
    took: Duration,
) {
    counter!(
        PROVIDER_REQUESTS,
        "provider" => provider.to_owned(), "operation" => operation, "result" => result
    )
    .increment(1);
    histogram!(
        PROVIDER_REQUEST_SECONDS,
        "provider" => provider.to_owned(), "operation" => operation
    )
    .record(took);
}

/// Middleware that counts and times requests, each in its own span.
///
/// It knows a request by its route's template: the path holds the link's token.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let route = match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None => "unmatched".to_owned(),
    };
    let method = method_name(request.method());
    let span = tracing::info_span!(
        "request",
        route,
        method,
        status = tracing::field::Empty,
        latency_ms = tracing::field::Empty,
    );
    let begun = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let took = begun.elapsed();
    let status = response.status().as_u16();
    span.record("status", status);
    span.record("latency_ms", took.as_secs_f64() * 1e3);
    tracing::debug!(parent: &span, "answered");
    histogram!(HTTP_REQUEST_SECONDS, "route" => route.clone(), "method" => method).record(took);
    counter!(
        HTTP_REQUESTS,
        "route" => route, "method" => method, "status" => status.to_string()
    )
    .increment(1);
    response
}

/// Methods are the client's invention: only those of the contract become labels.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}
