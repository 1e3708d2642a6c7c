//! Whether a change of a segment lets more or fewer users in, where that is certain.

use serde_json::{Map, Value as Json};

use super::signs::signs;
use crate::desired::Canonical;
use crate::plan::Effect;

/// What turning `before` into `after` does to the audience; none where it is not proven.
///
/// Proven is a change of the values of one set alone: a larger set lets more in, and fewer where it
/// stands under an odd number of `not`. Who is in a share of the population is the server's choice.
pub(crate) fn effect(before: &Canonical, after: &Canonical) -> Option<Effect> {
    let (before, after) = (before.document(), after.document());
    if before.get("allocation") != after.get("allocation") {
        return None;
    }
    let [before, after] = [before, after].map(|it| it.get("targeting"));
    let (before, after) = (before?, after?);
    if before.get("expression") != after.get("expression") {
        return None;
    }
    let [old, new] = [before, after].map(|it| it.get("criteria").and_then(Json::as_object));
    let (old, new) = (old?, new?);
    if old.len() != new.len() {
        return None;
    }
    let mut changed = old.iter().filter(|(name, it)| new.get(*name) != Some(*it));
    let (name, old) = changed.next()?;
    if changed.next().is_some() {
        return None;
    }
    let (old, new) = (values(old)?, values(new.get(name)?)?);
    let within = |these: &[Json], those: &[Json]| these.iter().all(|it| those.contains(it));
    let grows = match (within(&old, &new), within(&new, &old)) {
        (true, true) => return None,
        (true, false) => true,
        (false, true) => false,
        (false, false) => return Some(Effect::Replaces),
    };
    let mut excluded = vec![];
    signs(after.get("expression")?, name, false, &mut excluded);
    // Under both kinds, it could go either way; used nowhere, it changes nothing.
    let first = *excluded.first().filter(|first| excluded.iter().all(|it| it == *first))?;
    Some(if grows == first { Effect::Narrows } else { Effect::Widens })
}

/// The values of a criterion that is a set and nothing else.
fn values(criterion: &Json) -> Option<Vec<Json>> {
    let attribute: &Map<String, Json> = criterion.get("attribute")?.as_object()?;
    attribute.get("setRule")?.get("values")?.as_array().cloned()
}
