//! Lists in pages: `limit`, `offset`, `sort`, and the envelope around them.

use rusqlite::types::ToSql;
use rusqlite::{Connection, Row};
use serde_json::{Value, json};

use super::refusal::Refusal;
use crate::sandbox::exchange::Asked;

/// Which part of a list is asked for.
#[derive(Clone, Copy)]
pub(super) struct Window {
    limit: i64,
    offset: i64,
}

impl Window {
    /// 50 items unless asked otherwise; more than 100 become 100 without a word, and what is no
    /// number or not positive becomes 50.
    pub(super) fn read(asked: &Asked<'_>) -> Self {
        let number = |name| asked.parameter(name).and_then(|it| it.parse::<i64>().ok());
        let limit = number("limit").filter(|it| *it > 0).unwrap_or(50).min(100);
        Self { limit, offset: number("offset").unwrap_or(0).max(0) }
    }

    /// The rows of `table` that `filter` finds, in the order that the request asks for.
    pub(super) fn rows(
        self,
        db: &Connection,
        (table, filter, order): (&str, &str, &str),
        given: &[&dyn ToSql],
        read: impl Fn(&Row<'_>) -> rusqlite::Result<Value>,
    ) -> Result<(Vec<Value>, i64), Refusal> {
        let count = format!("SELECT count(*) FROM {table} WHERE {filter}");
        let total = db.prepare_cached(&count)?.query_row(given, |row| row.get(0))?;
        let sql = format!(
            "SELECT * FROM {table} WHERE {filter} ORDER BY {order} LIMIT {} OFFSET {}",
            self.limit, self.offset
        );
        let mut statement = db.prepare(&sql)?;
        let rows: rusqlite::Result<Vec<Value>> = statement.query_map(given, read)?.collect();
        Ok((rows?, total))
    }

    /// The envelope around one page.
    pub(super) fn envelope(self, data: &[Value], total: i64) -> Value {
        let read = i64::try_from(data.len()).unwrap_or(i64::MAX);
        let last = total.max(1).saturating_add(self.limit - 1) / self.limit;
        json!({
            "data": data,
            "total": total,
            "limit": self.limit,
            "offset": self.offset,
            "has_more": self.offset.saturating_add(read) < total,
            "meta": { "pagination": {
                "page": self.offset / self.limit + 1,
                "per_page": self.limit,
                "total_entries": total,
                "last_page": last,
            } },
        })
    }
}

/// The order that `sort` asks for, of those that the table knows. Anything else is the default, and
/// so is `created_at:desc`: the oldest come first even if the newest are asked for.
pub(super) fn order(asked: &Asked<'_>, more: &[&'static str]) -> &'static str {
    match asked.parameter("sort").unwrap_or_default() {
        "key:asc" => "key",
        "key:desc" => "key DESC",
        word => more.iter().find(|it| **it == word).copied().unwrap_or("created_at, rowid"),
    }
}
