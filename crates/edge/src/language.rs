//! The language that a program or a browser asks for.

use axum::http::{HeaderMap, header};
use seatlink_texts::Language;

pub fn language(headers: &HeaderMap) -> Language {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    Language::choose(None, None, values.filter_map(|value| value.to_str().ok()))
}
