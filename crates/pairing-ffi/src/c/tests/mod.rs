//! The layer as C sees it, called from Rust: what each function answers to anything at all,
//! sessions, the descriptor, and HTTP by callbacks.

mod arguments;
mod descriptor;
mod events;
mod http;
mod panics;
mod secrets;
mod sessions;
mod support;
