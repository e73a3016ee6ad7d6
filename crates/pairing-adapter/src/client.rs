//! Sends a request and returns a response that is ready to be interpreted: the part of an adapter
//! that is the same for every gateway.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use pairing_core::{ProviderError, ProviderErrorKind};
use tracing::debug;

use crate::interception::Interception;
use crate::{
    Body, GatewayResponse, GatewayRules, HttpRequest, HttpTransport, TransportError,
    TransportErrorKind, retry_after,
};

/// A transport with the log lines and error mapping that all adapters share.
///
/// It logs at debug level: method, origin, status, size and duration of each request; never
/// a path, header or body.
#[derive(Clone)]
pub struct GatewayClient {
    transport: Arc<dyn HttpTransport>,
    rules: &'static GatewayRules,
}

impl GatewayClient {
    /// Over this transport, for a gateway with these rules.
    #[must_use]
    pub fn new(transport: Arc<dyn HttpTransport>, rules: &'static GatewayRules) -> Self {
        Self { transport, rules }
    }

    /// Sends the request once.
    ///
    /// # Errors
    ///
    /// Only when there is no complete answer: [`Unavailable`](ProviderErrorKind::Unavailable),
    /// [`TimedOut`](ProviderErrorKind::TimedOut),
    /// [`MalformedReply`](ProviderErrorKind::MalformedReply) for an oversized body,
    /// [`Intercepted`](ProviderErrorKind::Intercepted) for a proxy that wants a login,
    /// [`Refused`](ProviderErrorKind::Refused) for a proxy's address that is none, or
    /// [`Internal`](ProviderErrorKind::Internal).
    pub async fn send(&self, request: HttpRequest) -> Result<GatewayResponse, ProviderError> {
        let method = request.method.as_str();
        let origin = request.url.origin().to_owned();
        let started = Instant::now();
        let result = self.transport.send(request).await;
        let elapsed_ms = started.elapsed().as_millis();
        match result {
            Ok(response) => {
                let bytes = response.body.len();
                let status = response.status;
                debug!(
                    method,
                    origin, status, bytes, elapsed_ms, "gateway answered"
                );
                let body = Body::read(&response);
                let interception = Interception::of(&response, &body);
                let retry_after = response
                    .retry_after
                    .as_deref()
                    .and_then(|value| retry_after::parse(value, response.date.as_deref()));
                Ok(GatewayResponse {
                    status,
                    body: self.rules.named(body),
                    retry_after: retry_after.or(interception.and_then(Interception::retry_after)),
                    interception,
                    rules: self.rules,
                })
            }
            Err(error) => {
                debug!(method, origin, kind = ?error.kind(), elapsed_ms, "no answer from the gateway");
                Err(no_answer(error))
            }
        }
    }
}

impl fmt::Debug for GatewayClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayClient").finish_non_exhaustive()
    }
}

/// What it means for the pairing that there is no complete answer.
fn no_answer(error: TransportError) -> ProviderError {
    use ProviderErrorKind as Kind;
    let (kind, message) = match error.kind() {
        TransportErrorKind::Connect => (
            Kind::Unavailable,
            "no connection to the gateway: check the network and base_url",
        ),
        TransportErrorKind::Proxy => (
            Kind::Unavailable,
            "no connection through the proxy: check the proxy that HTTPS_PROXY or ALL_PROXY names, or name the gateway in NO_PROXY",
        ),
        // The proxy requires a login until one is configured.
        TransportErrorKind::ProxyLogin => (
            Kind::Intercepted,
            "the proxy asks for a user name and password, or does not accept them: check the proxy that HTTPS_PROXY or ALL_PROXY names, or name the gateway in NO_PROXY",
        ),
        // Permanent until the environment is changed.
        TransportErrorKind::ProxyAddress => (
            Kind::Refused,
            "HTTPS_PROXY or ALL_PROXY holds no address of a proxy: write it like http://proxy.example.com:8080 or socks5h://127.0.0.1:1080",
        ),
        TransportErrorKind::Tls => (
            Kind::Unavailable,
            "no secure connection to the gateway: its certificate was not accepted, or something between intercepts TLS; check base_url",
        ),
        TransportErrorKind::Timeout => (Kind::TimedOut, "the gateway did not answer in time"),
        TransportErrorKind::Interrupted => (
            Kind::Unavailable,
            "the connection broke before the gateway's answer was complete",
        ),
        TransportErrorKind::BodyTooLarge => (
            Kind::MalformedReply,
            "the gateway's answer is larger than any pairing answer: check base_url",
        ),
        // `Other`, and what a later transport adds.
        _ => (Kind::Internal, "the request could not be sent"),
    };
    ProviderError::new(kind, message).with_source(error)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing::CannedTransport;
    use crate::{BaseUrl, HttpMethod, HttpResponse};

    static RULES: GatewayRules = GatewayRules::new();

    fn request() -> HttpRequest {
        let base = BaseUrl::parse("https://gateway.example.com").unwrap();
        HttpRequest::new(HttpMethod::Get, base.join(&["canary"]))
            .with_header("client-token", "canary".into())
    }

    async fn answer(response: HttpResponse) -> GatewayResponse {
        let transport = CannedTransport::new([Ok(response)]);
        GatewayClient::new(Arc::new(transport), &RULES)
            .send(request())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_failing_status_is_an_answer() {
        let response = HttpResponse::new(503, "busy").with_retry_after("7");
        let answer = answer(response).await;
        assert!(!answer.is_success());
        assert!(answer.message().contains("busy"));
        let error = answer.error_by_status();
        assert_eq!(error.kind(), ProviderErrorKind::Unavailable);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    }

    #[tokio::test]
    async fn names_are_read_in_any_case_where_the_rules_say_so() {
        static ANY_CASE: GatewayRules = GatewayRules::new().names_in_any_case();
        for (rules, is_read) in [(&RULES, false), (&ANY_CASE, true)] {
            let body = r#"{"Data":{"LoggedIn":true}}"#;
            let transport = CannedTransport::new([Ok(HttpResponse::new(200, body))]);
            let gateway = GatewayClient::new(Arc::new(transport), rules);
            let answer = gateway.send(request()).await.unwrap();
            let flag = answer
                .object()
                .and_then(|object| object.flag(&["loggedin"]));
            assert_eq!(flag.is_some(), is_read);
        }
    }

    #[tokio::test]
    async fn a_page_does_not_blame_the_credentials() {
        for (status, kind) in [
            (200, ProviderErrorKind::MalformedReply),
            (403, ProviderErrorKind::Intercepted),
            (406, ProviderErrorKind::Intercepted),
            (451, ProviderErrorKind::Intercepted),
            (404, ProviderErrorKind::MalformedReply),
            (502, ProviderErrorKind::Unavailable),
            (522, ProviderErrorKind::Unavailable),
            (429, ProviderErrorKind::RateLimited),
        ] {
            let answer = answer(HttpResponse::new(status, "<html>canary</html>")).await;
            let error = answer.error_by_status();
            assert_eq!(error.kind(), kind, "{status}");
            assert!(!format!("{error} {error:?} {answer:?}").contains("canary"));
        }
    }

    #[tokio::test]
    async fn only_a_redirect_is_called_one() {
        for status in [301, 302, 303, 307, 308] {
            let error = answer(HttpResponse::new(status, ""))
                .await
                .error_by_status();
            assert_eq!(error.kind(), ProviderErrorKind::Refused, "{status}");
            assert!(error.message().contains("redirects"), "{error}");
        }
        for status in [300, 304, 305, 306] {
            let error = answer(HttpResponse::new(status, ""))
                .await
                .error_by_status();
            assert_eq!(error.kind(), ProviderErrorKind::MalformedReply, "{status}");
            assert!(!error.message().contains("redirects"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_form_that_is_not_read_is_named() {
        let error = answer(HttpResponse::new(200, *b"RIFF\x24\0\0\0WEBPVP8L")).await;
        let error = error.error_by_status();
        assert_eq!(error.kind(), ProviderErrorKind::MalformedReply);
        assert!(error.message().contains("WebP"), "{error}");
    }

    #[tokio::test]
    async fn every_transport_error_becomes_a_provider_error() {
        use ProviderErrorKind as Kind;
        for (kind, expected) in [
            (TransportErrorKind::Connect, Kind::Unavailable),
            (TransportErrorKind::Proxy, Kind::Unavailable),
            (TransportErrorKind::ProxyLogin, Kind::Intercepted),
            (TransportErrorKind::ProxyAddress, Kind::Refused),
            (TransportErrorKind::Tls, Kind::Unavailable),
            (TransportErrorKind::Timeout, Kind::TimedOut),
            (TransportErrorKind::Interrupted, Kind::Unavailable),
            (TransportErrorKind::BodyTooLarge, Kind::MalformedReply),
            (TransportErrorKind::Other, Kind::Internal),
        ] {
            let transport = CannedTransport::new([Err(TransportError::new(kind))]);
            let gateway = GatewayClient::new(Arc::new(transport), &RULES);
            let error = gateway.send(request()).await.unwrap_err();
            assert_eq!(error.kind(), expected);
            assert!(std::error::Error::source(&error).is_some());
            // A message about the proxy names the variables that set it.
            let is_about_proxy = format!("{kind:?}").starts_with("Proxy");
            assert_eq!(error.message().contains("_PROXY"), is_about_proxy);
        }
    }
}
