//! The version, in the header and in the library, so that a program can compare.

use std::ffi::c_char;

const WITH_NUL: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");

/// The version of the library that is running, such as "0.1.0"; `PAIRING_VERSION_STRING` is
/// that of the header.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_version() -> *const c_char {
    WITH_NUL.as_ptr().cast()
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn the_header_has_the_version_of_the_crate() {
        let header = include_str!("../../../../bindings/c/include/pairing.h");
        for (name, value) in [
            ("MAJOR", env!("CARGO_PKG_VERSION_MAJOR").to_owned()),
            ("MINOR", env!("CARGO_PKG_VERSION_MINOR").to_owned()),
            ("PATCH", env!("CARGO_PKG_VERSION_PATCH").to_owned()),
            ("STRING", format!("\"{}\"", env!("CARGO_PKG_VERSION"))),
        ] {
            let line = format!("#define PAIRING_VERSION_{name} {value}\n");
            assert!(header.contains(&line), "{line}");
        }
    }

    #[test]
    fn the_library_says_the_version_of_the_crate() {
        // SAFETY: the text is static.
        let version = unsafe { CStr::from_ptr(pairing_version()) };
        assert_eq!(version.to_str(), Ok(env!("CARGO_PKG_VERSION")));
    }
}
