//! Any reader of webhooks: a webhook is about the instance it names and no other, and invalid input
//! is refused without being quoted.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use pairing_adapter::testing::{CannedTransport, FixtureRequest};
use pairing_core::{ProviderError, WebhookHint};
use pairing_providers::{Adapter, providers};

use crate::instance::{self, Configured};
use crate::said::error_is_ours;

const OWN: &str = "canary-instance";
const OTHER: &str = "canary-other";

/// The first byte selects the adapter.
pub(crate) fn check(data: &[u8]) {
    let (adapter, body) = instance::select(data);
    let (own, other) = match read(adapter, body) {
        [Ok(own), Ok(other)] => (own, other),
        [Err(own), Err(other)] => {
            error_is_ours(&own);
            assert_eq!(own.message(), other.message());
            return;
        }
        [own, other] => panic!("one instance refuses what another reads: {own:?}, {other:?}"),
    };
    if is_about(own) && is_about(other) {
        assert_eq!(own, other);
        assert!(
            accept_unnamed().contains(adapter.name),
            "one webhook about two instances"
        );
        return;
    }
    // A name with an escape of JSON in it is not searched for.
    let said = String::from_utf8_lossy(body);
    for (hint, instance) in [(own, OWN), (other, OTHER)] {
        let named = said.contains(instance) || said.contains('\\');
        assert!(
            !is_about(hint) || named,
            "about an instance that it does not name"
        );
    }
}

/// What two instances make of one webhook.
fn read(adapter: &'static Adapter, body: &[u8]) -> [Result<WebhookHint, ProviderError>; 2] {
    [OWN, OTHER].map(|name| {
        let no_network = Arc::new(CannedTransport::default());
        let provider = instance::provider(adapter, name, Configured::default(), no_network);
        provider.read_webhook(body)
    })
}

fn is_about(hint: WebhookHint) -> bool {
    hint != WebhookHint::Irrelevant
}

/// The adapters with a recorded webhook that names no instance: it is about the instance whose URL
/// received it.
fn accept_unnamed() -> &'static HashSet<&'static str> {
    static NAMES: OnceLock<HashSet<&str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let names_none = |adapter: &&'static Adapter| {
            instance::fixtures(adapter).iter().any(|fixture| {
                let body = fixture.answer.body();
                fixture.request == FixtureRequest::Webhook
                    && read(adapter, &body)
                        .iter()
                        .all(|hint| matches!(hint, Ok(hint) if is_about(*hint)))
            })
        };
        let adapters = providers().iter().copied().filter(names_none);
        adapters.map(|adapter| adapter.name).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_without_an_instance_is_taken_by_some_adapters_and_not_by_all() {
        assert!(!accept_unnamed().is_empty());
        assert!(!accept_unnamed().contains("zapi"));
    }
}
