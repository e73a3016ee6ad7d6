//! The table of faults as scenarios: one for each fault, gateway and method.

use std::collections::HashSet;

use anyhow::Result;
use pairing_core::PairingPolicy;
use pairing_faults::{Case as Faulty, Onset, Outcome};
use pairing_sim::Fault;

use crate::list::{Case, Method, Scope};
use crate::step::Step;

/// Retries are over in less than a second.
const FAILING_SPEED: u32 = 100;

/// Where one gateway stands for all, each fault once for each method, at the first that has it.
pub(crate) fn cases(scope: Scope) -> Result<Vec<Case>> {
    let mut seen = HashSet::new();
    let mut is_chosen = |case: &Faulty| {
        let is_first = seen.insert((case.fault.name(), case.method.name()));
        is_first || scope == Scope::Whole
    };
    let cases = pairing_faults::cases()?.into_iter();
    cases
        // The requests that are counted are those of a gateway that needs no start.
        .filter(|case| case.onset == Onset::First && case.dialect.is_immediate())
        .filter(|case| is_chosen(case))
        .map(|case| scenario(&case))
        .collect()
}

fn scenario(case: &Faulty) -> Result<Case> {
    let method = match case.method {
        pairing_faults::Method::Qr => Method::Qr,
        pairing_faults::Method::PhoneCode => Method::PhoneCode,
    };
    let speed = match method {
        _ if !case.expected.is_harmless() => FAILING_SPEED,
        // Each code has to be looked at while it lives.
        Method::Qr => 40,
        Method::PhoneCode => 80,
    };
    let mut steps = vec![format!("fault {}", case.fault.name())];
    steps.extend(after(case, speed));
    Ok(Case {
        scenario: format!("the gateway fails: {}", case.fault.name()),
        provider: case.dialect,
        method,
        speed,
        fresh_process: false,
        steps: steps
            .iter()
            .map(|line| Step::parse(line))
            .collect::<Result<_>>()?,
    })
}

/// What comes after the fault was switched on.
fn after(case: &Faulty, speed: u32) -> Vec<String> {
    if case.expected.is_harmless() {
        let steps = [
            "start",
            "await interaction_required round=1 attempt={codes} past=code_ready",
            "calls code={codes}",
            "cancel",
            "await finished outcome=cancelled",
        ];
        return steps.map(str::to_owned).to_vec();
    }
    if case.fault == Fault::HANG {
        // Nobody waits for the HTTP client's patience as often as the policy has it: no agent
        // can shorten that. Even so no session outlives its deadline.
        let steps = [
            "start policy.deadline_ms=1000",
            "await finished outcome=deadline",
            "until in_flight=0",
        ];
        return steps.map(str::to_owned).to_vec();
    }
    if case.expected.outcome == Outcome::PasskeyRequired {
        let steps = [
            "start",
            "await passkey_required",
            "link",
            "await finished outcome=connected",
            "calls code=1",
        ];
        return steps.map(str::to_owned).to_vec();
    }
    let mut end = format!("await finished outcome={}", case.expected.outcome.name());
    if let Some(error) = case.expected.error {
        end += &format!(
            " error={error} retryable={}",
            u8::from(error.is_retryable())
        );
    }
    let requests = case.code_requests(&PairingPolicy::default().scaled_down(speed));
    vec![
        "start".to_owned(),
        format!("{end} past=retrying"),
        format!("calls code={requests}"),
    ]
}

#[cfg(test)]
mod tests {
    use pairing_providers::immediate_dialects;

    use super::*;

    #[test]
    fn every_fault_is_played_with_every_method_of_every_gateway_that_has_it() {
        let all = pairing_sim::all_faults(immediate_dialects());
        let mut expected = 0;
        for fault in &all {
            let fits = |dialect: &&&'static dyn pairing_sim::Dialect| fault.fits(**dialect);
            expected += 2 * immediate_dialects().iter().filter(fits).count();
        }
        assert_eq!(cases(Scope::Whole).unwrap().len(), expected);
        assert_eq!(cases(Scope::OneGateway).unwrap().len(), 2 * all.len());
    }
}
