//! What comes back from a request for a code.

use std::mem;
use std::time::Duration;

use pairing_core::{CodeReply, IssuedCode, PairingCode, PasskeyStep};

use super::declared;
use crate::operation::Operation;
use crate::verdict::ensure;
use crate::{Condition, Harness, MAX_CALLS_PER_REQUEST, NotPassed, TestInstance, Verdict};

/// The longest life of a code that makes sense; whatever claims more has mixed up its units.
const LONGEST_LIFE: Duration = Duration::from_secs(3600);

pub(super) async fn issued(
    operation: Operation,
    instance: &dyn TestInstance,
) -> Result<IssuedCode, NotPassed> {
    let reply = operation.reply_until(instance, |_| false).await?;
    plausible(operation, reply)
}

/// A code with a life that makes sense.
fn plausible(operation: Operation, reply: CodeReply) -> Result<IssuedCode, NotPassed> {
    match reply {
        CodeReply::Code(issued) => {
            let life = issued.expires_in;
            ensure!(
                life.is_none_or(|life| !life.is_zero() && life <= LONGEST_LIFE),
                "a code that lives for {life:?}"
            );
            Ok(issued)
        }
        reply => Err(NotPassed::Failed(format!(
            "{operation:?} on an unlinked instance answers {reply:?}"
        ))),
    }
}

async fn links_the_phone(operation: Operation, harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let issued = issued(operation, &*instance).await?;
    ensure!(
        instance.use_code(&issued.code).await,
        "the phone does not accept the code"
    );
    ensure!(
        instance.is_linked(),
        "the code was accepted and links nothing"
    );
    Ok(())
}

async fn is_replaced(operation: Operation, harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let life = match operation {
        Operation::PhoneCode => instance.phone_code_lifetime(),
        _ => instance.qr_lifetime(),
    };
    let old = issued(operation, &*instance).await?.code;
    tokio::time::sleep(life).await;
    let reply = operation.renewal(&*instance).await?;
    let new = plausible(operation, reply)?.code;
    ensure!(old != new, "the code of {life:?} ago is handed out again");
    ensure!(
        !instance.use_code(&old).await,
        "the phone accepts the code of {life:?} ago: the harness must refuse it"
    );
    ensure!(
        instance.use_code(&new).await,
        "the phone does not accept the new code"
    );
    Ok(())
}

/// The phone that scans the QR code is linked.
pub async fn a_qr_code_links_the_phone(harness: &dyn Harness) -> Verdict {
    let capabilities = harness.fresh().await.provider().capabilities();
    declared(capabilities.supports_qr(), "QR codes")?;
    links_the_phone(Operation::QrCode, harness).await
}

/// A QR code comes as text or as a picture, whichever is declared.
pub async fn a_qr_code_comes_in_a_declared_form(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let capabilities = instance.provider().capabilities();
    declared(capabilities.supports_qr(), "QR codes")?;
    let is_declared = match issued(Operation::QrCode, &*instance).await?.code {
        PairingCode::QrText { .. } => capabilities.qr_text,
        PairingCode::QrImage { .. } => capabilities.qr_image,
        PairingCode::PhoneCode { .. } => false,
    };
    ensure!(
        is_declared,
        "the QR code comes in a form that is not declared"
    );
    Ok(())
}

/// Once a QR code is dead, the next request brings another, and only that one links.
pub async fn a_dead_qr_code_is_replaced(harness: &dyn Harness) -> Verdict {
    let capabilities = harness.fresh().await.provider().capabilities();
    declared(capabilities.supports_qr(), "QR codes")?;
    is_replaced(Operation::QrCode, harness).await
}

/// The phone that is given the phone code is linked.
pub async fn a_phone_code_links_the_phone(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    declared(instance.provider().capabilities().phone_code, "phone codes")?;
    let code = issued(Operation::PhoneCode, &*instance).await?.code;
    ensure!(
        matches!(code, PairingCode::PhoneCode { .. }),
        "a request for a phone code brings a QR code"
    );
    links_the_phone(Operation::PhoneCode, harness).await
}

/// Once a phone code is dead, the next request brings another, and only that one links.
pub async fn a_dead_phone_code_is_replaced(harness: &dyn Harness) -> Verdict {
    let capabilities = harness.fresh().await.provider().capabilities();
    declared(capabilities.phone_code, "phone codes")?;
    is_replaced(Operation::PhoneCode, harness).await
}

/// A linked instance answers a request for a code with `AlreadyConnected`, not an error.
pub async fn already_connected_is_a_reply(harness: &dyn Harness) -> Verdict {
    for operation in Operation::CODES {
        let instance = harness.fresh().await;
        if operation.is_declared(instance.provider().capabilities()) {
            instance.link().await;
            expect_reply(operation, &*instance, CodeReply::AlreadyConnected).await?;
        }
    }
    Ok(())
}

/// A gateway that is still making the QR code is `NotReady`, not an error and not empty.
pub async fn a_code_that_is_not_ready_is_a_reply(harness: &dyn Harness) -> Verdict {
    let capabilities = harness.fresh().await.provider().capabilities();
    declared(capabilities.supports_qr(), "QR codes")?;
    let (condition, expected) = (Condition::NotReady, CodeReply::NOT_READY);
    replies_in(Operation::QrCode, harness, condition, expected).await
}

/// The same of a phone code.
pub async fn a_phone_code_that_is_not_ready_is_a_reply(harness: &dyn Harness) -> Verdict {
    let capabilities = harness.fresh().await.provider().capabilities();
    declared(capabilities.phone_code, "phone codes")?;
    let (condition, expected) = (Condition::PhoneCodeNotReady, CodeReply::NOT_READY);
    replies_in(Operation::PhoneCode, harness, condition, expected).await
}

/// A gateway that wants a passkey says so in a reply: asking again cannot help.
pub async fn a_passkey_is_a_reply(harness: &dyn Harness) -> Verdict {
    for operation in Operation::CODES {
        let (condition, expected) = (
            Condition::PasskeyRequired,
            CodeReply::PasskeyRequired(PasskeyStep::new()),
        );
        replies_in(operation, harness, condition, expected).await?;
    }
    Ok(())
}

/// On a healthy gateway, with a phone linked or without, one request costs at least one call
/// and at most [`MAX_CALLS_PER_REQUEST`].
pub async fn a_request_costs_few_calls(harness: &dyn Harness) -> Verdict {
    for operation in Operation::ALL {
        for linked in [false, true] {
            let instance = harness.fresh().await;
            if !operation.is_declared(instance.provider().capabilities()) {
                continue;
            }
            if linked {
                instance.link().await;
            }
            let _ = operation.call(&*instance).await?;
            let calls = instance.calls().total;
            ensure!(
                (1..=MAX_CALLS_PER_REQUEST).contains(&calls),
                "{operation:?} costs {calls} calls, with a phone linked: {linked}"
            );
        }
    }
    Ok(())
}

async fn replies_in(
    operation: Operation,
    harness: &dyn Harness,
    condition: Condition,
    expected: CodeReply,
) -> Verdict {
    let instance = harness.fresh().await;
    if !operation.is_declared(instance.provider().capabilities()) {
        return Ok(());
    }
    instance.set_condition(condition)?;
    expect_reply(operation, &*instance, expected).await
}

async fn expect_reply(
    operation: Operation,
    instance: &dyn TestInstance,
    expected: CodeReply,
) -> Verdict {
    let kind = mem::discriminant(&expected);
    let is_expected = |reply: &CodeReply| mem::discriminant(reply) == kind;
    let reply = operation.reply_until(instance, is_expected).await?;
    ensure!(
        is_expected(&reply),
        "{operation:?} answers {reply:?} instead of {expected:?}"
    );
    Ok(())
}
