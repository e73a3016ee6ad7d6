//! The pairing page: link a WhatsApp number inside your own application.
mod server;

pub use server::{ServeOptions, serve, serve_with};
