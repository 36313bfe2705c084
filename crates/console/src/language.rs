//! Which language a page is in.

use axum::http::{HeaderMap, header};
use seatlink_texts::Language;

/// The first of `ui_locales` that we have, else what the browser prefers.
pub(crate) fn language_of(ui_locales: Option<&str>, headers: &HeaderMap) -> Language {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    Language::choose(None, ui_locales, values.filter_map(|value| value.to_str().ok()))
}
