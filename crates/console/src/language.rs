//! Which language a page is in: the first of `ui_locales` we have, else what the browser prefers.

use axum::http::{HeaderMap, header};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Language {
    #[default]
    English,
    Chinese,
}

impl Language {
    /// `ui_locales` is a list in order of preference (OpenID Connect Core §3.1.2.1); it outweighs the browser, because the
    /// application knows what its own pages are in.
    pub(crate) fn choose(ui_locales: Option<&str>, headers: &HeaderMap) -> Self {
        let mut named = ui_locales.unwrap_or_default().split_ascii_whitespace();
        named.find_map(Self::of_tag).unwrap_or_else(|| Self::of_browser(headers))
    }

    /// The language with the highest weight in `Accept-Language`; of equals, the first (RFC 9110 §12.5.4).
    fn of_browser(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
        let ranges =
            values.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','));
        let mut best: Option<(u16, Self)> = None;
        for range in ranges {
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

    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "zh" | "cmn" => Some(Self::Chinese),
            "en" | "*" => Some(Self::English),
            _ => None,
        }
    }
}

/// `q=0.8` in thousandths; nonsense is zero, so that it never wins.
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
    use axum::http::HeaderValue;

    use super::*;

    fn browser(accept: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accept))])
    }

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
            assert_eq!(Language::choose(None, &browser(accept)), expected, "{accept}");
        }
    }

    #[test]
    fn what_the_application_asks_for_outweighs_the_browser() {
        let browser = browser("en");
        assert_eq!(Language::choose(Some("de zh-CN en"), &browser), Language::Chinese);
        assert_eq!(Language::choose(Some("de fr"), &browser), Language::English);
    }
}
