//! What a person does where WhatsApp wants a passkey, as an object: both parts are secrets, and the
//! records of every language print their fields.

use std::sync::Arc;

use pairing_core as core;

/// How the person goes on where WhatsApp wants a passkey: opens a page, compares a code, or, if there
/// is neither, finishes in the gateway's own dashboard. Both are secrets while they live.
#[derive(uniffi::Object)]
pub struct PasskeyStep {
    pub(crate) step: core::PasskeyStep,
}

#[uniffi::export]
impl PasskeyStep {
    /// For providers that an app implements. Anything but an `https` address of at most 2,048
    /// printable ASCII characters is left out, and so is any code but 1 to 32 letters, digits and
    /// hyphens.
    #[uniffi::constructor(default(url = None, confirmation_code = None))]
    pub fn new(url: Option<String>, confirmation_code: Option<String>) -> Arc<Self> {
        let mut step = core::PasskeyStep::new();
        if let Some(url) = url {
            step = step.with_url(url);
        }
        if let Some(code) = confirmation_code {
            step = step.with_confirmation_code(code);
        }
        Self::shared(step)
    }

    /// The page to open in a browser.
    pub fn expose_url(&self) -> Option<String> {
        self.step.url().map(str::to_owned)
    }

    /// The code that the phone shows as well, for the person to compare.
    pub fn expose_confirmation_code(&self) -> Option<String> {
        self.step.confirmation_code().map(str::to_owned)
    }
}

impl PasskeyStep {
    pub(crate) fn shared(step: core::PasskeyStep) -> Arc<Self> {
        Arc::new(Self { step })
    }
}
