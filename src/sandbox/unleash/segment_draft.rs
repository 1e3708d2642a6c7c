//! A segment as a client sent it, read and judged.

use rusqlite::Connection;
use serde_json::Value;

use super::constraints::{self, Constraint};
use super::errors::Refusal;
use super::request::Request;
use super::segments::setting;
use super::shape::Shape;

/// What a client sent for a segment.
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// Whether a description was sent at all, be it null.
    pub(super) has_description: bool,
    pub(super) project: Option<String>,
    /// Observed: an id in the body is honoured. It is not looked at before the database does.
    pub(super) id: Option<Value>,
    constraints: Vec<Constraint>,
}

impl Draft {
    /// Reads the body of a request.
    pub(super) fn read(request: &Request<'_>) -> Result<Self, Refusal> {
        let shape = Shape::Request;
        let map = shape.object(request.json()?, "/body")?;
        shape.required(map, "/body", &["name", "constraints"])?;
        let text = |field: &str| match map.get(field) {
            Some(value) => shape.text_or_null(value, &format!("/body/{field}")),
            None => Ok(None),
        };
        Ok(Self {
            name: shape.text(&map["name"], "/body/name")?,
            description: text("description")?,
            has_description: map.contains_key("description"),
            // Observed: an empty project is no project.
            project: text("project")?.filter(|project| !project.is_empty()),
            id: map.get("id").cloned(),
            constraints: constraints::shaped(shape, &map["constraints"], "/body/constraints")?,
        })
    }

    /// Everything that can be judged without knowing the other segments.
    pub(super) fn check(&self, db: &Connection) -> Result<(), Refusal> {
        if self.name.is_empty() {
            return Err(Refusal::bad_value("\"name\" is not allowed to be empty."));
        }
        constraints::check_fields(&self.constraints)?;
        constraints::check_meaning(db, &self.constraints)?;
        let limit = setting(db, "segmentValues")?;
        if constraints::count_values(&self.constraints) > usize::try_from(limit).unwrap_or(0) {
            return Err(Refusal::bad_data(&format!(
                "Segments may not have more than {limit} values"
            )));
        }
        Ok(())
    }

    /// The constraints as they are stored.
    pub(super) fn constraints_json(&self) -> String {
        constraints::stored(&self.constraints).to_string()
    }
}
