//! Operations that take whole attributes away.

use serde_json::Value;

use super::super::edit::Change;
use super::{Resolver, place, required};
use crate::schema::Found;
use crate::validate::At;
use crate::{Error, Quirk};

impl Resolver<'_> {
    pub(super) fn remove(&mut self, found: Found<'_>, listed: Option<Value>) -> Result<(), Error> {
        match listed {
            Some(listed)
                if self.forgives() && found.attribute.multi_valued && !listed.is_null() =>
            {
                let elements = self.cleaner.elements(found.attribute, listed, place(found))?;
                self.cleaner.repair(Quirk::RemoveListed, place(found));
                self.push(found, Change::RemoveListed(elements));
                Ok(())
            }
            Some(listed) if !listed.is_null() => {
                self.refuse_value_of_remove(place(found))?;
                self.clear(found)
            }
            _ => self.clear(found),
        }
    }

    /// RFC 7644 §3.5.2.2 gives a remove no value. Where the path says it all, one that comes along
    /// is left unread for those who send it.
    pub(super) fn refuse_value_of_remove(&mut self, at: At<'_>) -> Result<(), Error> {
        if !self.forgives() {
            return Err(takes_no_value(at));
        }
        self.cleaner.repair(Quirk::RemoveListed, at);
        Ok(())
    }

    pub(super) fn clear(&mut self, found: Found<'_>) -> Result<(), Error> {
        if found.attribute.required {
            return Err(required(place(found)));
        }
        self.push(found, Change::Clear);
        Ok(())
    }
}

pub(super) fn takes_no_value(at: At<'_>) -> Error {
    Error::invalid_value(format!(
        "A remove operation takes no value; select what to remove from {at} with a filter in the path."
    ))
}
