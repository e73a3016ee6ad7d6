//! Plots as SVG, readable on light pages and on dark ones: a panel for each metric that has
//! something to compare, bars for a few conditions and curves for a growing number.

use std::fmt::Write as _;

use super::number;
use super::page::{questions, subjects};
use super::record::{OURS, Record};

const WIDTH: f64 = 760.0;
const MARGIN: f64 = 16.0;
/// Between the names of conditions and subjects, and the bars.
const LABELS: f64 = 210.0;
/// Right of the longest bar, for its figure.
const FIGURES: f64 = 96.0;
const LINE: f64 = 20.0;
const CURVE_HEIGHT: f64 = 220.0;

/// Okabe and Ito's colours, which stay apart for the colour-blind; ours is the first.
const COLOURS: &[&str] = &[
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9",
];

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2328}.t{font-weight:600}\
.s{fill:#59636e;font-size:12px}.g{stroke:#d1d9e0}.w{stroke:#1f2328}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.s{fill:#9198a1}.g{stroke:#3d444d}.w{stroke:#f0f6fc}}";

/// The plots of a table, or `None` if there is nothing to compare.
pub(super) fn draw(title: &str, records: &[&Record]) -> Option<String> {
    let subjects = subjects(records);
    let mut body = String::new();
    let mut y = MARGIN;
    for metric in metrics(records) {
        let of_metric: Vec<&Record> = records
            .iter()
            .copied()
            .filter(|record| (&record.metric, &record.unit) == (&metric.metric, &metric.unit))
            .filter(|record| record.median.is_finite() && record.median >= 0.0)
            .collect();
        let (compared, conditions) = (self::subjects(&of_metric), questions(&of_metric));
        if compared.len() < 2 && conditions.len() < 3 {
            continue;
        }
        y += LINE;
        line_of_text(&mut body, MARGIN, y, "t", &heading(metric, &of_metric));
        y = match numbered(&conditions) {
            Some(_) => curves(&mut body, y + 8.0, &of_metric, &subjects),
            None => bars(&mut body, y + 8.0, &of_metric, &subjects),
        };
        y += LINE;
    }
    (!body.is_empty()).then(|| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y:.0}\" width=\"{WIDTH}\" \
             role=\"img\"><title>{}</title><style>{STYLE}</style>\n{body}</svg>\n",
            escaped(title)
        )
    })
}

/// One record for each metric.
fn metrics<'a>(records: &[&'a Record]) -> Vec<&'a Record> {
    let mut metrics: Vec<&Record> = Vec::new();
    for record in records {
        let known =
            |known: &&Record| (&known.metric, &known.unit) == (&record.metric, &record.unit);
        if !metrics.iter().any(known) {
            metrics.push(record);
        }
    }
    metrics
}

fn heading(metric: &Record, records: &[&Record]) -> String {
    let logarithmic = if Scale::of(records).logarithmic {
        ", logarithmic"
    } else {
        ""
    };
    format!("{}{logarithmic}", metric.metric)
}

/// From figures to a share of the width.
struct Scale {
    from: f64,
    to: f64,
    logarithmic: bool,
}

impl Scale {
    fn of(records: &[&Record]) -> Self {
        let values = records.iter().map(|record| record.median);
        let to = values.clone().fold(f64::MIN_POSITIVE, f64::max);
        let least = values.fold(to, f64::min);
        let logarithmic = least > 0.0 && to / least > 20.0;
        Self {
            // A logarithm has no zero: the smallest bar gets a third of a decade.
            from: if logarithmic { least / 2.0 } else { 0.0 },
            to,
            logarithmic,
        }
    }

    fn share(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            (value / self.from).log10() / (self.to / self.from).log10()
        } else {
            value / self.to
        };
        if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}

fn bars(body: &mut String, top: f64, records: &[&Record], subjects: &[&str]) -> f64 {
    let scale = Scale::of(records);
    let room = WIDTH - 2.0 * MARGIN - LABELS - FIGURES;
    let left = MARGIN + LABELS;
    let mut y = top;
    for condition in questions(records) {
        if !condition.at.is_empty() {
            y += LINE;
            line_of_text(body, MARGIN, y - 5.0, "s", &condition.at);
        }
        for (subject, record) in subjects.iter().filter_map(|subject| {
            let mut own = records
                .iter()
                .filter(|record| record.compares_with(condition));
            Some((subject, own.find(|record| record.subject == *subject)?))
        }) {
            let end = |value: f64| left + room * scale.share(value);
            let width = (end(record.median) - left).max(1.0);
            let _ = writeln!(
                body,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
                 <rect x=\"{left:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"14\" rx=\"2\" fill=\"{}\"/>",
                left - 8.0,
                y + 14.0,
                escaped(subject),
                y + 3.0,
                colour(subject, subjects),
            );
            if record.runs > 1 && record.max > record.min {
                let (min, max) = (end(record.min), end(record.max));
                let _ = writeln!(
                    body,
                    "<path class=\"w\" d=\"M{min:.1} {:.1}H{max:.1}\"/>",
                    y + 10.0
                );
            }
            let figure = number::shown(record.median, &record.unit);
            let after = end(record.median.max(record.max)) + 6.0;
            line_of_text(body, after, y + 14.0, "s", &figure);
            y += LINE;
        }
    }
    y
}

/// The numbers that the conditions begin with, if all do and there are enough for a curve.
fn numbered(conditions: &[&Record]) -> Option<Vec<f64>> {
    let numbers: Option<Vec<f64>> = conditions
        .iter()
        .map(|record| leading(&record.at))
        .collect();
    let mut numbers = numbers?;
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    (numbers.len() >= 3 && numbers.len() == conditions.len()).then_some(numbers)
}

fn leading(text: &str) -> Option<f64> {
    let digits: String = text
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
        .filter(|c| *c != ',')
        .collect();
    digits.parse().ok().filter(|number| *number > 0.0)
}

fn curves(body: &mut String, top: f64, records: &[&Record], subjects: &[&str]) -> f64 {
    let scale = Scale::of(records);
    let numbers = numbered(&questions(records)).unwrap_or_default();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else {
        return top;
    };
    let (left, right) = (MARGIN + 70.0, WIDTH - MARGIN - LABELS);
    let bottom = top + CURVE_HEIGHT;
    let x = |number: f64| left + (right - left) * (number / first).log10() / (last / first).log10();
    let y = |value: f64| bottom - (CURVE_HEIGHT - LINE) * scale.share(value);
    for number in &numbers {
        let x = x(*number);
        let _ = writeln!(
            body,
            "<path class=\"g\" d=\"M{x:.1} {top:.1}V{bottom:.1}\"/>\
             <text class=\"s\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            bottom + 16.0,
            number::digits(*number)
        );
    }
    let mut last_label = f64::NEG_INFINITY;
    let mut ends = Vec::new();
    for subject in subjects {
        let mut points: Vec<(f64, &Record)> = records
            .iter()
            .filter(|record| record.subject == *subject)
            .filter_map(|record| Some((leading(&record.at)?, *record)))
            .collect();
        points.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let path: Vec<String> = points
            .iter()
            .map(|(number, record)| format!("{:.1} {:.1}", x(*number), y(record.median)))
            .collect();
        let colour = colour(subject, subjects);
        let _ = writeln!(
            body,
            "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            path.join("L")
        );
        for point in &path {
            let (x, y) = point.split_once(' ').unwrap_or_default();
            let _ = writeln!(
                body,
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"3.5\" fill=\"{colour}\"/>"
            );
        }
        if let Some((number, record)) = points.last() {
            ends.push((y(record.median), x(*number), *record));
        }
    }
    // From top to bottom, so that names push each other down instead of lying on each other.
    ends.sort_by(|(one, ..), (other, ..)| one.total_cmp(other));
    for (y, x, record) in ends {
        last_label = y.max(last_label + 16.0);
        let label = format!(
            "{} {}",
            record.subject,
            number::shown(record.median, &record.unit)
        );
        line_of_text(body, x + 10.0, last_label + 4.0, "s", &label);
    }
    bottom + LINE
}

fn colour(subject: &str, subjects: &[&str]) -> &'static str {
    let index = if subject == OURS {
        0
    } else {
        let others = subjects.iter().filter(|other| **other != OURS);
        1 + others.take_while(|other| **other != subject).count() % (COLOURS.len() - 1)
    };
    COLOURS[index]
}

fn line_of_text(body: &mut String, x: f64, y: f64, class: &str, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        body,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
        escaped(text)
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::tests::record;
    use super::*;

    fn drawn(records: &[Record]) -> Option<String> {
        draw("a & b", &records.iter().collect::<Vec<_>>())
    }

    /// The widths of all bars.
    fn widths(svg: &str) -> Vec<f64> {
        svg.split("<rect ")
            .skip(1)
            .filter_map(|bar| {
                bar.split_once("width=\"")?
                    .1
                    .split('"')
                    .next()?
                    .parse()
                    .ok()
            })
            .collect()
    }

    #[test]
    fn bars_are_as_long_as_their_figures() {
        let svg = drawn(&[record("pairing", "", 10.0), record("node", "", 40.0)]).unwrap();
        let widths = widths(&svg);
        assert!((widths[1] / widths[0] - 4.0).abs() < 0.01, "{widths:?}");
        assert!(svg.contains("<title>a &amp; b</title>") && !svg.contains("logarithmic"));
    }

    #[test]
    fn far_apart_figures_are_on_a_logarithmic_scale_that_says_so() {
        let svg = drawn(&[record("pairing", "", 1.0), record("node", "", 10_000.0)]).unwrap();
        let widths = widths(&svg);
        assert!(
            widths[0] > 10.0 && widths[1] < 20.0 * widths[0],
            "{widths:?}"
        );
        assert!(svg.contains("memory, logarithmic"));
    }

    #[test]
    fn a_growing_number_makes_a_curve() {
        let records: Vec<_> = [1000.0, 10_000.0, 100_000.0]
            .iter()
            .map(|number| record("pairing", &format!("{number} sessions"), *number))
            .collect();
        let svg = drawn(&records).unwrap();
        assert_eq!(svg.matches("<circle").count(), 3);
        assert!(svg.contains(">10,000</text>") && widths(&svg).is_empty());
    }

    #[test]
    fn a_figure_on_its_own_is_not_drawn() {
        assert_eq!(drawn(&[record("pairing", "", 1.0)]), None);
    }

    #[test]
    fn zero_and_nothing_are_drawn_without_harm() {
        let nothing = record("node", "", f64::NAN);
        let svg = drawn(&[record("pairing", "", 0.0), record("go", "", 0.0), nothing]).unwrap();
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
