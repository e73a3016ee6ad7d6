//! The list of scenarios, read from `scenarios.toml` and the gateways' own, multiplied by providers and methods, and
//! one more for each fault.

use std::path::Path;
use std::{fmt, fs};

use anyhow::{Context as _, Result, ensure};
use pairing_providers::immediate_dialects;
use pairing_sim::Dialect;
use serde::Deserialize;

use crate::faults;
use crate::step::{Command, Step};

/// For every provider.
const COMMON: &str = include_str!("../scenarios.toml");

/// Numbers as they are typed and pasted, which the program and the page are tested with as well.
const TYPED_NUMBERS: &str = include_str!("../typed_numbers.json");

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Method {
    Qr,
    PhoneCode,
}

impl Method {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::PhoneCode => "phone_code",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scenario: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    #[serde(default)]
    one_provider: bool,
    #[serde(default = "both_methods")]
    methods: Vec<Method>,
    #[serde(default)]
    speed: Speed,
    #[serde(default)]
    fresh_process: bool,
    steps: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Speed {
    Same(u32),
    #[serde(rename_all = "snake_case")]
    Each {
        qr: u32,
        phone_code: u32,
    },
}

impl Default for Speed {
    fn default() -> Self {
        Self::Same(1)
    }
}

fn both_methods() -> Vec<Method> {
    vec![Method::Qr, Method::PhoneCode]
}

/// One scenario with one provider and one method.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    pub(crate) scenario: String,
    pub(crate) provider: &'static dyn Dialect,
    pub(crate) method: Method,
    pub(crate) speed: u32,
    /// Whether the agent must not have done anything before.
    pub(crate) fresh_process: bool,
    pub(crate) steps: Vec<Step>,
}

impl Case {
    /// The most sessions that may end at the same moment.
    pub(crate) fn sessions(&self) -> u64 {
        let times = self.steps.iter().map(|step| match step {
            Step::Repeat { times, .. } => u64::from(*times),
            _ => 1,
        });
        times.max().unwrap_or(1)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scenario,
            provider,
            method,
            ..
        } = self;
        write!(f, "{scenario} ({provider}, {})", method.name())
    }
}

/// Every case of the list.
pub(crate) fn cases() -> Result<Vec<Case>> {
    let mut cases = read(COMMON, immediate_dialects())?;
    let gateways = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/gateways");
    for dialect in immediate_dialects() {
        let own = gateways.join(dialect.name()).join("scenarios.toml");
        if own.exists() {
            let text = fs::read_to_string(&own)?;
            let own = read(&text, &[*dialect]);
            cases.extend(own.context(dialect.name())?);
        }
    }
    cases.push(typed_numbers()?);
    cases.extend(faults::cases()?);
    Ok(cases)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedNumber {
    typed: String,
    /// What it means, or that it is refused.
    phone: Option<String>,
}

/// A session that is switched to each of the numbers.
fn typed_numbers() -> Result<Case> {
    let mut steps = vec![Step::parse("start")?, Step::parse("await code_ready")?];
    for TypedNumber { typed, phone } in serde_json::from_str::<Vec<_>>(TYPED_NUMBERS)? {
        steps.push(Step::Command {
            command: Command::SwitchPhone,
            rest: typed,
            refused: phone.is_none().then(|| "invalid_phone".to_owned()),
        });
        if let Some(phone) = phone {
            steps.push(Step::parse(&format!("view phone={phone}"))?);
        }
    }
    Ok(Case {
        scenario: "numbers as they are typed and pasted".to_owned(),
        provider: immediate_dialects()[0],
        method: Method::Qr,
        speed: 1,
        fresh_process: false,
        steps,
    })
}

/// The cases of a list for these providers.
fn read(text: &str, providers: &[&'static dyn Dialect]) -> Result<Vec<Case>> {
    let file: File = toml::from_str(text)?;
    let mut cases = Vec::new();
    for entry in file.scenario {
        let steps: Vec<Step> = entry
            .steps
            .iter()
            .map(|line| Step::parse(line).with_context(|| format!("{}: `{line}`", entry.name)))
            .collect::<Result<_>>()?;
        ensure!(!steps.is_empty(), "{}: it has no steps", entry.name);
        let providers = match entry.one_provider {
            true => &providers[..1],
            false => providers,
        };
        for &provider in providers {
            for &method in &entry.methods {
                cases.push(Case {
                    scenario: entry.name.clone(),
                    provider,
                    method,
                    speed: match (entry.speed, method) {
                        (Speed::Same(speed), _)
                        | (Speed::Each { qr: speed, .. }, Method::Qr)
                        | (
                            Speed::Each {
                                phone_code: speed, ..
                            },
                            Method::PhoneCode,
                        ) => speed.max(1),
                    },
                    fresh_process: entry.fresh_process,
                    steps: steps.clone(),
                });
            }
        }
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_there_for_every_provider_and_method_it_names() {
        let cases = cases().unwrap();
        let first = |case: &&Case| case.scenario == "linked on the first code";
        assert_eq!(
            cases.iter().filter(first).count(),
            2 * immediate_dialects().len()
        );
        let names: Vec<String> = cases.iter().map(ToString::to_string).collect();
        let mut unique = names.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), names.len(), "two cases share a name");
    }

    #[test]
    fn a_step_that_nobody_understands_is_named() {
        let list = "[[scenario]]\nname = \"a\"\nsteps = [\"start\", \"dance\"]\n";
        let message = format!("{:#}", read(list, immediate_dialects()).unwrap_err());
        assert!(message.contains("a: `dance`"), "{message}");
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        let list = "[[scenario]]\nname = \"a\"\nprovider = []\nsteps = [\"start\"]\n";
        assert!(read(list, immediate_dialects()).is_err());
    }
}
