//! Reads the step that the person takes where WhatsApp wants a passkey.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pairing_adapter::GatewayResponse;
use pairing_core::PasskeyStep;

/// What stands in the place of the server's own address until its owner has set `PASSKEY_PUBLIC_URL`. A
/// page that is opened with it has no server to speak to.
const UNSET: &[u8] = b"SET_PASSKEY_PUBLIC_URL";

/// WhatsApp takes a passkey on its own pages alone.
const PAGE: &str = "https://web.whatsapp.com/";

/// What follows in a link is the server's address and a token of the step, as JSON in base64.
const PAYLOAD: &str = "#wapk=";

/// The step that an answer asks for, if it asks for one: then it holds no code to scan or type.
/// `passkeyCode` looks like a phone code. It is there to be compared with what the phone shows.
pub(crate) fn step(response: &GatewayResponse) -> Option<PasskeyStep> {
    if !response.is_success() || response.intercepted().is_some() {
        return None;
    }
    let object = response.object()?;
    object.texts(&["passkeystage"]).next()?;
    let mut step = PasskeyStep::new();
    if let Some(url) = object.texts(&["passkeyopenurl"]).find(|url| leads_on(url)) {
        step = step.with_url(url);
    }
    if let Some(code) = object.texts(&["passkeycode"]).next() {
        step = step.with_confirmation_code(code);
    }
    Some(step)
}

fn leads_on(url: &str) -> bool {
    let is_unset = |text: &[u8]| text.windows(UNSET.len()).any(|part| part == UNSET);
    let payload = url.split_once(PAYLOAD).map(|(_, payload)| payload);
    let payload = payload.and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok());
    url.starts_with(PAGE) && !is_unset(url.as_bytes()) && !payload.is_some_and(|it| is_unset(&it))
}
