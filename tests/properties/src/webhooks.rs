//! Both readers of webhooks: a webhook is about the instance it names and no other, one of megaAPI
//! that names none is about the instance that received it, and what is not a webhook is refused
//! without being quoted.

use std::fmt::Debug;
use std::sync::Arc;

use pairing_adapter::BaseUrl;
use pairing_adapter::testing::CannedTransport;
use pairing_core::{PairingProvider, ProviderError, WebhookHint};
use pairing_megaapi::{MegaApi, MegaApiConfig, MegaApiWebhook};
use pairing_zapi::{ZApi, ZApiConfig, ZApiWebhook};

use crate::said::{assert_no_canary, error_is_ours};

const OWN: &str = "canary-instance";
const OTHER: &str = "canary-other";

pub(crate) fn zapi(body: &[u8]) {
    let config = ZApiConfig::new(OWN, "canary-token");
    let provider = ZApi::with_transport(config, no_network()).expect("well-formed credentials");
    let hints = |webhook: &ZApiWebhook| [OWN, OTHER].map(|instance| webhook.hint_for(instance));
    holds(body, &provider, ZApiWebhook::parse(body), hints, |_| false);
}

pub(crate) fn megaapi(body: &[u8]) {
    let base = BaseUrl::parse("https://gateway.example.com").expect("a valid address");
    let config = MegaApiConfig::new(OWN, "canary-token", base);
    let provider = MegaApi::with_transport(config, no_network()).expect("well-formed credentials");
    let hints = |webhook: &MegaApiWebhook| [OWN, OTHER].map(|key| webhook.hint_for(key));
    let names_none = |webhook: &MegaApiWebhook| match webhook {
        MegaApiWebhook::Connected { instance_key, .. }
        | MegaApiWebhook::Disconnected { instance_key } => instance_key.is_empty(),
        _ => false,
    };
    holds(
        body,
        &provider,
        MegaApiWebhook::parse(body),
        hints,
        names_none,
    );
}

fn no_network() -> Arc<CannedTransport> {
    Arc::new(CannedTransport::default())
}

fn holds<W: Debug>(
    body: &[u8],
    provider: &dyn PairingProvider,
    parsed: Result<W, ProviderError>,
    hints: impl Fn(&W) -> [WebhookHint; 2],
    names_none: impl Fn(&W) -> bool,
) {
    let webhook = match parsed {
        Ok(webhook) => webhook,
        Err(error) => {
            error_is_ours(&error);
            let refused = provider
                .read_webhook(body)
                .expect_err("refused by its reader");
            assert_eq!(refused.message(), error.message());
            return;
        }
    };
    assert_no_canary(&format!("{webhook:?} {webhook:#?}"));
    let [own, other] = hints(&webhook);
    assert_eq!(provider.read_webhook(body).ok(), Some(own));
    if names_none(&webhook) {
        assert_eq!(own, other);
        return;
    }
    let about = |hint: WebhookHint| hint != WebhookHint::Irrelevant;
    assert!(
        !(about(own) && about(other)),
        "one webhook about two instances"
    );
    // What JSON escapes is not looked for.
    let said = String::from_utf8_lossy(body);
    for (hint, instance) in [(own, OWN), (other, OTHER)] {
        let named = said.contains(instance) || said.contains('\\');
        assert!(
            !about(hint) || named,
            "about an instance that it does not name"
        );
    }
}
