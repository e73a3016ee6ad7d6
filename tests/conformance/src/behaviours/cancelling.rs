//! What is left of a request or a session that nobody wants any more: nothing.

use std::time::Duration;

use pairing_core::{PairingOutcome, PairingSession};

use crate::operation::Operation;
use crate::verdict::ensure;
use crate::{Condition, Harness, TestInstance, Verdict};

/// Long enough for a request to be under way, far below every timeout.
const MOMENT: Duration = Duration::from_secs(1);
/// Longer than a session's default deadline.
const LONG_AFTER: Duration = Duration::from_secs(1800);

/// `most`: the calls that may follow.
async fn ensure_silence(instance: &dyn TestInstance, what: &str, most: u64) -> Verdict {
    let before = instance.calls().total;
    // Lets the cancelled call be noticed, without letting time pass.
    tokio::time::sleep(Duration::from_millis(1)).await;
    let in_flight = instance.calls().in_flight;
    ensure!(
        in_flight <= most.min(1),
        "{in_flight} calls under way after {what}"
    );
    tokio::time::sleep(LONG_AFTER).await;
    let later = instance.calls().total - before;
    ensure!(later <= most, "{later} calls long after {what}");
    let in_flight = instance.calls().in_flight;
    ensure!(in_flight == 0, "{in_flight} calls without an end");
    Ok(())
}

/// Dropping a request cancels it: its call ends, and none follows.
pub async fn a_dropped_request_leaves_nothing_behind(harness: &dyn Harness) -> Verdict {
    for operation in Operation::ALL {
        let instance = harness.fresh().await;
        if !operation.is_declared(instance.provider().capabilities()) {
            continue;
        }
        instance.set_condition(Condition::Hanging)?;
        let answer = tokio::time::timeout(MOMENT, operation.send(&*instance)).await;
        ensure!(
            answer.is_err(),
            "{operation:?} answers while the gateway hangs: {answer:?}"
        );
        ensure_silence(&*instance, &format!("{operation:?} was dropped"), 0).await?;
        let calls = instance.calls().total;
        ensure!(
            calls == 1,
            "{operation:?} made {calls} calls before it was dropped"
        );
    }
    Ok(())
}

/// A session that is cancelled, closed or dropped in the middle of a request takes the
/// request with it. Only the attempt that it leaves at the gateway is ended.
pub async fn a_cancelled_session_makes_no_further_call(harness: &dyn Harness) -> Verdict {
    for ending in ["cancelled", "closed", "dropped"] {
        let instance = harness.fresh().await;
        instance.set_condition(Condition::Hanging)?;
        let session = super::session::start(&*instance)?;
        tokio::time::sleep(MOMENT).await;
        let in_flight = instance.calls().in_flight;
        ensure!(
            in_flight == 1,
            "a session that waits for its first reply has {in_flight} calls under way"
        );
        end(session, ending).await?;
        let most = super::session::calls_of_leaving(&*instance);
        ensure_silence(&*instance, &format!("the session was {ending}"), most).await?;
    }
    Ok(())
}

async fn end(session: PairingSession, how: &str) -> Verdict {
    match how {
        "cancelled" => {
            session.handle().cancel();
            let outcome = session.outcome().await;
            ensure!(
                outcome == PairingOutcome::Cancelled,
                "a cancelled session ends with {outcome:?}"
            );
        }
        "closed" => session.close().await,
        _ => drop(session),
    }
    Ok(())
}
