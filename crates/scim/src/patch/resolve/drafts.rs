//! Paths that name a schema as the drafts before RFC 7643 did.

use super::Resolver;
use crate::schema::named_in_drafts;
use crate::{AttrPath, Path, Quirk};

impl Resolver<'_> {
    /// A path with the URN of a draft, as it is written now. Microsoft's own library knows the dot
    /// between such a URN and a name.
    pub(super) fn renamed_since_drafts(&mut self, path: &Path) -> Option<Path> {
        let urn = path.attribute.urn.as_deref().filter(|_| self.forgives())?;
        let written = path.attribute.to_string();
        let (now, name) = match (named_in_drafts(&written), named_in_drafts(urn)) {
            (Some(now), _) => (now, None),
            (None, Some(now)) => (now, written.get(urn.len() + 1..)),
            (None, None) => {
                let (urn, name) = written.rsplit_once('.')?;
                (named_in_drafts(urn)?, Some(name))
            }
        };
        if !self.rt.declares(now) {
            return None;
        }
        let now = name.map_or_else(|| now.to_owned(), |name| format!("{now}:{name}"));
        self.cleaner.repair(Quirk::UnknownSchema, &written);
        let attribute = AttrPath::parse(&now)?;
        Some(Path { attribute, filter: path.filter.clone(), sub: path.sub.clone() })
    }
}
