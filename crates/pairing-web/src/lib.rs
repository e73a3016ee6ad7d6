//! The pairing page: link a WhatsApp number inside your own application.
mod metered;
mod metrics;
mod server;

pub use metrics::describe as describe_metrics;
pub use server::{ServeOptions, serve, serve_with};
