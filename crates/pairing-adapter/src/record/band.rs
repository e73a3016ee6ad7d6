//! Lengths in bands, each twice as wide as the one before: a band tells forms apart and identifies
//! nothing.

/// `0`, `1`, `2-3`, `4-7`, `8-15`, …
pub(super) fn band(length: usize) -> String {
    match length {
        0 | 1 => length.to_string(),
        _ => {
            let low = 1_usize << length.ilog2();
            format!("{low}-{}", low + (low - 1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_powers_of_two() {
        for (length, expected) in [
            (0, "0"),
            (1, "1"),
            (2, "2-3"),
            (3, "2-3"),
            (13, "8-15"),
            (16, "16-31"),
            (1024 * 1024, "1048576-2097151"),
        ] {
            assert_eq!(band(length), expected);
        }
        assert!(band(usize::MAX).ends_with(&format!("-{}", usize::MAX)));
    }
}
