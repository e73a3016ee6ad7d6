//! Whether a goal is met: `<= 1500`, `< 200`, `<= 0.05x node`, several separated by `; `.

use super::number;
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

/// The goal as a page has it: its signs, and its limits in the unit of the figure.
pub(super) fn shown(goal: &str, unit: &str) -> String {
    let parts: Vec<String> = goal.split("; ").map(|part| one_shown(part, unit)).collect();
    parts
        .join("; ")
        .replace("<= ", "≤ ")
        .replace(">= ", "≥ ")
        .replace("x ", "× ")
}

fn one_shown(goal: &str, unit: &str) -> String {
    let limit = goal.split_once(' ').and_then(|(sign, limit)| {
        let limit = limit.trim().parse().ok()?;
        Some(format!("{sign} {}", number::shown(limit, unit)))
    });
    limit.unwrap_or_else(|| goal.to_owned())
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
    fn a_limit_is_shown_in_the_unit_of_its_figure() {
        for (goal, unit, text) in [
            ("<= 1500; <= 0.05x node", "B", "≤ 1.5 KB; ≤ 0.05× node"),
            ("< 200", "ns", "< 200 ns"),
            (">= 10.8", "s", "≥ 10.8 s"),
            ("<= 0", "", "≤ 0"),
            ("no error", "", "no error"),
        ] {
            assert_eq!(shown(goal, unit), text);
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
