//! What uniffi's Kotlin does otherwise than this library promises.

use anyhow::{Result, bail};

const CAUGHT: &str = "catch(e: kotlin.Exception)";
/// A method that returns and one that suspends, each with and without its own error.
const CALLS: usize = 4;

/// Lets everything that an app's own provider or transport throws become an error.
///
/// uniffi catches exceptions alone. An `Error`, such as `NotImplementedError`, would end an Android
/// app, and elsewhere leave the library waiting for an answer that never comes.
pub(crate) fn mend(text: &str) -> Result<String> {
    let found = text.matches(CAUGHT).count();
    if found != CALLS {
        bail!("`{CAUGHT}` stands in it {found} times, not {CALLS}: see what uniffi does now");
    }
    Ok(text.replace(CAUGHT, "catch(e: kotlin.Throwable)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_caught() {
        let mended = mend(&format!("try {{ }} {CAUGHT} {{ }}\n").repeat(CALLS)).unwrap();
        let expected = "try { } catch(e: kotlin.Throwable) { }\n".repeat(CALLS);
        assert_eq!(mended, expected);
    }

    #[test]
    fn code_that_looks_otherwise_is_refused() {
        for count in [0, CALLS - 1, CALLS + 1] {
            assert!(mend(&CAUGHT.repeat(count)).is_err(), "{count}");
        }
    }
}
