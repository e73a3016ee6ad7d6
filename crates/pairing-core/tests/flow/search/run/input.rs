//! From what is done to what the flow is told.

use std::time::Duration;

use super::Run;
use crate::search::says::{Act, CodeSays, StatusSays};
use crate::search::spec::Cause;
use pairing_core::PairingMethod;
use pairing_core::flow::Input;

impl Run<'_> {
    /// `None` if it cannot be done now.
    pub(super) fn input(&mut self, act: Act) -> Option<(Cause, Input)> {
        Some(match act {
            Act::Tick => (Cause::Tick, Input::Tick),
            Act::NewCode { exact } => {
                let is_qr = self.asked_for_qr()?;
                return self.code(is_qr, true, exact);
            }
            Act::SameCode { .. } if !self.asked_for_qr()? || self.last[0] == 0 => return None,
            Act::SameCode { exact } => return self.code(true, false, exact),
            Act::WrongKind => {
                let is_qr = !self.asked_for_qr()?;
                return self.code(is_qr, true, None);
            }
            Act::Code(says) => return self.answer(says),
            Act::Status(says) => {
                let (id, false) = self.spec.under_way_id()? else {
                    return None;
                };
                (
                    Cause::Status(id, says),
                    Input::StatusReply(id, says.reply()),
                )
            }
            Act::Stale => {
                let (id, code) = self.stale?;
                let says = CodeSays::AlreadyConnected;
                if code {
                    (Cause::Code(id, says), Input::CodeReply(id, says.reply()))
                } else {
                    let says = StatusSays::Right;
                    (
                        Cause::Status(id, says),
                        Input::StatusReply(id, says.reply()),
                    )
                }
            }
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
        let (id, true) = self.spec.under_way_id()? else {
            return None;
        };
        Some((Cause::Code(id, says), Input::CodeReply(id, says.reply())))
    }
}
