//! What unlinking does.

use pairing_core::{CodeReply, ProviderErrorKind};

use super::declared;
use crate::operation::{Answer, Operation};
use crate::verdict::ensure;
use crate::{Harness, MAX_CALLS_PER_REQUEST, Verdict};

/// Unlinking removes the phone, and codes can be asked for again.
pub async fn unlinking_unlinks(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let capabilities = instance.provider().capabilities();
    declared(capabilities.unlink, "unlink")?;
    instance.link().await;
    Operation::Unlink.succeed(&*instance).await?;
    ensure!(!instance.is_linked(), "the phone is still linked");
    for operation in Operation::CODES {
        if operation.is_declared(capabilities) {
            let answer = operation.succeed(&*instance).await?;
            ensure!(
                matches!(
                    answer,
                    Answer::Code(
                        CodeReply::Code(_)
                            | CodeReply::NotReady { .. }
                            | CodeReply::Starting { .. }
                            // The one for the other kind of code, a moment ago.
                            | CodeReply::AnotherAttempt
                    )
                ),
                "{operation:?} after unlinking answers {answer:?}"
            );
        }
    }
    Ok(())
}

/// Unlinking an instance that is not linked succeeds or is refused; it is never repeated.
pub async fn unlinking_twice_does_no_harm(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    declared(instance.provider().capabilities().unlink, "unlink")?;
    instance.link().await;
    Operation::Unlink.succeed(&*instance).await?;
    let before = instance.calls().total;
    let second = Operation::Unlink.call(&*instance).await?;
    let kind = second.as_ref().map_err(|error| error.kind());
    ensure!(
        matches!(kind, Ok(_) | Err(ProviderErrorKind::Refused)),
        "unlinking twice should succeed or be refused, and is {kind:?}"
    );
    let calls = instance.calls().total - before;
    ensure!(
        calls <= MAX_CALLS_PER_REQUEST,
        "unlinking twice costs {calls} calls the second time"
    );
    Ok(())
}
