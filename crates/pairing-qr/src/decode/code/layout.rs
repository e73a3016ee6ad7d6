//! Which modules of a version hold no data.

/// The places of patterns, format and version.
pub(super) struct Layout {
    version: usize,
    /// The rows, and columns, in which alignment patterns have their centres.
    alignment: Vec<usize>,
}

impl Layout {
    pub(super) fn of(version: usize) -> Self {
        Self {
            version,
            alignment: alignment(version),
        }
    }

    pub(super) fn is_taken(&self, x: usize, y: usize) -> bool {
        let size = 17 + 4 * self.version;
        // With the format and the module that is always dark.
        let is_corner = (x < 9 && (y < 9 || y >= size - 8)) || (x >= size - 8 && y < 9);
        let is_version =
            self.version >= 7 && ((x < 6 && y >= size - 11) || (y < 6 && x >= size - 11));
        is_corner || is_version || x == 6 || y == 6 || self.is_alignment(x, y)
    }

    /// Where one would meet a finder pattern, there is none.
    fn is_alignment(&self, x: usize, y: usize) -> bool {
        let near = |place| {
            self.alignment
                .iter()
                .position(|it| place + 2 >= *it && place <= it + 2)
        };
        let last = self.alignment.len().saturating_sub(1);
        match (near(x), near(y)) {
            (Some(column), Some(row)) => ![(0, 0), (0, last), (last, 0)].contains(&(column, row)),
            _ => false,
        }
    }
}

/// The first is on the timing pattern, the last as far from the edge; between them the distances are
/// equal and even, and the first one takes what is left.
fn alignment(version: usize) -> Vec<usize> {
    if version == 1 {
        return Vec::new();
    }
    let last = 10 + 4 * version;
    let gaps = version / 7 + 1;
    let distance = (last - 6).div_ceil(2 * gaps) * 2;
    // Not as the rule has it: ISO/IEC 18004, annex E.
    let distance = if version == 32 { 26 } else { distance };
    let others = (0..gaps).rev().map(|gap| last - gap * distance);
    [6].into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_makes_the_rows_of_annex_e() {
        for (version, expected) in [
            (1, &[][..]),
            (2, &[6, 18]),
            (7, &[6, 22, 38]),
            (15, &[6, 26, 48, 70]),
            (21, &[6, 28, 50, 72, 94]),
            (32, &[6, 34, 60, 86, 112, 138]),
            (36, &[6, 24, 50, 76, 102, 128, 154]),
            (39, &[6, 26, 54, 82, 110, 138, 166]),
            (40, &[6, 30, 58, 86, 114, 142, 170]),
        ] {
            assert_eq!(alignment(version), expected, "version {version}");
        }
    }
}
