-- Times are microseconds since 1970-01-01 UTC. The tenant leads every key but those that must be
-- found before a tenant is known (token, code and session hashes, client ids, signing keys).

CREATE TABLE tenants (
    id BLOB NOT NULL PRIMARY KEY,
    business_unit INTEGER NOT NULL,
    name TEXT NOT NULL,
    profile TEXT NOT NULL,
    region TEXT NOT NULL,
    realm TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX ux_tenants_business_unit ON tenants (business_unit);

-- The document is what we return, without meta and groups; the search form is its folded copy.
CREATE TABLE users (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_name TEXT NOT NULL,
    user_name_key TEXT NOT NULL,
    external_id TEXT,
    manager_id BLOB,
    active INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    password_hash TEXT,
    failed_logins INTEGER NOT NULL,
    locked_until INTEGER,
    document TEXT NOT NULL,
    search TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX ux_users_id ON users (tenant_id, id);
CREATE UNIQUE INDEX ux_users_user_name ON users (tenant_id, user_name_key);
CREATE INDEX ix_users_external_id ON users (tenant_id, external_id) WHERE external_id IS NOT NULL;
-- The id in `manager`, whoever has it: those who report to somebody are found by it.
CREATE INDEX ix_users_manager ON users (tenant_id, manager_id, id) WHERE manager_id IS NOT NULL;
-- Signing in names no tenant, so people with a password are found across tenants.
CREATE INDEX ix_users_sign_in ON users (user_name_key) WHERE password_hash IS NOT NULL;

CREATE TABLE user_emails (
    tenant_id BLOB NOT NULL,
    value_key TEXT NOT NULL,
    user_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, value_key, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE groups (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    display_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    external_id TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    search TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX ux_groups_id ON groups (tenant_id, id);
-- What is shown of the groups of a user, without their rows.
CREATE INDEX ix_groups_shown ON groups (tenant_id, id, display_name);
CREATE UNIQUE INDEX ux_groups_name ON groups (tenant_id, name_key);
CREATE INDEX ix_groups_external_id ON groups (tenant_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE memberships (
    tenant_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    member_type TEXT NOT NULL,
    PRIMARY KEY (tenant_id, group_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_memberships_member ON memberships (tenant_id, member_id, group_id);
-- Most groups are in no other, and this says so without looking among all who are in one.
CREATE INDEX ix_memberships_nested ON memberships (tenant_id, member_id) WHERE member_type = 'Group';

-- Schemas that a tenant registered: an extension of a resource type, or the core schema of a type of its
-- own, which has an endpoint.
CREATE TABLE schemas (
    tenant_id BLOB NOT NULL,
    resource_type TEXT NOT NULL,
    urn_key TEXT NOT NULL,
    endpoint TEXT,
    description TEXT NOT NULL,
    required INTEGER NOT NULL,
    document TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, resource_type, urn_key)
) STRICT;
CREATE UNIQUE INDEX ux_schemas_endpoint ON schemas (tenant_id, endpoint) WHERE endpoint IS NOT NULL;

-- Resources of the types that tenants registered.
CREATE TABLE resources (
    tenant_id BLOB NOT NULL,
    resource_type TEXT NOT NULL,
    id BLOB NOT NULL,
    external_id TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    search TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX ux_resources_id ON resources (tenant_id, resource_type, id);
CREATE INDEX ix_resources_external_id ON resources (tenant_id, resource_type, external_id)
    WHERE external_id IS NOT NULL;

-- Values of attributes that a registered schema declares unique; the key decides who has one.
CREATE TABLE unique_values (
    tenant_id BLOB NOT NULL,
    resource_type TEXT NOT NULL,
    path TEXT NOT NULL,
    value_key TEXT NOT NULL,
    resource_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, resource_type, path, value_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_unique_values_resource ON unique_values (tenant_id, resource_id);

-- How many there are: counting ten million rows takes a second. Where writers could queue for one row the number is
-- spread over slots. `moves` grows with whatever comes or goes.
CREATE TABLE tallies (
    tenant_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    slot INTEGER NOT NULL,
    n INTEGER NOT NULL,
    active INTEGER NOT NULL,
    moves INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, kind, slot)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tg_users_added AFTER INSERT ON users BEGIN
    INSERT INTO tallies (tenant_id, kind, slot, n, active, moves)
    VALUES (NEW.tenant_id, 'User', 0, 1, NEW.active, 1)
    ON CONFLICT (tenant_id, kind, slot) DO UPDATE
    SET n = n + 1, active = active + excluded.active, moves = moves + 1;
END;
CREATE TRIGGER tg_users_removed AFTER DELETE ON users BEGIN
    UPDATE tallies SET n = n - 1, active = active - OLD.active, moves = moves + 1
    WHERE tenant_id = OLD.tenant_id AND kind = 'User' AND slot = 0;
END;
CREATE TRIGGER tg_users_active AFTER UPDATE OF active ON users WHEN NEW.active <> OLD.active BEGIN
    UPDATE tallies SET active = active + NEW.active - OLD.active
    WHERE tenant_id = NEW.tenant_id AND kind = 'User' AND slot = 0;
END;
CREATE TRIGGER tg_groups_added AFTER INSERT ON groups BEGIN
    INSERT INTO tallies (tenant_id, kind, slot, n, active, moves)
    VALUES (NEW.tenant_id, 'Group', 0, 1, 0, 1)
    ON CONFLICT (tenant_id, kind, slot) DO UPDATE SET n = n + 1, moves = moves + 1;
END;
CREATE TRIGGER tg_groups_removed AFTER DELETE ON groups BEGIN
    UPDATE tallies SET n = n - 1, moves = moves + 1
    WHERE tenant_id = OLD.tenant_id AND kind = 'Group' AND slot = 0;
END;
CREATE TRIGGER tg_resources_added AFTER INSERT ON resources BEGIN
    INSERT INTO tallies (tenant_id, kind, slot, n, active, moves)
    VALUES (NEW.tenant_id, NEW.resource_type, 0, 1, 0, 1)
    ON CONFLICT (tenant_id, kind, slot) DO UPDATE SET n = n + 1, moves = moves + 1;
END;
CREATE TRIGGER tg_resources_removed AFTER DELETE ON resources BEGIN
    UPDATE tallies SET n = n - 1, moves = moves + 1
    WHERE tenant_id = OLD.tenant_id AND kind = OLD.resource_type AND slot = 0;
END;

-- A name once used is never reused, whatever the status (receiving side's rule for roles).
CREATE TABLE roles (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    status TEXT NOT NULL,
    permissions TEXT NOT NULL,
    search TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    modified_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX ux_roles_name ON roles (tenant_id, name_key);

CREATE TABLE user_roles (
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    role_id BLOB NOT NULL,
    rank TEXT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, role_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_user_roles_role ON user_roles (tenant_id, role_id, user_id);

-- Every name that a role ever had, and which: a renamed role keeps its earlier names from others.
CREATE TABLE role_names (
    tenant_id BLOB NOT NULL,
    name_key TEXT NOT NULL,
    role_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, name_key)
) STRICT, WITHOUT ROWID;

-- How many hold a role, and how many of them are active, in slots as `tallies` are: a role may be everybody's.
CREATE TABLE role_tallies (
    tenant_id BLOB NOT NULL,
    role_id BLOB NOT NULL,
    slot INTEGER NOT NULL,
    holders INTEGER NOT NULL,
    active INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, role_id, slot)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tg_user_roles_added AFTER INSERT ON user_roles BEGIN
    INSERT INTO role_tallies (tenant_id, role_id, slot, holders, active)
    VALUES (NEW.tenant_id, NEW.role_id, 0, 1, COALESCE(
        (SELECT active FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.user_id), 0))
    ON CONFLICT (tenant_id, role_id, slot) DO UPDATE
    SET holders = holders + 1, active = active + excluded.active;
END;
CREATE TRIGGER tg_user_roles_removed AFTER DELETE ON user_roles BEGIN
    UPDATE role_tallies SET holders = holders - 1, active = active - COALESCE(
        (SELECT active FROM users WHERE tenant_id = OLD.tenant_id AND id = OLD.user_id), 0)
    WHERE tenant_id = OLD.tenant_id AND role_id = OLD.role_id AND slot = 0;
END;
CREATE TRIGGER tg_users_active_holders AFTER UPDATE OF active ON users WHEN NEW.active <> OLD.active BEGIN
    UPDATE role_tallies SET active = active + NEW.active - OLD.active
    WHERE tenant_id = NEW.tenant_id AND slot = 0 AND role_id IN
        (SELECT role_id FROM user_roles WHERE tenant_id = NEW.tenant_id AND user_id = NEW.id);
END;

CREATE TABLE apps (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    tracking_number TEXT NOT NULL,
    registration TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX ux_apps_name ON apps (tenant_id, name_key);

CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    app_id BLOB NOT NULL,
    realm TEXT NOT NULL,
    tenancy TEXT NOT NULL,
    secret_hash BLOB,
    enabled INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    policy TEXT
) STRICT;
CREATE INDEX ix_clients_app ON clients (tenant_id, app_id);

CREATE TABLE grants (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id TEXT NOT NULL,
    user_id BLOB,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_reason TEXT,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX ix_grants_user ON grants (tenant_id, user_id);

CREATE TABLE codes (
    hash BLOB NOT NULL PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    grant_id BLOB NOT NULL,
    client_id TEXT NOT NULL,
    user_id BLOB NOT NULL,
    redirect_uri TEXT,
    code_challenge TEXT,
    scope TEXT NOT NULL,
    nonce TEXT,
    auth_time INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    consumed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    name TEXT,
    grant_id BLOB,
    client_id TEXT,
    user_id BLOB,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    rotated_at INTEGER,
    revoked_at INTEGER,
    policy TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_tokens_id ON tokens (tenant_id, id);
CREATE INDEX ix_tokens_grant ON tokens (tenant_id, grant_id) WHERE grant_id IS NOT NULL;

-- What was bent for the client behind a connection, counted; the log has every case.
CREATE TABLE repairs (
    tenant_id BLOB NOT NULL,
    connection TEXT NOT NULL,
    quirk TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, connection, quirk)
) STRICT, WITHOUT ROWID;

CREATE TABLE consents (
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, client_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    hash BLOB NOT NULL PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    csrf TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_sessions_user ON sessions (tenant_id, user_id);

CREATE TABLE signing_keys (
    realm TEXT NOT NULL,
    alg TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (realm, alg)
) STRICT, WITHOUT ROWID;

-- Bodies and attachments hold credentials, so a message is sealed until it is sent.
CREATE TABLE outbox (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    sent_at INTEGER,
    last_error TEXT,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX ix_outbox_due ON outbox (due_at) WHERE sent_at IS NULL;

CREATE TABLE integrations (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    app_name TEXT NOT NULL,
    label TEXT NOT NULL,
    settings TEXT NOT NULL,
    secrets BLOB,
    status TEXT NOT NULL,
    status_reason TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX ux_integrations_app_name ON integrations (tenant_id, app_name);

CREATE TABLE pending_authorizations (
    state_hash BLOB NOT NULL PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    integration_id BLOB NOT NULL,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE assignments (
    tenant_id BLOB NOT NULL,
    integration_id BLOB NOT NULL,
    subject_id BLOB NOT NULL,
    subject_type TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, integration_id, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_assignments_subject ON assignments (tenant_id, subject_id, integration_id);
-- Whether any group is assigned at all: most edits of groups need to know no more.
CREATE INDEX ix_assignments_group ON assignments (tenant_id) WHERE subject_type = 'Group';

CREATE TABLE links (
    tenant_id BLOB NOT NULL,
    integration_id BLOB NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    remote_id TEXT NOT NULL,
    state TEXT NOT NULL,
    -- JSON: the path of each place that a value was delivered to, and a keyed digest of that value.
    delivered TEXT NOT NULL,
    pushed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, integration_id, subject_type, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_links_subject ON links (tenant_id, subject_type, subject_id, integration_id);

CREATE TABLE work (
    tenant_id BLOB NOT NULL,
    integration_id BLOB NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    lease_owner TEXT,
    lease_until INTEGER,
    last_error TEXT,
    last_code TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, integration_id, subject_type, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_work_due ON work (tenant_id, integration_id, state, priority, due_at);

-- The one log: audit, history, events and the answer to "why" are all read from here.
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    connection TEXT,
    request_id TEXT,
    operation TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id BLOB,
    difference TEXT,
    reason TEXT NOT NULL,
    event TEXT NOT NULL
) STRICT;
-- By time, so that it also tells what changed since a moment; in one order, so that pages of it go on where they ended.
CREATE INDEX ix_changes_tenant ON changes (tenant_id, at, seq);
-- By resource, a stretch of 16,384 rows at a time: new entries meet on a few pages, however many resources there are.
CREATE INDEX ix_changes_resource ON changes (tenant_id, (seq >> 14), resource_id);

-- Without statistics SQLite plans for tables of a few rows and walks a tenant where an index would find the one row.
-- These are the proportions of a large tenant, not a count: rows, rows of a tenant, rows of each further column.
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('users', 'ux_users_id', '10000000 100000 1'),
    ('users', 'ux_users_user_name', '10000000 100000 1'),
    ('users', 'ix_users_external_id', '10000000 100000 1'),
    ('users', 'ix_users_manager', '10000000 100000 10 1'),
    ('users', 'ix_users_sign_in', '100000 1'),
    ('user_emails', 'user_emails', '10000000 100000 2 1'),
    ('groups', 'ux_groups_id', '100000 1000 1'),
    ('groups', 'ix_groups_shown', '100000 1000 1 1'),
    ('groups', 'ux_groups_name', '100000 1000 1'),
    ('groups', 'ix_groups_external_id', '100000 1000 1'),
    ('resources', 'ux_resources_id', '1000000 10000 10000 1'),
    ('resources', 'ix_resources_external_id', '1000000 10000 10000 1'),
    ('unique_values', 'unique_values', '1000000 10000 10000 10000 1'),
    ('memberships', 'memberships', '10000000 100000 100 1'),
    ('memberships', 'ix_memberships_member', '10000000 100000 10 1'),
    ('memberships', 'ix_memberships_nested', '10000 100 10'),
    ('user_roles', 'user_roles', '10000000 100000 1 1'),
    ('user_roles', 'ix_user_roles_role', '10000000 100000 10000 1'),
    ('role_tallies', 'role_tallies', '100000 1000 1 1'),
    ('roles', 'sqlite_autoindex_roles_1', '100000 1000 1'),
    ('roles', 'ux_roles_name', '100000 1000 1'),
    ('changes', 'ix_changes_tenant', '100000000 1000000 1 1'),
    ('changes', 'ix_changes_resource', '100000000 1000000 10000 2');
ANALYZE sqlite_schema;
