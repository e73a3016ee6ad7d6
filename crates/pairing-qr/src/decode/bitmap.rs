//! Tells dark pixels from light ones.

use super::picture::Flat;

/// A picture of dark and light pixels; everything outside of it is light, which
/// is the quiet zone that some pictures lack.
pub(super) struct Bitmap {
    width: usize,
    height: usize,
    dark: Vec<bool>,
}

impl Bitmap {
    /// Calls dark what is at least as dark as Otsu's threshold; or the other way
    /// round, if the picture is a negative.
    ///
    /// One threshold for all of the picture is right for what a program drew: it
    /// has no shadows, and the blur of JPEG lies between the two brightnesses.
    pub(super) fn of(flat: &Flat, negative: bool) -> Self {
        let threshold = threshold(&flat.luma);
        Self {
            width: flat.width,
            height: flat.height,
            dark: flat
                .luma
                .iter()
                .map(|&luma| (luma <= threshold) != negative)
                .collect(),
        }
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks_exact(self.width)
    }

    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.height && self.dark[y * self.width + x]
    }

    /// Whether the pixel that covers this point is dark.
    pub(super) fn is_dark_at(&self, x: f64, y: f64) -> bool {
        // The conversion saturates, and what lies beyond is outside.
        x >= 0.0 && y >= 0.0 && self.is_dark(x as usize, y as usize)
    }
}

/// Otsu's threshold: the split of the brightnesses into two groups whose means
/// lie farthest apart, weighted by their sizes. Of equal splits the middle one,
/// as between the only two brightnesses of a crisp picture.
fn threshold(luma: &[u8]) -> u8 {
    let mut histogram = [0_u64; 256];
    for &value in luma {
        histogram[usize::from(value)] += 1;
    }
    let total: u64 = histogram.iter().sum();
    let total_sum: u64 = (0..)
        .zip(&histogram)
        .map(|(value, count)| value * count)
        .sum();

    let (mut count, mut sum) = (0, 0);
    let mut best = -1.0;
    let (mut first, mut last) = (0, 0);
    for value in 0..=u8::MAX {
        count += histogram[usize::from(value)];
        sum += u64::from(value) * histogram[usize::from(value)];
        if count == 0 || count == total {
            continue;
        }
        let mean_dark = sum as f64 / count as f64;
        let mean_light = (total_sum - sum) as f64 / (total - count) as f64;
        let distance = mean_light - mean_dark;
        let score = distance * distance * count as f64 * (total - count) as f64;
        if score > best {
            best = score;
            first = value;
        }
        if score >= best {
            last = value;
        }
    }
    u8::midpoint(first, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_brightnesses_are_split_in_the_middle() {
        assert_eq!(threshold(&[0, 255, 255]), 127);
        assert_eq!(threshold(&[100, 200, 200]), 149);
    }

    #[test]
    fn noise_around_two_brightnesses_is_ignored() {
        let luma = [3, 9, 14, 20, 30, 225, 230, 240, 250, 255];
        assert!((30..225).contains(&threshold(&luma)));
    }

    #[test]
    fn outside_of_the_picture_is_light_even_in_a_negative() {
        let flat = Flat {
            width: 1,
            height: 2,
            luma: vec![255, 0],
        };
        let bitmap = Bitmap::of(&flat, true);
        assert!(bitmap.is_dark(0, 0));
        assert!(!bitmap.is_dark(0, 1));
        for (x, y) in [(-1.0, 0.0), (1.0, 0.0), (0.0, 2.0), (1e300, f64::NAN)] {
            assert!(!bitmap.is_dark_at(x, y), "({x}, {y})");
        }
    }
}
