//! What a new data file begins with.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::clock::{id_for, now};
use super::fixture::{Fixture, Flag, Permission, Role, Rule, Segment, State, User};
use super::jsonb;
use crate::sandbox::StartError;

/// The ids of projects and environments by their slugs.
struct Places<'f> {
    first: &'f str,
    /// By the slug of the project.
    projects: BTreeMap<&'f str, Project<'f>>,
}

/// The id of a project, and those of its environments.
struct Project<'f> {
    id: String,
    environments: BTreeMap<&'f str, String>,
}

/// Writes the world of the fixture.
pub(super) fn plant(db: &Connection, fixture: &Fixture) -> Result<(), StartError> {
    let options = json!(fixture.options).to_string();
    db.execute("INSERT INTO options VALUES (?1)", [options])?;
    let places = plant_projects(db, fixture)?;
    for role in [Role::Owner, Role::Admin, Role::Developer, Role::Viewer] {
        plant_user(db, &places, &User::standing(role))?;
    }
    for user in &fixture.users {
        plant_user(db, &places, user)?;
    }
    for segment in &fixture.segments {
        plant_segment(db, &places, segment)?;
    }
    for flag in &fixture.flags {
        plant_flag(db, &places, flag)?;
    }
    Ok(())
}

impl User {
    /// The one of that role who is always there.
    fn standing(role: Role) -> Self {
        Self {
            email: format!("{}@sandbox.example", role.name()),
            role,
            password: "sandbox-password".to_owned(),
            mfa_code: None,
            permissions: BTreeMap::new(),
        }
    }
}

impl Places<'_> {
    fn project(&self, named: Option<&str>, place: &str) -> Result<&Project<'_>, StartError> {
        let slug = named.unwrap_or(self.first);
        self.projects.get(slug).ok_or_else(|| unknown("project", slug, place))
    }
}

impl Project<'_> {
    fn environment(&self, slug: &str, place: &str) -> Result<&str, StartError> {
        let found = self.environments.get(slug).map(String::as_str);
        found.ok_or_else(|| unknown("environment", slug, place))
    }
}

fn unknown(what: &'static str, name: &str, place: &str) -> StartError {
    StartError::UnknownName { what, name: name.to_owned(), place: place.to_owned() }
}

fn plant_projects<'f>(db: &Connection, fixture: &'f Fixture) -> Result<Places<'f>, StartError> {
    let mut projects = BTreeMap::new();
    for project in &fixture.projects {
        let id = id_for(&format!("project {}", project.slug));
        let name = project.name.as_deref().unwrap_or(&project.slug);
        let sql = "INSERT INTO projects VALUES (?1, ?2, ?3, ?4)";
        db.execute(sql, params![id, project.slug, name, now()])?;
        let mut environments = BTreeMap::new();
        for slug in &project.environments {
            let environment = id_for(&format!("environment {} {slug}", project.slug));
            let sql = "INSERT INTO environments VALUES (?1, ?2, ?3, ?3, ?4, 0)";
            db.execute(sql, params![environment, id, slug, now()])?;
            environments.insert(slug.as_str(), environment);
        }
        projects.insert(project.slug.as_str(), Project { id, environments });
    }
    let first = fixture.projects.first().map_or("", |project| project.slug.as_str());
    Ok(Places { first, projects })
}

fn plant_user(db: &Connection, places: &Places<'_>, user: &User) -> Result<(), StartError> {
    let id = id_for(&format!("user {}", user.email));
    let sql = "INSERT INTO users VALUES (?1, ?2, ?3, ?4, ?5)";
    db.execute(sql, params![id, user.email, user.password, user.role.name(), user.mfa_code])?;
    let place = format!("users/{}", user.email);
    for (slug, may) in &user.permissions {
        let mut known = false;
        for project in places.projects.values() {
            if let Some(environment) = project.environments.get(slug.as_str()) {
                let sql = "INSERT INTO permissions VALUES (?1, ?2, ?3, ?4)";
                let toggles = may.contains(&Permission::CanToggle);
                let edits = may.contains(&Permission::CanEditRules);
                db.execute(sql, params![id, environment, toggles, edits])?;
                known = true;
            }
        }
        if !known {
            return Err(unknown("environment", slug, &place));
        }
    }
    Ok(())
}

fn plant_segment(
    db: &Connection,
    places: &Places<'_>,
    segment: &Segment,
) -> Result<(), StartError> {
    let place = format!("segments/{}", segment.key);
    let project = places.project(segment.project.as_deref(), &place)?;
    let id = id_for(&format!("segment {} {}", project.id, segment.key));
    let name = segment.name.as_deref().unwrap_or(&segment.key);
    let rules = json!(segment.rules).to_string();
    let sql = "INSERT INTO segments VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)";
    let (key, description) = (&segment.key, &segment.description);
    let row = params![id, project.id, key, name, description, segment.match_type, rules, now()];
    db.execute(sql, row)?;
    Ok(())
}

fn plant_flag(db: &Connection, places: &Places<'_>, flag: &Flag) -> Result<(), StartError> {
    let place = format!("flags/{}", flag.key);
    let project = places.project(flag.project.as_deref(), &place)?;
    let id = id_for(&format!("flag {} {}", project.id, flag.key));
    let name = flag.name.as_deref().unwrap_or(&flag.key);
    let sql = "INSERT INTO flags VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    db.execute(sql, params![id, project.id, flag.key, name, flag.status, now()])?;
    for (slug, state) in &flag.states {
        let environment = project.environment(slug, &format!("{place}/states"))?;
        let body = body(state).to_string();
        let state_id = id_for(&format!("state {id} {environment}"));
        let sql = "INSERT INTO flag_states VALUES (?1, ?2, ?3, ?4, ?5, ?5)";
        db.execute(sql, params![state_id, id, environment, body, now()])?;
    }
    Ok(())
}

fn body(state: &State) -> Value {
    let rules: Vec<Value> =
        state.rules.iter().zip(1..).map(|(it, place)| rule(it, place)).collect();
    jsonb::stored(json!({
        "enabled": state.enabled,
        "default_value": state.default_value,
        "rules": rules,
        "percentage_rollout": state.percentage_rollout,
        "variants": state.variants,
    }))
}

/// A rule as the server would have stored it: what is empty there is left out.
fn rule(rule: &Rule, place: i64) -> Value {
    let mut stored = json!({
        "id": rule.id.clone().unwrap_or_else(|| format!("rule_{place}")),
        "priority": rule.priority.unwrap_or(place),
        "conditions": rule.conditions,
        "percentage": rule.percentage,
        "value": rule.value,
        "match_type": rule.match_type,
    });
    if let Some(description) = rule.description.as_ref().filter(|it| !it.is_empty()) {
        stored["description"] = json!(description);
    }
    if !rule.segment_keys.is_empty() {
        stored["segment_keys"] = json!(rule.segment_keys);
    }
    stored
}
