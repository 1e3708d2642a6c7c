//! Constraints: coerced to their shape, then judged as 8.2.0 judges them.
//!
//! Three checks follow each other, and each goes through all constraints before the next begins:
//! the shape (with coercion), the fields (empty texts, long values), the meaning (operands, legal
//! values). Servers before 7.4.2 had the first only.

use rusqlite::{Connection, OptionalExtension as _};
use serde_json::{Map, Value};

use super::answer::Answer;
use super::errors::Refusal;
use super::format::{canonical, parsed};
use super::operands::{self, Kind, OPERATORS};
use super::request::Request;
use super::shape::Shape;
use super::{Outcome, World};

const FIELDS: [&str; 6] =
    ["contextName", "operator", "caseInsensitive", "inverted", "values", "value"];
const VALUE_LENGTH_MAX: usize = 100;
const CONSTRAINTS_MAX: usize = 30;
const CONSTRAINT_VALUES_MAX: usize = 250;

/// A constraint of the right shape.
pub(super) struct Constraint {
    context_name: String,
    operator: &'static str,
    values: Vec<String>,
    value: Option<String>,
    inverted: Option<bool>,
    case_insensitive: Option<bool>,
}

/// `POST /constraints/validate`: one constraint, without side effects.
pub(super) fn validate_one(world: &World, request: &Request<'_>) -> Outcome {
    let constraint = Constraint::shaped(Shape::Request, request.json()?, "/body")?;
    constraint.check_fields("")?;
    world.store.read(|tx| constraint.check_meaning(tx))?;
    Ok(Answer::empty(204))
}

/// The shape of a whole list.
pub(super) fn shaped(shape: Shape, list: &Value, at: &str) -> Result<Vec<Constraint>, Refusal> {
    let items = shape.array(list, at)?.iter().enumerate();
    items.map(|(n, item)| Constraint::shaped(shape, item, &format!("{at}/{n}"))).collect()
}

/// The second check on a segment, whose error labels name the place in the list.
pub(super) fn check_fields(constraints: &[Constraint]) -> Result<(), Refusal> {
    let mut numbered = constraints.iter().enumerate();
    numbered.try_for_each(|(n, constraint)| constraint.check_fields(&format!("constraints[{n}].")))
}

/// The third check.
pub(super) fn check_meaning(db: &Connection, constraints: &[Constraint]) -> Result<(), Refusal> {
    constraints.iter().try_for_each(|constraint| {
        // Observed: it begins with the second check again, now without the place in the list.
        constraint.check_fields("")?;
        constraint.check_meaning(db)
    })
}

/// The number of values in the whole list, which a limit applies to.
pub(super) fn count_values(constraints: &[Constraint]) -> usize {
    constraints.iter().map(|constraint| constraint.values.len()).sum()
}

/// The limits of strategies, which segments do not have. What was over a limit before may stay.
pub(super) fn check_limits(constraints: &[Constraint], before: &Value) -> Result<(), Refusal> {
    let before = before.as_array().map(Vec::as_slice).unwrap_or_default();
    if constraints.len() > CONSTRAINTS_MAX && constraints.len() > before.len() {
        return Err(Refusal::exceeds_limit("constraints", CONSTRAINTS_MAX));
    }
    let is_same_length = constraints.len() == before.len();
    let over = constraints.iter().enumerate().find(|(n, constraint)| {
        let count = constraint.values.len();
        let old = before.get(*n).and_then(|old| old["values"].as_array());
        let was_there = is_same_length && old.is_some_and(|old| old.len() >= count);
        count > CONSTRAINT_VALUES_MAX && !was_there
    });
    over.map_or(Ok(()), |(_, constraint)| {
        let resource = format!("constraint values for {}", constraint.context_name);
        Err(Refusal::exceeds_limit(&resource, CONSTRAINT_VALUES_MAX))
    })
}

/// The list as it is stored.
pub(super) fn stored(constraints: &[Constraint]) -> Value {
    constraints.iter().map(Constraint::stored).collect()
}

impl Constraint {
    fn shaped(shape: Shape, value: &Value, at: &str) -> Result<Self, Refusal> {
        let map = shape.object(value, at)?;
        shape.required(map, at, &["contextName", "operator"])?;
        shape.closed(map, at, &FIELDS)?;
        let place = |name: &str| format!("{at}/{name}");
        let flag =
            |name: &str| map.get(name).map(|value| shape.boolean(value, &place(name))).transpose();
        Ok(Self {
            context_name: shape.text(&map["contextName"], &place("contextName"))?,
            operator: operator(shape, map, &place("operator"))?,
            case_insensitive: flag("caseInsensitive")?,
            inverted: flag("inverted")?,
            values: match map.get("values") {
                None => Vec::new(),
                Some(values) => texts(shape, values, &place("values"))?,
            },
            value: match map.get("value") {
                None => None,
                Some(value) => Some(non_empty(shape, value, &place("value"))?),
            },
        })
    }

    fn check_fields(&self, prefix: &str) -> Result<(), Refusal> {
        let empty = |label: &str| {
            Err(Refusal::bad_value(&format!("\"{prefix}{label}\" is not allowed to be empty.")))
        };
        if self.context_name.is_empty() {
            return empty("contextName");
        }
        for (n, value) in self.values.iter().enumerate() {
            if value.is_empty() {
                return empty(&format!("values[{n}]"));
            }
            if value.encode_utf16().count() > VALUE_LENGTH_MAX {
                let shown = Value::from(value.as_str());
                return Err(Refusal::bad_value(&format!(
                    "\"{prefix}values[{n}]\" length must be less than or equal to \
                     {VALUE_LENGTH_MAX} characters long. You provided {shown}."
                )));
            }
        }
        Ok(())
    }

    fn check_meaning(&self, db: &Connection) -> Result<(), Refusal> {
        let kind = operands::kind_of(self.operator);
        operands::check(kind, &self.values, self.value.as_deref(), self.inverted == Some(true))?;

        // Observed: a context field that is not known at all is accepted.
        let legal = legal_values(db, &self.context_name)?;
        let is_legal = |value: &String| legal.contains(value);
        match &self.value {
            _ if legal.is_empty() => Ok(()),
            _ if kind == Kind::List && self.values.iter().all(is_legal) => Ok(()),
            _ if kind == Kind::List => Err(Refusal::bad_data(
                "input values are not specified as a legal value on this context field",
            )),
            Some(value) if !is_legal(value) => Err(Refusal::bad_data(&format!(
                "{value} is not specified as a legal value on this context field"
            ))),
            _ => Ok(()),
        }
    }

    /// Observed: `values` is always there, the other optional fields only if they were sent.
    fn stored(&self) -> Value {
        let mut fields = Map::new();
        fields.insert("contextName".to_owned(), self.context_name.as_str().into());
        fields.insert("operator".to_owned(), self.operator.into());
        fields.insert("values".to_owned(), self.values.clone().into());
        let optional = [
            ("value", self.value.clone().map(Value::from)),
            ("inverted", self.inverted.map(Value::from)),
            ("caseInsensitive", self.case_insensitive.map(Value::from)),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        }
        canonical(&Value::Object(fields))
    }
}

fn operator(shape: Shape, map: &Map<String, Value>, at: &str) -> Result<&'static str, Refusal> {
    let sent = shape.text(&map["operator"], at)?;
    let known = OPERATORS.into_iter().find(|operator| *operator == sent);
    known.ok_or_else(|| shape.not_one_of("operator", &OPERATORS, &sent))
}

fn texts(shape: Shape, values: &Value, at: &str) -> Result<Vec<String>, Refusal> {
    let items = shape.array(values, at)?.iter().enumerate();
    items.map(|(n, item)| shape.text(item, &format!("{at}/{n}"))).collect()
}

fn non_empty(shape: Shape, value: &Value, at: &str) -> Result<String, Refusal> {
    let text = shape.text(value, at)?;
    if text.is_empty() {
        let complaint = "must NOT have fewer than 1 characters";
        return Err(shape.wrong(at, complaint, &Value::from(text)));
    }
    Ok(text)
}

fn legal_values(db: &Connection, field: &str) -> rusqlite::Result<Vec<String>> {
    let mut find = db.prepare_cached("SELECT legal_values FROM context_fields WHERE name = ?1")?;
    let text: Option<String> = find.query_row([field], |row| row.get(0)).optional()?;
    let list = parsed(&text.unwrap_or_default());
    let values = list.as_array().into_iter().flatten();
    Ok(values.filter_map(|item| item["value"].as_str().map(str::to_owned)).collect())
}
