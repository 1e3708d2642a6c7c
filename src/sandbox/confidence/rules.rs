//! Rules of a flag, in the order in which they are tried.

use serde_json::{Map, Value, json};

use super::super::exchange::Reply;
use super::super::shelf::Shelf;
use super::flags::{self, Flag};
use super::messages::RULE;
use super::refusal::Refusal;
use super::{Call, Outcome, id_of, ids, mask, pages};

type Rule = Map<String, Value>;

pub(super) fn route(call: &Call<'_>, flag: &str, path: &[&str]) -> Outcome {
    match (call.asked.method, path) {
        ("GET", []) => list(call, flag),
        ("POST", []) => create(call, flag),
        ("GET", [id]) => call.world.store.read(|tx| {
            let flag_now = flags::find(Shelf(tx), flag)?;
            let rule = of(&flag_now).into_iter().find(|rule| is_named(rule, flag, id));
            let rule = rule.ok_or_else(|| missing(flag, id))?;
            Ok(Reply::json(200, &rule.into()))
        }),
        ("PATCH", [id]) => update(call, flag, id),
        ("DELETE", [id]) => delete(call, flag, id),
        _ => call.nowhere(),
    }
}

/// In the order in which they are tried.
fn list(call: &Call<'_>, flag: &str) -> Outcome {
    call.world.store.read(|tx| {
        let rules = of(&flags::find(Shelf(tx), flag)?).into_iter().enumerate();
        let entries = rules.map(|(at, rule)| (format!("{at:08}"), Value::from(rule))).collect();
        pages::page(call.asked, call.world.options.page_size, "rules", entries, Ok)
    })
}

/// Inferred: a new rule is tried last.
fn create(call: &Call<'_>, flag: &str) -> Outcome {
    let sent = call.body(&RULE)?;
    change(call, flag, |shelf, rules, variants| {
        let rule = made(call, shelf, flag, sent, variants)?;
        rules.push(rule.clone());
        Ok(rule)
    })
}

fn update(call: &Call<'_>, flag: &str, id: &str) -> Outcome {
    let mut sent = call.body(&RULE)?;
    call.forget_unknown(&mut sent);
    sent.insert("name".to_owned(), name(flag, id).into());
    let paths = mask::paths(call.asked);
    change(call, flag, |shelf, rules, variants| {
        let rule = rules.iter_mut().find(|rule| is_named(rule, flag, id));
        let rule = rule.ok_or_else(|| missing(flag, id))?;
        mask::apply(&RULE, rule, &sent, &paths);
        call.stamp(rule);
        check(shelf, rule, variants)?;
        Ok(rule.clone())
    })
}

fn delete(call: &Call<'_>, flag: &str, id: &str) -> Outcome {
    change(call, flag, |_, rules, _| {
        let before = rules.len();
        rules.retain(|rule| !is_named(rule, flag, id));
        if rules.len() == before { Err(missing(flag, id)) } else { Ok(Map::new()) }
    })
}

/// Changes the rules of a flag and answers with what `work` gives.
fn change(
    call: &Call<'_>,
    id: &str,
    work: impl FnOnce(Shelf<'_>, &mut Vec<Rule>, &Value) -> Result<Rule, Refusal>,
) -> Outcome {
    call.may_write()?;
    call.world.store.write(|tx| {
        let shelf = Shelf(tx);
        let mut flag = flags::find(shelf, id)?;
        flags::check_is_active(&flag)?;
        let mut rules = of(&flag);
        let answer = work(shelf, &mut rules, flag.get("variants").unwrap_or(&Value::Null))?;
        flag.insert("rules".to_owned(), rules.into_iter().map(Value::from).collect());
        call.stamp(&mut flag);
        flags::save(shelf, id, flag)?;
        Ok(Reply::json(200, &answer.into()))
    })
}

/// The rules of a flag after all of them were sent anew: in the order sent, those of a known name
/// with what only the server writes, those without a name made.
pub(super) fn replaced(
    call: &Call<'_>,
    shelf: Shelf<'_>,
    flag: &Flag,
    sent: &Value,
) -> Result<Value, Refusal> {
    let before = of(flag);
    let variants = flag.get("variants").unwrap_or(&Value::Null);
    let flag_id = flag["name"].as_str().and_then(|name| id_of("flags", name)).unwrap_or_default();
    let mut after = vec![];
    for sent in sent.as_array().into_iter().flatten().filter_map(Value::as_object) {
        let Some(name) = sent.get("name") else {
            after.push(made(call, shelf, flag_id, sent.clone(), variants)?.into());
            continue;
        };
        let known = before.iter().find(|rule| rule.get("name") == Some(name));
        let Some(known) = known else {
            return Err(Refusal::not_found(name.as_str().unwrap_or_default()));
        };
        let (mut rule, mut sent) = (known.clone(), sent.clone());
        call.forget_unknown(&mut sent);
        mask::apply(&RULE, &mut rule, &sent, &[]);
        if rule != *known {
            call.stamp(&mut rule);
        }
        check(shelf, &rule, variants)?;
        after.push(Value::from(rule));
    }
    Ok(after.into())
}

/// A new rule, under a name that the server makes up.
fn made(
    call: &Call<'_>,
    shelf: Shelf<'_>,
    flag: &str,
    mut rule: Rule,
    variants: &Value,
) -> Result<Rule, Refusal> {
    call.forget_unknown(&mut rule);
    rule.insert("name".to_owned(), name(flag, &ids::make_up(shelf)?).into());
    call.stamp(&mut rule);
    rule.insert("usageMetadata".to_owned(), json!({}));
    check(shelf, &rule, variants)?;
    Ok(rule)
}

/// Refuses a rule whose segment or variants are not there, or that assigns nothing.
fn check(shelf: Shelf<'_>, rule: &Rule, variants: &Value) -> Result<(), Refusal> {
    let text = |name: &str| rule.get(name).and_then(Value::as_str).unwrap_or_default();
    let segment = text("segment");
    let Some(id) = id_of("segments", segment) else {
        return Err(Refusal::invalid(format!("segment is required, got '{segment}'")));
    };
    match shelf.get("segment", id)? {
        None => return Err(Refusal::not_found(segment)),
        // Inferred: one that is archived is as good as gone. One that is not allocated is taken.
        Some(found) if found["state"] == "ARCHIVED" => {
            return Err(Refusal::precondition(format!("{segment} is archived")));
        }
        Some(_) => {}
    }
    let Some(spec) = rule.get("assignmentSpec") else {
        return Err(Refusal::invalid("assignmentSpec is required"));
    };
    let known: Vec<&Value> =
        variants.as_array().into_iter().flatten().map(|it| &it["name"]).collect();
    for assignment in spec["assignments"].as_array().into_iter().flatten() {
        let variant = &assignment["variant"]["variant"];
        if variant.is_string() && !known.contains(&variant) {
            return Err(Refusal::not_found(variant.as_str().unwrap_or_default()));
        }
    }
    Ok(())
}

/// The name of some rule that has a segment, whatever the state of its flag.
pub(super) fn first_with(shelf: Shelf<'_>, segment: &str) -> rusqlite::Result<Option<String>> {
    let segment = format!("segments/{segment}");
    let flags = shelf.all("flag")?.into_iter();
    let rules = flags.flat_map(|(_, flag)| flag.as_object().map(of).unwrap_or_default());
    let mut names = rules.filter(|rule| rule.get("segment") == Some(&json!(segment)));
    Ok(names.next().and_then(|rule| Some(rule.get("name")?.as_str()?.to_owned())))
}

fn of(flag: &Flag) -> Vec<Rule> {
    let rules = flag.get("rules").and_then(Value::as_array);
    rules.into_iter().flatten().filter_map(|rule| rule.as_object().cloned()).collect()
}

fn name(flag: &str, id: &str) -> String {
    format!("flags/{flag}/rules/{id}")
}

fn is_named(rule: &Rule, flag: &str, id: &str) -> bool {
    rule.get("name") == Some(&json!(name(flag, id)))
}

fn missing(flag: &str, id: &str) -> Refusal {
    Refusal::no_relation(&name(flag, id))
}
