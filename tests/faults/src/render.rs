//! The tables for readers, with the bounds of the default policy: what `docs/reliability.md`
//! shows.

use anyhow::Result;
use pairing_core::PairingPolicy;
use pairing_providers::dialects;
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

/// How sessions end, in Markdown.
///
/// # Errors
///
/// What is wrong with the table.
pub fn sessions_table() -> Result<String> {
    let policy = PairingPolicy::default();
    let cases = cases()?;
    let mut table = SESSIONS.to_owned();
    for fault in all_faults(dialects()) {
        let told = |onset, tell: &dyn Fn(&Case) -> String| {
            let cases = cases.iter();
            let cases = cases.filter(|case| case.fault == fault && case.onset == onset);
            told_apart(&cases.map(|case| Cell::of(case, tell)).collect::<Vec<_>>())
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
            fault_name(&fault),
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
/// What is wrong with the table.
pub fn calls_table() -> Result<String> {
    let policy = PairingPolicy::default();
    let cases = calls()?;
    let mut table = CALLS.to_owned();
    for fault in all_faults(dialects()) {
        let told = |these: &[Call], tell: &dyn Fn(&CallCase) -> String| {
            let cases = cases.iter();
            let cases = cases.filter(|case| case.fault == fault && these.contains(&case.call));
            told_apart(
                &cases
                    .map(|case| Cell::of_call(case, tell))
                    .collect::<Vec<_>>(),
            )
        };
        let reply = |case: &CallCase| match case.expected {
            Reply::Ok => "as ever".to_owned(),
            reply => format!("`{}`", reply.name()),
        };
        let requests = |case: &CallCase| case.requests(&policy).to_string();
        let codes = [Call::Qr, Call::PhoneCode];
        table += &row([
            fault_name(&fault),
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

/// With the gateway that fails like this, where it is one alone.
fn fault_name(fault: &Fault) -> String {
    let having: Vec<_> = dialects()
        .iter()
        .filter(|dialect| fault.fits(**dialect))
        .collect();
    let gateway = match *having {
        [only] if dialects().len() > 1 => format!(" ({})", title(*only)),
        _ => String::new(),
    };
    format!("`{}`{gateway}", fault.name())
}

fn title(dialect: &'static dyn Dialect) -> &'static str {
    pairing_providers::provider(dialect.name()).map_or(dialect.name(), |adapter| adapter.title)
}

/// What is said of one gateway and one method.
#[derive(Clone)]
struct Cell {
    dialect: &'static dyn Dialect,
    method: Method,
    text: String,
}

impl Cell {
    fn of(case: &Case, tell: &dyn Fn(&Case) -> String) -> Self {
        Self {
            dialect: case.dialect,
            method: case.method,
            text: tell(case),
        }
    }

    /// What has no method is by QR code.
    fn of_call(case: &CallCase, tell: &dyn Fn(&CallCase) -> String) -> Self {
        Self {
            dialect: case.dialect,
            method: match case.call {
                Call::PhoneCode => Method::PhoneCode,
                Call::Qr | Call::Status | Call::Unlink => Method::Qr,
            },
            text: tell(case),
        }
    }
}

/// Once if it is the same for all; else for each method, or each gateway.
fn told_apart(cells: &[Cell]) -> String {
    if let Some(text) = same(cells) {
        return text;
    }
    let [qr, phone_code] = Method::ALL.map(|it| same(&parts(cells, |cell| cell.method == it)));
    if let (Some(qr), Some(phone_code)) = (qr, phone_code) {
        return format!("QR: {qr}; phone code: {phone_code}");
    }
    let of_each = dialects().iter().map(|it| {
        let cells = parts(cells, |cell| cell.dialect == *it);
        format!("{}: {}", title(*it), told_apart(&cells))
    });
    of_each.collect::<Vec<_>>().join("; ")
}

fn same(cells: &[Cell]) -> Option<String> {
    let (one, others) = cells.split_first()?;
    let same = others.iter().all(|cell| cell.text == one.text);
    same.then(|| one.text.clone())
}

fn parts(cells: &[Cell], belongs: impl Fn(&Cell) -> bool) -> Vec<Cell> {
    cells.iter().filter(|cell| belongs(cell)).cloned().collect()
}
