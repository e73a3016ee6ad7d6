//! Plays one case: tells the agent, moves the phone, compares what happens.

mod events;
mod told;

use std::time::Duration;

use crate::agent::Agent;
use crate::answer::Answer;
use crate::checker::Checker;
use crate::failure::Failure;
use crate::footprint::Footprint;
use crate::list::{Case, Method};
use crate::run::Options;
use crate::step::{Command, Step};
use crate::world::{World, miscount};

/// Plays the case's steps with a session called `id`.
pub(crate) async fn play(
    case: &Case,
    world: &World,
    agent: &mut Agent,
    id: &str,
    options: &Options,
) -> Result<(), Failure> {
    agent.guard(&world.secrets());
    let policy = world.policy().map_err(Failure::from_error)?;
    let mut play = Play {
        case,
        world,
        agent,
        id,
        patience: options.patience,
        lost_per_request: options.lost_per_request,
        method: case.method,
        // A gateway that is started may have had its code for a while.
        checker: Checker::new(
            policy.scaled_down(case.speed),
            !case.provider.is_immediate(),
        ),
        open: false,
        shown: None,
        measured: None,
    };
    for (number, step) in case.steps.iter().enumerate() {
        play.step(step).await.map_err(|failure| match failure {
            Failure::Wrong(why) => Failure::Wrong(format!("step {}: {why}", number + 1)),
            late @ Failure::TooLate => late,
        })?;
    }
    if play.open {
        play.tell(Command::Drop, "", None).await?;
    }
    play.until_quiet().await?;
    play.one_at_a_time()
}

struct Play<'a> {
    case: &'a Case,
    world: &'a World,
    agent: &'a mut Agent,
    id: &'a str,
    patience: Duration,
    lost_per_request: u64,
    /// The present one.
    method: Method,
    checker: Checker,
    /// Whether the agent holds a session.
    open: bool,
    /// The last `code_ready`.
    shown: Option<Answer>,
    measured: Option<Footprint>,
}

impl Play<'_> {
    async fn step(&mut self, step: &Step) -> Result<(), Failure> {
        match step {
            Step::Start { changes, refused } => self.start(changes, refused.as_deref()).await,
            Step::Await { kind, fields, past } => self.wait_for(kind, fields, past).await,
            Step::Command {
                command,
                rest,
                refused,
            } => self.tell(*command, rest, refused.as_deref()).await,
            Step::View { fields } => self.view(fields).await,
            Step::Use => self.use_code(),
            Step::Link => {
                self.world.instance.link();
                Ok(())
            }
            Step::Fault(fault) => {
                self.world.set_fault(fault);
                Ok(())
            }
            Step::Calls { counts } => {
                let calls = self.world.instance.calls();
                let codes = self.checker.codes_per_round(self.case.method);
                miscount(&calls, counts, codes).map_or(Ok(()), |why| Err(Failure::wrong(why)))
            }
            Step::Until { counts } => {
                let codes = self.checker.codes_per_round(self.case.method);
                self.until(|calls| miscount(calls, counts, codes)).await
            }
            Step::Repeat {
                times,
                how,
                memory_kib,
            } => match memory_kib {
                Some(limit) => self.repeat_until_steady(*times, how, *limit).await,
                None => self.repeat(*times, how).await,
            },
            Step::Measure => {
                self.measured = Some(Footprint::of(self.agent)?);
                Ok(())
            }
            Step::Left { limits } => {
                let before = self
                    .measured
                    .ok_or_else(|| Failure::wrong("not measured"))?;
                before.wait_for(self.agent, limits, self.patience).await
            }
        }
    }

    fn use_code(&mut self) -> Result<(), Failure> {
        match &self.shown {
            Some(shown) => self.world.use_code(shown),
            None => Err(Failure::wrong("no code was shown")),
        }
    }

    /// Until no request is under way.
    async fn until_quiet(&self) -> Result<(), Failure> {
        let under_way = |calls: &pairing_sim::Calls| {
            (calls.in_flight > 0).then(|| "a request is still under way".to_owned())
        };
        self.until(under_way).await
    }

    /// A session has one request under way at a time. Of one that was given up, the gateway hears
    /// only when its connection closes: by then it may have the next.
    fn one_at_a_time(&self) -> Result<(), Failure> {
        // Those are many sessions at a time.
        let repeats = |step: &Step| matches!(step, Step::Repeat { .. });
        let calls = self.world.instance.calls();
        let most = 1 + u64::from(calls.dropped_by_client > 0);
        if calls.max_in_flight <= most || self.case.steps.iter().any(repeats) {
            return Ok(());
        }
        let found = calls.max_in_flight;
        Err(Failure::wrong(format!("{found} requests at a time")))
    }

    async fn until(
        &self,
        wrong: impl Fn(&pairing_sim::Calls) -> Option<String>,
    ) -> Result<(), Failure> {
        let instance = &self.world.instance;
        let right = instance.wait_for_calls(|calls| wrong(calls).is_none());
        match tokio::time::timeout(self.patience, right).await {
            Ok(_) => Ok(()),
            Err(_) => Err(Failure::wrong(
                wrong(&instance.calls()).unwrap_or_else(|| "the calls came too late".to_owned()),
            )),
        }
    }

    fn fill(&self, text: &str) -> Result<String, Failure> {
        let codes = self.checker.codes_per_round(self.case.method);
        self.world.fill(text, codes).map_err(Failure::from_error)
    }
}
