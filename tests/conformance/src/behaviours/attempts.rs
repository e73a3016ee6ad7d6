//! Attempts at the gateway: what runs, what is ended, and what is never done while a phone links.

use std::time::Duration;

use pairing_core::{PairingMethod, PairingProvider};

use super::session::{links_with_the_next_code, next_code, outcome, start, start_by};
use super::{declared, issued};
use crate::operation::Operation;
use crate::verdict::ensure;
use crate::{Harness, Verdict};

/// A session goes from one method to the other, and the code that it then shows links the phone.
pub async fn a_session_switches_between_methods(harness: &dyn Harness) -> Verdict {
    let capabilities = harness.fresh().await.provider().capabilities();
    let both = capabilities.supports_qr() && capabilities.phone_code;
    declared(both, "QR codes and phone codes")?;
    for to_phone in [true, false] {
        let instance = harness.fresh().await;
        let phone = PairingMethod::PhoneCode(instance.phone());
        let (from, to) = match to_phone {
            true => (PairingMethod::Qr, phone),
            false => (phone, PairingMethod::Qr),
        };
        let mut session = start_by(from, &*instance)?;
        next_code(&mut session).await?;
        let switched = session.handle().switch_method(to);
        ensure!(switched.is_ok(), "the method is not switched: {switched:?}");
        links_with_the_next_code(&mut session, &*instance).await?;
    }
    Ok(())
}

/// A phone code is for the number that it was asked for, also where a code for another number was
/// asked for before.
pub async fn a_phone_code_is_for_its_number(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    declared(instance.provider().capabilities().phone_code, "phone codes")?;
    let other = super::session::another_than(&instance.phone())?;
    let mut session = start_by(PairingMethod::PhoneCode(other), &*instance)?;
    let foreign = next_code(&mut session).await?;
    ensure!(
        !instance.use_code(&foreign).await,
        "the phone accepts a code for another number: the harness must refuse it"
    );
    let own = PairingMethod::PhoneCode(instance.phone());
    let switched = session.handle().switch_method(own);
    ensure!(switched.is_ok(), "the number is not changed: {switched:?}");
    links_with_the_next_code(&mut session, &*instance).await
}

/// What was shown before an unlink is not shown after it.
pub async fn a_code_from_before_an_unlink_is_not_shown(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    declared(instance.provider().capabilities().unlink, "unlink")?;
    let mut session = start(&*instance)?;
    links_with_the_next_code(&mut session, &*instance).await?;
    Operation::Unlink.succeed(&*instance).await?;
    let mut session = start(&*instance)?;
    links_with_the_next_code(&mut session, &*instance).await
}

/// From the moment in which a phone uses a code, no attempt is started: it would link a second time.
pub async fn a_session_starts_nothing_while_a_phone_links(harness: &dyn Harness) -> Verdict {
    // Before, while and after a code is renewed, in steps that meet each second of a status.
    for tenths in (0..=220).step_by(7) {
        let instance = harness.fresh().await;
        let mut session = start(&*instance)?;
        let mut code = next_code(&mut session).await?;
        let later = Duration::from_millis(100 * tenths);
        let scanned = tokio::time::Instant::now() + later;
        while let Ok(next) = tokio::time::timeout_at(scanned, next_code(&mut session)).await {
            code = next?;
        }
        if !instance.use_code(&code).await {
            // The code has died in that moment.
            continue;
        }
        let outcome = outcome(&mut session).await?;
        ensure!(outcome.is_linked(), "the session ends with {outcome:?}");
        let second = instance.second_attempts();
        ensure!(
            second == 0,
            "{second} attempts were started while a phone was linking"
        );
    }
    Ok(())
}

/// Where the gateway renews phone codes, the screen follows without anybody asking.
pub async fn a_renewed_phone_code_is_followed(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let capabilities = instance.provider().capabilities();
    declared(capabilities.renews_phone_codes, "renewed phone codes")?;
    let method = PairingMethod::PhoneCode(instance.phone());
    let mut session = start_by(method, &*instance)?;
    let first = next_code(&mut session).await?;
    let second = next_code(&mut session).await?;
    ensure!(first != second, "the same code is shown twice");
    let round = session.handle().view().round;
    ensure!(round == 1, "the second code is of round {round}");
    ensure!(
        instance.use_code(&second).await,
        "the phone does not accept the renewed code"
    );
    let outcome = outcome(&mut session).await?;
    ensure!(outcome.is_linked(), "the session ends with {outcome:?}");
    Ok(())
}

/// After an attempt was abandoned its code is dead, and another one can be had.
pub async fn an_abandoned_attempt_is_over(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let capabilities = instance.provider().capabilities();
    declared(capabilities.abandon, "abandon")?;
    let operation = match capabilities.supports_qr() {
        true => Operation::QrCode,
        false => Operation::PhoneCode,
    };
    let old = issued(operation, &*instance).await?.code;
    Operation::Abandon.succeed(&*instance).await?;
    ensure!(
        !instance.use_code(&old).await,
        "the phone accepts a code of an attempt that was abandoned"
    );
    let new = issued(operation, &*instance).await?.code;
    ensure!(
        instance.use_code(&new).await,
        "the phone does not accept the code of the next attempt"
    );
    Ok(())
}

/// Abandoning never unlinks a number, and does nothing where no attempt runs.
pub async fn abandoning_unlinks_nothing(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let capabilities = instance.provider().capabilities();
    declared(capabilities.abandon, "abandon")?;
    Operation::Abandon.succeed(&*instance).await?;
    instance.link().await;
    Operation::Abandon.succeed(&*instance).await?;
    ensure!(instance.is_linked(), "abandoning unlinks the number");
    Ok(())
}
