//! Which language a visitor is spoken to in: what the link says, then what the browser prefers.

use super::texts::{self, Texts};

/// A language the page exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    PtBr,
    En,
    Es,
}

impl Language {
    pub(crate) const ALL: [Self; 3] = [Self::PtBr, Self::En, Self::Es];

    /// The language of the `lang` parameter if the page speaks it, else the one of
    /// `Accept-Language` with the greatest weight, else English.
    pub(crate) fn choose(parameter: Option<&str>, accept_language: Option<&str>) -> Self {
        parameter
            .and_then(Self::from_tag)
            .or_else(|| accept_language.and_then(Self::preferred))
            .unwrap_or(Self::En)
    }

    /// The tag of BCP 47, as in `<html lang>`.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::PtBr => "pt-BR",
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// What the language calls itself.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PtBr => "Português",
            Self::En => "English",
            Self::Es => "Español",
        }
    }

    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Self::PtBr => &texts::PT_BR,
            Self::En => &texts::EN,
            Self::Es => &texts::ES,
        }
    }

    /// Regions do not matter: a Portuguese reads Brazilian rather than English.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| {
            let own = language.tag().split('-').next().unwrap_or_default();
            primary.eq_ignore_ascii_case(own)
        })
    }

    /// RFC 9110, 12.5.4. Of equal weights the first wins; a weight of 0 means "never".
    fn preferred(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',') {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(Self::from_tag) else {
                continue;
            };
            let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
            let weight = weight.map_or(1.0, |text| text.trim().parse().unwrap_or(0.0));
            if weight > best.map_or(0.0, |(best, _)| best) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, *};

    #[test]
    fn the_parameter_wins() {
        for (parameter, language) in [
            ("pt-BR", PtBr),
            ("pt", PtBr),
            ("PT_br", PtBr),
            ("en-GB", En),
            ("es-419", Es),
        ] {
            assert_eq!(
                Language::choose(Some(parameter), Some("en,es;q=0.9,pt;q=0.8")),
                language,
                "{parameter}"
            );
        }
    }

    #[test]
    fn a_parameter_we_do_not_speak_leaves_it_to_the_browser() {
        for parameter in ["de", "", "ptolemy", "<script>"] {
            assert_eq!(Language::choose(Some(parameter), Some("es")), Es);
        }
    }

    #[test]
    fn the_browser_is_understood_with_its_weights() {
        for (header, language) in [
            ("pt-BR,pt;q=0.9,en;q=0.8", PtBr),
            ("pt", PtBr),
            ("pt-PT", PtBr),
            ("de-DE, de;q=0.9, es ; q=0.5, en;q=0.4", Es),
            ("en;q=0.5, es;q=0.9", Es),
            ("es;q=0.7, pt;q=0.7", Es),
            ("es;q=0, pt;q=0.1", PtBr),
            ("es;q=often, pt;q=0.1", PtBr),
            ("es;q=NaN, pt;q=0.1", PtBr),
            ("fr, *;q=0.5", En),
            ("", En),
            (",;=,;q", En),
        ] {
            assert_eq!(Language::choose(None, Some(header)), language, "{header}");
        }
        assert_eq!(Language::choose(None, None), En);
    }
}
