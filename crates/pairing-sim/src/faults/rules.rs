//! Which faults are on, for how many requests and where.

use serde::de::DeserializeOwned;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Fault, FaultEffect};
use crate::{Dialect, Endpoint};

/// A fault with its limits. In JSON: a fault's name, or an object such as
/// `{"fault":"server_error","status":500,"first":2,"endpoints":["status"]}`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultRule {
    /// What goes wrong.
    pub fault: Fault,
    /// Only for so many requests, counted from the moment it is switched on.
    pub first: Option<u32>,
    /// Only at these endpoints; at every one at which it can happen when empty.
    pub endpoints: Vec<Endpoint>,
}

impl FaultRule {
    /// Only for so many requests, counted from the moment it is switched on.
    #[must_use]
    pub fn first(mut self, requests: u32) -> Self {
        self.first = Some(requests);
        self
    }

    /// Only at these endpoints.
    #[must_use]
    pub fn at(mut self, endpoints: impl IntoIterator<Item = Endpoint>) -> Self {
        self.endpoints = endpoints.into_iter().collect();
        self
    }

    fn applies_to(&self, endpoint: Endpoint) -> bool {
        self.fault.applies_to(endpoint)
            && (self.endpoints.is_empty() || self.endpoints.contains(&endpoint))
    }
}

impl From<Fault> for FaultRule {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            first: None,
            endpoints: Vec::new(),
        }
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("fault", self.name)?;
        if let Some(number) = &self.number {
            fields.serialize_entry(number.name, &number.value)?;
        }
        fields.end()
    }
}

impl Serialize for FaultRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields<'a> {
            #[serde(flatten)]
            fault: Fault,
            #[serde(skip_serializing_if = "Option::is_none")]
            first: Option<u32>,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            endpoints: &'a [Endpoint],
        }
        let fields = Fields {
            fault: self.fault,
            first: self.first,
            endpoints: &self.endpoints,
        };
        fields.serialize(serializer)
    }
}

impl FaultRule {
    /// Reads a rule for a gateway of this dialect.
    ///
    /// # Errors
    ///
    /// Names the mistake: not a fault of this gateway, or a field that does not belong to it.
    pub fn from_json(value: Value, dialect: &'static dyn Dialect) -> Result<Self, InvalidFault> {
        let mut fields = match value {
            Value::String(name) => Map::from_iter([("fault".to_owned(), name.into())]),
            Value::Object(fields) => fields,
            _ => return invalid("a fault is a name or an object with a \"fault\" field"),
        };
        let name: String = take(&mut fields, "fault", "a name")?.unwrap_or_default();
        let Some(mut fault) = dialect.fault(&name) else {
            return invalid(format!(
                "{dialect} has no fault of this name: the simulator's help page lists them all"
            ));
        };
        let first = take(&mut fields, "first", "a number of requests")?;
        let endpoints = take(&mut fields, "endpoints", "a list of endpoints")?;
        if let Some(number) = &mut fault.number {
            let (least, most) = (number.least, number.most);
            if let Some(value) = take(&mut fields, number.name, "a number")? {
                number.value = value;
            }
            if !(least..=most).contains(&number.value) {
                return invalid(format!(
                    "the {} of {name} must be from {least} to {most}",
                    number.name
                ));
            }
        }
        if !fields.is_empty() {
            return invalid(format!("a field does not belong to the fault {name}"));
        }
        Ok(Self {
            fault,
            first,
            endpoints: endpoints.unwrap_or_default(),
        })
    }
}

/// Why a fault cannot be switched on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidFault(String);

fn invalid<T>(why: impl Into<String>) -> Result<T, InvalidFault> {
    Err(InvalidFault(why.into()))
}

fn take<T: DeserializeOwned>(
    fields: &mut Map<String, Value>,
    name: &str,
    what: &str,
) -> Result<Option<T>, InvalidFault> {
    let wrong = |_| InvalidFault(format!("\"{name}\" must be {what}"));
    let value = fields.remove(name).map(serde_json::from_value);
    value.transpose().map_err(wrong)
}

/// The faults of an instance, tried in order. Delays add up; of the others the first that
/// applies to a request decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Faults(Vec<FaultRule>);

impl Faults {
    /// Nothing goes wrong.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds one.
    #[must_use]
    pub fn with(mut self, rule: impl Into<FaultRule>) -> Self {
        self.0.push(rule.into());
        self
    }

    /// In the order they are tried.
    pub fn iter(&self) -> impl Iterator<Item = &FaultRule> {
        self.0.iter()
    }

    /// Reads a list of rules for a gateway of this dialect.
    ///
    /// # Errors
    ///
    /// As [`FaultRule::from_json`].
    pub fn from_json(value: Value, dialect: &'static dyn Dialect) -> Result<Self, InvalidFault> {
        let Value::Array(rules) = value else {
            return invalid("the faults must be a list");
        };
        let rules = rules.into_iter();
        rules
            .map(|rule| FaultRule::from_json(rule, dialect))
            .collect()
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault.into()])
    }
}

impl From<FaultRule> for Faults {
    fn from(rule: FaultRule) -> Self {
        Self(vec![rule])
    }
}

impl<T: Into<FaultRule>> FromIterator<T> for Faults {
    fn from_iter<I: IntoIterator<Item = T>>(rules: I) -> Self {
        Self(rules.into_iter().map(Into::into).collect())
    }
}

/// Faults at work: `first` counts down.
#[derive(Debug, Default)]
pub(crate) struct ActiveFaults(Faults);

impl ActiveFaults {
    pub(crate) fn new(faults: Faults) -> Self {
        Self(faults)
    }

    /// What is still on, with the requests that are left.
    pub(crate) fn remaining(&self) -> Faults {
        Faults(
            self.0
                .iter()
                .filter(|rule| rule.first != Some(0))
                .cloned()
                .collect(),
        )
    }

    /// The faults of this request: every delay, and one other at most.
    pub(crate) fn take(&mut self, dialect: &'static dyn Dialect, endpoint: Endpoint) -> Vec<Fault> {
        let mut active = Vec::new();
        let mut decided = false;
        for rule in &mut self.0.0 {
            // Two gateways may have different faults of the same name.
            let Some(fault) = dialect.fault(rule.fault.name) else {
                continue;
            };
            let is_delay = matches!(fault.effect, FaultEffect::Delay);
            if rule.first == Some(0) || (decided && !is_delay) || !rule.applies_to(endpoint) {
                continue;
            }
            rule.first = rule.first.map(|left| left - 1);
            decided |= !is_delay;
            active.push(fault.with(rule.fault.number()));
        }
        active
    }
}
