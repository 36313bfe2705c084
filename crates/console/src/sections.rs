//! Sections that the overviews of both sides have: people, and the latest changes.

pub(crate) mod changes;
pub(crate) mod entry;
pub(crate) mod people;

use askama::Template;

use crate::{
    nav::End,
    parts::{Banner, Glyph, Head, Html, Panel, Section},
    paths,
    shell::Shell,
    viewer::{Colours, Viewer},
};

/// A page of sections in one or two columns.
#[derive(Template)]
#[template(path = "overview.html")]
pub(crate) struct Overview {
    pub(crate) frame: Shell,
    pub(crate) title: &'static str,
    pub(crate) head: Head,
    pub(crate) banner: Option<Banner>,
    pub(crate) wide: Vec<Panel>,
    pub(crate) narrow: Vec<Panel>,
}

/// What a section shows, or why it does not.
pub(crate) fn shown<T>(
    section: &Section<T>,
    viewer: &Viewer,
    retry: impl Into<String>,
    show: impl FnOnce(&T) -> Html,
) -> Html {
    match section {
        Section::Shown(part) => show(part),
        Section::Withheld(_) | Section::Failed => {
            section.missing(viewer, retry).map_or_else(Html::new, |empty| Html::new().part(&empty))
        }
    }
}
