//! The languages of the product, and which one a reader gets.

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English, which is also what machines and logs get.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// All languages, in the order in which a page offers them.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The tag for `lang`, `Content-Language` and the person's `preferredLanguage` (BCP 47).
    pub const fn tag(self) -> &'static str {
        self.pick(&["en", "zh-CN"])
    }

    /// The name of the language in itself, for the choice of a language.
    pub const fn own_name(self) -> &'static str {
        self.pick(&["English", "简体中文"])
    }

    /// The language that a tag or range stands for (`zh-Hans`, `en_GB`, `*`); `None` if we do not
    /// have it.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "zh" | "cmn" => Some(Self::Chinese),
            "en" | "*" => Some(Self::English),
            _ => None,
        }
    }

    /// The language for a reader: the explicit choice, else the first of `ui_locales` that we have,
    /// else what the browser prefers, else English.
    ///
    /// `ui_locales` is a list in order of preference (OpenID Connect Core §3.1.2.1). It outweighs
    /// the browser, because the application knows the language of its own pages. `accept_language`
    /// has the values of the header `Accept-Language`, one for each header line.
    pub fn choose<'v>(
        explicit: Option<Self>,
        ui_locales: Option<&str>,
        accept_language: impl IntoIterator<Item = &'v str>,
    ) -> Self {
        let named = || ui_locales?.split_ascii_whitespace().find_map(Self::of_tag);
        explicit.or_else(named).unwrap_or_else(|| Self::preferred(accept_language))
    }

    /// The language with the highest weight in `Accept-Language`; of equals, the first (RFC 9110
    /// §12.5.4).
    fn preferred<'v>(accept_language: impl IntoIterator<Item = &'v str>) -> Self {
        let mut best: Option<(u16, Self)> = None;
        for range in accept_language.into_iter().flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let weight = parts.find_map(weight).unwrap_or(1_000);
            let Some(language) = Self::of_tag(tag) else { continue };
            if weight > 0 && best.is_none_or(|(highest, _)| weight > highest) {
                best = Some((weight, language));
            }
        }
        best.map_or(Self::default(), |(_, language)| language)
    }

    /// The element of this language, in the order of [`Language::ALL`].
    pub(crate) const fn pick<T: Copy>(self, texts: &[T; 2]) -> T {
        match self {
            Self::English => texts[0],
            Self::Chinese => texts[1],
        }
    }

    /// The plural category of a whole number (CLDR).
    pub(crate) fn plural(self, number: i128) -> &'static str {
        match self {
            Self::English if number.unsigned_abs() == 1 => "one",
            Self::English | Self::Chinese => "other",
        }
    }
}

/// `q=0.8` in thousandths. A malformed weight is zero, so that it never wins.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let digits = format!("{whole}{fraction:0<3}");
    Some(digits.parse().ok().filter(|weight| *weight <= 1_000 && fraction.len() <= 3).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_decide_and_not_the_order() {
        for (accept, expected) in [
            ("en;q=0.5, zh-CN;q=0.9", Language::Chinese),
            ("zh;q=0.3,en-GB", Language::English),
            ("zh-TW,en", Language::Chinese),
            ("de,fr;q=0.9,zh-Hans;q=0.1", Language::Chinese),
            ("zh;q=0, de", Language::English),
            ("zh;q=0.001", Language::Chinese),
            ("zh;q=nonsense, en;q=0.1", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::choose(None, None, [accept]), expected, "{accept}");
        }
        assert_eq!(Language::choose(None, None, ["en;q=0.5", "zh-CN;q=0.9"]), Language::Chinese);
        assert_eq!(Language::choose(None, None, []), Language::English);
    }

    #[test]
    fn what_the_application_asks_for_outweighs_the_browser() {
        assert_eq!(Language::choose(None, Some("de zh-CN en"), ["en"]), Language::Chinese);
        assert_eq!(Language::choose(None, Some("de fr"), ["en"]), Language::English);
    }

    #[test]
    fn what_the_reader_chose_outweighs_both() {
        let chosen = Some(Language::Chinese);
        assert_eq!(Language::choose(chosen, Some("en"), ["en"]), Language::Chinese);
    }

    #[test]
    fn tags_lead_back_to_their_language() {
        for language in Language::ALL {
            assert_eq!(Language::of_tag(language.tag()), Some(language));
        }
        assert_eq!(Language::of_tag("cmn-Hans"), Some(Language::Chinese));
        assert_eq!(Language::of_tag("fr"), None);
    }
}
