//! The pairing page: one document in the visitor's language, its style and its scripts.
//!
//! Rust chooses the words and writes them down once; the scripts in `assets` only choose which
//! of them to show. Nothing is inline and nothing comes from elsewhere, so the strictest
//! Content-Security-Policy holds.

mod assets;
mod language;
mod texts;

use askama::Template;

pub(crate) use assets::asset;
pub(crate) use language::Language;
use texts::{Advice, Texts};

/// What a page needs to know beforehand; everything else arrives as events.
pub(crate) struct PageContext<'a> {
    pub(crate) language: Language,
    /// The provider's title.
    pub(crate) title: &'a str,
    /// The origins that may frame the page, and get a message when it ends.
    pub(crate) parents: &'a [String],
}

/// The page of a live link.
pub(crate) fn page(context: &PageContext<'_>) -> String {
    rendered(&Pairing {
        language: context.language,
        version: assets::version(),
        texts: context.language.texts(),
        provider: context.title,
        parents: context.parents.join(" "),
        words: texts::words(context.language.texts()),
    })
}

/// The page of a link that leads nowhere. Needs no script.
pub(crate) fn unknown_link(language: Language) -> String {
    notice(language, "../", "gone", "alert", language.texts().gone)
}

/// The page of a link that leads nowhere, after too many of them.
pub(crate) fn too_many_links(language: Language) -> String {
    notice(
        language,
        "../",
        "wait",
        "wait",
        language.texts().too_many_links,
    )
}

/// The page of an address that is no link. `root` leads from there to where the assets are.
pub(crate) fn no_link(language: Language, root: &str) -> String {
    notice(language, root, "no_link", "alert", language.texts().no_link)
}

fn notice(language: Language, root: &str, state: &str, icon: &str, advice: Advice) -> String {
    rendered(&Notice {
        language,
        version: assets::version(),
        texts: language.texts(),
        root,
        state,
        icon,
        advice,
    })
}

/// A template fails only where one of its values fails to format, or memory runs out; ours
/// are texts. An empty page would still be better than a panic.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "pairing.html", config = "src/page/askama.toml")]
struct Pairing<'a> {
    language: Language,
    version: &'a str,
    texts: &'a Texts,
    provider: &'a str,
    parents: String,
    /// What the scripts say, by name.
    words: Vec<(String, &'static str)>,
}

impl Pairing<'_> {
    /// A text with the provider's title in its place.
    fn say(&self, text: &str) -> String {
        text.replace("{provider}", self.provider)
    }

    /// The ways to end, each a section: its state, its picture, its words.
    fn endings(&self) -> [(&'static str, &'static str, Advice); 10] {
        let texts = self.texts;
        [
            ("linked", "done", texts.linked),
            ("already_linked", "done", texts.already_linked),
            ("wrong_account", "alert", texts.wrong_account),
            ("passkey", "alert", texts.passkey),
            ("link_dropped", "alert", texts.link_dropped),
            ("rate_limited", "wait", texts.rate_limited),
            ("deadline", "wait", texts.deadline),
            ("cancelled", "wait", texts.cancelled),
            ("gone", "alert", texts.gone),
            ("busy", "wait", texts.busy),
        ]
    }
}

#[derive(Template)]
#[template(path = "notice.html", config = "src/page/askama.toml")]
struct Notice<'a> {
    language: Language,
    version: &'a str,
    texts: &'a Texts,
    root: &'a str,
    state: &'a str,
    icon: &'a str,
    advice: Advice,
}

#[cfg(test)]
mod tests;
