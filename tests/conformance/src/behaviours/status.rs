//! What the status says.

use pairing_core::InstanceStatus;

use super::declared;
use crate::operation::{Answer, Operation};
use crate::verdict::ensure;
use crate::{Harness, NotPassed, TestInstance, Verdict};

pub(super) async fn status(instance: &dyn TestInstance) -> Result<InstanceStatus, NotPassed> {
    match Operation::Status.succeed(instance).await? {
        Answer::Status(status) => Ok(status),
        answer => Err(NotPassed::Failed(format!("the status is {answer:?}"))),
    }
}

/// The status says whether a phone is linked: before, while it is, and after.
pub async fn the_status_follows_the_phone(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    declared(instance.provider().capabilities().status, "status")?;
    let before = status(&*instance).await?;
    ensure!(!before.is_connected(), "a fresh instance is connected");
    ensure!(before.phone.is_none(), "an unlinked instance names a phone");
    instance.link().await;
    ensure!(
        status(&*instance).await?.is_connected(),
        "an instance with a linked phone is not connected"
    );
    instance.unlink().await;
    ensure!(
        !status(&*instance).await?.is_connected(),
        "an instance stays connected after its phone was unlinked"
    );
    Ok(())
}

/// The status names the linked number exactly if the capabilities say so.
pub async fn the_linked_number_is_named_if_declared(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let capabilities = instance.provider().capabilities();
    declared(capabilities.status, "status")?;
    instance.link().await;
    let named = status(&*instance).await?.phone;
    ensure!(
        named.is_some() == capabilities.linked_phone,
        "the linked number is declared: {}; it is named: {}",
        capabilities.linked_phone,
        named.is_some()
    );
    ensure!(
        named.is_none_or(|phone| phone.is_same_account(&instance.phone())),
        "the status names another number than the linked one"
    );
    Ok(())
}
