//! Finds the three finder patterns of a QR code, the squares in its corners.
//!
//! `rqrr`, which reads the code that is found, can search too, for photos as
//! well. But its search copies the picture once for each pair of squares that
//! could belong together, so that a picture of 270 x 270 pixels full of squares
//! keeps it busy for seconds and a larger one for hours. The pictures here come
//! from the network and were drawn straight by a program; for these a search
//! whose effort is bounded is small enough to be our own.

use super::bitmap::Bitmap;

/// More finder patterns than this, and the picture is not of a pairing code: each
/// code has three, and a page with several codes is refused anyway.
const MAX_FINDERS: usize = 48;

/// A line through the middle of a finder pattern crosses dark, light, dark, light
/// and dark runs of this many modules.
const PATTERN: [f64; 5] = [1.0, 1.0, 3.0, 1.0, 1.0];
const PATTERN_MODULES: f64 = 7.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Point {
    fn minus(self, other: Self) -> Self {
        Self {
            x: self.x - other.x,
            y: self.y - other.y,
        }
    }

    fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y
    }

    fn cross(self, other: Self) -> f64 {
        self.x * other.y - self.y * other.x
    }

    fn length(self) -> f64 {
        self.dot(self).sqrt()
    }
}

/// Three finder patterns that could belong to one code. A pixel covers the unit
/// square right of and below its coordinates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corners {
    /// The centre of the finder pattern between the two others.
    pub(super) top_left: Point,
    /// From there to the centre of the one that ends the top row.
    pub(super) along: Point,
    /// From there to the centre of the one that ends the left column.
    pub(super) down: Point,
    /// Modules per side, estimated from the sizes of the finder patterns.
    pub(super) modules: f64,
}

/// One finder pattern: the mean of the lines that were seen through its middle.
struct Finder {
    lines: f64,
    x_sum: f64,
    y_sum: f64,
    module_sum: f64,
}

impl Finder {
    fn centre(&self) -> Point {
        Point {
            x: self.x_sum / self.lines,
            y: self.y_sum / self.lines,
        }
    }

    fn module(&self) -> f64 {
        self.module_sum / self.lines
    }
}

/// All sets of three finder patterns that form the corner of a square.
pub(super) fn find_corners(bitmap: &Bitmap) -> Vec<Corners> {
    let finders = find_finders(bitmap);
    let mut found = Vec::new();
    for corner in &finders {
        for right in &finders {
            for below in &finders {
                found.extend(corners_of(corner, right, below));
            }
        }
    }
    found
}

fn corners_of(corner: &Finder, right: &Finder, below: &Finder) -> Option<Corners> {
    let top_left = corner.centre();
    let along = right.centre().minus(top_left);
    let down = below.centre().minus(top_left);
    let modules = [corner.module(), right.module(), below.module()];
    let module = modules.iter().sum::<f64>() / 3.0;

    // Positive for `down` clockwise of `along`, as y grows downwards.
    let area = along.cross(down);
    let alike = |a: f64, b: f64| a < 1.15 * b && b < 1.15 * a;
    let square =
        area > 0.0 && alike(along.length(), down.length()) && along.dot(down).abs() < 0.1 * area;
    let same_size = modules.iter().all(|m| (m - module).abs() < 0.25 * module);
    (square && same_size).then(|| Corners {
        top_left,
        along,
        down,
        modules: (along.length() + down.length()) / 2.0 / module + PATTERN_MODULES,
    })
}

fn find_finders(bitmap: &Bitmap) -> Vec<Finder> {
    let mut finders: Vec<Finder> = Vec::new();
    for (y, row) in bitmap.rows().enumerate() {
        // Where the last runs began, the oldest first, and at last where the
        // newest ended.
        let mut edges = [0_usize; 6];
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            x += run.len();
            edges.rotate_left(1);
            edges[5] = x;
            if !run[0] || !is_pattern(&edges) {
                continue;
            }
            let Some((centre, module)) = cross_check(bitmap, &edges, y) else {
                continue;
            };
            let near = |finder: &&mut Finder| {
                finder.centre().minus(centre).length() < 2.0 * finder.module()
            };
            if let Some(finder) = finders.iter_mut().find(near) {
                finder.lines += 1.0;
                finder.x_sum += centre.x;
                finder.y_sum += centre.y;
                finder.module_sum += module;
            } else if finders.len() < MAX_FINDERS {
                finders.push(Finder {
                    lines: 1.0,
                    x_sum: centre.x,
                    y_sum: centre.y,
                    module_sum: module,
                });
            } else {
                return finders;
            }
        }
    }
    finders
}

/// Whether five runs, given by their edges, have the lengths of [`PATTERN`], each
/// to within half a module and the middle one to within one and a half.
fn is_pattern(edges: &[usize; 6]) -> bool {
    let module = (edges[5] - edges[0]) as f64 / PATTERN_MODULES;
    module >= 1.0
        && edges.windows(2).zip(PATTERN).all(|(edge, modules)| {
            let length = (edge[1] - edge[0]) as f64;
            (length - modules * module).abs() <= 0.5 * modules * module
        })
}

/// Looks at the column through the middle of a row that looks like a finder
/// pattern: returns the centre and the size of a module, if it does so too.
fn cross_check(bitmap: &Bitmap, row: &[usize; 6], y: usize) -> Option<(Point, f64)> {
    let middle = usize::midpoint(row[2], row[3]);
    let width = row[5] - row[0];
    let column = column_edges(bitmap, middle, y, width)?;
    let height = column[5] - column[0];
    let similar = height.abs_diff(width) <= (width / 4).max(2);
    (is_pattern(&column) && similar).then(|| {
        let centre = Point {
            x: (row[0] + row[5]) as f64 / 2.0,
            y: (column[0] + column[5]) as f64 / 2.0,
        };
        (centre, (width + height) as f64 / (2.0 * PATTERN_MODULES))
    })
}

/// The edges of five runs in column `x`, the third of which holds `y`. None of
/// them is followed farther than `limit` pixels.
fn column_edges(bitmap: &Bitmap, x: usize, y: usize, limit: usize) -> Option<[usize; 6]> {
    let mut edges = [0; 6];
    let mut upper = y;
    for (index, dark) in [(2, true), (1, false), (0, true)] {
        let begin = upper;
        while upper > 0 && begin - upper <= limit && bitmap.is_dark(x, upper - 1) == dark {
            upper -= 1;
        }
        edges[index] = upper;
    }
    let mut lower = y;
    for (index, dark) in [(3, true), (4, false), (5, true)] {
        let begin = lower;
        while lower < bitmap.height() && lower - begin <= limit && bitmap.is_dark(x, lower) == dark
        {
            lower += 1;
        }
        edges[index] = lower;
    }
    edges.is_sorted_by(|a, b| a < b).then_some(edges)
}
