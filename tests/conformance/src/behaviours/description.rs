//! What a provider says of itself.

use pairing_core::{IncomingWebhook, PairingProvider, ProviderErrorKind};

use crate::operation::Operation;
use crate::verdict::ensure;
use crate::{Harness, Verdict};

/// Name and capabilities are constant; the name fits a configuration file and holds no
/// secret; there is at least one way to link; and the linked number comes with a status.
pub async fn it_describes_itself_constantly(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let provider = instance.provider();
    let (name, capabilities) = (provider.name().to_owned(), provider.capabilities());
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    ensure!(
        !name.is_empty() && name.chars().all(fits),
        "the name {name:?} is not made of lower-case letters, digits, - and _"
    );
    let secret = instance
        .secrets()
        .iter()
        .any(|secret| name.contains(secret.as_str()));
    ensure!(!secret, "the name holds a secret");
    ensure!(
        capabilities.supports_qr() || capabilities.phone_code,
        "there is no way to link a phone"
    );
    ensure!(
        capabilities.status || !capabilities.linked_phone,
        "the linked number is declared, but not the status that would name it"
    );

    for operation in Operation::ALL {
        let _ = operation.call(&*instance).await?;
        instance.link().await;
        let (other, now) = (harness.fresh().await, instance.provider());
        for provider in [other.provider(), now, provider.clone()] {
            ensure!(
                provider.name() == name && provider.capabilities() == capabilities,
                "name or capabilities differ after {operation:?} or in another instance"
            );
        }
    }
    Ok(())
}

/// A session can start with the recommended policy.
pub async fn it_recommends_a_valid_policy(harness: &dyn Harness) -> Verdict {
    let policy = harness.fresh().await.provider().recommended_policy();
    let verdict = policy.validate();
    ensure!(
        verdict.is_ok(),
        "the recommended policy is invalid: {verdict:?}"
    );
    Ok(())
}

/// What the capabilities exclude answers `Unsupported`, without a call.
pub async fn what_is_not_declared_is_unsupported(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let provider = instance.provider();
    let capabilities = provider.capabilities();
    for operation in Operation::ALL {
        if operation.is_declared(capabilities) {
            continue;
        }
        let error = operation.fail(&*instance).await?;
        ensure!(
            error.kind() == ProviderErrorKind::Unsupported,
            "{operation:?} is not declared and fails as {} instead of unsupported",
            error.kind()
        );
    }
    if !capabilities.webhooks {
        let answer = provider.read_webhook(&IncomingWebhook::new(b"{}"));
        let kind = answer.as_ref().map_err(|error| error.kind());
        ensure!(
            kind == Err(ProviderErrorKind::Unsupported),
            "webhooks are not declared and read as {answer:?}"
        );
    }
    let calls = instance.calls().total;
    ensure!(calls == 0, "{calls} calls for what is not declared");
    Ok(())
}
