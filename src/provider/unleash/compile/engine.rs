//! The check by Unleash's own engine, which the Ruby, Python, Java and .NET SDKs run.
//!
//! The server stores constraints that the engine cannot compile. The SDKs then turn every flag that
//! uses the segment off, together with its other strategies, and no application hears of it.
//!
//! Compiling thousands of values takes longer than all else that is checked, and most of them cannot
//! matter: the engine puts each between quotes, where only a quote and a backslash mean anything. So
//! in a segment without these, one value stands for a list, and segments that differ in their values
//! only are compiled once. A property test holds the verdict to that on the whole segment.

use std::collections::{BTreeSet, HashMap};
use std::slice;
use std::sync::{Mutex, PoisonError};

use unleash_types::client_features::{Constraint, Operator, Segment, Strategy};
use unleash_yggdrasil::strategy_parsing::compile_rule;
use unleash_yggdrasil::strategy_upgrade::upgrade;

use super::constraint;
use crate::desired::Canonical;
use crate::diagnostic::{Code, Diagnostic};
use crate::document;
use crate::workspace::SegmentDocument;

/// Says which constraints of the segment the engine cannot compile.
pub(super) fn check(document: &SegmentDocument, block: &str, found: &mut Vec<Diagnostic>) {
    let Some(segment) = &document.document.spec.unleash else {
        return;
    };
    let constraints = in_short(&segment.constraints);
    if is_known(&constraints) {
        return;
    }
    if compiles(&constraints) {
        remember(&mut KNOWN.lock().unwrap_or_else(PoisonError::into_inner), constraints);
        return;
    }
    // Compiled one by one only now, to find the place.
    let before = found.len();
    for (at, constraint) in constraints.iter().enumerate() {
        if !compiles(slice::from_ref(constraint)) {
            let span = document.span_at(&format!("{block}/constraints/{at}"));
            found.push(cannot_compile().at(span, "every flag that uses this would be off"));
        }
    }
    if found.len() == before {
        let span = document.span_at(&format!("{block}/constraints"));
        found.push(cannot_compile().at(span, "every flag that uses these would be off"));
    }
}

/// Whether the engine compiles the constraints of a stored segment. Where it does not, nobody is in.
pub(super) fn can_read(segment: &Canonical) -> bool {
    let constraints = segment.document().get("constraints").cloned();
    let constraints = constraints.map(serde_json::from_value::<Vec<document::Constraint>>);
    constraints.is_some_and(|it| it.is_ok_and(|it| compiles(&in_short(&it))))
}

/// What was found to compile, in short.
static KNOWN: Mutex<BTreeSet<Vec<Constraint>>> = Mutex::new(BTreeSet::new());

/// How many are remembered: far more than a server takes, and little memory for a long watch.
const KNOWN_AT_MOST: usize = 5_000;

fn remember(known: &mut BTreeSet<Vec<Constraint>>, constraints: Vec<Constraint>) {
    if known.len() >= KNOWN_AT_MOST {
        known.clear();
    }
    known.insert(constraints);
}

fn is_known(constraints: &Vec<Constraint>) -> bool {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).contains(constraints)
}

fn cannot_compile() -> Diagnostic {
    Diagnostic::new(
        Code::EngineCannotCompile,
        "Unleash would store this, and its SDKs could not compile it",
    )
    .help("known causes: a backslash at the end of a value, a quote in `contextName`")
}

/// Whether a flag with a segment of these constraints compiles.
fn compiles(constraints: &[Constraint]) -> bool {
    let id = 1;
    let segment = Segment { id, constraints: constraints.to_vec() };
    let strategy = Strategy {
        name: "default".to_owned(),
        sort_order: None,
        segments: Some(vec![id]),
        constraints: None,
        parameters: None,
        variants: None,
    };
    upgrade(&[strategy], &HashMap::from([(id, segment)]))
        .is_ok_and(|rule| compile_rule(&rule).is_ok())
}

/// The constraints as the engine reads them, as short as they compile just as well or badly.
fn in_short(constraints: &[document::Constraint]) -> Vec<Constraint> {
    // A quote that is none of the engine's own would end a text somewhere else, and then whatever
    // follows counts, in other constraints too.
    let plain = constraints.iter().all(is_plain);
    let values = |constraint: &document::Constraint| match constraint.values.as_deref() {
        None | Some([]) => vec![],
        Some(_) if plain => vec!["any".to_owned()],
        Some(values) => values.to_vec(),
    };
    constraints.iter().map(|it| to_engine(it, values(it))).collect()
}

/// Whether every text of a constraint stays what it is between quotes.
fn is_plain(constraint: &document::Constraint) -> bool {
    let single = constraint.value.iter().chain([&constraint.context_name]);
    let mut texts = constraint.values.iter().flatten().chain(single);
    texts.all(|text| !text.contains(['"', '\\']))
}

fn to_engine(constraint: &document::Constraint, values: Vec<String>) -> Constraint {
    let operator = constraint::name(constraint.operator);
    Constraint {
        context_name: constraint.context_name.clone(),
        operator: serde_json::from_value(operator.into())
            .unwrap_or_else(|_| Operator::Unknown(operator.to_owned())),
        case_insensitive: constraint.case_insensitive,
        inverted: constraint.inverted,
        values: Some(values),
        value: constraint.value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use proptest::prelude::*;

    use super::{
        BTreeSet, Constraint, KNOWN_AT_MOST, compiles, document, in_short, remember, to_engine,
    };

    /// Texts of what the engine's language is made of, so that many run into each other.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[a-z]",
            1 => prop::sample::select(vec![
                "\"", "\\", "\\\"", "]", "[", ", ", "\", \"", "\"] and user_id in [\"", " and ",
                " or true", "(", ")", "\n", " ", "é", "0", "v1", "context[", "not_in",
            ]).prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
    }

    fn plain() -> impl Strategy<Value = String> {
        "[^\"\\\\]{0,6}"
    }

    const BUILT_IN: &[&str] = &["userId", "sessionId", "currentTime", "environment", "appName"];
    const SINGLE: &[&str] =
        &["5", "-1.5", "1e3", ".5", "1.2.3", "v1.2.3", "2024-01-31T10:00:00Z", "2024"];

    fn field(texts: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
        prop_oneof![prop::sample::select(BUILT_IN).prop_map(str::to_owned), texts]
    }

    /// What an operator compares with, right and wrong.
    fn value(texts: impl Strategy<Value = String>) -> impl Strategy<Value = Option<String>> {
        prop::option::of(prop_oneof![prop::sample::select(SINGLE).prop_map(str::to_owned), texts])
    }

    prop_compose! {
        fn constraint(texts: BoxedStrategy<String>)(
            context_name in field(texts.clone()),
            operator in prop::sample::select(&OPERATORS[..]),
            inverted in any::<bool>(),
            case_insensitive in any::<bool>(),
            values in prop::option::of(prop::collection::vec(texts.clone(), 0..4)),
            value in value(texts),
        ) -> document::Constraint {
            document::Constraint {
                context_name, operator, inverted, case_insensitive, values, values_from: None, value,
            }
        }
    }

    const OPERATORS: [document::Operator; 9] = {
        use document::Operator as O;
        [
            O::In,
            O::NotIn,
            O::StrEndsWith,
            O::StrContains,
            O::NumEq,
            O::NumLte,
            O::DateAfter,
            O::SemverGt,
            O::Regex,
        ]
    };

    fn whole(constraints: &[document::Constraint]) -> Vec<Constraint> {
        let values = |it: &document::Constraint| it.values.clone().unwrap_or_default();
        constraints.iter().map(|it| to_engine(it, values(it))).collect()
    }

    fn segment() -> impl Strategy<Value = Vec<document::Constraint>> {
        prop_oneof![
            prop::collection::vec(constraint(text().boxed()), 1..4),
            prop::collection::vec(constraint(plain().boxed()), 1..4),
        ]
    }

    #[test]
    fn what_is_remembered_stays_bounded() {
        let constraint = |number: usize| {
            let value = serde_json::json!({
                "contextName": number.to_string(), "operator": "IN", "values": ["a"],
            });
            serde_json::from_value::<Constraint>(value).expect("a constraint")
        };
        let mut known = BTreeSet::new();
        for number in 0..=KNOWN_AT_MOST {
            remember(&mut known, vec![constraint(number)]);
            assert!(known.len() <= KNOWN_AT_MOST);
        }
        assert!(known.contains(&vec![constraint(KNOWN_AT_MOST)]), "the newest is there");
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 2_000, failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn a_segment_in_short_compiles_as_the_whole_one_does(constraints in segment()) {
            let (short, whole) = (in_short(&constraints), whole(&constraints));
            prop_assert_eq!(compiles(&short), compiles(&whole));
            for (short, whole) in short.iter().zip(&whole) {
                prop_assert_eq!(
                    compiles(slice::from_ref(short)),
                    compiles(slice::from_ref(whole))
                );
            }
        }
    }
}
