//! A whole session over the provider, with its recommended policy.

use std::time::Duration;

use pairing_core::{
    EventKind, PairingCode, PairingMethod, PairingOutcome, PairingSession, PhoneNumber,
    ProviderErrorKind, WebhookHint,
};

use super::{declared, status};
use crate::verdict::ensure;
use crate::{Condition, Harness, MAX_CALLS_PER_REQUEST, NotPassed, TestInstance, Verdict};

fn refused(error: impl std::fmt::Display) -> NotPassed {
    NotPassed::Failed(format!("the session does not start: {error}"))
}

/// Whichever method there is.
fn some_method(instance: &dyn TestInstance) -> PairingMethod {
    if instance.provider().capabilities().supports_qr() {
        PairingMethod::Qr
    } else {
        PairingMethod::PhoneCode(instance.phone())
    }
}

/// A session by whichever method there is.
pub(super) fn start(instance: &dyn TestInstance) -> Result<PairingSession, NotPassed> {
    start_by(some_method(instance), instance)
}

pub(super) fn start_by(
    method: PairingMethod,
    instance: &dyn TestInstance,
) -> Result<PairingSession, NotPassed> {
    PairingSession::builder(instance.provider())
        .method(method)
        .start()
        .map_err(refused)
}

/// Waits for the next code, asking for another round when one is used up.
pub(super) async fn next_code(session: &mut PairingSession) -> Result<PairingCode, NotPassed> {
    while let Some(event) = session.next_event().await {
        match event.kind {
            EventKind::CodeReady { code, .. } => return Ok(code),
            EventKind::InteractionRequired => resume(session)?,
            EventKind::Finished { outcome } => {
                return Err(NotPassed::Failed(format!(
                    "the session ends with {outcome:?} before it shows a code"
                )));
            }
            _ => {}
        }
    }
    Err(NotPassed::Failed("the session ended before".to_owned()))
}

/// Waits for the end. A provider without a status learns of the phone when it asks for the
/// next code, so used-up rounds are followed by others.
pub(super) async fn outcome(session: &mut PairingSession) -> Result<PairingOutcome, NotPassed> {
    while let Some(event) = session.next_event().await {
        match event.kind {
            EventKind::Finished { outcome } => return Ok(outcome),
            EventKind::InteractionRequired => resume(session)?,
            _ => {}
        }
    }
    Err(NotPassed::Failed("the session has no outcome".to_owned()))
}

fn resume(session: &PairingSession) -> Verdict {
    let resumed = session.handle().resume();
    ensure!(
        resumed.is_ok(),
        "the session cannot be resumed: {resumed:?}"
    );
    Ok(())
}

/// Starts a session, uses its n-th code, and expects the phone to be linked.
async fn links_by(method: PairingMethod, nth: u32, instance: &dyn TestInstance) -> Verdict {
    let mut session = start_by(method, instance)?;
    for _ in 1..nth {
        next_code(&mut session).await?;
    }
    links_with_the_next_code(&mut session, instance).await
}

/// Uses the next code of the session, and expects the phone to be linked.
pub(super) async fn links_with_the_next_code(
    session: &mut PairingSession,
    instance: &dyn TestInstance,
) -> Verdict {
    let code = next_code(session).await?;
    ensure!(
        instance.use_code(&code).await,
        "the phone does not accept the code that is shown"
    );
    let outcome = outcome(session).await?;
    let PairingOutcome::Connected { phone } = outcome else {
        return Err(NotPassed::Failed(format!(
            "the session ends with {outcome:?} although the phone was linked"
        )));
    };
    ensure!(
        phone.is_none_or(|phone| phone.is_same_account(&instance.phone())),
        "the session names another number than the linked one"
    );
    Ok(())
}

/// A phone that scans the first code is linked, and the session notices.
pub async fn a_session_links_by_its_first_qr_code(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    declared(instance.provider().capabilities().supports_qr(), "QR codes")?;
    links_by(PairingMethod::Qr, 1, &*instance).await
}

/// A phone that scans a later code, after the first has died, is linked.
pub async fn a_session_links_by_a_later_qr_code(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    declared(instance.provider().capabilities().supports_qr(), "QR codes")?;
    // The fourth code is in the second round of Z-API's three: the person came back.
    for nth in [2, 3, 4] {
        links_by(PairingMethod::Qr, nth, &*harness.fresh().await).await?;
    }
    Ok(())
}

/// A phone that is given the phone code is linked, and the session notices.
pub async fn a_session_links_by_phone_code(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    declared(instance.provider().capabilities().phone_code, "phone codes")?;
    let method = PairingMethod::PhoneCode(instance.phone());
    links_by(method, 1, &*instance).await
}

/// An instance that is linked already ends the session as a success, without a code.
pub async fn a_session_notices_an_instance_linked_before(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    instance.link().await;
    let mut session = start(&*instance)?;
    let outcome = outcome(&mut session).await?;
    ensure!(
        matches!(outcome, PairingOutcome::AlreadyConnected { .. }),
        "the session ends with {outcome:?}"
    );
    Ok(())
}

/// A number other than the expected one ends the session as `WrongAccount`, and the
/// expected one does not.
pub async fn a_session_notices_the_wrong_account(harness: &dyn Harness) -> Verdict {
    let capabilities = harness.fresh().await.provider().capabilities();
    declared(
        capabilities.status && capabilities.linked_phone,
        "linked number",
    )?;
    for right in [true, false] {
        let instance = harness.fresh().await;
        let expected = if right {
            instance.phone()
        } else {
            another_than(&instance.phone())?
        };
        let method = some_method(&*instance);
        let mut session = PairingSession::builder(instance.provider())
            .method(method)
            .expect_phone(expected)
            .start()
            .map_err(refused)?;
        let code = next_code(&mut session).await?;
        instance.use_code(&code).await;
        let outcome = outcome(&mut session).await?;
        let noticed = match &outcome {
            PairingOutcome::Connected { .. } => right,
            PairingOutcome::WrongAccount { phone } => {
                !right && phone.is_same_account(&instance.phone())
            }
            _ => false,
        };
        ensure!(
            noticed,
            "with the right phone: {right}; the session ends with {outcome:?}"
        );
    }
    Ok(())
}

pub(super) fn another_than(phone: &PhoneNumber) -> Result<PhoneNumber, NotPassed> {
    // Numbers of a country that WhatsApp has no special rule for.
    ["351912345678", "351912345679"]
        .iter()
        .filter_map(|digits| PhoneNumber::parse(digits).ok())
        .find(|other| !other.is_same_account(phone))
        .ok_or_else(|| NotPassed::Failed("the suite has no other number".to_owned()))
}

/// After the policy's codes the session asks for a person; unless one comes, it makes no
/// further call once it has stopped watching, and ends at its deadline.
pub async fn a_session_asks_for_a_person(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    let policy = instance.provider().recommended_policy();
    let mut session = start(&*instance)?;
    let allowed = match some_method(&*instance) {
        PairingMethod::Qr => policy.codes_per_round,
        PairingMethod::PhoneCode(_) if instance.provider().capabilities().renews_phone_codes => {
            policy.phone_codes_per_round
        }
        PairingMethod::PhoneCode(_) => 1,
    };
    let mut codes = 0;
    loop {
        match session.next_event().await.map(|event| event.kind) {
            Some(EventKind::CodeReady { .. }) => codes += 1,
            Some(EventKind::InteractionRequired) => break,
            Some(EventKind::Finished { outcome }) => {
                return Err(NotPassed::Failed(format!(
                    "the session of an unlinked phone ends with {outcome:?}"
                )));
            }
            _ => {}
        }
    }
    ensure!(codes == allowed, "{codes} codes in a round of {allowed}");
    // A gateway whose attempt ends with its last code may have a phone that is linking, which is waited for.
    let linking = policy.linking_window * 2;
    let watched = policy.post_expiry_status_window + linking + Duration::from_secs(1);
    tokio::time::sleep(watched).await;
    let before = instance.calls().total;
    let outcome = session.outcome().await;
    ensure!(
        outcome == PairingOutcome::Deadline,
        "an abandoned session ends with {outcome:?}"
    );
    let later = settled_calls(&*instance).await - before;
    let most = calls_of_leaving(&*instance);
    ensure!(later <= most, "{later} calls for an abandoned session");
    Ok(())
}

/// A gateway that fails for three seconds costs no round, let alone the session.
pub async fn a_session_outlasts_a_short_failure(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    instance.set_condition(Condition::Unavailable)?;
    let mut session = start(&*instance)?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    instance.set_condition(Condition::Healthy)?;
    let code = next_code(&mut session).await?;
    ensure!(
        instance.use_code(&code).await,
        "the phone does not accept the first code after the failure"
    );
    let outcome = outcome(&mut session).await?;
    ensure!(outcome.is_linked(), "the session ends with {outcome:?}");
    Ok(())
}

/// Refused credentials end the session at once, as `Rejected`, after one request.
pub async fn a_session_ends_at_refused_credentials(harness: &dyn Harness) -> Verdict {
    let instance = harness.fresh().await;
    instance.set_condition(Condition::InvalidCredentials)?;
    let outcome = outcome(&mut start(&*instance)?).await?;
    let rejected = matches!(
        &outcome,
        PairingOutcome::Rejected { error } if error.kind == ProviderErrorKind::InvalidCredentials
    );
    ensure!(rejected, "the session ends with {outcome:?}");
    let calls = instance.calls().total;
    ensure!(calls == 1, "{calls} calls with refused credentials");
    Ok(())
}

/// A webhook makes the session ask for the status at once; the webhook alone is not
/// believed.
pub async fn a_session_confirms_a_webhook(harness: &dyn Harness) -> Verdict {
    let (instance, twin) = (harness.fresh().await, harness.fresh().await);
    let capabilities = instance.provider().capabilities();
    declared(
        capabilities.webhooks && capabilities.status,
        "webhooks with status",
    )?;
    let mut session = start(&*instance)?;
    let code = next_code(&mut session).await?;
    ensure!(
        instance.use_code(&code).await,
        "the phone does not accept the code"
    );
    // A gateway may report the link once it has settled.
    tokio::time::sleep(instance.settling_time() + Duration::from_millis(1)).await;
    let bodies = instance.webhooks().await?;
    let before = instance.calls().total;
    let mut hints = bodies
        .iter()
        .map(|body| session.handle().notify_webhook(body));
    ensure!(
        hints.any(|hint| matches!(hint, Ok(WebhookHint::Connected))),
        "no webhook of linking hints that the phone may be linked"
    );
    let outcome = outcome(&mut session).await?;
    ensure!(
        matches!(outcome, PairingOutcome::Connected { .. }),
        "the session ends with {outcome:?}"
    );
    let calls = instance.calls().total - before;
    // One status at once, and one every second while the gateway's own lags behind.
    let most = MAX_CALLS_PER_REQUEST * (1 + instance.settling_time().as_secs());
    ensure!(
        (1..=most).contains(&calls),
        "confirming a webhook costs {calls} calls instead of one status"
    );

    // The same hint while no phone is linked: the status says so, and nothing ends.
    let mut session = start(&*twin)?;
    next_code(&mut session).await?;
    session.handle().notify(WebhookHint::Connected);
    ensure!(
        !status::status(&*twin).await?.is_connected(),
        "an unlinked instance is connected"
    );
    tokio::time::sleep(Duration::from_secs(2)).await;
    let ended = session.handle().view().outcome().is_some();
    ensure!(!ended, "a webhook alone ends the session");
    Ok(())
}

/// The calls that a session may make after its end: to end the attempt that it leaves.
pub(super) fn calls_of_leaving(instance: &dyn TestInstance) -> u64 {
    match instance.provider().capabilities().abandon {
        true => MAX_CALLS_PER_REQUEST,
        false => 0,
    }
}

/// The calls so far, once those under way are answered.
pub(super) async fn settled_calls(instance: &dyn TestInstance) -> u64 {
    tokio::time::sleep(Duration::from_secs(10)).await;
    instance.calls().total
}
