//! What the flags of an environment come to for somebody, from rulesets that are read once.
//!
//! Observed: only the write of a flag's state makes an environment read its rulesets again. A segment
//! that was changed or deleted stays as it was in what is evaluated, for as long as the server runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::World;
use super::decode::{body, text};
use super::engine::{Audience, Ruleset};
use super::refusal::{Outcome, Refusal};
use crate::sandbox::exchange::{Asked, Reply};

/// The rulesets that were read, by environment, each with the number of writes at that time.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<String, (i64, Arc<Ruleset>)>>);

impl Cache {
    /// The ruleset of an environment, read again where flag states were written since.
    fn get(
        &self,
        db: &Connection,
        project: &str,
        environment: &str,
    ) -> Result<Arc<Ruleset>, Refusal> {
        let sql = "SELECT writes FROM environments WHERE id = ?1";
        let writes: i64 = db.prepare_cached(sql)?.query_row([environment], |row| row.get(0))?;
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, ruleset)) = read.get(environment)
            && *at == writes
        {
            return Ok(Arc::clone(ruleset));
        }
        let ruleset = Arc::new(load(db, project, environment)?);
        read.insert(environment.to_owned(), (writes, Arc::clone(&ruleset)));
        Ok(ruleset)
    }
}

/// `POST …/environments/{eid}/inspect-entity`.
pub(super) fn inspect(
    world: &World,
    asked: &Asked<'_>,
    project: &str,
    environment: &str,
) -> Outcome {
    let fields = body(asked.body, &["key", "attributes"])?;
    let key = text(&fields, "key")?.unwrap_or_default();
    let attributes = match fields.get("attributes") {
        None => Map::new(),
        Some(Value::Object(attributes)) => attributes.clone(),
        Some(_) => return Err(Refusal::decoding()),
    };
    let ruleset = world.store.read(|tx| {
        let known = "SELECT EXISTS (SELECT 1 FROM environments WHERE id = ?1 AND project = ?2)";
        let mut known = tx.prepare_cached(known)?;
        if !known.query_row([environment, project], |row| row.get(0))? {
            return Err(Refusal::new(404, "environment not found"));
        }
        world.rulesets.get(tx, project, environment)
    })?;
    let who = Audience { key: &key, attributes: &attributes };
    let seen: Vec<Value> = ruleset
        .flags
        .iter()
        .map(|(flag, state)| {
            let (value, reason) = ruleset.evaluate(flag, state, who);
            json!({
                "flag_key": flag,
                "value": value,
                "reason": reason,
                "individually_targeted": reason == "TARGETED",
            })
        })
        .collect();
    Ok(Reply::json(200, &json!(seen)))
}

fn load(db: &Connection, project: &str, environment: &str) -> Result<Ruleset, Refusal> {
    let parse = |text: String| serde_json::from_str::<Value>(&text).unwrap_or_default();
    let flags = "SELECT flags.key, flag_states.body FROM flags JOIN flag_states
                 ON flag_states.flag = flags.id WHERE flag_states.environment = ?1
                 AND flags.status <> 'archived' ORDER BY flags.key";
    let mut flags = db.prepare_cached(flags)?;
    let flags = flags.query_map([environment], |row| Ok((row.get(0)?, parse(row.get(1)?))))?;
    let segments = "SELECT key, match_type, rules FROM segments WHERE project = ?1";
    let mut segments = db.prepare_cached(segments)?;
    let segments = segments.query_map([project], |row| {
        let match_type: String = row.get(1)?;
        Ok((row.get(0)?, json!({ "match_type": match_type, "rules": parse(row.get(2)?) })))
    })?;
    Ok(Ruleset {
        flags: flags.collect::<rusqlite::Result<_>>()?,
        segments: segments.collect::<rusqlite::Result<_>>()?,
    })
}
