//! The words of a scenario: one line, one step.

use anyhow::{Context as _, Result, bail, ensure};
use pairing_providers::dialects;
use pairing_sim::FaultRule;
use serde_json::Value;

/// `key=value`.
pub(crate) type Field = (String, String);

/// One step of a scenario. Values may hold `{placeholders}`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// The agent starts a session; with the error's code, if it must be refused.
    Start {
        changes: Vec<Field>,
        refused: Option<String>,
    },
    /// Events until the next of this kind, which has these fields. Only `preparing`,
    /// `code_expired` and what is in `past` may come before it.
    Await {
        kind: String,
        fields: Vec<Field>,
        past: Vec<String>,
    },
    /// The agent passes this on to the session.
    Command {
        command: Command,
        rest: String,
        refused: Option<String>,
    },
    /// The view has these fields.
    View { fields: Vec<Field> },
    /// The phone scans or types the code that is shown.
    Use,
    /// The phone is linked without a code.
    Link,
    /// The gateway fails like this from now on.
    Fault(FaultRule),
    /// The gateway has been called exactly so often.
    Calls { counts: Vec<Count> },
    /// Waits until the gateway has been called exactly so often.
    Until { counts: Vec<Count> },
    /// The agent starts so many sessions and lets go of each: how far it reads, and whether it
    /// cancels, in the words of the protocol. With a limit it does so again and again, until one
    /// repetition adds no more memory than that.
    Repeat {
        times: u32,
        how: String,
        memory_kib: Option<u64>,
    },
    /// Counts the agent's threads and file descriptors.
    Measure,
    /// They are at most so many more than when they were last measured.
    Left { limits: Vec<Count> },
}

pub(crate) type Count = (String, u64);

/// What can be done to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    Resume,
    SwitchQr,
    SwitchPhone,
    Notify,
    Cancel,
    Drop,
}

impl Command {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Resume => "resume",
            Self::SwitchQr => "switch_qr",
            Self::SwitchPhone => "switch_phone",
            Self::Notify => "notify",
            Self::Cancel => "cancel",
            Self::Drop => "drop",
        }
    }
}

/// What a step may count.
const CALLS: [&str; 6] = ["code", "status", "total", "in_flight", "dropped", "device"];
const LEFT: [&str; 2] = ["threads", "fds"];
/// The kinds of events.
pub(crate) const KINDS: [&str; 10] = [
    "preparing",
    "code_ready",
    "starting",
    "code_expired",
    "linking",
    "passkey_required",
    "linked",
    "retrying",
    "interaction_required",
    "finished",
];

impl Step {
    pub(crate) fn parse(line: &str) -> Result<Self> {
        let (line, refused) = match line.split_once(" -> ") {
            Some((line, code)) => (line, Some(code.to_owned())),
            None => (line, None),
        };
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let can_be_refused = word == "start" || command(word).is_some();
        ensure!(
            refused.is_none() || can_be_refused,
            "only what the agent is told can be refused"
        );
        Ok(match word {
            "start" => Self::Start {
                changes: fields(rest)?,
                refused,
            },
            "await" => parse_await(rest)?,
            "view" => Self::View {
                fields: fields(rest)?,
            },
            "use" => Self::Use,
            "link" => Self::Link,
            "fault" => Self::Fault(parse_fault(rest)?),
            "calls" => Self::Calls {
                counts: counts(rest, &CALLS)?,
            },
            "until" => Self::Until {
                counts: counts(rest, &CALLS)?,
            },
            "repeat" => parse_repeat(rest)?,
            "measure" => Self::Measure,
            "left" => Self::Left {
                limits: counts(rest, &LEFT)?,
            },
            _ => match command(word) {
                Some(command) => Self::Command {
                    command,
                    rest: rest.to_owned(),
                    refused,
                },
                None => bail!("there is no such step"),
            },
        })
    }
}

fn command(word: &str) -> Option<Command> {
    [
        Command::Resume,
        Command::SwitchQr,
        Command::SwitchPhone,
        Command::Notify,
        Command::Cancel,
        Command::Drop,
    ]
    .into_iter()
    .find(|command| command.name() == word)
}

fn parse_await(text: &str) -> Result<Step> {
    let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
    ensure!(KINDS.contains(&kind), "there is no such kind of event");
    let (past, fields): (Vec<Field>, Vec<Field>) = fields(rest)?
        .into_iter()
        .partition(|(key, _)| key == "past");
    let past: Vec<String> = past.into_iter().map(|(_, kind)| kind).collect();
    ensure!(
        past.iter().all(|kind| KINDS.contains(&kind.as_str())),
        "`past` must be a kind of event"
    );
    Ok(Step::Await {
        kind: kind.to_owned(),
        fields,
        past,
    })
}

fn parse_repeat(text: &str) -> Result<Step> {
    let (times, how) = text.split_once(' ').unwrap_or((text, ""));
    let (how, limit) = match how.split_once(" memory_kib=") {
        Some((how, limit)) => (how, Some(limit)),
        None => (how, None),
    };
    let (until, leave) = how.split_once(' ').unwrap_or((how, ""));
    ensure!(
        matches!(until, "start" | "code" | "end"),
        "sessions run until `start`, `code` or `end`"
    );
    ensure!(
        matches!(leave, "cancel" | "drop"),
        "a session is left by `cancel` or `drop`"
    );
    Ok(Step::Repeat {
        times: times.parse().context("a number is missing")?,
        how: how.to_owned(),
        memory_kib: limit
            .map(str::parse)
            .transpose()
            .context("a number of KiB is expected")?,
    })
}

fn parse_fault(text: &str) -> Result<FaultRule> {
    let value = if text.starts_with('{') {
        serde_json::from_str(text)?
    } else {
        Value::String(text.to_owned())
    };
    let mut read = dialects()
        .iter()
        .map(|dialect| FaultRule::from_json(value.clone(), *dialect));
    let first = read.next().context("there is no gateway")?;
    Ok(first.or_else(|error| read.find_map(Result::ok).ok_or(error))?)
}

/// `key=value key=value`. A space within braces belongs to the value.
fn fields(text: &str) -> Result<Vec<Field>> {
    let mut words: Vec<String> = Vec::new();
    let mut within = false;
    for part in text.split(' ').filter(|part| !part.is_empty()) {
        match words.last_mut() {
            Some(word) if within => {
                word.push(' ');
                word.push_str(part);
            }
            _ => words.push(part.to_owned()),
        }
        if let Some(brace) = part.rfind(['{', '}']) {
            within = part[brace..].starts_with('{');
        }
    }
    words
        .iter()
        .map(|word| {
            let (key, value) = word.split_once('=').context("key=value is expected")?;
            Ok((key.to_owned(), value.to_owned()))
        })
        .collect()
}

/// `{codes}` is left to be filled in: it parses as the largest number.
fn counts(text: &str, known: &[&str]) -> Result<Vec<Count>> {
    fields(text)?
        .into_iter()
        .map(|(key, value)| {
            ensure!(known.contains(&key.as_str()), "`{key}` is not counted");
            let value = if value == "{codes}" {
                CODES_PER_ROUND
            } else {
                value.parse().context("a number is expected")?
            };
            Ok((key, value))
        })
        .collect()
}

/// Stands for `{codes}`, which depends on the method.
pub(crate) const CODES_PER_ROUND: u64 = u64::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_and_a_placeholder_with_spaces_are_read() {
        let step = Step::parse("start expected={a b} set.x=y -> invalid_phone").unwrap();
        let field = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            step,
            Step::Start {
                changes: vec![field("expected", "{a b}"), field("set.x", "y")],
                refused: Some("invalid_phone".to_owned()),
            }
        );
    }

    #[test]
    fn what_could_never_fail_is_refused() {
        for line in [
            "await coffee",
            "await finished outcome",
            "calls codes=1",
            "calls code=some",
            "use -> not_waiting",
            "fault bad_weather",
            "left pages=1",
            "left memory_kib=1024",
            "repeat 100 code",
            "repeat 100 finished drop",
            "repeat 100 end drop memory_kib=some",
            "repeat 100 end drop fds=8",
        ] {
            assert!(Step::parse(line).is_err(), "{line}");
        }
    }
}
