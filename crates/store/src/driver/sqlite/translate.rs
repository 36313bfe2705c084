//! PostgreSQL's spelling of a few forms, re-spelled for SQLite.
//!
//! The closed list is in `dialect.rs`. This is not a parser: it copies everything it does not know,
//! leaves quoted text and comments alone, and runs once per fixed text.

/// The text SQLite runs.
pub(super) fn translate(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let at_word = !out.ends_with(is_word);
        let taken = match first {
            '\'' | '"' => copy(&mut out, rest, quoted(rest, first)),
            '-' if rest.starts_with("--") => {
                copy(&mut out, rest, rest.find('\n').unwrap_or(rest.len()))
            }
            '$' => placeholder(&mut out, rest),
            '=' => set_member(&mut out, rest),
            '#' => arrow(&mut out, rest),
            'u' if at_word => set_table(&mut out, rest),
            'F' if at_word => row_lock(&mut out, rest),
            's' if at_word && rest.starts_with("strpos(") => {
                out.push_str("instr(");
                Some("strpos(".len())
            }
            _ => None,
        };
        let taken = taken.unwrap_or_else(|| {
            out.push(first);
            first.len_utf8()
        });
        rest = &rest[taken..];
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[expect(clippy::unnecessary_wraps, reason = "it has the shape of the other rules")]
fn copy(out: &mut String, rest: &str, length: usize) -> Option<usize> {
    out.push_str(&rest[..length]);
    Some(length)
}

/// The length of quoted text with both marks. A doubled mark reads as two quoted texts, which is as
/// good.
fn quoted(rest: &str, mark: char) -> usize {
    rest[1..].find(mark).map_or(rest.len(), |end| end + 2)
}

/// `$1`, with the cast behind it if there is one. Answers the number and the whole length.
fn parse_placeholder(rest: &str) -> Option<(&str, usize)> {
    let digits = rest.strip_prefix('$')?;
    let count = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    if count == 0 {
        return None;
    }
    let mut length = 1 + count;
    if let Some(name) = rest[length..].strip_prefix("::") {
        length += 2 + name.find(|c| !is_word(c)).unwrap_or(name.len());
        if rest[length..].starts_with("[]") {
            length += 2;
        }
    }
    Some((&digits[..count], length))
}

/// `$1::uuid` → `?1`
fn placeholder(out: &mut String, rest: &str) -> Option<usize> {
    let (number, length) = parse_placeholder(rest)?;
    out.push('?');
    out.push_str(number);
    Some(length)
}

/// `= ANY($1)` → `IN (SELECT value FROM rarray(?1))`
fn set_member(out: &mut String, rest: &str) -> Option<usize> {
    let open = "= ANY(";
    let (number, length) = parse_placeholder(rest.strip_prefix(open)?)?;
    let close = open.len() + length;
    if !rest[close..].starts_with(')') {
        return None;
    }
    out.push_str("IN (SELECT value FROM rarray(?");
    out.push_str(number);
    out.push_str("))");
    Some(close + 1)
}

/// `unnest($1::uuid[]) AS id` → `(SELECT value AS id FROM rarray(?1)) AS id`
fn set_table(out: &mut String, rest: &str) -> Option<usize> {
    let open = "unnest(";
    let (number, length) = parse_placeholder(rest.strip_prefix(open)?)?;
    let after = open.len() + length;
    let alias = rest[after..].strip_prefix(") AS ")?;
    let alias = &alias[..alias.find(|c| !is_word(c)).unwrap_or(alias.len())];
    out.push_str("(SELECT value AS ");
    out.push_str(alias);
    out.push_str(" FROM rarray(?");
    out.push_str(number);
    out.push_str(")) AS ");
    out.push_str(alias);
    Some(after + ") AS ".len() + alias.len())
}

/// `#>>` → `->>`, `#>` → `->`
fn arrow(out: &mut String, rest: &str) -> Option<usize> {
    rest.starts_with("#>").then(|| {
        out.push('-');
        1
    })
}

/// The strengths in which a row may be locked.
const ROW_LOCKS: [&str; 4] = ["FOR UPDATE", "FOR NO KEY UPDATE", "FOR SHARE", "FOR KEY SHARE"];

/// `FOR UPDATE` and weaker locks, with `OF name` and `SKIP LOCKED` behind them → nothing
fn row_lock(_: &mut String, rest: &str) -> Option<usize> {
    let strength = ROW_LOCKS.into_iter().find(|strength| rest.starts_with(strength))?;
    let mut length = strength.len();
    let mut after = &rest[length..];
    if let Some(named) = after.strip_prefix(" OF ") {
        let name = named.find(|c| !is_word(c)).unwrap_or(named.len());
        length += " OF ".len() + name;
        after = &named[name..];
    }
    if after.starts_with(" SKIP LOCKED") {
        length += " SKIP LOCKED".len();
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn placeholders_lose_their_casts() {
        assert_eq!(translate("VALUES ($1, $12::bigint, $3::uuid[])"), "VALUES (?1, ?12, ?3)");
    }

    #[test]
    fn sets_become_tables() {
        assert_eq!(
            translate("a = ANY($1::uuid[]) AND NOT b = ANY($2)"),
            "a IN (SELECT value FROM rarray(?1)) AND NOT b IN (SELECT value FROM rarray(?2))"
        );
        assert_eq!(
            translate("SELECT id FROM unnest($2::uuid[]) AS id WHERE TRUE"),
            "SELECT id FROM (SELECT value AS id FROM rarray(?2)) AS id WHERE TRUE"
        );
    }

    #[test]
    fn json_operators_and_functions_are_renamed() {
        assert_eq!(translate("strpos(d #>> $1, $2) > 0"), "instr(d ->> ?1, ?2) > 0");
        assert_eq!(translate("d #> $1 = my_strpos(x)"), "d -> ?1 = my_strpos(x)");
    }

    #[test]
    fn row_locks_disappear() {
        assert_eq!(translate("SELECT 1 FOR UPDATE"), "SELECT 1 ");
        assert_eq!(translate("x FOR UPDATE OF w SKIP LOCKED LIMIT 1"), "x  LIMIT 1");
        assert_eq!(translate("XFOR UPDATE"), "XFOR UPDATE");
    }

    #[test]
    fn quoted_text_and_comments_stay() {
        let sql = "SELECT 'it''s $1 = ANY($1)', \"FOR UPDATE\" -- $1 #>\n, 'ü'";
        assert_eq!(translate(sql), sql);
    }
}
