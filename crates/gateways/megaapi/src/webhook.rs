//! megaAPI's webhook, which is one URL for all events. Nothing signs it: a webhook is a hint,
//! to be confirmed by status.

use std::fmt;

use pairing_adapter::{Body, HttpResponse, MAX_BODY_BYTES, read_linked_value};
use pairing_core::{PhoneNumber, ProviderError, ProviderErrorKind, WebhookHint};
use secrecy::zeroize::Zeroize as _;

/// A webhook of megaAPI. `Debug` hides the instance key.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MegaApiWebhook {
    /// A `connection_update` that says `phone_connected`.
    Connected {
        /// The instance it is about.
        instance_key: String,
        /// The linked number.
        phone: Option<PhoneNumber>,
    },
    /// A `connection_update` that says the contrary.
    Disconnected {
        /// The instance it is about.
        instance_key: String,
    },
    /// Messages and everything else that is not about the connection.
    Other,
}

impl MegaApiWebhook {
    /// Reads the body of a webhook, of at most [`MAX_BODY_BYTES`].
    ///
    /// # Errors
    ///
    /// [`MalformedReply`](ProviderErrorKind::MalformedReply) for what is no JSON object, or
    /// too large.
    pub fn parse(body: &[u8]) -> Result<Self, ProviderError> {
        if body.len() > MAX_BODY_BYTES {
            return Err(malformed("the webhook is larger than any of megaAPI's"));
        }
        let Body::Object(object) = &Body::read(&HttpResponse::new(200, body)) else {
            return Err(malformed("the webhook is no JSON object"));
        };
        let text = |name: &str| object.texts(&[name]).next().unwrap_or_default().to_owned();
        if text("messageType") != "connection_update" {
            return Ok(Self::Other);
        }
        let instance_key = text("instance_key");
        Ok(match text("message").as_str() {
            "phone_connected" | "connected" | "open" => Self::Connected {
                instance_key,
                phone: object.ids(&["jid"]).next().and_then(read_linked_value),
            },
            // Only `phone_connected` is known; these are its likely counterparts.
            "phone_disconnected" | "disconnected" | "logged_out" | "phone_logged_out" | "close" => {
                Self::Disconnected { instance_key }
            }
            _ => Self::Other,
        })
    }

    /// What it means for one instance; nothing, if it is about another. A webhook that names no
    /// instance is about the one whose URL received it: not every version of megaAPI sends the key.
    #[must_use]
    pub fn hint_for(&self, own_instance_key: &str) -> WebhookHint {
        let is_own = |key: &str| key.is_empty() || key == own_instance_key;
        match self {
            Self::Connected { instance_key, .. } if is_own(instance_key) => WebhookHint::Connected,
            Self::Disconnected { instance_key } if is_own(instance_key) => {
                WebhookHint::Disconnected
            }
            _ => WebhookHint::Irrelevant,
        }
    }

    /// The key is half of what a request needs.
    pub(crate) fn wipe(&mut self) {
        if let Self::Connected { instance_key, .. } | Self::Disconnected { instance_key } = self {
            instance_key.zeroize();
        }
    }
}

fn malformed(message: &'static str) -> ProviderError {
    ProviderError::new(ProviderErrorKind::MalformedReply, message)
}

impl fmt::Debug for MegaApiWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connected { phone, .. } => f
                .debug_struct("Connected")
                .field("phone", phone)
                .finish_non_exhaustive(),
            Self::Disconnected { .. } => f.debug_struct("Disconnected").finish_non_exhaustive(),
            Self::Other => f.write_str("Other"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linked_number_is_read_and_the_key_is_not_shown() {
        for jid in ["\"5511999998888@s.whatsapp.net\"", "5511999998888"] {
            let body = format!(
                r#"{{"instance_key":"canary","messageType":"connection_update",
                "message":"phone_connected","jid":{jid}}}"#
            );
            let webhook = MegaApiWebhook::parse(body.as_bytes()).unwrap();
            assert!(!format!("{webhook:?}").contains("canary"));
            let MegaApiWebhook::Connected { phone, .. } = webhook else {
                unreachable!("the message says so");
            };
            assert_eq!(phone.unwrap().digits(), "5511999998888", "{jid}");
        }
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let body = vec![b' '; MAX_BODY_BYTES + 1];
        let error = MegaApiWebhook::parse(&body).unwrap_err();
        assert_eq!(error.kind(), ProviderErrorKind::MalformedReply);
    }
}
