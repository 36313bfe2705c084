//! Where SQL may stand, and what it may say there.
//!
//! Statements live in `store` and nowhere else. There, every statement is written once for both
//! databases, so it must not use what they disagree about; the dialect is the one file that may.

use super::Finding;
use super::source::Source;

/// Words that begin a statement, each with one that must follow somewhere for it to be SQL and not
/// English or HTTP.
const STATEMENTS: [(&str, Option<&str>); 4] =
    [("SELECT", None), ("INSERT", Some("INTO")), ("UPDATE", Some("SET")), ("DELETE", Some("FROM"))];

/// What the two databases answer differently, and what to do instead.
const DISAGREEMENTS: [(&str, &str); 8] = [
    ("like", "ignores ASCII case in SQLite only: use the dialect's contains, starts or ends"),
    ("ilike", "exists in PostgreSQL only: use the dialect's contains, starts or ends"),
    ("lower(", "folds only ASCII in SQLite: fold case in Rust"),
    ("now(", "is a clock in the database: bind the time"),
    ("current_timestamp", "is a clock in the database: bind the time"),
    ("random(", "is randomness in the database: bind the value"),
    ("randomblob(", "is randomness in the database: bind the value"),
    ("gen_random_uuid(", "is randomness in the database: bind the id"),
];

pub(super) fn check(source: &Source<'_>) -> Vec<Finding> {
    match source.place() {
        Some(("store", inner)) if inner.starts_with("src/") && !is_dialect(inner) => {
            disagreements(source)
        }
        Some((krate, inner)) if krate != "store" && inner.starts_with("src/") => statements(source),
        _ => Vec::new(),
    }
}

fn is_dialect(inner: &str) -> bool {
    inner == "src/dialect.rs" || inner.starts_with("src/dialect/")
}

fn statements(source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (offset, literal) in source.literals() {
        let words: Vec<&str> = literal.split(|character| !is_name(character)).collect();
        for (verb, second) in STATEMENTS {
            let Some(position) = words.iter().position(|word| *word == verb) else {
                continue;
            };
            if second.is_none_or(|second| words[position..].contains(&second)) {
                let line = source.line(offset + literal.find(verb).unwrap_or(0));
                findings.push(Finding::error(
                    source.path,
                    line,
                    format!(
                        "SQL ({verb}) outside `store`: make it a statement of its aggregate there"
                    ),
                ));
            }
        }
    }
    findings
}

fn disagreements(source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (offset, literal) in source.literals() {
        if source.is_test(offset) {
            continue;
        }
        for (start, line) in lines_with_offsets(literal) {
            // The rest of the line is a comment of the statement, not the statement.
            let statement = line.split("--").next().unwrap_or(line);
            for (construct, advice) in DISAGREEMENTS {
                if let Some(at) = find_construct(statement, construct) {
                    findings.push(Finding::error(
                        source.path,
                        source.line(offset + start + at),
                        format!("`{construct}` in shared SQL {advice}"),
                    ));
                }
            }
        }
    }
    findings
}

fn lines_with_offsets(literal: &str) -> impl Iterator<Item = (usize, &str)> {
    literal.split_inclusive('\n').scan(0, |start, line| {
        let here = *start;
        *start += line.len();
        Some((here, line))
    })
}

/// Finds a function call in any case. A bare word counts in upper case only, because sentences are
/// made of words too.
fn find_construct(statement: &str, construct: &str) -> Option<usize> {
    let (folded, wanted) = if construct.ends_with('(') {
        (statement.to_ascii_lowercase(), construct.to_owned())
    } else {
        (statement.to_owned(), construct.to_ascii_uppercase())
    };
    folded.match_indices(&wanted).map(|(at, _)| at).find(|at| {
        let after = &folded[at + wanted.len()..];
        !folded[..*at].ends_with(is_name) && (wanted.ends_with('(') || !after.starts_with(is_name))
    })
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::Source;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Source::new(path, text)).into_iter().map(|finding| finding.line).collect()
    }

    const DOMAIN: &str = "crates/domain/src/a.rs";
    const STORE: &str = "crates/store/src/users.rs";

    #[test]
    fn a_statement_outside_the_store_is_found_in_its_line() {
        for statement in [
            "SELECT id FROM users",
            "INSERT INTO users (id)",
            "INSERT OR IGNORE INTO users",
            "UPDATE users SET name = $1",
            "DELETE FROM users",
            "WITH a AS (SELECT 1)",
        ] {
            assert_eq!(
                lines(DOMAIN, &format!("\nconst A: &str = \"\n  {statement}\";")),
                [3],
                "{statement}"
            );
        }
    }

    #[test]
    fn comments_methods_and_english_are_no_statements() {
        for text in [
            "// SELECT id FROM users\n",
            "const A: &str = \"UPDATE\";",
            "const A: &str = \"DELETE\";",
            "const A: &str = \"select a person from the list\";",
            "const A: &str = \"SELECTED\";",
            "enum A { SELECT }",
        ] {
            assert_eq!(lines(DOMAIN, text), [0; 0], "{text}");
        }
    }

    #[test]
    fn tests_of_other_crates_may_not_hold_sql_in_their_sources() {
        assert_eq!(
            lines(DOMAIN, "#[cfg(test)]\nmod tests {\n const A: &str = \"SELECT 1\";\n}"),
            [3]
        );
        assert_eq!(lines("crates/seatlink/tests/a.rs", "const A: &str = \"SELECT 1\";"), [0; 0]);
    }

    #[test]
    fn shared_sql_says_nothing_the_databases_disagree_about() {
        for construct in [
            "a LIKE b",
            "a ILIKE b",
            "lower(a)",
            "LOWER(a)",
            "now()",
            "CURRENT_TIMESTAMP",
            "random()",
        ] {
            assert_eq!(
                lines(STORE, &format!("const A: &str = \"\n{construct}\";")),
                [2],
                "{construct}"
            );
        }
    }

    #[test]
    fn comments_longer_names_and_english_disagree_with_nothing() {
        for text in [
            "// LIKE and lower() differ\n",
            "const A: &str = \"a = b -- not LIKE, see lower()\nAND c\";",
            "const A: &str = \"is_now(x) allower(x) UNLIKELY\";",
            "const A: &str = \"something like this\";",
            "fn now() {}",
            "#[cfg(test)]\nmod tests { const A: &str = \"a LIKE b\"; }",
        ] {
            assert_eq!(lines(STORE, text), [0; 0], "{text}");
        }
    }

    #[test]
    fn the_dialect_may_differ() {
        assert_eq!(lines("crates/store/src/dialect.rs", "const A: &str = \"a LIKE b\";"), [0; 0]);
        assert_eq!(lines("crates/store/src/dialects.rs", "const A: &str = \"a LIKE b\";"), [1]);
    }

    #[test]
    fn the_store_may_hold_statements() {
        assert_eq!(lines(STORE, "const A: &str = \"SELECT id FROM users\";"), [0; 0]);
    }
}
