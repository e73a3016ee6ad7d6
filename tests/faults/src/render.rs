//! The tables for readers, with the bounds of the default policy: what `docs/proofs.md` and the
//! READMEs of the gateways show. Only gateways that give a code to the first request for one have exact
//! counts of requests, and so a table.

use anyhow::Result;
use pairing_core::PairingPolicy;
use pairing_providers::immediate_dialects;
use pairing_sim::{Dialect, Fault, all_faults};

use crate::{Call, CallCase, Case, Method, Onset, Reply, calls, cases};

const SESSIONS: &str = "\
| fault | from the first request on | requests for a code | ends within | once a code is shown | ends within |
|---|---|---|---|---|---|
";

const CALLS: &str = "\
| fault | `code` | requests | `status` | requests | `unlink` | requests |
|---|---|---|---|---|---|---|
";

/// Which faults a table shows.
#[derive(Debug, Clone, Copy)]
pub enum Rows {
    /// Those that end the same at every gateway that does not say otherwise.
    Common,
    /// Those that this gateway's file has.
    Own(&'static dyn Dialect),
}

impl Rows {
    /// The cases of a fault, of one gateway: it stands for all.
    fn of<'a, T>(
        self,
        fault: &Fault,
        all: &'a [T],
        place: fn(&T) -> (&Fault, &'static dyn Dialect, bool),
    ) -> Vec<&'a T> {
        let found = all.iter().filter(|case| {
            let (of, dialect, is_own) = place(case);
            of == fault
                && match self {
                    Self::Common => !is_own,
                    Self::Own(one) => is_own && dialect == one,
                }
        });
        let found: Vec<&T> = found.collect();
        let first = found.first().map(|case| place(case).1);
        let is_first = |case: &&T| Some(place(case).1) == first;
        found.into_iter().filter(is_first).collect()
    }
}

/// How sessions end, in Markdown.
///
/// # Errors
///
/// What is wrong with the tables.
pub fn sessions_table(rows: Rows) -> Result<String> {
    let policy = PairingPolicy::default();
    let cases: Vec<Case> = cases()?
        .into_iter()
        .filter(|case| case.dialect.is_immediate())
        .collect();
    let mut table = SESSIONS.to_owned();
    for fault in all_faults(immediate_dialects()) {
        let cases = rows.of(&fault, &cases, |case| {
            (&case.fault, case.dialect, case.is_own)
        });
        if cases.is_empty() {
            continue;
        }
        let told = |onset, tell: &dyn Fn(&Case) -> String| {
            let cases = cases.iter().filter(|case| case.onset == onset);
            told_apart(cases.map(|case| (case.method, tell(case))).collect())
        };
        let requests = |case: &Case| {
            let (least, most) = (
                case.code_requests(&policy),
                case.most_code_requests(&policy),
            );
            if least == most {
                least.to_string()
            } else {
                format!("{least} or {most}")
            }
        };
        let seconds = |case: &Case| match case.longest(&policy).as_secs() {
            0 => "its answer".to_owned(),
            seconds => format!("{seconds} s"),
        };
        table += &row([
            format!("`{}`", fault.name()),
            told(Onset::First, &outcome),
            told(Onset::First, &requests),
            told(Onset::First, &seconds),
            told(Onset::Later, &outcome),
            told(Onset::Later, &seconds),
        ]);
    }
    Ok(table)
}

/// What calls outside a session come to, in Markdown.
///
/// # Errors
///
/// What is wrong with the tables.
pub fn calls_table(rows: Rows) -> Result<String> {
    let policy = PairingPolicy::default();
    let cases: Vec<CallCase> = calls()?
        .into_iter()
        .filter(|case| case.dialect.is_immediate())
        .collect();
    let mut table = CALLS.to_owned();
    for fault in all_faults(immediate_dialects()) {
        let cases = rows.of(&fault, &cases, |case| {
            (&case.fault, case.dialect, case.is_own)
        });
        if cases.is_empty() {
            continue;
        }
        let told = |these: &[Call], tell: &dyn Fn(&CallCase) -> String| {
            let cases = cases.iter().filter(|case| these.contains(&case.call));
            told_apart(cases.map(|case| (method(case), tell(case))).collect())
        };
        let reply = |case: &CallCase| match case.expected {
            Reply::Ok => "as ever".to_owned(),
            reply => format!("`{}`", reply.name()),
        };
        let requests = |case: &CallCase| case.requests(&policy).to_string();
        let codes = [Call::Qr, Call::PhoneCode];
        table += &row([
            format!("`{}`", fault.name()),
            told(&codes, &reply),
            told(&codes, &requests),
            told(&[Call::Status], &reply),
            told(&[Call::Status], &requests),
            told(&[Call::Unlink], &reply),
            told(&[Call::Unlink], &requests),
        ]);
    }
    Ok(table)
}

fn row<const COLUMNS: usize>(columns: [String; COLUMNS]) -> String {
    format!("| {} |\n", columns.join(" | "))
}

fn outcome(case: &Case) -> String {
    let error = case.expected.error_name();
    let error = error.map(|kind| format!(" (`{kind}`)"));
    format!(
        "`{}`{}",
        case.expected.outcome.name(),
        error.unwrap_or_default()
    )
}

/// A call without a method counts as one by QR code.
fn method(case: &CallCase) -> Method {
    match case.call {
        Call::PhoneCode => Method::PhoneCode,
        Call::Qr | Call::Status | Call::Unlink => Method::Qr,
    }
}

/// Once if it is the same for both methods.
fn told_apart(cells: Vec<(Method, String)>) -> String {
    let of = |method| cells.iter().find(|(it, _)| *it == method);
    match (of(Method::Qr), of(Method::PhoneCode)) {
        (Some((_, qr)), Some((_, phone_code))) if qr != phone_code => {
            format!("QR: {qr}; phone code: {phone_code}")
        }
        (one, other) => one
            .or(other)
            .map(|(_, text)| text.clone())
            .unwrap_or_default(),
    }
}
