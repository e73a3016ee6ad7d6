//! The style and the scripts, in the binary, under names that change with their content.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

/// A file the page loads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asset {
    pub(crate) content_type: &'static str,
    pub(crate) body: &'static str,
    /// What `?v=` must say for the answer to be kept for ever.
    pub(crate) version: &'static str,
}

macro_rules! sources {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("assets/", $name)))),*]
    };
}

const SOURCES: &[(&str, &str)] = sources![
    "page.css",
    "channel.js",
    "clock.js",
    "code.js",
    "form.js",
    "frame.js",
    "notices.js",
    "page.js",
    "passkey.js",
    "polling.js",
    "post.js",
    "qr.js",
    "screen.js",
    "slots.js",
    "stream.js",
    "view.js",
];

struct Bundle {
    version: String,
    files: Vec<(&'static str, String)>,
}

static BUNDLE: LazyLock<Bundle> = LazyLock::new(|| bundle(SOURCES));

/// The file of that name, without its `?v=`.
pub(crate) fn asset(name: &str) -> Option<Asset> {
    let (name, body) = BUNDLE.files.iter().find(|(own, _)| *own == name)?;
    Some(Asset {
        content_type: if name.ends_with(".css") {
            "text/css; charset=utf-8"
        } else {
            "text/javascript; charset=utf-8"
        },
        body,
        version: version(),
    })
}

/// The version of all files: they import each other, and only fit together.
pub(super) fn version() -> &'static str {
    &BUNDLE.version
}

/// What the page's script will import: the browser may fetch it all at once.
pub(super) fn scripts() -> impl Iterator<Item = &'static str> {
    SOURCES
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| name.ends_with(".js") && *name != "page.js")
}

/// Scripts import each other with the version, as the page does; otherwise a browser could
/// run an old one with a new one.
fn bundle(sources: &[(&'static str, &'static str)]) -> Bundle {
    let mut hasher = DefaultHasher::new();
    sources.hash(&mut hasher);
    let version = format!("{:016x}", hasher.finish());
    let imported = format!(".js?v={version}\";");
    let files = sources
        .iter()
        .map(|(name, body)| (*name, body.replace(".js\";", &imported)))
        .collect();
    Bundle { version, files }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_changes_with_any_content() {
        let before = bundle(&[("a.js", "1"), ("b.js", "2")]).version;
        assert_eq!(before, bundle(&[("a.js", "1"), ("b.js", "2")]).version);
        assert_ne!(before, bundle(&[("a.js", "1"), ("b.js", "3")]).version);
        assert_ne!(before, bundle(&[("a.js", "3"), ("b.js", "2")]).version);
    }

    #[test]
    fn every_import_names_a_file_that_exists_with_the_version() {
        let mut imports = 0;
        for (name, _) in SOURCES {
            let asset = asset(name).unwrap();
            for line in asset.body.lines().filter(|line| line.contains("from \"")) {
                let (_, path) = line.split_once("from \"./").unwrap();
                let (file, rest) = path.split_once("?v=").unwrap();
                assert!(super::asset(file).is_some(), "{name}: {line}");
                assert_eq!(rest, format!("{}\";", asset.version), "{name}");
                imports += 1;
            }
        }
        assert!(imports > 5);
    }

    #[test]
    fn types_are_what_nosniff_demands() {
        let css = asset("page.css").unwrap();
        assert_eq!(css.content_type, "text/css; charset=utf-8");
        let script = asset("page.js").unwrap();
        assert_eq!(script.content_type, "text/javascript; charset=utf-8");
        assert!(asset("page.html").is_none());
        assert!(asset("../mod.rs").is_none());
    }
}
