//! What a list shows, read from its address: search, filters, order, page.

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::request::Parts,
};
use std::convert::Infallible;
use url::form_urlencoded;

/// Longer than anything that is looked for by typing.
const SEARCH_LIMIT: usize = 200;

/// The state of a list, all of it in its address: `?q=…&sort=-name&status=active&cursor=…`.
///
/// Links made here keep what they do not change, but for the cursor, which belongs to one order and
/// one set of filters.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListQuery {
    path: String,
    pairs: Vec<(String, String)>,
}

/// The order of a list: a column, and whether from its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sort<'a> {
    pub key: &'a str,
    pub descending: bool,
}

impl ListQuery {
    pub fn parse(path: &str, query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        Self { path: path.to_owned(), pairs: pairs.collect() }
    }

    /// The value of a filter; empty if it is not set.
    pub fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// What is looked for, without what cannot be typed.
    pub fn search(&self) -> String {
        self.get("q").trim().chars().filter(|c| !c.is_control()).take(SEARCH_LIMIT).collect()
    }

    pub fn sort(&self) -> Option<Sort<'_>> {
        let text = self.get("sort");
        let (key, descending) = text.strip_prefix('-').map_or((text, false), |key| (key, true));
        (!key.is_empty()).then_some(Sort { key, descending })
    }

    /// Where the page begins, as the page before it said; `None` is the first page.
    pub fn cursor(&self) -> Option<&str> {
        Some(self.get("cursor")).filter(|cursor| !cursor.is_empty())
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    /// This list with one thing changed; an empty value takes it away.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> String {
        let kept = self.pairs.iter().filter(|(own, _)| own != name && own != "cursor");
        let changed = Some((name, value)).filter(|(_, value)| !value.is_empty());
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in kept.filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if let Some((name, value)) = changed {
            query.append_pair(name, value);
        }
        self.address(&query.finish())
    }

    /// This list without filters and search, in its order.
    #[must_use]
    pub fn cleared(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some((name, value)) = self.pairs.iter().find(|(own, _)| own == "sort") {
            query.append_pair(name, value);
        }
        self.address(&query.finish())
    }

    /// The same list with no more than these things set, for a page on which the address says more.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let pairs = self.pairs.iter().filter(|(name, _)| names.contains(&name.as_str()));
        Self { path: self.path.clone(), pairs: pairs.cloned().collect() }
    }

    /// Whether anything narrows the list.
    pub fn is_filtered(&self) -> bool {
        let narrows = |(name, value): &(String, String)| {
            !value.is_empty() && !matches!(name.as_str(), "sort" | "cursor")
        };
        self.pairs.iter().any(narrows)
    }

    /// What a form that changes the named fields has to keep in hidden ones.
    pub fn kept<'a>(&'a self, changed: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.pairs
            .iter()
            .filter(|(name, value)| {
                !value.is_empty() && name != "cursor" && !changed.contains(&name.as_str())
            })
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn address(&self, query: &str) -> String {
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }
}

impl<S: Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        Ok(Self::parse(uri.path(), uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_the_rest_and_begin_at_the_first_page() {
        let query = ListQuery::parse("/admin/roles", "q=a+b&status=active&sort=-name&cursor=xyz");
        assert_eq!(query.search(), "a b");
        assert_eq!(query.sort(), Some(Sort { key: "name", descending: true }));
        assert_eq!(query.cursor(), Some("xyz"));
        assert_eq!(query.with("status", ""), "/admin/roles?q=a+b&sort=-name");
        assert_eq!(
            query.with("cursor", "n/2"),
            "/admin/roles?q=a+b&status=active&sort=-name&cursor=n%2F2"
        );
        assert_eq!(query.cleared(), "/admin/roles?sort=-name");
        let kept: Vec<_> = query.kept(&["q"]).collect();
        assert_eq!(kept, [("status", "active"), ("sort", "-name")]);
    }

    #[test]
    fn order_and_page_are_no_filters() {
        assert!(!ListQuery::parse("/x", "sort=name&cursor=1&q=").is_filtered());
        assert!(ListQuery::parse("/x", "q=a").is_filtered());
    }
}
