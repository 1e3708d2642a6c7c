//! An activation strategy row, and the several forms in which it is shown.

use rusqlite::{Connection, OptionalExtension as _, Row};
use serde_json::{Map, Value};

use super::format::parsed;

const COLUMNS: &str = "id, feature, project, name, title, disabled, sort_order, \
                       parameters, constraints, variants";

/// The fields of one strategy that was read by itself, in their order.
pub(super) const ALONE: [&str; 9] = [
    "id",
    "name",
    "constraints",
    "parameters",
    "variants",
    "segments",
    "title",
    "disabled",
    "sortOrder",
];
/// After a change, and in events.
pub(super) const CHANGED: [&str; 9] = [
    "id",
    "name",
    "title",
    "disabled",
    "constraints",
    "parameters",
    "variants",
    "sortOrder",
    "segments",
];
/// In the list of an environment.
pub(super) const LISTED: [&str; 10] = [
    "id",
    "name",
    "constraints",
    "parameters",
    "variants",
    "title",
    "disabled",
    "sortOrder",
    "milestoneId",
    "segments",
];
/// In a flag.
pub(super) const IN_FEATURE: [&str; 9] = [
    "name",
    "constraints",
    "variants",
    "parameters",
    "segments",
    "sortOrder",
    "id",
    "title",
    "disabled",
];
/// In an environment of a flag. Observed: the segments are not there.
pub(super) const IN_ENVIRONMENT: [&str; 9] = [
    "id",
    "featureName",
    "title",
    "parameters",
    "constraints",
    "variants",
    "sortOrder",
    "disabled",
    "name",
];

/// One stored strategy.
pub(super) struct Strategy {
    pub(super) id: String,
    pub(super) feature: String,
    pub(super) project: String,
    pub(super) name: String,
    pub(super) title: Option<String>,
    pub(super) disabled: bool,
    pub(super) sort_order: i64,
    pub(super) parameters: Value,
    pub(super) constraints: Value,
    pub(super) variants: Value,
    pub(super) segments: Vec<i64>,
}

impl Strategy {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let json = |index: usize| row.get::<_, String>(index).map(|text| parsed(&text));
        Ok(Self {
            id: row.get(0)?,
            feature: row.get(1)?,
            project: row.get(2)?,
            name: row.get(3)?,
            title: row.get(4)?,
            disabled: row.get(5)?,
            sort_order: row.get(6)?,
            parameters: json(7)?,
            constraints: json(8)?,
            variants: json(9)?,
            segments: Vec::new(),
        })
    }

    pub(super) fn find(db: &Connection, id: &str) -> rusqlite::Result<Option<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM strategies WHERE id = ?1");
        let found = db.prepare_cached(&sql)?.query_row([id], Self::from_row).optional()?;
        found.map(|strategy| strategy.with_segments(db)).transpose()
    }

    /// The strategies of a flag in one environment, in their order.
    pub(super) fn list(
        db: &Connection,
        feature: &str,
        environment: &str,
    ) -> rusqlite::Result<Vec<Self>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM strategies WHERE feature = ?1 AND environment = ?2
             ORDER BY sort_order, rowid"
        );
        let mut find = db.prepare_cached(&sql)?;
        let rows = find.query_map([feature, environment], Self::from_row)?;
        rows.map(|row| row?.with_segments(db)).collect()
    }

    /// Observed: segments come back in the order in which they were last written, in whatever order
    /// they were sent; so a change of one of them breaks a `test` of a JSON Patch that worked
    /// before.
    fn with_segments(mut self, db: &Connection) -> rusqlite::Result<Self> {
        let sql = "SELECT segment FROM strategy_segments JOIN segments ON segments.id = segment
                   WHERE strategy = ?1 ORDER BY written";
        let ids: rusqlite::Result<Vec<i64>> =
            db.prepare_cached(sql)?.query_map([&self.id], |row| row.get(0))?.collect();
        self.segments = ids?;
        Ok(self)
    }

    /// The strategy with these fields, in this order.
    pub(super) fn show(&self, fields: &[&str]) -> Value {
        let shown: Map<String, Value> =
            fields.iter().map(|field| ((*field).to_owned(), self.field(field))).collect();
        Value::Object(shown)
    }

    fn field(&self, name: &str) -> Value {
        match name {
            "id" => self.id.as_str().into(),
            "name" => self.name.as_str().into(),
            "featureName" => self.feature.as_str().into(),
            "title" => self.title.clone().into(),
            "disabled" => self.disabled.into(),
            "sortOrder" => self.sort_order.into(),
            "parameters" => self.parameters.clone(),
            "constraints" => self.constraints.clone(),
            "variants" => self.variants.clone(),
            "segments" => self.segments.clone().into(),
            _ => Value::Null,
        }
    }
}
