//! What becomes of a session, and of a call outside one, when a gateway fails: the table `faults.toml`, and
//! one in each gateway's folder, which the tests of every front end hold it to.

mod bounds;
mod call;
mod expected;
mod most;
mod render;
mod reply;
mod selection;
mod table;

use anyhow::Result;
use pairing_sim::{Dialect, Fault};

pub use call::{Call, CallCase};
pub use expected::{Expected, Outcome};
pub use most::Start;
pub use render::{Rows, calls_table, sessions_table};
pub use reply::Reply;
pub use selection::{calls_for_a_front_end, sessions_for_a_front_end};

/// How the phone is to be linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By a QR code.
    Qr,
    /// By a code to type.
    PhoneCode,
}

impl Method {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Qr, Self::PhoneCode];

    /// As in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::PhoneCode => "phone_code",
        }
    }

    /// Whether the gateway links by this method.
    #[must_use]
    pub fn is_known_to(self, gateway: &dyn Dialect) -> bool {
        let adapter = pairing_providers::provider(gateway.name());
        adapter.is_ok_and(|adapter| match self {
            Self::Qr => adapter.capabilities.supports_qr(),
            Self::PhoneCode => adapter.capabilities.phone_code,
        })
    }
}

/// When the gateway begins to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onset {
    /// With the first request.
    First,
    /// Once a code is on screen after which another is due; for a phone code, once it is.
    Later,
}

/// One fault at one gateway, and the end of the session.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Case {
    /// What goes wrong.
    pub fault: Fault,
    /// Where.
    pub dialect: &'static dyn Dialect,
    /// What is asked for.
    pub method: Method,
    /// Since when.
    pub onset: Onset,
    /// How the session ends when nobody uses its codes.
    pub expected: Expected,
    /// Whether an answer to a request for a code means nothing by itself, so that the status is
    /// asked as well.
    pub unclear: bool,
    /// Whether the gateway's own table says so, and not the common one.
    is_own: bool,
    /// What one status of a linked instance costs, in requests.
    linked_status: u32,
    /// Whether the gateway replaces a phone code by itself.
    renews_phone_codes: bool,
    /// Whether a status that fails like this is repeated, and only a request for a code ends the
    /// session.
    status_is_repeated: bool,
}

/// Every fault at every gateway that can fail like that, for both methods and both moments.
///
/// The exact counts of a case ([`Case::requests`] and the like) hold where a gateway gives a code to the
/// first request for one; [`Case::most_requests`] holds at every gateway.
///
/// # Errors
///
/// What is wrong with the table: a fault without an entry, an entry without a fault.
pub fn cases() -> Result<Vec<Case>> {
    Ok(table::tables()?.sessions)
}

/// Every fault at every gateway that can fail like that, for each call outside a session.
///
/// # Errors
///
/// As [`cases`].
pub fn calls() -> Result<Vec<CallCase>> {
    Ok(table::tables()?.calls)
}
