//! The adapter does what every provider must. All an adapter's author writes is this harness:
//! how to link the phone behind the provider's back, and how to put the gateway in trouble.

use std::sync::Arc;

use async_trait::async_trait;
use example_own_provider::{Acme, FakeAcme, Mood};
use pairing_adapter::HttpResponse;
use pairing_conformance::{Calls, Condition, Harness, NotSimulated, TestInstance};
use pairing_core::{PairingCode, PairingProvider, PhoneNumber};

pairing_conformance::conformance!(acme, AcmeHarness, not_run: [
    // Acme has no words for it.
    a_passkey_is_a_reply,
]);

const TOKEN: &str = "canary-token";
const INSTANCE: &str = "canary-instance";

struct AcmeHarness;

#[async_trait]
impl Harness for AcmeHarness {
    async fn fresh(&self) -> Box<dyn TestInstance> {
        let phone = "+5511999998888".parse().expect("a phone number");
        Box::new(AcmeInstance(FakeAcme::new(phone)))
    }
}

struct AcmeInstance(FakeAcme);

#[async_trait]
impl TestInstance for AcmeInstance {
    fn provider(&self) -> Arc<dyn PairingProvider> {
        let base = "https://acme.example.com".parse().expect("a base URL");
        let transport = Arc::new(self.0.clone());
        Arc::new(Acme::new(base, INSTANCE, TOKEN, transport))
    }

    fn phone(&self) -> PhoneNumber {
        self.0.phone().clone()
    }

    async fn use_code(&self, code: &PairingCode) -> bool {
        match code {
            PairingCode::QrText { text } => self.0.scan(text.expose()),
            _ => false,
        }
    }

    async fn link(&self) {
        self.0.set_linked(true);
    }

    async fn unlink(&self) {
        self.0.set_linked(false);
    }

    fn is_linked(&self) -> bool {
        self.0.is_linked()
    }

    fn set_condition(&self, condition: Condition) -> Result<(), NotSimulated> {
        // A gateway that repeats credentials in its errors: the adapter must not.
        let bad = |status| {
            let echo = format!(r#"{{"error":"Bearer {TOKEN} of {INSTANCE}: no"}}"#);
            Mood::Bad(HttpResponse::new(status, echo))
        };
        self.0.set_mood(match condition {
            Condition::Healthy => Mood::Good,
            Condition::Unavailable => bad(503),
            Condition::RateLimited { retry_after: None } => bad(429),
            Condition::RateLimited {
                retry_after: Some(wait),
            } => {
                let answer = HttpResponse::new(429, "{}");
                Mood::Bad(answer.with_retry_after(wait.as_secs().to_string()))
            }
            Condition::BadCredentials => bad(401),
            Condition::InstanceUnknown => bad(404),
            Condition::Intercepted => Mood::Bad(HttpResponse::new(
                403,
                r#"{"cloudflare_error":true,"error_code":1020}"#,
            )),
            Condition::MalformedReply => Mood::Bad(HttpResponse::new(200, "<html>hello</html>")),
            Condition::Hanging => Mood::Silent,
            Condition::NotReady => Mood::Slow,
            _ => return Err(NotSimulated("this condition")),
        });
        Ok(())
    }

    fn calls(&self) -> Calls {
        let (total, in_flight) = self.0.calls();
        Calls { total, in_flight }
    }

    async fn webhooks(&self) -> Result<Vec<Vec<u8>>, NotSimulated> {
        Err(NotSimulated("webhooks"))
    }

    fn secrets(&self) -> Vec<String> {
        vec![TOKEN.to_owned(), INSTANCE.to_owned()]
    }
}
