//! The C layer: what `pairing.h` declares.
//!
//! Handles are boxes that C holds; their pointers arrive here as references and boxes, which
//! are never null: `Option` is what says that C may pass NULL. A function that runs more than
//! a field access does so under a guard that catches panics.
//!
//! `cbindgen` makes the header from these files. Names are those of the header, and the
//! comments on public items are its documentation, written for people who read C.

#![allow(unsafe_code)] // Exported symbols, C's strings and buffers, and callbacks.
#![allow(non_camel_case_types)] // The names of the header.
#![allow(unreachable_pub)] // C reaches them by their symbols; cbindgen reads what is public.

mod arguments;
mod blocking;
mod buffer;
mod callbacks;
mod event;
mod event_getters;
mod event_kinds;
mod exchange;
mod guard;
mod http;
mod instance_status;
mod last_error;
mod notifier;
mod options;
mod passkey;
mod policy;
mod policy_fields;
mod provider;
mod qr;
mod session;
mod settings;
mod status;
#[cfg(test)]
mod tests;
mod text;
mod version;
mod view;
