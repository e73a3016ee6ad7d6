//! Z-API's webhooks about the connection, as documented under "webhooks, on connect" and "on
//! disconnect". Nothing signs them: a webhook is a hint, to be confirmed by status.

use std::fmt;
use std::time::{Duration, SystemTime};

use pairing_adapter::{Body, HttpResponse, MAX_BODY_BYTES, Object, read_linked_value};
use pairing_core::{PhoneNumber, ProviderError, ProviderErrorKind, WebhookHint};
use secrecy::zeroize::Zeroize as _;
use serde_json::Value;

/// A webhook of Z-API. `Debug` hides the instance id.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ZApiWebhook {
    /// `ConnectedCallback`: an instance was linked, or a linked one restarted.
    Connected {
        /// The instance it is about.
        instance: String,
        /// The linked number.
        phone: Option<PhoneNumber>,
        /// When, by Z-API's clock.
        at: Option<SystemTime>,
    },
    /// `DisconnectedCallback`: an instance lost its number.
    Disconnected {
        /// The instance it is about.
        instance: String,
        /// When, by Z-API's clock.
        at: Option<SystemTime>,
    },
    /// Messages, presence and everything else that is not about the connection.
    Other,
}

impl ZApiWebhook {
    /// Reads the body of a webhook, of at most [`MAX_BODY_BYTES`].
    ///
    /// # Errors
    ///
    /// [`MalformedReply`](ProviderErrorKind::MalformedReply) for what is no JSON object, or
    /// too large.
    pub fn parse(body: &[u8]) -> Result<Self, ProviderError> {
        if body.len() > MAX_BODY_BYTES {
            return Err(malformed("the webhook is larger than any of Z-API's"));
        }
        let Body::Object(object) = &Body::read(&HttpResponse::new(200, body)) else {
            return Err(malformed("the webhook is no JSON object"));
        };
        let text = |name: &str| object.texts(&[name]).next().unwrap_or_default().to_owned();
        Ok(match text("type").as_str() {
            "ConnectedCallback" if object.flag(&["connected"]) != Some(false) => Self::Connected {
                instance: text("instanceId"),
                phone: object.ids(&["phone"]).next().and_then(read_linked_value),
                at: moment(object),
            },
            "DisconnectedCallback" => Self::Disconnected {
                instance: text("instanceId"),
                at: moment(object),
            },
            _ => Self::Other,
        })
    }

    /// What it means for one instance; nothing, if it is about another or names none.
    #[must_use]
    pub fn hint_for(&self, own_instance: &str) -> WebhookHint {
        match self {
            Self::Connected { instance, .. } if instance == own_instance => WebhookHint::Connected,
            Self::Disconnected { instance, .. } if instance == own_instance => {
                WebhookHint::Disconnected
            }
            _ => WebhookHint::Irrelevant,
        }
    }

    /// The instance is part of every URL.
    pub(crate) fn wipe(&mut self) {
        if let Self::Connected { instance, .. } | Self::Disconnected { instance, .. } = self {
            instance.zeroize();
        }
    }
}

fn malformed(message: &'static str) -> ProviderError {
    ProviderError::new(ProviderErrorKind::MalformedReply, message)
}

/// `momment` (sic): a number or a text, in seconds or milliseconds. Seconds stay below 10¹¹
/// until the year 5138; milliseconds have been above since 1973.
fn moment(object: &Object) -> Option<SystemTime> {
    let number = match object.get(&["momment", "moment"])? {
        Value::Number(number) => number.as_u64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let since_epoch = if number < 100_000_000_000 {
        Duration::from_secs(number)
    } else {
        Duration::from_millis(number)
    };
    SystemTime::UNIX_EPOCH.checked_add(since_epoch)
}

impl fmt::Debug for ZApiWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connected { phone, at, .. } => f
                .debug_struct("Connected")
                .field("phone", phone)
                .field("at", at)
                .finish_non_exhaustive(),
            Self::Disconnected { at, .. } => f
                .debug_struct("Disconnected")
                .field("at", at)
                .finish_non_exhaustive(),
            Self::Other => f.write_str("Other"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(momment: &str) -> Option<u64> {
        let body = format!(
            r#"{{"type":"DisconnectedCallback","instanceId":"canary","momment":{momment}}}"#
        );
        let webhook = ZApiWebhook::parse(body.as_bytes()).unwrap();
        assert!(!format!("{webhook:?}").contains("canary"));
        let ZApiWebhook::Disconnected { at, .. } = webhook else {
            unreachable!("the type says so");
        };
        Some(
            at?.duration_since(SystemTime::UNIX_EPOCH)
                .unwrap()
                .as_secs(),
        )
    }

    #[test]
    fn the_moment_may_be_a_number_or_text_in_seconds_or_milliseconds() {
        for momment in [
            "1580163342",
            "\"1580163342\"",
            "1580163342000",
            "\"1580163342000\"",
        ] {
            assert_eq!(at(momment), Some(1_580_163_342), "{momment}");
        }
        for nonsense in ["\"now\"", "-1", "1.5", "{}", "null", "18446744073709551616"] {
            assert_eq!(at(nonsense), None, "{nonsense}");
        }
        // As far as the clock of the platform reaches, and no panic beyond.
        let _ = at("18446744073709551615");
    }

    #[test]
    fn the_linked_number_is_read() {
        let body = br#"{"type":"ConnectedCallback","connected":true,"instanceId":"A","phone":"5511999998888"}"#;
        let ZApiWebhook::Connected { phone, .. } = ZApiWebhook::parse(body).unwrap() else {
            unreachable!("the type says so");
        };
        assert_eq!(phone.unwrap().digits(), "5511999998888");
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let body = vec![b' '; MAX_BODY_BYTES + 1];
        let error = ZApiWebhook::parse(&body).unwrap_err();
        assert_eq!(error.kind(), ProviderErrorKind::MalformedReply);
    }
}
