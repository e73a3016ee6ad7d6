//! Figures as people read them: three digits and the unit that fits.

/// Units that turn into a larger one: what they are called, and how many make the next.
const STEPS: &[(&str, &str, f64)] = &[
    ("B", "KB", 1000.0),
    ("KB", "MB", 1000.0),
    ("MB", "GB", 1000.0),
    ("KiB", "MiB", 1024.0),
    ("MiB", "GiB", 1024.0),
    ("ns", "µs", 1000.0),
    ("µs", "ms", 1000.0),
    ("ms", "s", 1000.0),
];

/// Units that say nothing a heading does not.
const BARE: &[&str] = &["", "allocations", "calls", "instructions"];

/// A figure with its unit.
pub(super) fn shown(value: f64, unit: &str) -> String {
    let (mut value, mut unit) = (value, unit);
    while let Some((_, larger, step)) = STEPS.iter().find(|(from, ..)| *from == unit)
        && value.abs() >= *step
    {
        value /= step;
        unit = larger;
    }
    let digits = digits(value);
    if BARE.contains(&unit) {
        digits
    } else {
        format!("{digits} {unit}")
    }
}

/// A ratio: `12×`, `0.84×`.
pub(super) fn ratio(of: f64, to: f64) -> Option<String> {
    let ratio = of / to;
    (ratio.is_finite() && to > 0.0).then(|| format!("{}×", digits(ratio)))
}

/// Three significant digits; larger numbers whole, in groups of thousands.
pub(super) fn digits(value: f64) -> String {
    let size = value.abs();
    if size >= 99.95 {
        return grouped(value);
    }
    let places = match size {
        _ if size >= 9.995 => 1,
        _ if size >= 0.0995 => 2,
        _ => 4,
    };
    let text = format!("{value:.places$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

fn grouped(value: f64) -> String {
    let whole = format!("{value:.0}");
    let (sign, plain) = whole
        .strip_prefix('-')
        .map_or(("", whole.as_str()), |plain| ("-", plain));
    let mut text = sign.to_owned();
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_are_enough() {
        for (value, text) in [
            (0.0, "0"),
            (0.0123, "0.0123"),
            (1.0, "1"),
            (1.256, "1.26"),
            (10.04, "10"),
            (54.67, "54.7"),
            (528.4, "528"),
            (73785.06, "73,785"),
            (-1234.0, "-1,234"),
        ] {
            assert_eq!(digits(value), text);
        }
    }

    #[test]
    fn the_unit_grows_with_the_figure() {
        assert_eq!(shown(999.0, "B"), "999 B");
        assert_eq!(shown(1_500_000.0, "B"), "1.5 MB");
        assert_eq!(shown(1536.0, "KiB"), "1.5 MiB");
        assert_eq!(shown(54.7, "ns"), "54.7 ns");
        assert_eq!(shown(73785.0, "instructions"), "73,785");
    }

    #[test]
    fn nothing_is_no_measure() {
        assert_eq!(ratio(3.0, 0.0), None);
        assert_eq!(ratio(f64::NAN, 1.0), None);
        assert_eq!(ratio(3.0, 2.0).as_deref(), Some("1.5×"));
    }
}
