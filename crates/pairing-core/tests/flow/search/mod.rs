//! Every path of a session up to a depth, over the public API of the flow.
//!
//! From each state everything is tried that can happen next: every kind of answer, at once, in
//! the moment of a due time and after several; hints, people's acts; time that passes, a clock
//! that jumps, a laptop that slept. [`spec`] checks every step. Two paths to the same state are
//! followed once. From the deepest states the session is run to its end three times: by time
//! alone, with a healthy gateway and nobody there, and with a person who comes back.
//!
//! `cargo xtask search --depth N` goes deeper, and prints how many states that are.

mod defect;
mod figures;
mod moves;
mod notices;
mod page;
mod random;
mod run;
pub(crate) mod says;
mod setting;
mod spec;
mod walk;

use setting::Setting;

/// Where `cargo xtask search` says how deep to go.
const DEPTH: &str = "PAIRING_SEARCH_DEPTH";
/// Otherwise; half a minute for all sessions, in a debug build.
const DEFAULT_DEPTH: usize = 3;

/// Searches and prints what was searched, in the form that `cargo xtask search` adds up.
#[allow(clippy::print_stdout, reason = "the figures of the page of proofs")]
fn search(setting: Setting) {
    let asked = std::env::var(DEPTH).ok();
    let depth = asked.as_ref().map_or(DEFAULT_DEPTH, |depth| {
        depth.parse().expect("the depth is a number")
    });
    let depth = setting.menu.depth(depth);
    let searched = walk::search(&setting, depth).unwrap_or_else(|broken| panic!("{broken}"));
    println!(
        "searched {{\"session\":\"{}\",\"depth\":{depth},\"states\":{},\"steps\":{},\"ends\":{}}}",
        setting.name, searched.states, searched.steps, searched.ends
    );
    if asked.is_none() {
        figures::check(&setting, searched);
    }
}

macro_rules! every_path {
    ($($name:ident)+) => {$(
        #[test]
        fn $name() {
            search(setting::$name());
        }
    )+};
}

/// One test for each kind of session.
mod every_path_of {
    use super::{search, setting};

    every_path! {
        qr_code
        typed_code
        verified
        verified_with_webhooks
        webhooks
        bare
        strict
        defaults
        settling
        starting
        confirmed
        blind
        qr_code_core
        typed_code_core
    }
}
