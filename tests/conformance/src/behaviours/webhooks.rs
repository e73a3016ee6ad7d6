//! What is read in a webhook.

use pairing_core::{IncomingWebhook, PairingProvider, ProviderErrorKind, WebhookHint};

use super::declared;
use crate::verdict::ensure;
use crate::{Harness, NotPassed, NotSimulated, TestInstance, Verdict};

/// The bodies a gateway sends when a phone is linked.
pub(super) async fn bodies_of_linking(
    instance: &dyn TestInstance,
) -> Result<Vec<Vec<u8>>, NotPassed> {
    instance.link().await;
    let bodies = instance.webhooks().await?;
    if bodies.is_empty() {
        return Err(NotSimulated("a webhook when a phone is linked").into());
    }
    Ok(bodies)
}

fn says_connected(provider: &dyn PairingProvider, body: &[u8]) -> bool {
    matches!(
        provider.read_webhook(&IncomingWebhook::new(body)),
        Ok(WebhookHint::Connected)
    )
}

/// What the gateway sends when a phone is linked reads as `Connected`, without a call.
pub async fn a_webhook_of_linking_hints_at_it(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let provider = instance.provider();
    declared(provider.capabilities().webhooks, "webhooks")?;
    let bodies = bodies_of_linking(&*instance).await?;
    ensure!(
        bodies.iter().any(|body| says_connected(&provider, body)),
        "no webhook of linking hints that the phone may be linked"
    );
    for body in &bodies {
        let hint = provider.read_webhook(&IncomingWebhook::new(body));
        ensure!(
            hint.is_ok(),
            "a webhook of this gateway cannot be read: {hint:?}"
        );
    }
    let calls = instance.calls().total;
    ensure!(calls == 0, "reading webhooks costs {calls} calls");
    Ok(())
}

/// What the gateway sends about another instance reads as `Irrelevant`.
pub async fn a_webhook_of_another_instance_is_irrelevant(harness: &dyn Harness) -> Verdict {
    let (instance, other) = (harness.fresh().await, harness.fresh().await);
    let provider = instance.provider();
    declared(provider.capabilities().webhooks, "webhooks")?;
    for body in bodies_of_linking(&*other).await? {
        let hint = provider.read_webhook(&IncomingWebhook::new(&body));
        ensure!(
            matches!(hint, Ok(WebhookHint::Irrelevant)),
            "a webhook of another instance reads as {hint:?}"
        );
    }
    Ok(())
}

/// Anybody can post anything: what is no webhook is a `MalformedReply`, or `Irrelevant`
/// where it has the shape of one; half a webhook is no hint; and nothing panics.
pub async fn garbage_is_no_webhook(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let provider = instance.provider();
    declared(provider.capabilities().webhooks, "webhooks")?;

    let deep = "[".repeat(100_000);
    let garbage: [&[u8]; 8] = [
        b"",
        b"\0",
        b"\xff\xfe\xfd",
        b"<html><body>Connected</body></html>",
        b"connected",
        b"{\"connected\":true",
        b"null",
        deep.as_bytes(),
    ];
    for body in garbage {
        let hint = provider.read_webhook(&IncomingWebhook::new(body));
        let kind = hint.as_ref().map_err(|error| error.kind());
        ensure!(
            kind == Err(ProviderErrorKind::MalformedReply),
            "garbage of {} bytes reads as {hint:?}",
            body.len()
        );
    }
    let shaped: [&[u8]; 6] = [b"{}", b"[]", b"[{}]", b"0", b"\"connected\"", b"{\"a\":{}}"];
    for body in shaped {
        match provider.read_webhook(&IncomingWebhook::new(body)) {
            Ok(WebhookHint::Irrelevant) => {}
            Err(error) if error.kind() == ProviderErrorKind::MalformedReply => {}
            hint => return Err(NotPassed::Failed(format!("a stray body reads as {hint:?}"))),
        }
    }
    // Only where the harness has real ones: the rest holds without them.
    instance.link().await;
    for body in instance.webhooks().await.unwrap_or_default() {
        for end in 0..body.len() {
            ensure!(
                !says_connected(&provider, &body[..end]),
                "the first {end} bytes of a webhook read as a whole one"
            );
        }
    }
    Ok(())
}
