-- The durable state of one organisation. Times are microseconds since 1970; `rules`, `variants` and
-- the values of flags hold JSON text.

CREATE TABLE options (body TEXT NOT NULL);

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    role TEXT NOT NULL,
    mfa_code TEXT
) WITHOUT ROWID;

-- What a developer may do in an environment; owners and admins need no row.
CREATE TABLE permissions (
    user TEXT NOT NULL REFERENCES users (id),
    environment TEXT NOT NULL REFERENCES environments (id),
    can_toggle INTEGER NOT NULL,
    can_edit_rules INTEGER NOT NULL,
    PRIMARY KEY (user, environment)
) WITHOUT ROWID;

CREATE TABLE tokens (
    token TEXT PRIMARY KEY,
    refreshes INTEGER NOT NULL,
    user TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked INTEGER NOT NULL DEFAULT FALSE
) WITHOUT ROWID;

CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE environments (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (id),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Counts the writes of flag states, which alone tell the evaluation to read again.
    writes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (project, slug)
);

CREATE TABLE segments (
    id TEXT NOT NULL UNIQUE,
    project TEXT NOT NULL REFERENCES projects (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    match_type TEXT NOT NULL,
    rules TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (project, key)
);

CREATE TABLE flags (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (project, key)
);

CREATE TABLE flag_states (
    id TEXT NOT NULL UNIQUE,
    flag TEXT NOT NULL REFERENCES flags (id),
    environment TEXT NOT NULL REFERENCES environments (id),
    -- All fields that a request may set, as one JSON object.
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (flag, environment)
);
CREATE INDEX flag_states_by_environment ON flag_states (environment, created_at);
