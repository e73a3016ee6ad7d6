//! Whether a goal is met: `<= 1500`, `< 200`, `<= 0.05x node`, several separated by `; `.

use super::record::Record;

/// What the figures say about a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Met,
    Missed,
    /// The goal is prose, or the peer it names was not measured.
    Open,
}

/// Judges the median of `ours` against its goal; `peers` are the records it compares with.
pub(super) fn judge(ours: &Record, peers: &[&Record]) -> Option<Verdict> {
    let goal = ours.goal.as_deref()?;
    let mut verdict = Verdict::Met;
    for part in goal.split(';') {
        match is_met(part.trim(), ours, peers) {
            Some(true) => {}
            Some(false) => return Some(Verdict::Missed),
            None => verdict = Verdict::Open,
        }
    }
    Some(verdict)
}

fn is_met(goal: &str, ours: &Record, peers: &[&Record]) -> Option<bool> {
    let (sign, rest) = goal.split_once(' ')?;
    let limit: f64 = if let Some((factor, name)) = rest.split_once("x ") {
        let peer = peers.iter().find(|peer| peer.subject == name.trim())?;
        factor.parse::<f64>().ok()? * peer.median
    } else {
        rest.trim().parse().ok()?
    };
    match sign {
        "<" => Some(ours.median < limit),
        "<=" => Some(ours.median <= limit),
        ">" => Some(ours.median > limit),
        ">=" => Some(ours.median >= limit),
        _ => None,
    }
}

/// The goal with the signs that a page has.
pub(super) fn shown(goal: &str) -> String {
    goal.replace("<= ", "≤ ")
        .replace(">= ", "≥ ")
        .replace("x ", "× ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::record;
    use super::*;

    fn judged(goal: &str) -> Option<Verdict> {
        let mut ours = record("pairing", "", 10.0);
        ours.goal = Some(goal.to_owned());
        judge(&ours, &[&record("node", "", 100.0)])
    }

    #[test]
    fn a_limit_is_a_number_or_a_share_of_a_peer() {
        for (goal, verdict) in [
            ("<= 10", Verdict::Met),
            ("< 10", Verdict::Missed),
            (">= 10", Verdict::Met),
            ("> 10", Verdict::Missed),
            ("<= 0.1x node", Verdict::Met),
            ("<= 0.05x node", Verdict::Missed),
            (">= 5x node", Verdict::Missed),
            ("<= 10; <= 0.2x node", Verdict::Met),
            ("<= 10; <= 0.05x node", Verdict::Missed),
        ] {
            assert_eq!(judged(goal), Some(verdict), "{goal}");
        }
    }

    #[test]
    fn what_cannot_be_judged_is_not_called_met() {
        for goal in ["no error", "<= 2x cobol", "<= 10; no error", "~ 3"] {
            assert_eq!(judged(goal), Some(Verdict::Open), "{goal}");
        }
        assert_eq!(judge(&record("pairing", "", 1.0), &[]), None);
    }
}
