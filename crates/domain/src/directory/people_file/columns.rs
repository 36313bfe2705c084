//! What the columns of a CSV file mean: each is a place in a SCIM User resource.

use std::collections::HashMap;

use seatlink_scim::{Attribute, Kind, Mutability, Path, fold, schema};
use serde_json::{Map, Number, Value};

use super::{
    PersonRow, RowError,
    attributes::{Fixed, Spot, distinction, fixed_values, leaf},
    distinct_groups,
};

/// The columns nobody may leave out, and where they are put.
const REQUIRED: [(&str, &str); 4] = [
    ("userName", "userName"),
    ("givenName", "name.givenName"),
    ("familyName", "name.familyName"),
    ("email", WORK_EMAIL),
];

/// What `email` is short for; the primary flag does not tell elements apart, the type does.
const WORK_EMAIL: &str = r#"emails[type eq "work" and primary eq true].value"#;

pub(super) fn is_user_name(header: &str) -> bool {
    header.eq_ignore_ascii_case("userName")
}

/// The columns of one file.
pub(super) struct Columns {
    columns: Vec<Column>,
    /// The list elements that columns fill; columns that mean the same element share it.
    elements: Vec<Element>,
}

struct Column {
    /// As the file writes it.
    name: String,
    target: Target,
}

enum Target {
    /// No name; no row may have a value there.
    Unnamed,
    Groups,
    Attribute(Place),
}

struct Place {
    /// The URN of an extension.
    urn: Option<String>,
    attribute: String,
    /// Which of [`Columns::elements`], for lists.
    element: Option<usize>,
    sub: Option<String>,
    kind: Kind,
    rule: Rule,
}

/// What a cell must be beyond its type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Anything,
    Address,
}

/// One element of a multi-valued attribute, such as the mobile phone number.
struct Element {
    urn: Option<String>,
    attribute: String,
    /// The sub-attributes the column's filter fixes.
    fixed: Fixed,
}

impl Columns {
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// Reads the header. Each bad column is an error of its own.
    pub(super) fn from_header(line: u64, names: &[String]) -> Result<Self, Vec<RowError>> {
        let mut columns = Self { columns: Vec::with_capacity(names.len()), elements: Vec::new() };
        let mut errors = Vec::new();
        let mut taken: HashMap<String, &str> = HashMap::new();
        for name in names {
            let target = match columns.target(name) {
                Ok(target) => target,
                Err(sentence) => {
                    errors.push(RowError::cell(line, name, sentence));
                    Target::Unnamed
                }
            };
            if let Some(key) = target.key()
                && let Some(first) = taken.insert(key, name)
            {
                let sentence =
                    format!("“{first}” and “{name}” mean the same attribute; keep one of them.");
                errors.push(RowError::cell(line, name, sentence));
            }
            columns.columns.push(Column { name: name.clone(), target });
        }
        errors.extend(columns.missing(line));
        if errors.is_empty() { Ok(columns) } else { Err(errors) }
    }

    /// One sentence for all required columns that are not there.
    fn missing(&self, line: u64) -> Option<RowError> {
        let places = || {
            self.columns.iter().filter_map(|column| match &column.target {
                Target::Attribute(place) => Some(place),
                Target::Groups | Target::Unnamed => None,
            })
        };
        let is_there = |path: &str| match path.split_once(['.', '[']) {
            // Any address will do.
            Some(("emails", _)) => places().any(|place| place.is("emails", Some("value"))),
            Some((attribute, sub)) => places().any(|place| place.is(attribute, Some(sub))),
            None => places().any(|place| place.is(path, None)),
        };
        let missing: Vec<&str> =
            REQUIRED.iter().filter(|(_, path)| !is_there(path)).map(|(name, _)| *name).collect();
        let (last, others) = missing.split_last()?;
        let names = if others.is_empty() {
            format!("The column {last} is missing")
        } else {
            format!("The columns {} and {last} are missing", others.join(", "))
        };
        let sentence = format!("{names}; the first line of the file names the columns.");
        Some(RowError { line, column: others.is_empty().then(|| (*last).to_owned()), sentence })
    }

    fn target(&mut self, name: &str) -> Result<Target, String> {
        if name.is_empty() {
            return Ok(Target::Unnamed);
        }
        if name.eq_ignore_ascii_case("groups") {
            return Ok(Target::Groups);
        }
        if name.eq_ignore_ascii_case("email") {
            return self.place(WORK_EMAIL).map(Target::Attribute);
        }
        self.place(name).map(Target::Attribute)
    }

    fn place(&mut self, text: &str) -> Result<Place, String> {
        let unknown = || {
            format!(
                "There is no attribute “{text}”; name the column by a SCIM path, \
                 such as title or phoneNumbers[type eq \"mobile\"].value."
            )
        };
        let path = Path::parse(text).map_err(|_| unknown())?;
        let spot = Spot::find(&path).ok_or_else(unknown)?;
        let fixed = match &path.filter {
            Some(filter) => fixed_values(filter).ok_or_else(|| {
                String::from("The filter of a column may only compare with eq and join with and.")
            })?,
            None => Vec::new(),
        };
        let Some(attribute) = spot.attribute else {
            return place_in_unknown_schema(spot, &fixed);
        };
        let leaf = leaf(attribute, spot.sub.as_deref(), &path)?;
        let read_only = |attribute: &Attribute| attribute.mutability == Mutability::ReadOnly;
        if read_only(attribute) || read_only(leaf) || attribute.name == "schemas" {
            return Err(String::from(
                "This attribute is assigned by the server; leave the column out.",
            ));
        }
        let element = (attribute.multi_valued).then(|| self.element(&spot, attribute, fixed));
        let is_address = attribute.name == "emails" && leaf.name == "value";
        Ok(Place {
            urn: spot.urn,
            attribute: attribute.name.clone(),
            element,
            sub: (attribute.kind == Kind::Complex).then(|| leaf.name.clone()),
            kind: leaf.kind,
            rule: if is_address { Rule::Address } else { Rule::Anything },
        })
    }

    fn element(&mut self, spot: &Spot, attribute: &Attribute, fixed: Fixed) -> usize {
        let same = |element: &Element| {
            element.urn == spot.urn
                && element.attribute == attribute.name
                && distinction(&element.fixed) == distinction(&fixed)
        };
        if let Some(position) = self.elements.iter().position(same) {
            let known = &mut self.elements[position].fixed;
            for pair in fixed {
                if !known.contains(&pair) {
                    known.push(pair);
                }
            }
            return position;
        }
        self.elements.push(Element {
            urn: spot.urn.clone(),
            attribute: attribute.name.clone(),
            fixed,
        });
        self.elements.len() - 1
    }

    /// A person out of the cells of one row.
    pub(super) fn person(&self, line: u64, cells: &[String]) -> Result<PersonRow, Vec<RowError>> {
        let mut resource = Map::new();
        resource.insert(String::from("schemas"), Value::Null);
        let mut elements = vec![Map::new(); self.elements.len()];
        let mut groups = Vec::new();
        let mut errors = Vec::new();
        for (column, cell) in self.columns.iter().zip(cells) {
            if cell.is_empty() {
                continue;
            }
            match &column.target {
                Target::Unnamed => {
                    let sentence =
                        format!("“{cell}” is in a column without a name; name it in the header.");
                    errors.push(RowError::row(line, sentence));
                }
                // The second is what a Chinese keyboard gives for the first.
                Target::Groups => groups = distinct_groups(cell.split([';', '；'])),
                Target::Attribute(place) => match place.value(cell) {
                    Ok(value) => place.put(&mut resource, &mut elements, value),
                    Err(sentence) => errors.push(RowError::cell(line, &column.name, sentence)),
                },
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        self.put_elements(&mut resource, elements);
        resource.insert(String::from("schemas"), schemas(&resource));
        Ok(PersonRow { line, resource, groups })
    }

    fn put_elements(&self, resource: &mut Map<String, Value>, contents: Vec<Map<String, Value>>) {
        for (element, mut content) in self.elements.iter().zip(contents) {
            if content.is_empty() {
                continue;
            }
            content.extend(element.fixed.iter().cloned());
            let attributes = container(resource, element.urn.as_deref());
            let list = attributes
                .entry(element.attribute.as_str())
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(Value::Object(content));
            }
        }
    }
}

impl Target {
    /// Equal for columns that mean the same.
    fn key(&self) -> Option<String> {
        match self {
            Self::Unnamed => None,
            Self::Groups => Some(String::from("groups")),
            Self::Attribute(place) => Some(format!(
                "{}:{}:{:?}:{}",
                place.urn.as_deref().unwrap_or_default(),
                place.attribute,
                place.element,
                place.sub.as_deref().unwrap_or_default()
            )),
        }
    }
}

impl Place {
    fn is(&self, attribute: &str, sub: Option<&str>) -> bool {
        self.urn.is_none() && self.attribute == attribute && self.sub.as_deref() == sub
    }

    fn value(&self, cell: &str) -> Result<Value, String> {
        if self.rule == Rule::Address && !crate::outbox::is_address(cell) {
            return Err(format!("“{cell}” is not an e-mail address."));
        }
        match self.kind {
            Kind::Boolean => boolean(cell)
                .map(Value::Bool)
                .ok_or_else(|| format!("“{cell}” is neither true nor false.")),
            Kind::Integer => fold(cell)
                .parse::<i64>()
                .map(Value::from)
                .map_err(|_| format!("“{cell}” is not a whole number.")),
            Kind::Decimal => fold(cell)
                .parse()
                .ok()
                .and_then(Number::from_f64)
                .map(Value::Number)
                .ok_or_else(|| format!("“{cell}” is not a number.")),
            Kind::String | Kind::DateTime | Kind::Binary | Kind::Reference | Kind::Complex => {
                Ok(Value::from(cell))
            }
        }
    }

    fn put(
        &self,
        resource: &mut Map<String, Value>,
        elements: &mut [Map<String, Value>],
        value: Value,
    ) {
        if let Some(element) = self.element.and_then(|element| elements.get_mut(element)) {
            let sub = self.sub.as_deref().unwrap_or("value");
            element.insert(sub.to_owned(), value);
            return;
        }
        let attributes = container(resource, self.urn.as_deref());
        let Some(sub) = &self.sub else {
            attributes.insert(self.attribute.clone(), value);
            return;
        };
        if let Value::Object(parts) =
            attributes.entry(self.attribute.as_str()).or_insert_with(|| Value::Object(Map::new()))
        {
            parts.insert(sub.clone(), value);
        }
    }
}

/// A tenant may have schemas of its own; import knows them and checks, here it is text.
fn place_in_unknown_schema(spot: Spot, fixed: &[(String, Value)]) -> Result<Place, String> {
    if !fixed.is_empty() {
        return Err(String::from(
            "Lists of a schema we do not know cannot be filled by a CSV file; use SCIM JSON.",
        ));
    }
    Ok(Place {
        urn: spot.urn,
        attribute: spot.name,
        element: None,
        sub: spot.sub,
        kind: Kind::String,
        rule: Rule::Anything,
    })
}

fn container<'a>(
    resource: &'a mut Map<String, Value>,
    urn: Option<&str>,
) -> &'a mut Map<String, Value> {
    let Some(urn) = urn else { return resource };
    let slot = resource.entry(urn).or_insert_with(|| Value::Object(Map::new()));
    slot.as_object_mut().expect("only this function puts a value under a URN")
}

/// The core schema and every extension that has a value.
pub(super) fn schemas(resource: &Map<String, Value>) -> Value {
    let extensions = resource.keys().filter(|name| name.contains(':'));
    std::iter::once(schema::USER).chain(extensions.map(String::as_str)).collect()
}

/// As people and spreadsheets write it, full-width characters included.
fn boolean(cell: &str) -> Option<bool> {
    match fold(cell).as_str() {
        "true" | "yes" | "1" | "是" => Some(true),
        "false" | "no" | "0" | "否" => Some(false),
        _ => None,
    }
}
