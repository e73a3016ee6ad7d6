//! What uniffi's Swift does otherwise than this library promises.

use anyhow::{Result, bail};

/// How a duration is written: a `TimeInterval` that is none ends the program.
const CHECKS: &str = r#"        if value.rounded(.down) > Double(Int64.max) {
            fatalError("Duration overflow, exceeds max bounds supported by Uniffi")
        }

        if value < 0 {
            fatalError("Invalid duration, must be non-negative")
        }

"#;

const INSTEAD: &str = r#"        guard value >= 0, value < Double(Int64.max) else {
            writeInt(&buf, UInt64(Int64.max))
            writeInt(&buf, UInt32(0))
            return
        }

"#;

/// Lets a duration that is negative, infinite or no number become one beyond every limit, which
/// the library refuses with an error instead of ending the app.
pub(crate) fn mend(text: &str) -> Result<String> {
    let found = text.matches(CHECKS).count();
    if found != 1 {
        bail!("the checks of a duration stand in it {found} times: see what uniffi does now");
    }
    Ok(text.replace(CHECKS, INSTEAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_duration_ends_the_program() {
        let mended = mend(&format!("before\n{CHECKS}after\n")).unwrap();
        assert_eq!(mended, format!("before\n{INSTEAD}after\n"));
    }

    #[test]
    fn code_that_looks_otherwise_is_refused() {
        assert!(mend("").is_err());
        assert!(mend(&CHECKS.repeat(2)).is_err());
    }
}
