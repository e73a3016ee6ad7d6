//! Prints the table for readers, with the bounds of the default policy: what
//! `docs/reliability.md` shows.

use std::io::{self, Write as _};

use anyhow::Result;
use pairing_core::PairingPolicy;
use pairing_faults::{Case, Method, Onset, cases};
use pairing_sim::{Dialect, Fault};

fn main() -> Result<()> {
    let policy = PairingPolicy::default();
    let cases = cases()?;
    let mut output = io::stdout().lock();
    writeln!(
        output,
        "| fault | from the first request on | requests for a code | ends within | once a code is shown | ends within |\n|---|---|---|---|---|---|"
    )?;
    for fault in Fault::all() {
        let of = |onset| -> Vec<&Case> {
            let cases = cases.iter();
            cases
                .filter(|case| case.fault == fault && case.onset == onset)
                .collect()
        };
        let (first, later) = (of(Onset::First), of(Onset::Later));
        let requests = |case: &Case| case.code_requests(&policy).to_string();
        let seconds = |case: &Case| match case.longest(&policy).as_secs() {
            0 => "its answer".to_owned(),
            seconds => format!("{seconds} s"),
        };
        writeln!(
            output,
            "| `{}`{} | {} | {} | {} | {} | {} |",
            fault.name(),
            gateway(&fault),
            told_apart(&first, &outcome),
            told_apart(&first, &requests),
            told_apart(&first, &seconds),
            told_apart(&later, &outcome),
            told_apart(&later, &seconds),
        )?;
    }
    Ok(())
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

/// Which gateway fails like this, where it is one alone.
fn gateway(fault: &Fault) -> &'static str {
    match Dialect::ALL.map(|dialect| fault.fits(dialect)) {
        [true, false] => " (Z-API)",
        [false, true] => " (megaAPI)",
        _ => "",
    }
}

/// Once if it is the same for all; else for each method, or each gateway.
fn told_apart(cases: &[&Case], tell: &dyn Fn(&Case) -> String) -> String {
    let Some((one, others)) = cases.split_first() else {
        return String::new();
    };
    if others.iter().all(|case| tell(case) == tell(one)) {
        return tell(one);
    }
    let [qr, phone_code] = Method::ALL.map(|it| {
        let part = parts(cases, |case| case.method == it);
        let same = |case: &&Case| tell(case) == tell(part[0]);
        part.iter().all(same).then(|| tell(part[0]))
    });
    if let (Some(qr), Some(phone_code)) = (qr, phone_code) {
        return format!("QR: {qr}; phone code: {phone_code}");
    }
    let [zapi, megaapi] =
        Dialect::ALL.map(|it| told_apart(&parts(cases, |case| case.dialect == it), tell));
    format!("Z-API: {zapi}; megaAPI: {megaapi}")
}

fn parts<'a>(cases: &[&'a Case], belongs: impl Fn(&Case) -> bool) -> Vec<&'a Case> {
    let cases = cases.iter().copied();
    cases.filter(|case| belongs(case)).collect()
}
