//! Canaries: whatever is printed or logged holds no path, header or body.

use std::io::Write;
use std::sync::{Arc, Mutex};

use crate::testing::CannedTransport;
use crate::{
    BaseUrl, GatewayClient, GatewayRules, HttpMethod, HttpRequest, HttpResponse, TransportError,
    TransportErrorKind,
};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

static RULES: GatewayRules = GatewayRules::new();

fn request() -> HttpRequest {
    let base = BaseUrl::parse("https://gateway.example.com/canary").unwrap();
    HttpRequest::new(
        HttpMethod::Get,
        base.join(&["canary"]).with_query("canary", "canary"),
    )
    .with_header("client-token", "canary".into())
}

#[test]
fn no_value_prints_its_secrets() {
    let response = HttpResponse::new(200, "canary")
        .with_content_type("canary")
        .with_retry_after("canary");
    let request = request();
    let shown = format!(
        "{request:?} {} {:?} {response:?} {:?}",
        request.url,
        request.url,
        CannedTransport::new([Ok(response.clone())])
    );
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn the_log_names_the_gateway_and_holds_no_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let transport = CannedTransport::new([
                Ok(HttpResponse::new(403, r#"{"error":"canary not allowed"}"#)),
                Err(TransportError::new(TransportErrorKind::Timeout)),
            ]);
            let gateway = GatewayClient::new(Arc::new(transport), &RULES);
            let answer = gateway.send(request()).await.unwrap();
            assert!(!format!("{answer:?} {:?}", answer.message()).contains("canary"));
            gateway.send(request()).await.unwrap_err();
        });
    });
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("https://gateway.example.com"), "{log}");
    assert!(log.contains("403") && log.contains("Timeout"), "{log}");
    assert!(!log.contains("canary"), "{log}");
}
