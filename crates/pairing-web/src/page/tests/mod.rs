//! What holds for the pages in every language.

mod documents;
mod words;

use super::*;

/// The states that `page.js` names, each of which must have its words.
const STATES: [&str; 25] = [
    "connecting",
    "start",
    "preparing",
    "starting",
    "qr",
    "unreadable",
    "expired",
    "linking",
    "passkey_step",
    "confirming",
    "interaction",
    "number",
    "phone_code",
    "linked",
    "already_linked",
    "passkey",
    "link_dropped",
    "wrong_account",
    "refused",
    "rate_limited",
    "unavailable",
    "deadline",
    "cancelled",
    "gone",
    "busy",
];

fn live(language: Language) -> String {
    page(&PageContext {
        language,
        title: "Z-API",
        parents: &["https://app.example.com".into(), "https://b.example".into()],
    })
}

fn every_document() -> Vec<String> {
    Language::ALL
        .into_iter()
        .flat_map(|language| {
            [
                live(language),
                unknown_link(language),
                too_many_links(language),
                no_link(language, "../"),
            ]
        })
        .collect()
}

/// The opening tags, comments and declarations left out.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .skip(1)
        .filter(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()))
        .map(|rest| rest.split_once('>').unwrap().0)
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"').unwrap().0)
}

/// The values of an attribute in the whole document.
fn values<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    tags(html).filter_map(|tag| attribute(tag, name)).collect()
}
