//! What must be so after a step.

use super::witness::{Sight, id_of_segment, names_on};
use segctl::plan::{Cause, Plan};
use serde_json::Value;

/// Something that must be so. Segments go by the names that they have on the server.
#[derive(Debug)]
pub(super) enum Fact {
    /// There is one segment of that name, with these fields among others. In a description, the
    /// mark is left out.
    Segment(&'static str, Value),
    /// There is no segment of that name.
    Gone(&'static str),
    /// The segment that had the first name has the second one now, and still its id.
    Renamed(&'static str, &'static str),
    /// The strategy of that title has these segments, named in order.
    Rule(&'static str, &'static [&'static str]),
    /// Every step of the plan had that cause; `none` where nothing tells.
    Cause(&'static str),
    /// The plan found these orphans.
    Orphans(&'static [&'static str]),
    /// The default strategy has the one segment of each of these names.
    Default(&'static [&'static str]),
    /// So many documents equal a foreign object.
    Foreign(usize),
}

/// Whether it is so; `plan` is what was planned.
pub(super) fn check(fact: &Fact, before: &Sight, after: &Sight, plan: &Plan) -> Result<(), String> {
    let expect = |holds: bool, seen: String| {
        if holds { Ok(()) } else { Err(format!("{fact:?} does not hold: {seen}")) }
    };
    match fact {
        Fact::Segment(name, fields) => {
            let named: Vec<&Value> = segments(after, name).collect();
            let holds = named.len() == 1 && has(named[0], fields);
            expect(holds, format!("{named:?}"))
        }
        Fact::Gone(name) => {
            let named: Vec<&Value> = segments(after, name).collect();
            expect(named.is_empty(), format!("{named:?}"))
        }
        Fact::Renamed(from, to) => {
            let then = id_of_segment(&before.segments, from)?;
            let now = id_of_segment(&after.segments, to)?;
            expect(then == now, format!("{then} and {now}"))
        }
        Fact::Rule(title, names) => {
            let seen = names_on(after, title)?;
            expect(seen == *names, format!("{seen:?}"))
        }
        Fact::Cause(cause) => {
            let seen: Vec<_> =
                plan.steps.iter().map(|it| it.cause.map_or("none", Cause::name)).collect();
            let holds = !seen.is_empty() && seen.iter().all(|it| it == cause);
            expect(holds, format!("{seen:?}"))
        }
        Fact::Orphans(names) => {
            let seen: Vec<&str> = plan.orphans.iter().map(|it| it.name.as_str()).collect();
            expect(seen == *names, format!("{seen:?}"))
        }
        Fact::Default(names) => {
            let ids: Result<Vec<u64>, String> =
                names.iter().map(|name| id_of_segment(&after.segments, name)).collect();
            let seen = &after.default_segments;
            expect(*seen == Value::from(ids?), format!("{seen} of {:?}", after.segments))
        }
        Fact::Foreign(count) => expect(plan.foreign.len() == *count, format!("{:?}", plan.foreign)),
    }
}

fn segments<'a>(sight: &'a Sight, name: &'a str) -> impl Iterator<Item = &'a Value> {
    sight.segments.iter().filter(move |it| it["name"] == name)
}

fn has(segment: &Value, fields: &Value) -> bool {
    let mut wanted = fields.as_object().into_iter().flatten();
    wanted.all(|(field, value)| {
        if field == "description" {
            above_the_mark(segment) == value.as_str()
        } else {
            segment[field] == *value
        }
    })
}

/// The description of a managed segment, read as its mark is documented: one blank line, then one
/// line.
fn above_the_mark(segment: &Value) -> Option<&str> {
    let description = segment["description"].as_str()?;
    let (above, mark) = description.rsplit_once('\n').unwrap_or(("", description));
    mark.starts_with("Managed by segctl: acme/").then_some(())?;
    if above.is_empty() { Some(above) } else { above.strip_suffix('\n') }
}
