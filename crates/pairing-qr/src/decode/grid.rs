//! Reads the modules between three finder patterns.

use rqrr::{Grid, SimpleGrid};

use super::{bitmap::Bitmap, finder::Corners};

/// From the centre of a finder pattern to the two nearest edges of the code, in
/// modules.
const INSET: f64 = 3.5;

/// The row and the column of the timing patterns, in which dark and light
/// modules alternate.
const TIMING: usize = 6;

/// What was between three finder patterns.
pub(super) enum Reading {
    Text(String),
    /// A code by its timing patterns, but no text comes out of it.
    Unreadable,
    NoGrid,
}

/// Reads the code of the likeliest size between `corners`.
///
/// The sizes of a code are four modules apart and a finder pattern of a few
/// pixels does not tell a module's size well enough to be sure, so the sizes
/// near the estimate are tried, those with the best timing patterns first.
pub(super) fn read(bitmap: &Bitmap, corners: &Corners) -> Reading {
    let tolerance = 0.15 * corners.modules + 2.0;
    let mut sizes: Vec<(usize, usize)> = (1..=40)
        .map(|version| 17 + 4 * version)
        .filter(|&size| (size as f64 - corners.modules).abs() <= tolerance)
        .filter_map(|size| Some((timing_errors(bitmap, corners, size)?, size)))
        .collect();
    sizes.sort_unstable();
    let reading = if sizes.is_empty() {
        Reading::NoGrid
    } else {
        Reading::Unreadable
    };
    sizes
        .into_iter()
        .find_map(|(_, size)| text(bitmap, corners, size))
        .map_or(reading, Reading::Text)
}

/// How many modules of the timing patterns are wrong, or `None` if more than a
/// fifth are: for random modules it would be half.
fn timing_errors(bitmap: &Bitmap, corners: &Corners, size: usize) -> Option<usize> {
    let places = TIMING + 2..size - TIMING - 2;
    let wrong = |x, y, index: usize| is_dark(bitmap, corners, size, x, y) != (index % 2 == 0);
    let errors = places
        .clone()
        .map(|i| usize::from(wrong(i, TIMING, i)) + usize::from(wrong(TIMING, i, i)))
        .sum();
    (errors * 5 <= 2 * places.len()).then_some(errors)
}

fn text(bitmap: &Bitmap, corners: &Corners, size: usize) -> Option<String> {
    let modules = SimpleGrid::from_func(size, |x, y| is_dark(bitmap, corners, size, x, y));
    let (_, text) = Grid::new(modules).decode().ok()?;
    (!text.is_empty()).then_some(text)
}

/// Whether the pixel in the middle of a module is dark.
fn is_dark(bitmap: &Bitmap, corners: &Corners, size: usize, x: usize, y: usize) -> bool {
    let span = size as f64 - 2.0 * INSET;
    let along = (x as f64 + 0.5 - INSET) / span;
    let down = (y as f64 + 0.5 - INSET) / span;
    bitmap.is_dark_at(
        corners.top_left.x + along * corners.along.x + down * corners.down.x,
        corners.top_left.y + along * corners.along.y + down * corners.down.y,
    )
}
