-- Times are microseconds since 1970-01-01 UTC. The tenant leads every key but those that must be
-- found before a tenant is known (token, code and session hashes, client ids, signing keys).

CREATE TABLE tenants (
    id UUID NOT NULL PRIMARY KEY,
    business_unit BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    profile TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    realm TEXT COLLATE "C" NOT NULL,
    settings TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_tenants_business_unit ON tenants (business_unit);

-- The document is what we return, without meta and groups; the search form is its folded copy.
CREATE TABLE users (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    user_name TEXT COLLATE "C" NOT NULL,
    user_name_key TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    manager_id UUID,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    password_hash TEXT COLLATE "C",
    failed_logins BIGINT NOT NULL,
    locked_until BIGINT,
    document TEXT COLLATE "C" NOT NULL,
    search JSONB NOT NULL
-- Room for one more version of somebody on the same page, so that no index has to be told of it.
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX ux_users_id ON users (tenant_id, id);
CREATE UNIQUE INDEX ux_users_user_name ON users (tenant_id, user_name_key);
CREATE INDEX ix_users_external_id ON users (tenant_id, external_id) WHERE external_id IS NOT NULL;
-- The id in `manager`, whoever has it: those who report to somebody are found by it.
CREATE INDEX ix_users_manager ON users (tenant_id, manager_id, id) WHERE manager_id IS NOT NULL;
-- Signing in names no tenant, so people with a password are found across tenants.
CREATE INDEX ix_users_sign_in ON users (user_name_key) WHERE password_hash IS NOT NULL;

CREATE TABLE user_emails (
    tenant_id UUID NOT NULL,
    value_key TEXT COLLATE "C" NOT NULL,
    user_id UUID NOT NULL,
    PRIMARY KEY (tenant_id, value_key, user_id)
);

CREATE TABLE groups (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    display_name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    search JSONB NOT NULL
);
CREATE UNIQUE INDEX ux_groups_id ON groups (tenant_id, id);
-- What is shown of the groups of a user, without their rows.
CREATE INDEX ix_groups_shown ON groups (tenant_id, id, display_name);
CREATE UNIQUE INDEX ux_groups_name ON groups (tenant_id, name_key);
CREATE INDEX ix_groups_external_id ON groups (tenant_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE memberships (
    tenant_id UUID NOT NULL,
    group_id UUID NOT NULL,
    member_id UUID NOT NULL,
    member_type TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, group_id, member_id)
);
CREATE INDEX ix_memberships_member ON memberships (tenant_id, member_id, group_id);
-- Most groups are in no other, and this says so without looking among all who are in one.
CREATE INDEX ix_memberships_nested ON memberships (tenant_id, member_id) WHERE member_type = 'Group';

-- Schemas that a tenant registered: an extension of a resource type, or the core schema of a type of its
-- own, which has an endpoint.
CREATE TABLE schemas (
    tenant_id UUID NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    urn_key TEXT COLLATE "C" NOT NULL,
    endpoint TEXT COLLATE "C",
    description TEXT COLLATE "C" NOT NULL,
    required BOOLEAN NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, resource_type, urn_key)
);
CREATE UNIQUE INDEX ux_schemas_endpoint ON schemas (tenant_id, endpoint) WHERE endpoint IS NOT NULL;

-- Resources of the types that tenants registered.
CREATE TABLE resources (
    tenant_id UUID NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    external_id TEXT COLLATE "C",
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    search JSONB NOT NULL
);
CREATE UNIQUE INDEX ux_resources_id ON resources (tenant_id, resource_type, id);
CREATE INDEX ix_resources_external_id ON resources (tenant_id, resource_type, external_id)
    WHERE external_id IS NOT NULL;

-- Values of attributes that a registered schema declares unique; the key decides who has one.
CREATE TABLE unique_values (
    tenant_id UUID NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    value_key TEXT COLLATE "C" NOT NULL,
    resource_id UUID NOT NULL,
    PRIMARY KEY (tenant_id, resource_type, path, value_key)
);
CREATE INDEX ix_unique_values_resource ON unique_values (tenant_id, resource_id);

-- How many there are: counting ten million rows takes a second. Where writers could queue for one row the number is
-- spread over slots. `moves` grows with whatever comes or goes.
CREATE TABLE tallies (
    tenant_id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    slot BIGINT NOT NULL,
    n BIGINT NOT NULL,
    active BIGINT NOT NULL,
    moves BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, slot)
) WITH (fillfactor = 50);

-- A connection keeps to its slot, so a transaction of many rows waits for one slot at most and two of them never
-- wait for each other. A process gives each of its connections another one.
CREATE FUNCTION tally_slot() RETURNS BIGINT LANGUAGE sql STABLE AS $$
    SELECT CAST(COALESCE(NULLIF(current_setting('seatlink.slot', TRUE), ''), CAST(pg_backend_pid() AS TEXT)) AS BIGINT) % 64
$$;
CREATE FUNCTION tally_users() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step BIGINT := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    INSERT INTO tallies AS t (tenant_id, kind, slot, n, active, moves)
    SELECT tenant_id, 'User', tally_slot(), step * COUNT(*), step * COUNT(*) FILTER (WHERE active), COUNT(*)
    FROM changed GROUP BY tenant_id
    ON CONFLICT (tenant_id, kind, slot) DO UPDATE
    SET n = t.n + EXCLUDED.n, active = t.active + EXCLUDED.active, moves = t.moves + EXCLUDED.moves;
    RETURN NULL;
END $$;
CREATE FUNCTION tally_active() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tallies AS t (tenant_id, kind, slot, n, active, moves)
    VALUES (NEW.tenant_id, 'User', tally_slot(), 0, CASE WHEN NEW.active THEN 1 ELSE -1 END, 0)
    ON CONFLICT (tenant_id, kind, slot) DO UPDATE SET active = t.active + EXCLUDED.active;
    RETURN NULL;
END $$;
CREATE FUNCTION tally_groups() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step BIGINT := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    INSERT INTO tallies AS t (tenant_id, kind, slot, n, active, moves)
    SELECT tenant_id, 'Group', tally_slot(), step * COUNT(*), 0, COUNT(*)
    FROM changed GROUP BY tenant_id
    ON CONFLICT (tenant_id, kind, slot) DO UPDATE SET n = t.n + EXCLUDED.n, moves = t.moves + EXCLUDED.moves;
    RETURN NULL;
END $$;
CREATE FUNCTION tally_resources() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step BIGINT := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    INSERT INTO tallies AS t (tenant_id, kind, slot, n, active, moves)
    SELECT tenant_id, resource_type, tally_slot(), step * COUNT(*), 0, COUNT(*)
    FROM changed GROUP BY tenant_id, resource_type
    ON CONFLICT (tenant_id, kind, slot) DO UPDATE SET n = t.n + EXCLUDED.n, moves = t.moves + EXCLUDED.moves;
    RETURN NULL;
END $$;
CREATE TRIGGER tg_users_added AFTER INSERT ON users
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_users();
CREATE TRIGGER tg_users_removed AFTER DELETE ON users
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_users();
CREATE TRIGGER tg_users_active AFTER UPDATE OF active ON users
    FOR EACH ROW WHEN (NEW.active <> OLD.active) EXECUTE FUNCTION tally_active();
CREATE TRIGGER tg_groups_added AFTER INSERT ON groups
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_groups();
CREATE TRIGGER tg_groups_removed AFTER DELETE ON groups
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_groups();
CREATE TRIGGER tg_resources_added AFTER INSERT ON resources
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_resources();
CREATE TRIGGER tg_resources_removed AFTER DELETE ON resources
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_resources();

-- A name once used is never reused, whatever the status (receiving side's rule for roles).
CREATE TABLE roles (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    permissions TEXT COLLATE "C" NOT NULL,
    search TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    modified_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX ux_roles_name ON roles (tenant_id, name_key);

CREATE TABLE user_roles (
    tenant_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role_id UUID NOT NULL,
    rank TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, user_id, role_id)
);
CREATE INDEX ix_user_roles_role ON user_roles (tenant_id, role_id, user_id);

-- Every name that a role ever had, and which: a renamed role keeps its earlier names from others.
CREATE TABLE role_names (
    tenant_id UUID NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    role_id UUID NOT NULL,
    PRIMARY KEY (tenant_id, name_key)
);

-- How many hold a role, and how many of them are active, in slots as `tallies` are: a role may be everybody's.
CREATE TABLE role_tallies (
    tenant_id UUID NOT NULL,
    role_id UUID NOT NULL,
    slot BIGINT NOT NULL,
    holders BIGINT NOT NULL,
    active BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, role_id, slot)
) WITH (fillfactor = 50);

CREATE FUNCTION tally_roles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step BIGINT := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    INSERT INTO role_tallies AS t (tenant_id, role_id, slot, holders, active)
    SELECT c.tenant_id, c.role_id, tally_slot(), step * COUNT(*), step * COUNT(*) FILTER (WHERE u.active)
    FROM changed c LEFT JOIN users u ON u.tenant_id = c.tenant_id AND u.id = c.user_id
    GROUP BY c.tenant_id, c.role_id
    ON CONFLICT (tenant_id, role_id, slot) DO UPDATE
    SET holders = t.holders + EXCLUDED.holders, active = t.active + EXCLUDED.active;
    RETURN NULL;
END $$;
CREATE FUNCTION tally_active_holders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO role_tallies AS t (tenant_id, role_id, slot, holders, active)
    SELECT h.tenant_id, h.role_id, tally_slot(), 0, CASE WHEN NEW.active THEN 1 ELSE -1 END
    FROM user_roles h WHERE h.tenant_id = NEW.tenant_id AND h.user_id = NEW.id
    ON CONFLICT (tenant_id, role_id, slot) DO UPDATE SET active = t.active + EXCLUDED.active;
    RETURN NULL;
END $$;
CREATE TRIGGER tg_user_roles_added AFTER INSERT ON user_roles
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_roles();
CREATE TRIGGER tg_user_roles_removed AFTER DELETE ON user_roles
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_roles();
CREATE TRIGGER tg_users_active_holders AFTER UPDATE OF active ON users
    FOR EACH ROW WHEN (NEW.active <> OLD.active) EXECUTE FUNCTION tally_active_holders();

CREATE TABLE apps (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    tracking_number TEXT COLLATE "C" NOT NULL,
    registration TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX ux_apps_name ON apps (tenant_id, name_key);

CREATE TABLE clients (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id UUID NOT NULL,
    app_id UUID NOT NULL,
    realm TEXT COLLATE "C" NOT NULL,
    tenancy TEXT COLLATE "C" NOT NULL,
    secret_hash BYTEA,
    enabled BOOLEAN NOT NULL,
    metadata TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    policy TEXT COLLATE "C"
);
CREATE INDEX ix_clients_app ON clients (tenant_id, app_id);

CREATE TABLE grants (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    user_id UUID,
    scope TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    revoked_reason TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ix_grants_user ON grants (tenant_id, user_id);

CREATE TABLE codes (
    hash BYTEA NOT NULL PRIMARY KEY,
    tenant_id UUID NOT NULL,
    grant_id UUID NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    user_id UUID NOT NULL,
    redirect_uri TEXT COLLATE "C",
    code_challenge TEXT COLLATE "C",
    scope TEXT COLLATE "C" NOT NULL,
    nonce TEXT COLLATE "C",
    auth_time BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    consumed_at BIGINT
);

CREATE TABLE tokens (
    hash BYTEA NOT NULL PRIMARY KEY,
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    grant_id UUID,
    client_id TEXT COLLATE "C",
    user_id UUID,
    scope TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    rotated_at BIGINT,
    revoked_at BIGINT,
    policy TEXT COLLATE "C"
);
CREATE INDEX ix_tokens_id ON tokens (tenant_id, id);
CREATE INDEX ix_tokens_grant ON tokens (tenant_id, grant_id) WHERE grant_id IS NOT NULL;

-- What was bent for the client behind a connection, counted; the log has every case.
CREATE TABLE repairs (
    tenant_id UUID NOT NULL,
    connection TEXT COLLATE "C" NOT NULL,
    quirk TEXT COLLATE "C" NOT NULL,
    times BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection, quirk)
);

CREATE TABLE consents (
    tenant_id UUID NOT NULL,
    user_id UUID NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, client_id)
);

CREATE TABLE sessions (
    hash BYTEA NOT NULL PRIMARY KEY,
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    csrf TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ix_sessions_user ON sessions (tenant_id, user_id);

CREATE TABLE signing_keys (
    realm TEXT COLLATE "C" NOT NULL,
    alg TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (realm, alg)
);

-- Bodies and attachments hold credentials, so a message is sealed until it is sent.
CREATE TABLE outbox (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    sent_at BIGINT,
    last_error TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ix_outbox_due ON outbox (due_at) WHERE sent_at IS NULL;

CREATE TABLE integrations (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    app_name TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    settings TEXT COLLATE "C" NOT NULL,
    secrets BYTEA,
    status TEXT COLLATE "C" NOT NULL,
    status_reason TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX ux_integrations_app_name ON integrations (tenant_id, app_name);

CREATE TABLE pending_authorizations (
    state_hash BYTEA NOT NULL PRIMARY KEY,
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE assignments (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    subject_type TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, integration_id, subject_id)
);
CREATE INDEX ix_assignments_subject ON assignments (tenant_id, subject_id, integration_id);
-- Whether any group is assigned at all: most edits of groups need to know no more.
CREATE INDEX ix_assignments_group ON assignments (tenant_id) WHERE subject_type = 'Group';

CREATE TABLE links (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    subject_type TEXT COLLATE "C" NOT NULL,
    subject_id UUID NOT NULL,
    remote_id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    -- JSON: the path of each place that a value was delivered to, and a keyed digest of that value.
    delivered TEXT COLLATE "C" NOT NULL,
    pushed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, integration_id, subject_type, subject_id)
);
CREATE INDEX ix_links_subject ON links (tenant_id, subject_type, subject_id, integration_id);

CREATE TABLE work (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    subject_type TEXT COLLATE "C" NOT NULL,
    subject_id UUID NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    priority BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease_owner TEXT COLLATE "C",
    lease_until BIGINT,
    last_error TEXT COLLATE "C",
    last_code TEXT COLLATE "C",
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, integration_id, subject_type, subject_id)
);
CREATE INDEX ix_work_due ON work (tenant_id, integration_id, state, priority, due_at);

-- The one log: audit, history, events and the answer to "why" are all read from here.
CREATE TABLE changes (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id UUID NOT NULL,
    at BIGINT NOT NULL,
    actor_kind TEXT COLLATE "C" NOT NULL,
    actor_id TEXT COLLATE "C",
    actor_name TEXT COLLATE "C" NOT NULL,
    connection TEXT COLLATE "C",
    request_id TEXT COLLATE "C",
    operation TEXT COLLATE "C" NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    resource_id UUID,
    difference TEXT COLLATE "C",
    reason TEXT COLLATE "C" NOT NULL,
    event TEXT COLLATE "C" NOT NULL
);
-- By time, so that it also tells what changed since a moment; in one order, so that pages of it go on where they ended.
CREATE INDEX ix_changes_tenant ON changes (tenant_id, at, seq);
-- By resource, a stretch of 16,384 rows at a time: new entries meet on a few pages, however many resources there are.
CREATE INDEX ix_changes_resource ON changes (tenant_id, (seq >> 14), resource_id);
