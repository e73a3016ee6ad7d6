//! From what is done to what the flow is told.

use std::time::Duration;

use super::Run;
use crate::search::says::{Act, CodeSays, Fault, StatusSays};
use crate::search::spec::{Call, Cause};
use pairing_core::PairingMethod;
use pairing_core::flow::{Input, RequestId};

impl Run<'_> {
    /// `None` if it cannot be done now.
    pub(super) fn input(&mut self, act: Act) -> Option<(Cause, Input)> {
        Some(match act {
            Act::Tick => (Cause::Tick, Input::Tick),
            Act::NewCode { exact } => {
                let is_qr = self.asked_for_qr()?;
                return self.code(is_qr, true, exact);
            }
            Act::SameCode { exact } => {
                let is_qr = self.asked_for_qr()?;
                if self.last[usize::from(!is_qr)] == 0 {
                    return None;
                }
                return self.code(is_qr, false, exact);
            }
            Act::WrongKind => {
                let is_qr = !self.asked_for_qr()?;
                return self.code(is_qr, true, None);
            }
            Act::Code(says) => return self.answer(says),
            Act::Status(says) => {
                let (id, Call::Status) = self.spec.under_way_id()? else {
                    return None;
                };
                (
                    Cause::Status(id, says),
                    Input::StatusReply(id, says.reply()),
                )
            }
            Act::Ended(fault) => {
                let (id, Call::EndAttempt) = self.spec.under_way_id()? else {
                    return None;
                };
                (Cause::Ended(id, fault), ended(id, fault))
            }
            Act::Stale => match self.stale? {
                (id, Call::Code) => {
                    let says = CodeSays::AlreadyConnected;
                    (Cause::Code(id, says), Input::CodeReply(id, says.reply()))
                }
                (id, Call::Status) => {
                    let says = StatusSays::Right;
                    (
                        Cause::Status(id, says),
                        Input::StatusReply(id, says.reply()),
                    )
                }
                (id, Call::EndAttempt) => (Cause::Ended(id, None), ended(id, None)),
            },
            Act::Hint(hint) => (Cause::Hint(hint), Input::Hint(hint)),
            Act::Resume => (Cause::Resume, Input::Resume),
            Act::Switch(way) => (
                Cause::Switch(way.method()),
                Input::SwitchMethod(way.method()),
            ),
            Act::Cancel => (Cause::Cancel, Input::Cancel),
        })
    }

    fn asked_for_qr(&self) -> Option<bool> {
        self.spec
            .asked_for()
            .map(|method| *method == PairingMethod::Qr)
    }

    fn code(&mut self, qr: bool, new: bool, exact: Option<Duration>) -> Option<(Cause, Input)> {
        let last = &mut self.last[usize::from(!qr)];
        if new {
            // Only whether a code is the last one can matter, so two numbers are enough, and
            // more ways lead to the same state.
            let again = !self.count_up && *last == 2;
            *last = if again { 1 } else { *last + 1 };
        }
        let number = *last;
        self.answer(CodeSays::Code { qr, number, exact })
    }

    fn answer(&self, says: CodeSays) -> Option<(Cause, Input)> {
        let (id, Call::Code) = self.spec.under_way_id()? else {
            return None;
        };
        Some((Cause::Code(id, says), Input::CodeReply(id, says.reply())))
    }
}

fn ended(id: RequestId, fault: Option<Fault>) -> Input {
    Input::AttemptEnded(id, fault.map_or(Ok(()), |fault| Err(fault.error())))
}
