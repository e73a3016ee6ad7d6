//! The page: for each table its prose, its figures with their ratios, and its plots.

use std::fmt::Write as _;

use super::goal::{self, Verdict};
use super::number;
use super::record::{OURS, Record};

/// Where the figures go in the prose of a table.
pub(super) const RESULTS: &str = "<!-- results -->";

/// One table: its prose, with [`RESULTS`] on its own line, and its records.
pub(super) struct Table<'a> {
    pub(super) name: &'a str,
    pub(super) prose: String,
    pub(super) records: Vec<&'a Record>,
}

/// The whole page. `preface` says how to repeat it and on which machine it was measured.
pub(super) fn render(preface: &str, tables: &[Table<'_>]) -> String {
    let mut page = format!("{}\n", preface.trim_end());
    page.push_str(&overview(tables));
    for table in tables {
        let figures = format!("{}{}", figures(&table.records), plot_link(table));
        let prose = table.prose.trim_end();
        let section = if prose.contains(RESULTS) {
            prose.replace(RESULTS, figures.trim_end())
        } else {
            format!("{prose}\n\n{}", figures.trim_end())
        };
        // Writing to a string cannot fail.
        let _ = write!(page, "\n{section}\n");
    }
    page
}

/// The heading of a table's prose, without its mark.
pub(super) fn title<'a>(table: &'a Table<'_>) -> &'a str {
    let first = table.prose.lines().next().unwrap_or(table.name);
    first.trim_start_matches('#').trim()
}

/// Every goal of the page in one list.
fn overview(tables: &[Table<'_>]) -> String {
    let mut text = "\n| table | what | ours | goal | |\n|---|---|---:|---|---|\n".to_owned();
    for table in tables {
        for ours in table.records.iter().filter(|record| record.goal.is_some()) {
            let peers: Vec<_> = peers_of(ours, &table.records).collect();
            let _ = writeln!(
                text,
                "| [{}](#{}) | {} | {} | {} | {} |",
                title(table),
                anchor(title(table)),
                question(ours),
                number::shown(ours.median, &ours.unit),
                goal::shown(ours.goal.as_deref().unwrap_or_default(), &ours.unit),
                mark(goal::judge(ours, &peers)),
            );
        }
    }
    text
}

/// The anchor that a heading gets: lower case, hyphens, nothing else.
fn anchor(title: &str) -> String {
    title
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn question(record: &Record) -> String {
    if record.at.is_empty() {
        record.metric.clone()
    } else {
        format!("{}, {}", record.metric, record.at)
    }
}

fn mark(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Met) => "met",
        Some(Verdict::Missed) => "**missed**",
        Some(Verdict::Open) => "see there",
        None => "",
    }
}

fn peers_of<'a>(ours: &Record, records: &[&'a Record]) -> impl Iterator<Item = &'a Record> {
    records
        .iter()
        .copied()
        .filter(move |record| record.subject != ours.subject && record.compares_with(ours))
}

/// One line per question, one column per subject; each peer with its ratio to ours.
fn figures(records: &[&Record]) -> String {
    let subjects = subjects(records);
    let has_goals = records.iter().any(|record| record.goal.is_some());
    let mut text = "| ".to_owned();
    let mut rule = "|---|".to_owned();
    for subject in &subjects {
        let _ = write!(text, "| {subject} ");
        rule.push_str("---:|");
    }
    text.push_str(if has_goals { "| goal | |\n" } else { "|\n" });
    rule.push_str(if has_goals { "---|---|\n" } else { "\n" });
    text.push_str(&rule);
    for question_of in questions(records) {
        let answer = |subject: &str| {
            records
                .iter()
                .find(|record| record.subject == subject && record.compares_with(question_of))
        };
        let ours = answer(OURS);
        let _ = write!(text, "| {} ", question(question_of));
        for subject in &subjects {
            let cell = answer(subject).map(|record| cell(record, ours.copied()));
            let _ = write!(text, "| {} ", cell.unwrap_or_default());
        }
        if has_goals {
            let goal = ours.and_then(|ours| ours.goal.as_deref());
            let verdict = ours.and_then(|ours| {
                let peers: Vec<_> = peers_of(ours, records).collect();
                goal::judge(ours, &peers)
            });
            let goal = goal::shown(goal.unwrap_or_default(), &question_of.unit);
            let _ = write!(text, "| {goal} | {} ", mark(verdict));
        }
        text.push_str("|\n");
    }
    text
}

/// `1.2 KB (1.1–1.3)`, and for a peer how many times ours it is.
fn cell(record: &Record, ours: Option<&Record>) -> String {
    let mut text = number::shown(record.median, &record.unit);
    let (min, max) = (number::digits(record.min), number::digits(record.max));
    if record.runs > 1 && min != max {
        let (min, max) = (
            number::shown(record.min, &record.unit),
            number::shown(record.max, &record.unit),
        );
        let _ = write!(text, " ({min} – {max})");
    }
    if let Some(ours) = ours.filter(|_| record.subject != OURS)
        && let Some(ratio) = number::ratio(record.median, ours.median)
    {
        let _ = write!(text, ", **{ratio}**");
    }
    text
}

/// Ours first, the others as they come.
pub(super) fn subjects<'a>(records: &[&'a Record]) -> Vec<&'a str> {
    let mut subjects: Vec<&str> = Vec::new();
    for record in records {
        if !subjects.contains(&record.subject.as_str()) {
            subjects.push(&record.subject);
        }
    }
    subjects.sort_by_key(|subject| *subject != OURS);
    subjects
}

/// One record for each question, in the order in which they come.
pub(super) fn questions<'a>(records: &[&'a Record]) -> Vec<&'a Record> {
    let mut questions: Vec<&Record> = Vec::new();
    for record in records {
        if !questions.iter().any(|known| known.compares_with(record)) {
            questions.push(record);
        }
    }
    questions
}

fn plot_link(table: &Table<'_>) -> String {
    if super::plot::draw(title(table), &table.records).is_none() {
        return String::new();
    }
    format!("\n![{}](benchmarks/{}.svg)\n", title(table), table.name)
}

#[cfg(test)]
mod tests {
    use super::super::tests::record;
    use super::*;

    fn goal(mut record: Record, goal: &str) -> Record {
        record.goal = Some(goal.to_owned());
        record
    }

    #[test]
    fn every_peer_stands_beside_ours_with_its_ratio() {
        let records = [
            record("node", "at 10", 250.0),
            goal(record("pairing", "at 10", 100.0), "<= 0.5x node"),
            goal(record("pairing", "at 20", 100.0), "< 100"),
        ];
        let text = figures(&records.iter().collect::<Vec<_>>());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "| | pairing | node | goal | |");
        assert_eq!(
            lines[2],
            "| memory, at 10 | 100 B | 250 B, **2.5×** | ≤ 0.5× node | met |"
        );
        assert_eq!(
            lines[3],
            "| memory, at 20 | 100 B |  | < 100 B | **missed** |"
        );
    }

    #[test]
    fn the_spread_is_shown_where_there_is_one() {
        let mut spread = record("pairing", "", 2.0);
        (spread.min, spread.max, spread.runs) = (1.0, 3.0, 5);
        assert_eq!(cell(&spread, None), "2 B (1 B – 3 B)");
        assert_eq!(cell(&record("pairing", "", 2.0), None), "2 B");
    }

    #[test]
    fn the_figures_stand_where_the_prose_wants_them_and_the_goals_on_top() {
        let ours = goal(record("pairing", "", 1.0), "<= 1");
        let table = Table {
            name: "waiting",
            prose: format!("## Waiting sessions\n\nBefore.\n\n{RESULTS}\n\nAfter.\n"),
            records: vec![&ours],
        };
        let page = render("# Benchmarks\n", &[table]);
        let position = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}: {page}"));
        assert!(position("[Waiting sessions](#waiting-sessions)") < position("Before."));
        assert!(position("Before.") < position("\n| memory | 1 B | ≤ 1 B | met |"));
        assert!(position("≤ 1 B | met |\n\nAfter") > 0);
        assert!(!page.contains(RESULTS));
    }
}
