//! What an answer's words mean, in the order in which meanings are tried.

use pairing_core::{ProviderError, ProviderErrorKind};

use crate::{Answer, Words};

/// The meaning of an answer's words.
#[derive(Debug)]
#[non_exhaustive]
pub enum Said {
    /// A number is linked already.
    AlreadyConnected,
    /// No number is linked.
    NotConnected,
    /// WhatsApp wants a passkey.
    PasskeyRequired,
    /// The code is still being made.
    Wait,
    /// A known error.
    Error(ProviderError),
}

impl Answer {
    /// What the words of the answer mean; `None` if they are not known. Who speaks comes first:
    /// what a firewall or proxy says is an error, whatever its words. `known_error` is the
    /// adapter's own table of errors. It comes before the phrases that all gateways share,
    /// except the one that is a success and may come with any status.
    pub fn said(
        &self,
        known_error: impl FnOnce(&Words) -> Option<(ProviderErrorKind, &'static str)>,
    ) -> Option<Said> {
        if let Some(error) = self.intercepted() {
            return Some(Said::Error(error));
        }
        let words = self.words();
        if words.is_empty() {
            return None;
        }
        if words.mean_already_connected() {
            return Some(Said::AlreadyConnected);
        }
        if let Some((kind, message)) = known_error(&words) {
            return Some(Said::Error(self.error(kind, message)));
        }
        if words.mean_passkey() {
            Some(Said::PasskeyRequired)
        } else if self.status == 429 {
            // Whoever says "please wait" with 429 means something else.
            Some(Said::Error(self.error_by_status()))
        } else if words.mean_wait() {
            Some(Said::Wait)
        } else if words.mean_not_connected() {
            Some(Said::NotConnected)
        } else {
            None
        }
    }
}
