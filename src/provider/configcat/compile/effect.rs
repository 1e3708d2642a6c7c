//! Whether a change of a segment lets more or fewer users in, where that is certain.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use semver::{BuildMetadata, Version};
use serde_json::Value as Json;

use super::super::comparator::{Takes, of_name, takes};
use super::super::number;
use crate::desired::Canonical;
use crate::document::Comparator;
use crate::plan::Effect;

/// What turning `before` into `after` does to the audience; none where it is not proven.
pub(crate) fn effect(before: &Canonical, after: &Canonical) -> Option<Effect> {
    let text = |of: &Canonical, name: &str| {
        of.document().get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    let same = |name: &str| text(before, name) == text(after, name);
    let comparator = of_name(&text(before, "comparator"))?;
    if !same("comparisonAttribute") || !same("comparator") {
        return None;
    }
    match takes(comparator) {
        Takes::Texts => return of_lists(comparator, &list(before), &list(after)),
        // One that is no version makes the whole list match nobody, so to take it off lets people in.
        Takes::Versions => return of_lists(comparator, &versions(before)?, &versions(after)?),
        _ => {}
    }
    let (old, new) = (text(before, "comparisonValue"), text(after, "comparisonValue"));
    if old == new { None } else { of_values(comparator, &old, &new) }
}

fn list(document: &Canonical) -> BTreeSet<String> {
    let items = document.document().get("comparisonValues").and_then(Json::as_array);
    items.into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// The versions of a list; none where one of them is no version. Build metadata counts for nothing.
fn versions(document: &Canonical) -> Option<BTreeSet<Version>> {
    let parsed = list(document).into_iter().map(|text| Version::parse(&text).ok());
    parsed.map(|it| Some(Version { build: BuildMetadata::EMPTY, ..it? })).collect()
}

fn of_lists<T: Ord>(
    comparator: Comparator,
    before: &BTreeSet<T>,
    after: &BTreeSet<T>,
) -> Option<Effect> {
    let excludes = matches!(
        comparator,
        Comparator::IsNotOneOf | Comparator::SensitiveIsNotOneOf | Comparator::SemVerIsNotOneOf
    );
    match (before.is_subset(after), after.is_subset(before)) {
        (true, true) => None,
        (true, false) => Some(either(!excludes)),
        (false, true) => Some(either(excludes)),
        (false, false) => Some(Effect::Replaces),
    }
}

fn either(widens: bool) -> Effect {
    if widens { Effect::Widens } else { Effect::Narrows }
}

fn of_values(comparator: Comparator, before: &str, after: &str) -> Option<Effect> {
    use Comparator as C;
    let moved = match takes(comparator) {
        Takes::Number => number::parse(before)?.partial_cmp(&number::parse(after)?)?,
        // Build metadata counts for nothing.
        Takes::Version => Version::parse(before).ok()?.cmp_precedence(&Version::parse(after).ok()?),
        _ => {
            let narrower = after.contains(before);
            let is_negative = comparator == C::DoesNotContain;
            return match (narrower, before.contains(after)) {
                (false, false) => Some(Effect::Replaces),
                (narrower, _) => Some(either(narrower == is_negative)),
            };
        }
    };
    let widens_upward = match comparator {
        C::NumberLess | C::NumberLessOrEquals | C::SemVerLess | C::SemVerLessOrEquals => true,
        C::NumberGreater
        | C::NumberGreaterOrEquals
        | C::SemVerGreater
        | C::SemVerGreaterOrEquals => false,
        _ => return Some(Effect::Replaces),
    };
    match moved {
        Ordering::Equal => None,
        Ordering::Less => Some(either(widens_upward)),
        Ordering::Greater => Some(either(!widens_upward)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::super::super::FIELDS;
    use super::super::meaning;
    use super::*;

    fn document(comparator: &str, text: &str) -> Canonical {
        let (value, values) = meaning(comparator, text);
        let fields = json!({
            "name": "n", "comparisonAttribute": "Email", "comparator": comparator,
            "comparisonValue": value, "comparisonValues": values,
        });
        Canonical::new(FIELDS, fields.as_object().cloned().unwrap_or_else(Map::new))
    }

    #[test]
    fn what_is_proven_is_said() {
        use Effect::{Narrows, Replaces, Widens};
        for (comparator, before, after, expected) in [
            ("isOneOf", "a,b", "b, a,,a", None),
            ("isOneOf", "a", "a,b", Some(Widens)),
            ("sensitiveIsOneOf", "a,b", "a", Some(Narrows)),
            ("isNotOneOf", "a", "a,b", Some(Narrows)),
            ("semVerIsNotOneOf", "1.0.0,2.0.0", "1.0.0", Some(Widens)),
            ("isOneOf", "a", "b", Some(Replaces)),
            ("contains", "@a", "@a.example", Some(Narrows)),
            ("doesNotContain", "@a", "@a.example", Some(Widens)),
            ("contains", "a.example", "a", Some(Widens)),
            ("contains", "a", "b", Some(Replaces)),
            ("numberLess", "5", "6", Some(Widens)),
            ("numberGreaterOrEquals", "5", "6", Some(Narrows)),
            ("numberEquals", "5", "6", Some(Replaces)),
            ("numberEquals", "5.0", "5", None),
            ("semVerGreater", "1.0.0", "1.0.0-rc", Some(Widens)),
            ("semVerLess", "1.0.0+a", "1.0.0+b", None),
            ("semVerLess", "junk", "1.0.0", None),
            ("semVerIsOneOf", "1.0.0,2.0.0", "1.0.0", Some(Narrows)),
            ("semVerIsOneOf", "1.0.0+a", "1.0.0+b", None),
            // No version in a list of versions: nobody is in, whoever is on the list.
            ("semVerIsOneOf", "1.0.0,2.0.0,junk", "1.0.0,2.0.0", None),
            ("semVerIsOneOf", "1.0.0", "1.0.0,v2.0.0", None),
            ("semVerIsNotOneOf", "1.0.0,1.2", "1.0.0", None),
        ] {
            let found = effect(&document(comparator, before), &document(comparator, after));
            assert_eq!(found, expected, "{comparator} {before} -> {after}");
        }
        let one = document("isOneOf", "a");
        assert_eq!(effect(&one, &document("isNotOneOf", "a")), None);
    }
}
