//! Webhooks: what comes in, and what they claim.

use std::collections::HashMap;
use std::sync::Arc;

use pairing_core as core;
pub use pairing_core::WebhookHint;

/// A webhook as it arrived: an object, because its headers may hold credentials, and its body a live
/// code.
#[derive(uniffi::Object)]
pub struct IncomingWebhook {
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

#[uniffi::export]
impl IncomingWebhook {
    /// The body, byte for byte as it arrived, and the headers of the request.
    #[uniffi::constructor(default(headers))]
    pub fn new(body: Vec<u8>, headers: HashMap<String, String>) -> Arc<Self> {
        Arc::new(Self { headers, body })
    }

    /// The body, byte for byte as it arrived: signatures are over these bytes.
    pub fn expose_body(&self) -> Vec<u8> {
        self.body.clone()
    }

    /// The value of a header, if there is exactly one with this name in any case.
    pub fn expose_header(&self, name: String) -> Option<String> {
        self.read(|webhook| webhook.header(&name).map(str::to_owned))
    }
}

impl IncomingWebhook {
    pub(crate) fn of_core(webhook: &core::IncomingWebhook<'_>) -> Arc<Self> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self::new(
            webhook.body().to_vec(),
            webhook.headers().iter().map(owned).collect(),
        )
    }

    /// Reads it as core does.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&core::IncomingWebhook<'_>) -> T) -> T {
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        read(&core::IncomingWebhook::new(&self.body).with_headers(&headers))
    }
}

/// What a webhook claims. Most gateways do not sign webhooks, so a webhook only triggers a request,
/// or moves the next one forward.
#[uniffi::remote(Enum)]
pub enum WebhookHint {
    /// This instance may have been linked.
    Connected,
    /// This instance may have been unlinked.
    Disconnected,
    /// The gateway may have a new code.
    CodeChanged,
    /// The attempt may have moved on or ended: a scan, a passkey, a limit.
    Progress,
    /// Nothing about pairing, or about another instance.
    Irrelevant,
}
