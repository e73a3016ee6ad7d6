//! A transport that notes how each request went.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use pairing_http::{HttpRequest, HttpResponse, HttpTransport, TransportError, TransportErrorKind};

/// How one request went.
#[derive(Debug, Clone, Copy)]
pub(super) struct Observation {
    pub(super) took: Duration,
    pub(super) is_secure: bool,
    pub(super) is_loopback: bool,
    /// Why there was no complete answer.
    pub(super) failure: Option<TransportErrorKind>,
    /// How far the gateway's clock is from the local one. `None` if it does not say.
    pub(super) clock: Option<Duration>,
}

/// What was noted so far. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Observations(Arc<Mutex<Vec<Observation>>>);

impl Observations {
    /// The transport, watched.
    pub(super) fn watch(&self, inner: Arc<dyn HttpTransport>) -> Arc<dyn HttpTransport> {
        Arc::new(Watched {
            observations: self.clone(),
            inner,
        })
    }

    pub(super) fn all(&self) -> Vec<Observation> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Observation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Watched {
    observations: Observations,
    inner: Arc<dyn HttpTransport>,
}

#[async_trait::async_trait]
impl HttpTransport for Watched {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let (is_secure, is_loopback) = (request.url.is_secure(), request.url.is_loopback());
        let started = Instant::now();
        let result = self.inner.send(request).await;
        let date = result.as_ref().ok().and_then(|it| it.date.as_deref());
        self.observations.lock().push(Observation {
            took: started.elapsed(),
            is_secure,
            is_loopback,
            failure: result.as_ref().err().map(TransportError::kind),
            clock: date.and_then(|date| difference(date, SystemTime::now())),
        });
        result
    }
}

fn difference(date: &str, now: SystemTime) -> Option<Duration> {
    let date = httpdate::parse_http_date(date).ok()?;
    let ahead = date.duration_since(now);
    Some(ahead.unwrap_or_else(|behind| behind.duration()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_may_be_ahead_or_behind() {
        let date = "Sun, 29 Nov 2026 01:22:21 GMT";
        let then = httpdate::parse_http_date(date).unwrap();
        let minute = Duration::from_secs(60);
        assert_eq!(difference(date, then + minute), Some(minute));
        assert_eq!(difference(date, then - minute), Some(minute));
        assert_eq!(difference("yesterday", then), None);
    }
}
