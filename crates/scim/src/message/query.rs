//! The parameters of a query, from a URL or from a search request (RFC 7644 §3.4.2, §3.4.3).

use std::borrow::Cow;

use serde_json::Value;

use crate::{Error, Filter, filter};

/// The URN of the search request.
pub const SEARCH_REQUEST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// The direction of sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum SortOrder {
    /// From small to large.
    #[default]
    Ascending,
    /// From large to small.
    Descending,
}

/// What a client asks of a list.
///
/// ```
/// use seatlink_scim::ListQuery;
///
/// let pairs = [("startIndex", "0"), ("COUNT", "-5"), ("unknown", "x")];
/// let query = ListQuery::from_pairs(pairs.map(|(k, v)| (k.into(), v.into())))?;
/// assert_eq!((query.start_index, query.count), (1, Some(0)));
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ListQuery {
    /// Which resources.
    pub filter: Option<Filter>,
    /// The position of the first, from 1.
    pub start_index: u64,
    /// How many at most; `None` leaves it to the server, 0 asks for the number only.
    pub count: Option<u64>,
    /// The path to sort by.
    pub sort_by: Option<String>,
    /// The direction of sorting.
    pub sort_order: SortOrder,
    /// Where to go on; empty on the first page of a walk (RFC 9865 §2).
    pub cursor: Option<String>,
    /// What to return, separated by commas.
    pub attributes: Option<String>,
    /// What not to return, separated by commas.
    pub excluded_attributes: Option<String>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            filter: None,
            start_index: 1,
            count: None,
            sort_by: None,
            sort_order: SortOrder::Ascending,
            cursor: None,
            attributes: None,
            excluded_attributes: None,
        }
    }
}

impl ListQuery {
    /// Reads the decoded parameters of a URL. Unknown ones are ignored. Lists of attributes may
    /// come in several parts; any other parameter that comes twice is refused, since whoever looked
    /// at the request before us may have taken the other one.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    ) -> Result<Self, Error> {
        let mut query = Self::default();
        let mut indexed = false;
        let mut count = Ok(None);
        let mut seen = Seen::default();
        for (name, value) in pairs {
            let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
            seen.once(&name)?;
            if is("filter") {
                query.filter = parse_filter(&value)?;
            } else if is("startIndex") {
                query.start_index = integer("startIndex", &value)?.max(1);
                indexed = true;
            } else if is("count") {
                count = integer("count", &value).map(Some);
            } else if is("sortBy") {
                query.sort_by = (!value.is_empty()).then(|| value.into_owned());
            } else if is("sortOrder") {
                query.sort_order = sort_order(&value)?;
            } else if is("cursor") {
                query.cursor = Some(value.into_owned());
            } else if is("attributes") {
                join_names(&mut query.attributes, &value);
            } else if is("excludedAttributes") {
                join_names(&mut query.excluded_attributes, &value);
            }
        }
        query.checked(indexed, count)
    }

    /// Reads the body of a POST to `.search`.
    pub fn from_search_request(body: Value) -> Result<Self, Error> {
        let Value::Object(map) = body else {
            return Err(Error::invalid_syntax("The body must be a JSON object."));
        };
        let mut query = Self::default();
        let mut indexed = false;
        let mut count = Ok(None);
        let mut names_schema = false;
        for (name, value) in map {
            let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
            if is("schemas") {
                names_schema = value.as_array().is_some_and(|urns| {
                    urns.iter()
                        .filter_map(Value::as_str)
                        .any(|urn| urn.eq_ignore_ascii_case(SEARCH_REQUEST_SCHEMA))
                });
            } else if value.is_null() {
                // Null is the same as absent.
            } else if is("filter") {
                query.filter = parse_filter(text(&name, &value)?)?;
            } else if is("startIndex") {
                query.start_index = number(&name, &value)?.max(1);
                indexed = true;
            } else if is("count") {
                count = number(&name, &value).map(Some);
            } else if is("sortBy") {
                let name = text(&name, &value)?;
                query.sort_by = (!name.is_empty()).then(|| name.to_owned());
            } else if is("sortOrder") {
                query.sort_order = sort_order(text(&name, &value)?)?;
            } else if is("cursor") {
                query.cursor = Some(text(&name, &value)?.to_owned());
            } else if is("attributes") {
                query.attributes = not_empty(&names(&name, &value)?);
            } else if is("excludedAttributes") {
                query.excluded_attributes = not_empty(&names(&name, &value)?);
            }
        }
        if !names_schema {
            return Err(Error::invalid_syntax(format!(
                "The list schemas must name {SEARCH_REQUEST_SCHEMA}; add it."
            )));
        }
        query.checked(indexed, count)
    }

    fn checked(mut self, indexed: bool, count: Result<Option<u64>, Error>) -> Result<Self, Error> {
        self.count = match (count, &self.cursor) {
            (Ok(count), _) => count,
            (Err(error), None) => return Err(error),
            // RFC 9865 §2.1 has a word of its own for it.
            (Err(error), Some(_)) => return Err(Error::invalid_count(error.detail)),
        };
        // RFC 9865 §2.4.
        if indexed && self.cursor.is_some() {
            return Err(Error::invalid_value("Use either startIndex or cursor, not both."));
        }
        if self.attributes.is_some() && self.excluded_attributes.is_some() {
            return Err(Error::invalid_value(
                "Use either attributes or excludedAttributes, not both.",
            ));
        }
        Ok(self)
    }
}

/// Adds a part of a list of attribute names to what came before it: `attributes=a&attributes=b,c`
/// is `a,b,c`.
pub fn join_names(names: &mut Option<String>, more: &str) {
    match (names, not_empty(more)) {
        (_, None) => {}
        (Some(names), Some(more)) => {
            names.push(',');
            names.push_str(&more);
        }
        (names @ None, more) => *names = more,
    }
}

/// Which parameters have come already.
#[derive(Default)]
struct Seen([bool; Self::SINGLE.len()]);

impl Seen {
    const SINGLE: [&'static str; 6] =
        ["filter", "startIndex", "count", "sortBy", "sortOrder", "cursor"];

    fn once(&mut self, name: &str) -> Result<(), Error> {
        let known = Self::SINGLE.iter().position(|single| single.eq_ignore_ascii_case(name));
        if let Some(position) = known
            && std::mem::replace(&mut self.0[position], true)
        {
            return Err(Error::invalid_value(format!(
                "The parameter {} is given twice; send it once.",
                Self::SINGLE[position]
            )));
        }
        Ok(())
    }
}

fn parse_filter(text: &str) -> Result<Option<Filter>, Error> {
    if text.is_empty() { Ok(None) } else { filter::parse(text).map(Some) }
}

fn not_empty(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An integer of any sign; negative ones count as 0 (RFC 7644 §3.4.2.4).
fn integer(name: &str, text: &str) -> Result<u64, Error> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::invalid_value(format!("The parameter {name} must be a whole number.")));
    }
    if text.starts_with('-') {
        return Ok(0);
    }
    // What does not fit is beyond every end.
    Ok(digits.parse().unwrap_or(u64::MAX))
}

fn number(name: &str, value: &Value) -> Result<u64, Error> {
    match value {
        Value::Number(number) if !number.is_f64() => Ok(number.as_u64().unwrap_or(0)),
        // JSON knows one kind of number: 10.0 is whole as well, and so is what is too large for an
        // integer.
        Value::Number(number) if number.as_f64().is_some_and(|value| value.fract() == 0.0) => {
            integer(name, &format!("{:.0}", number.as_f64().unwrap_or_default()))
        }
        _ => Err(Error::invalid_value(format!("The parameter {name} must be a whole number."))),
    }
}

fn sort_order(text: &str) -> Result<SortOrder, Error> {
    if text.is_empty() || text.eq_ignore_ascii_case("ascending") {
        Ok(SortOrder::Ascending)
    } else if text.eq_ignore_ascii_case("descending") {
        Ok(SortOrder::Descending)
    } else {
        Err(Error::invalid_value("The parameter sortOrder must be ascending or descending."))
    }
}

fn text<'a>(name: &str, value: &'a Value) -> Result<&'a str, Error> {
    value
        .as_str()
        .ok_or_else(|| Error::invalid_value(format!("The parameter {name} must be text.")))
}

fn names(name: &str, value: &Value) -> Result<String, Error> {
    match value {
        Value::String(names) => Ok(names.clone()),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let names: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Ok(names.join(","))
        }
        _ => Err(Error::invalid_value(format!(
            "The parameter {name} must be an array of attribute names."
        ))),
    }
}
