//! The agent with one defect, to prove that the interpreter would notice it in any language.

use clap::ValueEnum;

use super::commands::execute;
use super::sessions::Sessions;

/// One thing a binding could get wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Defect {
    /// Swallows the first event of every session.
    LostEvent,
    /// Goes on showing the first code it has seen.
    StaleCode,
    /// Never tells the end.
    Endless,
    /// Tells the end again and again.
    EndsTwice,
    /// Prints the settings in its description of the objects.
    Talkative,
    /// Draws one module too many.
    Misdraws,
    /// Gives moments in seconds.
    WrongUnit,
    /// Takes every error for a success.
    Obliging,
    /// Keeps webhooks to itself.
    Deaf,
    /// Does not tell the session that there will be any.
    Unannounced,
    /// Forgets to pass `cancel` on.
    Uncancellable,
    /// Keeps what it should drop.
    Hoarding,
    /// Loses 1 KiB with each session that it repeats.
    Leaking,
}

/// Executes commands as the agent does, but for its defect.
pub(super) struct Defective {
    defect: Defect,
    first_code: Option<String>,
    settings: String,
    end: Option<String>,
    hoarded: u32,
    leaked: Vec<Box<[u8]>>,
}

impl Defective {
    pub(super) fn new(defect: Defect) -> Self {
        Self {
            defect,
            first_code: None,
            settings: String::new(),
            end: None,
            hoarded: 0,
            leaked: Vec::new(),
        }
    }

    pub(super) async fn execute(&mut self, sessions: &mut Sessions, command: &str) -> String {
        let (word, rest) = command.split_once(' ').unwrap_or((command, ""));
        match (self.defect, word) {
            (Defect::Deaf, "notify")
            | (Defect::Uncancellable, "cancel")
            | (Defect::Hoarding, "drop") => return "ok".to_owned(),
            (Defect::Hoarding, "repeat") => return self.hoard(sessions, rest).await,
            (Defect::Leaking, "repeat") => self.leak(rest),
            (Defect::Unannounced, "start") => {
                let command = command.replace(" expect_webhooks=1", "");
                return execute(sessions, &command).await;
            }
            _ => {}
        }
        let answer = execute(sessions, command).await;
        match self.defect {
            Defect::LostEvent if answer.starts_with("event seq=1 ") => {
                execute(sessions, command).await
            }
            Defect::StaleCode => self.stale(answer),
            Defect::Endless if answer.contains(" kind=finished ") => "timeout".to_owned(),
            Defect::EndsTwice => self.again(answer),
            Defect::Talkative if word == "start" => {
                self.settings = rest.to_owned();
                answer
            }
            Defect::Talkative if word == "shows" => format!("{answer} {}", self.settings),
            Defect::Misdraws => answer.replace(" dark=", " dark=1"),
            Defect::WrongUnit => in_seconds(&answer),
            Defect::Obliging if answer.starts_with("error ") => "ok".to_owned(),
            _ => answer,
        }
    }

    fn stale(&mut self, answer: String) -> String {
        match answer.split_once(" form=") {
            Some((head, code)) => {
                let first = self.first_code.get_or_insert_with(|| code.to_owned());
                format!("{head} form={first}")
            }
            None => answer,
        }
    }

    fn again(&mut self, answer: String) -> String {
        if answer.contains(" kind=finished ") {
            self.end = Some(answer.clone());
        }
        match (&self.end, answer.as_str()) {
            (Some(end), "end") => end.clone(),
            _ => answer,
        }
    }

    async fn hoard(&mut self, sessions: &mut Sessions, rest: &str) -> String {
        let (times, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let (_, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let (leave, fields) = rest.split_once(' ').unwrap_or((rest, ""));
        for _ in 0..times.parse().unwrap_or(0) {
            self.hoarded += 1;
            let start = format!("start hoarded-{} {fields}", self.hoarded);
            execute(sessions, &start).await;
            if leave == "cancel" {
                execute(sessions, &format!("cancel hoarded-{}", self.hoarded)).await;
            }
        }
        "ok".to_owned()
    }

    fn leak(&mut self, rest: &str) {
        let times = rest.split(' ').next().and_then(|times| times.parse().ok());
        for _ in 0..times.unwrap_or(0) {
            // Written to: pages that nobody has touched take up no memory.
            self.leaked.push(vec![1; 1024].into());
        }
    }
}

fn in_seconds(answer: &str) -> String {
    let shortened = |field: &str| match field.strip_prefix("expires_at=") {
        Some(at) => format!("expires_at={}", &at[..at.len().saturating_sub(3)]),
        None => field.to_owned(),
    };
    answer
        .split(' ')
        .map(shortened)
        .collect::<Vec<_>>()
        .join(" ")
}
