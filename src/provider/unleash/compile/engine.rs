//! The check by Unleash's own engine, which the Ruby, Python, Java and .NET SDKs run.
//!
//! The server stores constraints that the engine cannot compile. The SDKs then turn every flag that
//! uses the segment off, together with its other strategies, and no application hears of it.

use std::collections::HashMap;

use unleash_types::client_features::{Constraint, Operator, Segment, Strategy};
use unleash_yggdrasil::strategy_parsing::compile_rule;
use unleash_yggdrasil::strategy_upgrade::upgrade;

use super::constraint;
use crate::diagnostic::{Code, Diagnostic};
use crate::document;
use crate::workspace::SegmentDocument;

/// Says which constraints of the segment the engine cannot compile.
pub(super) fn check(document: &SegmentDocument, block: &str, found: &mut Vec<Diagnostic>) {
    let Some(segment) = &document.document.spec.unleash else {
        return;
    };
    let constraints: Vec<Constraint> = segment.constraints.iter().map(to_engine).collect();
    if compiles(&constraints) {
        return;
    }
    // Compiled one by one only now, to find the place.
    let before = found.len();
    for (at, constraint) in constraints.iter().enumerate() {
        if !compiles(std::slice::from_ref(constraint)) {
            let span = document.span_at(&format!("{block}/constraints/{at}"));
            found.push(cannot_compile().at(span, "every flag that uses this would be off"));
        }
    }
    if found.len() == before {
        let span = document.span_at(&format!("{block}/constraints"));
        found.push(cannot_compile().at(span, "every flag that uses these would be off"));
    }
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

fn to_engine(constraint: &document::Constraint) -> Constraint {
    let operator = constraint::name(constraint.operator);
    Constraint {
        context_name: constraint.context_name.clone(),
        operator: serde_json::from_value(operator.into())
            .unwrap_or_else(|_| Operator::Unknown(operator.to_owned())),
        case_insensitive: constraint.case_insensitive,
        inverted: constraint.inverted,
        values: Some(constraint.values.clone().unwrap_or_default()),
        value: constraint.value.clone(),
    }
}
