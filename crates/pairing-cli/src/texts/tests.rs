use std::collections::BTreeSet;

use pairing_core::{InstancePhase, ProviderError};

use super::*;

fn all() -> [&'static Texts; 3] {
    Language::value_variants()
        .iter()
        .map(|language| language.texts())
        .collect::<Vec<_>>()
        .try_into()
        .unwrap_or_else(|_| panic!("name the new language here"))
}

/// The texts that people see, in an order of our own.
fn sentences(texts: &Texts) -> Vec<&'static str> {
    vec![
        texts.scan,
        texts.enter,
        texts.preparing,
        texts.valid,
        texts.valid_at_most,
        texts.attempt,
        texts.round,
        texts.expired,
        texts.retrying,
        texts.press_enter,
        texts.codes_unused.what,
        texts.codes_unused.next,
        texts.too_small,
        texts.unreadable_picture,
        texts.saved,
        texts.detail,
        texts.retry_after,
        texts.interrupted,
        texts.linked_phone,
        texts.starting,
        texts.linking,
        texts.linked,
        texts.passkey,
        texts.passkey_open,
        texts.passkey_compare,
        texts.passkey_dashboard,
        texts.passkey_waits,
        texts.passkey_enter,
        texts.still_starting.what,
        texts.still_starting.next,
        texts.still_linking.what,
        texts.still_linking.next,
        texts.another_attempt.what,
        texts.another_attempt.next,
        texts.not_ready.what,
        texts.not_ready.next,
        texts.unlink_question,
        texts.unlink_declined,
        texts.unlinked,
        texts.demo_intro,
        texts.demo_scans,
        texts.demo_types,
        texts.demo_never,
        texts.demo_provider,
        texts.demo_done,
        texts.demo_web_plays,
        texts.demo_web_never,
        texts.demo_web_again,
        texts.serve_ready,
        texts.serve_create,
        texts.config_exposed,
        texts.output_unwritable,
        texts.picture_taken.what,
        texts.picture_taken.next,
        texts.picture_unwritable,
        texts.serve_exposed,
        texts.serve_stopped,
        texts.sim_ready,
        texts.sim_paste,
        texts.sim_control,
        texts.sim_stop,
        texts.support.ok,
        texts.support.warning,
        texts.support.failed,
        texts.support.skipped,
        texts.support.configuration,
        texts.support.capabilities,
        texts.support.reached,
        texts.support.not_reached,
        texts.support.encrypted,
        texts.support.this_computer,
        texts.support.not_encrypted,
        texts.support.understood,
        texts.support.not_understood,
        texts.support.accepted,
        texts.support.not_accepted,
        texts.support.no_status,
        texts.support.status_failed,
        texts.support.fast,
        texts.support.slow,
        texts.support.same_time,
        texts.support.other_time,
        texts.support.no_time,
        texts.support.code,
        texts.support.code_later,
        texts.support.code_not_needed,
        texts.support.code_not_asked,
        texts.support.code_failed,
        texts.support.not_known,
        texts.support.passed,
        texts.support.not_passed,
        texts.support.live,
        texts.support.recorded,
    ]
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect()
}

#[test]
fn every_language_fills_the_same_places() {
    let [first, others @ ..] = all();
    for other in others {
        for (one, two) in sentences(first).into_iter().zip(sentences(other)) {
            assert_eq!(places(one), places(two), "{one} / {two}");
        }
    }
}

#[test]
fn nothing_is_empty_and_no_line_break_slipped_in() {
    for texts in all() {
        for sentence in sentences(texts) {
            assert!(!sentence.trim().is_empty());
            assert!(
                !sentence.contains('\n') && !sentence.contains("  "),
                "{sentence}"
            );
        }
    }
}

#[test]
fn every_kind_of_error_has_words_of_its_own_in_every_language() {
    for texts in all() {
        let mut seen = BTreeSet::new();
        for kind in ProviderErrorKind::ALL {
            let advice = (texts.error)(kind);
            assert!(!advice.next.is_empty(), "{kind}: what to do?");
            assert!(seen.insert(advice.what), "{kind}: {}", advice.what);
        }
    }
}

#[test]
fn every_phase_of_an_instance_has_words_of_its_own_in_every_language() {
    let mut seen = BTreeSet::new();
    for texts in all() {
        for phase in InstancePhase::ALL {
            let words = (texts.status)(phase);
            // "Conectado." is Portuguese and Spanish.
            let is_new = seen.insert(words) || phase == InstancePhase::Linked;
            assert!(is_new && words.ends_with(['.', ')']), "{phase:?}: {words}");
        }
    }
}

#[test]
fn every_mistake_has_words_of_its_own_in_every_language() {
    let mut seen = BTreeSet::new();
    for texts in all() {
        for mistake in Mistake::ALL {
            let advice = (texts.mistake)(mistake);
            assert!(!advice.next.is_empty(), "{mistake:?}: what to do?");
            assert!(seen.insert(advice.what), "{mistake:?}: {}", advice.what);
        }
    }
}

#[test]
fn every_outcome_has_words_in_every_language() {
    let phone: pairing_core::PhoneNumber = "+5511999998888".parse().unwrap();
    let error = ProviderError::from(ProviderErrorKind::Refused).report();
    let outcomes = [
        PairingOutcome::Connected { phone: None },
        PairingOutcome::AlreadyConnected { phone: None },
        PairingOutcome::WrongAccount { phone },
        PairingOutcome::PasskeyRequired,
        PairingOutcome::LinkDropped,
        PairingOutcome::Rejected {
            error: error.clone(),
        },
        PairingOutcome::Unavailable {
            error: ProviderError::from(ProviderErrorKind::Unavailable).report(),
        },
        PairingOutcome::RateLimited {
            retry_after_seconds: None,
        },
        PairingOutcome::Deadline,
        PairingOutcome::Cancelled,
    ];
    for texts in all() {
        let words: BTreeSet<_> = outcomes
            .iter()
            .map(|outcome| (texts.outcome)(outcome).what)
            .collect();
        assert_eq!(words.len(), outcomes.len());
    }
}

#[test]
fn the_locale_decides_in_the_usual_order() {
    let language = |variables: &[(&str, &str)]| {
        Language::from_environment(|name| {
            let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
            Some((*value).to_owned())
        })
    };
    assert_eq!(language(&[]), Language::En);
    assert_eq!(language(&[("LANG", "pt_BR.UTF-8")]), Language::PtBr);
    assert_eq!(language(&[("LANG", "es_MX")]), Language::Es);
    assert_eq!(language(&[("LANG", "C.UTF-8")]), Language::En);
    assert_eq!(
        language(&[("LANG", "pt_BR"), ("LC_ALL", "C")]),
        Language::En
    );
    assert_eq!(
        language(&[("LANG", "en_US"), ("LC_MESSAGES", "pt_PT")]),
        Language::PtBr
    );
    assert_eq!(
        language(&[("LANG", "pt_BR"), ("LC_ALL", "")]),
        Language::PtBr
    );
}
