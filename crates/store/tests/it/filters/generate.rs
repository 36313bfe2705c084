//! Random resources, and random filters that have a chance to match them.

use seatlink_scim::{
    Attribute, Kind as Type, Mutability, Registry, ResourceType, Returned, Schema, schema,
};
use seatlink_store::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::directory::{BASE, Directory, Entry, Kind};
use crate::common::new_id;

/// Choices drawn from a list of bytes; the first choice once it is used up, so that shrinking
/// simplifies.
pub(crate) struct Dice<'a>(std::slice::Iter<'a, u8>);

impl<'a> Dice<'a> {
    pub(crate) fn new(choices: &'a [u8]) -> Self {
        Self(choices.iter())
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.0.next().map_or(0, |choice| usize::from(*choice) % sides.max(1))
    }

    /// Less than `sides`, which is less than 256.
    pub(crate) fn small(&mut self, sides: i64) -> i64 {
        self.0.next().map_or(0, |choice| i64::from(*choice) % sides)
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.roll(from.len())]
    }

    pub(crate) fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == sides - 1
    }
}

/// Text on which databases are known to disagree: letter case, wildcards, escapes, normal forms,
/// order beyond the basic plane, and what looks like another type.
const TEXTS: &[&str] = &[
    "a",
    "A",
    "ab",
    "Ab",
    "b",
    "ba",
    "",
    " ",
    "a ",
    "work",
    "Work",
    "home",
    "50%",
    "50",
    "a_b",
    "axb",
    "a*b",
    "back\\slash",
    "\"quoted\"",
    "it's",
    "Müller",
    "MU\u{308}LLER",
    "ß",
    "SS",
    "İ",
    "ς",
    "Σ",
    "😀",
    "\u{ffff}",
    "ａ",
    "true",
    "1",
    "[{\"value\":\"a\"}]",
    "$.a",
];
const INTEGERS: &[i64] = &[0, 1, -1, 2, 10, 100, 9_007_199_254_740_993, i64::MAX, i64::MIN];
const DECIMALS: &[&str] =
    &["0.0", "1.0", "1.5", "-2.25", "10.0", "0.1", "100.0", "1e10", "2.5e-7", "1e300", "-0.0"];
const MOMENTS: &[&str] = &[
    "2020-01-01T00:00:00Z",
    "2020-01-01T01:00:00+01:00",
    "2020-01-01T00:00:00.000001Z",
    "2019-12-31T23:59:59.5-00:30",
    "1969-12-31T23:59:59.9Z",
    "9999-12-31T23:59:59Z",
];
const BASE64: &[&str] = &["AQID", "aqid", "AQIDBA=="];
const URLS: &[&str] =
    &["https://example.com/a", "https://example.com/A", "https://example.com/a%20b"];

pub(crate) const EXTENSION: &str = "urn:example:params:scim:schemas:extension:everything:2.0:User";

const DEVICE: &str = "urn:example:params:scim:schemas:everything:2.0:Device";

/// An attribute of every type in every shape.
fn everything(id: &str) -> Schema {
    let list = |kind, name: &str| json!({ "name": name, "type": kind, "multiValued": true });
    let one = |kind, name: &str| json!({ "name": name, "type": kind });
    let parts = json!([
        one("string", "value"),
        one("integer", "count"),
        one("boolean", "primary"),
        one("dateTime", "since"),
        list("string", "labels"),
        list("decimal", "sizes"),
    ]);
    let schema = json!({
        "id": id,
        "attributes": [
            one("string", "displayName"), one("integer", "whole"), one("decimal", "ratio"), one("boolean", "flag"), one("dateTime", "moment"),
            one("binary", "bytes"), one("reference", "link"), one("string", "word"),
            { "name": "code", "type": "string", "caseExact": true },
            list("string", "tags"), list("integer", "numbers"), list("decimal", "ratios"),
            list("dateTime", "moments"), list("boolean", "flags"), list("reference", "links"),
            { "name": "box", "type": "complex", "subAttributes": parts },
            { "name": "boxes", "type": "complex", "multiValued": true, "subAttributes": parts },
        ],
    });
    let mut schema = Schema::from_json(&schema).expect("the schema is well formed");
    if id == EXTENSION {
        // The core schema of users has this one.
        schema.attributes.retain(|attribute| attribute.name != "displayName");
    }
    schema
}

pub(crate) fn directory(dice: &mut Dice<'_>) -> Directory {
    let registry = Registry::standard()
        .with_extension("User", everything(EXTENSION), false)
        .and_then(|registry| {
            registry.with_resource_type(ResourceType::new("Device", "/Devices", everything(DEVICE)))
        })
        .expect("the schemas are new");
    let users = 2 + dice.roll(8);
    let groups = 1 + dice.roll(5);
    let devices = dice.roll(5);
    let mut entries = Vec::new();
    for index in 0..users + groups + devices {
        let kind = match index {
            index if index < users => Kind::User,
            index if index < users + groups => Kind::Group,
            _ => Kind::Device,
        };
        let created = Timestamp::from_micros(1_577_836_800_000_000 + 250 * dice.small(20));
        let later = Timestamp::from_micros(created.micros() + 250 * dice.small(20));
        let mut members = Vec::new();
        if kind == Kind::Group {
            for _ in 0..dice.roll(4) {
                let member = dice.roll(users + groups);
                if member != index && !members.contains(&member) {
                    members.push(member);
                }
            }
        }
        entries.push(Entry {
            kind,
            id: new_id(),
            body: body(dice, &registry, kind, index),
            created,
            modified: dice.one_in(2).then_some(later),
            members,
        });
    }
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
    for entry in entries.iter_mut().filter(|entry| entry.kind == Kind::User) {
        // Of a user, of what is none, or of nobody.
        let manager = match dice.roll(6) {
            0..3 => continue,
            3..5 => *dice.pick(&ids[..users.min(3)]),
            _ if dice.one_in(3) => Uuid::nil(),
            _ => *dice.pick(&ids),
        };
        let container = &mut entry.body[schema::ENTERPRISE_USER];
        if container.is_null() {
            *container = json!({});
            if let Some(schemas) = entry.body["schemas"].as_array_mut() {
                schemas.push(schema::ENTERPRISE_USER.into());
            }
        }
        entry.body[schema::ENTERPRISE_USER]["manager"] = json!({ "value": manager });
    }
    Directory { registry, entries }
}

fn body(dice: &mut Dice<'_>, registry: &Registry, kind: Kind, index: usize) -> Value {
    let rt = kind.resource_type(registry);
    let mut body = Map::new();
    let mut schemas = vec![rt.schema.id.clone()];
    let name = format!("{}{index}", dice.pick(TEXTS));
    if dice.one_in(2) {
        body.insert("externalId".to_owned(), (*dice.pick(&TEXTS[..5])).into());
    }
    fill(dice, &rt.schema.attributes, 8, &mut body);
    body.insert(
        if kind == Kind::User { "userName" } else { "displayName" }.to_owned(),
        name.into(),
    );
    if kind == Kind::User && !body.contains_key("active") {
        body.insert("active".to_owned(), true.into());
    }
    for extension in &rt.extensions {
        let mut container = Map::new();
        fill(dice, &extension.schema.attributes, 7, &mut container);
        if !container.is_empty() {
            schemas.push(extension.schema.id.clone());
            body.insert(extension.schema.id.clone(), container.into());
        }
    }
    body.insert("schemas".to_owned(), schemas.into());
    body.into()
}

fn is_written(attribute: &Attribute) -> bool {
    let by_clients = matches!(attribute.mutability, Mutability::ReadWrite | Mutability::Immutable);
    by_clients && attribute.returned != Returned::Never && attribute.name != "members"
}

/// Assigns some of the attributes.
fn fill(dice: &mut Dice<'_>, attributes: &[Attribute], most: usize, into: &mut Map<String, Value>) {
    let attributes: Vec<&Attribute> =
        attributes.iter().filter(|attribute| is_written(attribute)).collect();
    for _ in 0..dice.roll(most) {
        let attribute = dice.pick(&attributes);
        let value = if attribute.multi_valued {
            (0..=dice.roll(3)).map(|index| one(dice, attribute, index)).collect()
        } else {
            one(dice, attribute, 0)
        };
        into.insert(attribute.name.clone(), value);
    }
}

fn one(dice: &mut Dice<'_>, attribute: &Attribute, index: usize) -> Value {
    if attribute.kind != Type::Complex {
        return value(dice, attribute);
    }
    let mut parts = Map::new();
    // An element with nothing in it would be no element.
    let always = attribute.sub_attribute("value").or(attribute.sub_attributes.first());
    if let Some(sub) = always {
        fill(dice, std::slice::from_ref(sub), 3, &mut parts);
    }
    fill(dice, &attribute.sub_attributes, 4, &mut parts);
    if index > 0 && parts.contains_key("primary") {
        parts.insert("primary".to_owned(), false.into());
    }
    parts.into()
}

fn value(dice: &mut Dice<'_>, attribute: &Attribute) -> Value {
    match attribute.kind {
        Type::String => text(dice, attribute).into(),
        Type::Boolean => dice.one_in(2).into(),
        Type::Integer => (*dice.pick(INTEGERS)).into(),
        Type::Decimal => number(dice.pick::<&str>(DECIMALS)),
        Type::DateTime => (*dice.pick(MOMENTS)).into(),
        Type::Binary => (*dice.pick(BASE64)).into(),
        Type::Reference => (*dice.pick(URLS)).into(),
        Type::Complex => Value::Null,
    }
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).expect("the constants are numbers")
}

fn text<'t>(dice: &mut Dice<'_>, attribute: &'t Attribute) -> &'t str {
    if !attribute.canonical_values.is_empty() && dice.one_in(2) {
        return dice.pick::<String>(&attribute.canonical_values);
    }
    dice.pick::<&str>(TEXTS)
}

/// Something a filter can ask for.
#[derive(Clone)]
struct Asked {
    path: String,
    attribute: Attribute,
    /// What `[..]` can hold.
    inside: Vec<Self>,
}

/// Everything a filter on the resource type can ask for.
fn everything_asked(registry: &Registry, kind: Kind) -> Vec<Asked> {
    let string = |name: &str| Attribute::new(name, Type::String, "");
    let time = |name: &str| Attribute::new(name, Type::DateTime, "");
    let mut asked: Vec<Asked> = [
        ("id", string("id").case_exact()),
        ("externalId", string("externalId").case_exact()),
        ("meta.resourceType", string("resourceType").case_exact()),
        ("meta.created", time("created")),
        ("meta.lastModified", time("lastModified")),
        ("meta.version", string("version").case_exact()),
        ("meta.location", Attribute::new("location", Type::Reference, "")),
        ("meta", Attribute::new("meta", Type::Complex, "")),
        ("schemas", Attribute::new("schemas", Type::Reference, "").many()),
    ]
    .map(|(path, attribute)| Asked { path: path.to_owned(), attribute, inside: Vec::new() })
    .into();
    let rt = kind.resource_type(registry);
    let extensions = rt.extensions.iter().map(|extension| &extension.schema);
    for schema in std::iter::once(&rt.schema).chain(extensions) {
        let prefix =
            if schema.id == rt.schema.id { String::new() } else { format!("{}:", schema.id) };
        for attribute in &schema.attributes {
            if attribute.returned != Returned::Never {
                ask_about(attribute, &prefix, &mut asked);
            }
        }
    }
    asked
}

fn ask_about(attribute: &Attribute, prefix: &str, asked: &mut Vec<Asked>) {
    let path = format!("{prefix}{}", attribute.name);
    let parts = |prefix: &str| -> Vec<Asked> {
        let subs = attribute.sub_attributes.iter();
        subs.map(|sub| Asked {
            path: format!("{prefix}{}", sub.name),
            attribute: sub.clone(),
            inside: Vec::new(),
        })
        .collect()
    };
    let inside = match (attribute.multi_valued, attribute.kind) {
        (true, Type::Complex) => parts(""),
        (true, _) => {
            let mut element = attribute.clone();
            element.multi_valued = false;
            vec![Asked { path: "value".to_owned(), attribute: element, inside: Vec::new() }]
        }
        (false, _) => Vec::new(),
    };
    asked.extend(parts(&format!("{path}.")));
    asked.push(Asked { path, attribute: attribute.clone(), inside });
}

/// A filter in text, and what it is asked of.
pub(crate) fn filter(dice: &mut Dice<'_>, directory: &Directory) -> (Kind, String) {
    let kind = kind(dice);
    (kind, filter_of(dice, directory, kind))
}

fn kind(dice: &mut Dice<'_>) -> Kind {
    match (dice.one_in(3), dice.one_in(3)) {
        (true, _) => Kind::Group,
        (false, true) => Kind::Device,
        (false, false) => Kind::User,
    }
}

pub(crate) fn filter_of(dice: &mut Dice<'_>, directory: &Directory, kind: Kind) -> String {
    let asked = everything_asked(&directory.registry, kind);
    expression(dice, directory, &asked, 3)
}

/// The path of an attribute, and what it is an attribute of.
pub(crate) fn path(dice: &mut Dice<'_>, directory: &Directory) -> (Kind, String) {
    let kind = kind(dice);
    let asked = everything_asked(&directory.registry, kind);
    (kind, dice.pick(&asked).path.clone())
}

fn expression(dice: &mut Dice<'_>, directory: &Directory, asked: &[Asked], depth: usize) -> String {
    let forms = if depth == 0 { 4 } else { 8 };
    match dice.roll(forms) {
        4 => format!("not ({})", expression(dice, directory, asked, depth - 1)),
        form @ (5 | 6) => {
            let left = expression(dice, directory, asked, depth - 1);
            let right = expression(dice, directory, asked, depth - 1);
            format!("({left} {} {right})", if form == 5 { "and" } else { "or" })
        }
        7 => {
            let lists: Vec<&Asked> =
                asked.iter().filter(|asked| !asked.inside.is_empty()).collect();
            if lists.is_empty() {
                return term(dice, directory, asked);
            }
            let list = dice.pick(&lists);
            format!("{}[{}]", list.path, expression(dice, directory, &list.inside, depth - 1))
        }
        _ => term(dice, directory, asked),
    }
}

fn term(dice: &mut Dice<'_>, directory: &Directory, asked: &[Asked]) -> String {
    let asked = dice.pick(asked);
    // The bare name of a complex list means its `value`.
    let leaf = match asked.attribute.kind {
        Type::Complex if asked.attribute.multi_valued => asked.attribute.sub_attribute("value"),
        Type::Complex => None,
        _ => Some(&asked.attribute),
    };
    let Some(leaf) = leaf else { return format!("{} pr", asked.path) };
    let ordered = ["eq", "ne", "gt", "ge", "lt", "le"];
    let operators: &[&str] = match leaf.kind {
        Type::Boolean | Type::Binary => &ordered[..2],
        Type::Integer | Type::Decimal | Type::DateTime => &ordered,
        // The base of these URLs is not known to the store.
        Type::Reference if matches!(leaf.name.as_str(), "location" | "$ref") => &["eq", "ne", "ew"],
        _ => &["eq", "ne", "gt", "ge", "lt", "le", "co", "sw", "ew"],
    };
    if dice.one_in(6) {
        return format!("{} pr", asked.path);
    }
    let operand = operand(dice, directory, asked, leaf);
    let operator = dice.pick(if operand.is_null() { &ordered[..2] } else { operators });
    format!("{} {operator} {operand}", asked.path)
}

fn operand(dice: &mut Dice<'_>, directory: &Directory, asked: &Asked, leaf: &Attribute) -> Value {
    let name = leaf.name.as_str();
    let entry = dice.pick(&directory.entries);
    let names_an_id = name == "id" || asked.path.ends_with("value");
    match (leaf.kind, name) {
        _ if dice.one_in(12) && matches!(asked.path.as_str(), "title" | "emails" | "members") => {
            Value::Null
        }
        (Type::String, _) if names_an_id && (name == "id" || dice.one_in(2)) => {
            part(dice, &entry.id.to_string())
        }
        (Type::Reference, "location" | "$ref") => {
            format!("{BASE}/{}s/{}", dice.pick(&["User", "Group", "Device"]), entry.id).into()
        }
        (Type::Reference, "schemas") => part(dice, dice_schema(&directory.registry, entry.kind)),
        (Type::String, "version") => part(dice, "W/\"2\""),
        (Type::String, "resourceType") => part(dice, entry.kind.name()),
        (Type::DateTime, "created" | "lastModified") => {
            let micros = entry.created.micros() + 250 * (dice.small(12) - 4);
            Timestamp::from_micros(micros - micros.rem_euclid(1000)).rfc3339().into()
        }
        (Type::String, "userName" | "displayName") if dice.one_in(2) => {
            let known = entry.body[name].as_str().unwrap_or_default().to_owned();
            part(dice, &known)
        }
        (Type::String, "display") => {
            part(dice, entry.body["displayName"].as_str().unwrap_or_default())
        }
        (Type::Integer, _) if dice.one_in(3) => number(dice.pick::<&str>(DECIMALS)),
        (Type::Decimal, _) if dice.one_in(3) => (*dice.pick(&INTEGERS[..6])).into(),
        (Type::String | Type::Reference, _) => {
            let known = value(dice, leaf);
            part(dice, known.as_str().unwrap_or_default())
        }
        _ => value(dice, leaf),
    }
}

fn dice_schema(registry: &Registry, kind: Kind) -> &str {
    &kind.resource_type(registry).schema.id
}

/// A text, in full or in part, perhaps in another letter case.
fn part(dice: &mut Dice<'_>, text: &str) -> Value {
    let characters: Vec<char> = text.chars().collect();
    let (from, to) = match dice.roll(5) {
        3 => (0, dice.roll(characters.len() + 1)),
        4 => (dice.roll(characters.len() + 1), characters.len()),
        _ => (0, characters.len()),
    };
    let part: String = characters[from..to].iter().collect();
    match dice.roll(6) {
        5 => part.to_uppercase(),
        _ => part,
    }
    .into()
}
