//! Hostile answers: no panic, and nothing becomes a code that a person could not use.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use async_trait::async_trait;
use pairing_adapter::testing::survive_hostile_answers;
use pairing_adapter::{HttpRequest, HttpResponse, HttpTransport, TransportError};
use pairing_evolution::{Evolution, EvolutionConfig};

fn provider(transport: Arc<dyn HttpTransport>) -> Evolution {
    let base = "https://gateway.example.com".parse().unwrap();
    let config = EvolutionConfig::new("canary shop é/1", "canary-key", base).with_create(true);
    Evolution::with_transport(config, transport).unwrap()
}

/// An attempt runs, so that the hostile answer is the one to the request for its code.
#[derive(Debug)]
struct AfterTheState(Arc<dyn HttpTransport>);

#[async_trait]
impl HttpTransport for AfterTheState {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        if request.url.expose().contains("/connectionState/") {
            let body = r#"{"instance":{"instanceName":"canary shop é/1","state":"connecting"}}"#;
            return Ok(HttpResponse::new(200, body));
        }
        self.0.send(request).await
    }
}

#[test]
fn no_answer_panics_or_becomes_a_false_code() {
    survive_hostile_answers("fixtures", provider);
}

#[test]
fn no_answer_to_a_request_for_a_code_panics_or_becomes_a_false_code() {
    survive_hostile_answers("fixtures", |transport| {
        provider(Arc::new(AfterTheState(transport)))
    });
}
