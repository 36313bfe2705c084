//! A made-up workforce: the same people every time, nobody twice, names of many scripts.
//!
//! It is plausible data for demonstrations, measurements and screenshots. Addresses are below
//! domains reserved for examples (RFC 2606), and the zeros in telephone numbers belong to nobody.

mod names;

use std::{collections::HashMap, io, iter};

use seatlink_domain::directory::people_file::PersonRow;
use serde_json::{Map, Value, json};

use names::{CULTURES, Culture, Order};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A job with its weight and its name for people who work in English and in Chinese.
type Job = (u64, &'static str, &'static str, &'static str);

const JOBS: [Job; 10] = [
    (62, "Agent", "坐席", "坐席"),
    (12, "Senior Agent", "高级坐席", "資深坐席"),
    (7, "Team Lead", "组长", "組長"),
    (4, "Supervisor", "主管", "主管"),
    (4, "Quality Analyst", "质检专员", "品質專員"),
    (3, "Workforce Planner", "排班专员", "排班專員"),
    (3, "Trainer", "培训师", "培訓師"),
    (2, "Systems Engineer", "系统工程师", "系統工程師"),
    (2, "Operations Manager", "运营经理", "營運經理"),
    (1, "Director", "总监", "總監"),
];

const DEPARTMENTS: [Job; 7] = [
    (38, "Customer Service", "客户服务部", "客戶服務部"),
    (20, "Technical Support", "技术支持部", "技術支援部"),
    (14, "Sales", "销售部", "業務部"),
    (10, "Billing", "账务部", "帳務部"),
    (8, "Retention", "客户关怀部", "客戶關懷部"),
    (6, "Operations", "运营部", "營運部"),
    (4, "Information Technology", "信息技术部", "資訊部"),
];

/// More people at the first, as in a company that grew by buying others.
const DOMAINS: [(u64, &str); 3] = [(8, "example.com"), (1, "example.org"), (1, "example.net")];

/// The columns of [`write_csv`], in order, each with the place of its value in a resource.
const COLUMNS: [(&str, &str); 12] = [
    ("userName", "/userName"),
    ("givenName", "/name/givenName"),
    ("familyName", "/name/familyName"),
    ("email", "/emails/0/value"),
    ("displayName", "/displayName"),
    ("title", "/title"),
    ("phoneNumbers[type eq \"mobile\"].value", "/phoneNumbers/0/value"),
    ("locale", "/locale"),
    ("timezone", "/timezone"),
    ("externalId", "/externalId"),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
        "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/employeeNumber",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department",
    ),
];

/// The first `count` people of the endless list; a longer list begins with the shorter one.
pub fn generate(count: usize) -> Vec<PersonRow> {
    endless().take(count).collect()
}

/// People without end. Only how often each name was given is kept of them.
pub fn endless() -> impl Iterator<Item = PersonRow> {
    let mut dice = Dice(0x5EA7_1194);
    let lists: Vec<[Vec<Name>; 2]> = CULTURES
        .iter()
        .map(|culture| [Name::list(culture.given), Name::list(culture.family)])
        .collect();
    let mut user_names = UserNames::default();
    (1..).map(move |number| {
        let cultures = CULTURES.iter().zip(&lists);
        let (culture, [given, family]) =
            dice.weighted(cultures.map(|(culture, lists)| (culture.weight, (culture, lists))));
        let names = (dice.one_of(given), dice.one_of(family));
        person(number, culture, names, &mut dice, &mut user_names)
    })
}

/// The people as a file that import reads.
pub fn write_csv(
    out: &mut impl io::Write,
    people: impl Iterator<Item = PersonRow>,
) -> io::Result<()> {
    let mut text = String::new();
    let header = COLUMNS.iter().map(|(name, _)| *name).chain(iter::once("groups"));
    push_row(&mut text, header);
    out.write_all(text.as_bytes())?;
    for person in people {
        let PersonRow { resource, groups, .. } = person;
        let resource = Value::Object(resource);
        let cell = |pointer| resource.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let groups = groups.join(";");
        let cells = COLUMNS.iter().map(|(_, pointer)| cell(pointer));
        text.clear();
        push_row(&mut text, cells.chain(iter::once(groups.as_str())));
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// RFC 4180, with quotes only where they are needed.
fn push_row<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (position, cell) in cells.enumerate() {
        if position > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n', '\r', ';']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

fn person(
    number: u64,
    culture: &Culture,
    (given, family): (&Name, &Name),
    dice: &mut Dice,
    user_names: &mut UserNames,
) -> PersonRow {
    let domain = dice.weighted(DOMAINS.into_iter());
    let user_name = user_names.next(&format!("{}.{}", given.ascii, family.ascii), domain);
    let (native_given, native_family) = (given.native, family.native);
    let display = match culture.order {
        Order::GivenFirst => format!("{native_given} {native_family}"),
        Order::FamilyFirst => format!("{native_family} {native_given}"),
        Order::Joined => format!("{native_family}{native_given}"),
    };
    let job = dice.weighted(JOBS.iter().map(|job| (job.0, job)));
    let department = dice.weighted(DEPARTMENTS.iter().map(|job| (job.0, job)));
    let has_mobile = dice.below(100) < 70;
    let mut resource = Map::new();
    let mut put = |name: &str, value: Value| resource.insert(name.to_owned(), value);
    put("schemas", json!([USER, ENTERPRISE_USER]));
    put("externalId", json!(format!("demo-{number:07}")));
    put("userName", json!(user_name));
    put("name", json!({ "familyName": native_family, "givenName": native_given }));
    put("displayName", json!(display));
    put("title", json!(in_language(job, culture.locale)));
    put("locale", json!(culture.locale));
    put("timezone", json!(culture.time_zone));
    put("emails", json!([{ "value": user_name, "type": "work", "primary": true }]));
    if has_mobile {
        let mobile = format!("{} 000 {:04}", culture.mobile, number % 10_000);
        put("phoneNumbers", json!([{ "value": mobile, "type": "mobile" }]));
    }
    let department = in_language(department, culture.locale);
    let employee = format!("E{number:07}");
    put(ENTERPRISE_USER, json!({ "employeeNumber": employee, "department": department }));
    PersonRow { line: number + 1, resource, groups: groups(culture, job, dice) }
}

fn in_language((_, english, simplified, traditional): &Job, locale: &str) -> &'static str {
    match locale {
        "zh-CN" => simplified,
        "zh-TW" => traditional,
        _ => english,
    }
}

/// The team of the site, and one for those who lead.
fn groups(culture: &Culture, (_, job, ..): &Job, dice: &mut Dice) -> Vec<String> {
    let mut groups = Vec::new();
    // Some are between teams.
    if dice.below(100) < 92 {
        groups.push(format!("Team {}", culture.site));
    }
    if matches!(*job, "Team Lead" | "Supervisor" | "Operations Manager" | "Director") {
        groups.push(String::from("Leads"));
    }
    groups
}

/// A name at home and in an address.
struct Name {
    native: &'static str,
    ascii: String,
}

impl Name {
    fn list(words: &'static str) -> Vec<Self> {
        words
            .split_ascii_whitespace()
            .map(|word| {
                let (native, ascii) = word.split_once(':').unwrap_or((word, word));
                Self { native, ascii: ascii.to_ascii_lowercase() }
            })
            .collect()
    }
}

/// Gives a name that is taken a number. No name here ends in one of its own.
#[derive(Default)]
struct UserNames(HashMap<String, u32>);

impl UserNames {
    fn next(&mut self, local: &str, domain: &str) -> String {
        let number = self.0.entry(format!("{local}@{domain}")).or_insert(0);
        *number += 1;
        if *number == 1 { format!("{local}@{domain}") } else { format!("{local}{number}@{domain}") }
    }
}

/// SplitMix64: small, and the same on every machine and in every release.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let position = self.below(items.len() as u64);
        &items[usize::try_from(position).expect("the position is below the length")]
    }

    fn weighted<T>(&mut self, items: impl Iterator<Item = (u64, T)> + Clone) -> T {
        let total: u64 = items.clone().map(|(weight, _)| weight).sum();
        let mut rest = self.below(total);
        for (weight, item) in items {
            if rest < weight {
                return item;
            }
            rest -= weight;
        }
        unreachable!("a number below the sum of all weights falls on one of them")
    }
}

#[cfg(test)]
mod tests;
