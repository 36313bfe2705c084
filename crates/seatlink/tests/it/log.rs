//! What the log must know, looked at in the file that a test leaves behind.

use std::path::Path;

use anyhow::Result;

const UNKNOWN: &str = "SELECT COUNT(*) FROM users u WHERE NOT EXISTS (SELECT 1 FROM changes c
    WHERE c.tenant_id = u.tenant_id AND c.resource_id = u.id AND c.resource_type = 'User' AND c.at = u.modified_at)";

/// Recent changes are found by the log: it has to know each user with the time that the user bears.
pub(crate) fn knows_every_user(file: &Path) -> Result<()> {
    let connection = rusqlite::Connection::open(file)?;
    let unknown: i64 = connection.query_row(UNKNOWN, [], |row| row.get(0))?;
    anyhow::ensure!(unknown == 0, "{unknown} users were changed and the log does not know when");
    Ok(())
}
