//! The bundled transport: reqwest with rustls and ring, hardened for credentials.

mod failure;
mod local_names;
mod proxies;
mod reuse;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue,
    RETRY_AFTER,
};
use reqwest::{Client, Method, Request, Response, Url, redirect, retry};
use rustls::crypto::{CryptoProvider, KeyProvider};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use secrecy::ExposeSecret;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use self::failure::transport_error;
use self::local_names::LocalNames;
use self::proxies::{Proxies, Route};
use self::reuse::NoticeOpening;
use crate::origin_limiter::OriginLimiter;
use crate::{
    HttpMethod, HttpRequest, HttpResponse, HttpTransport, MAX_BODY_BYTES, TransportError,
    TransportErrorKind, wipe_bytes,
};

/// An [`HttpTransport`] that works out of the box, on tokio.
///
/// * TLS 1.2 and 1.3 by rustls and ring, with Mozilla's roots compiled in: the same on every
///   platform, and no platform verifier, which panics on Android unless an app sets it up.
///   [`add_root_certificate`](ReqwestTransportBuilder::add_root_certificate) adds others.
/// * HTTP/1.1, no redirects, no cookies, no `Referer`, no compression.
/// * A connection is kept for 4 s: gateways on Node.js close theirs after 5 s. A request that is
///   [safe to repeat](HttpRequest::safe_to_repeat) and meets a kept connection that was closed is
///   sent once more, on a new one and within the same total time. Any other request has a
///   connection of its own and is never repeated.
/// * 10 s to connect, 20 s in all, both adjustable; at most [`MAX_BODY_BYTES`] of a body,
///   whatever its `Content-Length` claims.
/// * Interim answers (1xx) count towards the total time alone: a gateway that sends nothing else, as
///   fast as it can, keeps a core busy until then, beside the other requests. reqwest 0.13 hands
///   hyper's own hook for them (`hyper::ext::on_informational`) no request's extensions, and lets a
///   connector layer return no other connection than its sealed one.
/// * Proxies are taken from `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, as usual in company
///   networks, for HTTP, HTTPS and SOCKS 4 and 5: through them TLS stays end to end. What goes
///   without TLS, and to a loopback address, never goes through a proxy.
/// * At most 256 requests at a time to one gateway, adjustable; others wait for their turn.
///   However many sessions share a transport, it opens no more connections to a gateway than
///   that, and a gateway that hangs holds up no request to another.
///
/// Clones share the connections, which are kept alive between calls.
#[derive(Clone)]
pub struct ReqwestTransport {
    /// Through the proxy of the environment, if there is one.
    proxied: Clients,
    /// For loopback, and for what is not encrypted: never through a proxy.
    direct: Clients,
    proxies: Arc<Proxies>,
    limiter: Arc<OriginLimiter>,
    total_timeout: Duration,
}

/// The same client twice.
#[derive(Clone)]
struct Clients {
    /// Keeps connections for later requests.
    keeping: Client,
    /// Opens a connection for each request.
    fresh: Client,
}

/// How long a connection is kept that nothing uses: less than the 5 s after which Node.js, which
/// many gateways run on, closes it by default (`server.keepAliveTimeout`).
const IDLE: Duration = Duration::from_secs(4);

/// Settings of a [`ReqwestTransport`].
#[derive(Debug, Clone)]
#[must_use]
pub struct ReqwestTransportBuilder {
    connect_timeout: Duration,
    total_timeout: Duration,
    max_connections: usize,
    further_roots: Vec<Vec<u8>>,
}

impl Default for ReqwestTransportBuilder {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(20),
            max_connections: 256,
            further_roots: Vec::new(),
        }
    }
}

impl ReqwestTransportBuilder {
    /// How long connecting may take, TLS included. 10 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a request may take from start to the last byte of the answer. 20 s by
    /// default; less than 15 s cuts off gateways that wait up to 10 s themselves.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// How many requests to one gateway (scheme, host and port) may be under way at a time, each
    /// on its own connection. 256 by default, which is a thousand requests a second to a
    /// gateway that answers in a quarter of one. Zero counts as 1. Waiting for a turn is not
    /// part of the total time above.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// Adds a trusted root CA, given as its certificate in DER: for a gateway on your own machines,
    /// or for a company that inspects TLS.
    pub fn add_root_certificate(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.further_roots.push(der.into());
        self
    }

    /// The transport.
    ///
    /// # Errors
    ///
    /// [`Tls`](TransportErrorKind::Tls) if an added root is no certificate,
    /// [`Other`](TransportErrorKind::Other) if the HTTP client cannot be set up.
    pub fn build(self) -> Result<ReqwestTransport, TransportError> {
        let tls = tls_config(self.further_roots)?;
        let limit = self.max_connections.clamp(1, Semaphore::MAX_PERMITS);
        let build = |direct: bool, idle_connections: usize| {
            let builder = Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .http1_only()
                .redirect(redirect::Policy::none())
                .retry(retry::never())
                .referer(false)
                .user_agent(concat!("pairing/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(self.connect_timeout)
                .timeout(self.total_timeout)
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(idle_connections)
                .connector_layer(NoticeOpening);
            let builder = if direct {
                builder.no_proxy().dns_resolver(Arc::new(LocalNames))
            } else {
                builder
            };
            builder
                .build()
                .map_err(|error| transport_error(error, Route::Direct))
        };
        let clients = |direct| {
            Ok(Clients {
                // Fewer, and every connection beyond them would be closed and opened again.
                keeping: build(direct, limit)?,
                fresh: build(direct, 0)?,
            })
        };
        Ok(ReqwestTransport {
            proxied: clients(false)?,
            direct: clients(true)?,
            proxies: Arc::new(Proxies::of_environment()),
            limiter: Arc::new(OriginLimiter::new(limit)),
            total_timeout: self.total_timeout,
        })
    }
}

impl ReqwestTransport {
    /// With the default timeouts.
    ///
    /// # Errors
    ///
    /// As [`ReqwestTransportBuilder::build`].
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// With other timeouts.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder::default()
    }
}

/// In the place of ring's reader of private keys: no gateway asks for a certificate of ours, and the code
/// that signs with a key is left out of the libraries for phones.
#[derive(Debug)]
struct NoPrivateKeys;

impl KeyProvider for NoPrivateKeys {
    fn load_private_key(
        &self,
        _key: PrivateKeyDer<'static>,
    ) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General(
            "this client has no certificate of its own".into(),
        ))
    }
}

fn tls_config(further_roots: Vec<Vec<u8>>) -> Result<rustls::ClientConfig, TransportError> {
    let mut roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let failure =
        |error: rustls::Error| TransportError::new(TransportErrorKind::Tls).with_source(error);
    for root in further_roots {
        roots.add(root.into()).map_err(failure)?;
    }
    let provider = CryptoProvider {
        key_provider: &NoPrivateKeys,
        ..rustls::crypto::ring::default_provider()
    };
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(failure)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[async_trait]
impl HttpTransport for ReqwestTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let sendable = to_reqwest(&request)?;
        let (clients, route) = if request.url.is_secure() && !request.url.is_loopback() {
            (&self.proxied, self.proxies.route(sendable.url()))
        } else {
            (&self.direct, Route::Direct)
        };
        if route == Route::Unusable {
            return Err(TransportError::new(TransportErrorKind::ProxyAddress));
        }
        let permit = self.limiter.take(request.url.origin());
        let _permit = permit.await.map_err(|error| {
            // It is never closed.
            TransportError::new(TransportErrorKind::Other).with_source(error)
        })?;
        let response = if request.safe_to_repeat {
            self.send_on_kept(clients, &request, sendable).await
        } else {
            clients
                .fresh
                .execute(sendable)
                .await
                .map_err(Failure::Client)
        };
        let response = response.map_err(|failure| match failure {
            Failure::Client(error) => transport_error(error, route),
            Failure::Request(error) => error,
        })?;
        let status = response.status().as_u16();
        let content_type = header(&response, CONTENT_TYPE);
        let content_encoding = header(&response, CONTENT_ENCODING);
        let retry_after = header(&response, RETRY_AFTER);
        let date = header(&response, DATE);
        let names = response.headers().keys().map(|name| name.as_str());
        let mut answer = HttpResponse::new(status, Vec::new()).with_header_names(names);
        answer.content_type = content_type;
        answer.retry_after = retry_after;
        answer.date = date;
        answer.content_encoding = content_encoding;
        read_body(response, &mut answer.body, route).await?;
        Ok(answer)
    }
}

impl ReqwestTransport {
    /// Sends on a kept connection if there is one, and once more if the gateway had closed it.
    async fn send_on_kept(
        &self,
        clients: &Clients,
        request: &HttpRequest,
        sendable: Request,
    ) -> Result<Response, Failure> {
        let started = Instant::now();
        let (result, opened) = reuse::watched(clients.keeping.execute(sendable)).await;
        match result {
            Err(error) if !opened && reuse::ended_unanswered(&error) => {}
            result => return result.map_err(Failure::Client),
        }
        let mut again = to_reqwest(request).map_err(Failure::Request)?;
        *again.timeout_mut() = Some(self.total_timeout.saturating_sub(started.elapsed()));
        clients.fresh.execute(again).await.map_err(Failure::Client)
    }
}

/// Why there is no head of an answer.
enum Failure {
    Client(reqwest::Error),
    Request(TransportError),
}

fn to_reqwest(request: &HttpRequest) -> Result<Request, TransportError> {
    // Neither of these errors may become a source: both can quote what they refuse.
    let unsendable = || TransportError::new(TransportErrorKind::Other);
    let method = match request.method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
    };
    let url = Url::parse(request.url.expose()).map_err(|_| unsendable())?;
    let mut headers = HeaderMap::new();
    // Without it, servers may compress as they like (RFC 9110, section 12.5.3).
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unsendable())?;
        let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| unsendable())?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    let mut sendable = Request::new(method, url);
    *sendable.headers_mut() = headers;
    *sendable.body_mut() = request
        .body
        .as_ref()
        .map(|body| body.expose_secret().to_owned().into());
    Ok(sendable)
}

fn header(response: &Response, name: HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Into a body that is wiped in the end, however far it got.
async fn read_body(
    mut response: Response,
    body: &mut Vec<u8>,
    route: Route,
) -> Result<(), TransportError> {
    let too_large = || TransportError::new(TransportErrorKind::BodyTooLarge);
    let announced = response.content_length().unwrap_or(0);
    if announced > MAX_BODY_BYTES as u64 {
        return Err(too_large());
    }
    let failure = |error| transport_error(error, route);
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(too_large());
        }
        reserve(body, chunk.len());
        body.extend_from_slice(&chunk);
    }
    Ok(())
}

/// Makes room without leaving a copy of the body behind, as growing would.
fn reserve(body: &mut Vec<u8>, more: usize) {
    let needed = body.len() + more;
    if needed > body.capacity() {
        let mut larger = Vec::with_capacity(needed.max(body.capacity() * 2));
        larger.extend_from_slice(body);
        wipe_bytes(body);
        *body = larger;
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReqwestTransport")
    }
}
