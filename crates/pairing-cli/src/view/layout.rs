//! Where things stand on the screen: the code never cut, the words around it.

use pairing_qr::{QUIET_ZONE, QrMatrix};

use super::Size;
use super::code::{self, QrColors};
use crate::texts::{Texts, fill};

/// Light modules around a code, from the best to the least: ISO/IEC 18004 asks for four,
/// phones manage with fewer where rows are scarce.
const QUIET_ZONES: [usize; 3] = [QUIET_ZONE, 2, 1];

/// The narrowest column of words beside a code.
const NARROWEST: usize = 24;
/// Columns between a code and the words beside it.
const GAP: usize = 2;

/// What surrounds a code.
pub(super) struct Words<'a> {
    /// Above the code.
    pub(super) above: &'a [String],
    /// Below it.
    pub(super) below: &'a [String],
}

/// Words as lines of at most `columns`.
pub(super) fn wrap(words: &[String], columns: usize) -> Vec<String> {
    words
        .iter()
        .flat_map(|text| textwrap::wrap(text, columns.max(1)))
        .map(|line| line.into_owned())
        .collect()
}

/// Words alone, as many of their lines as fit.
pub(super) fn text(words: &[String], size: Size) -> Vec<String> {
    let mut lines = wrap(words, size.columns);
    lines.truncate(size.rows);
    lines
}

/// A code with words above and below it or at its side, whichever leaves it the wider
/// margin; words alone, which say so, where no whole code fits.
pub(super) fn qr(
    matrix: &QrMatrix,
    colors: QrColors,
    words: &Words<'_>,
    size: Size,
    texts: &Texts,
) -> Vec<String> {
    QUIET_ZONES
        .into_iter()
        .find_map(|quiet_zone| {
            stacked(matrix, colors, words, size, quiet_zone)
                .or_else(|| beside(matrix, colors, words, size, quiet_zone))
        })
        .unwrap_or_else(|| {
            let mut lines = vec![too_small(matrix, words, size, texts), String::new()];
            lines.extend_from_slice(words.below);
            text(&lines, size)
        })
}

fn stacked(
    matrix: &QrMatrix,
    colors: QrColors,
    words: &Words<'_>,
    size: Size,
    quiet_zone: usize,
) -> Option<Vec<String>> {
    let (columns, rows) = code::drawn_size(matrix, quiet_zone);
    let above = wrap(words.above, size.columns);
    let below = wrap(words.below, size.columns);
    if columns > size.columns || above.len() + rows + below.len() > size.rows {
        return None;
    }
    let mut lines = above;
    lines.extend(code::draw(matrix, colors, quiet_zone));
    lines.extend(below);
    Some(lines)
}

fn beside(
    matrix: &QrMatrix,
    colors: QrColors,
    words: &Words<'_>,
    size: Size,
    quiet_zone: usize,
) -> Option<Vec<String>> {
    let (columns, rows) = code::drawn_size(matrix, quiet_zone);
    let room = size.columns.checked_sub(columns + GAP)?;
    let side = side(words, room);
    if room < NARROWEST || rows.max(side.len()) > size.rows {
        return None;
    }
    let mut lines = code::draw(matrix, colors, quiet_zone);
    for (line, words) in lines.iter_mut().zip(&side) {
        line.push_str(&" ".repeat(GAP));
        line.push_str(words);
    }
    // Words that go on below the code stay in their column.
    for words in side.iter().skip(lines.len()) {
        lines.push(format!("{}{words}", " ".repeat(columns + GAP)));
    }
    Some(lines)
}

/// Says what is needed: the size at which the code fits with the narrowest margin.
fn too_small(matrix: &QrMatrix, words: &Words<'_>, size: Size, texts: &Texts) -> String {
    let (columns, rows) = code::drawn_size(matrix, QUIET_ZONES[QUIET_ZONES.len() - 1]);
    let needed = columns.max(size.columns);
    let stacked = rows + wrap(words.above, needed).len() + wrap(words.below, needed).len();
    let room = size.columns.saturating_sub(columns + GAP);
    let beside = rows.max(side(words, room).len());
    let rows = if room < NARROWEST {
        stacked
    } else {
        stacked.min(beside)
    };
    fill(
        texts.too_small,
        &[
            ("columns", &needed),
            ("rows", &rows),
            ("have_columns", &size.columns),
            ("have_rows", &size.rows),
        ],
    )
}

/// The words beside a code.
fn side(words: &Words<'_>, columns: usize) -> Vec<String> {
    let mut lines = wrap(words.above, columns);
    lines.push(String::new());
    lines.extend(wrap(words.below, columns));
    lines
}
