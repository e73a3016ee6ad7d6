//! The readers of webhooks: a webhook is about the instance it names and no other, or about the
//! instance that received it if it names none; anything else is refused without a quote.

use std::sync::Arc;

use pairing_adapter::testing::CannedTransport;
use pairing_core::{IncomingWebhook, WebhookHint};

use crate::instance::{self, Configured};
use crate::said::error_is_ours;

const OWN: &str = "canary-instance";
const OTHER: &str = "canary-other";

/// The first byte selects the adapter.
pub(crate) fn check(data: &[u8]) {
    let (adapter, body) = instance::select(data);
    let [own, other] = [OWN, OTHER].map(|name| {
        let no_network = Arc::new(CannedTransport::default());
        instance::provider(adapter, name, Configured::default(), no_network)
            .read_webhook(&IncomingWebhook::new(body))
    });
    let (own, other) = match (own, other) {
        (Ok(own), Ok(other)) => (own, other),
        (Err(own), Err(other)) => {
            error_is_ours(&own);
            assert_eq!(own.message(), other.message());
            return;
        }
        (own, other) => panic!("refused by one instance only: {own:?} {other:?}"),
    };
    // What JSON escapes is not searched for.
    let text = String::from_utf8_lossy(body);
    let may_name = |instance: &str| text.contains(instance) || text.contains('\\');
    match [own, other].map(|hint| hint != WebhookHint::Irrelevant) {
        [true, true] => assert_eq!(own, other, "one webhook about two instances"),
        [true, false] => assert!(may_name(OWN), "about an instance that it does not name"),
        [false, true] => assert!(may_name(OTHER), "about an instance that it does not name"),
        [false, false] => {}
    }
}
