//! The documents: what they hold, and what they must not.

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_state_has_a_section_in_every_language() {
    for language in Language::ALL {
        let html = live(language);
        let shown: BTreeSet<_> = tags(&html)
            .filter(|tag| tag.starts_with("section"))
            .flat_map(|tag| attribute(tag, "data-when").unwrap().split(' '))
            .collect();
        assert_eq!(shown, BTreeSet::from(STATES));
        assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())));
    }
}

#[test]
fn only_the_first_section_shows_before_the_script_runs() {
    let html = live(Language::En);
    let visible: Vec<_> = tags(&html)
        .filter(|tag| tag.contains("data-when=") && !tag.ends_with(" hidden"))
        .collect();
    assert_eq!(visible, ["section data-when=\"connecting\""]);
}

#[test]
fn no_place_is_left_unfilled() {
    for html in every_document() {
        for left in ["{{", "{%", "{provider}", "&lt;", "undefined"] {
            assert!(!html.contains(left), "{left}");
        }
        // The scripts fill these; nothing outside of their words may have them.
        for line in html.lines().filter(|line| line.contains('{')) {
            assert!(line.contains("data-word="), "{line}");
        }
    }
}

#[test]
fn nothing_is_inline_and_nothing_is_foreign() {
    for html in every_document() {
        for tag in tags(&html) {
            let name = tag.split([' ', '\n']).next().unwrap();
            assert_ne!(name, "style");
            if name == "script" {
                let source = attribute(tag, "src").expect("an inline script");
                assert!(source.starts_with("../assets/"), "{source}");
            }
            for part in tag.split_whitespace().skip(1) {
                assert!(!part.starts_with("style="), "{tag}");
                assert!(!part.starts_with("on"), "{tag}");
            }
        }
        for address in [values(&html, "href"), values(&html, "src")].concat() {
            let ours = ["../assets/", "?lang=", "data:,"];
            assert!(ours.iter().any(|own| address.starts_with(own)), "{address}");
        }
        let (_, after) = html.split_once("<script").unwrap_or(("", "></script>"));
        assert!(after.split_once('>').unwrap().1.starts_with("</script>"));
    }
}

#[test]
fn every_file_the_page_loads_exists_in_its_version() {
    for html in every_document() {
        let addresses = [values(&html, "href"), values(&html, "src")].concat();
        let files: Vec<_> = addresses
            .iter()
            .filter_map(|address| address.strip_prefix("../assets/"))
            .collect();
        assert!(!files.is_empty());
        for file in files {
            let (name, version) = file.split_once("?v=").unwrap();
            assert_eq!(asset(name).unwrap().version, version);
        }
    }
}

#[test]
fn the_title_of_a_provider_is_text() {
    let html = page(&PageContext {
        language: Language::En,
        title: "<i title=\"x\">&Z",
        parents: &[],
    });
    assert!(!html.contains("<i "));
    assert!(html.contains("&#60;i title=&#34;x&#34;&#62;&#38;Z"));
    assert!(html.contains("data-parents=\"\""));
}

#[test]
fn the_pages_that_may_frame_it_are_named() {
    assert_eq!(
        values(&live(Language::En), "data-parents"),
        ["https://app.example.com https://b.example"]
    );
}

#[test]
fn the_elements_a_script_asks_for_are_there_once() {
    let html = live(Language::En);
    let ids = values(&html, "id");
    let unique: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for script in [
        "page.js",
        "code.js",
        "form.js",
        "notices.js",
        "passkey.js",
        "view.js",
    ] {
        for call in asset(script).unwrap().body.split("$(\"").skip(1) {
            let id = call.split_once('"').unwrap().0;
            assert!(unique.contains(id), "{id}");
        }
    }
}

#[test]
fn every_outcome_has_a_state() {
    // The names in core's JSON. A new one must get its section before it gets here.
    let screens = asset("screen.js").unwrap().body;
    for (outcome, state) in [
        ("connected", "linked"),
        ("already_connected", "already_linked"),
        ("wrong_account", "wrong_account"),
        ("passkey_required", "passkey"),
        ("link_dropped", "link_dropped"),
        ("rejected", "refused"),
        ("unavailable", "unavailable"),
        ("rate_limited", "rate_limited"),
        ("deadline", "deadline"),
        ("cancelled", "cancelled"),
    ] {
        assert!(screens.contains(&format!("  {outcome}: \"{state}\",\n")));
        assert!(STATES.contains(&state));
    }
}
