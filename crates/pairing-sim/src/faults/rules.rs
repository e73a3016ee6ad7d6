//! Which faults are on, for how many requests and where.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Fault;
use crate::{Dialect, Endpoint};

/// A fault with its limits. In JSON: a fault's name, or an object such as
/// `{"fault":"server_error","status":500,"first":2,"endpoints":["status"]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
#[non_exhaustive]
pub struct FaultRule {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// Only for so many requests, counted from the moment it is switched on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<u32>,
    /// Only at these endpoints; at every one it can befall when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
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

    fn befalls(&self, endpoint: Endpoint) -> bool {
        self.fault.befalls(endpoint)
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

/// Read by hand, because serde ignores misspelt fields of a flattened enum.
impl TryFrom<Value> for FaultRule {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let mut fields = match value {
            Value::String(name) => {
                return name
                    .parse::<Fault>()
                    .map(Self::from)
                    .map_err(|error| error.to_string());
            }
            Value::Object(fields) => fields,
            _ => return Err("a fault is a name or an object with a \"fault\" field".into()),
        };
        let first = take(&mut fields, "first", "a number of requests")?;
        let endpoints = take(&mut fields, "endpoints", "a list of endpoints")?.unwrap_or_default();
        let given: Vec<String> = fields.keys().cloned().collect();
        let fault: Fault =
            serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())?;
        check_status(&fault)?;
        let known = serde_json::to_value(&fault).unwrap_or_default();
        if given.iter().any(|field| known.get(field).is_none()) {
            return Err(format!(
                "a field does not belong to the fault {}",
                fault.name()
            ));
        }
        Ok(Self {
            fault,
            first,
            endpoints,
        })
    }
}

fn take<T: serde::de::DeserializeOwned>(
    fields: &mut Map<String, Value>,
    name: &str,
    what: &str,
) -> Result<Option<T>, String> {
    fields
        .remove(name)
        .map(|value| {
            serde_json::from_value(value).map_err(|_| format!("\"{name}\" must be {what}"))
        })
        .transpose()
}

fn check_status(fault: &Fault) -> Result<(), String> {
    let (status, range) = match *fault {
        Fault::ServerError { status }
        | Fault::ServerErrorPage { status }
        | Fault::ServerErrorEmpty { status } => (status, 500..=599),
        Fault::IpNotAllowed { status } => (status, 200..=599),
        _ => return Ok(()),
    };
    if range.contains(&status) {
        Ok(())
    } else {
        Err(format!(
            "the status of {} must be from {} to {}",
            fault.name(),
            range.start(),
            range.end()
        ))
    }
}

/// The faults of an instance, tried in order. Delays add up; of the others the first that
/// befalls a request decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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

    /// The first fault that no gateway of this dialect has.
    pub(crate) fn misfit(&self, dialect: Dialect) -> Option<&Fault> {
        self.iter()
            .map(|rule| &rule.fault)
            .find(|fault| !fault.fits(dialect))
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

    /// What befalls this request: every delay, and one other fault at most.
    pub(crate) fn strike(&mut self, dialect: Dialect, endpoint: Endpoint) -> Vec<Fault> {
        let mut struck = Vec::new();
        let mut decided = false;
        for rule in &mut self.0.0 {
            let is_delay = matches!(rule.fault, Fault::Latency { .. });
            if rule.first == Some(0)
                || (decided && !is_delay)
                || !rule.fault.fits(dialect)
                || !rule.befalls(endpoint)
            {
                continue;
            }
            rule.first = rule.first.map(|left| left - 1);
            decided |= !is_delay;
            struck.push(rule.fault.clone());
        }
        struck
    }
}
