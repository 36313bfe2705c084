//! Our record of one account at a target, and of what was delivered to it.

use std::collections::BTreeMap;

use seatlink_store::{self as store, links::LinkRecord};
use serde::{Deserialize, Serialize};

/// Our record that this subject is that account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    pub remote_id: String,
    pub state: LinkState,
    /// So that an unchanged person costs no request, and only what we delivered is ever cleared.
    pub delivered: Delivered,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkState {
    Active,
    Inactive,
}

impl LinkState {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Inactive].into_iter().find(|state| state.as_str() == text)
    }
}

/// What was last delivered to an account: for the path of each place that has a value of ours, a
/// digest of that value ([`crate::DigestKey`]). Empty for an account that we have not written to.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Delivered(BTreeMap<String, String>);

impl Delivered {
    /// The digest of the value at this path, such as `name.givenName`.
    pub fn digest(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, digest)| (path.as_str(), digest.as_str()))
    }
}

impl FromIterator<(String, String)> for Delivered {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(places: I) -> Self {
        Self(places.into_iter().collect())
    }
}

impl Link {
    /// `None` when the row is none that this program writes.
    fn decode(record: &LinkRecord) -> Option<Self> {
        Some(Self {
            remote_id: record.remote_id.clone(),
            state: LinkState::parse(&record.state)?,
            delivered: serde_json::from_str(&record.delivered).ok()?,
        })
    }

    pub(super) fn from_record(
        record: &LinkRecord,
        subject: store::Subject,
    ) -> Result<Self, store::Error> {
        Self::decode(record)
            .ok_or_else(|| store::Error::Inconsistent { table: "links", id: subject.to_string() })
    }

    pub(super) fn to_record(&self) -> LinkRecord {
        LinkRecord {
            remote_id: self.remote_id.clone(),
            state: self.state.as_str().to_owned(),
            delivered: serde_json::to_string(&self.delivered).expect("paths and digests are text"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_as_it_was_written_and_never_guessed() {
        let places = [("title", "a"), ("name.givenName", "b")];
        let delivered = places.map(|(path, digest)| (path.to_owned(), digest.to_owned()));
        let link = Link {
            remote_id: "srv-1".to_owned(),
            state: LinkState::Inactive,
            delivered: delivered.into_iter().collect(),
        };
        let record = link.to_record();
        assert_eq!(record.delivered, r#"{"name.givenName":"b","title":"a"}"#);
        assert_eq!(Link::decode(&record), Some(link));
        let other_state = LinkRecord { state: "gone".to_owned(), ..record.clone() };
        assert_eq!(Link::decode(&other_state), None);
        for text in ["", "[]", r#"{"title":1}"#] {
            let broken = LinkRecord { delivered: text.to_owned(), ..record.clone() };
            assert_eq!(Link::decode(&broken), None, "{text}");
        }
    }
}
