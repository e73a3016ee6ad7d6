//! The words: all there, in every language, and none mistaken for another.

use std::collections::BTreeSet;

use pairing_core::ProviderErrorKind;

use super::*;

#[test]
fn the_words_of_a_script_are_unique_and_all_there() {
    let scripts: String = assets::scripts()
        .chain(["page.js"])
        .map(|name| asset(name).unwrap().body)
        .collect();
    for language in Language::ALL {
        let html = live(language);
        let words = values(&html, "data-word");
        let unique: BTreeSet<_> = words.iter().copied().collect();
        assert_eq!(words.len(), unique.len());
        for call in scripts.split("word(\"").skip(1) {
            let name = call.split_once('"').unwrap().0;
            assert!(unique.contains(name), "{name}");
        }
    }
}

#[test]
fn every_kind_of_error_has_words_of_its_own_in_every_language() {
    for language in Language::ALL {
        let texts = language.texts();
        let mut seen = BTreeSet::from([texts.other_error.what]);
        for kind in ProviderErrorKind::ALL {
            let advice = (texts.error)(kind);
            assert!(!advice.next.is_empty(), "{kind}: what to do?");
            assert!(seen.insert(advice.what), "{kind}: {}", advice.what);
        }
    }
}

#[test]
fn languages_speak_of_the_same_places_and_leave_nothing_empty() {
    let places = |text: &str| -> BTreeSet<String> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .filter(|name| name != "provider")
            .collect()
    };
    let english = texts::words(Language::En.texts());
    for language in Language::ALL {
        for ((name, one), (_, two)) in english.iter().zip(texts::words(language.texts())) {
            assert_eq!(places(one), places(two), "{name}");
            assert!(!two.is_empty() && !two.contains("  "), "{name}: {two}");
        }
        let html = live(language);
        for empty in [
            "<li></li>",
            "<h1 tabindex=\"-1\"></h1>",
            "></button>",
            "></summary>",
        ] {
            assert!(!html.contains(empty), "{empty}");
        }
    }
}
