//! The simulator behind the adapters' transport seam, without sockets: nothing but tokio's
//! clock makes it wait, so that tests run in paused time.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::http::{HeaderValue, Request, Uri, header};
use futures_util::StreamExt as _;
use pairing_http::{
    HttpRequest, HttpResponse, HttpTransport, MAX_BODY_BYTES, TransportError, TransportErrorKind,
};
use secrecy::ExposeSecret as _;
use tower::ServiceExt as _;

use crate::response::ConnectionReset;

/// An [`HttpTransport`] whose every host is the simulator. Give adapters
/// [`BASE_URL`](Self::BASE_URL).
///
/// A reset or truncated answer becomes [`TransportErrorKind::Interrupted`], an oversized one
/// [`TransportErrorKind::BodyTooLarge`]; a gateway that hangs makes the request wait until
/// it is dropped, or until [`with_timeout`](Self::with_timeout) ends it.
#[derive(Clone)]
pub struct InProcessTransport {
    router: Router,
    timeout: Option<Duration>,
}

impl InProcessTransport {
    /// A base URL that every adapter takes; no socket is opened to it.
    pub const BASE_URL: &str = "http://localhost";

    pub(crate) fn new(router: Router) -> Self {
        Self {
            router,
            timeout: None,
        }
    }

    /// Gives up with [`TransportErrorKind::Timeout`] after this time, as a transport over a
    /// network does. Measured on tokio's clock; the simulator's speed does not shorten it.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let request = translate(&request).ok_or_else(|| error(TransportErrorKind::Other))?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        if response.extensions().get::<ConnectionReset>().is_some() {
            return Err(error(TransportErrorKind::Interrupted));
        }
        let (head, body) = response.into_parts();
        let mut answer = HttpResponse::new(head.status.as_u16(), read(body).await?);
        let text = |name| Some(head.headers.get(name)?.to_str().ok()?.to_owned());
        answer.content_type = text(header::CONTENT_TYPE);
        answer.retry_after = text(header::RETRY_AFTER);
        answer.date = text(header::DATE);
        Ok(answer)
    }
}

#[async_trait]
impl HttpTransport for InProcessTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let exchange = self.exchange(request);
        match self.timeout {
            Some(timeout) => tokio::time::timeout(timeout, exchange)
                .await
                .unwrap_or_else(|_| Err(error(TransportErrorKind::Timeout))),
            None => exchange.await,
        }
    }
}

/// `None` for what no HTTP client could send.
fn translate(request: &HttpRequest) -> Option<Request<Body>> {
    let uri: Uri = request.url.expose().parse().ok()?;
    let path: Uri = uri.path_and_query()?.as_str().parse().ok()?;
    let mut translated = Request::builder().method(request.method.as_str()).uri(path);
    for (name, value) in &request.headers {
        translated = translated.header(*name, HeaderValue::from_str(value.expose_secret()).ok()?);
    }
    let body = request.body.as_ref();
    let body = body.map_or_else(Body::empty, |body| {
        Body::from(body.expose_secret().to_owned())
    });
    translated.body(body).ok()
}

async fn read(body: Body) -> Result<Vec<u8>, TransportError> {
    if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
        return Err(error(TransportErrorKind::BodyTooLarge));
    }
    let mut read = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| error(TransportErrorKind::Interrupted))?;
        if read.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(error(TransportErrorKind::BodyTooLarge));
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read)
}

fn error(kind: TransportErrorKind) -> TransportError {
    TransportError::new(kind)
}

impl fmt::Debug for InProcessTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcessTransport")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
