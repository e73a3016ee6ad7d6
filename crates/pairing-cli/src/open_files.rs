//! How many files may be open: every connection of a server is one, and the usual limit is
//! made for programs that are none.

/// Raises the limit as far as an ordinary user may, and gives what it is now; `None` if there
/// is no limit, or it is unknown.
#[cfg(unix)]
pub(crate) fn raise_limit() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    /// `OPEN_MAX` of macOS, which calls its limit infinite and takes no more than this.
    const OPEN_MAX: u64 = 10_240;

    let limit = getrlimit(Resource::Nofile);
    for wanted in [limit.maximum, Some(OPEN_MAX)] {
        let raised = Rlimit {
            current: wanted,
            maximum: limit.maximum,
        };
        let lower = matches!((wanted, limit.current), (Some(new), Some(old)) if new <= old);
        if lower || setrlimit(Resource::Nofile, raised).is_ok() {
            break;
        }
    }
    getrlimit(Resource::Nofile).current
}

#[cfg(not(unix))]
pub(crate) fn raise_limit() -> Option<u64> {
    None
}
