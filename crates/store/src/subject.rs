//! What an integration keeps in step at its target: a user or a group.

use std::fmt;

use uuid::Uuid;

use crate::{Decode, Error, GroupId, IntegrationId, Param, Row, Tx, UserId};

/// The kinds of subject. Their names are those of the SCIM resource types (RFC 7643 §6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum SubjectKind {
    User,
    Group,
}

impl SubjectKind {
    const ALL: [Self; 2] = [Self::User, Self::Group];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }
}

impl Decode for SubjectKind {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        let text = row.text(column)?;
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| Error::driver(format!("column {column}: no kind of subject: {text}")))
    }
}

/// One user or one group.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Subject {
    pub kind: SubjectKind,
    pub id: Uuid,
}

impl Subject {
    /// The subject in two columns: its type, then its id.
    pub(crate) fn of(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        Ok(Self { kind: row.get(column)?, id: row.get(column + 1)? })
    }

    /// The first four parameters of a statement about this subject at one integration.
    pub(crate) fn at(self, integration: IntegrationId, tx: &Tx) -> [Param<'static>; 4] {
        [
            Param::Id(tx.tenant().uuid()),
            Param::Id(integration.uuid()),
            Param::Text(self.kind.as_str()),
            Param::Id(self.id),
        ]
    }
}

impl From<UserId> for Subject {
    fn from(id: UserId) -> Self {
        Self { kind: SubjectKind::User, id: id.uuid() }
    }
}

impl From<GroupId> for Subject {
    fn from(id: GroupId) -> Self {
        Self { kind: SubjectKind::Group, id: id.uuid() }
    }
}

/// The type and the id, for the process's own log.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.id)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed set-up should fail the test")]

    use uuid::Uuid;

    use crate::{Db, Dialect, Durability, Error, Location, Options, Param, TenantId, links, work};

    async fn plan(db: &Db, sql: &str) -> Vec<String> {
        let count = (1..=9).take_while(|n| sql.contains(&format!("${n}"))).count();
        let text: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {sql}").into());
        let lines: Result<Vec<String>, Error> = db
            .scan(TenantId::from(Uuid::nil()), move |mut tx| async move {
                tx.fetch_all(text, &vec![Param::Null; count], |row| row.get(3)).await
            })
            .await;
        lines.unwrap()
    }

    #[tokio::test]
    async fn a_statement_about_one_subject_reads_one_row() {
        const BY_KEY: &str =
            "(tenant_id=? AND integration_id=? AND subject_type=? AND subject_id=?)";
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite { path: folder.path().join("seatlink.db") };
        let db = Db::open(Options { location, durability: Durability::Normal }).await.unwrap();
        let mut asked = Vec::new();
        for (name, sql) in work::STATEMENTS.iter().chain(links::STATEMENTS) {
            let sql = sql.text(Dialect::Sqlite);
            let lines = plan(&db, sql).await;
            let whole = |line: &String| line.contains("SCAN work") || line.contains("SCAN links");
            assert!(name.starts_with("RELEASE_") || !lines.iter().any(whole), "{name}: {lines:#?}");
            // An item of every subject of a lease is looked up, too.
            if sql.contains("subject_id = $") || *name == "LEASE" {
                assert!(lines.iter().any(|line| line.ends_with(BY_KEY)), "{name}: {lines:#?}");
                asked.push(*name);
            }
        }
        assert!(asked.len() >= 10, "{asked:?}");
    }
}
