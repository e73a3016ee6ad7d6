//! For the tests of adapters (feature `test-util`): a transport without a network, and
//! known exchanges.

mod fixture;
mod forms;
mod outcome;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

pub use fixture::{
    CANARY, Fixture, FixtureAnswer, FixtureRequest, FixtureSetup, FollowedUp, Label,
};
pub use forms::{enveloped, flagged_as_failure};

use crate::{HttpRequest, HttpResponse, HttpTransport, TransportError, TransportErrorKind};

/// Answers with prepared responses, in order, and records what was asked. When none is left
/// it answers with a [`Connect`](TransportErrorKind::Connect) error. Clones share both.
#[derive(Clone, Default)]
pub struct CannedTransport(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    responses: VecDeque<Result<HttpResponse, TransportError>>,
    requests: Vec<HttpRequest>,
}

impl CannedTransport {
    /// With these answers.
    #[must_use]
    pub fn new(responses: impl IntoIterator<Item = Result<HttpResponse, TransportError>>) -> Self {
        let transport = Self::default();
        transport.state().responses.extend(responses);
        transport
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.state().requests.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl HttpTransport for CannedTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut state = self.state();
        state.requests.push(request);
        state
            .responses
            .pop_front()
            .unwrap_or_else(|| Err(TransportError::new(TransportErrorKind::Connect)))
    }
}

impl fmt::Debug for CannedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CannedTransport")
    }
}
