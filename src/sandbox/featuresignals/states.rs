//! The states of flags, one for each environment, with their rules.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value, json};

use super::caller::Caller;
use super::clock::{self, new_id};
use super::decode::{self, condition, fields, item, list, switch, text, whole};
use super::pages::Window;
use super::refusal::{Outcome, Refusal};
use super::{World, jsonb, projects};
use crate::sandbox::exchange::{Asked, Reply};

/// The fields that a request may set.
const FIELDS: [&str; 7] = [
    "enabled",
    "default_value",
    "rules",
    "percentage_rollout",
    "variants",
    "scheduled_enable_at",
    "scheduled_disable_at",
];
const RULE_FIELDS: [&str; 8] = [
    "id",
    "priority",
    "description",
    "conditions",
    "segment_keys",
    "percentage",
    "value",
    "match_type",
];
const TOGGLE: (&str, &str) = ("can_toggle", "toggle flags");
const EDIT: (&str, &str) = ("can_edit_rules", "edit rules");
/// Between the read and the write no lock is held; this stands for the round trip.
const ROUND_TRIP: Duration = Duration::from_millis(1);

/// Where a state stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) project: &'p str,
    pub(super) flag: &'p str,
    pub(super) environment: &'p str,
}

/// A stored state.
struct State {
    id: String,
    body: Value,
    updated_at: i64,
}

impl State {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let body: String = row.get("body")?;
        let body = serde_json::from_str(&body).unwrap_or_default();
        Ok(Self { id: row.get("id")?, body, updated_at: row.get("updated_at")? })
    }

    fn show(&self) -> Value {
        let mut shown = json!({
            "id": self.id,
            "enabled": self.body["enabled"],
            "default_value": self.body["default_value"],
            "rules": self.body["rules"],
            "percentage_rollout": self.body["percentage_rollout"],
        });
        for optional in ["variants", "scheduled_enable_at", "scheduled_disable_at"] {
            let value = &self.body[optional];
            if !value.is_null() {
                shown[optional] = value.clone();
            }
        }
        shown["updated_at"] = json!(clock::text(self.updated_at));
        shown
    }
}

/// `GET …/flags/{key}/environments/{eid}`. Observed: an environment that does not exist has an empty
/// state like one that nobody has touched.
pub(super) fn show(world: &World, place: Place<'_>) -> Outcome {
    world.store.read(|tx| {
        let flag = flag_id(tx, place)?;
        let state = find(tx, &flag, place.environment)?;
        let empty = || {
            json!({
                "id": "",
                "enabled": false,
                "rules": [],
                "percentage_rollout": 0,
                "updated_at": "0001-01-01T00:00:00Z",
            })
        };
        Ok(Reply::json(200, &state.map_or_else(empty, |state| state.show())))
    })
}

/// `GET …/environments/{eid}/flag-states`: which flag a state is of is not said.
pub(super) fn page(world: &World, asked: &Asked<'_>, environment: &str) -> Outcome {
    let window = Window::read(asked);
    let list = ("flag_states", "environment = ?1", "created_at, rowid");
    world.store.read(|tx| {
        let show = |row: &Row<'_>| State::from_row(row).map(|state| state.show());
        let (rows, total) = window.rows(tx, list, &[&environment], show)?;
        Ok(Reply::json(200, &window.envelope(&rows, total)))
    })
}

/// `PUT …/flags/{key}/environments/{eid}`: sets what is given, the list of rules as a whole. A body
/// that sets nothing is a write all the same.
pub(super) fn update(
    world: &World,
    asked: &Asked<'_>,
    caller: &Caller,
    place: Place<'_>,
) -> Outcome {
    let given = draft(&decode::body(asked.body, &FIELDS)?)?;
    let (flag, state) = world.store.read(|tx| {
        let flag = flag_id(tx, place)?;
        if given.contains_key("enabled") {
            caller.check_permission(tx, place.environment, TOGGLE)?;
        }
        if ["rules", "percentage_rollout", "variants"].iter().any(|it| given.contains_key(*it)) {
            caller.check_permission(tx, place.environment, EDIT)?;
        }
        let state = find(tx, &flag, place.environment)?;
        Ok::<_, Refusal>((flag, state))
    })?;
    let mut body = match state {
        Some(State { body: Value::Object(body), .. }) => body,
        _ => untouched(),
    };
    body.extend(given);
    std::thread::sleep(ROUND_TRIP);
    let rollout = body["percentage_rollout"].as_i64().unwrap_or_default();
    let body = Value::Object(body);
    world.store.write(|tx| {
        let known = "UPDATE environments SET writes = writes + 1 WHERE id = ?1";
        let known = tx.prepare_cached(known)?.execute([place.environment])? == 1;
        if !known || !(0..=10_000).contains(&rollout) || decode::holds_nul(&body) {
            return Err(Refusal::new(500, "failed to update flag state"));
        }
        store(tx, &flag, place.environment, &body)
    })
}

/// A state that nobody has written.
fn untouched() -> Map<String, Value> {
    let fields = json!({
        "enabled": false,
        "default_value": null,
        "rules": [],
        "percentage_rollout": 0,
        "variants": null,
    });
    fields.as_object().cloned().unwrap_or_default()
}

fn store(db: &Connection, flag: &str, environment: &str, body: &Value) -> Outcome {
    let sql = "INSERT INTO flag_states VALUES (?1, ?2, ?3, ?4, ?5, ?5)
               ON CONFLICT (flag, environment)
               DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at";
    let row = params![new_id(), flag, environment, body.to_string(), clock::now()];
    db.prepare_cached(sql)?.execute(row)?;
    let state = find(db, flag, environment)?;
    Ok(Reply::json(200, &state.map(|state| state.show()).unwrap_or_default()))
}

/// What a request sets.
fn draft(sent: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let mut given = Map::new();
    if let Some(enabled) = switch(sent, "enabled")? {
        given.insert("enabled".to_owned(), json!(enabled));
    }
    if let Some(rules) = list(sent, "rules", rule)? {
        given.insert("rules".to_owned(), json!(rules));
    }
    if let Some(rollout) = whole(sent, "percentage_rollout")? {
        given.insert("percentage_rollout".to_owned(), json!(rollout));
    }
    if let Some(variants) = list(sent, "variants", Ok)? {
        given.insert("variants".to_owned(), jsonb::stored(json!(variants)));
    }
    for name in ["scheduled_enable_at", "scheduled_disable_at"] {
        if let Some(time) = text(sent, name)? {
            let value = if time.is_empty() { Value::Null } else { json!(time) };
            given.insert(name.to_owned(), value);
        }
    }
    if let Some(value) = sent.get("default_value") {
        given.insert("default_value".to_owned(), jsonb::stored(value.clone()));
    }
    Ok(given)
}

/// A rule as it is stored: nothing in it is checked, and what is missing is empty or 0.
fn rule(sent: Value) -> Result<Value, Refusal> {
    let sent = fields(sent, &RULE_FIELDS)?;
    let word = |name| Ok::<_, Refusal>(text(&sent, name)?.unwrap_or_default());
    let mut rule = json!({
        "id": word("id")?,
        "priority": whole(&sent, "priority")?.unwrap_or_default(),
    });
    let description = word("description")?;
    if !description.is_empty() {
        rule["description"] = json!(description);
    }
    rule["conditions"] = json!(list(&sent, "conditions", condition)?);
    let keys = list(&sent, "segment_keys", item)?.unwrap_or_default();
    if !keys.is_empty() {
        rule["segment_keys"] = json!(keys);
    }
    rule["percentage"] = json!(whole(&sent, "percentage")?.unwrap_or_default());
    rule["value"] = jsonb::stored(sent.get("value").cloned().unwrap_or_default());
    rule["match_type"] = json!(word("match_type")?);
    Ok(rule)
}

fn find(db: &Connection, flag: &str, environment: &str) -> rusqlite::Result<Option<State>> {
    let sql = "SELECT * FROM flag_states WHERE flag = ?1 AND environment = ?2";
    db.prepare_cached(sql)?.query_row([flag, environment], State::from_row).optional()
}

fn flag_id(db: &Connection, place: Place<'_>) -> Result<String, Refusal> {
    let sql = "SELECT id FROM flags WHERE project = ?1 AND key = ?2";
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_row([place.project, place.flag], |row| row.get(0)).optional()?;
    found.ok_or_else(projects::no_flag)
}
