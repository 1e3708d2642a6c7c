//! A strategy as a client sent it, read and judged.

use rusqlite::Connection;
use serde_json::{Map, Number, Value};

use super::constraints::{self, Constraint};
use super::errors::Refusal;
use super::format::canonical;
use super::numbers::js_number;
use super::segment::{Segment, not_an_integer};
use super::shape::Shape;

/// The strategy types that Unleash 8.2.0 comes with.
const TYPES: [&str; 4] = ["default", "flexibleRollout", "remoteAddress", "applicationHostname"];

/// The fields that were sent; none where a field was not.
pub(super) struct Draft {
    pub(super) name: Option<String>,
    pub(super) title: Option<String>,
    pub(super) disabled: Option<bool>,
    pub(super) sort_order: Option<i64>,
    constraints: Option<Vec<Constraint>>,
    variants: Option<Value>,
    parameters: Option<Map<String, Value>>,
    pub(super) segments: Option<Vec<Number>>,
}

impl Draft {
    /// Reads the fields from a document of the given shape.
    pub(super) fn read(shape: Shape, map: &Map<String, Value>, at: &str) -> Result<Self, Refusal> {
        let place = |name: &str| format!("{at}/{name}");
        let given = |name: &str| map.get(name).map(|value| (value, place(name)));
        let title = given("title").map(|(value, at)| shape.text_or_null(value, &at)).transpose()?;
        let disabled = match given("disabled") {
            None | Some((Value::Null, _)) => None,
            Some((value, at)) => Some(shape.boolean(value, &at)?),
        };
        Ok(Self {
            name: given("name").map(|(value, at)| shape.text(value, &at)).transpose()?,
            // Observed: a title of null is ignored, so that a title can be changed, not taken away.
            title: title.flatten(),
            disabled,
            sort_order: match given("sortOrder") {
                None => None,
                Some((value, at)) => shape.number(value, &at)?.as_i64(),
            },
            constraints: given("constraints")
                .map(|(value, at)| constraints::shaped(shape, value, &at))
                .transpose()?,
            variants: given("variants")
                .map(|(value, at)| shape.array(value, &at).map(|_| canonical(value)))
                .transpose()?,
            parameters: given("parameters")
                .map(|(value, at)| parameters(shape, value, &at))
                .transpose()?,
            segments: given("segments")
                .map(|(value, at)| segment_numbers(shape, value, &at))
                .transpose()?,
        })
    }

    /// Judges the draft; `before` are the constraints that it replaces.
    pub(super) fn check(
        &self,
        db: &Connection,
        project: &str,
        before: &Value,
    ) -> Result<(), Refusal> {
        if let Some(name) = &self.name
            && !TYPES.contains(&name.as_str())
        {
            let message = format!("Could not find strategy type with name {name}");
            return Err(Refusal::bad_data(&message));
        }
        check_access(db, project, self.segments.as_deref().unwrap_or_default())?;
        let constraints = self.constraints.as_deref().unwrap_or_default();
        constraints::check_limits(constraints, before)?;
        constraints::check_meaning(db, constraints)
    }

    /// Observed: a rollout gets its defaults on every write that names it as one; any other write
    /// without parameters empties them.
    pub(super) fn parameters_for(&self, feature: &str) -> Value {
        let mut parameters = self.parameters.clone().unwrap_or_default();
        if self.name.as_deref() == Some("flexibleRollout") {
            let mut default = |name: &str, text: &str, may_be_empty: bool| {
                let given = parameters.get(name).and_then(Value::as_str);
                if given.is_none_or(|given| given.is_empty() && !may_be_empty) {
                    parameters.insert(name.to_owned(), text.into());
                }
            };
            default("rollout", "100", true);
            default("stickiness", "default", false);
            default("groupId", feature, false);
        }
        canonical(&Value::Object(parameters))
    }

    /// The constraints as they are stored.
    pub(super) fn constraints_json(&self) -> String {
        constraints::stored(self.constraints.as_deref().unwrap_or_default()).to_string()
    }

    /// The variants as they are stored.
    pub(super) fn variants_json(&self) -> String {
        self.variants.as_ref().map_or_else(|| "[]".to_owned(), Value::to_string)
    }
}

fn parameters(shape: Shape, value: &Value, at: &str) -> Result<Map<String, Value>, Refusal> {
    let fields = shape.object(value, at)?.iter();
    fields
        .map(|(key, value)| Ok((key.clone(), shape.text(value, &format!("{at}/{key}"))?.into())))
        .collect()
}

fn segment_numbers(shape: Shape, value: &Value, at: &str) -> Result<Vec<Number>, Refusal> {
    let items = shape.array(value, at)?.iter().enumerate();
    items.map(|(n, id)| shape.number(id, &format!("{at}/{n}"))).collect()
}

/// Every segment has to exist, and to be global or of the strategy's project.
fn check_access(db: &Connection, project: &str, ids: &[Number]) -> Result<(), Refusal> {
    let mut foreign = Vec::new();
    for id in ids {
        let segment = Segment::find(db, segment_id(id)?)?;
        if segment.project.as_deref().is_some_and(|scope| scope != project) {
            foreign.push(format!("{} with id {}", segment.name, segment.id));
        }
    }
    if foreign.is_empty() {
        return Ok(());
    }
    Err(Refusal::bad_data(&format!(
        "The segments {} does not belong to project \"{project}\"",
        foreign.join(",")
    )))
}

/// A segment id, which the API description takes for any number.
pub(super) fn segment_id(id: &Number) -> Result<i64, Refusal> {
    let text = js_number(id);
    text.parse().map_err(|_| not_an_integer(&text))
}
