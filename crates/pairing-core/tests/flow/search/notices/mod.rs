//! The search can fail. A flow that follows other numbers than the rules it is held to
//! ([`numbers`]), one that breaks a rule ([`requests`], [`events`]) and a world in which nobody is
//! ever linked ([`ends`]) are found out, each by the sentence that says what is wrong.

mod ends;
mod events;
mod numbers;
mod requests;

use std::sync::Arc;

use super::defect::Defect;
use super::setting::{self, Setting};
use super::spec::{Spec, Step};
use super::{page, walk};
use pairing_core::PairingPolicy;
use pairing_core::flow::{FlowOptions, Output, Request, RequestId};

/// Most are found sooner: the search stops at the shortest path.
const DEPTH: usize = 4;

/// Searches a session with a defect, and expects this sentence: every word of it but those that
/// stand for `…`.
#[track_caller]
fn is_noticed(
    mut setting: Setting,
    depth: usize,
    defect: impl FnOnce(&mut Setting),
    sentence: &str,
) {
    defect(&mut setting);
    let broken = walk::search(&setting, depth).expect_err("nothing was noticed");
    let said = broken.lines().next().unwrap();
    let said = said.strip_prefix(&format!("{}: ", setting.name)).unwrap();
    assert!(is(said, sentence), "{broken}");
}

/// Whether this was said, with something or nothing for each `…`.
fn is(said: &str, sentence: &str) -> bool {
    match sentence.split_once('…') {
        None => said == sentence,
        Some((first, rest)) => said.strip_prefix(first).is_some_and(|said| {
            let mut ends = said.char_indices().map(|(at, _)| at).chain([said.len()]);
            ends.any(|at| is(&said[at..], rest))
        }),
    }
}

/// The flow is told something else than the rules.
fn told(change: impl FnOnce(&mut FlowOptions)) -> impl FnOnce(&mut Setting) {
    |setting| {
        let mut otherwise = setting.options.clone();
        change(&mut otherwise);
        setting.played = Some(otherwise);
    }
}

fn policy(change: impl FnOnce(&mut PairingPolicy)) -> impl FnOnce(&mut Setting) {
    told(|options| change(Arc::make_mut(&mut options.policy)))
}

/// Something else is heard of the flow than it says.
fn says(otherwise: fn(&mut Step, &Spec<'_>, Option<RequestId>)) -> impl FnOnce(&mut Setting) {
    move |setting| setting.defect = Some(Defect::Says(otherwise))
}

/// One test for each, and a list of all sentences.
macro_rules! notices {
    ($($name:ident: $setting:ident $(to $depth:literal)?, $defect:expr, $sentence:literal;)+) => {
        $(
            #[test]
            fn $name() {
                let depth = [super::DEPTH, $($depth)?].into_iter().next_back().unwrap();
                super::is_noticed(super::setting::$setting(), depth, $defect, $sentence);
            }
        )+
        pub(super) const SENTENCES: &[&str] = &[$($sentence),+];
    };
}
use notices;

fn request(output: &Output) -> Option<(RequestId, Request)> {
    match output {
        Output::Request(id, request) => Some((*id, request.clone())),
        _ => None,
    }
}

/// Puts this request in the place of any other of the step.
fn send(step: &mut Step, id: Option<RequestId>, request: Request) {
    step.outputs
        .retain(|output| !matches!(output, Output::Request(..)));
    step.outputs
        .extend(id.map(|id| Output::Request(id, request)));
}

/// What the page says would fail can fail.
#[test]
fn every_sentence_that_the_page_quotes_is_noticed() {
    let all = [
        numbers::SENTENCES,
        requests::SENTENCES,
        events::SENTENCES,
        ends::SENTENCES,
    ]
    .concat();
    let page = page::text();
    let quoted = page::quotes(&page);
    assert!(quoted.len() > 20, "{quoted:?}");
    for quote in quoted {
        assert!(
            all.iter().any(|one| is(one, &format!("…{quote}…"))),
            "docs/proofs.md quotes {quote:?}, and no notice shows that it can fail"
        );
    }
}

/// To be played again by hand.
#[test]
fn the_path_is_reported() {
    let mut setting = setting::qr_code();
    policy(|policy| policy.refresh_min = std::time::Duration::from_secs(1))(&mut setting);
    let broken = walk::search(&setting, DEPTH).expect_err("nothing was noticed");
    let path: Vec<_> = broken.lines().skip(1).collect();
    assert!(
        path.iter().all(|step| step.starts_with("  Move { when: ")),
        "{broken}"
    );
    assert_eq!(path.len(), 2, "{broken}");
}
