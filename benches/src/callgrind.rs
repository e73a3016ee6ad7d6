//! Counting instructions: the same program on the same input always takes the same number.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// How many instructions one repetition takes of what `program` does as often as its last
/// argument says: the difference between `more` repetitions and one, so that the start of the
/// program and of its first repetition do not count.
///
/// # Errors
///
/// When valgrind is missing or the program fails.
pub fn instructions_each<A: AsRef<OsStr>>(
    program: &Path,
    arguments: &[A],
    more: u32,
) -> Result<f64> {
    let count = |times: u32| instructions(program, arguments, times);
    let (one, many) = (count(1)?, count(more + 1)?);
    let difference = many.checked_sub(one);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let difference = difference.context("more repetitions took fewer instructions")? as f64;
    Ok(difference / f64::from(more))
}

fn instructions<A: AsRef<OsStr>>(program: &Path, arguments: &[A], times: u32) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .arg(times.to_string())
        .output()
        .context("cannot start valgrind, which Debian has as `valgrind`")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("callgrind failed ({}): {said}", output.status);
    }
    collected(&said).with_context(|| format!("callgrind counted nothing: {said}"))
}

/// From `==123== Collected : 456`.
fn collected(said: &str) -> Option<u64> {
    let (_, rest) = said.split_once("Collected :")?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_what_callgrind_says() {
        let said = "==7== Events    : Ir\n==7== Collected : 1234567\n==7==\n";
        assert_eq!(collected(said), Some(1_234_567));
        assert_eq!(collected("==7== no such tool"), None);
    }
}
