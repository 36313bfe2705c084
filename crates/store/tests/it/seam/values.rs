//! Values, rows and statements that are put together.

use seatlink_store::{Db, Error, Param, Row, SqlBuf, Stmt, Timestamp};
use uuid::Uuid;

use super::{COUNT, EXISTS, add, databases, tenant};
use crate::common::new_id;

#[derive(PartialEq, Debug, Clone)]
struct Thing {
    number: Option<i64>,
    small: Option<i32>,
    ratio: Option<f64>,
    label: Option<String>,
    data: Option<Vec<u8>>,
    flag: Option<bool>,
    other: Option<Uuid>,
    document: Option<String>,
}

impl Thing {
    const INSERT: &str = "INSERT INTO things
        (tenant_id, id, number, small, ratio, label, data, flag, other, document)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    const FIND: &str = "SELECT number, small, ratio, label, data, flag, other, document
        FROM things WHERE tenant_id = $1 AND id = $2";

    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            number: row.get(0)?,
            small: row.get(1)?,
            ratio: row.get(2)?,
            label: row.get(3)?,
            data: row.get(4)?,
            flag: row.get(5)?,
            other: row.get(6)?,
            document: row.get(7)?,
        })
    }
}

async fn round_trip(db: &Db, thing: Thing) -> Thing {
    let tenant = tenant();
    let written = db.write(tenant, move |mut tx| async move {
        let id = new_id();
        let params = [
            Param::from(tenant),
            Param::Id(id),
            Param::OptInt(thing.number),
            Param::OptInt(thing.small.map(i64::from)),
            thing.ratio.map_or(Param::Null, Param::Real),
            Param::OptText(thing.label.as_deref()),
            Param::OptBytes(thing.data.as_deref()),
            thing.flag.map_or(Param::Null, Param::Bool),
            Param::OptId(thing.other),
            Param::OptJson(thing.document.as_deref()),
        ];
        assert_eq!(tx.execute(Thing::INSERT, &params).await?, 1);
        Ok::<_, Error>(id)
    });
    let id = written.await.unwrap();
    let read = db.read(tenant, move |mut tx| async move {
        tx.fetch_one(Thing::FIND, &[Param::from(tenant), Param::Id(id)], Thing::from_row).await
    });
    read.await.unwrap()
}

#[tokio::test]
async fn every_kind_of_value_survives_a_round_trip() {
    let full = Thing {
        number: Some(i64::MIN),
        small: Some(i32::MAX),
        ratio: Some(-0.1),
        label: Some(String::from("李 'quoted' \"$1\" %_ \u{1F600}")),
        data: Some(vec![0, 255, 1]),
        flag: Some(false),
        other: Some(Uuid::from_u128(u128::MAX)),
        document: Some(String::from(r#"{"a": "b"}"#)),
    };
    let empty = Thing {
        number: None,
        small: None,
        ratio: None,
        label: None,
        data: None,
        flag: None,
        other: None,
        document: None,
    };
    let blank = Thing { label: Some(String::new()), data: Some(Vec::new()), ..empty.clone() };
    for (name, db) in databases().await {
        for thing in [&full, &empty, &blank] {
            assert_eq!(round_trip(&db, thing.clone()).await, *thing, "{name}");
        }
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_kind_is_an_error_and_not_a_guess() {
    for (name, db) in databases().await {
        let tenant = tenant();
        let id = add(&db, tenant).await.unwrap();
        let read = db.read(tenant, move |mut tx| async move {
            let key = [Param::from(tenant), Param::Id(id)];
            tx.fetch_one(EXISTS, &key, |row| row.get::<String>(0)).await
        });
        assert!(matches!(read.await, Err(Error::Driver(_))), "{name}");
        let missing = db.read(tenant, move |mut tx| async move {
            tx.fetch_all(COUNT, &[], |row| row.get::<i64>(0)).await
        });
        assert!(matches!(missing.await, Err(Error::Driver(_))), "{name}");
    }
}

#[tokio::test]
async fn one_row_means_exactly_one() {
    for (name, db) in databases().await {
        let tenant = tenant();
        let find = "SELECT id FROM things WHERE tenant_id = $1";
        let one = |db: Db| async move {
            db.read(tenant, move |mut tx| async move {
                tx.fetch_one(find, &[Param::from(tenant)], |row| row.get::<Uuid>(0)).await
            })
            .await
        };
        assert!(matches!(one(db.clone()).await, Err(Error::Inconsistent { .. })), "{name}");
        let id = add(&db, tenant).await.unwrap();
        assert_eq!(one(db.clone()).await.unwrap(), id, "{name}");
        add(&db, tenant).await.unwrap();
        assert!(matches!(one(db.clone()).await, Err(Error::Inconsistent { .. })), "{name}");
    }
}

#[tokio::test]
async fn a_set_of_ten_thousand_ids_is_one_value() {
    const ADD: &str = "INSERT INTO things (tenant_id, id)
        SELECT $1::uuid, id FROM unnest($2::uuid[]) AS id WHERE TRUE ON CONFLICT (tenant_id, id) DO NOTHING";
    for (name, db) in databases().await {
        let tenant = tenant();
        let ids: Vec<Uuid> = (0..10_000).map(|_| new_id()).collect();
        let all = ids.clone();
        let added = db.write(tenant, move |mut tx| async move {
            tx.execute(ADD, &[Param::from(tenant), Param::Ids(&all)]).await
        });
        assert_eq!(added.await.unwrap(), 10_000, "{name}");
        let found = db.scan(tenant, move |mut tx| async move {
            let mut sql = SqlBuf::new(tx.dialect());
            sql.push("SELECT id FROM things WHERE tenant_id = ")
                .bind(tenant)
                .push(" AND id ")
                .in_ids(&ids);
            sql.push(" AND NOT id ").in_ids(&ids[..4]).push(" ORDER BY id");
            tx.fetch_all(&sql, &[], |row| row.get::<Uuid>(0)).await.map(|found| (found, ids))
        });
        let (found, ids) = found.await.unwrap();
        assert_eq!(found, ids[4..], "{name}");
    }
}

#[tokio::test]
async fn documents_are_searched_alike() {
    let document = r#"{"name": {"familyName": "o'brien%"}, "urn:x:1.0:User": {"n": "7"},
        "emails": [{"value": "a@b", "type": "work"}, {"value": "c@d"}], "tags": ["x", "y"]}"#;
    for (name, db) in databases().await {
        let thing = Thing {
            number: None,
            small: None,
            ratio: None,
            label: None,
            data: None,
            flag: None,
            other: None,
            document: Some(document.to_owned()),
        };
        round_trip(&db, thing).await;
        let texts = db.system_scan(|mut tx| async move {
            let mut texts = Vec::new();
            let paths: [&[&str]; 3] =
                [&["name", "familyName"], &["urn:x:1.0:User", "n"], &["absent"]];
            for path in paths {
                let mut sql = SqlBuf::new(tx.dialect());
                sql.push("SELECT ").json_text("document", path).push(" FROM things");
                texts.push(tx.fetch_one(&sql, &[], |row| row.get::<Option<String>>(0)).await?);
            }
            let mut objects = SqlBuf::new(tx.dialect());
            objects.push("SELECT e.value #>> ").bind_typed(Param::JsonPath(&["value"]));
            objects.push(" FROM things, ").json_elements("document", &["emails"]);
            texts.extend(tx.fetch_all(&objects, &[], |row| row.get::<Option<String>>(0)).await?);
            let mut scalars = SqlBuf::new(tx.dialect());
            scalars.push("SELECT ").push(tx.dialect().json_element_text());
            scalars.push(" FROM things, ").json_elements("document", &["tags"]);
            texts.extend(tx.fetch_all(&scalars, &[], |row| row.get::<Option<String>>(0)).await?);
            let mut sql = SqlBuf::new(tx.dialect());
            sql.push("SELECT COUNT(*) FROM things WHERE strpos(");
            sql.json_text("document", &["name", "familyName"])
                .push(", ")
                .bind("'brien%")
                .push(") > 0");
            let contains: i64 = tx.fetch_one(&sql, &[], |row| row.get(0)).await?;
            texts.push(Some(contains.to_string()));
            Ok::<_, Error>(texts)
        });
        let expected = ["o'brien%", "7", "", "a@b", "c@d", "x", "y", "1"];
        let found: Vec<_> =
            texts.await.unwrap().into_iter().map(Option::unwrap_or_default).collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[tokio::test]
async fn postgres_spelling_runs_on_both() {
    const LEASE: &str = "UPDATE things SET number = $2 WHERE tenant_id = $1 AND id = (
            SELECT id FROM things WHERE tenant_id = $1 AND number IS NULL ORDER BY id LIMIT 1
            FOR UPDATE SKIP LOCKED)
        RETURNING id";
    const SELECT_BARE: &str = "SELECT $1::text, $2::bigint, CAST($3 AS BIGINT), $4::boolean";
    for (name, db) in databases().await {
        let tenant = tenant();
        let first = add(&db, tenant).await.unwrap();
        let leased = db.write(tenant, move |mut tx| async move {
            let now = Timestamp::from_micros(5);
            tx.fetch_optional(LEASE, &[tenant.into(), now.into()], |row| row.get::<Uuid>(0)).await
        });
        assert_eq!(leased.await.unwrap(), Some(first), "{name}");
        let bare = db.system_read(|mut tx| async move {
            let params = [Param::Text("a"), Param::Int(1), Param::Null, Param::Bool(true)];
            tx.fetch_one(SELECT_BARE, &params, |row| {
                let flag: bool = row.get(3)?;
                Ok((row.text(0)?.to_owned(), row.get::<i64>(1)?, row.get::<Option<i64>>(2)?, flag))
            })
            .await
        });
        assert_eq!(bare.await.unwrap(), (String::from("a"), 1, None, true), "{name}");
        db.prepare_check(LEASE).await.unwrap();
        assert!(db.prepare_check("SELECT nothing FROM nowhere").await.is_err(), "{name}");
        let only_here = Stmt::per_dialect("SELECT sqlite_version()", "SELECT version()");
        db.prepare_check(only_here).await.unwrap();
    }
}
