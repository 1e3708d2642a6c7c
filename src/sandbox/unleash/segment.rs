//! A segment row, and its JSON.

use std::fmt::Write as _;

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::errors::Refusal;
use super::format::{quoted, quoted_or_null};

/// The columns that [`Segment::from_row`] expects.
pub(super) const COLUMNS: &str =
    "id, name, description, project, constraints, created_by, created_at";

/// What the real server's statement reads, as its error messages quote it.
const SELECT_WORDS: &str = "select \"segments\".\"id\", \"segments\".\"name\", \
     \"segments\".\"description\", \"segments\".\"segment_project_id\", \
     \"segments\".\"created_by\", \"segments\".\"created_at\", \"segments\".\"constraints\" \
     from \"segments\" where";

/// One stored segment.
pub(super) struct Segment {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) project: Option<String>,
    /// JSON text, passed through unread.
    pub(super) constraints: String,
    pub(super) created_by: String,
    pub(super) created_at: String,
}

impl Segment {
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            description: row.get(2)?,
            project: row.get(3)?,
            constraints: row.get(4)?,
            created_by: row.get(5)?,
            created_at: row.get(6)?,
        })
    }

    /// The segment, or the real server's error for an id that has none.
    pub(super) fn find(db: &Connection, id: i64) -> Result<Self, Refusal> {
        check_id_range(id)?;
        let sql = select("WHERE id = ?1");
        let mut find = db.prepare_cached(&sql)?;
        let found = find.query_row([id], Self::from_row).optional()?;
        found.ok_or_else(|| Refusal::not_found(&format!("No segment exists with ID \"{id}\"")))
    }

    /// The segments of one strategy.
    pub(super) fn of_strategy(db: &Connection, strategy: &str) -> rusqlite::Result<Vec<Self>> {
        let sql = select(
            "WHERE id IN (SELECT segment FROM strategy_segments WHERE strategy = ?1) ORDER BY id",
        );
        db.prepare_cached(&sql)?.query_map([strategy], Self::from_row)?.collect()
    }

    pub(super) fn json(&self) -> String {
        let mut text = String::new();
        self.write_into(&mut text, None);
        text
    }

    /// Appends the JSON, with the use counts that only the list has. `project` is left out of a
    /// global segment.
    pub(super) fn write_into(&self, out: &mut String, used: Option<(u32, u32)>) {
        let mut write = |text: std::fmt::Arguments<'_>| out.write_fmt(text).unwrap_or_default();
        let description = quoted_or_null(self.description.as_deref());
        write(format_args!(
            r#"{{"id":{},"name":{},"description":{description},"#,
            self.id,
            quoted(&self.name)
        ));
        if let Some(project) = &self.project {
            write(format_args!(r#""project":{},"#, quoted(project)));
        }
        write(format_args!(
            r#""constraints":{},"createdBy":{},"createdAt":"{}""#,
            self.constraints,
            quoted(&self.created_by),
            self.created_at
        ));
        if let Some((projects, features)) = used {
            write(format_args!(r#","usedInProjects":{projects},"usedInFeatures":{features}"#));
        }
        write(format_args!("}}"));
    }
}

/// Observed: an id beyond `PostgreSQL`'s `integer` is an error of the database, status 500.
pub(super) fn check_id_range(id: i64) -> Result<(), Refusal> {
    if i32::try_from(id).is_ok() {
        return Ok(());
    }
    Err(Refusal::unknown(&format!(
        "{SELECT_WORDS} \"id\" = $1 - value \"{id}\" is out of range for type integer"
    )))
}

/// Observed: what is not an integer reaches the database where the API description says `number`.
pub(super) fn not_an_integer(id: &str) -> Refusal {
    Refusal::unknown(&format!(
        "{SELECT_WORDS} \"id\" = $1 - invalid input syntax for type integer: \"{id}\""
    ))
}

/// Observed: `PostgreSQL` stores no NUL, so that a name with one is an error of the database.
pub(super) fn check_text(name: &str) -> Result<(), Refusal> {
    if !name.contains('\0') {
        return Ok(());
    }
    Err(Refusal::unknown(&format!(
        "{SELECT_WORDS} \"name\" = $1 - invalid byte sequence for encoding \"UTF8\": 0x00"
    )))
}

fn select(rest: &str) -> String {
    format!("SELECT {COLUMNS} FROM segments {rest}")
}
