//! What the agent reports: events and views.

use super::Play;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::list::Method;
use crate::step::Field;

impl Play<'_> {
    pub(super) async fn wait_for(
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

    pub(super) async fn view(&mut self, fields: &[Field]) -> Result<(), Failure> {
        let answer = self.agent.ask(&format!("view {}", self.id)).await?;
        let view = Answer::parse(&answer)?;
        let phone = match self.method {
            Method::Qr => "-".to_owned(),
            Method::PhoneCode => self.world.instance.phone().to_string(),
        };
        let method = ("method".to_owned(), self.method.name().to_owned());
        self.compare(&view, &[method])?;
        if fields.iter().all(|(key, _)| key != "phone") {
            self.compare(&view, &[("phone".to_owned(), phone)])?;
        }
        if view.word() != "view" || view.number::<u64>("seq")? < self.checker.rules.seq() {
            return Err(Failure::wrong("the view is older than the last event"));
        }
        self.compare(&view, fields)
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
}
