//! What every page of the administration is made of: head, tabs, messages, body.

use askama::Template;
use seatlink_texts::Texts;

use crate::{
    nav::{End, Place},
    parts::{Banner, Glyph, Head, Html, Tabs},
    paths,
    shell::Shell,
    viewer::{Colours, Viewer},
};

#[derive(Template)]
#[template(path = "admin.html")]
pub(crate) struct Page {
    frame: Shell,
    title: String,
    head: Head,
    tabs: Option<Tabs>,
    banners: Vec<Banner>,
    body: Html,
}

impl Page {
    /// `title` is what the browser calls the page.
    pub(crate) fn new(
        viewer: &Viewer,
        place: Place,
        title: impl Into<String>,
        head: Head,
        body: Html,
    ) -> Self {
        Self {
            frame: Shell::of(viewer, place),
            title: title.into(),
            head,
            tabs: None,
            banners: Vec::new(),
            body,
        }
    }

    pub(crate) fn tabs(self, tabs: Tabs) -> Self {
        Self { tabs: Some(tabs), ..self }
    }

    /// One more message above the body.
    pub(crate) fn banner(mut self, banner: Option<Banner>) -> Self {
        self.banners.extend(banner);
        self
    }
}

/// The way to a page below Security Settings.
pub(crate) fn security_crumbs(t: Texts) -> Vec<(String, Option<String>)> {
    vec![
        (String::from(t.common().admin()), None),
        (String::from(t.admin().security_settings()), None),
    ]
}

/// The way to a page below Roles & Permissions.
pub(crate) fn role_crumbs(t: Texts) -> Vec<(String, Option<String>)> {
    let mut crumbs = security_crumbs(t);
    crumbs.push((String::from(t.admin().roles_title()), Some(paths::Roles.to_string())));
    crumbs
}
