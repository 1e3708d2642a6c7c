//! What a client wants a strategy to be, checked and written.

use rusqlite::{Connection, params};
use serde_json::{Map, Number, Value};

use super::constraints::{self, Constraint};
use super::errors::Refusal;
use super::events::{self, Event};
use super::format::{canonical, new_ulid};
use super::numbers::js_number;
use super::segment::{Segment, not_an_integer};
use super::segments::setting;
use super::shape::Shape;
use super::strategy::{CHANGED, Strategy};
use super::{toggles, usage};

/// The strategy types that Unleash 8.2.0 comes with.
const TYPES: [&str; 4] = [
    "default",
    "flexibleRollout",
    "remoteAddress",
    "applicationHostname",
];
/// Of strategies, per flag and environment.
const STRATEGIES_MAX: i64 = 30;

/// Where a strategy is, by the path of the request.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) project: &'p str,
    pub(super) feature: &'p str,
    pub(super) environment: &'p str,
}

/// The fields that were sent; none where a field was not.
pub(super) struct Draft {
    name: Option<String>,
    title: Option<String>,
    disabled: Option<bool>,
    sort_order: Option<i64>,
    constraints: Option<Vec<Constraint>>,
    variants: Option<Value>,
    parameters: Option<Map<String, Value>>,
    segments: Option<Vec<Number>>,
}

impl Draft {
    /// Reads the fields from a document of the given shape.
    pub(super) fn read(shape: Shape, map: &Map<String, Value>, at: &str) -> Result<Self, Refusal> {
        let place = |name: &str| format!("{at}/{name}");
        let given = |name: &str| map.get(name).map(|value| (value, place(name)));
        let title = given("title")
            .map(|(value, at)| shape.text_or_null(value, &at))
            .transpose()?;
        let disabled = match given("disabled") {
            None | Some((Value::Null, _)) => None,
            Some((value, at)) => Some(shape.boolean(value, &at)?),
        };
        Ok(Self {
            name: given("name")
                .map(|(value, at)| shape.text(value, &at))
                .transpose()?,
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

    fn check(&self, db: &Connection, project: &str) -> Result<(), Refusal> {
        if let Some(name) = &self.name
            && !TYPES.contains(&name.as_str())
        {
            let message = format!("Could not find strategy type with name {name}");
            return Err(Refusal::bad_data(&message));
        }
        check_access(db, project, self.segments.as_deref().unwrap_or_default())?;
        constraints::check_meaning(db, self.constraints.as_deref().unwrap_or_default())
    }

    /// Observed: a rollout gets its defaults on every write that names it as one; any other write
    /// without parameters empties them.
    fn parameters_for(&self, feature: &str) -> Value {
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

    fn constraints_json(&self) -> String {
        constraints::stored(self.constraints.as_deref().unwrap_or_default()).to_string()
    }

    fn variants_json(&self) -> String {
        self.variants
            .as_ref()
            .map_or_else(|| "[]".to_owned(), Value::to_string)
    }
}

fn parameters(shape: Shape, value: &Value, at: &str) -> Result<Map<String, Value>, Refusal> {
    let fields = shape.object(value, at)?.iter();
    fields
        .map(|(key, value)| {
            Ok((
                key.clone(),
                shape.text(value, &format!("{at}/{key}"))?.into(),
            ))
        })
        .collect()
}

fn segment_numbers(shape: Shape, value: &Value, at: &str) -> Result<Vec<Number>, Refusal> {
    let items = shape.array(value, at)?.iter().enumerate();
    items
        .map(|(n, id)| shape.number(id, &format!("{at}/{n}")))
        .collect()
}

/// Every segment has to exist, and to be global or of the strategy's project.
fn check_access(db: &Connection, project: &str, ids: &[Number]) -> Result<(), Refusal> {
    let mut foreign = Vec::new();
    for id in ids {
        let segment = Segment::find(db, whole(id)?)?;
        if segment
            .project
            .as_deref()
            .is_some_and(|scope| scope != project)
        {
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

fn whole(id: &Number) -> Result<i64, Refusal> {
    let text = js_number(id);
    text.parse().map_err(|_| not_an_integer(&text))
}

/// Creates a strategy; tells its id.
pub(super) fn create(db: &Connection, place: Place<'_>, draft: &Draft) -> Result<String, Refusal> {
    draft.check(db, place.project)?;
    let Place {
        project,
        feature,
        environment,
    } = place;
    let count = "SELECT count(*), max(sort_order) FROM strategies
                 WHERE feature = ?1 AND environment = ?2";
    let (count, last): (i64, Option<i64>) = db
        .prepare_cached(count)?
        .query_row([feature, environment], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if count >= STRATEGIES_MAX {
        return Err(Refusal::exceeds_limit("strategy", STRATEGIES_MAX));
    }
    if !toggles::has_environment(db, feature, environment)? {
        let message = "You have not added the current environment to the project";
        return Err(Refusal::bad_data(message));
    }
    let id = new_ulid();
    db.prepare_cached(
        "INSERT INTO strategies VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        id,
        feature,
        project,
        environment,
        draft.name,
        draft.title,
        draft.disabled.unwrap_or(false),
        draft
            .sort_order
            .unwrap_or_else(|| last.map_or(0, |last| last + 1)),
        draft.parameters_for(feature).to_string(),
        draft.constraints_json(),
        draft.variants_json(),
    ])?;
    write_segments(db, &id, draft.segments.as_deref().unwrap_or_default(), &[])?;
    let data = Strategy::find(db, &id)?.map(|strategy| strategy.show(&CHANGED).to_string());
    events::store(
        db,
        &Event {
            data,
            ..place.event("feature-strategy-add")
        },
    )?;
    Ok(id)
}

/// Changes a strategy; gives what it is now.
pub(super) fn update(
    db: &Connection,
    place: Place<'_>,
    id: &str,
    draft: &Draft,
) -> Result<Value, Refusal> {
    let before = find(db, id)?;
    check_place(&before, place)?;
    draft.check(db, place.project)?;
    // Observed: constraints, variants and parameters that are not sent are emptied; name, title,
    // disabled and segments are kept; the sort order is never changed here.
    db.prepare_cached(
        "UPDATE strategies SET name = coalesce(?2, name), title = coalesce(?3, title),
         disabled = coalesce(?4, disabled), parameters = ?5, constraints = ?6, variants = ?7
         WHERE id = ?1",
    )?
    .execute(params![
        id,
        draft.name,
        draft.title,
        draft.disabled,
        draft.parameters_for(place.feature).to_string(),
        draft.constraints_json(),
        draft.variants_json(),
    ])?;
    if let Some(wanted) = &draft.segments {
        write_segments(db, id, wanted, &before.segments)?;
    }
    let after = find(db, id)?.show(&CHANGED);
    // Observed: the event carries the environment of the path, be it the right one or not.
    events::store(
        db,
        &Event {
            data: Some(after.to_string()),
            pre_data: Some(before.show(&CHANGED).to_string()),
            ..place.event("feature-strategy-update")
        },
    )?;
    toggles::switch_off_if_idle(db, place)?;
    Ok(after)
}

/// The strategy, or the error that a change of an unknown one gets.
pub(super) fn find(db: &Connection, id: &str) -> Result<Strategy, Refusal> {
    let found = Strategy::find(db, id)?;
    found.ok_or_else(|| Refusal::not_found(&format!("Could not find strategy with id={id}")))
}

/// The project and the flag of the path have to be right; the environment is not looked at.
pub(super) fn check_place(strategy: &Strategy, place: Place<'_>) -> Result<(), Refusal> {
    let what = if strategy.project != place.project {
        "projectId"
    } else if strategy.feature != place.feature {
        "featureName"
    } else {
        return Ok(());
    };
    let message = format!("You can not change the {what} for an activation strategy.");
    Err(Refusal::forbidden_operation(&message))
}

fn write_segments(
    db: &Connection,
    strategy: &str,
    wanted: &[Number],
    current: &[i64],
) -> Result<(), Refusal> {
    usage::check_count(wanted.len(), setting(db, "strategySegments")?)?;
    let wanted: Vec<i64> = wanted.iter().map(whole).collect::<Result<_, _>>()?;
    for id in current.iter().filter(|id| !wanted.contains(id)) {
        let remove = "DELETE FROM strategy_segments WHERE strategy = ?1 AND segment = ?2";
        db.prepare_cached(remove)?.execute(params![strategy, id])?;
    }
    // Observed: an id that is sent twice is added twice, which the database refuses.
    let mut missing = wanted.iter().filter(|id| !current.contains(id));
    missing.try_for_each(|id| usage::add(db, strategy, *id))
}

impl<'p> Place<'p> {
    pub(super) fn event(self, kind: &'static str) -> Event<'p> {
        Event {
            kind,
            feature: Some(self.feature),
            project: Some(self.project),
            environment: Some(self.environment),
            ..Event::default()
        }
    }
}
