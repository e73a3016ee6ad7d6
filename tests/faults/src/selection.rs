//! Which cases a front end plays: each common fault at one gateway, and each kind of outcome at every
//! gateway. The whole matrix is played against the library.

use pairing_sim::Fault;

use crate::{CallCase, Case};

/// As few of these sessions as play each common fault with both methods at one gateway, and at every
/// gateway each outcome that it can lead to.
#[must_use]
pub fn sessions_for_a_front_end(cases: Vec<Case>) -> Vec<Case> {
    select(
        cases,
        |case| (case.fault, (case.method, case.onset)),
        |case| (case.dialect.name(), case.onset, case.expected),
    )
}

/// As few of these calls as make each call under each common fault at one gateway, and at every gateway
/// one call with each reply that it can lead to.
#[must_use]
pub fn calls_for_a_front_end(cases: Vec<CallCase>) -> Vec<CallCase> {
    select(
        cases,
        |case| (case.fault, case.call),
        |case| (case.dialect.name(), case.expected),
    )
}

/// `fault_of`: what is to be played once; `kind_of`: what is to be played at every gateway.
fn select<T, P: PartialEq, K: PartialEq>(
    cases: Vec<T>,
    fault_of: impl Fn(&T) -> (Fault, P),
    kind_of: impl Fn(&T) -> K,
) -> Vec<T> {
    let is_common = |case: &T| Fault::COMMON.contains(&fault_of(case).0);
    let mut is_chosen = vec![false; cases.len()];
    let mut seen = Vec::new();
    for case in cases.iter().filter(|case| is_common(case)) {
        let fault = fault_of(case);
        if seen.contains(&fault) {
            continue;
        }
        let at = |index: &usize| cases.get(*index).is_some_and(|it| fault_of(it) == fault);
        let candidates: Vec<usize> = (0..cases.len()).filter(at).collect();
        // Another gateway for each fault.
        let chosen = candidates.get(seen.len() % candidates.len()).copied();
        if let Some(it) = chosen.and_then(|index| is_chosen.get_mut(index)) {
            *it = true;
        }
        seen.push(fault);
    }
    let mut kinds: Vec<K> = Vec::new();
    for (case, _) in cases.iter().zip(&is_chosen).filter(|(_, chosen)| **chosen) {
        kinds.push(kind_of(case));
    }
    // A fault that takes long only where no other has this outcome.
    for is_slow in [false, true] {
        for (case, chosen) in cases.iter().zip(&mut is_chosen) {
            let takes_long = [Fault::HANG, Fault::LATENCY].contains(&fault_of(case).0);
            if takes_long == is_slow && !kinds.contains(&kind_of(case)) {
                kinds.push(kind_of(case));
                *chosen = true;
            }
        }
    }
    let all = cases.into_iter().zip(is_chosen);
    all.filter_map(|(case, is_chosen)| is_chosen.then_some(case))
        .collect()
}

#[cfg(test)]
mod tests {
    use pairing_providers::dialects;

    use super::*;
    use crate::{Call, Method, Onset, calls, cases};

    #[test]
    fn each_common_fault_is_played_once_and_each_outcome_at_every_gateway() {
        let all = cases().unwrap();
        let chosen = sessions_for_a_front_end(all.clone());
        for fault in Fault::COMMON {
            for method in Method::ALL {
                for onset in [Onset::First, Onset::Later] {
                    let is_it = |case: &&Case| {
                        case.fault == *fault && (case.method, case.onset) == (method, onset)
                    };
                    assert!(
                        chosen.iter().any(|case| is_it(&case)),
                        "{fault:?} {method:?}"
                    );
                }
            }
        }
        for case in &all {
            let is_like = |it: &&Case| {
                (it.dialect, it.onset, it.expected) == (case.dialect, case.onset, case.expected)
            };
            assert!(chosen.iter().any(|it| is_like(&it)), "{case:?}");
        }
        assert!(
            chosen.len() < all.len() / 2,
            "{} of {}",
            chosen.len(),
            all.len()
        );
        for dialect in dialects() {
            let own = chosen.iter().filter(|case| case.dialect == *dialect);
            assert!(own.count() > 0, "{dialect}");
        }
    }

    #[test]
    fn each_call_is_made_under_each_common_fault_once_and_comes_to_each_reply_at_every_gateway() {
        let all = calls().unwrap();
        let chosen = calls_for_a_front_end(all.clone());
        for fault in Fault::COMMON {
            for call in Call::ALL {
                let is_it = |case: &CallCase| case.fault == *fault && case.call == call;
                assert!(chosen.iter().any(is_it), "{fault:?} {call:?}");
            }
        }
        for case in &all {
            let is_like =
                |it: &CallCase| (it.dialect, it.expected) == (case.dialect, case.expected);
            assert!(chosen.iter().any(is_like), "{case:?}");
        }
    }
}
