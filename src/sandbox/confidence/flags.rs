//! Flags with their rules in them. The list of rules can be replaced as a whole, which is the only
//! way to put them into another order.

use serde_json::{Map, Value};

use super::super::exchange::Reply;
use super::super::shelf::Shelf;
use super::messages::FLAG;
use super::refusal::{Code, Refusal};
use super::{Call, Outcome, id_and_verb, mask, pages, rules};

pub(super) type Flag = Map<String, Value>;

pub(super) fn route(call: &Call<'_>, path: &[&str]) -> Outcome {
    match (call.asked.method, path) {
        ("GET", []) => list(call),
        ("GET", [id]) => {
            let flag = call.world.store.read(|tx| find(Shelf(tx), id))?;
            Ok(Reply::json(200, &flag.into()))
        }
        ("PATCH", [id]) => update(call, id),
        ("POST", [part]) => match id_and_verb(part) {
            (id, Some("archive")) => archive(call, id),
            _ => call.nowhere(),
        },
        _ => call.nowhere(),
    }
}

/// By the time of the last change, so that a flag that is changed between two pages comes again.
fn list(call: &Call<'_>) -> Outcome {
    if call.asked.parameter("filter").is_some_and(|it| !it.is_empty()) {
        return Err(Refusal::new(Code::Unimplemented, "the sandbox has no filters"));
    }
    call.world.store.read(|tx| {
        let all = Shelf(tx).all("flag")?.into_iter();
        let by_time = |(id, flag): (String, Value)| {
            (format!("{} {id}", flag["updateTime"].as_str().unwrap_or_default()), flag)
        };
        let entries = all.map(by_time).collect();
        pages::page(call.asked, call.world.options.page_size, "flags", entries, Ok)
    })
}

fn update(call: &Call<'_>, id: &str) -> Outcome {
    call.may_write()?;
    let mut sent = call.body(&FLAG)?;
    let paths = mask::paths(call.asked);
    call.world.store.write(|tx| {
        let shelf = Shelf(tx);
        let mut flag = find(shelf, id)?;
        check_is_active(&flag)?;
        if paths.is_empty() || paths.iter().any(|path| path == "rules") {
            let rules = sent.remove("rules").unwrap_or_default();
            let rules = rules::replaced(call, shelf, &flag, &rules)?;
            sent.insert("rules".to_owned(), rules);
        }
        mask::apply(&FLAG, &mut flag, &sent, &paths);
        call.stamp(&mut flag);
        save(shelf, id, flag)
    })
}

fn archive(call: &Call<'_>, id: &str) -> Outcome {
    call.may_write()?;
    call.world.store.write(|tx| {
        let mut flag = find(Shelf(tx), id)?;
        flag.insert("state".to_owned(), "ARCHIVED".into());
        call.stamp(&mut flag);
        save(Shelf(tx), id, flag)
    })
}

/// A flag that is there; one that is not is refused as if it were somebody else's.
pub(super) fn find(shelf: Shelf<'_>, id: &str) -> Result<Flag, Refusal> {
    match shelf.get("flag", id)? {
        Some(Value::Object(flag)) => Ok(flag),
        _ => Err(Refusal::no_relation(&format!("flags/{id}"))),
    }
}

/// Refuses any change of an archived flag, in the words of the real server.
pub(super) fn check_is_active(flag: &Flag) -> Result<(), Refusal> {
    if flag["state"] == "ARCHIVED" {
        return Err(Refusal::precondition("Cannot update an archived flag"));
    }
    Ok(())
}

/// Stores a flag, without a list of rules where there are none.
pub(super) fn save(shelf: Shelf<'_>, id: &str, mut flag: Flag) -> Outcome {
    if flag.get("rules").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        flag.remove("rules");
    }
    let flag = Value::from(flag);
    shelf.put("flag", id, &flag)?;
    Ok(Reply::json(200, &flag))
}
