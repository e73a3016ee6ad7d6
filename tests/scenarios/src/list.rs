//! The list of scenarios, read from `scenarios.toml` and the gateways' own, multiplied by gateways and methods, and
//! one more for each fault.

use std::path::Path;
use std::{fmt, fs};

use anyhow::{Context as _, Result, ensure};
use pairing_providers::{dialects, immediate_dialects};
use pairing_sim::Dialect;
use serde::Deserialize;

use crate::faults;
use crate::step::{Command, Step};

/// For more than one gateway.
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

    /// Whether the gateway links by this method.
    fn is_known_to(self, gateway: &dyn Dialect) -> bool {
        let method = match self {
            Self::Qr => pairing_faults::Method::Qr,
            Self::PhoneCode => pairing_faults::Method::PhoneCode,
        };
        method.is_known_to(gateway)
    }
}

/// How much of the list is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Every scenario with every gateway it is for.
    Whole,
    /// Every scenario, but what a session does at any gateway with the first one alone: what a
    /// language adds to the library is the same for each gateway.
    OneGateway,
}

/// The gateways that a scenario is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Gateways {
    /// The first, because the gateway makes no difference and the scenario takes long.
    First,
    /// Those that answer the first request for a code with one: the scenario counts requests.
    #[default]
    Immediate,
    /// All of them.
    All,
}

impl Gateways {
    fn chosen(self, scope: Scope) -> &'static [&'static dyn Dialect] {
        match self {
            Self::All => dialects(),
            Self::Immediate if scope == Scope::Whole => immediate_dialects(),
            Self::First | Self::Immediate => &immediate_dialects()[..1],
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
    /// Without it in the list of one gateway, for that gateway.
    #[serde(default)]
    gateways: Gateways,
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

/// Every case of the list, as far as it is played.
pub(crate) fn cases(scope: Scope) -> Result<Vec<Case>> {
    let mut cases = read(COMMON, |gateways| gateways.chosen(scope))?;
    let gateways = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/gateways");
    for dialect in dialects() {
        let own = gateways.join(dialect.name()).join("scenarios.toml");
        if own.exists() {
            let text = fs::read_to_string(&own)?;
            let own = read(&text, |_| std::slice::from_ref(dialect));
            cases.extend(own.context(dialect.name())?);
        }
    }
    cases.push(typed_numbers()?);
    cases.extend(faults::cases(scope)?);
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

/// The cases of a list, for the gateways that `chosen` says.
fn read(
    text: &str,
    chosen: impl Fn(Gateways) -> &'static [&'static dyn Dialect],
) -> Result<Vec<Case>> {
    let file: File = toml::from_str(text)?;
    let mut cases = Vec::new();
    for entry in file.scenario {
        let steps: Vec<Step> = entry
            .steps
            .iter()
            .map(|line| Step::parse(line).with_context(|| format!("{}: `{line}`", entry.name)))
            .collect::<Result<_>>()?;
        ensure!(!steps.is_empty(), "{}: it has no steps", entry.name);
        for &provider in chosen(entry.gateways) {
            for &method in entry.methods.iter().filter(|it| it.is_known_to(provider)) {
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

    fn read_for_all(list: &str) -> Result<Vec<Case>> {
        read(list, |_| dialects())
    }

    fn count(cases: &[Case], scenario: &str) -> usize {
        let fits = |case: &&Case| case.scenario == scenario;
        cases.iter().filter(fits).count()
    }

    #[test]
    fn a_scenario_is_there_for_every_method_and_gateway_it_is_for() {
        let whole = cases(Scope::Whole).unwrap();
        let one = cases(Scope::OneGateway).unwrap();
        let counted = "linked on the first code";
        assert_eq!(count(&whole, counted), 2 * immediate_dialects().len());
        assert_eq!(count(&one, counted), 2);
        for cases in [whole, one] {
            for gateway in dialects() {
                let links =
                    |case: &Case| case.scenario == "linked by a code" && case.provider == *gateway;
                assert!(cases.iter().any(links), "{gateway} links in every language");
            }
            let names: Vec<String> = cases.iter().map(ToString::to_string).collect();
            let mut unique = names.clone();
            unique.sort();
            unique.dedup();
            assert_eq!(unique.len(), names.len(), "two cases share a name");
        }
    }

    #[test]
    fn no_scenario_is_left_out_where_one_gateway_stands_for_all() {
        let one = cases(Scope::OneGateway).unwrap();
        for case in cases(Scope::Whole).unwrap() {
            assert!(count(&one, &case.scenario) > 0, "{}", case.scenario);
        }
    }

    #[test]
    fn an_unknown_step_is_named() {
        let list = "[[scenario]]\nname = \"a\"\nsteps = [\"start\", \"dance\"]\n";
        let message = format!("{:#}", read_for_all(list).unwrap_err());
        assert!(message.contains("a: `dance`"), "{message}");
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        let list = "[[scenario]]\nname = \"a\"\nprovider = []\nsteps = [\"start\"]\n";
        assert!(read_for_all(list).is_err());
    }
}
