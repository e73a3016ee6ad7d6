//! Acme in memory, behind the transport seam: what the example runs against, and what the
//! conformance suite needs. It counts calls, rotates codes and can be put in a bad mood.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use pairing_adapter::{HttpRequest, HttpResponse, HttpTransport, TransportError};
use pairing_core::PhoneNumber;
use tokio::time::{Instant, sleep};

/// One instance at Acme, with a phone.
#[derive(Debug, Clone)]
pub struct FakeAcme(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    started: Instant,
    phone: PhoneNumber,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    linked: bool,
    mood: Mood,
    calls: u64,
    in_flight: u64,
}

/// How Acme answers.
#[derive(Debug, Clone, Default)]
pub enum Mood {
    /// As its page says.
    #[default]
    Good,
    /// With 202: it is still making the code.
    Slow,
    /// With this, whatever it is asked.
    Bad(HttpResponse),
    /// Never.
    Silent,
}

impl FakeAcme {
    /// An instance nobody is linked to.
    pub fn new(phone: PhoneNumber) -> Self {
        Self(Arc::new(Inner {
            started: Instant::now(),
            phone,
            state: Mutex::default(),
        }))
    }

    /// The number of the phone.
    pub fn phone(&self) -> &PhoneNumber {
        &self.0.phone
    }

    /// The phone scans a QR text; whether that linked it.
    pub fn scan(&self, text: &str) -> bool {
        let links = text == self.current_qr() && !self.is_linked();
        if links {
            self.set_linked(true);
        }
        links
    }

    /// Links or unlinks the phone without a code.
    pub fn set_linked(&self, linked: bool) {
        self.state().linked = linked;
    }

    /// Whether the phone is linked.
    pub fn is_linked(&self) -> bool {
        self.state().linked
    }

    /// Puts Acme in a mood.
    pub fn set_mood(&self, mood: Mood) {
        self.state().mood = mood;
    }

    /// Calls so far, and those under way.
    pub fn calls(&self) -> (u64, u64) {
        let state = self.state();
        (state.calls, state.in_flight)
    }

    /// A code lives 20 s.
    fn current_qr(&self) -> String {
        let generation = self.0.started.elapsed().as_secs() / 20;
        format!("2@acme{generation:04},cHVibGlj,aWRlbnRpdHk=,c2VjcmV0")
    }

    fn answer(&self, path: &str) -> HttpResponse {
        let (linked, mood) = {
            let state = self.state();
            (state.linked, state.mood.clone())
        };
        let body = match (path.ends_with("/qr"), linked, mood) {
            (_, _, Mood::Bad(answer)) => return answer,
            (true, _, Mood::Slow) => return HttpResponse::new(202, "{}"),
            (true, true, _) => return HttpResponse::new(409, r#"{"error":"linked"}"#),
            (true, false, _) => format!(r#"{{"qr":"{}"}}"#, self.current_qr()),
            (false, true, _) => {
                format!(r#"{{"linked":true,"phone":"{}"}}"#, self.0.phone.digits())
            }
            (false, false, _) => r#"{"linked":false}"#.to_owned(),
        };
        HttpResponse::new(200, body).with_content_type("application/json")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = &self.0.state;
        state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl HttpTransport for FakeAcme {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let _under_way = UnderWay::begin(self);
        let silent = matches!(self.state().mood, Mood::Silent);
        if silent {
            std::future::pending::<()>().await;
        }
        sleep(Duration::from_millis(50)).await;
        Ok(self.answer(request.url.expose()))
    }
}

/// A call under way. It also ends when the caller drops it.
struct UnderWay<'a>(&'a FakeAcme);

impl<'a> UnderWay<'a> {
    fn begin(acme: &'a FakeAcme) -> Self {
        let mut state = acme.state();
        state.calls += 1;
        state.in_flight += 1;
        Self(acme)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.state().in_flight -= 1;
    }
}
