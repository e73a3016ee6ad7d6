//! What every answer tells browsers and proxies: keep nothing, load nothing, frame nothing.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::hub::PairingHub;

fn fixed() -> [(HeaderName, HeaderValue); 5] {
    [
        (
            // The token in the page's address goes nowhere.
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (
            HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex, nofollow"),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
        (
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static(
                "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
            ),
        ),
    ]
}

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const DENY: HeaderValue = HeaderValue::from_static("DENY");

pub(super) async fn add(State(hub): State<PairingHub>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in fixed() {
        headers.insert(name, value);
    }
    // Assets say themselves how long they keep.
    headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    restrict(headers, &hub.0.options.frame_ancestors);
    response
}

fn restrict(headers: &mut HeaderMap, ancestors: &[String]) {
    let framed_by = if ancestors.is_empty() {
        headers.insert(header::X_FRAME_OPTIONS, DENY);
        "'none'".to_owned()
    } else {
        ancestors.join(" ")
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; \
         connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors {framed_by}"
    );
    // Origins are checked when the hub is built: they fit into a header.
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}
