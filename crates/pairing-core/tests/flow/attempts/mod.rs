//! What happens between a start and a link, at a gateway that plays a timetable: one rule a test, one
//! subject a file.

mod a_link;
mod a_passkey;
mod a_start;
mod another_attempt;
mod hints;
mod phone_codes;
mod settling;

use std::sync::Arc;
use std::time::Duration;

use crate::support::*;
use pairing_core::flow::{CommandError, FlowOptions, Input, Request};
use pairing_core::{
    Capabilities, CodePurpose, CodeReply, CodeRequest, EventKind, InstancePhase, InstanceStatus,
    PairingMethod, PairingOutcome, PairingPolicy, PasskeyStep, ProviderErrorKind, Screen,
    WebhookHint,
};

/// A gateway with a timetable of its answers, in seconds: the last row that has begun holds.
struct Phased {
    codes: Vec<(u64, CodeReply)>,
    phases: Vec<(u64, InstancePhase)>,
    requests: Vec<(Duration, CodeRequest)>,
    ended: Vec<Duration>,
}

fn phased(
    codes: impl IntoIterator<Item = (u64, CodeReply)>,
    phases: impl IntoIterator<Item = (u64, InstancePhase)>,
) -> Phased {
    Phased {
        codes: codes.into_iter().collect(),
        phases: phases.into_iter().collect(),
        requests: Vec::new(),
        ended: Vec::new(),
    }
}

fn now_of<T: Clone>(rows: &[(u64, T)], at: Duration) -> T {
    let row = rows.iter().rev().find(|(from, _)| at >= secs(*from));
    row.expect("the first row begins at 0").1.clone()
}

impl Script for Phased {
    fn code(&mut self, _: &PairingMethod, _: Duration) -> Answer<CodeReply> {
        unreachable!("`request` answers")
    }

    fn request(&mut self, request: &CodeRequest, at: Duration) -> Answer<CodeReply> {
        self.requests.push((at, request.clone()));
        (millis(100), Ok(now_of(&self.codes, at)))
    }

    fn end_attempt(&mut self, at: Duration) -> Answer<()> {
        self.ended.push(at);
        (millis(100), Ok(()))
    }

    fn status(&mut self, at: Duration) -> Answer<InstanceStatus> {
        let phase = now_of(&self.phases, at);
        (millis(100), Ok(InstanceStatus::in_phase(phase)))
    }
}

fn with(capabilities: Capabilities, policy: PairingPolicy, method: PairingMethod) -> FlowOptions {
    FlowOptions {
        capabilities,
        policy: Arc::new(policy),
        ..options(method)
    }
}

/// Settles for five seconds after a scan, and can end attempts.
fn settling() -> FlowOptions {
    let policy = PairingPolicy::default().with_linking_window(secs(5));
    with(EVERYTHING.with_abandon(), policy, PairingMethod::Qr)
}

fn screens(world: &World<Phased>) -> Vec<&'static str> {
    let names = world.events.iter().map(|(_, event)| match event.kind {
        EventKind::Preparing { .. } => "preparing",
        EventKind::Starting => "starting",
        EventKind::CodeReady { .. } => "code",
        EventKind::CodeExpired => "expired",
        EventKind::Retrying { .. } => "retrying",
        EventKind::Linking => "linking",
        EventKind::PasskeyRequired { .. } => "passkey",
        EventKind::Linked { .. } => "linked",
        EventKind::InteractionRequired => "waiting",
        EventKind::Finished { .. } => "finished",
    });
    names.collect()
}
