//! A defect that is put between a session and the rules it is held to, to see that it is noticed.

use super::says::Act;
use super::spec::{Spec, Step};
use pairing_core::EventKind;
use pairing_core::flow::{Input, RequestId};

#[derive(Clone, Copy)]
pub(crate) enum Defect {
    /// Something else happens than was meant to, and everybody knows.
    Happens(fn(Act) -> Act),
    /// The flow hears something else than what happened, depending on what was seen before.
    Hears(fn(Input, &Spec<'_>) -> Input),
    /// The flow leaves out such an event.
    Silent(fn(&EventKind) -> bool),
    /// Something else is heard of the flow, depending on what was seen before the step, and with
    /// the number of the request that is under way, or was last.
    Says(fn(&mut Step, &Spec<'_>, Option<RequestId>)),
}
