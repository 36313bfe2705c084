//! What the figures are compared with: the fastest thing one could write on the same machine.

use std::{
    net::Ipv4Addr,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use axum::{Router, http::header, routing::get};
use rusqlite::{Connection, Transaction, params};

use crate::server::Server;

/// The hidden subcommand that serves it, in a process of its own as ours is.
pub(crate) const STATIC: &str = "serve-static";

const ROWS_PER_COMMIT: u32 = 64;

/// A handler that does nothing but answer 1 KiB, on axum as it comes.
pub(crate) fn serve_static() -> Result<()> {
    let body: &'static str = Box::leak("x".repeat(1_024).into_boxed_str());
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/scim+json")], body) };
    let router = Router::new().route("/scim/v2/Users/{id}", get(answer));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("{}", serde_json::json!({ "listening": listener.local_addr()?.to_string() }));
        axum::serve(listener, router).await.context("the static handler")
    })
}

pub(crate) fn start_static(token: &str) -> Result<Server> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(STATIC).stdin(Stdio::null()).stdout(Stdio::piped());
    Server::start(command, token.to_owned())
}

/// SQLite alone: one thread, one prepared statement, one table with the three indexes that users
/// need (id, user name, external id), 64 rows a commit, each commit waiting for the disk.
pub(crate) struct RawInserts {
    connection: Connection,
    next: u32,
}

const TABLE: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -24576;
    CREATE TABLE users (
        id BLOB NOT NULL, user_name TEXT NOT NULL, external_id TEXT, active INTEGER NOT NULL,
        version INTEGER NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL,
        document TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX ux_users_id ON users (id);
    CREATE UNIQUE INDEX ux_users_user_name ON users (user_name);
    CREATE INDEX ix_users_external_id ON users (external_id);";

const INSERT: &str = "INSERT INTO users VALUES (?1, ?2, ?3, 1, 1, ?4, ?4, ?5)";

impl RawInserts {
    /// The table with as many rows as the server has users, so that its trees are as deep.
    pub(crate) fn create(file: &Path, users: u32) -> Result<Self> {
        let connection = Connection::open(file)?;
        connection.execute_batch(TABLE)?;
        let mut inserts = Self { connection, next: 0 };
        while inserts.next < users {
            let rows = inserts.rows((users - inserts.next).min(10_000));
            inserts.commit(&rows)?;
        }
        Ok(inserts)
    }

    /// Rows per second.
    pub(crate) fn measure(&mut self, duration: Duration) -> Result<f64> {
        let mut spent = Duration::ZERO;
        let mut count = 0;
        while spent < duration {
            // Making the rows up is not part of it.
            let rows = self.rows(ROWS_PER_COMMIT);
            let begin = Instant::now();
            self.commit(&rows)?;
            spent += begin.elapsed();
            count += ROWS_PER_COMMIT;
        }
        Ok(f64::from(count) / spent.as_secs_f64())
    }

    fn rows(&mut self, count: u32) -> Vec<Row> {
        let rows = (self.next..self.next + count).map(Row::new).collect();
        self.next += count;
        rows
    }

    fn commit(&mut self, rows: &[Row]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        insert(&transaction, rows)?;
        transaction.commit()?;
        Ok(())
    }
}

fn insert(transaction: &Transaction<'_>, rows: &[Row]) -> Result<()> {
    let mut statement = transaction.prepare_cached(INSERT)?;
    for row in rows {
        statement.execute(params![row.id, row.name, row.external, row.number, row.document])?;
    }
    Ok(())
}

/// The user that `load.lua` creates, with an id that grows as ours do.
struct Row {
    id: [u8; 16],
    number: u32,
    name: String,
    external: String,
    document: String,
}

impl Row {
    fn new(number: u32) -> Self {
        let spread = u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15) & 0xFFFF_FFFF_FFFF;
        let id = (u128::from(number) << 80 | spread).to_be_bytes();
        let name = format!("load.{number:09}@example.com");
        let external = format!("load-{number:09}");
        let document = format!(
            "{{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"{name}\",\
             \"externalId\":\"{external}\",\"name\":{{\"givenName\":\"Load\",\"familyName\":\"Number {number}\"}},\
             \"displayName\":\"Load Number {number}\",\"emails\":[{{\"value\":\"{name}\",\"type\":\"work\",\
             \"primary\":true}}],\"active\":true}}"
        );
        Self { id, number, name, external, document }
    }
}
