//! A flow that is walked through a session in which nobody ever scans: rounds of codes, statuses,
//! the gate, and a person who asks for the next round each time, until the deadline.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, bail};
use pairing_core::flow::{FlowOptions, Input, Now, Output, PairingFlow, Request, RequestId};
use pairing_core::{
    Capabilities, CodeReply, EventKind, InstanceStatus, PairingCode, PairingMethod, PairingPolicy,
    QrText,
};

/// What the gateway takes to answer.
const ANSWER: Duration = Duration::from_millis(150);

/// One session under way.
#[derive(Debug)]
pub struct Walk {
    flow: PairingFlow,
    codes: Vec<PairingCode>,
    issued: usize,
    elapsed: Duration,
    pending: Option<(RequestId, bool)>,
    at_gate: bool,
    /// How many inputs the flow was given.
    pub inputs: u64,
}

impl Walk {
    /// With the default policy and these codes, one after the other and from the start again.
    ///
    /// # Errors
    ///
    /// Never, as the options fit together.
    pub fn new(codes: &[PairingCode]) -> Result<Self> {
        let options = FlowOptions {
            method: PairingMethod::Qr,
            policy: PairingPolicy::default().into(),
            capabilities: Capabilities::none().with_qr_text().with_status(),
            expected_phone: None,
            expect_webhooks: false,
            seed: 7,
        };
        let mut walk = Self {
            flow: PairingFlow::new(options, now(Duration::ZERO))?,
            codes: codes.to_vec(),
            issued: 0,
            elapsed: Duration::ZERO,
            pending: None,
            at_gate: false,
            inputs: 0,
        };
        walk.take_outputs();
        Ok(walk)
    }

    /// Gives the flow its next input at its time, and takes what comes out.
    ///
    /// # Errors
    ///
    /// When the flow refuses the input, which is a mistake of this walk.
    pub fn step(&mut self) -> Result<()> {
        let input = if let Some((id, is_code)) = self.pending.take() {
            self.elapsed += ANSWER;
            if is_code {
                Input::CodeReply(id, Ok(self.next_code()?))
            } else {
                Input::StatusReply(id, Ok(InstanceStatus::disconnected()))
            }
        } else if std::mem::take(&mut self.at_gate) {
            Input::Resume
        } else if let Some(at) = self.flow.wake_at() {
            self.elapsed = self.elapsed.max(at);
            Input::Tick
        } else {
            bail!("the session has ended");
        };
        self.flow.handle(input, now(self.elapsed))?;
        self.inputs += 1;
        self.take_outputs();
        Ok(())
    }

    /// Whether the session has come to its end.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.flow.is_finished()
    }

    /// A tick at which nothing is due.
    ///
    /// # Errors
    ///
    /// Never, as a tick is welcome at any time.
    pub fn idle_tick(&mut self) -> Result<()> {
        Ok(self.flow.handle(Input::Tick, now(self.elapsed))?)
    }

    fn next_code(&mut self) -> Result<CodeReply> {
        let index = self.issued % self.codes.len().max(1);
        self.issued += 1;
        let code = self.codes.get(index).context("a walk needs codes")?;
        Ok(code.clone().into())
    }

    fn take_outputs(&mut self) {
        while let Some(output) = self.flow.next_output() {
            match output {
                Output::Request(id, request) => {
                    self.pending = Some((id, matches!(request, Request::Code(_))));
                }
                Output::Abandon(_) => self.pending = None,
                // This gateway has no attempts to leave.
                Output::LeaveAttempt => {}
                Output::Emit(event) => {
                    self.at_gate |= matches!(event.kind, EventKind::InteractionRequired);
                }
            }
        }
    }
}

fn now(elapsed: Duration) -> Now {
    Now {
        elapsed,
        wall: SystemTime::UNIX_EPOCH + elapsed,
    }
}

/// Codes of the length that WhatsApp's have.
///
/// # Errors
///
/// Never, as these are codes.
pub fn codes() -> Result<Vec<PairingCode>> {
    (0..64)
        .map(|number| {
            let text = format!("2@{number:0>100},{number:0>44},{number:0>44},{number:0>44},1");
            Ok(QrText::new(text)?.into())
        })
        .collect()
}
