//! The readers of webhooks: a webhook is about the instance it names and no other, or about the
//! instance that received it if it names none; anything else is refused without a quote.

use std::sync::Arc;

use pairing_adapter::BaseUrl;
use pairing_adapter::testing::CannedTransport;
use pairing_core::{PairingProvider, WebhookHint};
use pairing_megaapi::{MegaApi, MegaApiConfig};
use pairing_zapi::{ZApi, ZApiConfig};

use crate::said::error_is_ours;

const OWN: &str = "canary-instance";
const OTHER: &str = "canary-other";

pub(crate) fn zapi(body: &[u8]) {
    holds(body, |instance| {
        let config = ZApiConfig::new(instance, "canary-token");
        ZApi::with_transport(config, no_network()).expect("well-formed credentials")
    });
}

pub(crate) fn megaapi(body: &[u8]) {
    holds(body, |instance| {
        let base = BaseUrl::parse("https://gateway.example.com").expect("a valid address");
        let config = MegaApiConfig::new(instance, "canary-token", base);
        MegaApi::with_transport(config, no_network()).expect("well-formed credentials")
    });
}

fn no_network() -> Arc<CannedTransport> {
    Arc::new(CannedTransport::default())
}

fn holds<P: PairingProvider>(body: &[u8], provider_of: impl Fn(&'static str) -> P) {
    let [own, other] = [OWN, OTHER].map(|instance| provider_of(instance).read_webhook(body));
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
