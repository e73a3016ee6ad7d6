//! How long a code on screen can be scanned, for each code that the gateway was asked for: the
//! flow, which learns when the gateway changes its code, against asking at fixed intervals.
//!
//! Nothing waits and nothing is random: the gateway's phases are spread evenly, and people come
//! back after times that have nothing to do with it. The same figures come out every time.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, bail};
use pairing_benches::{Measured, Record, size};
use pairing_core::flow::{FlowOptions, Input, Now, Output, PairingFlow, Request};
use pairing_core::{
    Capabilities, CodeReply, EventKind, InstanceStatus, PairingCode, PairingMethod, PairingPolicy,
    QrText,
};

/// How often the gateway changes its code.
const PERIOD: Duration = Duration::from_secs(20);
const CODES: u32 = 3;
const ROUNDS: usize = 6;

fn main() -> Result<()> {
    let sessions = size(10_000, 200);
    let mut ours = [Round::default(); ROUNDS];
    for session in 0..sessions {
        let mut gateway = Session::new(PERIOD * session / sessions)?;
        for sum in &mut ours {
            let round = gateway.round(pause(session))?;
            sum.lit += round.lit;
            sum.asked += round.asked;
        }
    }
    for (number, round) in ours.iter().enumerate() {
        let goal = if number == 0 { ">= 10.8" } else { ">= 17" };
        let at = format!("round {}", number + 1);
        let seconds = round.lit.as_secs_f64() / f64::from(round.asked);
        record("pairing", seconds, &at, Some(goal))?;
    }
    let codes = f64::from(sessions * CODES);
    for (subject, interval) in [("every 20 s", 20), ("every 10 s", 10)] {
        let interval = Duration::from_secs(interval);
        let lit: Duration = (0..sessions)
            .map(|session| at_fixed_times(PERIOD * session / sessions, interval))
            .sum();
        for round in 1..=ROUNDS {
            record(
                subject,
                lit.as_secs_f64() / codes,
                &format!("round {round}"),
                None,
            )?;
        }
    }
    Ok(())
}

fn record(subject: &str, seconds: f64, at: &str, goal: Option<&str>) -> Result<()> {
    let measured = Measured::once(seconds);
    let record = Record::new(
        "scannable",
        subject,
        "scannable time per code",
        "s",
        measured,
    );
    let record = match goal {
        Some(goal) => record.goal(goal),
        None => record,
    };
    Ok(record.at(at).print()?)
}

/// How long this person takes before the next round, after the last code has died: 40 to 60 s.
fn pause(session: u32) -> Duration {
    let spread = u64::from(session.wrapping_mul(2_654_435_761)) % 20_000;
    Duration::from_secs(40) + Duration::from_millis(spread)
}

/// How much of its life the code has left that is asked for at this moment.
fn left(phase: Duration, at: Duration) -> Duration {
    let old = (at + phase).as_nanos() % PERIOD.as_nanos();
    PERIOD - Duration::from_nanos(u64::try_from(old).unwrap_or_default())
}

/// A round that asks at fixed times: each code is shown until the next one comes, the last one
/// for as long as it can live.
fn at_fixed_times(phase: Duration, interval: Duration) -> Duration {
    (0..CODES)
        .map(|code| {
            let shown = if code + 1 < CODES { interval } else { PERIOD };
            left(phase, interval * code).min(shown)
        })
        .sum()
}

/// A session with a gateway of this phase that answers at once.
struct Session {
    flow: PairingFlow,
    phase: Duration,
    elapsed: Duration,
    /// When the code on screen came, and what it had left.
    shown: Option<(Duration, Duration)>,
    /// Since the last gate.
    round: Round,
    at_gate: bool,
}

/// What a round came to.
#[derive(Debug, Clone, Copy, Default)]
struct Round {
    /// For how long a code on screen could be scanned.
    lit: Duration,
    /// How many codes were asked for: one that is given again while it is shown is one more.
    asked: u32,
}

impl Session {
    fn new(phase: Duration) -> Result<Self> {
        let policy = PairingPolicy::default().with_deadline(Duration::from_secs(24 * 3600));
        let options = FlowOptions {
            method: PairingMethod::Qr,
            policy: Arc::new(policy),
            capabilities: Capabilities::none().with_qr_text().with_status(),
            expected_phone: None,
            expect_webhooks: false,
            seed: 7,
        };
        Ok(Self {
            flow: PairingFlow::new(options, now(Duration::ZERO))?,
            phase,
            elapsed: Duration::ZERO,
            shown: None,
            round: Round::default(),
            at_gate: false,
        })
    }

    /// Runs a round to its gate, lets the person wait and come back, and gives what it came to.
    fn round(&mut self, pause: Duration) -> Result<Round> {
        self.take_outputs()?;
        while !self.at_gate {
            self.tick()?;
        }
        let back = self.elapsed + pause;
        while self.flow.wake_at().is_some_and(|at| at < back) {
            self.tick()?;
        }
        self.elapsed = back;
        self.at_gate = false;
        self.flow.handle(Input::Resume, now(back))?;
        Ok(std::mem::take(&mut self.round))
    }

    fn tick(&mut self) -> Result<()> {
        let at = self.flow.wake_at().context("the session has ended")?;
        self.elapsed = self.elapsed.max(at);
        self.flow.handle(Input::Tick, now(self.elapsed))?;
        self.take_outputs()
    }

    fn take_outputs(&mut self) -> Result<()> {
        while let Some(output) = self.flow.next_output() {
            let input = match output {
                Output::Request(id, Request::Code(_)) => {
                    self.round.asked += 1;
                    Input::CodeReply(id, Ok(self.code()?))
                }
                Output::Request(id, Request::Status) => {
                    Input::StatusReply(id, Ok(InstanceStatus::disconnected()))
                }
                Output::Emit(event) => {
                    self.see(&event.kind);
                    continue;
                }
                _ => bail!("a gateway that answers at once leaves nothing to abandon"),
            };
            self.flow.handle(input, now(self.elapsed))?;
        }
        Ok(())
    }

    fn code(&self) -> Result<CodeReply> {
        let number = (self.elapsed + self.phase).as_nanos() / PERIOD.as_nanos();
        let code = PairingCode::from(QrText::new(format!("2@{number}"))?);
        Ok(code.into())
    }

    fn see(&mut self, event: &EventKind) {
        if let Some((since, left)) = self.shown.take() {
            self.round.lit += (self.elapsed - since).min(left);
        }
        match event {
            EventKind::CodeReady { .. } => {
                self.shown = Some((self.elapsed, left(self.phase, self.elapsed)));
            }
            EventKind::InteractionRequired => self.at_gate = true,
            _ => {}
        }
    }
}

fn now(elapsed: Duration) -> Now {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    Now {
        elapsed,
        wall: start + elapsed,
    }
}
