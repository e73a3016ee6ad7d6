//! Plays one case: tells the agent, moves the phone, compares what happens.

use std::time::Duration;

use pairing_core::PairingPolicy;

use crate::agent::Agent;
use crate::answer::{Answer, accepted};
use crate::checker::Checker;
use crate::failure::Failure;
use crate::footprint::Footprint;
use crate::list::{Case, Method};
use crate::step::{Command, Field, Step};
use crate::world::{World, miscount};

/// How many sessions a single `repeat` asks for, so that the answer does not take long.
const REPEAT_AT_ONCE: u32 = 100;

/// Plays the case's steps with a session called `id`.
pub(crate) async fn play(
    case: &Case,
    world: &World,
    agent: &mut Agent,
    id: &str,
    patience: Duration,
) -> Result<(), Failure> {
    agent.guard(&world.secrets());
    let mut play = Play {
        case,
        world,
        agent,
        id,
        patience,
        method: case.method,
        checker: Checker::new(PairingPolicy::default().sped_up(case.speed)),
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
    play.until_quiet().await
}

struct Play<'a> {
    case: &'a Case,
    world: &'a World,
    agent: &'a mut Agent,
    id: &'a str,
    patience: Duration,
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
            Step::Snapshot { fields } => self.snapshot(fields).await,
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
            Step::Repeat { times, until } => self.repeat(*times, until).await,
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

    /// The fields after `start <id>` and `repeat <n> <until>`.
    fn start_fields(&self, changes: &[Field]) -> Result<String, Failure> {
        let phone = self.world.instance.phone().to_string();
        let mut provider = self.case.provider.name().to_owned();
        let mut method = self.case.method.name().to_owned();
        let mut phone = match self.case.method {
            Method::Qr => "-".to_owned(),
            Method::PhoneCode => phone,
        };
        let mut expected = "-".to_owned();
        let mut settings = self.world.settings();
        for (key, value) in changes {
            let value = self.fill(value)?;
            if let Some(name) = key.strip_prefix("set.") {
                settings.retain(|(known, _)| known != name);
                if value != "-" {
                    settings.push((name.to_owned(), value));
                }
                continue;
            }
            match key.as_str() {
                "provider" => provider = value,
                "method" => method = value,
                "phone" => phone = value,
                "expected" => expected = value,
                key if key.starts_with("policy.") => settings.push((key.to_owned(), value)),
                _ => return Err(Failure::wrong(format!("`{key}` cannot be changed"))),
            }
        }
        let speed = self.case.speed;
        let mut fields = format!("{provider} {method} {phone} {expected} {speed}");
        for (key, value) in settings {
            fields.push_str(&format!(" {key}={value}"));
        }
        Ok(fields)
    }

    async fn start(&mut self, changes: &[Field], refused: Option<&str>) -> Result<(), Failure> {
        for (key, value) in changes {
            // What the agent is made to send is as secret as what it replaces.
            if matches!(key.as_str(), "set.token" | "set.client_token") && value != "-" {
                self.agent.guard_code(value);
            }
        }
        let command = format!("start {} {}", self.id, self.start_fields(changes)?);
        let answer = self.agent.ask(&command).await?;
        self.open |= verdict(&answer, refused)?;
        Ok(())
    }

    async fn tell(
        &mut self,
        command: Command,
        rest: &str,
        refused: Option<&str>,
    ) -> Result<(), Failure> {
        let mut line = format!("{} {}", command.name(), self.id);
        if !rest.is_empty() {
            line.push(' ');
            line.push_str(&self.fill(rest)?);
        }
        let answer = self.agent.ask(&line).await?;
        if verdict(&answer, refused)? {
            match command {
                Command::SwitchQr => self.method = Method::Qr,
                Command::SwitchPhone => self.method = Method::PhoneCode,
                Command::Drop => self.open = false,
                Command::Resume | Command::Notify | Command::Cancel => {}
            }
        }
        Ok(())
    }

    async fn wait_for(
        &mut self,
        kind: &str,
        fields: &[Field],
        past: &[String],
    ) -> Result<(), Failure> {
        loop {
            let event = self.next().await?;
            if event.word() != "event" {
                let word = event.word();
                return Err(Failure::wrong(format!("`{word}` instead of `{kind}`")));
            }
            let seen = self.checker.see(&event, self.method)?;
            self.look_at(&event, &seen).await?;
            if seen == kind {
                self.compare(&event, fields)?;
                if kind == "code_ready" {
                    self.shown = Some(event);
                }
                return self.after(kind).await;
            }
            let passes = matches!(seen.as_str(), "preparing" | "code_expired");
            if !passes && !past.contains(&seen) {
                return Err(Failure::wrong(format!("`{seen}` instead of `{kind}`")));
            }
        }
    }

    async fn next(&mut self) -> Result<Answer, Failure> {
        let timeout = self.patience.as_millis();
        let command = format!("next {} {timeout}", self.id);
        Answer::parse(&self.agent.ask(&command).await?)
    }

    /// What is done after any event, whether it was waited for or not.
    async fn look_at(&mut self, event: &Answer, kind: &str) -> Result<(), Failure> {
        if kind != "code_ready" {
            return Ok(());
        }
        let code = event.text("code")?;
        // A picture's own text becomes a secret too.
        let text = self.world.last_code().unwrap_or_default();
        for secret in [code, &text] {
            self.agent.guard_code(secret);
        }
        if !self.world.is_latest(event, self.method)? {
            return Err(self.checker.outdated(self.method));
        }
        self.shows().await
    }

    /// What is done after the event that was waited for.
    async fn after(&mut self, kind: &str) -> Result<(), Failure> {
        if kind != "finished" {
            return Ok(());
        }
        for _ in 0..2 {
            let answer = self.next().await?;
            if answer.word() != "end" {
                return Err(Failure::wrong("something comes after `finished`"));
            }
        }
        self.shows().await
    }

    /// The agent itself searches the answer for secrets.
    async fn shows(&mut self) -> Result<(), Failure> {
        let answer = self.agent.ask(&format!("shows {}", self.id)).await?;
        if answer.strip_prefix("shows ").is_none_or(str::is_empty) {
            return Err(Failure::wrong("`shows` is not answered"));
        }
        Ok(())
    }

    async fn snapshot(&mut self, fields: &[Field]) -> Result<(), Failure> {
        let answer = self.agent.ask(&format!("snapshot {}", self.id)).await?;
        let snapshot = Answer::parse(&answer)?;
        let phone = match self.method {
            Method::Qr => "-".to_owned(),
            Method::PhoneCode => self.world.instance.phone().to_string(),
        };
        let method = ("method".to_owned(), self.method.name().to_owned());
        self.compare(&snapshot, &[method, ("phone".to_owned(), phone)])?;
        if snapshot.word() != "snapshot" || snapshot.number::<u64>("seq")? < self.checker.seq {
            return Err(Failure::wrong("the snapshot is older than the last event"));
        }
        self.compare(&snapshot, fields)
    }

    fn use_code(&mut self) -> Result<(), Failure> {
        match &self.shown {
            Some(shown) => self.world.use_code(shown),
            None => Err(Failure::wrong("no code was shown")),
        }
    }

    async fn repeat(&mut self, times: u32, until: &str) -> Result<(), Failure> {
        let fields = self.start_fields(&[])?;
        let mut left = times;
        while left > 0 {
            let now = left.min(REPEAT_AT_ONCE);
            let answer = self
                .agent
                .ask(&format!("repeat {now} {until} {fields}"))
                .await?;
            verdict(&answer, None)?;
            left -= now;
        }
        self.until_quiet().await
    }

    /// Until no request is under way.
    async fn until_quiet(&self) -> Result<(), Failure> {
        let under_way = |calls: &pairing_sim::Calls| {
            (calls.in_flight > 0).then(|| "a request is still under way".to_owned())
        };
        self.until(under_way).await
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

    fn compare(&self, answer: &Answer, fields: &[Field]) -> Result<(), Failure> {
        for (key, expected) in fields {
            let expected = self.fill(expected)?;
            let found = answer.text(key)?;
            if found != expected {
                let kind = answer.text("kind").unwrap_or(answer.word());
                return Err(Failure::wrong(format!(
                    "`{kind}`: {key}={found} instead of {expected}"
                )));
            }
        }
        Ok(())
    }

    fn fill(&self, text: &str) -> Result<String, Failure> {
        let codes = self.checker.codes_per_round(self.case.method);
        self.world
            .fill(text, codes)
            .map_err(|error| Failure::wrong(format!("{error:#}")))
    }
}

/// Whether the agent did it; an error unless that is what should have happened.
fn verdict(answer: &str, refused: Option<&str>) -> Result<bool, Failure> {
    match (accepted(answer)?, refused) {
        (Ok(()), None) => Ok(true),
        (Err(refusal), Some(code)) if refusal.code == code => Ok(false),
        (Ok(()), Some(code)) => Err(Failure::wrong(format!("`ok` instead of {code}"))),
        (Err(refusal), expected) => {
            let (code, message) = (refusal.code, refusal.message);
            let expected = expected.unwrap_or("ok");
            Err(Failure::wrong(format!(
                "{code} ({message}) instead of {expected}"
            )))
        }
    }
}
