//! What the agent is told to do, and whether it must be refused.

use std::time::Duration;

use super::Play;
use crate::answer::accepted;
use crate::failure::Failure;
use crate::footprint::Footprint;
use crate::list::Method;
use crate::step::{Command, Field};

/// How many sessions a single `repeat` asks for, so that the answer does not take long.
const REPEAT_AT_ONCE: u32 = 100;
/// How many repetitions must each add more memory than allowed before that is a leak. What is lost
/// with each session is lost in each of them. An allocator that takes another arena, or a heap
/// that is in pieces, does not grow so every time.
const REPETITIONS: u32 = 3;
/// How long the memory of a repetition may take to be given back.
const SETTLES: Duration = Duration::from_secs(1);

impl Play<'_> {
    /// The fields after `start <id>` and `repeat <n> <until> <leave>`.
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
                let name = self.setting(name)?;
                settings.retain(|(known, _)| *known != name);
                if value != "-" {
                    settings.push((name, value));
                }
                continue;
            }
            match key.as_str() {
                "provider" => provider = value,
                "method" => method = value,
                "phone" => phone = value,
                "expected" => expected = value,
                key if key == "expect_webhooks" || key.starts_with("policy.") => {
                    settings.push((key.to_owned(), value));
                }
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

    /// The name of a setting, which may be `{credential}`.
    fn setting(&self, name: &str) -> Result<String, Failure> {
        match name {
            "{credential}" => self.world.credential().map_err(Failure::from_error),
            name => Ok(name.to_owned()),
        }
    }

    pub(super) async fn start(
        &mut self,
        changes: &[Field],
        refused: Option<&str>,
    ) -> Result<(), Failure> {
        for (key, value) in changes {
            // What the agent is made to send is as secret as what it replaces.
            if matches!(key.as_str(), "set.{credential}" | "set.client_token") && value != "-" {
                self.agent.guard_code(value);
            }
        }
        let command = format!("start {} {}", self.id, self.start_fields(changes)?);
        let answer = self.agent.ask(&command).await?;
        self.open |= verdict(&answer, refused)?;
        Ok(())
    }

    pub(super) async fn tell(
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

    pub(super) async fn repeat(&mut self, times: u32, how: &str) -> Result<(), Failure> {
        let fields = self.start_fields(&[])?;
        let mut left = times;
        while left > 0 {
            let now = left.min(REPEAT_AT_ONCE);
            let answer = self
                .agent
                .ask(&format!("repeat {now} {how} {fields}"))
                .await?;
            verdict(&answer, None)?;
            left -= now;
        }
        self.until_quiet().await
    }

    /// Until one repetition has added at most so much memory.
    pub(super) async fn repeat_until_steady(
        &mut self,
        times: u32,
        how: &str,
        memory_kib: u64,
    ) -> Result<(), Failure> {
        let requests = || self.world.instance.calls().total;
        let mut repetition = 1;
        loop {
            let (before, requests_before) = (Footprint::of(self.agent)?, requests());
            self.repeat(times, how).await?;
            let lost = (requests() - requests_before) * self.lost_per_request / 1024;
            let limits = [("memory_kib".to_owned(), memory_kib + lost)];
            match before.wait_for(self.agent, &limits, SETTLES).await {
                Err(Failure::Wrong(why)) if repetition == REPETITIONS => {
                    let why = format!("{why}, as in each repetition before");
                    return Err(Failure::Wrong(why));
                }
                Err(Failure::Wrong(_)) => repetition += 1,
                settled => return settled,
            }
        }
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
