//! The bodies of the API of FeatureSignals, version `v1`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Page<T> {
    pub(super) data: Vec<T>,
    pub(super) total: usize,
}

/// The answer to `POST /v1/auth/login`.
#[derive(Deserialize)]
pub(super) struct LoggedIn {
    pub(super) tokens: Tokens,
}

/// A pair of tokens: all that is looked at in the answer to `POST /v1/auth/refresh`. It is not
/// printed by anything.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) access_token: String,
    pub(super) refresh_token: String,
    /// Seconds since 1970.
    pub(super) expires_at: i64,
}

/// One project.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Project {
    pub(super) id: String,
    pub(super) slug: String,
}

/// One environment of a project.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Environment {
    pub(super) id: String,
    pub(super) slug: String,
}

/// One segment.
#[derive(Debug, Deserialize)]
pub(super) struct Segment {
    pub(super) key: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: String,
    pub(super) match_type: String,
    /// Null where somebody stored it so.
    pub(super) rules: Option<Vec<Map<String, Json>>>,
    /// In the answer to an update it is the time of the write before.
    pub(super) updated_at: String,
}

/// The answer to a read of one segment: wrapped since May 2026, plain before.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneSegment {
    Wrapped { segment: Segment },
    Plain(Segment),
}

impl OneSegment {
    pub(super) fn segment(self) -> Segment {
        match self {
            Self::Wrapped { segment } | Self::Plain(segment) => segment,
        }
    }
}

/// The body of `POST` and `PUT` of a segment. An unknown field is refused, and in a `PUT` the key is
/// one.
#[derive(Debug, Serialize)]
pub(super) struct SegmentBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<&'a str>,
    pub(super) name: &'a str,
    pub(super) description: String,
    pub(super) match_type: &'a str,
    pub(super) rules: Vec<&'a Map<String, Json>>,
}

/// One flag, without its rules.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Flag {
    pub(super) key: String,
    #[serde(default)]
    pub(super) status: String,
}

impl Flag {
    pub(super) fn is_archived(&self) -> bool {
        self.status == "archived"
    }
}

/// The state of a flag in one environment.
#[derive(Debug, Deserialize)]
pub(super) struct State {
    /// Empty where there is no state, or no such environment.
    pub(super) id: String,
    pub(super) rules: Option<Vec<Rule>>,
    pub(super) updated_at: String,
}

/// A rule as it is written, field by field: what segctl does not change must go back as it came, to
/// the last digit.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(super) struct Rule(BTreeMap<String, Box<RawValue>>);

impl Rule {
    fn read<T: for<'d> Deserialize<'d>>(&self, field: &str) -> Option<T> {
        serde_json::from_str(self.0.get(field)?.get()).ok()
    }

    pub(super) fn id(&self) -> String {
        self.read("id").unwrap_or_default()
    }

    pub(super) fn description(&self) -> String {
        self.read("description").unwrap_or_default()
    }

    pub(super) fn segment_keys(&self) -> Vec<String> {
        self.read("segment_keys").unwrap_or_default()
    }

    pub(super) fn conditions(&self) -> Vec<Json> {
        self.read("conditions").unwrap_or_default()
    }

    /// Puts these segments on the rule, and leaves all else as it is.
    pub(super) fn set_segment_keys(&mut self, keys: &[String]) -> serde_json::Result<()> {
        let keys = serde_json::value::to_raw_value(keys)?;
        self.0.insert("segment_keys".to_owned(), keys);
        Ok(())
    }
}

/// The body that replaces the rules of a state, all of them.
#[derive(Debug, Serialize)]
pub(super) struct RulesBody<'a> {
    pub(super) rules: &'a [Rule],
}

/// An error's body. That of a wrong password has no `message`.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorBody {
    pub(super) error: Option<String>,
    pub(super) message: Option<String>,
    /// How many more passwords may be tried.
    pub(super) remaining: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::{OneSegment, Rule};

    #[test]
    fn a_rule_goes_back_as_it_came_but_for_its_segments() {
        let text = r#"{"id":"r","priority":1,"segment_keys":["a"],"value":{"n":1.50e2,"big":12345678901234567890123}}"#;
        let mut rule: Rule = serde_json::from_str(text).unwrap();
        assert_eq!((rule.id().as_str(), rule.segment_keys()), ("r", vec!["a".to_owned()]));
        rule.set_segment_keys(&["b".to_owned(), "a".to_owned()]).unwrap();
        let expected = text.replace(r#"["a"]"#, r#"["b","a"]"#);
        assert_eq!(serde_json::to_string(&rule).unwrap(), expected);
    }

    #[test]
    fn a_segment_is_read_in_both_shapes() {
        let plain = r#"{"key":"k","name":"n","match_type":"all","rules":null,"updated_at":""}"#;
        for text in [plain.to_owned(), format!(r#"{{"segment":{plain},"_links":[]}}"#)] {
            let one: OneSegment = serde_json::from_str(&text).unwrap();
            assert_eq!(one.segment().key, "k");
        }
    }
}
