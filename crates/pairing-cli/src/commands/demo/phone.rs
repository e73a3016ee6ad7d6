//! The person with the simulated phone, who uses what the gateway hands out: on a terminal
//! and on the page alike.

use std::convert::Infallible;
use std::time::Duration;

use pairing_sim::{Instance, IssuedCode, IssuedCodes, TypeError};

/// How long the person takes, in simulated time: to lift the phone in front of a QR code, and
/// to type a code.
const SCANNING: Duration = Duration::from_secs(5);
const TYPING: Duration = Duration::from_secs(20);

/// Misses the first QR code and scans the next one; types phone codes.
pub(super) struct Phone {
    instance: Instance,
    codes: IssuedCodes,
    speed: u32,
    missed: Option<String>,
}

impl Phone {
    /// Sees the codes that are handed out from now on.
    pub(super) fn watching(instance: &Instance, speed: u32) -> Self {
        Self {
            instance: instance.clone(),
            codes: instance.codes(),
            speed: speed.max(1),
            missed: None,
        }
    }

    /// Uses the codes, for ever.
    pub(super) async fn play(mut self) -> Infallible {
        let mut code = self.codes.next().await;
        loop {
            let Some(reaction) = self.reaction(&code) else {
                code = self.codes.next().await;
                continue;
            };
            let reaction = tokio::time::sleep(reaction);
            code = tokio::select! {
                // The person looks at what is there now.
                newer = other_than(&mut self.codes, &code) => newer,
                () = reaction => {
                    self.use_code(&code);
                    self.codes.next().await
                }
            };
        }
    }

    /// `None` for the code that is missed.
    fn reaction(&mut self, code: &IssuedCode) -> Option<Duration> {
        let simulated = match code {
            IssuedCode::Qr { text, .. } => {
                // Gateways repeat a code that lives.
                let missed = self.missed.get_or_insert_with(|| text.clone());
                if missed == text {
                    return None;
                }
                SCANNING
            }
            _ => TYPING,
        };
        Some(simulated / self.speed)
    }

    /// A code that has expired meanwhile links no phone; the next one will.
    fn use_code(&self, code: &IssuedCode) {
        match code {
            IssuedCode::Qr { text, .. } => drop(self.instance.scan(text)),
            IssuedCode::PhoneCode { code, .. } => self.type_code(code),
            _ => {}
        }
    }

    fn type_code(&self, code: &str) {
        let typed = self.instance.type_code(code);
        // People who try the page enter their own number: then it is this phone's.
        if typed == Err(TypeError::OtherPhone)
            && let Some(phone) = self.instance.current_phone_code_for()
        {
            self.instance.link_as(phone);
        }
    }
}

async fn other_than(codes: &mut IssuedCodes, known: &IssuedCode) -> IssuedCode {
    loop {
        let code = codes.next().await;
        if code.text() != known.text() {
            return code;
        }
    }
}
