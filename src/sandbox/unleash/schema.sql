-- The durable state of one sandbox.
-- `constraints`, `parameters` and `variants` hold JSON text in the key order in which they are read back.

CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

-- Ids come from a counter that a failed insert has used up all the same.
CREATE TABLE counters (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters VALUES ('segments', 0);

CREATE TABLE projects (id TEXT PRIMARY KEY, created_at TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE environments (
    name TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    sort_order INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE context_fields (
    name TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    stickiness INTEGER NOT NULL,
    sort_order INTEGER NOT NULL,
    legal_values TEXT NOT NULL,
    created_at TEXT NOT NULL
) WITHOUT ROWID;

-- Names are not unique: two creations that race each other make twins.
CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT,
    project TEXT REFERENCES projects (id),
    constraints TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- Counts up with every write: the order in which rows lie in PostgreSQL.
    written INTEGER NOT NULL
);
CREATE INDEX segments_by_name ON segments (name, id);
CREATE INDEX segments_by_writing ON segments (written);

CREATE TABLE features (
    name TEXT PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (id),
    type TEXT NOT NULL,
    description TEXT,
    impression_data INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    archived_at TEXT
) WITHOUT ROWID;

CREATE TABLE feature_environments (
    feature TEXT NOT NULL REFERENCES features (name) ON DELETE CASCADE,
    environment TEXT NOT NULL REFERENCES environments (name),
    enabled INTEGER NOT NULL,
    PRIMARY KEY (feature, environment)
) WITHOUT ROWID;

CREATE TABLE strategies (
    id TEXT PRIMARY KEY,
    feature TEXT NOT NULL REFERENCES features (name) ON DELETE CASCADE,
    project TEXT NOT NULL REFERENCES projects (id),
    environment TEXT NOT NULL REFERENCES environments (name),
    name TEXT NOT NULL,
    title TEXT,
    disabled INTEGER NOT NULL,
    sort_order INTEGER NOT NULL,
    parameters TEXT NOT NULL,
    constraints TEXT NOT NULL,
    variants TEXT NOT NULL
);
CREATE INDEX strategies_by_feature ON strategies (feature, environment, sort_order);

CREATE TABLE strategy_segments (
    strategy TEXT NOT NULL REFERENCES strategies (id) ON DELETE CASCADE,
    segment INTEGER NOT NULL REFERENCES segments (id) ON DELETE CASCADE,
    PRIMARY KEY (strategy, segment)
) WITHOUT ROWID;
CREATE INDEX strategies_by_segment ON strategy_segments (segment);

-- What new strategies of a flag begin with, as it was sent: nothing in it is checked or counted.
CREATE TABLE default_strategies (
    project TEXT NOT NULL,
    environment TEXT NOT NULL,
    strategy TEXT NOT NULL,
    PRIMARY KEY (project, environment)
) WITHOUT ROWID;

CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    created_at TEXT NOT NULL,
    data TEXT,
    pre_data TEXT,
    feature TEXT,
    project TEXT,
    environment TEXT
);
