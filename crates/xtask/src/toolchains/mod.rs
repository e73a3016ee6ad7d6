//! How the other languages get here: each from a package of Debian or of its own registry, pinned,
//! and kept inside the checkout. Nothing is skipped when one is missing.

pub(crate) mod c;
pub(crate) mod kotlin;
mod npm;
pub(crate) mod python;
pub(crate) mod swift;
pub(crate) mod trixie;
pub(crate) mod web;
