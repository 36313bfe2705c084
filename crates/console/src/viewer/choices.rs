//! What a person chose at the foot of a page: language and colours, kept in cookies.
//!
//! The choice is not written to the person: `preferredLanguage` of somebody provisioned through
//! SCIM belongs to the identity provider, whose next update would take it back. It is read, and
//! stands after the choice.

use axum::http::HeaderMap;
use seatlink_texts::Language;

use crate::cookies;

/// The names of the cookies.
pub(crate) const LANGUAGE: &str = "seatlink-language";
pub(crate) const COLOURS: &str = "seatlink-colours";

pub(super) fn language(headers: &HeaderMap) -> Option<Language> {
    cookies::read_any(headers, LANGUAGE).and_then(Language::of_tag)
}

pub(super) fn colours(headers: &HeaderMap) -> Colours {
    cookies::read_any(headers, COLOURS).and_then(Colours::parse).unwrap_or_default()
}

/// Light or dark; without a choice, what the person's system says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Colours {
    #[default]
    System,
    Light,
    Dark,
}

impl Colours {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colours| colours.as_str() == text)
    }
}
