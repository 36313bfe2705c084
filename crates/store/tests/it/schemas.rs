//! The two migrated schemas are one schema: the same tables, columns, types, nullability and unique
//! keys.

use std::collections::{BTreeMap, BTreeSet};

use seatlink_store::{Db, Dialect, Error};

/// What a column holds, in words of neither database.
type Column = (&'static str, Nullable);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Nullable {
    Yes,
    No,
}

#[derive(Default, PartialEq, Eq, Debug)]
struct Table {
    columns: BTreeMap<String, Column>,
    /// Unique keys and indexes by their columns; a primary key is called that, as only SQLite lets
    /// it be nameless.
    keys: BTreeSet<Key>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Key {
    name: String,
    uniqueness: Uniqueness,
    columns: Vec<String>,
    reach: Reach,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Uniqueness {
    Primary,
    Unique,
    None,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Reach {
    AllRows,
    /// An index with a `WHERE`.
    SomeRows,
}

type Schema = BTreeMap<String, Table>;

/// `INTEGER PRIMARY KEY` is the row id, which is never null and has no index of its own.
const SQLITE_COLUMNS: &str =
    "SELECT t.name, c.name, c.type, c.\"notnull\" <> 0 OR (c.pk = 1 AND c.type = 'INTEGER')
    FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
    WHERE t.schema = 'main' AND t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_'";

const SQLITE_KEYS: &str = "SELECT t.name, i.name, i.origin, i.\"unique\" <> 0, i.partial <> 0,
        COALESCE(c.name, 'an expression')
    FROM pragma_table_list AS t, pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c
    WHERE t.schema = 'main' AND t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_'
    UNION ALL
    SELECT t.name, '', 'pk', TRUE, FALSE, c.name
    FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
    WHERE t.schema = 'main' AND t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_'
        AND c.pk = 1 AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) AS i WHERE i.origin = 'pk')";

const POSTGRES_COLUMNS: &str =
    "SELECT c.table_name::text, c.column_name::text, c.data_type::text, c.is_nullable = 'NO'
    FROM information_schema.columns AS c WHERE c.table_schema = current_schema()";

const POSTGRES_KEYS: &str = "SELECT t.relname::text, i.relname::text,
        CASE WHEN x.indisprimary THEN 'pk' ELSE 'c' END, x.indisunique, x.indpred IS NOT NULL,
        COALESCE(a.attname::text, 'an expression')
    FROM pg_index AS x
    JOIN pg_class AS t ON t.oid = x.indrelid
    JOIN pg_class AS i ON i.oid = x.indexrelid
    JOIN pg_namespace AS n ON n.oid = t.relnamespace AND n.nspname = current_schema()
    CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k(number, position)
    LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.number
    ORDER BY t.relname, i.relname, k.position";

async fn schema(db: &Db) -> Result<Schema, Error> {
    let (columns, keys) = match db.dialect() {
        Dialect::Sqlite => (SQLITE_COLUMNS, SQLITE_KEYS),
        Dialect::Postgres => (POSTGRES_COLUMNS, POSTGRES_KEYS),
    };
    db.system_scan(move |mut tx| async move {
        let mut schema = Schema::new();
        let rows: Vec<(String, String, String, bool)> = tx
            .fetch_all(columns, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .await?;
        for (table, column, sql_type, required) in rows {
            let nullable = if required { Nullable::No } else { Nullable::Yes };
            let table = schema.entry(table).or_default();
            table.columns.insert(column, (holds(&sql_type), nullable));
        }
        let rows: Vec<(String, String, String, bool, bool, String)> = tx
            .fetch_all(keys, &[], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
            })
            .await?;
        let mut keys: BTreeMap<(String, String), Key> = BTreeMap::new();
        for (table, name, origin, unique, partial, column) in rows {
            let is_primary = origin == "pk";
            let key = keys.entry((table, name.clone())).or_insert_with(|| Key {
                name: if is_primary { "primary key".to_owned() } else { name },
                uniqueness: match (is_primary, unique) {
                    (true, _) => Uniqueness::Primary,
                    (false, true) => Uniqueness::Unique,
                    (false, false) => Uniqueness::None,
                },
                columns: Vec::new(),
                reach: if partial { Reach::SomeRows } else { Reach::AllRows },
            });
            key.columns.push(column);
        }
        for ((table, _), key) in keys {
            schema.entry(table).or_default().keys.insert(key);
        }
        Ok::<_, Error>(schema)
    })
    .await
}

fn holds(sql_type: &str) -> &'static str {
    match sql_type.to_ascii_lowercase().as_str() {
        "text" | "jsonb" => "text",
        // SQLite keeps ids as their bytes and booleans as integers.
        "blob" | "bytea" | "uuid" => "bytes",
        "integer" | "bigint" | "boolean" => "integer",
        "real" | "double precision" => "real",
        _ => "something else",
    }
}

#[tokio::test]
async fn both_databases_have_the_same_schema() -> Result<(), Error> {
    let mut schemas = Vec::new();
    for (_, db) in crate::common::databases().await {
        schemas.push(schema(&db).await?);
    }
    let [sqlite, postgres] = schemas.as_slice() else { return Ok(()) };
    let tables = |schema: &Schema| schema.keys().cloned().collect::<Vec<_>>();
    assert_eq!(tables(sqlite), tables(postgres));
    for (name, table) in sqlite {
        assert_eq!(table, &postgres[name], "{name}: SQLite on the left, PostgreSQL on the right");
    }
    Ok(())
}

#[tokio::test]
async fn every_key_begins_with_the_tenant_or_is_found_before_one_is_known() -> Result<(), Error> {
    // What is looked up by a secret, a client id or a realm, and what the platform itself keeps.
    let exceptions = [
        "ix_users_sign_in",
        "ix_outbox_due",
        "changes",
        "clients",
        "codes",
        "pending_authorizations",
        "sessions",
        "signing_keys",
        "tenants",
        "tokens",
        "ux_tenants_business_unit",
    ];
    for (database, db) in crate::common::databases().await {
        let schema = schema(&db).await?;
        assert!(schema.len() > 15, "{database}: {} tables", schema.len());
        for (table, Table { keys, .. }) in schema {
            for key in keys.iter().filter(|key| key.columns[0] != "tenant_id") {
                let name = if key.uniqueness == Uniqueness::Primary { &table } else { &key.name };
                assert!(
                    exceptions.contains(&name.as_str()) || table.contains("migration"),
                    "{database}: {key:?} of {table}"
                );
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn text_in_postgresql_compares_by_code_point() -> Result<(), Error> {
    const OTHERS: &str = "SELECT table_name::text || '.' || column_name::text FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'";
    for (_, db) in crate::common::databases().await {
        if db.dialect() == Dialect::Sqlite {
            continue;
        }
        let others: Vec<String> = db
            .system_scan(|mut tx| async move { tx.fetch_all(OTHERS, &[], |row| row.get(0)).await })
            .await?;
        let others: Vec<&String> =
            others.iter().filter(|name| !name.contains("migration")).collect();
        assert!(others.is_empty(), "{others:?}");
    }
    Ok(())
}
