//! Selectors of documents by their labels, for `-l` and for policies.

use std::collections::BTreeMap;

/// One condition on labels.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    Is(String, String),
    IsNot(String, String),
    Has(String),
    HasNot(String),
}

/// Conditions on labels, all of which hold.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    conditions: Vec<Condition>,
}

impl Selector {
    /// Reads `team=growth,env!=test,owner,!legacy`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let conditions: Result<_, _> = text.split(',').map(|it| condition(it.trim())).collect();
        Ok(Self { conditions: conditions? })
    }

    /// Whether `labels` fit all conditions.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.conditions.iter().all(|condition| match condition {
            Condition::Is(key, value) => labels.get(key) == Some(value),
            Condition::IsNot(key, value) => labels.get(key) != Some(value),
            Condition::Has(key) => labels.contains_key(key),
            Condition::HasNot(key) => !labels.contains_key(key),
        })
    }
}

fn condition(text: &str) -> Result<Condition, String> {
    let own = |text: &str| text.trim().to_owned();
    let condition = if let Some((key, value)) = text.split_once("!=") {
        Condition::IsNot(own(key), own(value))
    } else if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        Condition::Is(own(key), own(value))
    } else if let Some(key) = text.strip_prefix('!') {
        Condition::HasNot(own(key))
    } else {
        Condition::Has(own(text))
    };
    let (Condition::Is(key, _)
    | Condition::IsNot(key, _)
    | Condition::Has(key)
    | Condition::HasNot(key)) = &condition;
    if key.is_empty() {
        return Err(format!("`{text}` names no label"));
    }
    // As the words of other selectors are, such as `team in (growth, core)`.
    if key.contains(|it: char| it.is_whitespace() || "()!<>".contains(it)) {
        return Err(format!(
            "`{key}` is no name of a label; write `team=growth`, or `a,b` for both"
        ));
    }
    Ok(condition)
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Selector};

    #[test]
    fn all_conditions_hold() {
        let labels = BTreeMap::from([("team".to_owned(), "growth".to_owned())]);
        let fits = |text: &str| Selector::parse(text).unwrap().matches(&labels);
        assert!(fits("team=growth") && fits("team==growth, !legacy") && fits("team,env!=test"));
        assert!(!fits("team=core") && !fits("team!=growth") && !fits("!team") && !fits("team,env"));
        for wrong in ["a b", "team in (growth)", "team=growth core=x, a b", "!a b", "(a)", "a > 1"]
        {
            assert!(Selector::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Selector::parse("team=a b").is_ok());
        assert!(Selector::parse("team=growth,").is_err() && Selector::parse("=x").is_err());
    }
}
